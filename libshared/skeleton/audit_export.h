/* SPDX-License-Identifier: Apache-2.0 */
/* A page of a chain as NDJSON, read in the open transaction. */
#ifndef CAMELEER_AUDIT_EXPORT_H
#define CAMELEER_AUDIT_EXPORT_H

#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"

struct audit_range {
	const char	*tenant;	/* the nil UUID: the platform itself */
	int64_t		 after;		/* seq: the page begins after it */
	int64_t		 limit;		/* up to AUDIT_PAGE_MAX */
};

/*
 * Appends head, events and checkpoints, only as far as the chain is signed.
 * *last is the seq of the last event; range->after when there is none.
 */
enum err audit_export(struct ctx *ctx, const struct audit_range *range,
    struct buf *out, int64_t *last) must_check;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of tenants.fcgi: an event of the trail, and its row in a table. */
#ifndef CAMELEER_TENANTS_TRAIL_H
#define CAMELEER_TENANTS_TRAIL_H

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"

struct event {
	struct uuid	 id, actor;
	const char	*at, *actor_kind, *action, *subject_type, *subject_id;
	const char	*environment, *client_ip, *result, *code, *facts;
	const char	*person, *request_id;
};


/*
 * RFC 4180, every field quoted.  A field that a spreadsheet would take for a
 * formula gets an apostrophe in front (threat T11).
 */
void csv_head(struct buf *out);
void csv_row(struct buf *out, const struct event *event);

#endif

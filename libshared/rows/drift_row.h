/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A difference between what a tenant has and what it should have, as the API
 * and cameleerctl show it; and how its restoration is asked for.
 */
#ifndef CAMELEER_DRIFT_ROW_H
#define CAMELEER_DRIFT_ROW_H

#include <stdbool.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

struct drift_row {
	struct uuid	 tenant;
	const char	*slug, *object, *field, *wanted, *live, *since;
	bool		 restoring;
	/* Who changed the wish last; NULL: the platform itself. */
	const char	*changed_at, *changed_by;
};
extern const struct field drift_row_view[];

struct drift_in { const char *object, *reason; };
extern const struct field drift_in_fields[];

/* The operation that restores it; empty: nothing differs there. */
struct drift_done { struct uuid operation; };
extern const struct field drift_done_view[], drift_started_view[];

#endif

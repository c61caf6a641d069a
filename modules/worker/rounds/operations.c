/* SPDX-License-Identifier: Apache-2.0 */
/* Counts operations by kind and state, for the worker's metrics. */
#include "config.h"

#include <stdio.h>

#include "libshared/doors/field.h"
#include "libshared/doors/metrics.h"
#include "libshared/doors/sql.h"
#include "modules/worker/rounds/rounds.h"

#include "modules/worker/rounds/rounds.sql.h"

struct gauge { const char *kind; int64_t queued, running, failed, oldest_s; };

static const struct field gauge_view[] = {
	VIEW_TEXT(struct gauge, kind),
	VIEW_INT(struct gauge, queued),
	VIEW_INT(struct gauge, running),
	VIEW_INT(struct gauge, failed),
	VIEW_INT(struct gauge, oldest_s),
	FIELD_END
};

enum err
operations_round(struct ctx *ctx)
{
	struct metrics_kind kinds[METRICS_KINDS_MAX];
	struct gauge *rows;
	size_t i, n;
	enum err e;

	if ((e = sql_many(ctx, &SQL_OPERATION_GAUGES, gauge_view,
	    sizeof(*rows), &rows, &n)) != ERR_OK)
		return e;
	if (n > METRICS_KINDS_MAX)
		n = METRICS_KINDS_MAX;
	for (i = 0; i < n; i++) {
		kinds[i] = (struct metrics_kind){ .values = {
			[KIND_QUEUED] = (uint64_t)rows[i].queued,
			[KIND_RUNNING] = (uint64_t)rows[i].running,
			[KIND_FAILED] = (uint64_t)rows[i].failed,
			[KIND_OLDEST] = (uint64_t)rows[i].oldest_s,
		} };
		(void)snprintf(kinds[i].name, sizeof(kinds[i].name), "%s",
		    rows[i].kind);
	}
	metrics_kinds(kinds, n);
	return ERR_OK;
}

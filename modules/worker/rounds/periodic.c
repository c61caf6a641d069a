/* SPDX-License-Identifier: Apache-2.0 */
/* Periodic work: the worker that claims a schedule row runs its work. */
#include "config.h"

#include <string.h>

#include "libshared/base/log.h"
#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/doors/metrics.h"
#include "libshared/doors/sql.h"
#include "modules/worker/rounds/rounds.h"
#include "modules/worker/tenant/tenant.h"

#include "modules/worker/rounds/rounds.sql.h"

struct due { const char *kind; };

static const struct field due_view[] = {
	VIEW_TEXT(struct due, kind),
	FIELD_END
};

/* One has either: what works in the tenants' database takes the worker. */
static const struct {
	const char	*kind;
	enum err	(*run)(struct ctx *);
	enum err	(*run_worker)(struct ctx *, const struct worker *);
} works[] = {
	{ "seal", trail_seal, NULL },
	{ "watch", watch_round, NULL },
	{ "places", places_round, NULL },
	{ "isolation", isolation_round, NULL },
	{ "logs", logs_round, NULL },
	{ "log_age", logs_age, NULL },
	{ "operations", operations_round, NULL },
	{ "sweep", sweep_round, NULL },
	{ "licenses", license_round, NULL },
	{ "deletions", deletions_round, NULL },
	{ "gitops", gitops_round, NULL },
	{ "drift", NULL, drift_round },
	{ "doors", doors_round, NULL },
	{ "tells", tells_round, NULL },
	{ "sessions", NULL, tenant_sessions_end },
};

static enum err
work_run(struct ctx *ctx, const struct worker *worker, const char *kind)
{
	size_t i;

	for (i = 0; i < nitems(works); i++)
		if (strcmp(works[i].kind, kind) == 0)
			return works[i].run != NULL ? works[i].run(ctx) :
			    works[i].run_worker(ctx, worker);
	return fail(ctx, ERR_INTERNAL, "internal",
	    "no periodic work is called %s", kind);
}

enum err
periodic_round(struct ctx *ctx, const struct worker *worker, bool *any)
{
	const char *why;
	struct due due;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_SCHEDULE_CLAIM, due_view, &due, any)) !=
	    ERR_OK || !*any)
		return e;
	ctx->who.system = true;
	ctx->request_id = due.kind;
	e = work_run(ctx, worker, due.kind);
	sql_rollback(ctx);
	why = e == ERR_OK ? NULL : ctx->fault.detail;
	if (e != ERR_OK) {
		metrics_add(METRIC_ROUNDS_FAILED, 0, 1);
		log_event(LOG_WARN, "periodic_failed",
		    LOG_TEXT("kind", due.kind), LOG_TEXT("detail", why));
	}
	fail_clear(ctx);
	return sql_exec(ctx, &SQL_SCHEDULE_RAN, NULL, ARG_TEXT(due.kind),
	    ARG_TEXT(why));
}

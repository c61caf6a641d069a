/* SPDX-License-Identifier: Apache-2.0 */
/* tenant.remove: stops all containers of the tenant and deletes its data. */
#include "config.h"

#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "modules/worker/place/place.h"
#include "modules/worker/runtime/runtime.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#include "modules/worker/jobs/export.sql.h"
#include "modules/worker/jobs/jobs.sql.h"

/* Waits for jobs that began before the tenant was deleted. */
static enum err
step_runtime(struct ctx *ctx, void *state)
{
	const struct tenant *tenant = state;
	const struct runtime *runtime;
	int64_t busy;
	enum err e;

	if ((e = work_begin(ctx, false)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_TENANT_BUSY, &busy,
	    ARG_UUID(&ctx->job->id))) != ERR_OK)
		return e;
	if (busy > 0)
		return fail(ctx, ERR_UNAVAILABLE, "tenant_busy",
		    "waits for %lld jobs that are under way",
		    (long long)busy);
	if ((e = sql_commit(ctx)) != ERR_OK || uuid_empty(&tenant->place) ||
	    (e = place_runtime(ctx, &tenant->place, &runtime)) != ERR_OK)
		return e;
	return runtime->remove(ctx, runtime, tenant->slug);
}

static enum err
step_database(struct ctx *ctx, void *state)
{
	const struct tenant *tenant = state;

	return tenant_schema_drop(ctx, &tenant->id);
}

/* Keeps the tenant's row, so that its slug is never used again. */
static enum err
step_records(struct ctx *ctx, void *state)
{
	enum err e;

	(void)state;
	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ENDPOINT_DELETE, NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_SECRETS_DELETE, NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_EXPORT_CLEAR, NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_EXPORT_FORGET, NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_OVERRIDES_DELETE, NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_APP_DELETE_DEPLOYMENTS, NULL, ARG_NULL)) !=
	    ERR_OK ||
	    (e = sql_exec(ctx, &SQL_APP_DELETE_RELEASES, NULL, ARG_NULL)) !=
	    ERR_OK ||
	    (e = sql_exec(ctx, &SQL_APP_DELETE, NULL, ARG_NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ENVIRONMENTS_DELETE, NULL)) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_TENANT_STATE, NULL,
	    ARG_TEXT(tenant_state_word(TENANT_DELETED)),
	    ARG_TEXT("deleting"));
}

static const struct job_step steps[] = {
	{ .name = "runtime", .run = step_runtime },
	{ .name = "database", .run = step_database },
	{ .name = "records", .run = step_records },
	{ .name = NULL },
};

static enum err
tenant_remove(struct ctx *ctx)
{
	struct tenant tenant;
	enum err e;

	if ((e = tenant_read(ctx, &tenant)) != ERR_OK)
		return e;
	return work_steps(ctx, steps, &tenant);
}

const struct job_kind job_tenant_remove = {
	.name = "tenant.remove",
	.about = "The worker removes everything of a tenant.",
	.run = tenant_remove,
	.steps = steps,
	.attempts = 20,
};

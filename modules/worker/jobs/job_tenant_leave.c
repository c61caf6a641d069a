/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tenant.leave: stops all containers of a tenant that its owner has deleted.
 * Nothing is removed, so that the deletion can be taken back.
 */
#include "config.h"

#include "libshared/base/lifecycle.h"
#include "libshared/doors/sql.h"
#include "modules/worker/place/place.h"
#include "modules/worker/runtime/runtime.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#include "modules/worker/jobs/deletion.sql.h"
#include "modules/worker/jobs/jobs.sql.h"

/* Jobs that began before would start what is stopped here. */
static enum err
step_stop(struct ctx *ctx, void *state)
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
	if ((e = sql_commit(ctx)) != ERR_OK ||
	    (e = place_runtime(ctx, &tenant->place, &runtime)) != ERR_OK)
		return e;
	return runtime->suspend(ctx, runtime, tenant->slug);
}

static enum err
step_records(struct ctx *ctx, void *state)
{
	enum err e;

	(void)state;
	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ENDPOINT_DELETE, NULL)) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_DEPLOYMENTS_REST, NULL);
}

static const struct job_step steps[] = {
	{ .name = "stop", .run = step_stop },
	{ .name = "records", .run = step_records },
	{ .name = NULL },
};

static enum err
tenant_leave(struct ctx *ctx)
{
	struct tenant tenant;
	enum err e;

	if ((e = tenant_read(ctx, &tenant)) != ERR_OK)
		return e;
	if (tenant_state_of(tenant.state) != TENANT_LEAVING)
		return ERR_OK;	/* it stays, or is removed by another job */
	return work_steps(ctx, steps, &tenant);
}

const struct job_kind job_tenant_leave = {
	.name = "tenant.leave",
	.about = "The worker stops a tenant that its owner has deleted.",
	.run = tenant_leave,
	.steps = steps,
	.attempts = 20,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tenant.suspend: stops all containers of a tenant whose licences an operator
 * has suspended or revoked.  All data is kept; tenant.reactivate starts them.
 *
 * The state changes first.  From then on nothing is started or repaired, and
 * nginx answers 403 for the tenant's server.
 */
#include "config.h"

#include "libshared/base/lifecycle.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "modules/worker/jobs/standing.h"
#include "modules/worker/place/place.h"
#include "modules/worker/runtime/runtime.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#include "modules/worker/jobs/jobs.sql.h"
#include "modules/worker/jobs/standing.sql.h"

static enum err
step_state(struct ctx *ctx, void *state)
{
	enum err e;

	(void)state;
	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_TENANT_STATE, NULL,
	    ARG_TEXT(tenant_state_word(TENANT_SUSPENDED)),
	    ARG_TEXT("active"))) != ERR_OK)
		return e;
	work_detail(ctx, "the tenant can be read, not changed");
	return ERR_OK;
}

/* Waits for jobs that began to start something before the state changed. */
static enum err
step_containers(struct ctx *ctx, void *state)
{
	const struct tenant *tenant = state;
	const struct runtime *runtime;
	int64_t busy;
	enum err e;

	if ((e = work_begin(ctx, false)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_APPS_BUSY, &busy)) != ERR_OK)
		return e;
	if (busy > 0)
		return fail(ctx, ERR_UNAVAILABLE, "tenant_busy",
		    "waits for %lld jobs that are under way",
		    (long long)busy);
	if ((e = sql_commit(ctx)) != ERR_OK ||
	    (e = place_runtime(ctx, &tenant->place, &runtime)) != ERR_OK ||
	    (e = runtime->suspend(ctx, runtime, tenant->slug)) != ERR_OK)
		return e;
	work_detail(ctx, "all containers are stopped, and kept");
	return ERR_OK;
}

static enum err
step_records(struct ctx *ctx, void *state)
{
	int64_t held = 0;
	enum err e;

	(void)state;
	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ENDPOINT_DELETE, NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_DEPLOYMENTS_HOLD, &held,
	    ARG_TEXT(STANDING_HELD))) != ERR_OK)
		return e;
	work_detail(ctx, "%lld deployments are to run again afterwards",
	    (long long)held);
	return ERR_OK;
}

static const struct job_step steps[] = {
	{ .name = "state", .run = step_state, .timeout_s = 60 },
	{ .name = "containers", .run = step_containers,
	    .timeout_s = STEP_MAX_S },
	{ .name = "records", .run = step_records, .timeout_s = 60 },
	{ .name = NULL },
};

/* A decision that was taken back meanwhile counts: nothing more is stopped. */
static enum err
tenant_suspend(struct ctx *ctx)
{
	enum tenant_state state;
	struct tenant tenant;
	bool active;
	enum err e;

	if ((e = tenant_read(ctx, &tenant)) != ERR_OK ||
	    (e = standing_read(ctx, &active)) != ERR_OK)
		return e;
	state = tenant_state_of(tenant.state);
	if (active || (state != TENANT_ACTIVE && state != TENANT_SUSPENDED))
		return ERR_OK;
	return work_steps(ctx, steps, &tenant);
}

const struct job_kind job_tenant_suspend = {
	.name = "tenant.suspend",
	.about = "The worker stops all that a suspended tenant runs.",
	.run = tenant_suspend,
	.steps = steps,
	.attempts = 10,
	.alerts = true,
};

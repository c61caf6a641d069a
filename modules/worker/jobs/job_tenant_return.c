/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tenant.return: queues what starts a tenant again whose deletion was taken
 * back: its server, and each deployment that ran.
 */
#include "config.h"

#include "libshared/base/lifecycle.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#include "modules/worker/jobs/deletion.sql.h"
#include "modules/worker/jobs/jobs.sql.h"

struct resting { struct uuid id; };

static const struct field resting_view[] = {
	VIEW_UUID(struct resting, id),
	FIELD_END
};

/*
 * Waits until the job that stops the tenant has ended, since it would stop what
 * these start; it may have ended half way.  The jobs are queued together with
 * the record of the step.
 */
static enum err
step_queue(struct ctx *ctx, void *state)
{
	struct uuid operation;
	struct resting *rows;
	int64_t busy;
	size_t i, n;
	enum err e;

	(void)state;
	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_TENANT_BUSY, &busy,
	    ARG_UUID(&ctx->job->id))) != ERR_OK)
		return e;
	if (busy > 0)
		return fail(ctx, ERR_UNAVAILABLE, "tenant_busy",
		    "waits for %lld jobs that are under way",
		    (long long)busy);
	if ((e = job_queue(ctx, "tenant.provision", &ctx->job->tenant,
	    &operation)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_DEPLOYMENTS_REST, NULL)) != ERR_OK ||
	    (e = sql_many(ctx, &SQL_DEPLOYMENTS_RESTING, resting_view,
	    sizeof(*rows), &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if ((e = job_queue(ctx, "deployment.apply", &rows[i].id,
		    &operation)) != ERR_OK)
			return e;
	work_detail(ctx, "the server and %zu deployments are started", n);
	return ERR_OK;
}

static const struct job_step steps[] = {
	{ .name = "queue", .run = step_queue },
	{ .name = NULL },
};

/* One that was suspended or had failed before is so again: nothing to start. */
static enum err
tenant_return(struct ctx *ctx)
{
	struct tenant tenant;
	enum err e;

	if ((e = tenant_read(ctx, &tenant)) != ERR_OK)
		return e;
	if (tenant_state_of(tenant.state) != TENANT_ACTIVE)
		return ERR_OK;
	return work_steps(ctx, steps, NULL);
}

const struct job_kind job_tenant_return = {
	.name = "tenant.return",
	.about = "The worker starts a tenant again that is not deleted after "
	    "all.",
	.run = tenant_return,
	.steps = steps,
	.attempts = 20,
};

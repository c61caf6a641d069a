/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tenant.reactivate: starts the server of a tenant that was suspended, and has
 * its applications started as they were.
 */
#include "config.h"

#include "libshared/base/lifecycle.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "modules/worker/jobs/standing.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#include "modules/worker/jobs/jobs.sql.h"
#include "modules/worker/jobs/standing.sql.h"
#include "modules/worker/state.sql.h"

struct reactivation {
	struct tenant	 tenant;
	const char	*upstream;
};

struct resumed { struct uuid id; };

static const struct field resumed_view[] = {
	VIEW_UUID(struct resumed, id),
	FIELD_END
};

static enum err
step_server(struct ctx *ctx, void *state)
{
	struct reactivation *self = state;
	enum err e;

	if ((e = tenant_server_upstream(ctx, &self->tenant,
	    &self->upstream)) != ERR_OK)
		return e;
	work_detail(ctx, "container cameleer-server-%s at %s",
	    self->tenant.slug, self->upstream);
	return ERR_OK;
}

static enum err
step_readiness(struct ctx *ctx, void *state)
{
	struct reactivation *self = state;
	enum err e;

	if ((e = tenant_server_upstream(ctx, &self->tenant,
	    &self->upstream)) != ERR_OK ||
	    (e = tenant_server_ready(ctx, &self->tenant, self->upstream)) !=
	    ERR_OK)
		return e;
	work_detail(ctx, "healthy, authentication works, licence is active");
	return ERR_OK;
}

/* apps_resume - in the open transaction: each gets its own job */
static enum err
apps_resume(struct ctx *ctx, size_t *n)
{
	struct uuid operation;
	struct resumed *rows;
	size_t i;
	enum err e;

	if ((e = sql_many(ctx, &SQL_DEPLOYMENTS_RESUME, resumed_view,
	    sizeof(*rows), &rows, n)) != ERR_OK)
		return e;
	for (i = 0; i < *n; i++)
		if ((e = job_queue(ctx, "deployment.apply", &rows[i].id,
		    &operation)) != ERR_OK)
			return e;
	return ERR_OK;
}

/* The watch round, which looks at active tenants, sees both or nothing. */
static enum err
step_activate(struct ctx *ctx, void *state)
{
	struct reactivation *self = state;
	size_t n;
	enum err e;

	if ((e = tenant_server_upstream(ctx, &self->tenant,
	    &self->upstream)) != ERR_OK ||
	    (e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ENDPOINT_SET, NULL,
	    ARG_TEXT(self->upstream))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_TENANT_STATE, NULL,
	    ARG_TEXT(tenant_state_word(TENANT_ACTIVE)),
	    ARG_TEXT("suspended"))) != ERR_OK ||
	    (e = apps_resume(ctx, &n)) != ERR_OK)
		return e;
	work_detail(ctx, "%zu deployments are started again", n);
	return ERR_OK;
}

static const struct job_step steps[] = {
	{ .name = "server", .run = step_server, .timeout_s = STEP_MAX_S },
	{ .name = "readiness", .run = step_readiness, .timeout_s = 300,
	    .skippable = true },
	{ .name = "activate", .run = step_activate, .timeout_s = 60 },
	{ .name = NULL },
};

/* A tenant that is suspended again meanwhile stays so: its job follows. */
static enum err
tenant_reactivate(struct ctx *ctx)
{
	struct reactivation self = { .upstream = NULL };
	bool active;
	enum err e;

	if ((e = tenant_read(ctx, &self.tenant)) != ERR_OK ||
	    (e = standing_read(ctx, &active)) != ERR_OK)
		return e;
	if (!active ||
	    tenant_state_of(self.tenant.state) != TENANT_SUSPENDED)
		return ERR_OK;
	return work_steps(ctx, steps, &self);
}

const struct job_kind job_tenant_reactivate = {
	.name = "tenant.reactivate",
	.about = "The worker starts a tenant again that was suspended.",
	.run = tenant_reactivate,
	.steps = steps,
	.attempts = 10,
	.alerts = true,
};

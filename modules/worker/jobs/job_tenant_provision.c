/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tenant.provision: makes secrets, schema, licence and server of a tenant.
 *
 * It runs again for an active tenant whose server is missing: each step first
 * looks at what exists.  When it fails for good before the tenant was active,
 * containers, network, schema and role are removed.  The tenant's secrets and
 * licence stay: they are rows of ours, and another try uses them.
 */
#include "config.h"

#include "libshared/base/lifecycle.h"
#include "libshared/doors/sql.h"
#include "modules/worker/jobs/standing.h"
#include "modules/worker/place/place.h"
#include "modules/worker/runtime/runtime.h"
#include "modules/worker/store/store.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#include "modules/worker/jobs/jobs.sql.h"
#include "modules/worker/state.sql.h"

struct provision {
	struct tenant	 tenant;
	const char	*upstream;
};

static enum err
step_secrets(struct ctx *ctx, void *state)
{
	const struct provision *self = state;
	const char *text;
	enum err e;

	if ((e = tenant_secret(ctx, SECRET_BOOTSTRAP, &text)) != ERR_OK ||
	    (e = tenant_secret(ctx, tenant_database_secret(self->tenant.turn),
	    &text)) != ERR_OK)
		return e;
	work_detail(ctx, "bootstrap token and database password are made");
	return ERR_OK;
}

static enum err
step_database(struct ctx *ctx, void *state)
{
	const struct provision *self = state;
	char role[TENANT_ROLE_MAX];
	enum err e;

	if ((e = stores_ensure(ctx, self->tenant.turn)) != ERR_OK)
		return e;
	tenant_role(&self->tenant.id, role);
	work_detail(ctx, "schema and role %s", role);
	return ERR_OK;
}

static enum err
undo_database(struct ctx *ctx, void *state)
{
	(void)state;
	return stores_drop(ctx);
}

static enum err
step_license(struct ctx *ctx, void *state)
{
	const struct provision *self = state;
	const char *file;
	enum err e;

	if ((e = tenant_license(ctx, &self->tenant, &file)) != ERR_OK)
		return e;
	work_detail(ctx, "licence for tier %s", self->tenant.tier);
	return ERR_OK;
}

static enum err
step_server(struct ctx *ctx, void *state)
{
	struct provision *self = state;
	enum err e;

	if ((e = tenant_server_upstream(ctx, &self->tenant,
	    &self->upstream)) != ERR_OK)
		return e;
	work_detail(ctx, "the server runs at %s", self->upstream);
	return ERR_OK;
}

static enum err
undo_server(struct ctx *ctx, void *state)
{
	const struct provision *self = state;
	const struct runtime *runtime;
	enum err e;

	if ((e = place_runtime(ctx, &self->tenant.place, &runtime)) != ERR_OK)
		return e;
	return runtime->remove(ctx, runtime, self->tenant.slug);
}

static enum err
step_readiness(struct ctx *ctx, void *state)
{
	struct provision *self = state;
	enum err e;

	if ((e = tenant_server_upstream(ctx, &self->tenant,
	    &self->upstream)) != ERR_OK ||
	    (e = tenant_server_ready(ctx, &self->tenant, self->upstream)) !=
	    ERR_OK)
		return e;
	work_detail(ctx, "healthy, authentication works, licence is active");
	return ERR_OK;
}

/* A decision against it that came before it was active counts now. */
static enum err
standing_follow(struct ctx *ctx, const struct tenant *tenant)
{
	struct uuid operation;
	bool active;
	enum err e;

	if ((e = standing_active(ctx, &active)) != ERR_OK || active)
		return e;
	return job_queue(ctx, "tenant.suspend", &tenant->id, &operation);
}

static enum err
step_activate(struct ctx *ctx, void *state)
{
	struct provision *self = state;
	enum err e;

	if ((e = tenant_server_upstream(ctx, &self->tenant,
	    &self->upstream)) != ERR_OK ||
	    (e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ENDPOINT_SET, NULL,
	    ARG_TEXT(self->upstream))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_TENANT_STATE, NULL,
	    ARG_TEXT(tenant_state_word(TENANT_ACTIVE)),
	    ARG_TEXT("provisioning,failed"))) != ERR_OK)
		return e;
	return standing_follow(ctx, &self->tenant);
}

static const struct job_step steps[] = {
	{ .name = "secrets", .run = step_secrets, .timeout_s = 60 },
	{ .name = "database", .run = step_database, .undo = undo_database,
	    .timeout_s = 300 },
	{ .name = "license", .run = step_license, .timeout_s = 60 },
	{ .name = "server", .run = step_server, .undo = undo_server,
	    .timeout_s = STEP_MAX_S },
	{ .name = "readiness", .run = step_readiness, .timeout_s = 300,
	    .skippable = true },
	{ .name = "activate", .run = step_activate, .timeout_s = 60 },
	{ .name = NULL },
};

static enum err
tenant_provision(struct ctx *ctx)
{
	struct provision self = { .upstream = NULL };
	enum tenant_state state;
	enum err e;

	if ((e = tenant_read(ctx, &self.tenant)) != ERR_OK)
		return e;
	state = tenant_state_of(self.tenant.state);
	if (state == TENANT_LEAVING || state == TENANT_DELETING ||
	    state == TENANT_DELETED || state == TENANT_SUSPENDED)
		return ERR_OK;	/* other jobs remove it, or start it again */
	return work_steps(ctx, steps, &self);
}

/* What an active tenant has is never removed because a repair failed. */
static enum err
tenant_provision_clean_up(struct ctx *ctx)
{
	struct provision self = { .upstream = NULL };
	enum tenant_state state;
	enum err e;

	if ((e = tenant_read(ctx, &self.tenant)) != ERR_OK)
		return e;
	state = tenant_state_of(self.tenant.state);
	if (state != TENANT_PROVISIONING && state != TENANT_FAILED)
		return ERR_OK;
	return work_undo(ctx, steps, &self);
}

static enum err
tenant_provision_give_up(struct ctx *ctx)
{
	return sql_exec(ctx, &SQL_TENANT_STATE, NULL,
	    ARG_TEXT(tenant_state_word(TENANT_FAILED)),
	    ARG_TEXT("provisioning"));
}

const struct job_kind job_tenant_provision = {
	.name = "tenant.provision",
	.about = "The worker makes a tenant's schema, licence and server.",
	.run = tenant_provision,
	.give_up = tenant_provision_give_up,
	.clean_up = tenant_provision_clean_up,
	.steps = steps,
	.attempts = 10,
	.alerts = true,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tenant.provision: makes secrets, schema, licence and server of a tenant.
 *
 * It runs again for an active tenant whose server is missing: each step first
 * looks at what exists.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/sql.h"
#include "modules/worker/runtime/runtime.h"
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
	const char *text;
	enum err e;

	(void)state;
	if ((e = tenant_secret(ctx, SECRET_BOOTSTRAP, &text)) != ERR_OK ||
	    (e = tenant_secret(ctx, SECRET_DATABASE, &text)) != ERR_OK)
		return e;
	work_detail(ctx, "bootstrap token and database password are made");
	return ERR_OK;
}

static enum err
step_database(struct ctx *ctx, void *state)
{
	const struct provision *self = state;
	char role[TENANT_ROLE_MAX];
	const char *password;
	enum err e;

	if ((e = tenant_secret(ctx, SECRET_DATABASE, &password)) != ERR_OK ||
	    (e = tenant_schema_ensure(ctx, &self->tenant.id, password)) !=
	    ERR_OK)
		return e;
	tenant_role(&self->tenant.id, role);
	work_detail(ctx, "schema and role %s", role);
	return ERR_OK;
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

/* upstream_of - reads the server's address, which may have changed */
static enum err
upstream_of(struct ctx *ctx, struct provision *self)
{
	struct runtime_status status = { 0 };
	enum err e;

	if ((e = tenant_server_ensure(ctx, &self->tenant, &status)) != ERR_OK)
		return e;
	self->upstream = text_printf(ctx->mem, "%s:%d", status.address,
	    status.port);
	return self->upstream == NULL ? ERR_TOO_LARGE : ERR_OK;
}

static enum err
step_server(struct ctx *ctx, void *state)
{
	struct provision *self = state;
	enum err e;

	if ((e = upstream_of(ctx, self)) != ERR_OK)
		return e;
	work_detail(ctx, "network cml-%s, container cameleer-server-%s at %s",
	    self->tenant.slug, self->tenant.slug, self->upstream);
	return ERR_OK;
}

static enum err
step_readiness(struct ctx *ctx, void *state)
{
	struct provision *self = state;
	enum err e;

	if ((e = upstream_of(ctx, self)) != ERR_OK ||
	    (e = tenant_server_ready(ctx, &self->tenant, self->upstream)) !=
	    ERR_OK)
		return e;
	work_detail(ctx, "healthy, authentication works, licence is active");
	return ERR_OK;
}

static enum err
step_activate(struct ctx *ctx, void *state)
{
	struct provision *self = state;
	enum err e;

	if ((e = upstream_of(ctx, self)) != ERR_OK ||
	    (e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ENDPOINT_SET, NULL,
	    ARG_TEXT(self->upstream))) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_TENANT_STATE, NULL,
	    ARG_TEXT(tenant_state_word(TENANT_ACTIVE)),
	    ARG_TEXT("provisioning,failed"));
}

static const struct job_step steps[] = {
	{ "secrets", step_secrets },
	{ "database", step_database },
	{ "license", step_license },
	{ "server", step_server },
	{ "readiness", step_readiness },
	{ "activate", step_activate },
	{ NULL, NULL },
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
	if (state == TENANT_DELETING || state == TENANT_DELETED)
		return ERR_OK;	/* the tenant's removal is another job */
	return work_steps(ctx, steps, &self);
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
	.steps = steps,
	.attempts = 10,
};

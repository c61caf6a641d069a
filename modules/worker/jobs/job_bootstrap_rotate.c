/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bootstrap.rotate: gives a tenant's server its next bootstrap token beside the
 * present one, and then each running application the new one.
 *
 * cameleer-server reads its tokens when it starts: it is replaced once now and
 * once when the overlap ends (bootstrap.retire).  Agents keep what the server
 * has given them, so none has to register again.
 */
#include "config.h"

#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/tenant/tenant_secret.h"
#include "modules/worker/tenant/tenant_told.h"
#include "modules/worker/work.h"

#include "modules/worker/jobs/rotation.sql.h"
#include "modules/worker/state.sql.h"

struct renewed { struct uuid id; };

static const struct field renewed_view[] = {
	VIEW_UUID(struct renewed, id),
	FIELD_END
};

/* The transaction stays open: the step is recorded with the new token. */
static enum err
step_token(struct ctx *ctx, void *state)
{
	enum err e;

	(void)state;
	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = tenant_secret_rotate(ctx)) != ERR_OK)
		return e;
	work_detail(ctx, "the next token is made");
	return ERR_OK;
}

static enum err
step_server(struct ctx *ctx, void *state)
{
	const char *upstream;
	enum err e;

	if ((e = tenant_server_settle(ctx, state, &upstream)) != ERR_OK)
		return e;
	work_detail(ctx, "the server takes both tokens, at %s", upstream);
	return ERR_OK;
}

/* renewed_queue - a new generation of each running application */
static enum err
renewed_queue(struct ctx *ctx)
{
	struct renewed *renewed;
	struct uuid operation;
	size_t i, n;
	enum err e;

	if ((e = sql_many(ctx, &SQL_DEPLOYMENTS_RENEW, renewed_view,
	    sizeof(*renewed), &renewed, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if ((e = job_queue(ctx, "deployment.apply", &renewed[i].id,
		    &operation)) != ERR_OK)
			return e;
	work_detail(ctx, "%zu applications get the new token", n);
	return ERR_OK;
}

static enum err
step_applications(struct ctx *ctx, void *state)
{
	const char *upstream;
	enum err e;

	if ((e = tenant_server_settle(ctx, state, &upstream)) != ERR_OK ||
	    (e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ENDPOINT_SET, NULL,
	    ARG_TEXT(upstream))) != ERR_OK)
		return e;
	return renewed_queue(ctx);
}

static const struct job_step steps[] = {
	{ .name = "token", .run = step_token },
	{ .name = "server", .run = step_server },
	{ .name = "applications", .run = step_applications },
	{ .name = NULL },
};

static enum err
bootstrap_rotate(struct ctx *ctx)
{
	struct tenant tenant;
	enum err e;

	if ((e = tenant_read(ctx, &tenant)) != ERR_OK ||
	    !tenant_runs(&tenant))
		return e;
	return work_steps(ctx, steps, &tenant);
}

const struct job_kind job_bootstrap_rotate = {
	.name = "bootstrap.rotate",
	.about = "The worker replaces the bootstrap token of a server.",
	.run = bootstrap_rotate,
	.steps = steps,
	.attempts = 10,
};

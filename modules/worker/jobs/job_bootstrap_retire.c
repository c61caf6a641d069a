/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bootstrap.retire: takes from a tenant's server the bootstrap token before the
 * present one, when their overlap has ended.
 */
#include "config.h"

#include "libshared/doors/sql.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/tenant/tenant_told.h"
#include "modules/worker/work.h"

#include "modules/worker/jobs/rotation.sql.h"
#include "modules/worker/state.sql.h"

/* The transaction stays open: the step is recorded with the deletion. */
static enum err
step_token(struct ctx *ctx, void *state)
{
	enum err e;

	(void)state;
	if ((e = work_begin(ctx, true)) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_PREVIOUS_DELETE, NULL);
}

static enum err
step_server(struct ctx *ctx, void *state)
{
	const char *upstream;
	enum err e;

	if ((e = tenant_server_settle(ctx, state, &upstream)) != ERR_OK)
		return e;
	work_detail(ctx, "the server takes one token, at %s", upstream);
	return ERR_OK;
}

static enum err
step_end(struct ctx *ctx, void *state)
{
	const char *upstream;
	enum err e;

	if ((e = tenant_server_settle(ctx, state, &upstream)) != ERR_OK ||
	    (e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ENDPOINT_SET, NULL,
	    ARG_TEXT(upstream))) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_ROTATION_END, NULL);
}

static const struct job_step steps[] = {
	{ .name = "token", .run = step_token },
	{ .name = "server", .run = step_server },
	{ .name = "end", .run = step_end },
	{ .name = NULL },
};

static enum err
bootstrap_retire(struct ctx *ctx)
{
	struct tenant tenant;
	enum err e;

	if ((e = tenant_read(ctx, &tenant)) != ERR_OK ||
	    !tenant_runs(&tenant))
		return e;
	return work_steps(ctx, steps, &tenant);
}

const struct job_kind job_bootstrap_retire = {
	.name = "bootstrap.retire",
	.about = "The worker ends the overlap of two tokens of a server.",
	.run = bootstrap_retire,
	.steps = steps,
	.attempts = 10,
};

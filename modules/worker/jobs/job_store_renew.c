/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.renew: gives a tenant's server new passwords for its stores.
 *
 * The other login gets them and works beside the old one; the server is made
 * anew with it; when the server is ready, the old login ends.  So whoever holds
 * either password is served until then.  A renewal that failed after the switch
 * is finished by the next one, which makes no passwords.
 */
#include "config.h"

#include "libshared/base/lifecycle.h"
#include "libshared/doors/sql.h"
#include "modules/worker/store/store.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/tenant/tenant_told.h"
#include "modules/worker/work.h"

#include "modules/worker/jobs/jobs.sql.h"
#include "modules/worker/state.sql.h"

/* Passwords of an attempt that failed are not used: they may be known. */
static enum err
step_logins(struct ctx *ctx, void *state)
{
	const struct tenant *tenant = state;
	int64_t next = tenant->turn + 1;
	enum err e;

	if (tenant->turning) {
		work_detail(ctx, "an earlier renewal is finished");
		return ERR_OK;
	}
	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = stores_forget(ctx, next)) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK ||
	    (e = stores_ensure(ctx, next)) != ERR_OK)
		return e;
	work_detail(ctx, "the next login works, beside the one in use");
	return ERR_OK;
}

/* The transaction stays open: the step is recorded with the turn. */
static enum err
step_switch(struct ctx *ctx, void *state)
{
	struct tenant *tenant = state;
	enum err e;

	if (tenant->turning)
		return ERR_OK;
	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_TURN_BEGIN, NULL,
	    ARG_INT(tenant->turn + 1))) != ERR_OK)
		return e;
	tenant->turn++;
	tenant->turning = true;
	return ERR_OK;
}

static enum err
step_server(struct ctx *ctx, void *state)
{
	const struct tenant *tenant = state;
	const char *upstream;
	enum err e;

	if ((e = tenant_server_settle(ctx, tenant, &upstream)) != ERR_OK ||
	    (e = work_begin(ctx, true)) != ERR_OK)
		return e;
	work_detail(ctx, "the server is ready with the new login");
	return sql_exec(ctx, &SQL_ENDPOINT_SET, NULL, ARG_TEXT(upstream));
}

static enum err
step_retire(struct ctx *ctx, void *state)
{
	const struct tenant *tenant = state;
	enum err e;

	if ((e = stores_retire(ctx, tenant->turn - 1)) != ERR_OK ||
	    (e = work_begin(ctx, true)) != ERR_OK ||
	    (e = stores_forget(ctx, tenant->turn - 1)) != ERR_OK)
		return e;
	work_detail(ctx, "the old login has ended");
	return sql_exec(ctx, &SQL_TURN_END, NULL);
}

static const struct job_step steps[] = {
	{ .name = "logins", .run = step_logins },
	{ .name = "switch", .run = step_switch },
	{ .name = "server", .run = step_server },
	{ .name = "retire", .run = step_retire },
	{ .name = NULL },
};

static enum err
store_renew(struct ctx *ctx)
{
	struct tenant tenant;
	enum err e;

	if ((e = tenant_read(ctx, &tenant)) != ERR_OK)
		return e;
	if (tenant_state_of(tenant.state) != TENANT_ACTIVE)
		return fail(ctx, ERR_INVALID, "tenant_not_active",
		    "the tenant is %s", tenant.state);
	return work_steps(ctx, steps, &tenant);
}

const struct job_kind job_store_renew = {
	.name = "store.renew",
	.about = "The worker gives a tenant's server new passwords for its "
	    "stores.",
	.run = store_renew,
	.steps = steps,
	.attempts = 10,
};

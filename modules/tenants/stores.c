/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stores of the tenant's server: when their passwords changed, and the request
 * for new ones, which the worker makes.  Nobody sees a password.
 */
#include "config.h"

#include "libshared/base/lifecycle.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/job.h"
#include "libshared/skeleton/reply.h"
#include "modules/tenants/tenants.h"

#include "modules/tenants/stores.sql.h"

struct store { const char *kind, *renewed_at; bool renewing; };

const struct field store_view[] = {
	VIEW_TEXT(struct store, kind),
	VIEW_BOOL(struct store, renewing),
	VIEW_TIME_OPT(struct store, renewed_at),
	FIELD_END_OF("Store")
};

struct renewal { struct uuid operation; };

const struct field renewal_view[] = {
	VIEW_UUID(struct renewal, operation),
	FIELD_END_OF("StoreRenewal")
};

struct standing { const char *state; bool renewing; };

static const struct field standing_view[] = {
	VIEW_TEXT(struct standing, state),
	VIEW_BOOL(struct standing, renewing),
	FIELD_END
};

enum err
store_list(struct ctx *ctx)
{
	return reply_listed(ctx, &SQL_STORE_LIST, store_view,
	    sizeof(struct store));
}

enum err
store_renew(struct ctx *ctx)
{
	struct standing standing;
	struct renewal renewal;
	enum err e;

	if ((e = sql_one(ctx, &SQL_RENEWAL_STANDING, standing_view,
	    &standing)) != ERR_OK)
		return e;
	if (tenant_state_of(standing.state) != TENANT_ACTIVE)
		return fail(ctx, ERR_CONFLICT, "tenant_not_active",
		    "the tenant is %s: it has no server that could take new "
		    "passwords", standing.state);
	if (standing.renewing)
		return fail(ctx, ERR_CONFLICT, "store_renewing",
		    "new passwords are being made already");
	if ((e = job_queue(ctx, "store.renew", &ctx->who.tenant,
	    &renewal.operation)) != ERR_OK)
		return e;
	audit_subject(ctx, "tenant", ctx->who.tenant.text);
	return reply(ctx, 202, renewal_view, &renewal);
}

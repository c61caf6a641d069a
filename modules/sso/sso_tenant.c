/* SPDX-License-Identifier: Apache-2.0 */
/* The tenant of a request: its plan and its secrets. */
#include "config.h"

#include "libshared/base/str.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/process.h"
#include "modules/sso/sso.h"

#include "modules/sso/login.sql.h"

struct entitlement { struct uuid id; bool entitled; };

static const struct field entitlement_view[] = {
	VIEW_UUID(struct entitlement, id),
	VIEW_BOOL(struct entitlement, entitled),
	FIELD_END
};

enum err
tenant_find(struct ctx *ctx, const char *slug, struct sso_tenant *tenant,
    bool *found)
{
	struct entitlement row;
	enum err e;

	if ((e = sql_begin(ctx, false)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_ENTITLED, entitlement_view, &row, found,
	    ARG_TEXT(slug))) != ERR_OK)
		return e;
	if (*found)
		*tenant = (struct sso_tenant){ row.id, row.entitled, slug };
	return sql_commit(ctx);
}

enum err
plan_entitles(struct ctx *ctx)
{
	struct entitlement row;
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_ENTITLED, entitlement_view, &row, &found,
	    ARG_TEXT(ctx->who.tenant_slug))) != ERR_OK)
		return e;
	if (!found || !row.entitled)
		return fail(ctx, ERR_FORBIDDEN, "not_entitled",
		    "the tenant's plan has no single sign-on: an owner can "
		    "choose plan high or business");
	return ERR_OK;
}

enum err
tenant_begin(struct ctx *ctx, const struct uuid *tenant, bool write)
{
	const struct uuid nobody = { "" };
	enum err e;

	if ((e = sql_begin(ctx, write)) != ERR_OK ||
	    (e = authn_pin(ctx, tenant, &nobody)) != ERR_OK)
		return e;
	ctx->who.tenant = *tenant;
	ctx->who.proven = true;
	return ERR_OK;
}

const char *
redirect_uri(struct ctx *ctx, const char *slug)
{
	return text_printf(ctx->mem, "%s/api/sso/callback/%s",
	    process.conf->base_url, slug);
}

const char *
logout_uri(struct ctx *ctx, const char *slug)
{
	return text_printf(ctx->mem, "%s/api/sso/logout/%s",
	    process.conf->base_url, slug);
}

const char *
client_secret_bound(struct ctx *ctx, const struct uuid *tenant)
{
	return text_printf(ctx->mem, "tenant|%s|client_secret", tenant->text);
}

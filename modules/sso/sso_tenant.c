/* SPDX-License-Identifier: Apache-2.0 */
/* The tenant of a request: its plan and its secrets. */
#include "config.h"

#include "libshared/base/str.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/authn.h"
#include "libshared/plan/entitle.h"
#include "libshared/skeleton/process.h"
#include "modules/sso/sso.h"

#include "modules/sso/login.sql.h"

struct found { struct uuid id; const char *tier; bool entitled; };

static const struct field found_view[] = {
	VIEW_UUID(struct found, id),
	VIEW_TEXT(struct found, tier),
	VIEW_BOOL(struct found, entitled),
	FIELD_END
};

enum err
tenant_find(struct ctx *ctx, const char *slug, struct sso_tenant *tenant,
    bool *found)
{
	struct found row;
	enum err e;

	if ((e = sql_begin(ctx, false)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_ENTITLED, found_view, &row, found,
	    ARG_TEXT(slug))) != ERR_OK)
		return e;
	if (*found)
		*tenant = (struct sso_tenant){ row.id, slug, row.tier,
		    row.entitled };
	return sql_commit(ctx);
}

enum err
sso_included(struct ctx *ctx, const struct sso_tenant *tenant)
{
	return entitle_check(ctx, &(const struct entitlement){
	    .feature = "sso", .value = tenant->entitled ? "true" : "false",
	    .tier = tenant->tier, .tenant = tenant->slug });
}

enum err
plan_entitles(struct ctx *ctx)
{
	const char *slug = ctx->who.tenant_slug;
	struct found row;
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_ENTITLED, found_view, &row, &found,
	    ARG_TEXT(slug))) != ERR_OK)
		return e;
	if (!found)
		return fail(ctx, ERR_CONFLICT, "conflict",
		    "the tenant is not active yet, or not any more");
	return sso_included(ctx, &(const struct sso_tenant){ row.id, slug,
	    row.tier, row.entitled });
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

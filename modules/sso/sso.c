/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sso.fcgi - sign-in by a tenant's own OpenID provider.
 *
 * The one responder that calls hosts which tenants name (threats T8, T10).
 * Owns tables sso_provider, sso_domain, sso_login and sso_ticket, and writes
 * sign_in_policy for enforcement.  It opens no session: it leaves a ticket, and
 * auth.fcgi takes it (decision record 4).  Start reading at routes[].
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/common.h"
#include "libshared/skeleton/service.h"
#include "modules/sso/sso.h"

#include "modules/sso/sso.sql.h"

#define SPREAD	4	/* they mostly wait for others */

const struct field count_view[] = {
	VIEW_INT(struct count, n),
	FIELD_END
};

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
entitled(struct ctx *ctx)
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

#define SETTING	(ROUTE_WRITE | ROUTE_FRESH)
#define OUT	(ROUTE_WRITE | ROUTE_REMOTE)

static const struct route routes[] = {
	ROUTES_COMMON("sso"),
	{ GET, "/api/sso/provider", PERM_SSO_MANAGE, 0, provider_get, NULL,
	    "Shows the tenant's OpenID provider.", NULL, NULL, provider_view,
	    false, 200, 0 },
	{ PUT, "/api/sso/provider", PERM_SSO_MANAGE, SETTING, provider_put,
	    "sso.provider.set", "Names the tenant's OpenID provider; without "
	    "a secret the one that is there stays.", provider_fields, NULL,
	    provider_view, false, 200, 0 },
	{ DELETE, "/api/sso/provider", PERM_SSO_MANAGE, SETTING,
	    provider_delete, "sso.provider.remove", "Forgets the provider.",
	    NULL, NULL, NULL, false, 204, 0 },
	{ POST, "/api/sso/provider/test", PERM_SSO_MANAGE, OUT,
	    provider_test, "sso.provider.test", "Asks the provider for its "
	    "metadata and keys, and says what came.", NULL, NULL,
	    tested_view, false, 200, 0 },
	{ GET, "/api/sso/domains", PERM_SSO_MANAGE, 0, domain_list, NULL,
	    "Lists the domains whose addresses the provider may speak for.",
	    NULL, NULL, domain_view, true, 200, 0 },
	{ POST, "/api/sso/domains", PERM_SSO_MANAGE, SETTING, domain_add,
	    "sso.domain.add", "Claims a domain; the TXT record proves it.",
	    domain_fields, NULL, domain_view, false, 201, 0 },
	{ POST, "/api/sso/domains/{domain}/verify", PERM_SSO_MANAGE, OUT,
	    domain_verify, "sso.domain.verify", "Looks for the TXT record.",
	    NULL, NULL, proof_view, false, 200, 0 },
	{ DELETE, "/api/sso/domains/{domain}", PERM_SSO_MANAGE, SETTING,
	    domain_delete, "sso.domain.remove", "Gives a domain up.", NULL,
	    NULL, NULL, false, 204, 0 },
	{ PUT, "/api/sso/enforce", PERM_SSO_MANAGE, SETTING, enforce_put,
	    "sso.enforce", "Lets members in by the provider only, or no "
	    "longer; names the owner who may come without.", enforce_fields,
	    NULL, enforce_view, false, 200, 0 },
	{ GET, "/api/sso/discover", PERM_PUBLIC, 0, sso_discover, NULL,
	    "Says which tenant's provider speaks for an address' domain.",
	    NULL, discover_query, discover_view, false, 200, 0 },
	{ GET, "/api/sso/start", PERM_PUBLIC, OUT | ROUTE_BROWSER, sso_start,
	    "sso.start", "Sends a browser to the provider of a tenant, or of "
	    "an address' domain.", NULL, start_query, NULL, false, 303, 0 },
	{ GET, "/api/sso/callback/{tenant}", PERM_PUBLIC, OUT | ROUTE_BROWSER,
	    sso_callback, "sso.callback", "Takes the provider's answer.",
	    NULL, callback_query, NULL, false, 303, 0 },
	{ POST, "/api/sso/logout/{tenant}", PERM_PUBLIC, OUT | ROUTE_FORM,
	    sso_logout, "sso.logout", "Ends sessions on the provider's word "
	    "(OpenID Connect Back-Channel Logout 1.0).", logout_fields, NULL,
	    NULL, false, 204, 0 },
};

static int
setup(void)
{
	return http_init();
}

int
main(int argc, char *argv[])
{
	static const struct service sso = {
		.name = "sso", .routes = routes, .nroutes = nitems(routes),
		.setup = setup, .spread = SPREAD,
	};

	return service_main(argc, argv, &sso);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sso.fcgi - sign-in by a tenant's own OpenID provider.
 *
 * No other responder calls hosts that tenants name (threats T8, T10).  Owns
 * tables sso_provider, sso_domain, sso_login and sso_ticket, and writes
 * sign_in_policy for enforcement.  It opens no session: it leaves a ticket, and
 * auth.fcgi takes it (decision record 4).  Start reading at routes[].
 */
#include "config.h"

#include "libshared/doors/http.h"
#include "libshared/skeleton/common.h"
#include "libshared/skeleton/service.h"
#include "modules/sso/sso.h"

#define FRESHLY	(ROUTE_WRITE | ROUTE_FRESH)
#define OUT	(ROUTE_WRITE | ROUTE_REMOTE)

static const struct route routes[] = {
	ROUTES_COMMON("sso"),
	{ GET, "/api/sso/provider", PERM_SSO_MANAGE, provider_get,
	    .about = "Shows the tenant's OpenID provider.",
	    .output = provider_view },
	{ PUT, "/api/sso/provider", PERM_SSO_MANAGE, provider_put,
	    .about = "Names the tenant's OpenID provider; without a secret, "
		"the stored one stays.",
	    .flags = FRESHLY, .audit = "sso.provider.set",
	    .input = provider_fields, .output = provider_view },
	{ DELETE, "/api/sso/provider", PERM_SSO_MANAGE, provider_delete,
	    .about = "Forgets the provider.",
	    .flags = FRESHLY, .audit = "sso.provider.remove", .status = 204 },
	{ POST, "/api/sso/provider/test", PERM_SSO_MANAGE, provider_test,
	    .about = "Reads the provider's metadata and keys, and shows the "
		"result.",
	    .flags = OUT, .audit = "sso.provider.test", .output = tested_view },
	{ GET, "/api/sso/domains", PERM_SSO_MANAGE, domain_list,
	    .about = "Lists the domains whose addresses the provider may "
		"speak for.",
	    .output = domain_view, .list = true },
	{ POST, "/api/sso/domains", PERM_SSO_MANAGE, domain_add,
	    .about = "Claims a domain; the TXT record proves it.",
	    .flags = FRESHLY, .audit = "sso.domain.add", .input = domain_fields,
	    .output = domain_view, .status = 201,
	    .location = "/api/sso/domains/{domain}" },
	{ POST, "/api/sso/domains/{domain}/verify", PERM_SSO_MANAGE,
	    domain_verify,
	    .about = "Looks for the TXT record.",
	    .flags = OUT, .audit = "sso.domain.verify", .output = proof_view },
	{ DELETE, "/api/sso/domains/{domain}", PERM_SSO_MANAGE, domain_delete,
	    .about = "Gives a domain up.",
	    .flags = FRESHLY, .audit = "sso.domain.remove", .status = 204 },
	{ PUT, "/api/sso/enforce", PERM_SSO_MANAGE, enforce_put,
	    .about = "Requires sign-in by the provider, or stops requiring it; "
		"names the owner who may sign in without it.",
	    .flags = FRESHLY, .audit = "sso.enforce", .input = enforce_fields,
	    .output = enforce_view },
	{ GET, "/api/sso/discover", PERM_PUBLIC, sso_discover,
	    .about = "Says which tenant's provider speaks for an address' "
		"domain.",
	    .query = discover_query, .output = discover_view },
	{ GET, "/api/sso/start", PERM_PUBLIC, sso_start,
	    .about = "Sends a browser to the provider of a tenant, or of an "
		"address' domain.",
	    .flags = OUT | ROUTE_BROWSER, .audit = "sso.start",
	    .query = start_query, .status = 303 },
	{ GET, "/api/sso/callback/{tenant}", PERM_PUBLIC, sso_callback,
	    .about = "Takes the provider's answer.",
	    .flags = OUT | ROUTE_BROWSER, .audit = "sso.callback",
	    .query = callback_query, .status = 303 },
	{ POST, "/api/sso/logout/{tenant}", PERM_PUBLIC, sso_logout,
	    .about = "Ends sessions at the provider's request (OpenID Connect "
		"Back-Channel Logout 1.0).",
	    .flags = OUT | ROUTE_FORM, .audit = "sso.logout",
	    .input = logout_fields, .status = 204 },
};

static int
sso_init(void)
{
	return http_init();
}

int
main(int argc, char *argv[])
{
	static const struct service sso = {
		.name = "sso", .routes = routes, .nroutes = nitems(routes),
		.setup = sso_init, .spread = SPREAD,
	};

	return service_main(argc, argv, &sso);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Permissions: what a route requires and what a role grants.
 *
 * Roles are data (tables role_preset and role).  Permissions are code, since
 * each belongs to the routes that require it.  tests/http/test_matrix.py calls
 * every route as every role.
 */
#ifndef CAMELEER_AUTHZ_H
#define CAMELEER_AUTHZ_H

#include <stdbool.h>

#include "libshared/base/ctx.h"

enum perm {
	PERM_UNSET = 0,		/* a route with it stops the start */
	PERM_PUBLIC,		/* everybody, also anonymous */
	PERM_ACCOUNT,		/* every account, without a tenant */
	PERM_PLATFORM_ACCOUNT_READ,	/* from here on: operators only */
	PERM_PLATFORM_ACCOUNT_MANAGE,
	PERM_PLATFORM_TENANT_READ,
	PERM_PLATFORM_TENANT_MANAGE,
	PERM_PLATFORM_OPERATION_READ,
	PERM_PLATFORM_OPERATION_MANAGE,
	PERM_PLATFORM_PLACE_READ,
	PERM_PLATFORM_PLACE_MANAGE,
	PERM_PLATFORM_AUDIT_READ,
	PERM_TENANT_READ,	/* from here on: in the request's tenant */
	PERM_TENANT_MANAGE,
	PERM_TENANT_DELETE,
	PERM_MEMBER_READ,
	PERM_MEMBER_MANAGE,
	PERM_TEAM_MANAGE,
	PERM_ROLE_MANAGE,
	PERM_SSO_MANAGE,
	PERM_TOKEN_MANAGE,
	PERM_AUDIT_READ,
	PERM_AUDIT_EXPORT,
	PERM_APP_READ,
	PERM_APP_MANAGE,
	PERM_APP_DEPLOY,
	PERM_LOG_READ,
	PERM_FINDING_ACKNOWLEDGE,
	PERM_BILLING_READ,
	PERM_LICENSE_READ,
	PERM_AGENT_CONNECT,	/* bootstrap tokens of agents elsewhere */
	PERM_SERVER_USE,	/* use of the tenant proxy */
	PERM__MAX
};

const char *perm_name(enum perm perm);		/* "tenant.read", … */
/* False when no permission has this name. */
bool perm_of(const char *name, enum perm *perm) must_check;
bool perm_needs_tenant(enum perm perm);
bool perm_is_platform(enum perm perm);
/* Is it about what a licence pays for: applications, logs, the server? */
bool perm_is_product(enum perm perm);
/* Only reads: as a token's scope it never suffices for a route that writes. */
bool perm_reads(enum perm perm);
/* Can be granted for one environment only: "app.deploy@dev". */
bool perm_has_scope(enum perm perm);

/*
 * ERR_OK, ERR_UNAUTHENTICATED, or ERR_FORBIDDEN with a code and a detail that
 * names the deciding rule and who can change it: token_not_allowed,
 * second_factor_required, sso_required, sso_session_bound, not_a_member,
 * token_of_other_tenant, operators_only, not_permitted.  ERR_NOT_FOUND
 * no_such_tenant when the request names a tenant that does not exist or of
 * which the account is not a member; ERR_BAD_INPUT tenant_required when it
 * names none.
 *
 * A permission for some environment or application is enough here: a handler of
 * such an object also calls authz_scope().
 */
enum err authz_check(struct ctx *ctx, enum perm perm) must_check;
/* Was the answer no_such_tenant?  The audit trail records it as a refusal. */
bool authz_hidden(const struct ctx *ctx);
/* The same for one environment and one application; NULL: any, or none. */
enum err authz_scope(struct ctx *ctx, enum perm perm, const char *environment,
    const char *application) must_check;
/* For lists: what authz_scope() would answer, without recording a fault. */
bool authz_may(const struct ctx *ctx, enum perm perm, const char *environment,
    const char *application);
/*
 * Nobody grants what they lack.  True when the caller has each of these words
 * (in the form of who.permissions) in every environment and for every
 * application that the word covers.
 */
bool authz_covers(const struct ctx *ctx, const char *words);
/* The first word that is not covered, or NULL. */
const char *authz_lacks(struct ctx *ctx, const char *words) must_check;
/*
 * ERR_FORBIDDEN fresh_login_required: the last proof is older than 10 min;
 * token_not_allowed for an API token, unless the route has ROUTE_TOKEN.
 */
enum err authz_fresh(struct ctx *ctx) must_check;

/*
 * What the licence of the proven tenant permits (M2.7): ERR_FORBIDDEN
 * license_read_only or license_ended.  Reading is refused for what a licence
 * pays for only, so that an owner always sees why.
 */
enum err authz_license(struct ctx *ctx, enum perm perm, bool write)
    must_check;

/*
 * All that the route asks for, in the open transaction: authz_check(),
 * authz_fresh(), a tenant that can be changed (ERR_LOCKED tenant_suspended,
 * tenant_requested, tenant_leaving, tenant_deleting) and its licence.  A
 * handler that waited for somebody outside asks again, after authn_begin().
 */
enum err authz_route(struct ctx *ctx) must_check;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Permissions: what a route asks for, what a role gives.
 *
 * Roles are data (tables role_preset and role).  Permissions are code, since
 * each is tied to the routes that ask for it.  The matrix of
 * tests/http/test_matrix.py asks every route as every role.
 */
#ifndef CAMELEER_AUTHZ_H
#define CAMELEER_AUTHZ_H

#include <stdbool.h>

#include "libshared/base/ctx.h"

enum perm {
	PERM_UNSET = 0,		/* a route with it stops the start */
	PERM_PUBLIC,		/* anybody */
	PERM_ACCOUNT,		/* anybody signed in, no tenant needed */
	PERM_PLATFORM_ACCOUNT_READ,	/* from here on: operators only */
	PERM_PLATFORM_ACCOUNT_MANAGE,
	PERM_PLATFORM_TENANT_READ,
	PERM_PLATFORM_AUDIT_READ,
	PERM_TENANT_READ,	/* from here on: in the token's tenant */
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
	PERM_BILLING_READ,
	PERM_LICENSE_READ,
	PERM_SERVER_USE,	/* through the tenant proxy */
	PERM__MAX
};

const char *perm_name(enum perm perm);		/* "tenant.read", … */
/* False when no permission has this name. */
bool perm_of(const char *name, enum perm *perm) must_check;
bool perm_needs_tenant(enum perm perm);
bool perm_is_platform(enum perm perm);
/* May be given in one environment only: "app.deploy@dev". */
bool perm_has_scope(enum perm perm);

/*
 * ERR_OK, ERR_UNAUTHENTICATED, or ERR_FORBIDDEN with a code and a detail that
 * names the rule that decided and who can lift it: token_not_allowed,
 * second_factor_required, sso_required, sso_session_bound, not_a_member,
 * token_of_other_tenant, operators_only, not_permitted.  ERR_NOT_FOUND
 * no_such_tenant when the request names a tenant that the account is not in,
 * or that does not exist; ERR_BAD_INPUT tenant_required when it names none.
 *
 * A permission that somebody has for some environment or application only is
 * enough here: a handler of such a thing asks authz_scope() too.
 */
enum err authz_check(struct ctx *ctx, enum perm perm) must_check;
/* Was it refused as no_such_tenant?  The trail counts that as a refusal. */
bool authz_hidden(const struct ctx *ctx);
/* The same for one environment and one application; NULL: any, or none. */
enum err authz_scope(struct ctx *ctx, enum perm perm, const char *environment,
    const char *application) must_check;
/* For lists: what authz_scope() would say, without a failure. */
bool authz_may(const struct ctx *ctx, enum perm perm, const char *environment,
    const char *application);
/*
 * Nobody gives what they lack.  True when each of these words, in the form of
 * who.permissions, is among what the caller may do, in each environment and
 * for each application that the word is for.
 */
bool authz_covers(const struct ctx *ctx, const char *words);
/* The first of them that is not, or NULL. */
const char *authz_lacks(struct ctx *ctx, const char *words) must_check;
/*
 * ERR_FORBIDDEN fresh_login_required: the last proof is over 10 min old;
 * token_not_allowed for an API token, unless the route has ROUTE_TOKEN.
 */
enum err authz_fresh(struct ctx *ctx) must_check;

#endif

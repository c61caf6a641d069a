/* SPDX-License-Identifier: Apache-2.0 */
/* Permissions: what a route asks for, what a role gives. */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "libshared/authz.h"
#include "libshared/field.h"
#include "libshared/str.h"

static const char *const names[] = {
	[PERM_UNSET] = "",
	[PERM_PUBLIC] = "public",
	[PERM_ACCOUNT] = "account",
	[PERM_TENANT_READ] = "tenant.read",
	[PERM_TENANT_MANAGE] = "tenant.manage",
	[PERM_TENANT_DELETE] = "tenant.delete",
	[PERM_MEMBER_READ] = "member.read",
	[PERM_AUDIT_READ] = "audit.read",
	[PERM_APP_READ] = "app.read",
	[PERM_APP_MANAGE] = "app.manage",
	[PERM_APP_DEPLOY] = "app.deploy",
	[PERM_LOG_READ] = "log.read",
	[PERM_BILLING_READ] = "billing.read",
	[PERM_LICENSE_READ] = "license.read",
};
static_assert(nitems(names) == PERM__MAX, "a name for each permission");

const char *
perm_name(enum perm perm)
{
	return perm < PERM__MAX ? names[perm] : "";
}

bool
perm_needs_tenant(enum perm perm)
{
	return perm > PERM_ACCOUNT;
}

/* granted - permissions come as " a.b c.d ", so whole words are found */
static bool
granted(const char *permissions, const char *name)
{
	size_t len = strlen(name);
	const char *at = permissions;

	while (at != NULL && (at = strstr(at, name)) != NULL) {
		if (at > permissions && at[-1] == ' ' && at[len] == ' ')
			return true;
		at++;
	}
	return false;
}

enum err
authz_check(struct ctx *ctx, enum perm perm)
{
	if (perm == PERM_PUBLIC)
		return ERR_OK;
	if (perm == PERM_UNSET || perm >= PERM__MAX)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "a route without a permission");
	if (uuid_empty(&ctx->who.account))
		return fail(ctx, ERR_UNAUTHENTICATED, "sign_in_required",
		    "an access token is required");
	if (!perm_needs_tenant(perm))
		return ERR_OK;
	if (uuid_empty(&ctx->who.tenant))
		return fail(ctx, ERR_FORBIDDEN, "tenant_required",
		    "choose a tenant first: POST /api/auth/switch");
	if (ctx->who.role == NULL || ctx->who.tenant_state == NULL)
		return fail(ctx, ERR_FORBIDDEN, "not_a_member",
		    "this account is not a member of the tenant (any more)");
	if (!granted(ctx->who.permissions, perm_name(perm)))
		return fail(ctx, ERR_FORBIDDEN, "not_permitted",
		    "role %s does not give %s; an owner can give another role",
		    ctx->who.role, perm_name(perm));
	return ERR_OK;
}

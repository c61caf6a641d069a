/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Permissions: what a route asks for, what a role gives.
 *
 * Roles are data (table role); permissions are code, since each is tied to the
 * routes that ask for it.  Test t_permissions compares both.
 */
#ifndef CAMELEER_AUTHZ_H
#define CAMELEER_AUTHZ_H

#include <stdbool.h>

#include "libshared/ctx.h"

enum perm {
	PERM_UNSET = 0,		/* a route with it stops the start */
	PERM_PUBLIC,		/* anybody */
	PERM_ACCOUNT,		/* anybody signed in, no tenant needed */
	PERM_TENANT_READ,	/* from here on: in the token's tenant */
	PERM_TENANT_MANAGE,
	PERM_TENANT_DELETE,
	PERM_MEMBER_READ,
	PERM_AUDIT_READ,
	PERM_APP_READ,
	PERM_APP_MANAGE,
	PERM_APP_DEPLOY,
	PERM_LOG_READ,
	PERM_BILLING_READ,
	PERM_LICENSE_READ,
	PERM__MAX
};

const char *perm_name(enum perm perm);		/* "tenant.read", … */
bool perm_needs_tenant(enum perm perm);

/*
 * ERR_OK, ERR_UNAUTHENTICATED, or ERR_FORBIDDEN with code not_permitted that
 * names the permission and who can give it.
 */
enum err authz_check(struct ctx *ctx, enum perm perm) must_check;

#endif

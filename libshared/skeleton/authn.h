/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who asks: a verified access token, and a session that is still good.
 *
 * The token proves the session and the account; the request names its tenant:
 * /t/<tenant>/ by its path, the API by the header TENANT_HEADER.  The database
 * says in the request's own transaction whether all that holds, and which role
 * the account has in that tenant now.  A token may carry a tenant: it is then
 * good for that one only.  An API token is looked up in the database by its
 * digest, once its checksum fits, and carries a tenant always.
 */
#ifndef CAMELEER_AUTHN_H
#define CAMELEER_AUTHN_H

#include "libshared/base/ctx.h"

#define ACCESS_COOKIE	"__Host-cameleer-access"
#define REFRESH_COOKIE	"__Host-cameleer-refresh"
#define ACCESS_TTL_S	600
#define ACCESS_TYP	"at+jwt"
#define ACCESS_AUDIENCE	"cameleer"
#define TENANT_HEADER	"Cameleer-Tenant"

/*
 * Reads the token and the tenant's name into ctx->who; anonymous is ERR_OK,
 * and costs nothing.
 */
enum err authn_token(struct ctx *ctx) must_check;
/*
 * Begins the transaction, pins it, and fills role and permissions.  A tenant
 * that the account is no member of leaves ctx->who.tenant empty; authz_check()
 * refuses it.
 */
enum err authn_begin(struct ctx *ctx, bool write) must_check;
/*
 * After the request: when an API token was last used, to the minute.  In a
 * transaction of its own; what cannot be recorded is logged.
 */
void authn_used(struct ctx *ctx);
/*
 * Pins the open transaction anew, when a request itself proves or makes who it
 * is about: sign-in, a new tenant, the worker.  Row security follows at once.
 */
enum err authn_pin(struct ctx *ctx, const struct uuid *tenant,
    const struct uuid *account) must_check;
/* A cookie-authenticated write: header X-Cameleer-Request and Origin. */
enum err authn_csrf(struct ctx *ctx) must_check;
/* Origin alone: a page of another site, with this browser's cookie. */
enum err authn_origin(struct ctx *ctx) must_check;

#endif

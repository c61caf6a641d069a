/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Authentication: a verified access token and a session that is still valid.
 *
 * The token proves the session and the account; the request names its tenant:
 * /t/<tenant>/ by its path, the API by the header TENANT_HEADER.  In the
 * transaction of the request, the database says whether all that holds and
 * which role the account has in that tenant now.  A token may carry a tenant:
 * it is then valid for that tenant only.  An API token always carries a tenant;
 * it is looked up by its digest when its checksum is right.
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
 * Reads the token and the tenant's name into ctx->who.  An anonymous request is
 * ERR_OK and needs no query.
 */
enum err authn_token(struct ctx *ctx) must_check;
/*
 * Begins the transaction, pins it, and fills in role and permissions.  When the
 * account is not a member of the tenant, ctx->who.tenant stays empty and
 * authz_check() refuses the request.
 */
enum err authn_begin(struct ctx *ctx, bool write) must_check;
/*
 * Asks the database what authn_begin() asks, for a session that nobody has, in
 * the open transaction: can it be asked at all?
 */
enum err authn_try(struct ctx *ctx) must_check;
/*
 * After the request: records when an API token was last used, to the minute, in
 * its own transaction.  A failure is logged only.
 */
void authn_used(struct ctx *ctx);
/*
 * Pins the open transaction again, when the request itself proves or creates
 * its actor or tenant: sign-in, a new tenant, the worker.  Row security follows
 * at once.
 */
enum err authn_pin(struct ctx *ctx, const struct uuid *tenant,
    const struct uuid *account) must_check;
/*
 * A write authenticated by cookie needs the header X-Cameleer-Request and a
 * matching Origin.
 */
enum err authn_csrf(struct ctx *ctx) must_check;
/*
 * Checks Origin only: another site may have sent this browser with its cookie.
 */
enum err authn_origin(struct ctx *ctx) must_check;

#endif

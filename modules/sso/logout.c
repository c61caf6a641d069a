/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A provider ends sessions (OpenID Connect Back-Channel Logout 1.0).  It sends
 * a signed token, which ends the sessions that began before the token was
 * issued.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/jws.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/sso/oidc.h"
#include "modules/sso/sso.h"

#include "modules/sso/login.sql.h"

#define LOGOUT_TOKEN_MAX	49152	/* of a form of 64 KiB */

struct logout_in { const char *logout_token; };

const struct field logout_fields[] = {
	FIELD_TEXT(struct logout_in, logout_token, 1, LOGOUT_TOKEN_MAX,
	    CHARSET_TOKEN),
	FIELD_END_OF("BackchannelLogout")
};

static enum err
logout_refused(struct ctx *ctx)
{
	return fail(ctx, ERR_BAD_INPUT, "logout_token_not_valid",
	    "this is not a logout token of the tenant's provider");
}

static enum err
token_read(struct ctx *ctx, struct oidc_session *session, const char *token,
    const struct json **claims)
{
	struct jose_rule rule = { .kind = JOSE_LOGOUT_TOKEN,
	    .issuer = session->provider.issuer,
	    .audience = session->provider.client_id };
	enum err e;

	if ((e = oidc_metadata(ctx, session)) != ERR_OK ||
	    (e = oidc_verify(ctx, session, &rule, str_of(token), claims)) !=
	    ERR_OK)
		return e;
	return ERR_OK;
}

static enum err
sessions_end(struct ctx *ctx, const struct oidc_session *session,
    const struct json *claims)
{
	const char *sub = json_member(claims, "sub");
	char number[24];
	int64_t ended;
	int64_t issued_at;
	enum err e;

	if (!jws_date_cut(claims, "iat", &issued_at))
		return logout_refused(ctx);
	if ((e = tenant_begin(ctx, &session->tenant, true)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_LOGOUT, &ended,
	    ARG_TEXT(session->provider.issuer), ARG_TEXT(sub),
	    ARG_TEXT(json_member(claims, "sid")), ARG_INT(issued_at))) !=
	    ERR_OK)
		return e;
	if (sub != NULL)
		audit_subject(ctx, "identity", req_copy(ctx, sub));
	audit_fact(ctx, "sessions", req_copy(ctx,
	    sql_int_text(ended, number)));
	return reply_empty(ctx, 204);
}

enum err
sso_logout(struct ctx *ctx)
{
	struct logout_in in = { NULL };
	const struct json *claims = NULL;
	const struct uuid nobody = { "" };
	struct sso_tenant tenant;
	struct oidc_session session;
	bool found;
	enum err e;

	if ((e = req_form(ctx, &in)) != ERR_OK)
		return e;
	if (in.logout_token == NULL)
		return logout_refused(ctx);
	if ((e = tenant_find(ctx, req_param(ctx, "tenant"), &tenant,
	    &found)) != ERR_OK)
		return e;
	if (!found || !tenant.entitled)
		return logout_refused(ctx);
	if ((e = oidc_session_begin(ctx, &tenant.id, &session)) == ERR_OK)
		e = token_read(ctx, &session, in.logout_token, &claims);
	oidc_session_end(ctx, &session);
	if (e == ERR_OK)
		return sessions_end(ctx, &session, claims);
	/*
	 * Anybody may send a request here: a bad token is not attributed to a
	 * tenant.
	 */
	ctx->who.tenant = nobody;
	ctx->who.proven = false;
	if (e != ERR_UNAUTHENTICATED && e != ERR_NOT_FOUND)
		return e;
	fail_clear(ctx);
	return logout_refused(ctx);
}

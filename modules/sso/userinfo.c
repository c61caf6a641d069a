/* SPDX-License-Identifier: Apache-2.0 */
/*
 * User info (OpenID Connect Core 5.3): some providers put only a subject into
 * the ID token and tell the rest here.  It is asked for once, with the access
 * token that came with the ID token, which is not kept.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/audit.h"
#include "modules/sso/oidc.h"

#define REASON_MAX	200

/* info_parse - reads a signed answer (5.3.2), or one that is JSON */
static enum err
info_parse(struct ctx *ctx, struct oidc_session *session, struct str text,
    const struct json **info)
{
	const struct jose_rule rule = { .kind = JOSE_USERINFO,
	    .issuer = session->provider.issuer,
	    .audience = session->provider.client_id };
	struct json *top;

	text = str_trim(text);
	if (!str_starts(text, "{"))
		return oidc_verify(ctx, session, &rule, text, info);
	if (json_parse(ctx, text.p, text.len, &top) != ERR_OK) {
		fail_clear(ctx);
		return fail(ctx, ERR_PEER, NULL, "the user info is not JSON");
	}
	*info = top;
	return ERR_OK;
}

static enum err
info_read(struct ctx *ctx, struct oidc_session *session, const char *access,
    const struct json **info)
{
	struct call_in in = { .url = session->metadata.userinfo_endpoint };
	struct str text;
	enum err e;

	if (access == NULL)
		return fail(ctx, ERR_PEER, NULL,
		    "no access token of type Bearer came with the ID token");
	in.authorization = text_printf(ctx->secrets, "Bearer %s", access);
	if (in.authorization == NULL)
		return fail(ctx, ERR_PEER, NULL, "the access token is larger "
		    "than we can send");
	if ((e = oidc_call(ctx, session, &in, &text.p, &text.len)) != ERR_OK)
		return e;
	return info_parse(ctx, session, text, info);
}

enum err
oidc_userinfo(struct ctx *ctx, struct oidc_session *session,
    const char *access, const char *subject, const struct json **info)
{
	const struct json *found = NULL;
	enum err e = info_read(ctx, session, access, &found);

	*info = NULL;
	if (e == ERR_OK) {
		/* 5.3.4: without the same subject nothing of it counts. */
		if (!json_member_is(found, "sub", subject))
			return fail(ctx, ERR_PEER, "sso_userinfo_not_valid",
			    "the user info is not about the person of the ID "
			    "token");
		*info = found;
		return ERR_OK;
	}
	/* A silent provider is one, whatever it was asked. */
	if (e == ERR_TIMEOUT || (e != ERR_PEER && e != ERR_UNAUTHENTICATED &&
	    e != ERR_FORBIDDEN && e != ERR_TOO_LARGE))
		return e;
	audit_fact(ctx, "userinfo", text_printf(ctx->mem, "%.*s", REASON_MAX,
	    ctx->fault.detail == NULL ? "" : ctx->fault.detail));
	fail_clear(ctx);
	return ERR_OK;
}

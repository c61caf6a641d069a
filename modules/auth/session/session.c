/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session: its tokens and its end.
 *
 * A refresh token is valid once.  A second use means that somebody else has a
 * copy, so the whole session ends (RFC 9700 4.14.2, threat T5).
 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/words.h"
#include "modules/auth/known_device.h"
#include "modules/auth/person.h"
#include "modules/auth/session/session.h"
#include "modules/auth/session/user_agent.h"

#include "modules/auth/session/session.sql.h"

struct refresh_in { const char *refresh_token; };
struct switch_in { const char *tenant; };

const struct field refresh_fields[] = {
	FIELD_SECRET_OPT(struct refresh_in, refresh_token, 1, TOKEN_TEXT_MAX,
	    CHARSET_TOKEN),
	FIELD_END_OF("Refresh")
};

const struct field switch_fields[] = {
	FIELD_TEXT(struct switch_in, tenant, 3, 31, CHARSET_SLUG),
	FIELD_END_OF("TenantSwitch")
};

struct revoke_in { const char *which; };

static const char *const whiches[] = { "others", "all", NULL };

const struct field session_revoke_fields[] = {
	FIELD_CHOICE(struct revoke_in, which, whiches),
	FIELD_END_OF("SessionRevocation")
};

struct session {
	struct uuid	 id;
	const char	*kind, *client_ip, *user_agent, *device;
	const char	*created_at, *seen_at, *expires_at;
	bool		 current;
};

#define SESSION_COLUMNS \
	VIEW_UUID(struct session, id), \
	VIEW_CHOICE(struct session, kind, session_kinds), \
	VIEW_TEXT_OPT(struct session, client_ip), \
	VIEW_TEXT_OPT(struct session, user_agent), \
	VIEW_TIME(struct session, created_at), \
	VIEW_TIME(struct session, seen_at), \
	VIEW_TIME(struct session, expires_at), \
	VIEW_BOOL(struct session, current)

static const struct field session_row[] = { SESSION_COLUMNS, FIELD_END };

const struct field session_view[] = {
	SESSION_COLUMNS,
	VIEW_TEXT(struct session, device),
	FIELD_END_OF("Session")
};

struct refresh {
	struct uuid	 session, account;
	const char	*kind;
	bool		 used, good;
	int64_t		 left_s;
};

static const struct field refresh_row[] = {
	VIEW_UUID(struct refresh, session),
	VIEW_UUID(struct refresh, account),
	VIEW_TEXT(struct refresh, kind),
	VIEW_BOOL(struct refresh, used),
	VIEW_BOOL(struct refresh, good),
	VIEW_INT(struct refresh, left_s),
	FIELD_END
};

struct stored { const char *kind, *sso_tenant; };

static const struct field stored_view[] = {
	VIEW_TEXT(struct stored, kind),
	VIEW_TEXT(struct stored, sso_tenant),
	FIELD_END
};

enum err
session_open(struct ctx *ctx, const struct opening *opening)
{
	enum err e = sql_begin(ctx, true);

	return e == ERR_OK ? session_enter(ctx, opening) : e;
}

/* sessions_trim - ends those that were not used for the longest time */
static enum err
sessions_trim(struct ctx *ctx, const struct uuid *account)
{
	int64_t ended;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_SESSION_TRIM, &ended, ARG_UUID(account),
	    ARG_INT(SESSIONS_MAX))) != ERR_OK || ended == 0)
		return e;
	audit_fact(ctx, "ended_others", text_printf(ctx->mem, "%lld",
	    (long long)ended));
	return ERR_OK;
}

enum err
session_enter(struct ctx *ctx, const struct opening *opening)
{
	struct grant grant = {
		.account = opening->account,
		.cookie = strcmp(opening->kind, "cookie") == 0,
		.left_s = SESSION_TTL_S,
		.rotate = true,
	};
	const struct uuid none = { "" };
	enum err e;

	uuid7(&grant.session);
	if ((e = authn_pin(ctx, &none, &opening->account)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_SESSION_INSERT, NULL,
	    ARG_UUID(&grant.session), ARG_UUID(&opening->account),
	    ARG_TEXT(opening->kind),
	    ARG_TEXT(ctx->client_ip), ARG_TEXT(ctx->req->user_agent),
	    ARG_INT(SESSION_TTL_S), ARG_TEXT(opening->methods),
	    ARG_UUID(&opening->sso_tenant))) != ERR_OK)
		return e;
	ctx->who.account = opening->account;
	audit_fact(ctx, "methods", opening->methods);
	ctx->who.session = grant.session;
	if ((e = sessions_trim(ctx, &opening->account)) != ERR_OK ||
	    (grant.cookie && (e = known_device_keep(ctx, &opening->account)) !=
	    ERR_OK))
		return e;
	return grant_reply(ctx, &grant);
}

/* end_family - ends the session, since somebody else has its token */
static enum err
end_family(struct ctx *ctx, const struct refresh *old)
{
	const struct uuid none = { "" };
	const struct audit audit = {
		.action = "session.reuse", .subject_type = "session",
		.subject_id = old->session.text, .result = AUDIT_REFUSED,
		.code = "refresh_token_reused",
	};
	enum err e;

	if ((e = authn_pin(ctx, &none, &old->account)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_SESSION_REVOKE, NULL,
	    ARG_UUID(&old->session), ARG_UUID(&old->account))) != ERR_OK ||
	    (e = audit_write(ctx, &audit)) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK)
		return e;
	return fail(ctx, ERR_UNAUTHENTICATED, "refresh_token_reused",
	    "this refresh token was used before, so its session has ended");
}

/*
 * refresh_spend - finds the session of a refresh token, and uses the token up
 */
static enum err
refresh_spend(struct ctx *ctx, const char *token, struct refresh *old)
{
	char digest[SHA256_HEX_MAX];
	bool found;
	enum err e;

	token_digest(token, digest);
	if ((e = authn_begin(ctx, true)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_REFRESH_GET, refresh_row, old, &found,
	    ARG_TEXT(digest))) != ERR_OK)
		return e;
	if (!found || !old->good)
		return fail(ctx, ERR_UNAUTHENTICATED, "session_ended",
		    "this session has ended: sign in again");
	if (old->used)
		return end_family(ctx, old);
	return sql_exec(ctx, &SQL_REFRESH_USE, NULL, ARG_TEXT(digest));
}

enum err
session_refresh(struct ctx *ctx)
{
	struct grant grant = { .rotate = true };
	const struct uuid none = { "" };
	struct refresh_in in;
	struct refresh old;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	if (in.refresh_token == NULL) {
		in.refresh_token = req_cookie(ctx, REFRESH_COOKIE);
		ctx->who.by_cookie = in.refresh_token != NULL;
	}
	if (in.refresh_token == NULL)
		return fail(ctx, ERR_UNAUTHENTICATED, "sign_in_required",
		    "no refresh token was sent");
	if ((e = authn_csrf(ctx)) != ERR_OK ||
	    (e = refresh_spend(ctx, in.refresh_token, &old)) != ERR_OK ||
	    (e = authn_pin(ctx, &none, &old.account)) != ERR_OK)
		return e;
	ctx->who.account = grant.account = old.account;
	grant.session = old.session;
	grant.cookie = strcmp(old.kind, "cookie") == 0;
	grant.left_s = old.left_s;
	audit_subject(ctx, "session", req_copy(ctx, old.session.text));
	return grant_reply(ctx, &grant);
}

/* switch_refusal - why this session gets no token for that tenant, or ERR_OK */
static enum err
switch_refusal(struct ctx *ctx, const struct stored *stored,
    const struct membership *tenant)
{
	/*
	 * A session from one tenant's provider is not valid in another tenant.
	 */
	if (stored->sso_tenant != NULL && (tenant == NULL ||
	    strcmp(stored->sso_tenant, tenant->id.text) != 0))
		return fail(ctx, ERR_FORBIDDEN, "sso_session_bound",
		    "the provider of another tenant opened this session, which "
		    "is valid there only: sign in to this tenant in another "
		    "way");
	if (tenant == NULL)
		return fail(ctx, ERR_NOT_FOUND, "no_such_tenant",
		    "there is no such tenant, or you are not a member");
	/*
	 * A script must not get the token that the cookie hides from it (T9).
	 */
	if (ctx->who.by_cookie || strcmp(stored->kind, "cookie") == 0)
		return fail(ctx, ERR_FORBIDDEN, "bearer_session_required",
		    "a browser's session gets no token: name the tenant in "
		    "header " TENANT_HEADER);
	return ERR_OK;
}

/*
 * Gives a token for one of the caller's tenants; a foreign one answers like an
 * unknown one.
 */
enum err
session_switch(struct ctx *ctx)
{
	struct grant grant = { .account = ctx->who.account,
	    .session = ctx->who.session };
	struct membership *rows;
	struct switch_in in;
	struct stored stored;
	size_t i, n;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	if (ctx->who.bound && (ctx->who.tenant_slug == NULL ||
	    strcmp(ctx->who.tenant_slug, in.tenant) != 0))
		return fail(ctx, ERR_FORBIDDEN, "token_of_other_tenant",
		    "this token is valid for its own tenant only: use the "
		    "token of the session");
	if ((e = grant_tenants(ctx, &rows, &n)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_SESSION_GET, stored_view, &stored,
	    ARG_UUID(&grant.session))) != ERR_OK)
		return e;
	for (i = 0; i < n && strcmp(rows[i].slug, in.tenant) != 0; i++)
		;
	if ((e = switch_refusal(ctx, &stored, i == n ? NULL : &rows[i])) !=
	    ERR_OK)
		return e;
	grant.tenant = rows[i].id;
	audit_subject(ctx, "tenant", rows[i].id.text);
	return grant_reply(ctx, &grant);
}

/* cookies_clear - removes the tokens from the browser as well */
static enum err
cookies_clear(struct ctx *ctx)
{
	enum err e;

	if ((e = reply_cookie(ctx, ACCESS_COOKIE, "", 0)) != ERR_OK ||
	    (e = reply_cookie(ctx, REFRESH_COOKIE, "", 0)) != ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}

enum err
session_logout(struct ctx *ctx)
{
	enum err e;

	audit_subject(ctx, "session", req_copy(ctx, ctx->who.session.text));
	if ((e = sql_exec(ctx, &SQL_SESSION_REVOKE, NULL,
	    ARG_UUID(&ctx->who.session), ARG_UUID(&ctx->who.account))) !=
	    ERR_OK)
		return e;
	return cookies_clear(ctx);
}

enum err
session_end_all(struct ctx *ctx, const struct uuid *account)
{
	return sql_exec(ctx, &SQL_SESSION_REVOKE_ALL, NULL, ARG_UUID(account));
}

enum err
session_end_others(struct ctx *ctx, const struct uuid *account,
    const struct uuid *session)
{
	return sql_exec(ctx, &SQL_SESSION_REVOKE_OTHERS, NULL,
	    ARG_UUID(account), ARG_UUID(session));
}

/* Ends all sessions but this one, or all of them. */
enum err
session_revoke(struct ctx *ctx)
{
	struct revoke_in in;
	bool all;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	all = strcmp(in.which, "all") == 0;
	audit_subject(ctx, "account", ctx->who.account.text);
	audit_fact(ctx, "which", in.which);
	e = all ? session_end_all(ctx, &ctx->who.account) :
	    session_end_others(ctx, &ctx->who.account, &ctx->who.session);
	if (e != ERR_OK)
		return e;
	return all ? cookies_clear(ctx) : reply_empty(ctx, 204);
}

enum err
session_list(struct ctx *ctx)
{
	struct reply_page page = { .view = session_view,
	    .size = sizeof(struct session) };
	struct session *rows;
	size_t i;
	enum err e;

	if ((e = sql_many(ctx, &SQL_SESSION_LIST, session_row, sizeof(*rows),
	    &rows, &page.n, ARG_UUID(&ctx->who.account),
	    ARG_UUID(&ctx->who.session))) != ERR_OK)
		return e;
	for (i = 0; i < page.n; i++)
		rows[i].device = user_agent_name(ctx, rows[i].user_agent);
	page.rows = rows;
	return reply_list(ctx, &page);
}

enum err
session_delete(struct ctx *ctx)
{
	const char *id = req_param(ctx, "id");
	struct uuid session;
	int64_t ended;
	enum err e;

	if (!uuid_set(&session, id))
		return fail(ctx, ERR_NOT_FOUND, "no_such_session",
		    "there is no such session");
	audit_subject(ctx, "session", id);
	if ((e = sql_exec(ctx, &SQL_SESSION_REVOKE, &ended,
	    ARG_UUID(&session), ARG_UUID(&ctx->who.account))) != ERR_OK)
		return e;
	if (ended == 0)
		return fail(ctx, ERR_NOT_FOUND, "no_such_session",
		    "there is no such session");
	return reply_empty(ctx, 204);
}

enum err
session_prove(struct ctx *ctx, const char *method)
{
	int64_t proved;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_SESSION_PROVE, &proved,
	    ARG_UUID(&ctx->who.session), ARG_UUID(&ctx->who.account),
	    ARG_TEXT(method))) != ERR_OK)
		return e;
	if (proved == 0)
		return fail(ctx, ERR_UNAUTHENTICATED, "session_ended",
		    "this session has ended: sign in again");
	audit_fact(ctx, "method", method);
	return ERR_OK;
}

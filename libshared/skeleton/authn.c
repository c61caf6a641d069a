/* SPDX-License-Identifier: Apache-2.0 */
/* Authentication: a verified access token and a session that is still valid. */
#include "config.h"

#include <string.h>
#include <time.h>

#include "libshared/base/arena.h"
#include "libshared/base/log.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/api_token.h"
#include "libshared/proto/key.h"
#include "libshared/proto/token.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/req.h"

#include "libshared/skeleton/authn.sql.h"

/* What the database says about the actor; a session has no token scopes. */
struct standing {
	bool		 good, fresh, use_due;
	struct uuid	 token, account, tenant;
	const char	*kind, *role, *permissions, *scopes, *rule;
	const char	*tenant_slug, *tenant_state, *license_state;
	int64_t		 license_valid_s, license_grace_s;
};

static const struct field standing_view[] = {
	VIEW_BOOL(struct standing, good),
	VIEW_TEXT_OPT(struct standing, kind),
	VIEW_BOOL(struct standing, fresh),
	VIEW_UUID_OPT(struct standing, tenant),
	VIEW_TEXT_OPT(struct standing, role),
	VIEW_TEXT_OPT(struct standing, permissions),
	VIEW_TEXT_OPT(struct standing, rule),
	VIEW_TEXT_OPT(struct standing, tenant_slug),
	VIEW_TEXT_OPT(struct standing, tenant_state),
	VIEW_TEXT_OPT(struct standing, license_state),
	VIEW_INT(struct standing, license_valid_s),
	VIEW_INT(struct standing, license_grace_s),
	FIELD_END
};

static const struct field token_standing_view[] = {
	VIEW_BOOL(struct standing, good),
	VIEW_UUID_OPT(struct standing, token),
	VIEW_UUID_OPT(struct standing, account),
	VIEW_UUID_OPT(struct standing, tenant),
	VIEW_TEXT_OPT(struct standing, kind),
	VIEW_TEXT_OPT(struct standing, role),
	VIEW_TEXT_OPT(struct standing, permissions),
	VIEW_TEXT_OPT(struct standing, scopes),
	VIEW_TEXT_OPT(struct standing, tenant_slug),
	VIEW_TEXT_OPT(struct standing, tenant_state),
	VIEW_TEXT_OPT(struct standing, license_state),
	VIEW_INT(struct standing, license_valid_s),
	VIEW_INT(struct standing, license_grace_s),
	VIEW_BOOL(struct standing, use_due),
	FIELD_END
};

/* token_of - returns the bearer token, else the cookie; NULL: anonymous */
static const char *
token_of(struct ctx *ctx, bool *by_cookie)
{
	const char *value = ctx->req->authorization;

	*by_cookie = false;
	if (value != NULL)
		return strncasecmp(value, "Bearer ", 7) == 0 ? value + 7 : "";
	value = req_cookie(ctx, ACCESS_COOKIE);
	*by_cookie = value != NULL;
	return value;
}

/* session_take - reads a UUID claim; false when it is present and not a UUID */
static bool
session_take(const struct json *claims, const char *name, struct uuid *uuid)
{
	const char *text = json_member(claims, name);

	return text == NULL ? json_get(claims, name) == NULL :
	    uuid_set(uuid, text);
}

/*
 * name_tenant - reads the tenant of the path, which nginx has checked, or of
 * the header
 */
static enum err
name_tenant(struct ctx *ctx)
{
	static const struct field rule = FIELD_TEXT(struct who, named, 3, 31,
	    CHARSET_SLUG);
	const struct req *rq = ctx->req;
	const char *name = rq->tenant_header;

	if (rq->tenant_param != NULL) {
		ctx->who.named = rq->tenant_param;
		return ERR_OK;
	}
	if (rq->tenant_twice || (name != NULL && field_check_text(ctx, &rule,
	    name, strlen(name)) != NULL))
		return fail(ctx, ERR_BAD_INPUT, "bad_tenant_header",
		    "header " TENANT_HEADER " must occur once, with the short "
		    "name of a tenant");
	ctx->who.named = name;
	return ERR_OK;
}

/*
 * api_token - takes the digest when the text can be one of our API tokens; the
 * database says whose it is
 */
static enum err
api_token(struct ctx *ctx, const char *token)
{
	char digest[SHA256_HEX_MAX];

	if (!api_token_sound(str_of(token)))
		return fail(ctx, ERR_UNAUTHENTICATED, "invalid_token",
		    "this is not a complete API token");
	token_digest(token, digest);
	ctx->who.bound = true;
	ctx->who.digest = arena_text(ctx->mem, digest, sizeof(digest) - 1);
	return ctx->who.digest != NULL ? name_tenant(ctx) :
	    fail(ctx, ERR_TOO_LARGE, NULL, "no room for a digest");
}

enum err
authn_token(struct ctx *ctx)
{
	const struct token_rule rule = { &process.keys, KEY_ACCESS,
	    ACCESS_TYP, process.conf->base_url, ACCESS_AUDIENCE,
	    (int64_t)time(NULL) };
	const struct json *claims;
	const char *token, *why = NULL;
	enum err e;

	if ((token = token_of(ctx, &ctx->who.by_cookie)) == NULL)
		return ERR_OK;
	/*
	 * A cookie never holds an API token: browsers run no scripts of
	 * customers.
	 */
	if (!ctx->who.by_cookie &&
	    str_starts(str_of(token), API_TOKEN_PREFIX))
		return api_token(ctx, token);
	if ((e = process_keys(ctx, false)) != ERR_OK)
		return e;
	e = token_verify(ctx, &rule, str_of(token), &claims, &why);
	if (e == ERR_UNAUTHENTICATED && strcmp(why, "unknown_kid") == 0 &&
	    process_keys(ctx, true) == ERR_OK) {
		fail_clear(ctx);
		e = token_verify(ctx, &rule, str_of(token), &claims, &why);
	}
	if (e != ERR_OK)
		return e;
	if (!session_take(claims, "sub", &ctx->who.account) ||
	    !session_take(claims, "sid", &ctx->who.session) ||
	    !session_take(claims, "tid", &ctx->who.tenant) ||
	    uuid_empty(&ctx->who.account) || uuid_empty(&ctx->who.session))
		return fail(ctx, ERR_UNAUTHENTICATED, "invalid_token",
		    "the access token is not valid");
	ctx->who.bound = !uuid_empty(&ctx->who.tenant);
	return name_tenant(ctx);
}

/* standing_apply - sets what holds for this request and drops older values */
static void
standing_apply(struct who *who, const struct standing *standing)
{
	who->kind = standing->kind;
	who->fresh = standing->fresh;
	who->rule = standing->rule;
	who->role = standing->role;
	who->permissions = standing->permissions;
	who->scopes = standing->scopes;
	who->tenant_slug = standing->tenant_slug;
	who->tenant_state = standing->tenant_state;
	who->license_state = standing->license_state;
	who->license_valid_s = standing->license_valid_s;
	who->license_grace_s = standing->license_grace_s;
	who->use_due = standing->use_due;
}

/* begin_token - sends the first statement of a request with an API token */
static enum err
begin_token(struct ctx *ctx)
{
	struct standing standing = { 0 };
	enum err e;

	if ((e = sql_one(ctx, &SQL_REQUEST_BEGIN_TOKEN, token_standing_view,
	    &standing, ARG_TEXT(ctx->who.digest))) != ERR_OK)
		return e;
	if (!standing.good)
		return fail(ctx, ERR_UNAUTHENTICATED, "token_ended",
		    "this API token is not known, has expired or was "
		    "revoked, or its account is disabled");
	ctx->who.account = standing.account;
	ctx->who.tenant = standing.tenant;
	ctx->who.token = standing.token;
	standing_apply(&ctx->who, &standing);
	audit_fact(ctx, "api_token", ctx->who.token.text);
	return ERR_OK;
}

void
authn_used(struct ctx *ctx)
{
	const struct who *who = &ctx->who;

	if (!who->use_due)
		return;
	if (sql_begin(ctx, true) != ERR_OK ||
	    sql_exec(ctx, &SQL_API_TOKEN_USED, NULL, ARG_UUID(&who->tenant),
	    ARG_UUID(&who->token)) != ERR_OK || sql_commit(ctx) != ERR_OK)
		log_event(LOG_WARN, "use_not_recorded",
		    LOG_TEXT("api_token", who->token.text));
	sql_rollback(ctx);
}

enum err
authn_begin(struct ctx *ctx, bool write)
{
	struct standing standing = { 0 };
	enum err e;

	if ((e = sql_begin(ctx, write)) != ERR_OK)
		return e;
	if (ctx->who.digest != NULL)
		return begin_token(ctx);
	if (uuid_empty(&ctx->who.account))
		return ERR_OK;
	if ((e = sql_one(ctx, &SQL_REQUEST_BEGIN, standing_view, &standing,
	    ARG_UUID(&ctx->who.session), ARG_UUID(&ctx->who.account),
	    ARG_UUID(&ctx->who.tenant), ARG_TEXT(ctx->who.bound ? NULL :
	    ctx->who.named))) != ERR_OK)
		return e;
	ctx->who.tenant = standing.tenant;
	if (!standing.good)
		return fail(ctx, ERR_UNAUTHENTICATED, "session_ended",
		    "this session has ended: sign in again");
	standing_apply(&ctx->who, &standing);
	return ERR_OK;
}

enum err
authn_try(struct ctx *ctx)
{
	struct standing standing = { 0 };
	struct uuid nobody;

	uuid7(&nobody);
	return sql_one(ctx, &SQL_REQUEST_BEGIN, standing_view, &standing,
	    ARG_UUID(&nobody), ARG_UUID(&nobody), ARG_NULL, ARG_NULL);
}

enum err
authn_pin(struct ctx *ctx, const struct uuid *tenant,
    const struct uuid *account)
{
	return sql_exec(ctx, &SQL_REQUEST_PIN, NULL, ARG_UUID(tenant),
	    ARG_UUID(account));
}

enum err
authn_origin(struct ctx *ctx)
{
	const char *origin = ctx->req->origin;

	if (ctx->who.by_cookie && origin != NULL &&
	    strcmp(origin, process.conf->base_url) != 0)
		return fail(ctx, ERR_FORBIDDEN, "foreign_origin",
		    "the Origin header names another site");
	return ERR_OK;
}

enum err
authn_csrf(struct ctx *ctx)
{
	const char *csrf = ctx->req->csrf;

	if (ctx->who.by_cookie && (csrf == NULL || strcmp(csrf, "1") != 0))
		return fail(ctx, ERR_FORBIDDEN, "csrf_header_missing",
		    "a write with a cookie needs header X-Cameleer-Request: 1");
	return authn_origin(ctx);
}

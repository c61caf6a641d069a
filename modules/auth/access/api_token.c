/* SPDX-License-Identifier: Apache-2.0 */
/*
 * API tokens, which programs use instead of a password.
 *
 * A token acts for its account within its scopes: a request may do what both
 * the account's present permissions and the scopes allow.  The secret is shown
 * once and stored as a digest.  Nobody makes a token that may do more than they
 * may, and no token makes another.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/api_token.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authz.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/access/access.h"
#include "modules/auth/access/api_token.h"

#include "modules/auth/access/api_token.sql.h"

#define TOKENS_MAX	50	/* valid ones per account and tenant */
#define SCOPES_MAX	50
#define DAYS_MAX	366
#define OVERLAP_MAX_H	168

struct token_new { const char *name, *scopes; int64_t expires_in_days; };
struct rotate_in { int64_t overlap_hours; };

struct token {
	struct uuid	 id, replaced_by;
	const char	*name, *hint, *scopes;
	const char	*created_at, *expires_at, *used_at;
	const char	*token;		/* for a new token only */
};

const struct field token_in_fields[] = {
	FIELD_TEXT(struct token_new, name, 1, 60, CHARSET_LABEL),
	FIELD_LIST(struct token_new, scopes, 1, SCOPES_MAX),
	FIELD_INT(struct token_new, expires_in_days, 1, DAYS_MAX),
	FIELD_END_OF("ApiTokenCreate")
};

const struct field rotate_fields[] = {
	FIELD_INT(struct rotate_in, overlap_hours, 0, OVERLAP_MAX_H),
	FIELD_END_OF("ApiTokenRotation")
};

const struct field token_view[] = {
	VIEW_UUID(struct token, id),
	VIEW_TEXT(struct token, name),
	VIEW_TEXT(struct token, hint),
	VIEW_LIST(struct token, scopes),
	VIEW_UUID_OPT(struct token, replaced_by),
	VIEW_TIME(struct token, created_at),
	VIEW_TIME(struct token, expires_at),
	VIEW_TIME_OPT(struct token, used_at),
	FIELD_END_OF("ApiToken")
};

const struct field token_made_view[] = {
	VIEW_AT(struct token, token, FIELD_KIND_SECRET),
	VIEW_UUID(struct token, id),
	VIEW_TEXT(struct token, name),
	VIEW_TEXT(struct token, hint),
	VIEW_LIST(struct token, scopes),
	VIEW_TIME(struct token, created_at),
	VIEW_TIME(struct token, expires_at),
	FIELD_END_OF("ApiTokenCreated")
};

static enum err
not_there(struct ctx *ctx)
{
	return fail(ctx, ERR_NOT_FOUND, "no_such_token",
	    "there is no such API token");
}

/* check_scope - accepts an existing scope that the caller has */
static enum err
check_scope(struct ctx *ctx, struct str scope)
{
	const char *name = text_printf(ctx->mem, "%.*s", (int)scope.len,
	    scope.p);
	enum perm perm;

	if (name == NULL || !perm_of(name, &perm) || !perm_needs_tenant(perm))
		return fail_at(ctx, "scopes", fail(ctx, ERR_INVALID,
		    "no_such_scope",
		    "there is no scope '%s': GET /api/tenants/permissions "
		    "lists them", name == NULL ? "" : name));
	return authz_scope(ctx, perm, NULL, NULL);
}

/* api_token_effective - the holder's permissions that are within the scopes */
static const char *
api_token_effective(struct ctx *ctx, const struct holder *holder,
    const char *scopes)
{
	struct str rest = str_of(holder->permissions), word, name;
	const char *list = text_printf(ctx->mem, ",%.*s,",
	    (int)list_words(scopes).len, list_words(scopes).p);
	const char *look;
	struct buf words;

	buf_init(&words, ctx->mem, rest.len + 3);
	while (rest.len > 0) {
		word = name = str_cut(&rest, ' ');
		name.len = strcspn(word.p, " @:");
		look = text_printf(ctx->mem, ",%.*s,", (int)name.len, name.p);
		if (word.len > 0 && list != NULL && look != NULL &&
		    strstr(list, look) != NULL)
			buf_printf(&words, " %.*s", (int)word.len, word.p);
	}
	return words.p;
}

/* check_scopes - the caller must have all that the holder could do with them */
static enum err
check_scopes(struct ctx *ctx, const struct holder *holder, const char *scopes)
{
	struct str rest = list_words(scopes);
	enum err e;

	while (rest.len > 0)
		if ((e = check_scope(ctx, str_cut(&rest, ','))) != ERR_OK)
			return e;
	if (holder->permissions != NULL &&
	    !authz_covers(ctx, api_token_effective(ctx, holder, scopes)))
		return fail(ctx, ERR_FORBIDDEN, "scope_above_yours",
		    "with these scopes the service account could do more than "
		    "you yourself; whoever may do that can make the token");
	return ERR_OK;
}

/* check_number - counts after the change, so that ended tokens do not count */
static enum err
check_number(struct ctx *ctx, const struct holder *holder)
{
	int64_t alive;
	enum err e;

	if ((e = sql_count(ctx, &SQL_API_TOKEN_COUNT, &alive,
	    ARG_UUID(&holder->account))) != ERR_OK)
		return e;
	if (alive > TOKENS_MAX)
		return fail(ctx, ERR_CONFLICT, "too_many_tokens",
		    "one account has at most %d API tokens in a tenant: "
		    "revoke one first", TOKENS_MAX);
	return ERR_OK;
}

/*
 * api_token_find - finds a valid token of this holder; the answer is the same
 * for a foreign token and for none
 */
static enum err
api_token_find(struct ctx *ctx, const struct holder *holder,
    const struct uuid *id,
    struct token *token)
{
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_API_TOKEN_FIND, token_view, token, &found,
	    ARG_UUID(id), ARG_UUID(&holder->account))) != ERR_OK)
		return e;
	return found ? ERR_OK : not_there(ctx);
}

/* api_token_made - answers 201 with the secret, for the only time */
static enum err
api_token_made(struct ctx *ctx, const struct holder *holder,
    const struct uuid *id,
    const char *secret)
{
	struct token token = { .token = NULL };
	enum err e;

	if ((e = check_number(ctx, holder)) != ERR_OK ||
	    (e = api_token_find(ctx, holder, id, &token)) != ERR_OK)
		return e;
	token.token = secret;
	audit_subject(ctx, "api_token", req_copy(ctx, token.id.text));
	audit_fact(ctx, "name", token.name);
	audit_fact(ctx, "account", holder->account.text);
	audit_fact(ctx, "scopes", token.scopes);
	audit_fact(ctx, "expires_at", token.expires_at);
	return reply(ctx, 201, token_made_view, &token);
}

/*
 * secret_new - makes the text, its digest, and the hint by which it is
 * recognized
 */
static enum err
secret_new(struct ctx *ctx, const char **secret, char digest[SHA256_HEX_MAX],
    char hint[API_TOKEN_HINT_LEN + 1])
{
	enum err e;

	if ((e = api_token_new(ctx, secret)) != ERR_OK)
		return e;
	token_digest(*secret, digest);
	memcpy(hint, *secret, API_TOKEN_HINT_LEN);
	hint[API_TOKEN_HINT_LEN] = '\0';
	return ERR_OK;
}

enum err
holder_list(struct ctx *ctx, const struct holder *holder)
{
	static const struct reply_search search = { &SQL_API_TOKEN_LIST,
	    &SQL_API_TOKEN_TOTAL, token_view, sizeof(struct token), "name",
	    NULL };
	/* A token sees only itself; a service account's tokens need a scope. */
	const struct uuid none = { "" };
	const struct uuid *only = holder->permissions == NULL ?
	    &ctx->who.token : &none;

	return reply_searched(ctx, &search, ARG_UUID(&holder->account),
	    ARG_UUID(only));
}

enum err
holder_create(struct ctx *ctx, const struct holder *holder)
{
	char digest[SHA256_HEX_MAX], hint[API_TOKEN_HINT_LEN + 1];
	struct token_new in;
	const char *secret;
	struct uuid id;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = check_scopes(ctx, holder, in.scopes)) != ERR_OK ||
	    (e = secret_new(ctx, &secret, digest, hint)) != ERR_OK)
		return e;
	uuid7(&id);
	if ((e = sql_exec(ctx, &SQL_API_TOKEN_LOCK, NULL,
	    ARG_UUID(&holder->account))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_API_TOKEN_FORGET, NULL,
	    ARG_UUID(&holder->account))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_API_TOKEN_INSERT, NULL, ARG_UUID(&id),
	    ARG_UUID(&holder->account), ARG_TEXT(in.name), ARG_TEXT(digest),
	    ARG_TEXT(hint), ARG_TEXT(in.scopes),
	    ARG_INT(in.expires_in_days))) != ERR_OK)
		return e;
	return api_token_made(ctx, holder, &id, secret);
}

enum err
holder_rotate(struct ctx *ctx, const struct holder *holder, const char *name)
{
	char digest[SHA256_HEX_MAX], hint[API_TOKEN_HINT_LEN + 1];
	struct uuid id, old_id;
	struct rotate_in in;
	struct token old;
	const char *secret;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	if (!uuid_set(&old_id, req_param(ctx, name)))
		return not_there(ctx);
	if ((e = sql_exec(ctx, &SQL_API_TOKEN_LOCK, NULL,
	    ARG_UUID(&holder->account))) != ERR_OK ||
	    (e = api_token_find(ctx, holder, &old_id, &old)) != ERR_OK)
		return e;
	if (!uuid_empty(&old.replaced_by))
		return fail(ctx, ERR_CONFLICT, "token_replaced",
		    "this API token has been replaced: rotate the one that "
		    "took its place");
	if ((holder->permissions != NULL &&
	    (e = check_scopes(ctx, holder, old.scopes)) != ERR_OK) ||
	    (e = secret_new(ctx, &secret, digest, hint)) != ERR_OK)
		return e;
	uuid7(&id);
	if ((e = sql_exec(ctx, &SQL_API_TOKEN_SUCCEED, NULL, ARG_UUID(&id),
	    ARG_UUID(&old_id), ARG_UUID(&holder->account), ARG_TEXT(digest),
	    ARG_TEXT(hint))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_API_TOKEN_REPLACE, NULL,
	    ARG_UUID(&old_id), ARG_UUID(&id), ARG_INT(in.overlap_hours))) !=
	    ERR_OK)
		return e;
	audit_fact(ctx, "replaces", old.id.text);
	return api_token_made(ctx, holder, &id, secret);
}

/* A token that has leaked may end itself, but no other token. */
enum err
holder_revoke(struct ctx *ctx, const struct holder *holder, const char *name)
{
	struct uuid id;
	int64_t ended;
	enum err e;

	if (!uuid_set(&id, req_param(ctx, name)))
		return not_there(ctx);
	audit_subject(ctx, "api_token", req_copy(ctx, id.text));
	if (!uuid_empty(&ctx->who.token) && holder->permissions == NULL &&
	    strcmp(ctx->who.token.text, id.text) != 0)
		return fail(ctx, ERR_FORBIDDEN, "token_not_allowed",
		    "an API token can end only itself");
	if ((e = sql_exec(ctx, &SQL_API_TOKEN_REVOKE, &ended, ARG_UUID(&id),
	    ARG_UUID(&holder->account))) != ERR_OK)
		return e;
	return ended == 1 ? reply_empty(ctx, 204) : not_there(ctx);
}

static struct holder
api_token_myself(const struct ctx *ctx)
{
	return (struct holder){ .account = ctx->who.account };
}

enum err
token_list(struct ctx *ctx)
{
	const struct holder me = api_token_myself(ctx);

	return holder_list(ctx, &me);
}

enum err
token_create(struct ctx *ctx)
{
	const struct holder me = api_token_myself(ctx);

	return holder_create(ctx, &me);
}

enum err
token_rotate(struct ctx *ctx)
{
	const struct holder me = api_token_myself(ctx);

	return holder_rotate(ctx, &me, "id");
}

enum err
token_revoke(struct ctx *ctx)
{
	const struct holder me = api_token_myself(ctx);

	return holder_revoke(ctx, &me, "id");
}

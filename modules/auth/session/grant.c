/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answer to sign-in, refresh and switch: an access token that lives ten
 * minutes and a refresh token that is valid once.  In a browser both are
 * cookies that no script can read.  The session's token names only the account;
 * switch alone gives a token that carries a tenant, for programs.
 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "libshared/base/arena.h"
#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/key.h"
#include "libshared/proto/token.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/words.h"
#include "modules/auth/person.h"
#include "modules/auth/session/session.h"

#include "modules/auth/person.sql.h"
#include "modules/auth/session/session.sql.h"

static const struct field membership_row[] = {
	VIEW_UUID(struct membership, id),
	VIEW_TEXT(struct membership, slug),
	VIEW_TEXT(struct membership, name),
	VIEW_TEXT(struct membership, tier),
	VIEW_TEXT(struct membership, state),
	VIEW_TEXT(struct membership, role),
	VIEW_TEXT(struct membership, features),
	FIELD_END
};

const struct field membership_view[] = {
	VIEW_UUID(struct membership, id),
	VIEW_TEXT(struct membership, slug),
	VIEW_TEXT(struct membership, name),
	VIEW_CHOICE(struct membership, tier, tier_words),
	VIEW_CHOICE(struct membership, state, tenant_states),
	VIEW_TEXT(struct membership, role),
	FIELD_END_OF("TenantMembership")
};

/* For OpenAPI: the answer that grant_reply() composes. */
struct granted {
	const char	*account, *tenants, *tenant;
	const char	*access_token, *refresh_token, *token_type;
	const char	*second_factor, *challenge;
	int64_t		 expires_in;
};

static const char *const token_types[] = { "Bearer", NULL };
static const char *const factor_words[] = { "totp", "passkey", "recovery",
    NULL };

/*
 * Tokens are null when they are cookies or did not change.  While a second
 * factor is still required, all members but the challenge are null; expires_in
 * is then that of the challenge.
 */
const struct field grant_view[] = {
	VIEW_OBJECT_OPT(struct granted, account, account_view),
	VIEW_OBJECTS_OPT(struct granted, tenants, membership_view),
	VIEW_TEXT_OPT(struct granted, tenant),
	VIEW_TEXT_OPT(struct granted, access_token),
	VIEW_TEXT_OPT(struct granted, refresh_token),
	VIEW_CHOICE_OPT(struct granted, token_type, token_types),
	VIEW_INT(struct granted, expires_in),
	VIEW_TEXTS_OF_OPT(struct granted, second_factor, factor_words),
	VIEW_TEXT_OPT(struct granted, challenge),
	FIELD_END_OF("SignIn")
};

enum err
grant_tenants(struct ctx *ctx, struct membership **rows, size_t *n)
{
	return sql_many(ctx, &SQL_TENANTS_MINE, membership_row, sizeof(**rows),
	    rows, n);
}

/*
 * claims_of - makes the claims of the access token; roles, entitlements (M2.4)
 */
static enum err
claims_of(struct ctx *ctx, const struct grant *grant,
    const struct membership *tenant, struct json **out)
{
	struct json *claims = json_object(ctx);
	int64_t now = (int64_t)time(NULL);
	struct uuid id;
	enum err e;

	uuid7(&id);
	json_put_text(claims, "iss", process.conf->base_url);
	json_put_text(claims, "aud", ACCESS_AUDIENCE);
	json_put_text(claims, "sub", grant->account.text);
	json_put_text(claims, "sid", grant->session.text);
	json_put_text(claims, "jti", id.text);
	json_put_int(claims, "iat", now);
	json_put_int(claims, "nbf", now);
	json_put_int(claims, "exp", now + ACCESS_TTL_S);
	if (tenant != NULL) {
		json_put_text(claims, "tid", tenant->id.text);
		json_put_text(claims, "tenant", tenant->slug);
		json_put_text(claims, "role", tenant->role);
		json_put_text(claims, "tier", tenant->tier);
		if ((e = json_put_raw(ctx, claims, "entitlements",
		    tenant->features)) != ERR_OK)
			return e;
	}
	*out = claims;
	return ERR_OK;
}

static enum err
put_access(struct ctx *ctx, const struct grant *grant,
    const struct membership *tenant, struct json *answer)
{
	const struct key *key;
	struct json *claims;
	const char *token;
	enum err e;

	/* Sign-in is public: the keys have not been read yet. */
	if ((e = process_keys(ctx, false)) != ERR_OK)
		return e;
	if ((key = keyring_signer(&process.keys, KEY_ACCESS)) == NULL)
		return fail(ctx, ERR_UNAVAILABLE, "no_signing_key",
		    "no active key for access tokens: cameleerctl keys list");
	if ((e = claims_of(ctx, grant, tenant, &claims)) != ERR_OK ||
	    (e = token_sign(ctx, key, ACCESS_TYP, claims, &token)) != ERR_OK)
		return e;
	json_put_text(answer, "access_token", grant->cookie ? NULL : token);
	json_put_text(answer, "token_type", grant->cookie ? NULL : "Bearer");
	json_put_int(answer, "expires_in", ACCESS_TTL_S);
	json_put_null(answer, "second_factor");
	json_put_null(answer, "challenge");
	return grant->cookie ? reply_cookie(ctx, ACCESS_COOKIE, token,
	    ACCESS_TTL_S) : ERR_OK;
}

static enum err
put_refresh(struct ctx *ctx, const struct grant *grant, struct json *answer)
{
	char digest[SHA256_HEX_MAX];
	const char *token;
	enum err e;

	json_put_null(answer, "refresh_token");
	if (!grant->rotate)
		return ERR_OK;
	if ((e = crypto_random_text(ctx, 32, &token)) != ERR_OK)
		return e;
	token_digest(token, digest);
	if ((e = sql_exec(ctx, &SQL_REFRESH_INSERT, NULL, ARG_TEXT(digest),
	    ARG_UUID(&grant->session))) != ERR_OK)
		return e;
	if (grant->cookie)
		return reply_cookie(ctx, REFRESH_COOKIE, token, grant->left_s);
	json_put_text(answer, "refresh_token", token);
	return ERR_OK;
}

/* grant_chosen - returns the membership that the token is for, or NULL */
static const struct membership *
grant_chosen(const struct grant *grant, const struct membership *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(rows[i].id.text, grant->tenant.text) == 0)
			return &rows[i];
	return NULL;
}

enum err
grant_list(struct ctx *ctx, const struct membership *rows, size_t n,
    struct json **list)
{
	struct json *array = json_array(ctx), *one;
	size_t i;
	enum err e;

	for (i = 0; i < n; i++) {
		if ((e = field_encode(ctx, membership_view, &rows[i],
		    &one)) != ERR_OK)
			return e;
		json_add(array, one);
	}
	*list = array;
	return ERR_OK;
}

enum err
grant_reply(struct ctx *ctx, struct grant *grant)
{
	struct json *answer = json_object(ctx), *list, *one;
	const struct membership *tenant;
	struct membership *rows;
	struct account account;
	size_t n;
	enum err e;

	if ((e = sql_one(ctx, &SQL_ACCOUNT_BY_ID, account_view, &account,
	    ARG_UUID(&grant->account))) != ERR_OK ||
	    (e = grant_tenants(ctx, &rows, &n)) != ERR_OK ||
	    (e = field_encode(ctx, account_view, &account, &one)) != ERR_OK ||
	    (e = grant_list(ctx, rows, n, &list)) != ERR_OK)
		return e;
	tenant = grant_chosen(grant, rows, n);
	json_put(answer, "account", one);
	json_put(answer, "tenants", list);
	json_put_text(answer, "tenant", tenant == NULL ? NULL : tenant->slug);
	if ((e = put_access(ctx, grant, tenant, answer)) != ERR_OK ||
	    (e = put_refresh(ctx, grant, answer)) != ERR_OK)
		return e;
	return reply_json(ctx, 200, answer);
}

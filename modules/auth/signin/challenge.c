/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The step between the password and the session: a challenge and its answer.
 *
 * The token is stored as its digest.  An attempt is counted before anything is
 * checked, a right answer ends the challenge, and a new password voids it.
 */
#include "config.h"

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/factor/code.h"
#include "modules/auth/factor/factor.h"
#include "modules/auth/person.h"
#include "modules/auth/session/session.h"
#include "modules/auth/signin/challenge.h"
#include "modules/auth/signin/signin.h"

#include "modules/auth/signin/challenge.sql.h"

struct second_in { const char *challenge, *code, *recovery_code; };

const struct field login_second_fields[] = {
	FIELD_TEXT(struct second_in, challenge, 1, TOKEN_TEXT_MAX,
	    CHARSET_TOKEN),
	FIELD_SECRET_OPT(struct second_in, code, CODE_LEN, CODE_LEN,
	    CHARSET_TOKEN),
	FIELD_SECRET_OPT(struct second_in, recovery_code, RECOVERY_MIN,
	    RECOVERY_MAX, CHARSET_TEXT),
	FIELD_END_OF("SecondFactorAnswer")
};

struct tried { struct uuid account; const char *kind, *methods; };

static const struct field tried_view[] = {
	VIEW_UUID(struct tried, account),
	VIEW_TEXT(struct tried, kind),
	VIEW_TEXT(struct tried, methods),
	FIELD_END
};

static enum err
not_valid(struct ctx *ctx)
{
	return fail(ctx, ERR_UNAUTHENTICATED, "challenge_not_valid",
	    "this challenge was used already or has expired: begin the "
	    "sign-in anew");
}

/*
 * challenge_asked - answers that there is no session yet, and what may answer
 * the challenge
 */
static enum err
challenge_asked(struct ctx *ctx, const char *token,
    const struct factors *factors)
{
	static const char *const empty[] = { "account", "tenants", "tenant",
	    "access_token", "refresh_token", "token_type" };
	struct json *answer = json_object(ctx), *list = json_array(ctx);
	size_t i;

	for (i = 0; i < nitems(empty); i++)
		json_put_null(answer, empty[i]);
	json_put_int(answer, "expires_in", CHALLENGE_TTL_S);
	if (factors->totp)
		json_add_text(list, "totp");
	if (factors->passkeys > 0)
		json_add_text(list, "passkey");
	if (factors->recovery_left > 0)
		json_add_text(list, "recovery");
	json_put(answer, "second_factor", list);
	json_put_text(answer, "challenge", token);
	return reply_json(ctx, 200, answer);
}

enum err
challenge_make(struct ctx *ctx, const struct opening *opening,
    const char *password_hash, const struct factors *factors)
{
	const struct uuid none = { "" };
	char digest[SHA256_HEX_MAX];
	const char *token;
	enum err e;

	if ((e = crypto_random_text(ctx, 32, &token)) != ERR_OK)
		return e;
	token_digest(token, digest);
	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = authn_pin(ctx, &none, &opening->account)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_CHALLENGE_INSERT, NULL, ARG_TEXT(digest),
	    ARG_UUID(&opening->account), ARG_TEXT(opening->kind),
	    ARG_TEXT(opening->methods), ARG_TEXT(password_hash),
	    ARG_INT(CHALLENGE_TTL_S))) != ERR_OK)
		return e;
	ctx->who.account = opening->account;
	audit_fact(ctx, "second_factor", "asked");
	return challenge_asked(ctx, token, factors);
}

enum err
challenge_find(struct ctx *ctx, const char *token,
    struct challenge *challenge)
{
	char digest[SHA256_HEX_MAX];
	struct tried tried;
	bool found;
	enum err e;

	token_digest(token, digest);
	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_CHALLENGE_TRY, tried_view, &tried, &found,
	    ARG_TEXT(digest), ARG_INT(CHALLENGE_TRIES_MAX))) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK)
		return e;
	if (!found)
		return not_valid(ctx);
	audit_subject(ctx, "account", req_copy(ctx, tried.account.text));
	*challenge = (struct challenge){ .token = token, .opening = {
	    .account = tried.account, .kind = tried.kind,
	    .methods = tried.methods } };
	return ERR_OK;
}

/* with_method - makes "{pwd}" and otp into "{pwd,otp}" */
static const char *
with_method(struct ctx *ctx, const char *methods, const char *method)
{
	struct str old = str_of(methods);

	return text_printf(ctx->mem, "%.*s,%s}", (int)(old.len - 1), old.p,
	    method);
}

enum err
challenge_accept(struct ctx *ctx, struct challenge *challenge,
    const char *method)
{
	struct opening *opening = &challenge->opening;
	char digest[SHA256_HEX_MAX];
	int64_t spent;
	enum err e;

	opening->methods = with_method(ctx, opening->methods, method);
	if (opening->methods == NULL)
		return ERR_TOO_LARGE;
	token_digest(challenge->token, digest);
	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_CHALLENGE_SPEND, &spent,
	    ARG_TEXT(digest))) != ERR_OK)
		return e;
	if (spent == 0)
		return not_valid(ctx);
	if ((e = sql_commit(ctx)) != ERR_OK)
		return e;
	return session_open(ctx, opening);
}

/*
 * Takes a code, or a recovery code, for the challenge that followed the
 * password.
 */
enum err
login_second(struct ctx *ctx)
{
	struct challenge challenge;
	const char *method;
	struct second_in in;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = challenge_find(ctx, in.challenge, &challenge)) != ERR_OK)
		return e;
	/* A page of another site must not sign this browser in. */
	ctx->who.by_cookie = str_is(str_of(challenge.opening.kind), "cookie");
	if ((e = authn_origin(ctx)) != ERR_OK ||
	    (e = code_prove(ctx, &challenge.opening.account,
	    &(struct proof){ in.code, in.recovery_code }, &method)) != ERR_OK)
		return e;
	if (method == NULL)
		return fail(ctx, ERR_UNAUTHENTICATED, "wrong_code",
		    "the code is wrong, or was used already");
	return challenge_accept(ctx, &challenge, method);
}

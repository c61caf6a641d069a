/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A password becomes a session, or a challenge for a second factor.
 *
 * The attempt is counted and committed before the password is hashed, so that
 * parallel guesses count as well; an unknown address is counted, locked and
 * hashed for like a known one (threat T6).
 */
#include "config.h"

#include <string.h>

#include "libshared/doors/sql.h"
#include "libshared/proto/password.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/words.h"
#include "modules/auth/factor/factor.h"
#include "modules/auth/guess.h"
#include "modules/auth/password_rule.h"
#include "modules/auth/person.h"
#include "modules/auth/session/session.h"
#include "modules/auth/signin/challenge.h"
#include "modules/auth/signin/signin.h"

#include "modules/auth/person.sql.h"
#include "modules/auth/signin/login.sql.h"

struct login_in { const char *email, *password, *session; };

const struct field login_fields[] = {
	FIELD_TEXT(struct login_in, email, 3, EMAIL_MAX, CHARSET_EMAIL),
	FIELD_PASSWORD(struct login_in, password, 1, PASSWORD_MAX),
	FIELD_CHOICE_OPT(struct login_in, session, session_kinds),
	FIELD_END_OF("Login")
};

struct candidate {
	struct uuid	 id;
	const char	*email, *name, *password_hash;
	bool		 verified;
	bool		 rehash;	/* its hash is of an older kind */
};

static const struct field candidate_view[] = {
	VIEW_UUID(struct candidate, id),
	VIEW_TEXT(struct candidate, email),
	VIEW_TEXT(struct candidate, name),
	VIEW_TEXT(struct candidate, password_hash),
	VIEW_BOOL(struct candidate, verified),
	FIELD_END
};

/* login_find - finds the account whose password it may be */
static enum err
login_find(struct ctx *ctx, const char *email, struct candidate *candidate,
    bool *known)
{
	enum err e;

	if ((e = sql_begin(ctx, false)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_LOGIN_CANDIDATE, candidate_view, candidate,
	    known, ARG_TEXT(email))) != ERR_OK)
		return e;
	if (*known)
		audit_subject(ctx, "account", req_copy(ctx,
		    candidate->id.text));
	return sql_commit(ctx);
}

/* login_prove - checks the password; returns the reason why not */
static enum err
login_prove(struct ctx *ctx, const struct login_in *in,
    struct candidate *candidate, bool known)
{
	if (!password_verify(ctx, known ? candidate->password_hash : NULL,
	    in->password, &candidate->rehash))
		return ctx->fault.err != ERR_OK ? ctx->fault.err :
		    fail(ctx, ERR_UNAUTHENTICATED, "wrong_credentials",
		    "the address or the password is wrong");
	if (!candidate->verified)
		return fail(ctx, ERR_FORBIDDEN, "address_not_verified",
		    "follow the link in the mail first, or ask for a new "
		    "password to get another");
	return ERR_OK;
}

/*
 * login_accept - resets the failure counter and reads which second factors are
 * required
 */
static enum err
login_accept(struct ctx *ctx, const struct login_in *in, const char *key,
    struct candidate *candidate, struct factors *factors)
{
	const char *hash = candidate->password_hash;
	bool rehash = candidate->rehash;
	enum err e;

	if (rehash && (e = password_hash(ctx, in->password, &hash)) != ERR_OK)
		return e;
	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = guess_forget(ctx, key)) != ERR_OK ||
	    (e = factors_read(ctx, &candidate->id, factors)) != ERR_OK)
		return e;
	if (rehash && (e = sql_exec(ctx, &SQL_ACCOUNT_REHASH, NULL,
	    ARG_UUID(&candidate->id), ARG_TEXT(candidate->password_hash),
	    ARG_TEXT(hash))) != ERR_OK)
		return e;
	candidate->password_hash = hash;
	return sql_commit(ctx);
}

enum err
login_post(struct ctx *ctx)
{
	struct candidate candidate = { 0 };
	struct guess guess;
	struct login_in in;
	struct factors factors;
	bool known;
	struct opening opening;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	/* A page of another site must not sign this browser in. */
	ctx->who.by_cookie = in.session != NULL &&
	    strcmp(in.session, "cookie") == 0;
	if ((e = authn_origin(ctx)) != ERR_OK ||
	    (e = guess_count(ctx, GUESS_PASSWORD, in.email, &guess)) !=
	    ERR_OK ||
	    (e = login_find(ctx, in.email, &candidate, &known)) != ERR_OK)
		return e;
	if (guess.locked)
		return guess_refuse(ctx, GUESS_PASSWORD, guess.wait_s);
	if ((e = login_prove(ctx, &in, &candidate, known)) != ERR_OK ||
	    (e = login_accept(ctx, &in, guess.key, &candidate, &factors)) !=
	    ERR_OK)
		return e;
	opening = (struct opening){ .account = candidate.id,
	    .kind = in.session == NULL ? "token" : in.session,
	    .methods = "{pwd}" };
	if (factors_any(&factors))
		return challenge_make(ctx, &opening, candidate.password_hash,
		    &factors);
	return session_open(ctx, &opening);
}

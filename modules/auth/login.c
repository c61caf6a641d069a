/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A password becomes a session.
 *
 * The attempt is counted and committed before the password is hashed, so that
 * parallel guesses count too; an unknown address is counted, locked and hashed
 * for like a known one (threat T6).
 */
#include "config.h"

#include <string.h>

#include "libshared/audit.h"
#include "libshared/authn.h"
#include "libshared/crypto.h"
#include "libshared/req.h"
#include "libshared/sql.h"
#include "modules/auth/auth.h"

#include "modules/auth/auth.sql.h"

#define FAILURES_MAX	10
#define LOCK_S		300

struct login_in { const char *email, *password, *session; };

static const char *const session_kinds[] = { "cookie", "token", NULL };

const struct field login_fields[] = {
	FIELD_TEXT(struct login_in, email, 3, EMAIL_MAX, CHARSET_EMAIL),
	FIELD_PASSWORD(struct login_in, password, 1, PASSWORD_MAX),
	FIELD_CHOICE_OPT(struct login_in, session, session_kinds),
	FIELD_END
};

struct candidate {
	struct uuid	 id;
	const char	*email, *name, *password_hash;
	bool		 verified;
};

static const struct field candidate_view[] = {
	VIEW_UUID(struct candidate, id),
	VIEW_TEXT(struct candidate, email),
	VIEW_TEXT(struct candidate, name),
	VIEW_TEXT(struct candidate, password_hash),
	VIEW_BOOL(struct candidate, verified),
	FIELD_END
};

struct guess { bool locked; };

static const struct field guess_view[] = {
	VIEW_BOOL(struct guess, locked),
	FIELD_END
};

/* count - one more attempt for this address, committed at once */
static enum err
count(struct ctx *ctx, const char *email, struct guess *guess)
{
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_LOGIN_ATTEMPT, guess_view, guess,
	    ARG_TEXT(email), ARG_INT(FAILURES_MAX), ARG_INT(LOCK_S))) !=
	    ERR_OK)
		return e;
	return sql_commit(ctx);
}

/* find - whose password it may be */
static enum err
find(struct ctx *ctx, const char *email, struct candidate *candidate,
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

/* prove - the password, or the reason why not */
static enum err
prove(struct ctx *ctx, const struct login_in *in,
    const struct candidate *candidate, bool known, bool *rehash)
{
	if (!password_verify(ctx, known ? candidate->password_hash : NULL,
	    in->password, rehash))
		return ctx->fault.err != ERR_OK ? ctx->fault.err :
		    fail(ctx, ERR_UNAUTHENTICATED, "wrong_credentials",
		    "the address or the password is wrong");
	if (!candidate->verified)
		return fail(ctx, ERR_FORBIDDEN, "address_not_verified",
		    "follow the link in the mail first, or ask for a new "
		    "password to get another");
	return ERR_OK;
}

/* accept - the count begins anew, whatever else goes wrong */
static enum err
accept(struct ctx *ctx, const struct login_in *in,
    const struct candidate *candidate, bool rehash)
{
	const char *hash = NULL;
	enum err e;

	if (rehash && (e = password_hash(ctx, in->password, &hash)) != ERR_OK)
		return e;
	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_LOGIN_GOOD, NULL,
	    ARG_UUID(&candidate->id))) != ERR_OK)
		return e;
	if (rehash && (e = sql_exec(ctx, &SQL_ACCOUNT_REHASH, NULL,
	    ARG_UUID(&candidate->id), ARG_TEXT(candidate->password_hash),
	    ARG_TEXT(hash))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

enum err
login(struct ctx *ctx)
{
	struct candidate candidate = { 0 };
	struct guess guess;
	struct login_in in;
	bool known, rehash = false;
	struct opening opening;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	/* no page of another site signs this browser in */
	ctx->who.by_cookie = in.session != NULL &&
	    strcmp(in.session, "cookie") == 0;
	if ((e = authn_origin(ctx)) != ERR_OK ||
	    (e = count(ctx, in.email, &guess)) != ERR_OK ||
	    (e = find(ctx, in.email, &candidate, &known)) != ERR_OK)
		return e;
	if (guess.locked)
		return fail(ctx, ERR_LIMIT, "too_many_attempts",
		    "too many wrong passwords: try again in %d minutes",
		    LOCK_S / 60);
	if ((e = prove(ctx, &in, &candidate, known, &rehash)) != ERR_OK ||
	    (e = accept(ctx, &in, &candidate, rehash)) != ERR_OK)
		return e;
	opening = (struct opening){ .account = candidate.id,
	    .kind = in.session == NULL ? "token" : in.session,
	    .methods = "{pwd}" };
	return session_open(ctx, &opening);
}

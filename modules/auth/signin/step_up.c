/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Step-up: another proof, so that the sign-in is fresh for ten minutes.
 *
 * It is counted like a proof at sign-in (threat T6).  Whoever has a second
 * factor must show it: a password alone, which a thief of the session may know,
 * cannot remove the factor.
 */
#include "config.h"

#include "libshared/doors/sql.h"
#include "libshared/proto/password.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/factor/code.h"
#include "modules/auth/factor/factor.h"
#include "modules/auth/guess.h"
#include "modules/auth/password_rule.h"
#include "modules/auth/person.h"
#include "modules/auth/session/session.h"
#include "modules/auth/signin/signin.h"

#include "modules/auth/person.sql.h"

struct step_up_in { const char *password, *code, *recovery_code; };

const struct field step_up_fields[] = {
	FIELD_SECRET_OPT(struct step_up_in, password, 1, PASSWORD_MAX,
	    CHARSET_ANY),
	FIELD_SECRET_OPT(struct step_up_in, code, CODE_LEN, CODE_LEN,
	    CHARSET_TOKEN),
	FIELD_SECRET_OPT(struct step_up_in, recovery_code, RECOVERY_MIN,
	    RECOVERY_MAX, CHARSET_TEXT),
	FIELD_END_OF("StepUp")
};

/* read_person - reads the owner of this session, in its own transaction */
static enum err
read_person(struct ctx *ctx, struct person *person, struct factors *factors)
{
	enum err e;

	if ((e = sql_begin(ctx, false)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_PERSON_GET, person_view, person,
	    ARG_UUID(&ctx->who.account))) != ERR_OK ||
	    (e = factors_read(ctx, &ctx->who.account, factors)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static enum err
prove_password(struct ctx *ctx, const char *password)
{
	struct factors factors;
	struct person person;
	struct guess guess;
	enum err e;

	if ((e = read_person(ctx, &person, &factors)) != ERR_OK)
		return e;
	if (factors_any(&factors))
		return fail(ctx, ERR_FORBIDDEN, "code_required",
		    "this account has a second factor: send its code or a "
		    "recovery code, or use a passkey");
	if (person.email == NULL || person.password_hash == NULL)
		return fail(ctx, ERR_FORBIDDEN, "no_password",
		    "this account has no password: sign in again as you did");
	if ((e = guess_count(ctx, GUESS_PASSWORD, person.email, &guess)) !=
	    ERR_OK)
		return e;
	if (guess.locked)
		return guess_refuse(ctx, GUESS_PASSWORD, guess.wait_s);
	if (!password_verify(ctx, person.password_hash, password, NULL))
		return ctx->fault.err != ERR_OK ? ctx->fault.err :
		    fail_at(ctx, "password", fail(ctx, ERR_INVALID,
		    "wrong_password", "the password is wrong"));
	if ((e = authn_begin(ctx, true)) != ERR_OK)
		return e;
	return guess_forget(ctx, guess.key);
}

static enum err
prove_code(struct ctx *ctx, const struct proof *proof, const char **method)
{
	enum err e;

	if ((e = code_prove(ctx, &ctx->who.account, proof, method)) != ERR_OK)
		return e;
	if (*method == NULL)
		return fail_at(ctx, "code", fail(ctx, ERR_INVALID,
		    "wrong_code", "the code is wrong, or was used already"));
	return authn_begin(ctx, true);
}

enum err
step_up(struct ctx *ctx)
{
	const char *method = "pwd";
	struct step_up_in in;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	audit_subject(ctx, "session", ctx->who.session.text);
	if (in.password != NULL && in.code == NULL &&
	    in.recovery_code == NULL)
		e = prove_password(ctx, in.password);
	else
		e = prove_code(ctx, &(struct proof){ in.password == NULL ?
		    in.code : NULL, in.password == NULL ? in.recovery_code :
		    NULL }, &method);
	if (e != ERR_OK || (e = session_prove(ctx, method)) != ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A person changes his name, or his password.
 *
 * The old password is asked for although the sign-in is fresh: whoever sits
 * down at an open browser does not take the account along.  It is counted as a
 * guess like every other, and locks alike.
 */
#include "config.h"

#include "libshared/doors/sql.h"
#include "libshared/proto/password.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/auth.h"
#include "modules/auth/guess.h"
#include "modules/auth/me.h"
#include "modules/auth/second.h"

#include "modules/auth/account.sql.h"
#include "modules/auth/factor.sql.h"
#include "modules/auth/me.sql.h"

struct rename_in { const char *name; };
struct password_in { const char *old, *new; };

const struct field me_rename_fields[] = {
	FIELD_TEXT(struct rename_in, name, 1, 120, CHARSET_TEXT),
	FIELD_END
};

const struct field me_password_fields[] = {
	FIELD_PASSWORD(struct password_in, old, 1, PASSWORD_MAX),
	FIELD_PASSWORD(struct password_in, new, PASSWORD_MIN, PASSWORD_MAX),
	FIELD_END
};

struct person { const char *email, *password_hash; };

static const struct field person_view[] = {
	VIEW_TEXT_OPT(struct person, email),
	VIEW_TEXT_OPT(struct person, password_hash),
	FIELD_END
};

enum err
me_rename(struct ctx *ctx)
{
	struct account account;
	struct rename_in in;
	enum err e;

	audit_subject(ctx, "account", ctx->who.account.text);
	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ME_RENAME, NULL,
	    ARG_UUID(&ctx->who.account), ARG_TEXT(in.name))) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_ACCOUNT_BY_ID, account_view, &account,
	    ARG_UUID(&ctx->who.account))) != ERR_OK)
		return e;
	return reply(ctx, 200, account_view, &account);
}

/* old_good - the password of now, or the reason why not */
static enum err
old_good(struct ctx *ctx, const char *old, struct person *person)
{
	struct guess guess;
	enum err e;

	if ((e = sql_begin(ctx, false)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_STEP_UP_ACCOUNT, person_view, person,
	    ARG_UUID(&ctx->who.account))) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK)
		return e;
	if (person->email == NULL || person->password_hash == NULL)
		return fail(ctx, ERR_FORBIDDEN, "no_password",
		    "this account has no password: ask for a link to set one");
	if ((e = guess_count(ctx, GUESS_PASSWORD, person->email, &guess)) !=
	    ERR_OK)
		return e;
	if (guess.locked)
		return guess_refuse(ctx, GUESS_PASSWORD);
	if (!password_verify(ctx, person->password_hash, old, NULL))
		return ctx->fault.err != ERR_OK ? ctx->fault.err :
		    fail(ctx, ERR_INVALID, "wrong_password",
		    "the old password is wrong");
	return ERR_OK;
}

/* change - what else rested on the old password ends with it */
static enum err
change(struct ctx *ctx, const struct person *person, const char *hash)
{
	const struct uuid *account = &ctx->who.account;
	int64_t changed;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_ACCOUNT_REHASH, &changed,
	    ARG_UUID(account), ARG_TEXT(person->password_hash),
	    ARG_TEXT(hash))) != ERR_OK)
		return e;
	if (changed == 0)
		return fail(ctx, ERR_CONFLICT, "changed_meanwhile",
		    "the password was changed elsewhere meanwhile");
	if ((e = sql_exec(ctx, &SQL_ME_LINKS_VOID, NULL,
	    ARG_UUID(account))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_SESSION_REVOKE_OTHERS, NULL,
	    ARG_UUID(account), ARG_UUID(&ctx->who.session))) != ERR_OK ||
	    (e = guess_forget(ctx, person->email)) != ERR_OK)
		return e;
	return notice_queue(ctx, account, "The password was changed, and all "
	    "other sessions have ended.");
}

enum err
me_password(struct ctx *ctx)
{
	struct person person;
	struct password_in in;
	const char *hash;
	enum err e;

	audit_subject(ctx, "account", ctx->who.account.text);
	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = old_good(ctx, in.old, &person)) != ERR_OK ||
	    (e = password_allow(ctx, "new", in.new)) != ERR_OK ||
	    (e = password_hash(ctx, in.new, &hash)) != ERR_OK ||
	    (e = authn_begin(ctx, true)) != ERR_OK ||
	    (e = change(ctx, &person, hash)) != ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}

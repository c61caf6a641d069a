/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attempts are counted, and the count is committed, before anything is checked,
 * so that parallel guesses count as well.  Every way to sign in uses this
 * (threat T6).
 */
#include "config.h"

#include "libshared/base/str.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/guess.h"
#include "modules/auth/known_device.h"

#include "modules/auth/guess.sql.h"

/*
 * Whoever guesses codes knows the password already: fewer attempts, longer
 * locks.
 */
static const struct { int max, lock_s; } limits[] = {
	[GUESS_PASSWORD] = { 10, 300 },
	[GUESS_CODE] = { 5, 900 },
	/* Codes of a waiting device: people type them from a screen. */
	[GUESS_DEVICE] = { 20, 300 },
};

static const struct field guess_view[] = {
	VIEW_BOOL(struct guess, locked),
	VIEW_BOOL(struct guess, last),
	VIEW_INT(struct guess, wait_s),
	FIELD_END
};

enum err
guess_count(struct ctx *ctx, enum guess_kind kind, const char *key,
    struct guess *guess)
{
	const char *known = NULL;
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK)
		return e;
	if (kind == GUESS_PASSWORD &&
	    (e = known_device_key(ctx, key, &known)) != ERR_OK)
		return e;
	guess->key = known == NULL ? key : known;
	if ((e = sql_one(ctx, &SQL_LOGIN_ATTEMPT, guess_view, guess,
	    ARG_TEXT(guess->key), ARG_INT(limits[kind].max),
	    ARG_INT(limits[kind].lock_s))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

enum err
guess_refuse(struct ctx *ctx, enum guess_kind kind, int64_t wait_s)
{
	return fail(ctx, ERR_LIMIT, "too_many_attempts",
	    "too many wrong %s: try again in %s",
	    kind == GUESS_PASSWORD ? "passwords" : "codes",
	    req_wait(ctx, wait_s));
}

const char *
guess_code_key(struct ctx *ctx, const struct uuid *account)
{
	const char *key = text_printf(ctx->mem, "code|%s", account->text);

	return key == NULL ? account->text : key;
}

enum err
guess_forget(struct ctx *ctx, const char *key)
{
	return sql_exec(ctx, &SQL_GUESS_FORGET, NULL, ARG_TEXT(key));
}

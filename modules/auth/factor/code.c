/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Codes: those of an authenticator app, each valid once, and recovery codes.
 *
 * The app's secret is sealed with factor.key and bound to its account, so that
 * neither a copy of the database nor a row moved to another account makes a
 * code.  A recovery code is stored as its digest.
 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/sealed.h"
#include "modules/auth/factor/code.h"
#include "modules/auth/factor/totp.h"
#include "modules/auth/guess.h"
#include "modules/auth/notice.h"

#include "modules/auth/factor/factor.sql.h"

#define FACTOR_KEY	"factor.key"

struct sealed { const char *box; int64_t last_step; };

static const struct field sealed_view[] = {
	VIEW_TEXT(struct sealed, box),
	VIEW_INT(struct sealed, last_step),
	FIELD_END
};

static const char *
bound_to(struct ctx *ctx, const struct uuid *account)
{
	return text_printf(ctx->mem, "totp|%s", account->text);
}

enum err
code_seal(struct ctx *ctx, const struct uuid *account,
    const uint8_t secret[TOTP_SECRET_SIZE], const char **box)
{
	const struct str clear = { (const char *)secret, TOTP_SECRET_SIZE };

	return sealed_new(ctx, FACTOR_KEY, bound_to(ctx, account), clear, box);
}

static enum err
open_box(struct ctx *ctx, const struct uuid *account, const char *box,
    const uint8_t **secret)
{
	struct str clear;
	enum err e;

	if ((e = sealed_open(ctx, FACTOR_KEY, bound_to(ctx, account), box,
	    &clear)) != ERR_OK)
		return e;
	if (clear.len != TOTP_SECRET_SIZE)
		return fail(ctx, ERR_INTERNAL, NULL,
		    "an app's secret of %zu bytes", clear.len);
	*secret = (const uint8_t *)clear.p;
	return ERR_OK;
}

enum err
code_take(struct ctx *ctx, const struct uuid *account, const char *state,
    const char *code, bool *good)
{
	const uint8_t *secret = NULL;
	struct sealed sealed;
	int64_t step, taken = 0;
	bool found, fits;
	enum err e;

	*good = false;
	if ((e = sql_opt(ctx, &SQL_TOTP_GET, sealed_view, &sealed, &found,
	    ARG_UUID(account), ARG_TEXT(state))) != ERR_OK || !found ||
	    (e = open_box(ctx, account, sealed.box, &secret)) != ERR_OK)
		return e;
	fits = totp_match(secret, code, (int64_t)time(NULL),
	    sealed.last_step, &step);
	if (fits && (e = sql_exec(ctx, &SQL_TOTP_STEP, &taken,
	    ARG_UUID(account), ARG_TEXT(state), ARG_INT(step))) != ERR_OK)
		return e;
	*good = taken == 1;
	return ERR_OK;
}

static char
lower_case(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* recovery_digest - hashes the code in one spelling, however it is typed */
static void
recovery_digest(struct ctx *ctx, const struct uuid *account,
    const char *typed, char digest[SHA256_HEX_MAX])
{
	struct buf text;

	buf_init(&text, ctx->secrets, RECOVERY_MAX + UUID_TEXT_MAX + 1);
	buf_printf(&text, "%s|", account->text);
	for (; *typed != '\0'; typed++)
		if (*typed != '-' && *typed != ' ')
			buf_printf(&text, "%c", lower_case(*typed));
	token_digest(text.p, digest);
}

static enum err
recovery_take(struct ctx *ctx, const struct uuid *account, const char *typed,
    bool *good)
{
	char digest[SHA256_HEX_MAX];
	int64_t used;
	enum err e;

	recovery_digest(ctx, account, typed, digest);
	if ((e = sql_exec(ctx, &SQL_RECOVERY_USE, &used, ARG_UUID(account),
	    ARG_TEXT(digest))) != ERR_OK)
		return e;
	*good = used == 1;
	return *good ? notice_queue(ctx, account,
	    "A recovery code was used in place of your second factor. It is "
	    "used up; you can get new codes in your security settings.") :
	    ERR_OK;
}

static enum err
code_check(struct ctx *ctx, const struct uuid *account,
    const struct proof *proof,
    const char **method)
{
	bool good;
	enum err e;

	if (proof->code != NULL)
		e = code_take(ctx, account, "active", proof->code, &good);
	else
		e = recovery_take(ctx, account, proof->recovery_code, &good);
	if (e == ERR_OK)
		*method = !good ? NULL : proof->code != NULL ? "otp" :
		    "recovery";
	return e;
}

enum err
code_prove(struct ctx *ctx, const struct uuid *account,
    const struct proof *proof, const char **method)
{
	const char *key = guess_code_key(ctx, account);
	struct guess guess;
	enum err e;

	if ((proof->code == NULL) == (proof->recovery_code == NULL))
		return fail(ctx, ERR_BAD_INPUT, "one_proof",
		    "send exactly one proof");
	if ((e = guess_count(ctx, GUESS_CODE, key, &guess)) != ERR_OK)
		return e;
	if (guess.locked)
		return guess_refuse(ctx, GUESS_CODE, guess.wait_s);
	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = code_check(ctx, account, proof, method)) != ERR_OK)
		return e;
	if (*method != NULL)
		e = guess_forget(ctx, key);
	else if (guess.last)
		e = notice_queue(ctx, account, "Somebody who knows your "
		    "password sent wrong codes, so codes are refused for 15 "
		    "minutes.");
	return e == ERR_OK ? sql_commit(ctx) : e;
}

/* recovery_text - makes a text like "abcd-efgh-2345-mnop" */
static enum err
recovery_text(struct ctx *ctx, const char **text)
{
	uint8_t raw[RECOVERY_BYTES];
	char letters[BASE32_MAX(RECOVERY_BYTES)];
	struct buf out;
	size_t i;

	crypto_random(raw, sizeof(raw));
	base32_encode(raw, sizeof(raw), letters);
	buf_init(&out, ctx->secrets, RECOVERY_MAX);
	for (i = 0; letters[i] != '\0'; i++)
		buf_printf(&out, "%s%c", i > 0 && i % 4 == 0 ? "-" : "",
		    lower_case(letters[i]));
	secret_wipe(raw, sizeof(raw));
	secret_wipe(letters, sizeof(letters));
	if (out.full)
		return fail(ctx, ERR_INTERNAL, NULL, "secrets are full");
	*text = out.p;
	return ERR_OK;
}

enum err
recovery_make(struct ctx *ctx, const struct uuid *account,
    struct json **codes)
{
	char digest[SHA256_HEX_MAX];
	struct json *list = json_array(ctx);
	const char *text = NULL;
	int i;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_RECOVERY_DROP, NULL,
	    ARG_UUID(account))) != ERR_OK)
		return e;
	for (i = 0; i < RECOVERY_CODES; i++) {
		if ((e = recovery_text(ctx, &text)) != ERR_OK)
			return e;
		recovery_digest(ctx, account, text, digest);
		if ((e = sql_exec(ctx, &SQL_RECOVERY_INSERT, NULL,
		    ARG_UUID(account), ARG_TEXT(digest))) != ERR_OK)
			return e;
		json_add_text(list, text);
	}
	*codes = list;
	return ERR_OK;
}

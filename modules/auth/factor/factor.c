/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Second factors of an account: their list, an authenticator app, recovery
 * codes. Secrets are shown once; each change is mailed to the person.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"
#include "libshared/doors/qr.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/factor/code.h"
#include "modules/auth/factor/factor.h"
#include "modules/auth/factor/totp.h"
#include "modules/auth/notice.h"
#include "modules/auth/person.h"
#include "modules/auth/session/session.h"

#include "modules/auth/factor/factor.sql.h"
#include "modules/auth/person.sql.h"

struct confirm_in { const char *code; };
struct totp { const char *secret, *uri, *qr; };
struct recovery { const char *recovery_codes; };
struct asked { const char *tenant; };

const struct field totp_confirm_fields[] = {
	FIELD_PASSWORD(struct confirm_in, code, CODE_LEN, CODE_LEN),
	FIELD_END_OF("TotpConfirmation")
};

const struct field factors_view[] = {
	VIEW_BOOL(struct factors, totp),
	VIEW_INT(struct factors, recovery_left),
	VIEW_INT(struct factors, passkeys),
	FIELD_END_OF("Factors")
};

const struct field totp_view[] = {
	VIEW_TEXT(struct totp, secret),
	VIEW_TEXT(struct totp, uri),
	VIEW_TEXT(struct totp, qr),
	FIELD_END_OF("TotpSecret")
};

const struct field recovery_view[] = {
	VIEW_TEXTS(struct recovery, recovery_codes),
	FIELD_END_OF("RecoveryCodes")
};

static const struct field asked_view[] = {
	VIEW_TEXT(struct asked, tenant),
	FIELD_END
};

enum err
factors_read(struct ctx *ctx, const struct uuid *account,
    struct factors *factors)
{
	return sql_one(ctx, &SQL_FACTORS_READ, factors_view, factors,
	    ARG_UUID(account));
}

enum err
factors_lock(struct ctx *ctx, const struct uuid *account,
    struct factors *factors)
{
	enum err e;

	if ((e = sql_exec(ctx, &SQL_FACTORS_LOCK, NULL, ARG_UUID(account))) !=
	    ERR_OK)
		return e;
	return factors_read(ctx, account, factors);
}

bool
factors_any(const struct factors *factors)
{
	return factors->totp || factors->passkeys > 0;
}

enum err
factors_may_go(struct ctx *ctx)
{
	struct asked asked;
	bool any;
	enum err e;

	if (strcmp(ctx->who.kind, "operator") == 0)
		return fail(ctx, ERR_FORBIDDEN, "factor_required",
		    "an operator of the platform needs a second factor: set "
		    "up another one first");
	if ((e = sql_opt(ctx, &SQL_FACTOR_ASKED, asked_view, &asked, &any)) !=
	    ERR_OK)
		return e;
	if (any)
		return fail(ctx, ERR_FORBIDDEN, "factor_required",
		    "the sign-in policy of tenant %s asks for a second "
		    "factor: set up another one first; an owner can change "
		    "the policy", asked.tenant);
	return ERR_OK;
}

enum err
factors_get(struct ctx *ctx)
{
	struct factors factors;
	enum err e;

	if ((e = factors_read(ctx, &ctx->who.account, &factors)) != ERR_OK)
		return e;
	return reply(ctx, 200, factors_view, &factors);
}

/*
 * factor_show - answers the secret, once: as text, as a link for the app, as a
 * QR code
 */
static enum err
factor_show(struct ctx *ctx, const uint8_t secret[TOTP_SECRET_SIZE])
{
	char *text = arena_get(ctx->secrets, BASE32_MAX(TOTP_SECRET_SIZE));
	struct account account;
	struct totp totp;
	enum err e;

	if (text == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "secrets are full");
	base32_encode(secret, TOTP_SECRET_SIZE, text);
	totp.secret = text;
	if ((e = sql_one(ctx, &SQL_ACCOUNT_BY_ID, account_view, &account,
	    ARG_UUID(&ctx->who.account))) != ERR_OK ||
	    (e = totp_uri(ctx, text, account.email, &totp.uri)) != ERR_OK ||
	    (e = qr_svg(ctx, totp.uri, &totp.qr)) != ERR_OK)
		return e;
	return reply(ctx, 200, totp_view, &totp);
}

/*
 * Makes a secret that waits for its first code; the active one stays until
 * then.
 */
enum err
totp_start(struct ctx *ctx)
{
	uint8_t *secret = arena_get(ctx->secrets, TOTP_SECRET_SIZE);
	const char *box;
	enum err e;

	if (secret == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "secrets are full");
	crypto_random(secret, TOTP_SECRET_SIZE);
	audit_subject(ctx, "account", ctx->who.account.text);
	if ((e = code_seal(ctx, &ctx->who.account, secret, &box)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_TOTP_PENDING, NULL,
	    ARG_UUID(&ctx->who.account), ARG_TEXT(box))) != ERR_OK)
		return e;
	return factor_show(ctx, secret);
}

static enum err
show_codes(struct ctx *ctx)
{
	struct json *answer = json_object(ctx), *codes;
	enum err e;

	if ((e = recovery_make(ctx, &ctx->who.account, &codes)) != ERR_OK)
		return e;
	json_put(answer, "recovery_codes", codes);
	return reply_json(ctx, 200, answer);
}

/* The app makes right codes: from now on sign-in asks for them. */
enum err
totp_confirm(struct ctx *ctx)
{
	const struct uuid *account = &ctx->who.account;
	struct factors factors;
	struct confirm_in in;
	bool good;
	enum err e;

	audit_subject(ctx, "account", account->text);
	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = factors_lock(ctx, account, &factors)) != ERR_OK ||
	    (e = code_take(ctx, account, "pending", in.code, &good)) !=
	    ERR_OK)
		return e;
	if (!good)
		return fail_at(ctx, "code", fail(ctx, ERR_INVALID,
		    "wrong_code",
		    "the code is wrong, or the secret is older than 10 "
		    "minutes: begin anew"));
	if ((e = sql_exec(ctx, &SQL_TOTP_DROP, NULL, ARG_UUID(account),
	    ARG_TEXT("active"))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_TOTP_ACTIVATE, NULL,
	    ARG_UUID(account))) != ERR_OK ||
	    (e = session_prove(ctx, "otp")) != ERR_OK ||
	    (e = notice_queue(ctx, account, factors.totp ?
	    "Sign-in now asks for codes of another authenticator app; the "
	    "previous app and all recovery codes are not valid any more." :
	    "Sign-in now asks for codes of an authenticator app.")) !=
	    ERR_OK)
		return e;
	return show_codes(ctx);
}

enum err
totp_remove(struct ctx *ctx)
{
	const struct uuid *account = &ctx->who.account;
	struct factors factors;
	enum err e;

	audit_subject(ctx, "account", account->text);
	if ((e = factors_lock(ctx, account, &factors)) != ERR_OK)
		return e;
	if (!factors.totp)
		return fail(ctx, ERR_NOT_FOUND, "no_such_factor",
		    "no authenticator app is set up");
	if (factors.passkeys == 0 &&
	    ((e = factors_may_go(ctx)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_RECOVERY_DROP, NULL,
	    ARG_UUID(account))) != ERR_OK))
		return e;
	if ((e = sql_exec(ctx, &SQL_TOTP_DROP, NULL, ARG_UUID(account),
	    ARG_TEXT("active"))) != ERR_OK ||
	    (e = notice_queue(ctx, account, "The authenticator app was "
	    "removed: sign-in does not ask for its codes any more.")) !=
	    ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}

enum err
recovery_renew(struct ctx *ctx)
{
	const struct uuid *account = &ctx->who.account;
	struct factors factors;
	enum err e;

	audit_subject(ctx, "account", account->text);
	if ((e = factors_lock(ctx, account, &factors)) != ERR_OK)
		return e;
	if (!factors_any(&factors))
		return fail(ctx, ERR_CONFLICT, "no_second_factor",
		    "recovery codes replace a second factor: set one up first");
	if ((e = notice_queue(ctx, account, "New recovery codes were made; the "
	    "old ones are not valid any more.")) != ERR_OK)
		return e;
	return show_codes(ctx);
}

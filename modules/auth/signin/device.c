/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sign-in of a device that has no browser (RFC 8628).
 *
 * The device shows a short code and polls with a long one; a person with a
 * fresh sign-in approves the short one.  The device gets its own session, with
 * the proofs of that person's session, while that one lasts.  Answers to the
 * device carry the error names of the RFC as their code.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/guess.h"
#include "modules/auth/person.h"
#include "modules/auth/session/session.h"
#include "modules/auth/signin/signin.h"

#include "modules/auth/signin/device.sql.h"

#define DEVICE_TTL_S		600
#define INTERVAL_S		5
#define CLIENT_MAX		20	/* waiting devices per address */
#define WAITING_MAX		10000	/* waiting devices in all */
#define USER_CODE_LEN		8
#define USER_CODE_MAX		16	/* with what people may type in it */

/* No vowels, so no words; no digits, so none that look like letters. */
static const char letters[] = "BCDFGHJKLMNPQRSTVWXZ";

struct device_in { const char *client_name; };
struct poll_in { const char *device_code; };
struct approve_in { const char *user_code; bool approve; };
struct waiting { int64_t mine, n, mine_s, n_s; };
struct locked { int64_t wait_s; };
struct named { const char *client_name; };

struct started {
	const char	*device_code, *user_code;
	const char	*verification_uri, *verification_uri_complete;
	int64_t		 expires_in, interval;
};

struct device {
	const char	*client_name, *client_ip, *state;
	const char	*created_at, *expires_at;
};

struct poll { const char *state; bool expired, early; int64_t interval_s; };

struct claim {
	struct uuid	 account, sso_tenant;
	const char	*methods;
};

const struct field device_in_fields[] = {
	FIELD_TEXT(struct device_in, client_name, 1, 60, CHARSET_LABEL),
	FIELD_END_OF("DeviceLoginCreate")
};

const struct field poll_fields[] = {
	FIELD_AT(struct poll_in, device_code, FIELD_KIND_SECRET, 0,
	    CHARSET_TOKEN, 1, TOKEN_TEXT_MAX, NULL),
	FIELD_END_OF("DeviceLoginPoll")
};

const struct field approve_fields[] = {
	FIELD_TEXT(struct approve_in, user_code, USER_CODE_LEN,
	    USER_CODE_MAX, CHARSET_TEXT),
	FIELD_AT(struct approve_in, approve, FIELD_KIND_BOOL, 0, CHARSET_TEXT,
	    0, 1, NULL),
	FIELD_END_OF("DeviceLoginDecision")
};

const struct field device_started_view[] = {
	VIEW_AT(struct started, device_code, FIELD_KIND_SECRET),
	VIEW_TEXT(struct started, user_code),
	VIEW_TEXT(struct started, verification_uri),
	VIEW_TEXT(struct started, verification_uri_complete),
	VIEW_INT(struct started, expires_in),
	VIEW_INT(struct started, interval),
	FIELD_END_OF("DeviceLoginCreated")
};

const struct field device_view[] = {
	VIEW_TEXT(struct device, client_name),
	VIEW_TEXT_OPT(struct device, client_ip),
	VIEW_CHOICE(struct device, state, device_states),
	VIEW_TIME(struct device, created_at),
	VIEW_TIME(struct device, expires_at),
	FIELD_END_OF("DeviceLogin")
};

static const struct field waiting_view[] = {
	VIEW_INT(struct waiting, mine),
	VIEW_INT(struct waiting, n),
	VIEW_INT(struct waiting, mine_s),
	VIEW_INT(struct waiting, n_s),
	FIELD_END
};

static const struct field locked_view[] = {
	VIEW_INT(struct locked, wait_s),
	FIELD_END
};

static const struct field named_view[] = {
	VIEW_TEXT(struct named, client_name),
	FIELD_END
};

static const struct field poll_view[] = {
	VIEW_TEXT(struct poll, state),
	VIEW_BOOL(struct poll, expired),
	VIEW_BOOL(struct poll, early),
	VIEW_INT(struct poll, interval_s),
	FIELD_END
};

static const struct field claim_view[] = {
	VIEW_UUID(struct claim, account),
	VIEW_UUID_OPT(struct claim, sso_tenant),
	VIEW_TEXT(struct claim, methods),
	FIELD_END
};

/* user_code_new - makes "WDJB-MJHT", each letter with the same probability */
static void
user_code_new(char code[USER_CODE_LEN + 2])
{
	const unsigned n = sizeof(letters) - 1;
	unsigned char byte;
	unsigned i, at = 0;

	for (i = 0; i < USER_CODE_LEN; i++) {
		if (i == USER_CODE_LEN / 2)
			code[at++] = '-';
		do
			crypto_random(&byte, 1);
		while (byte >= 256 / n * n);
		code[at++] = letters[byte % n];
	}
	code[at] = '\0';
}

/*
 * user_digest - hashes a code as typed: any case, with blanks and hyphens or
 * without
 */
static bool
user_digest(const char *typed, char digest[SHA256_HEX_MAX])
{
	char code[USER_CODE_LEN + 1];
	size_t n = 0;
	char c;

	for (; *typed != '\0'; typed++) {
		c = *typed >= 'a' && *typed <= 'z' ?
		    (char)(*typed - 'a' + 'A') : *typed;
		if (c == '-' || c == ' ')
			continue;
		if (n == USER_CODE_LEN || strchr(letters, c) == NULL)
			return false;
		code[n++] = c;
	}
	code[n] = '\0';
	token_digest(code, digest);
	return n == USER_CODE_LEN;
}

/* make_room - deletes old ones, and limits how many may wait */
static enum err
make_room(struct ctx *ctx)
{
	struct waiting waiting;
	int64_t wait_s;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_DEVICE_LOCK, NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_DEVICE_FORGET, NULL)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_DEVICE_COUNT, waiting_view, &waiting,
	    ARG_TEXT(ctx->client_ip))) != ERR_OK)
		return e;
	if (waiting.mine < CLIENT_MAX && waiting.n < WAITING_MAX)
		return ERR_OK;
	wait_s = waiting.mine >= CLIENT_MAX ? waiting.mine_s : waiting.n_s;
	fail_retry(ctx, wait_s);
	return fail(ctx, ERR_LIMIT, "too_many_devices", "too many devices "
	    "wait for a sign-in: the first of them ends in %lld s",
	    (long long)wait_s);
}

enum err
device_start(struct ctx *ctx)
{
	struct started out = { .expires_in = DEVICE_TTL_S,
	    .interval = INTERVAL_S };
	char device_digest[SHA256_HEX_MAX], digest[SHA256_HEX_MAX];
	char code[USER_CODE_LEN + 2];
	struct device_in in;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = make_room(ctx)) != ERR_OK ||
	    (e = crypto_random_text(ctx, 32, &out.device_code)) != ERR_OK)
		return e;
	user_code_new(code);
	token_digest(out.device_code, device_digest);
	if (!user_digest(code, digest))
		return fail(ctx, ERR_INTERNAL, NULL, "the code has no letters");
	e = sql_exec(ctx, &SQL_DEVICE_INSERT, NULL, ARG_TEXT(device_digest),
	    ARG_TEXT(digest), ARG_TEXT(in.client_name),
	    ARG_TEXT(ctx->client_ip), ARG_INT(INTERVAL_S),
	    ARG_INT(DEVICE_TTL_S));
	if (e == ERR_CONFLICT)	/* a collision among 25,600,000,000 */
		return fail(ctx, ERR_UNAVAILABLE, "try_again",
		    "two codes are alike: try again");
	if (e != ERR_OK)
		return e;
	out.user_code = code;
	out.verification_uri = text_printf(ctx->mem, "%s/device",
	    process.conf->base_url);
	out.verification_uri_complete = text_printf(ctx->mem,
	    "%s/device#code=%s", process.conf->base_url, code);
	audit_fact(ctx, "client_name", in.client_name);
	return reply(ctx, 200, device_started_view, &out);
}

static enum err
device_expired(struct ctx *ctx)
{
	return fail(ctx, ERR_BAD_INPUT, "expired_token",
	    "this code has expired or was used: begin anew");
}

/*
 * poll_classify - says why there is no session (yet), or ERR_OK when it was
 * approved
 */
static enum err
poll_classify(struct ctx *ctx, const struct poll *poll)
{
	if (poll->expired || device_state_of(poll->state) == DEVICE_USED)
		return device_expired(ctx);
	if (device_state_of(poll->state) == DEVICE_DENIED)
		return fail(ctx, ERR_BAD_INPUT, "access_denied",
		    "the person has refused");
	if (device_state_of(poll->state) == DEVICE_APPROVED)
		return ERR_OK;
	audit_skip(ctx);
	if (poll->early)
		return fail(ctx, ERR_BAD_INPUT, "slow_down",
		    "ask every %d seconds from now on", (int)poll->interval_s);
	return fail(ctx, ERR_BAD_INPUT, "authorization_pending",
	    "nobody has approved the code yet");
}

enum err
device_poll(struct ctx *ctx)
{
	char digest[SHA256_HEX_MAX];
	struct opening opening;
	struct claim claim;
	struct poll_in in;
	struct poll poll;
	bool found;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	token_digest(in.device_code, digest);
	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_DEVICE_POLL, poll_view, &poll, &found,
	    ARG_TEXT(digest))) != ERR_OK || (e = sql_commit(ctx)) != ERR_OK)
		return e;
	if (!found)
		return device_expired(ctx);
	if ((e = poll_classify(ctx, &poll)) != ERR_OK ||
	    (e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_DEVICE_CLAIM, claim_view, &claim, &found,
	    ARG_TEXT(digest))) != ERR_OK || (e = sql_commit(ctx)) != ERR_OK)
		return e;
	if (!found)	/* another poll was first, or the person left */
		return device_expired(ctx);
	opening = (struct opening){ .account = claim.account,
	    .kind = "token", .methods = claim.methods,
	    .sso_tenant = claim.sso_tenant };
	return session_open(ctx, &opening);
}

static enum err
no_device(struct ctx *ctx)
{
	return fail(ctx, ERR_NOT_FOUND, "no_such_code",
	    "no device waits with this code: look at it again");
}

/* guess_key - the key under which wrong codes of this account are counted */
static const char *
guess_key(struct ctx *ctx)
{
	return text_printf(ctx->mem, "device:%s", ctx->who.account.text);
}

/* not_locked - an account that guesses is not told a right code either */
static enum err
not_locked(struct ctx *ctx)
{
	struct locked guess;
	enum err e;

	if ((e = sql_one(ctx, &SQL_DEVICE_LOCKED, locked_view, &guess,
	    ARG_TEXT(guess_key(ctx)))) != ERR_OK)
		return e;
	return guess.wait_s <= 0 ? ERR_OK :
	    guess_refuse(ctx, GUESS_DEVICE, guess.wait_s);
}

/* device_missed_one - counts and commits, whatever happens to the request */
static enum err
device_missed_one(struct ctx *ctx)
{
	struct guess guess;
	enum err e;

	if ((e = sql_commit(ctx)) != ERR_OK ||
	    (e = guess_count(ctx, GUESS_DEVICE, guess_key(ctx), &guess)) !=
	    ERR_OK)
		return e;
	return no_device(ctx);
}

/*
 * device_begin - begins again after the route's checks, since a miss was
 * committed
 */
static enum err
device_begin(struct ctx *ctx)
{
	const struct uuid none = { "" };
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = authn_pin(ctx, ctx->who.role != NULL ? &ctx->who.tenant :
	    &none, &ctx->who.account)) != ERR_OK)
		return e;
	return not_locked(ctx);
}

enum err
device_show(struct ctx *ctx)
{
	char digest[SHA256_HEX_MAX];
	struct device device;
	bool found = false;
	enum err e;

	if ((e = device_begin(ctx)) != ERR_OK)
		return e;
	if (user_digest(req_param(ctx, "user_code"), digest) &&
	    (e = sql_opt(ctx, &SQL_DEVICE_GET, device_view, &device, &found,
	    ARG_TEXT(digest))) != ERR_OK)
		return e;
	return found ? reply(ctx, 200, device_view,
	    &device) : device_missed_one(ctx);
}

enum err
device_approve(struct ctx *ctx)
{
	char digest[SHA256_HEX_MAX];
	struct approve_in in;
	struct named device;
	bool found = false;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK || (e = device_begin(ctx)) !=
	    ERR_OK)
		return e;
	if (user_digest(in.user_code, digest) &&
	    (e = sql_opt(ctx, &SQL_DEVICE_DECIDE, named_view, &device,
	    &found, ARG_TEXT(digest), ARG_UUID(&ctx->who.session),
	    ARG_BOOL(in.approve))) != ERR_OK)
		return e;
	if (!found)
		return device_missed_one(ctx);
	audit_subject(ctx, "session", req_copy(ctx, ctx->who.session.text));
	audit_fact(ctx, "client_name", device.client_name);
	audit_fact(ctx, "approved", in.approve ? "yes" : "no");
	return reply_empty(ctx, 204);
}

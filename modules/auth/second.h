/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes between a password and its session, when the account has a
 * second factor; and a proof once more, inside of a session (step-up).
 *
 * A sign-in that is proved in part is a challenge: its token is good for one
 * session, five minutes and a few tries, and only as long as the account's
 * password is the one that was proved.
 */
#ifndef CAMELEER_AUTH_SECOND_H
#define CAMELEER_AUTH_SECOND_H

#include <stdbool.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "modules/auth/auth.h"

#define CHALLENGE_TTL_S		300
#define CHALLENGE_TRIES_MAX	10

/* What an account can show beside its password. */
struct factors {
	bool		 totp;
	int64_t		 recovery_left;		/* codes not used yet */
	int64_t		 passkeys;
};
/* Reads them in the transaction that is open. */
enum err factors_read(struct ctx *ctx, const struct uuid *account,
    struct factors *factors) must_check;
/* The same, and they stay so until the transaction ends. */
enum err factors_lock(struct ctx *ctx, const struct uuid *account,
    struct factors *factors) must_check;
/* A password alone is not enough for this account. */
bool factors_any(const struct factors *factors);
/*
 * ERR_FORBIDDEN factor_required when the account may not be left without a
 * second factor: a tenant's policy asks for one, or it is an operator.  Needs
 * the account's own session.
 */
enum err factors_may_go(struct ctx *ctx) must_check;

struct challenge {
	const char	*token;		/* as the client sent it */
	/* Of the session to come; methods are what is proved so far. */
	struct opening	 opening;
};

/*
 * Instead of session_open(): begins a transaction and replies with a
 * challenge and the names of what may answer it.  password_hash is the one
 * that was proved, or NULL when the proof was another.
 */
enum err challenge_make(struct ctx *ctx, const struct opening *opening,
    const char *password_hash, const struct factors *factors) must_check;
/*
 * Whose challenge this is; one more try, committed.  ERR_UNAUTHENTICATED
 * challenge_not_valid when it is used, too old, or not of this password.
 * Text stays in ctx->mem.  No transaction may be open.
 */
enum err challenge_find(struct ctx *ctx, const char *token,
    struct challenge *challenge) must_check;
/*
 * Ends the challenge and opens its session, with one more method (otp, hwk,
 * recovery) among those that were proved.  Of two at once the second fails
 * with challenge_not_valid.  Calls session_open(), so call it last.
 */
enum err challenge_accept(struct ctx *ctx, struct challenge *challenge,
    const char *method) must_check;

/*
 * Step-up: records that this session's person has just proved once more who
 * they are, by this method (pwd, otp, hwk, recovery), in the open transaction.
 */
enum err session_prove(struct ctx *ctx, const char *method) must_check;

/*
 * Mails the person what was changed, in the transaction that is open; what is
 * a sentence of ours.  Nothing is sent to an account without an address.
 */
enum err notice_queue(struct ctx *ctx, const struct uuid *account,
    const char *what) must_check;

/* challenge.c, factor.c, step_up.c: the routes. */
enum err login_second(struct ctx *ctx);
enum err factors_get(struct ctx *ctx);
enum err totp_start(struct ctx *ctx);
enum err totp_confirm(struct ctx *ctx);
enum err totp_remove(struct ctx *ctx);
enum err recovery_renew(struct ctx *ctx);
enum err step_up(struct ctx *ctx);
extern const struct field login_second_fields[], step_up_fields[],
    totp_confirm_fields[], factors_view[], totp_view[], recovery_view[];

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What follows the password when the account has a second factor.
 *
 * A sign-in that has passed the first factor only is a challenge: its token is
 * valid for one session, five minutes and a few attempts, and only while the
 * account's password is the one that was proved.
 */
#ifndef CAMELEER_AUTH_CHALLENGE_H
#define CAMELEER_AUTH_CHALLENGE_H

#include "libshared/base/ctx.h"
#include "modules/auth/session/session.h"

struct factors;

#define CHALLENGE_TTL_S		300
#define CHALLENGE_TRIES_MAX	10

struct challenge {
	const char	*token;		/* as the client sent it */
	/* The session that will be opened; methods are those proved so far. */
	struct opening	 opening;
};

/*
 * Used instead of session_open(): begins a transaction and replies with a
 * challenge and the names of what may answer it.  password_hash is the one that
 * was proved, or NULL when something else was proved.
 */
enum err challenge_make(struct ctx *ctx, const struct opening *opening,
    const char *password_hash, const struct factors *factors) must_check;
/*
 * Finds the challenge, and counts and commits one more attempt.
 * ERR_UNAUTHENTICATED challenge_not_valid when it is used, too old, or for
 * another password. Text stays in ctx->mem.  No transaction may be open.
 */
enum err challenge_find(struct ctx *ctx, const char *token,
    struct challenge *challenge) must_check;
/*
 * Ends the challenge and opens its session, with one more method (otp, hwk,
 * recovery) among those that were proved.  The second of two concurrent calls
 * fails with challenge_not_valid.  Calls session_open(), so call it last.
 */
enum err challenge_accept(struct ctx *ctx, struct challenge *challenge,
    const char *method) must_check;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Codes: those of an authenticator app, each valid once, and recovery codes. */
#ifndef CAMELEER_AUTH_CODE_H
#define CAMELEER_AUTH_CODE_H

#include "libshared/base/ctx.h"
#include "modules/auth/factor/totp.h"

#define CODE_LEN	TOTP_DIGITS
#define RECOVERY_CODES	10
#define RECOVERY_BYTES	10	/* random bytes in each code */
/* A code as typed: with its three hyphens, without, or with blanks. */
#define RECOVERY_MIN	16
#define RECOVERY_MAX	24

/* Exactly one of them is set. */
struct proof { const char *code, *recovery_code; };

/*
 * Counts, then checks: *method is otp or recovery, or NULL when the code is
 * wrong. ERR_LIMIT after too many attempts.  A right code is used up.  Runs its
 * own transactions: none may be open.
 */
enum err code_prove(struct ctx *ctx, const struct uuid *account,
    const struct proof *proof, const char **method) must_check;
/* Seals the app's secret for the account, in the form in which it is stored. */
enum err code_seal(struct ctx *ctx, const struct uuid *account,
    const uint8_t secret[TOTP_SECRET_SIZE], const char **box) must_check;
/*
 * Accepts the code of the active or the pending secret, in the open
 * transaction; *good is false when it is wrong, used, or no secret exists.
 */
enum err code_take(struct ctx *ctx, const struct uuid *account,
    const char *state, const char *code, bool *good) must_check;
/* Replaces all recovery codes by ten new ones, as a JSON array. */
enum err recovery_make(struct ctx *ctx, const struct uuid *account,
    struct json **codes) must_check;

#endif

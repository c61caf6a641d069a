/* SPDX-License-Identifier: Apache-2.0 */
/* Codes: those of an app, each good once, and those on paper. */
#ifndef CAMELEER_AUTH_CODE_H
#define CAMELEER_AUTH_CODE_H

#include "libshared/base/ctx.h"
#include "modules/auth/factor/totp.h"

#define CODE_LEN	TOTP_DIGITS
#define RECOVERY_CODES	10
#define RECOVERY_BYTES	10	/* random ones of each code */
/* As it is typed: with its three hyphens, without, or with blanks. */
#define RECOVERY_MIN	16
#define RECOVERY_MAX	24

/* Exactly one of them. */
struct proof { const char *code, *recovery_code; };

/*
 * Counts, then checks: *method is otp or recovery, or NULL when the code is
 * wrong.  ERR_LIMIT when there were too many.  A good code is used up.  Uses
 * transactions of its own: none may be open.
 */
enum err code_prove(struct ctx *ctx, const struct uuid *account,
    const struct proof *proof, const char **method) must_check;
/* The app's secret, sealed for the account, as it is stored. */
enum err code_seal(struct ctx *ctx, const struct uuid *account,
    const uint8_t secret[TOTP_SECRET_SIZE], const char **box) must_check;
/*
 * Takes the code of the active or the pending secret, in the transaction that
 * is open; *good is false when it is wrong, used, or there is no secret.
 */
enum err code_take(struct ctx *ctx, const struct uuid *account,
    const char *state, const char *code, bool *good) must_check;
/* Ten new recovery codes in place of those that there are, as a JSON array. */
enum err recovery_make(struct ctx *ctx, const struct uuid *account,
    struct json **codes) must_check;

#endif

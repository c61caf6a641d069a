/* SPDX-License-Identifier: Apache-2.0 */
/* Codes of an authenticator app (RFC 6238, RFC 4226). */
#ifndef CAMELEER_AUTH_TOTP_H
#define CAMELEER_AUTH_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"

#define TOTP_SECRET_SIZE	20	/* bytes: RFC 4226 4, R6 */
#define TOTP_STEP_S		30
#define TOTP_DIGITS		6
#define TOTP_DIGITS_MAX		8
#define TOTP_WINDOW		1	/* steps of clock skew, each way */
/* Size of n bytes in base32 without padding, with the NUL. */
#define BASE32_MAX(n)		(((n) * 8 + 4) / 5 + 1)

/* Computes the code of a step, with leading zeros and a NUL. */
void totp_code(const uint8_t secret[TOTP_SECRET_SIZE], int64_t step,
    int digits, char code[TOTP_DIGITS_MAX + 1]);
/*
 * Finds the step of the window around now_s (seconds since 1970) that has this
 * code, the oldest one after last_step; false when there is none.  Takes the
 * same time for each step.
 */
bool totp_match(const uint8_t secret[TOTP_SECRET_SIZE], const char *code,
    int64_t now_s, int64_t last_step, int64_t *step) must_check;
/* RFC 4648 section 6, upper case, no padding. */
void base32_encode(const uint8_t *data, size_t len, char *text);
/*
 * The content of the QR code: otpauth://totp/Cameleer:<account>?…  In
 * ctx->secrets.
 */
enum err totp_uri(struct ctx *ctx, const char *secret, const char *account,
    const char **uri) must_check;

#endif

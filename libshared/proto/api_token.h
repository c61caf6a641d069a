/* SPDX-License-Identifier: Apache-2.0 */
/*
 * API tokens as text: "clr_", 256 random bits as base64url, "_" and a checksum
 * (CRC-32 of all before it, eight hex digits).
 *
 * The prefix lets scanners find a leaked token.  The checksum recognizes a
 * mistyped or invented token without a query.
 */
#ifndef CAMELEER_API_TOKEN_H
#define CAMELEER_API_TOKEN_H

#include <stdbool.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"

#define API_TOKEN_PREFIX	"clr_"
#define API_TOKEN_LEN		56	/* bytes, without the NUL */
#define API_TOKEN_HINT_LEN	8	/* bytes at its start, shown in lists */

/* Makes a new token in ctx->secrets. */
enum err api_token_new(struct ctx *ctx, const char **token) must_check;
/* The form and the checksum are right: it may be one of ours. */
bool api_token_sound(struct str token);

#endif

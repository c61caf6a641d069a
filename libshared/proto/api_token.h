/* SPDX-License-Identifier: Apache-2.0 */
/*
 * API tokens as text: "clr_", 256 random bits as base64url, "_" and a checksum
 * (CRC-32 of all before it, eight hex digits).
 *
 * The prefix lets scanners find a token that leaked; the checksum tells one
 * that was mistyped or made up from one that is worth a look-up.
 */
#ifndef CAMELEER_API_TOKEN_H
#define CAMELEER_API_TOKEN_H

#include <stdbool.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"

#define API_TOKEN_PREFIX	"clr_"
#define API_TOKEN_LEN		56	/* bytes, without the NUL */
#define API_TOKEN_HINT_LEN	8	/* of its start, shown in lists */

/* A new one, in ctx->secrets. */
enum err api_token_new(struct ctx *ctx, const char **token) must_check;
/* Has the form, and the checksum fits: it may be one of ours. */
bool api_token_sound(struct str token);

#endif

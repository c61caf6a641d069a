/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compact JWS (RFC 7515): what our tokens (token.h) and those of others
 * (jose.h) have in common.  Nothing here is verified yet.
 */
#ifndef CAMELEER_JWS_H
#define CAMELEER_JWS_H

#include <stdbool.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"

struct json;

/* The three parts as received, and the text that is signed. */
struct jws { struct str signed_text, header, payload, signature; };

/* Exactly two dots; decoding a part finds out whether it is empty. */
bool jws_split(struct str token, struct jws *jws) must_check;
/* A part as a JSON object, or NULL. */
const struct json *jws_object(struct ctx *ctx, struct str part);
/* A NumericDate in whole seconds, between 1970 and 9999. */
bool jws_date(const struct json *claims, const char *name, int64_t *date)
    must_check;
/*
 * The same where others write it: a fraction is allowed (RFC 7519 2) and is cut
 * off.
 */
bool jws_date_cut(const struct json *claims, const char *name, int64_t *date)
    must_check;

#endif

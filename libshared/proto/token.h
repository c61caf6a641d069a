/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compact JWS tokens that we sign (RFC 7515, 7519, 8037, 8725), with the keys
 * of key.h.
 */
#ifndef CAMELEER_TOKEN_H
#define CAMELEER_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"
#include "libshared/proto/key.h"

struct json;

#define TOKEN_MAX	8192	/* bytes of a compact token */
#define TOKEN_LEEWAY_S	60

/*
 * The header is {alg, kid, typ}; claims is an object.  The text is in
 * ctx->secrets.
 */
enum err token_sign(struct ctx *ctx, const struct key *key, const char *typ,
    const struct json *claims, const char **token) must_check;

/* The same for a token of ours that may be longer, a list for example. */
struct token_form { const char *typ; size_t max; };
enum err token_sign_as(struct ctx *ctx, const struct key *key,
    const struct token_form *form, const struct json *claims,
    const char **token) must_check;

struct token_rule {
	const struct keyring	*ring;
	enum key_purpose	 purpose;
	const char		*typ;		/* exactly */
	const char		*issuer;	/* byte for byte */
	const char		*audience;	/* one of aud */
	int64_t			 now;		/* seconds, UTC */
};

/*
 * ERR_UNAUTHENTICATED with the same code, invalid_token, for every defect; *why
 * (may be NULL) is a constant for the log, "unknown_kid" when newer keys might
 * help.  The header is {alg, kid, typ} and nothing else: no crit, jku, jwk, x5c
 * or x5u (RFC 8725 3.x).  exp, nbf, iss, aud and sub must be present, dates as
 * whole seconds; now - leeway < exp, nbf <= now + leeway.  A pending key
 * verifies too, because another process may already know that it is active.
 */
enum err token_verify(struct ctx *ctx, const struct token_rule *rule,
    struct str token, const struct json **claims, const char **why)
    must_check;

#endif

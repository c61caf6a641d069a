/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens that others sign: ID tokens, logout tokens and signed user info of a
 * tenant's OpenID provider (RFC 7515, 7517, 7518, 8037, 8725; OpenID Connect
 * Core 3.1.3.7 and 5.3.2, Back-Channel Logout 2.6).  Our own tokens are in
 * token.h.
 *
 * The key decides the algorithm, never the token: RS256 with at least 2048
 * bits, ES256, and EdDSA with Ed25519.  All input here may come from an
 * attacker.
 */
#ifndef CAMELEER_JOSE_H
#define CAMELEER_JOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/crypto_rsa.h"
#include "libshared/doors/crypto_sign.h"

struct json;

#define JOSE_TOKEN_MAX	262144	/* bytes of a compact token */
#define JOSE_KEYS_MAX	128	/* usable keys of one set */
#define JOSE_KID_MAX	256
#define JOSE_LEEWAY_S	60
#define JOSE_LOGOUT_S	120	/* age of a logout token without exp */
#define JOSE_SUBJECT_MAX	255

enum jose_alg { JOSE_RS256, JOSE_ES256, JOSE_EDDSA, JOSE_ALG__MAX };

struct jose_key {
	enum jose_alg		alg;
	char			kid[JOSE_KID_MAX + 1];	/* "": none */
	struct rsa_public	rsa;			/* JOSE_RS256 */
	uint8_t			pub[P256_PUBLIC];	/* 64 or 32 in use */
};

struct jose_set {
	struct jose_key	*keys;		/* in ctx->mem */
	size_t		 n;
};

const char *jose_alg_name(enum jose_alg alg);
/* "Ed25519" (RFC 9864) also means EdDSA. */
bool jose_alg_of(const char *name, enum jose_alg *alg) must_check;

/*
 * Parses a JWK set.  Keys that we cannot use are left out: for encryption,
 * symmetric, of another curve or algorithm, too weak, or with a private half;
 * and so are those after JOSE_KEYS_MAX usable ones.  ERR_PEER when it is not a
 * set, or no key is left.
 */
enum err jose_set_parse(struct ctx *ctx, const char *text, size_t len,
    struct jose_set *set) must_check;

enum jose_kind { JOSE_ID_TOKEN, JOSE_LOGOUT_TOKEN, JOSE_USERINFO };

struct jose_rule {
	const struct jose_set	*set;
	enum jose_kind		 kind;
	const char		*issuer;	/* byte for byte */
	const char		*audience;	/* our client_id */
	const char		*nonce;		/* for an ID token */
	int64_t			 now;		/* seconds, UTC */
};

/*
 * ERR_UNAUTHENTICATED with code token_not_valid for every defect; *why (may be
 * NULL) is a constant for the log and the audit trail.  After "unknown_kid" and
 * "bad_signature" newer keys might help.  The payload is not read before the
 * signature is verified.
 */
enum err jose_verify(struct ctx *ctx, const struct jose_rule *rule,
    struct str token, const struct json **claims, const char **why)
    must_check;

#endif

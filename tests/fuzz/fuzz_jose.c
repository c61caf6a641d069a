/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input "S" set: a provider's keys, unchanged.  "T" token: unchanged.  "I",
 * "L" or "U", header, newline, payload: an ID token, a logout token or signed
 * user info, signed with a key of the set, so that the search gets past the
 * signature.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/doors/crypto_rsa.h"
#include "libshared/doors/crypto_sign.h"
#include "libshared/doors/json.h"
#include "libshared/proto/jose.h"
#include "libshared/proto/jws.h"

#define NOW	1700000000

static const uint8_t seed[SEED_SIZE] = { 1 };

static void
set_check(struct ctx *ctx, struct str input)
{
	struct jose_set set = { .n = 0 };
	size_t i;
	enum err e;

	e = jose_set_parse(ctx, input.p, input.len, &set);
	must(e == ERR_OK || (e == ERR_PEER && set.n == 0));
	must(set.n <= JOSE_KEYS_MAX && (e == ERR_OK) == (set.n > 0));
	for (i = 0; i < set.n; i++) {
		must(set.keys[i].alg < JOSE_ALG__MAX);
		must(strlen(set.keys[i].kid) <= JOSE_KID_MAX);
		must(set.keys[i].alg != JOSE_RS256 ||
		    rsa_sound(&set.keys[i].rsa));
	}
}

static const char *
sign(struct ctx *ctx, struct str input)
{
	struct str header = str_cut(&input, '\n');
	uint8_t signature[SIGNATURE_SIZE];
	const char *h, *p, *s, *text;

	if (base64url_encode(ctx, header.p, header.len, &h) != ERR_OK ||
	    base64url_encode(ctx, input.p, input.len, &p) != ERR_OK ||
	    (text = text_printf(ctx->mem, "%s.%s", h, p)) == NULL)
		return NULL;
	ed25519_sign(seed, text, strlen(text), signature);
	must(base64url_encode(ctx, signature, sizeof(signature), &s) ==
	    ERR_OK);
	return text_printf(ctx->mem, "%s.%s", text, s);
}

static void
token_check(struct ctx *ctx, struct str token, enum jose_kind kind)
{
	struct jose_key key = { .alg = JOSE_EDDSA, .kid = "o" };
	struct jose_set set = { &key, 1 };
	const struct jose_rule rule = { &set, kind, "https://idp.example",
	    "app", "n-1", NOW };
	const struct json *claims = NULL;
	const char *why = NULL;
	int64_t iat;
	enum err e;

	ed25519_public(seed, key.pub);
	e = jose_verify(ctx, &rule, token, &claims, &why);
	if (e != ERR_OK) {
		must(e == ERR_UNAUTHENTICATED && why != NULL);
		must(claims == NULL && ctx->fault.err == e);
		return;
	}
	must(why == NULL && token.len <= JOSE_TOKEN_MAX);
	if (kind == JOSE_USERINFO) {
		must(json_get(claims, "events") == NULL);
		return;
	}
	must(strcmp(json_member(claims, "iss"), rule.issuer) == 0);
	must(jws_date_cut(claims, "iat", &iat) &&
	    iat <= NOW + JOSE_LEEWAY_S);
	must((json_get(claims, "events") != NULL) ==
	    (kind == JOSE_LOGOUT_TOKEN));
	must((json_get(claims, "nonce") != NULL) == (kind == JOSE_ID_TOKEN));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ctx *ctx = ctx_new(4 << 20);
	struct str input = { (const char *)data, size };
	const char *token;

	must(crypto_init() == 0);
	if (size > 0) {
		input.p++;
		input.len--;
		if (data[0] == 'S')
			set_check(ctx, input);
		else if (data[0] == 'T')
			token_check(ctx, input, JOSE_ID_TOKEN);
		else if ((token = sign(ctx, input)) != NULL)
			token_check(ctx, str_of(token), data[0] == 'L' ?
			    JOSE_LOGOUT_TOKEN : data[0] == 'U' ?
			    JOSE_USERINFO : JOSE_ID_TOKEN);
	}
	ctx_free(&ctx);
	return 0;
}

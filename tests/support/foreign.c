/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/support/foreign.h"
#include "tests/support/rsa_vector.h"

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto_sign.h"
#include "libshared/doors/json.h"

struct ctx *ctx;
struct jose_set set;
const struct jose_rule id_rule = { &set, JOSE_ID_TOKEN,
    "https://idp.example", "app", "n-1", NOW };
const struct jose_rule logout_rule = { &set, JOSE_LOGOUT_TOKEN,
    "https://idp.example", "app", NULL, NOW };

static const uint8_t seed[SEED_SIZE] = { 7, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
    30, 31 };

static const char *
encoded(const void *data, size_t len)
{
	const char *text;

	assert_int_equal(base64url_encode(ctx, data, len, &text), ERR_OK);
	return text;
}

const char *
foreign_jwk(enum jose_alg alg, const char *more)
{
	uint8_t pub[P256_PUBLIC];

	if (alg == JOSE_RS256)
		return text_printf(ctx->mem, "{\"kty\":\"RSA\",\"n\":\"%s\","
		    "\"e\":\"AQAB\",\"kid\":\"r\"%s}", RSA_N, more);
	if (alg == JOSE_EDDSA) {
		ed25519_public(seed, pub);
		return text_printf(ctx->mem, "{\"kty\":\"OKP\","
		    "\"crv\":\"Ed25519\",\"x\":\"%s\",\"kid\":\"o\"%s}",
		    encoded(pub, ED25519_PUBLIC), more);
	}
	assert_true(p256_public(seed, pub));
	return text_printf(ctx->mem, "{\"kty\":\"EC\",\"crv\":\"P-256\","
	    "\"x\":\"%s\",\"y\":\"%s\",\"kid\":\"e\"%s}", encoded(pub, 32),
	    encoded(pub + 32, 32), more);
}

int
foreign_setup(void **state)
{
	const char *text;

	(void)state;
	ctx = ctx_new(64 << 20);
	if (crypto_init() != 0)
		return -1;
	text = text_printf(ctx->mem, "{\"keys\":[%s,%s,%s]}",
	    foreign_jwk(JOSE_RS256, ""), foreign_jwk(JOSE_ES256, ""),
	    foreign_jwk(JOSE_EDDSA, ""));
	assert_int_equal(jose_set_parse(ctx, text, strlen(text), &set),
	    ERR_OK);
	assert_int_equal(set.n, 3);
	return 0;
}

int
foreign_teardown(void **state)
{
	(void)state;
	ctx_free(&ctx);
	return 0;
}

const char *
foreign_token(enum jose_alg alg, const char *header, const char *payload)
{
	uint8_t signature[SIGNATURE_SIZE];
	const char *text = text_printf(ctx->mem, "%s.%s",
	    encoded(header, strlen(header)),
	    encoded(payload, strlen(payload)));

	assert_non_null(text);
	if (alg == JOSE_ES256)
		assert_true(p256_sign(seed, text, strlen(text), signature));
	else
		ed25519_sign(seed, text, strlen(text), signature);
	return text_printf(ctx->mem, "%s.%s", text,
	    encoded(signature, sizeof(signature)));
}

void
foreign_accepted(const struct jose_rule *by, const char *token)
{
	const struct json *claims = NULL;
	const char *why = "unset";

	assert_int_equal(jose_verify(ctx, by, str_of(token), &claims, &why),
	    ERR_OK);
	assert_null(why);
	assert_string_equal(json_member(claims, "iss"), by->issuer);
}

void
foreign_refused(const struct jose_rule *by, const char *token, size_t len,
    const char *why)
{
	const struct json *claims = NULL;
	const char *reason = NULL;

	assert_int_equal(jose_verify(ctx, by, (struct str){ token, len },
	    &claims, &reason), ERR_UNAUTHENTICATED);
	assert_null(claims);
	assert_non_null(reason);
	if (why != NULL)
		assert_string_equal(reason, why);
	assert_string_equal(ctx->fault.code, "token_not_valid");
	fail_clear(ctx);
}

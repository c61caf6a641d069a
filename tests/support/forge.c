/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/support/forge.h"

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/crypto_sign.h"
#include "libshared/doors/json.h"
#include "libshared/proto/key.h"

struct ctx *ctx;
struct keyring ring;
const struct token_rule rule = { &ring, KEY_ACCESS, "at+jwt",
    "https://cameleer.example", "cameleer", NOW };
const struct token_rule server_rule = { &ring, KEY_SERVER, "at+jwt",
    "https://cameleer.example", "cameleer-server:demo", NOW };

int
forge_group_setup(void **state)
{
	const char *text;
	struct json *jwk;
	unsigned i;

	(void)state;
	ctx = ctx_new(1 << 20);
	if (crypto_init() != 0)
		return -1;
	for (i = 0; i < KEY_PURPOSE__MAX; i++) {
		assert_int_equal(key_generate(ctx, (enum key_purpose)i,
		    &ring.keys[i]), ERR_OK);
		ring.n = i + 1;
		assert_int_equal(key_jwk(ctx, &ring.keys[i], &jwk), ERR_OK);
		assert_int_equal(json_print(ctx, jwk, &text, NULL), ERR_OK);
		assert_int_equal(keyring_add_public(ctx, &ring, text,
		    (enum key_purpose)i, KEY_ACTIVE), ERR_OK);
	}
	ctx_free(&ctx);
	return 0;
}

int
forge_setup(void **state)
{
	(void)state;
	ctx = ctx_new(4 << 20);
	return 0;
}

int
forge_teardown(void **state)
{
	(void)state;
	ctx_free(&ctx);
	return 0;
}

void
refused(const struct token_rule *by, const char *token, size_t len,
    const char *why)
{
	const struct json *claims = NULL;
	const char *reason = "";

	fail_clear(ctx);
	if (token_verify(ctx, by, (struct str){ token, len }, &claims,
	    &reason) != ERR_UNAUTHENTICATED)
		fail_msg("accepted: %.*s", (int)len, token);
	assert_null(claims);
	assert_int_equal(ctx->fault.err, ERR_UNAUTHENTICATED);
	assert_string_equal(ctx->fault.code, "invalid_token");
	assert_string_equal(ctx->fault.detail,
	    "the token is missing, wrong or expired");
	assert_int_equal(ctx->fault.nfields, 0);
	if (why != NULL && strcmp(why, reason) != 0)
		fail_msg("%s instead of %s: %.*s", reason, why, (int)len,
		    token);
	fail_clear(ctx);
}

void
accepted(const struct token_rule *by, const char *token)
{
	const struct json *claims = NULL;
	const char *reason = "";

	if (token_verify(ctx, by, str_of(token), &claims, &reason) != ERR_OK)
		fail_msg("%s: %s", reason, token);
	assert_null(reason);
	assert_non_null(json_member(claims, "sub"));
}

const char *
forge(const struct key *key, const char *header, const char *payload)
{
	const char *h, *p, *s, *text;
	uint8_t signature[SIGNATURE_SIZE];

	assert_int_equal(base64url_encode(ctx, header, strlen(header), &h),
	    ERR_OK);
	assert_int_equal(base64url_encode(ctx, payload, strlen(payload), &p),
	    ERR_OK);
	text = text_printf(ctx->mem, "%s.%s", h, p);
	assert_non_null(text);
	if (key->purpose == KEY_SERVER)
		assert_true(p256_sign(key->seed, text, strlen(text),
		    signature));
	else
		ed25519_sign(key->seed, text, strlen(text), signature);
	assert_int_equal(base64url_encode(ctx, signature, sizeof(signature),
	    &s), ERR_OK);
	text = text_printf(ctx->mem, "%s.%s", text, s);
	assert_non_null(text);
	return text;
}

const char *
header_of(const struct key *key, const char *alg, const char *typ,
    const char *more)
{
	char *text = text_printf(ctx->mem,
	    "{\"alg\":%s,\"kid\":\"%s\",\"typ\":%s%s}", alg, key->kid, typ,
	    more);

	assert_non_null(text);
	return text;
}

const char *
claims_token(const char *claims)
{
	return forge(ACCESS, header_of(ACCESS, "\"EdDSA\"", "\"at+jwt\"", ""),
	    claims);
}

const char *
good_token(enum key_purpose purpose, const char *audience)
{
	struct json *claims = json_object(ctx);
	const char *token;

	json_put_text(claims, "iss", rule.issuer);
	json_put_text(claims, "sub", "someone");
	json_put_text(claims, "aud", audience);
	json_put_int(claims, "nbf", NOW);
	json_put_int(claims, "iat", NOW);
	json_put_int(claims, "exp", NOW + 600);
	assert_int_equal(token_sign(ctx, &ring.keys[purpose], "at+jwt",
	    claims, &token), ERR_OK);
	return token;
}

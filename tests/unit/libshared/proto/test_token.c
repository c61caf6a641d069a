/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threat T4: forged tokens, by their form, header and signature. Where
 * possible, an invalid token has a valid signature, so that the check under
 * test is the one that refuses it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/forge.h"

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/crypto_sign.h"
#include "libshared/doors/json.h"
#include "libshared/proto/key.h"

static void
t_jwt_good_passes(void **state)
{
	const char *token = good_token(KEY_ACCESS, "cameleer");
	size_t used = arena_used(ctx->secrets);

	(void)state;
	assert_true(used > strlen(token));
	accepted(&rule, token);
	accepted(&server_rule, good_token(KEY_SERVER,
	    "cameleer-server:demo"));
	accepted(&rule, claims_token(GOOD_CLAIMS));
	accepted(&rule, forge(ACCESS, header_of(ACCESS, "\"Ed25519\"",
	    "\"at+jwt\"", ""), GOOD_CLAIMS));
}

/* Flips each bit of the text, for both algorithms. */
static void
t_jwt_every_bit_of_text(void **state)
{
	const char *const tokens[] = { good_token(KEY_ACCESS, "cameleer"),
	    good_token(KEY_SERVER, "cameleer-server:demo") };
	const struct token_rule *const rules[] = { &rule, &server_rule };
	char text[TOKEN_MAX];
	size_t i, bit, len;

	(void)state;
	for (i = 0; i < nitems(tokens); i++) {
		len = strlen(tokens[i]);
		accepted(rules[i], tokens[i]);	/* and remembers it */
		memcpy(text, tokens[i], len);
		for (bit = 0; bit < len * 8; bit++) {
			text[bit / 8] ^= (char)(1u << bit % 8);
			refused(rules[i], text, len, NULL);
			text[bit / 8] ^= (char)(1u << bit % 8);
		}
	}
}

/*
 * Flips each bit of the decoded parts: the encoding is valid, the content is
 * not.
 */
static void
t_jwt_every_bit_of_content(void **state)
{
	const char *token = good_token(KEY_ACCESS, "cameleer"), *text;
	struct str rest = str_of(token), part[3];
	uint8_t raw[TOKEN_MAX];
	size_t i, bit, n, n_again;
	char made[TOKEN_MAX];

	(void)state;
	accepted(&rule, token);
	for (i = 0; i < 3; i++)
		part[i] = str_cut(&rest, '.');
	for (i = 0; i < 3; i++) {
		assert_true(base64url_decode(part[i].p, part[i].len, raw,
		    sizeof(raw), &n));
		for (bit = 0; bit < n * 8; bit++) {
			raw[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(base64url_encode(ctx, raw, n, &text),
			    ERR_OK);
			n_again = (size_t)snprintf(made, sizeof(made),
			    "%.*s%s%s", (int)(part[i].p - token), token, text,
			    part[i].p + part[i].len);
			refused(&rule, made, n_again, NULL);
			raw[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

static void
t_jwt_cut_or_grown(void **state)
{
	const char *token = good_token(KEY_ACCESS, "cameleer");
	size_t len = strlen(token), i;
	char text[TOKEN_MAX];

	(void)state;
	for (i = 0; i < len; i++)
		refused(&rule, token, i, NULL);
	for (i = 0; i <= len; i++) {		/* one more, everywhere */
		memcpy(text, token, i);
		text[i] = 'A';
		memcpy(text + i + 1, token + i, len - i);
		refused(&rule, text, len + 1, NULL);
	}
	memcpy(text, token, len);
	for (i = 1; i < 256; i++) {
		text[len] = (char)i;
		refused(&rule, text, len + 1, NULL);
	}
	text[len] = '\0';
	refused(&rule, text, len + 1, NULL);
}

/* RFC 8725 2.1, 3.1, 3.2: the key says the algorithm. */
static void
t_jwt_alg(void **state)
{
	static const char *const algs[] = { "\"none\"", "\"None\"",
	    "\"NONE\"", "\"nOnE\"", "\"\"", "\"HS256\"", "\"HS512\"",
	    "\"ES256\"", "\"ES384\"", "\"RS256\"", "\"PS256\"", "\"eddsa\"",
	    "\"EDDSA\"", "\"EdDSA \"", "\" EdDSA\"", "\"ed25519\"",
	    "\"Ed448\"", "null", "0", "true", "[\"EdDSA\"]",
	    "{\"EdDSA\":1}" };
	const struct key *server = &ring.keys[KEY_SERVER];
	size_t i;

	(void)state;
	for (i = 0; i < nitems(algs); i++) {
		const char *token = forge(ACCESS, header_of(ACCESS, algs[i],
		    "\"at+jwt\"", ""), GOOD_CLAIMS);

		refused(&rule, token, strlen(token), "wrong_alg");
		/* without a signature, with and without the last dot */
		token = text_printf(ctx->mem, "%.*s",
		    (int)(strrchr(token, '.') - token + 1), token);
		assert_non_null(token);
		refused(&rule, token, strlen(token), "wrong_alg");
		refused(&rule, token, strlen(token) - 1, "not_three_parts");
	}
	for (i = 0; i < 2; i++) {
		const char *token = forge(server, header_of(server,
		    i == 0 ? "\"EdDSA\"" : "\"Ed25519\"", "\"at+jwt\"", ""),
		    GOOD_CLAIMS);

		refused(&server_rule, token, strlen(token), "wrong_alg");
	}
}

static void
hmac_by_hand(const void *key, size_t len, const char *text, uint8_t out[32])
{
	uint8_t pad[64] = { 0 }, inner[32];
	struct sha256 *hash;
	size_t i;

	if (len > sizeof(pad))
		sha256_of(key, len, pad);
	else
		memcpy(pad, key, len);
	for (i = 0; i < sizeof(pad); i++)
		pad[i] ^= 0x36;
	hash = sha256_new();
	sha256_add(hash, pad, sizeof(pad));
	sha256_add(hash, text, strlen(text));
	sha256_end(&hash, inner);
	for (i = 0; i < sizeof(pad); i++)
		pad[i] ^= 0x36 ^ 0x5c;
	hash = sha256_new();
	sha256_add(hash, pad, sizeof(pad));
	sha256_add(hash, inner, sizeof(inner));
	sha256_end(&hash, out);
}

/* The public key is known to all, and must not work as an HMAC secret. */
static void
t_jwt_hs256_with_public_key(void **state)
{
	const char *h, *p, *s, *text, *secrets[3];
	size_t i, lengths[3];
	struct json *jwk;
	uint8_t mac[32];

	(void)state;
	assert_int_equal(key_jwk(ctx, ACCESS, &jwk), ERR_OK);
	assert_int_equal(json_print(ctx, jwk, &secrets[0], &lengths[0]),
	    ERR_OK);
	secrets[1] = (const char *)ACCESS->pub;
	lengths[1] = ED25519_PUBLIC;
	secrets[2] = json_member(jwk, "x");
	lengths[2] = strlen(secrets[2]);
	for (i = 0; i < 3; i++) {
		h = header_of(ACCESS, "\"HS256\"", "\"at+jwt\"", "");
		assert_int_equal(base64url_encode(ctx, h, strlen(h), &h),
		    ERR_OK);
		assert_int_equal(base64url_encode(ctx, GOOD_CLAIMS,
		    strlen(GOOD_CLAIMS), &p), ERR_OK);
		text = text_printf(ctx->mem, "%s.%s", h, p);
		assert_non_null(text);
		hmac_by_hand(secrets[i], lengths[i], text, mac);
		assert_int_equal(base64url_encode(ctx, mac, sizeof(mac), &s),
		    ERR_OK);
		text = text_printf(ctx->mem, "%s.%s", text, s);
		assert_non_null(text);
		refused(&rule, text, strlen(text), "wrong_alg");
	}
}

/* RFC 8725 3.11: other header members and types are refused. */
static void
t_jwt_header_members(void **state)
{
	static const char *const more[] = { ",\"crit\":[\"exp\"]",
	    ",\"crit\":[]", ",\"jku\":\"https://evil.example/jwks\"",
	    ",\"x5u\":\"https://evil.example/c.pem\"", ",\"x5c\":[\"AAAA\"]",
	    ",\"x5t\":\"AAAA\"", ",\"jwk\":{\"kty\":\"OKP\"}",
	    ",\"b64\":false", ",\"cty\":\"JWT\"", ",\"zip\":\"DEF\"",
	    ",\"crit\":null", ",\"a\":1" };
	static const char *const typs[] = { "\"JWT\"", "\"AT+JWT\"",
	    "\"at+jwt \"", "\"application/at+jwt\"", "\"license+jwt\"",
	    "\"\"", "null", "1", "[\"at+jwt\"]" };
	const char *token;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(more); i++) {
		token = forge(ACCESS, header_of(ACCESS, "\"EdDSA\"",
		    "\"at+jwt\"", more[i]), GOOD_CLAIMS);
		refused(&rule, token, strlen(token), "header_member");
	}
	for (i = 0; i < nitems(typs); i++) {
		token = forge(ACCESS, header_of(ACCESS, "\"EdDSA\"", typs[i],
		    ""), GOOD_CLAIMS);
		refused(&rule, token, strlen(token), "wrong_typ");
	}
}

static const struct { const char *header, *why; } headers[] = {
	{ "", "bad_header" },
	{ "{}", "header_member" },
	{ "[]", "bad_header" },
	{ "null", "bad_header" },
	{ "\"EdDSA\"", "bad_header" },
	{ "{\"alg\":\"EdDSA\",\"kid\":\"KID\",\"typ\":\"at+jwt\"} x",
	  "bad_header" },
	{ "{'alg':'EdDSA','kid':'KID','typ':'at+jwt'}", "bad_header" },
	{ "{\"alg\":\"EdDSA\",\"kid\":\"KID\",\"typ\":\"at+jwt\",}",
	  "bad_header" },
	{ "{\"alg\":\"none\",\"alg\":\"EdDSA\",\"kid\":\"KID\","
	  "\"typ\":\"at+jwt\"}", "bad_header" },
	{ "{\"\\u0061lg\":\"none\",\"alg\":\"EdDSA\",\"kid\":\"KID\","
	  "\"typ\":\"at+jwt\"}", "bad_header" },
	{ "{\"alg\":\"EdDSA\\u0000\",\"kid\":\"KID\",\"typ\":\"at+jwt\"}",
	  "bad_header" },
	{ "{\"alg\":\"EdDSA\",\"kid\":\"KID\",\"typ\":\"at+jwt\xff\"}",
	  "bad_header" },
	{ "\xef\xbb\xbf{\"alg\":\"EdDSA\",\"kid\":\"KID\","
	  "\"typ\":\"at+jwt\"}", "bad_header" },
	{ "{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"Kid\":\"KID\"}",
	  "no_kid" },
	{ "{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":7}", "no_kid" },
	{ "{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"\"}",
	  "unknown_kid" },
	{ "{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"KI\"}",
	  "unknown_kid" },
	{ "{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"../KID\"}",
	  "unknown_kid" },
	{ "{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"KID' OR 1=1\"}",
	  "unknown_kid" },
};

static void
t_jwt_header_table(void **state)
{
	char kid[KID_MAX];
	const char *token;
	size_t i;

	(void)state;
	memcpy(kid, ACCESS->kid, sizeof(kid));
	memcpy(ACCESS->kid, "KID", 4);
	for (i = 0; i < nitems(headers); i++) {
		token = forge(ACCESS, headers[i].header, GOOD_CLAIMS);
		refused(&rule, token, strlen(token), headers[i].why);
	}
	memcpy(ACCESS->kid, kid, sizeof(kid));
}

static void
t_jwt_form(void **state)
{
	static const char *const bad[] = { "", ".", "..", "...", "....",
	    "a", "a.b", "a.b.c.d", "null", "{}",
	    "{\"payload\":\"\",\"signatures\":[]}", "Bearer a.b.c",
	    "\xe2\x80\xae.\xe2\x80\xae.\xe2\x80\xae" };
	static const char *const odd[] = { "=", "==", " ", "\n", "\r\n", "\t",
	    "+", "/", "%3D", "\xc3\xa4", "\xc1\x81", "\xff" };
	const char *token = good_token(KEY_ACCESS, "cameleer"), *text;
	size_t i, at, len = strlen(token);

	(void)state;
	for (i = 0; i < nitems(bad); i++)
		refused(&rule, bad[i], strlen(bad[i]), NULL);
	for (i = 0; i < nitems(odd); i++)
		for (at = 0; at <= len; at++) {
			if (at > 0 && at < len && token[at] != '.' &&
			    token[at - 1] != '.')
				continue;
			text = text_printf(ctx->mem, "%.*s%s%s", (int)at,
			    token, odd[i], token + at);
			assert_non_null(text);
			refused(&rule, text, strlen(text), NULL);
		}
	text = text_printf(ctx->mem, ".%s", token);
	refused(&rule, text, strlen(text), "not_three_parts");
	text = text_printf(ctx->mem, "%s.", token);
	refused(&rule, text, strlen(text), "not_three_parts");
}

/* A valid token may have TOKEN_MAX bytes, and not one more. */
static void
t_jwt_size(void **state)
{
	static char pad[TOKEN_MAX];
	const char *token = NULL;
	size_t n, longest = 0;

	(void)state;
	for (n = 5500; n < 6200; n++) {
		memset(pad, 'x', n);
		pad[n] = '\0';
		ctx_reset(ctx);
		token = claims_token(text_printf(ctx->mem, "{\"iss\":" ISS
		    ",\"sub\":" SUB ",\"aud\":" AUD ",\"exp\":1700000600,"
		    "\"nbf\":1700000000,\"pad\":\"%s\"}", pad));
		if (strlen(token) > TOKEN_MAX)
			break;
		longest = strlen(token);
		if (longest > TOKEN_MAX - 3)
			accepted(&rule, token);
	}
	assert_true(longest > TOKEN_MAX - 3);
	refused(&rule, token, strlen(token), "too_long");
}

/* A key has one purpose: a licence, also EdDSA, is no access token. */
static void
t_jwt_purpose(void **state)
{
	const struct key *license = &ring.keys[KEY_LICENSE];
	const struct key *server = &ring.keys[KEY_SERVER];
	const char *token;

	(void)state;
	token = forge(license, header_of(license, "\"EdDSA\"",
	    "\"at+jwt\"", ""), GOOD_CLAIMS);
	refused(&rule, token, strlen(token), "wrong_purpose");
	token = forge(server, header_of(server, "\"ES256\"",
	    "\"at+jwt\"", ""), GOOD_CLAIMS);
	refused(&rule, token, strlen(token), "wrong_purpose");
	token = good_token(KEY_ACCESS, "cameleer-server:demo");
	refused(&server_rule, token, strlen(token), "wrong_purpose");
	/* named by one key, signed with another */
	token = forge(license, header_of(ACCESS, "\"EdDSA\"",
	    "\"at+jwt\"", ""), GOOD_CLAIMS);
	refused(&rule, token, strlen(token), "bad_signature");
}

/*
 * Threat T27: no token fails during a rotation, and none of the old key passes
 * after it.
 */
static void
t_jwt_key_states(void **state)
{
	const char *token = claims_token(GOOD_CLAIMS);
	struct key saved = *ACCESS;

	(void)state;
	ACCESS->state = KEY_PASSIVE;
	accepted(&rule, token);
	ACCESS->state = KEY_PENDING;
	accepted(&rule, token);
	ACCESS->published = false;
	refused(&rule, token, strlen(token), "unknown_kid");
	ACCESS->published = true;
	ACCESS->state = KEY_RETIRED;
	refused(&rule, token, strlen(token), "retired_key");
	*ACCESS = saved;
	accepted(&rule, token);
	ring.n = 0;
	refused(&rule, token, strlen(token), "unknown_kid");
	ring.n = KEY_PURPOSE__MAX;
}

/*
 * A verified signature is remembered for its key only, while that key is valid.
 */
static void
t_jwt_proven_once_is_not_good_for_ever(void **state)
{
	const char *token = claims_token(GOOD_CLAIMS);
	struct token_rule later = rule;
	struct key saved = *ACCESS, other;

	(void)state;
	accepted(&rule, token);
	accepted(&rule, token);
	later.now = NOW + 3600;
	refused(&later, token, strlen(token), "expired");
	assert_int_equal(key_generate(ctx, KEY_ACCESS, &other), ERR_OK);
	memcpy(ACCESS->pub, other.pub, sizeof(other.pub));
	refused(&rule, token, strlen(token), "bad_signature");
	*ACCESS = saved;
	accepted(&rule, token);
}

static void
test_sign_needs_a_seed_and_an_object(void **state)
{
	struct json *claims = json_object(ctx);
	const char *token = "untouched";
	struct key key = *ACCESS;
	static char pad[TOKEN_MAX];

	(void)state;
	key.has_seed = false;
	assert_int_equal(token_sign(ctx, &key, "at+jwt", claims, &token),
	    ERR_INTERNAL);
	key.has_seed = true;
	key.state = KEY_RETIRED;
	assert_int_equal(token_sign(ctx, &key, "at+jwt", claims, &token),
	    ERR_INTERNAL);
	assert_int_equal(token_sign(ctx, ACCESS, "at+jwt", json_array(ctx),
	    &token), ERR_INTERNAL);
	memset(pad, 'x', sizeof(pad) - 1);
	json_put_text(claims, "pad", pad);
	assert_int_equal(token_sign(ctx, ACCESS, "at+jwt", claims, &token),
	    ERR_INTERNAL);
	assert_string_equal(token, "untouched");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FORGE_TEST(t_jwt_good_passes),
		FORGE_TEST(t_jwt_every_bit_of_text),
		FORGE_TEST(t_jwt_every_bit_of_content),
		FORGE_TEST(t_jwt_cut_or_grown),
		FORGE_TEST(t_jwt_alg),
		FORGE_TEST(t_jwt_hs256_with_public_key),
		FORGE_TEST(t_jwt_header_members),
		FORGE_TEST(t_jwt_header_table),
		FORGE_TEST(t_jwt_form),
		FORGE_TEST(t_jwt_size),
		FORGE_TEST(t_jwt_purpose),
		FORGE_TEST(t_jwt_key_states),
		FORGE_TEST(t_jwt_proven_once_is_not_good_for_ever),
		FORGE_TEST(test_sign_needs_a_seed_and_an_object),
	};

	return cmocka_run_group_tests(tests, forge_group_setup, NULL);
}

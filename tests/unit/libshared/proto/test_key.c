/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/proto/key.h"

/* RFC 8037 A.1 to A.3 */
#define OKP_X	"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define OKP_D	"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
#define OKP_KID	"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
/* RFC 7515 A.3; thumbprint by sha256sum(1) of its four members */
#define EC_X	"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define EC_Y	"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define EC_D	"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"
#define EC_KID	"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"

#define OKP_JWK(extra) "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" \
	OKP_X "\",\"kid\":\"" OKP_KID "\"" extra "}"
#define EC_JWK(extra) "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"" EC_X \
	"\",\"y\":\"" EC_Y "\",\"kid\":\"" EC_KID "\"" extra "}"

static enum err
read_jwk(const char *text, enum key_purpose purpose, struct key *key)
{
	struct json *jwk;

	fail_clear(ctx);
	assert_int_equal(json_parse(ctx, text, strlen(text), &jwk), ERR_OK);
	return key_of_jwk(ctx, jwk, purpose, key);
}

static void
test_names_go_both_ways(void **state)
{
	enum key_purpose purpose;
	unsigned i;

	(void)state;
	for (i = 0; i < KEY_PURPOSE__MAX; i++) {
		assert_true(key_purpose_of(key_purpose_name(
		    (enum key_purpose)i), &purpose));
		assert_int_equal(purpose, i);
	}
	assert_false(key_purpose_of("Access", &purpose));
	assert_false(key_purpose_of("", &purpose));
	assert_string_equal(key_alg(KEY_ACCESS), "EdDSA");
	assert_string_equal(key_alg(KEY_SERVER), "ES256");
	assert_string_equal(key_alg(KEY_LICENSE), "EdDSA");
	assert_string_equal(key_alg(KEY_AUDIT), "EdDSA");
}

static void
test_thumbprint_matches_rfc_8037(void **state)
{
	struct keyring ring = { .n = 0 };

	(void)state;
	assert_int_equal(keyring_add_seeds(ctx, &ring,
	    "access " OKP_KID " " OKP_D "\n"
	    "# towards servers\n\n"
	    "server " EC_KID " " EC_D), ERR_OK);
	assert_int_equal(ring.n, 2);
	assert_string_equal(ring.keys[0].kid, OKP_KID);
	assert_string_equal(ring.keys[1].kid, EC_KID);
	assert_int_equal(ring.keys[1].purpose, KEY_SERVER);
	assert_int_equal(ring.keys[0].state, KEY_PENDING);
	assert_true(ring.keys[0].has_seed);
	assert_false(ring.keys[0].published);
}

static void
test_jwk_goes_both_ways(void **state)
{
	static const enum key_purpose purposes[] = { KEY_ACCESS, KEY_SERVER,
	    KEY_LICENSE };
	struct key made, back;
	struct json *jwk;
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(purposes); i++) {
		assert_int_equal(key_generate(ctx, purposes[i], &made),
		    ERR_OK);
		assert_int_equal(strlen(made.kid), 43);
		assert_int_equal(key_jwk(ctx, &made, &jwk), ERR_OK);
		assert_string_equal(json_member(jwk, "kid"), made.kid);
		assert_string_equal(json_member(jwk, "use"), "sig");
		assert_string_equal(json_member(jwk, "alg"),
		    key_alg(purposes[i]));
		assert_null(json_get(jwk, "d"));
		assert_int_equal(key_of_jwk(ctx, jwk, purposes[i], &back),
		    ERR_OK);
		assert_string_equal(back.kid, made.kid);
		assert_memory_equal(back.pub, made.pub, sizeof(back.pub));
		assert_false(back.has_seed);
	}
}

static void
test_two_generated_keys_differ(void **state)
{
	struct key one, two;

	(void)state;
	assert_int_equal(key_generate(ctx, KEY_ACCESS, &one), ERR_OK);
	assert_int_equal(key_generate(ctx, KEY_ACCESS, &two), ERR_OK);
	assert_memory_not_equal(one.seed, two.seed, sizeof(one.seed));
	assert_string_not_equal(one.kid, two.kid);
}

static const struct { const char *text; enum key_purpose purpose; bool good; }
    jwks[] = {
	{ OKP_JWK(""), KEY_ACCESS, true },
	{ OKP_JWK(""), KEY_LICENSE, true },
	{ OKP_JWK(",\"alg\":\"EdDSA\",\"use\":\"sig\""), KEY_ACCESS, true },
	{ OKP_JWK(",\"alg\":\"Ed25519\""), KEY_ACCESS, true },
	{ EC_JWK(""), KEY_SERVER, true },
	{ EC_JWK(",\"alg\":\"ES256\",\"use\":\"sig\""), KEY_SERVER, true },
	{ OKP_JWK(""), KEY_SERVER, false },
	{ EC_JWK(""), KEY_ACCESS, false },
	{ OKP_JWK(",\"alg\":\"ES256\""), KEY_ACCESS, false },
	{ OKP_JWK(",\"alg\":\"HS256\""), KEY_ACCESS, false },
	{ OKP_JWK(",\"alg\":7"), KEY_ACCESS, false },
	{ OKP_JWK(",\"use\":\"enc\""), KEY_ACCESS, false },
	{ EC_JWK(",\"alg\":\"Ed25519\""), KEY_SERVER, false },
	{ EC_JWK(",\"alg\":\"ES384\""), KEY_SERVER, false },
	/* a private key is refused here */
	{ OKP_JWK(",\"d\":\"" OKP_D "\""), KEY_ACCESS, false },
	{ EC_JWK(",\"d\":\"" EC_D "\""), KEY_SERVER, false },
	{ EC_JWK(",\"k\":\"AAAA\""), KEY_SERVER, false },
	/* kid is the thumbprint, or nothing */
	{ "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" OKP_X "\"}",
	  KEY_ACCESS, false },
	{ "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" OKP_X
	  "\",\"kid\":\"" EC_KID "\"}", KEY_ACCESS, false },
	{ "{\"crv\":\"Ed448\",\"kty\":\"OKP\",\"x\":\"" OKP_X
	  "\",\"kid\":\"" OKP_KID "\"}", KEY_ACCESS, false },
	{ "{\"crv\":\"Ed25519\",\"kty\":\"EC\",\"x\":\"" OKP_X
	  "\",\"kid\":\"" OKP_KID "\"}", KEY_ACCESS, false },
	{ "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" OKP_X
	  "=\",\"kid\":\"" OKP_KID "\"}", KEY_ACCESS, false },
	{ "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"AAAA\",\"kid\":\""
	  OKP_KID "\"}", KEY_ACCESS, false },
	{ "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"" EC_X "\",\"kid\":\""
	  EC_KID "\"}", KEY_SERVER, false },
	{ "[]", KEY_ACCESS, false },
	{ "\"key\"", KEY_ACCESS, false },
	{ "null", KEY_ACCESS, false },
};

static void
test_jwk_table(void **state)
{
	struct key key;
	size_t i;
	enum err e;

	(void)state;
	for (i = 0; i < nitems(jwks); i++) {
		e = read_jwk(jwks[i].text, jwks[i].purpose, &key);
		if ((e == ERR_OK) != jwks[i].good)
			fail_msg("%s: %d", jwks[i].text, e);
		if (e != ERR_OK)
			assert_string_equal(ctx->fault.code, "bad_key");
	}
}

/* No message shows the content of the file. */
static void
test_seed_lines_that_are_wrong_stop(void **state)
{
	static const char *const bad[] = {
		"access " OKP_KID,
		"access " OKP_D,
		"access  " OKP_KID " " OKP_D,
		"Access " OKP_KID " " OKP_D,
		"session " OKP_KID " " OKP_D,
		"access " OKP_KID " " OKP_D " ",
		"access " OKP_KID " " OKP_D "\r\n",
		"access " OKP_KID " " OKP_D "=",
		"access " OKP_KID " AAAA",
		"access " EC_KID " " OKP_D,
		"server " OKP_KID " " OKP_D,
		" access " OKP_KID " " OKP_D,
		/* as a scalar: zero, and more than the order */
		"server " EC_KID " AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"server " EC_KID " __________________________________________8",
		/* one key, two purposes */
		"access " OKP_KID " " OKP_D "\nlicense " OKP_KID " " OKP_D,
	};
	struct keyring ring;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(bad); i++) {
		ring.n = 0;
		fail_clear(ctx);
		if (keyring_add_seeds(ctx, &ring, bad[i]) != ERR_INVALID)
			fail_msg("taken: %s", bad[i]);
		assert_non_null(ctx->fault.detail);
		assert_null(strstr(ctx->fault.detail, OKP_D));
	}
}

static void
test_database_decides_the_state(void **state)
{
	struct keyring ring = { .n = 0 };

	(void)state;
	assert_int_equal(keyring_add_seeds(ctx, &ring,
	    "access " OKP_KID " " OKP_D "\n"), ERR_OK);
	assert_null(keyring_signer(&ring, KEY_ACCESS));
	assert_int_equal(keyring_add_public(ctx, &ring, OKP_JWK(""),
	    KEY_ACCESS, KEY_ACTIVE), ERR_OK);
	assert_int_equal(ring.n, 1);
	assert_ptr_equal(keyring_signer(&ring, KEY_ACCESS), &ring.keys[0]);
	assert_null(keyring_signer(&ring, KEY_LICENSE));
	assert_int_equal(keyring_add_public(ctx, &ring, OKP_JWK(""),
	    KEY_ACCESS, KEY_RETIRED), ERR_OK);
	assert_int_equal(ring.n, 1);
	assert_int_equal(ring.keys[0].state, KEY_RETIRED);
	assert_null(keyring_signer(&ring, KEY_ACCESS));
	assert_int_equal(keyring_add_public(ctx, &ring, OKP_JWK(""),
	    KEY_LICENSE, KEY_ACTIVE), ERR_INVALID);
	assert_int_equal(ring.keys[0].purpose, KEY_ACCESS);
}

static void
test_seeds_after_public_keep_the_state(void **state)
{
	struct keyring ring = { .n = 0 };

	(void)state;
	assert_int_equal(keyring_add_public(ctx, &ring, EC_JWK(""),
	    KEY_SERVER, KEY_ACTIVE), ERR_OK);
	assert_null(keyring_signer(&ring, KEY_SERVER));
	assert_int_equal(keyring_add_seeds(ctx, &ring,
	    "server " EC_KID " " EC_D), ERR_OK);
	assert_int_equal(ring.n, 1);
	assert_non_null(keyring_signer(&ring, KEY_SERVER));
}

static void
test_ring_has_an_end(void **state)
{
	struct keyring ring = { .n = 0 };
	const char *text;
	struct key key;
	struct json *jwk;
	int i;

	(void)state;
	for (i = 0; i <= KEYS_MAX; i++) {
		assert_int_equal(key_generate(ctx, KEY_ACCESS, &key), ERR_OK);
		assert_int_equal(key_jwk(ctx, &key, &jwk), ERR_OK);
		assert_int_equal(json_print(ctx, jwk, &text, NULL), ERR_OK);
		assert_int_equal(keyring_add_public(ctx, &ring, text,
		    KEY_ACCESS, KEY_PASSIVE),
		    i < KEYS_MAX ? ERR_OK : ERR_INVALID);
	}
	assert_int_equal(ring.n, KEYS_MAX);
	assert_string_equal(ctx->fault.code, "too_many_keys");
}

static void
test_public_text_that_is_no_json_is_refused(void **state)
{
	struct keyring ring = { .n = 0 };

	(void)state;
	assert_int_equal(keyring_add_public(ctx, &ring, "{'kty':'OKP'}",
	    KEY_ACCESS, KEY_ACTIVE), ERR_BAD_INPUT);
	assert_int_equal(ring.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_names_go_both_ways),
		CTX_TEST(test_thumbprint_matches_rfc_8037),
		CTX_TEST(test_jwk_goes_both_ways),
		CTX_TEST(test_two_generated_keys_differ),
		CTX_TEST(test_jwk_table),
		CTX_TEST(test_seed_lines_that_are_wrong_stop),
		CTX_TEST(test_database_decides_the_state),
		CTX_TEST(test_seeds_after_public_keep_the_state),
		CTX_TEST(test_ring_has_an_end),
		CTX_TEST(test_public_text_that_is_no_json_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

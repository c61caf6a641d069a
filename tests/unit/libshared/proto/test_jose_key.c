/* SPDX-License-Identifier: Apache-2.0 */
/* Which of a provider's published keys are accepted, and for what. */
#include <stdio.h>
#include <string.h>

#include "tests/support/foreign.h"
#include "tests/support/rsa_vector.h"

#include "libshared/base/arena.h"
#include "libshared/base/str.h"

/* Returns how many keys of {"keys":[keys]} are accepted; 0: refused. */
static size_t
left(const char *keys)
{
	const char *text = text_printf(ctx->mem, "{\"keys\":[%s]}", keys);
	struct jose_set found = { .n = 0 };

	assert_non_null(text);
	if (jose_set_parse(ctx, text, strlen(text), &found) != ERR_OK) {
		assert_int_equal(ctx->fault.err, ERR_PEER);
		assert_string_equal(ctx->fault.code, "bad_keys");
		fail_clear(ctx);
	}
	return found.n;
}

static void
test_use_ops_and_alg_decide(void **state)
{
	static const struct { const char *more; size_t left; } cases[] = {
		{ "", 1 },
		{ ",\"use\":\"sig\"", 1 },
		{ ",\"use\":\"enc\"", 0 },
		{ ",\"use\":7", 0 },
		{ ",\"key_ops\":[\"verify\"]", 1 },
		{ ",\"key_ops\":[\"encrypt\"]", 0 },
		{ ",\"key_ops\":\"verify\"", 0 },
		{ ",\"alg\":\"none\"", 0 },
		{ ",\"alg\":\"HS256\"", 0 },
		{ ",\"alg\":7", 0 },
		{ ",\"d\":\"AQAB\"", 0 },
		{ ",\"k\":\"AQAB\"", 0 },
	};
	static const char *const algs[] = { ",\"alg\":\"RS256\"",
	    ",\"alg\":\"ES256\"", ",\"alg\":\"EdDSA\"" };
	unsigned alg, other;
	size_t i;

	(void)state;
	for (alg = 0; alg < JOSE_ALG__MAX; alg++) {
		for (i = 0; i < nitems(cases); i++)
			assert_int_equal(left(foreign_jwk(
			    (enum jose_alg)alg, cases[i].more)),
			    cases[i].left);
		for (other = 0; other < nitems(algs); other++)
			assert_int_equal(left(foreign_jwk(
			    (enum jose_alg)alg, algs[other])), alg == other);
	}
	assert_int_equal(left(foreign_jwk(JOSE_EDDSA,
	    ",\"alg\":\"Ed25519\"")), 1);
}

static void
test_shapes_that_are_no_key_of_ours(void **state)
{
	static const char *const keys[] = {
		"", "7", "null", "{}", "{\"kty\":\"oct\",\"k\":\"AQAB\"}",
		"{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"AA\",\"y\":\"AA\"}",
		"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}",
		"{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AA\"}",
		"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}",
		"{\"kty\":\"RSA\",\"n\":\"" RSA_WEAK_N "\",\"e\":\"AQAB\"}",
		"{\"kty\":\"RSA\",\"n\":\"" RSA_N "\",\"e\":\"Aw\"}",
		"{\"kty\":\"RSA\",\"n\":\"" RSA_N "\",\"e\":\"\"}",
		"{\"kty\":\"RSA\",\"n\":\"" RSA_N "\",\"e\":\"AQABAAAA\"}",
		"{\"kty\":\"RSA\",\"n\":\"AAAA" RSA_N "\",\"e\":\"AQAB\"}",
		"{\"kty\":\"RSA\",\"n\":\"" RSA_N "=\",\"e\":\"AQAB\"}",
		"{\"kty\":\"RSA\",\"e\":\"AQAB\"}",
		"{\"kty\":7,\"n\":\"" RSA_N "\",\"e\":\"AQAB\"}",
	};
	static const char *const tops[] = { "", "{}", "[]", "null",
	    "{\"keys\":{}}", "{\"keys\":null}", "{\"keys\":[]}" };
	struct jose_set found;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(keys); i++)
		assert_int_equal(left(keys[i]), 0);
	for (i = 0; i < nitems(tops); i++) {
		assert_int_equal(jose_set_parse(ctx, tops[i],
		    strlen(tops[i]), &found), ERR_PEER);
		fail_clear(ctx);
	}
}

static void
test_what_is_of_no_use_is_left_out(void **state)
{
	const char *text = text_printf(ctx->mem, "%s,{\"kty\":\"oct\"},%s",
	    foreign_jwk(JOSE_RS256, ",\"use\":\"enc\""),
	    foreign_jwk(JOSE_ES256, ""));

	(void)state;
	assert_int_equal(left(text), 1);
}

static void
test_the_list_and_the_kid_have_a_bound(void **state)
{
	char kid[JOSE_KID_MAX + 32];
	struct buf list;
	size_t i;

	(void)state;
	buf_init(&list, ctx->mem, 1 << 20);
	for (i = 0; i < JOSE_KEYS_MAX; i++)
		buf_printf(&list, "%s%s", i > 0 ? "," : "",
		    foreign_jwk(JOSE_EDDSA, ""));
	assert_int_equal(left(list.p), JOSE_KEYS_MAX);
	buf_printf(&list, ",{},%s", foreign_jwk(JOSE_EDDSA, ""));
	assert_int_equal(left(list.p), JOSE_KEYS_MAX);
	/* An unusable key takes no place of a usable one. */
	buf_init(&list, ctx->mem, 1 << 16);
	for (i = 0; i < (size_t)2 * JOSE_KEYS_MAX; i++)
		buf_text(&list, "{\"kty\":\"oct\"},");
	buf_text(&list, foreign_jwk(JOSE_EDDSA, ""));
	assert_int_equal(left(list.p), 1);
	for (i = JOSE_KID_MAX; i <= JOSE_KID_MAX + 1; i++) {
		(void)memset(kid, 'k', i);
		kid[i] = '\0';
		assert_int_equal(left(text_printf(ctx->mem, "{\"kty\":"
		    "\"RSA\",\"n\":\"" RSA_N "\",\"e\":\"AQAB\",\"kid\":"
		    "\"%s\"}", kid)), i == JOSE_KID_MAX);
	}
}

static void
test_names_of_algorithms(void **state)
{
	enum jose_alg alg;

	(void)state;
	assert_true(jose_alg_of("RS256", &alg) && alg == JOSE_RS256);
	assert_true(jose_alg_of("Ed25519", &alg) && alg == JOSE_EDDSA);
	assert_false(jose_alg_of("rs256", &alg));
	assert_string_equal(jose_alg_name(JOSE_ES256), "ES256");
	assert_string_equal(jose_alg_name(JOSE_ALG__MAX), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FOREIGN_TEST(test_use_ops_and_alg_decide),
		FOREIGN_TEST(test_shapes_that_are_no_key_of_ours),
		FOREIGN_TEST(test_what_is_of_no_use_is_left_out),
		FOREIGN_TEST(test_the_list_and_the_kid_have_a_bound),
		FOREIGN_TEST(test_names_of_algorithms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

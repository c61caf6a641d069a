/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit_ctx.h"

#include <string.h>

#include "libshared/doors/crypto.h"
#include "libshared/proto/api_token.h"

/* Its checksum equals zlib's crc32() of the first 47 bytes. */
#define KNOWN	"clr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA_" KNOWN_SUM
#define KNOWN_SUM "f999279f"

static void
test_a_new_token_has_the_form(void **state)
{
	const char *one, *two;

	(void)state;
	assert_int_equal(api_token_new(ctx, &one), ERR_OK);
	assert_int_equal(api_token_new(ctx, &two), ERR_OK);
	assert_int_equal(strlen(one), API_TOKEN_LEN);
	assert_true(api_token_sound(str_of(one)));
	assert_true(api_token_sound(str_of(two)));
	assert_memory_equal(one, API_TOKEN_PREFIX, 4);
	assert_string_not_equal(one, two);
}

static void
test_the_checksum_is_that_of_zlib(void **state)
{
	(void)state;
	assert_true(api_token_sound(STR(KNOWN)));
}

/* Each flipped bit of each byte, and letters replaced by neighbours. */
static void
test_any_flipped_bit_is_noticed(void **state)
{
	char token[API_TOKEN_LEN + 1];
	const char *made;
	unsigned i, bit;

	(void)state;
	assert_int_equal(api_token_new(ctx, &made), ERR_OK);
	for (i = 0; i < API_TOKEN_LEN; i++)
		for (bit = 0; bit < 8; bit++) {
			memcpy(token, made, sizeof(token));
			token[i] = (char)(token[i] ^ (1 << bit));
			if (api_token_sound((struct str){ token,
			    API_TOKEN_LEN }))
				fail_msg("bit %u of byte %u", bit, i);
		}
}

static void
test_two_letters_that_changed_places_are_noticed(void **state)
{
	char token[API_TOKEN_LEN + 1];
	const char *made;
	unsigned i;

	(void)state;
	assert_int_equal(api_token_new(ctx, &made), ERR_OK);
	for (i = 0; i + 1 < API_TOKEN_LEN; i++) {
		if (made[i] == made[i + 1])
			continue;
		memcpy(token, made, sizeof(token));
		token[i] = made[i + 1];
		token[i + 1] = made[i];
		assert_false(api_token_sound(str_of(token)));
	}
}

static void
test_other_lengths_are_no_tokens(void **state)
{
	static const char longer[] = KNOWN "0";
	size_t len;

	(void)state;
	for (len = 0; len < sizeof(longer); len++)
		assert_int_equal(api_token_sound((struct str){ longer, len }),
		    len == API_TOKEN_LEN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_a_new_token_has_the_form),
		CTX_TEST(test_the_checksum_is_that_of_zlib),
		CTX_TEST(test_any_flipped_bit_is_noticed),
		CTX_TEST(test_two_letters_that_changed_places_are_noticed),
		CTX_TEST(test_other_lengths_are_no_tokens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

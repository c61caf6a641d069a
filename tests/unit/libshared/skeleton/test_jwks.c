/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/skeleton/jwks.h"
#include "tests/support/fake_sql.h"
#include "tests/support/request.h"

static const struct sql_query query = { "keys", "", 0, SQL_MANY };

static void
assert_set(const char *expected)
{
	const char *text;
	struct json *set;
	size_t len;

	assert_int_equal(jwks_read(ctx, &query, &set), ERR_OK);
	assert_int_equal(json_print(ctx, set, &text, &len), ERR_OK);
	assert_string_equal(text, expected);
}

static void
test_keys_come_as_the_database_has_them(void **state)
{
	(void)state;
	fake_expect("keys");
	fake_row("jwk", "{\"kty\":\"OKP\",\"kid\":\"b\"}");
	fake_row("jwk", "{\"kty\":\"EC\",\"kid\":\"a\"}");
	assert_set("{\"keys\":[{\"kty\":\"OKP\",\"kid\":\"b\"},"
	    "{\"kty\":\"EC\",\"kid\":\"a\"}]}");
}

static void
test_no_key_is_an_empty_set(void **state)
{
	(void)state;
	fake_expect("keys");
	assert_set("{\"keys\":[]}");
}

static void
test_what_is_no_json_is_not_published(void **state)
{
	struct json *set;

	(void)state;
	fake_expect("keys");
	fake_row("jwk", "{");
	assert_int_not_equal(jwks_read(ctx, &query, &set), ERR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REQUEST_TEST(test_keys_come_as_the_database_has_them),
		REQUEST_TEST(test_no_key_is_an_empty_set),
		REQUEST_TEST(test_what_is_no_json_is_not_published),
	};

	return cmocka_run_group_tests_name("jwks", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"

#include "libshared/base/err.h"

static void
test_status_is_that_of_the_header(void **state)
{
	static const int statuses[ERR__MAX] = {
		200, 400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 422,
		423, 428, 429, 500, 502, 503, 504, 507,
	};
	int e;

	(void)state;
	for (e = 0; e < ERR__MAX; e++)
		assert_int_equal(err_status((enum err)e), statuses[e]);
}

static void
test_codes_are_snake_case_and_differ(void **state)
{
	const char *code;
	int e, other;

	(void)state;
	for (e = 0; e < ERR__MAX; e++) {
		code = err_code((enum err)e);
		assert_int_equal(strspn(code, "abcdefghijklmnopqrstuvwxyz_"),
		    strlen(code));
		assert_true(strlen(err_title((enum err)e)) > 0);
		for (other = 0; other < e; other++)
			assert_string_not_equal(code,
			    err_code((enum err)other));
	}
}

static void
test_unknown_number_is_an_internal_error(void **state)
{
	(void)state;
	assert_int_equal(err_status((enum err)ERR__MAX), 500);
	assert_int_equal(err_status((enum err)-1), 500);
	assert_string_equal(err_code((enum err)1000), "internal");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status_is_that_of_the_header),
		cmocka_unit_test(test_codes_are_snake_case_and_differ),
		cmocka_unit_test(test_unknown_number_is_an_internal_error),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}

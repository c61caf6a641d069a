/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/base/err.h"
#include "libshared/skeleton/problem_code.h"
#include "tests/support/unit.h"

static void
test_each_code_is_found_and_none_is_there_twice(void **state)
{
	const struct problem_code *codes;
	size_t i, n;

	(void)state;
	codes = problem_code_list(&n);
	assert_true(n > 200);
	for (i = 0; i < n; i++) {
		assert_ptr_equal(problem_code_find(codes[i].code), &codes[i]);
		if (i > 0)
			assert_true(strcmp(codes[i - 1].code,
			    codes[i].code) < 0);
	}
}

static void
test_each_failure_without_a_code_of_its_own_has_words(void **state)
{
	int e;

	(void)state;
	for (e = ERR_OK + 1; e < ERR__MAX; e++) {
		assert_non_null(problem_code_find(err_code((enum err)e)));
		assert_true(problem_code_find(err_code((enum err)e))->http);
	}
}

static void
test_a_code_of_jobs_is_none_of_requests(void **state)
{
	(void)state;
	assert_false(problem_code_find("upload_lost")->http);
	assert_true(problem_code_find("wrong_code")->http);
}

static void
test_unknown_codes_are_not_found(void **state)
{
	(void)state;
	assert_null(problem_code_find(NULL));
	assert_null(problem_code_find(""));
	assert_null(problem_code_find("no_such_thing_at_all"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_each_code_is_found_and_none_is_there_twice),
		cmocka_unit_test(
		    test_each_failure_without_a_code_of_its_own_has_words),
		cmocka_unit_test(test_a_code_of_jobs_is_none_of_requests),
		cmocka_unit_test(test_unknown_codes_are_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

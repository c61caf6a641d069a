/* SPDX-License-Identifier: Apache-2.0 */
/* What the isolation probe sees is judged by the table of checks. */
#include "config.h"

#include <string.h>

#include "libshared/base/isolation.h"
#include "libshared/base/str.h"
#include "tests/support/unit.h"

static void
test_only_a_connection_is_good_where_it_must_work(void **state)
{
	const struct isolation_check *check =
	    &isolation_checks[ISOLATION_OWN_SERVER];

	(void)state;
	assert_true(isolation_good(check, "open"));
	assert_false(isolation_good(check, "refused"));
	assert_false(isolation_good(check, "silent"));
	assert_false(isolation_good(check, "error"));
}

static void
test_what_answers_is_reached_even_if_it_refuses(void **state)
{
	static const char *const good[] = { "silent", "unreachable", "denied",
	    "unknown" };
	const struct isolation_check *check =
	    &isolation_checks[ISOLATION_OTHER_SERVER];
	size_t i;

	(void)state;
	for (i = 0; i < nitems(good); i++)
		assert_true(isolation_good(check, good[i]));
	assert_false(isolation_good(check, "open"));
	assert_false(isolation_good(check, "refused"));
}

static void
test_what_could_not_be_tried_is_known(void **state)
{
	(void)state;
	assert_true(isolation_tried("silent"));
	assert_true(isolation_tried("refused"));
	assert_false(isolation_tried("error"));
	assert_false(isolation_tried(""));
}

static void
test_sentences_do_not_name_tenants(void **state)
{
	const struct isolation_check *check = isolation_checks;
	size_t n = 0;

	(void)state;
	for (; check->name != NULL; check++, n++) {
		assert_non_null(check->about);
		assert_null(strpbrk(check->about, "{}%"));
	}
	assert_int_equal(n, ISOLATION__MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_only_a_connection_is_good_where_it_must_work),
		cmocka_unit_test(
		    test_what_answers_is_reached_even_if_it_refuses),
		cmocka_unit_test(test_what_could_not_be_tried_is_known),
		cmocka_unit_test(test_sentences_do_not_name_tenants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

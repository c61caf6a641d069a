/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/base/lifecycle.h"
#include "tests/support/unit.h"

static void
test_each_state_has_a_word_and_each_word_a_state(void **state)
{
	int s;

	(void)state;
	for (s = 0; s < TENANT_STATE__MAX; s++)
		assert_int_equal(tenant_state_of(tenant_state_word(
		    (enum tenant_state)s)), s);
	assert_string_equal(tenant_state_word(TENANT_DELETING), "deleting");
	assert_int_equal(key_state_of("passive"), KEY_PASSIVE);
}

static void
test_what_is_no_state_is_none_of_them(void **state)
{
	(void)state;
	assert_int_equal(tenant_state_of(NULL), TENANT_STATE__MAX);
	assert_int_equal(tenant_state_of(""), TENANT_STATE__MAX);
	assert_int_equal(tenant_state_of("Active"), TENANT_STATE__MAX);
	assert_int_equal(tenant_state_of("uploaded"), TENANT_STATE__MAX);
	assert_null(tenant_state_word(TENANT_STATE__MAX));
}

static void
test_only_listed_changes_are_allowed(void **state)
{
	(void)state;
	assert_true(lifecycle_allows("tenant", "-", "provisioning"));
	assert_true(lifecycle_allows("key", "pending", "active"));
	assert_false(lifecycle_allows("tenant", "deleted", "active"));
	assert_false(lifecycle_allows("tenant", "-", "active"));
	assert_false(lifecycle_allows("camel", "-", "active"));
}

/* Every noun has an initial state, and each of its states can be reached. */
static void
test_each_state_can_be_reached(void **state)
{
	const struct lifecycle_row *rows;
	size_t i, j, n;

	(void)state;
	rows = lifecycle_rows(&n);
	assert_true(n > 40);
	for (i = 0; i < n; i++) {
		assert_true(strlen(rows[i].who) > 0);
		assert_true(strlen(rows[i].why) > 0);
		if (strcmp(rows[i].from, "-") == 0)
			continue;
		for (j = 0; j < n; j++)
			if (j != i && strcmp(rows[j].noun, rows[i].noun) == 0 &&
			    strcmp(rows[j].to, rows[i].from) == 0)
				break;
		assert_true(j < n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_each_state_has_a_word_and_each_word_a_state),
		cmocka_unit_test(test_what_is_no_state_is_none_of_them),
		cmocka_unit_test(test_only_listed_changes_are_allowed),
		cmocka_unit_test(test_each_state_can_be_reached),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

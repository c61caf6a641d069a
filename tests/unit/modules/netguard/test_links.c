/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/base/bridge.h"
#include "modules/netguard/links.h"
#include "tests/support/unit.h"

static void
test_kernel_lists_its_links(void **state)
{
	struct links first = { 0 }, second = { 0 };
	size_t i;

	(void)state;
	assert_int_equal(links_read(&first), 0);
	assert_int_equal(links_read(&second), 0);
	for (i = 0; i < first.n; i++)
		assert_true(bridge_name_valid(first.names[i]));
	for (i = 1; i < first.n; i++)
		assert_true(strcmp(first.names[i - 1], first.names[i]) < 0);
	assert_true(links_equal(&first, &first));
	links_free(&first);
	assert_int_equal(first.n, 0);
	links_free(&second);
}

static void
test_lists_are_equal_when_their_names_are(void **state)
{
	char one[][IF_NAMESIZE] = { "cml00000000000", "cml00000000001" };
	char two[][IF_NAMESIZE] = { "cml00000000000", "cml00000000002" };
	struct links a = { one, 2 }, b = { two, 2 }, none = { NULL, 0 };

	(void)state;
	assert_false(links_equal(&a, &b));
	b.n = a.n = 1;
	assert_true(links_equal(&a, &b));
	assert_false(links_equal(&a, &none));
	assert_true(links_equal(&none, &none));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernel_lists_its_links),
		cmocka_unit_test(test_lists_are_equal_when_their_names_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

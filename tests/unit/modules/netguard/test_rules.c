/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "modules/netguard/rules.h"
#include "tests/support/unit.h"

static const struct rules rules = { .nends = 2, .ends = {
    { "10.231.0.1", 8443 }, { "10.231.0.1", 5432 } } };

static void
test_table_is_replaced_in_one_step(void **state)
{
	const struct links none = { 0 };
	char *text = rules_text(&rules, &none);

	(void)state;
	assert_non_null(text);
	assert_memory_equal(text, "table inet cameleer\n"
	    "delete table inet cameleer\ntable inet cameleer {\n", 69);
	assert_null(strstr(text, "elements"));
	free(text);
}

static void
test_tenants_reach_what_is_theirs(void **state)
{
	char names[][IF_NAMESIZE] = { "cml00000000000", "cml00000000001" };
	const struct links links = { names, 2 };
	char *text = rules_text(&rules, &links), *same, *between;

	(void)state;
	assert_non_null(text);
	assert_non_null(strstr(text,
	    "elements = { \"cml00000000000\", \"cml00000000001\" }"));
	assert_non_null(strstr(text, "elements = { \"cml00000000000\" . "
	    "\"cml00000000000\", \"cml00000000001\" . \"cml00000000001\" }"));
	same = strstr(text, "iifname . oifname @same accept");
	between = strstr(text,
	    "iifname \"cml*\" oifname \"cml*\" counter drop");
	assert_non_null(same);
	assert_non_null(between);
	assert_true(same < between);
	/* what was open between tenants before is closed, too */
	assert_true(between < strstr(text, "established"));
	assert_non_null(strstr(text, "ip daddr 10.231.0.1 tcp dport 8443 "
	    "accept\n\t\tip daddr 10.231.0.1 tcp dport 5432 accept\n"
	    "\t\tcounter drop\n\t}\n}\n"));
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_is_replaced_in_one_step),
		cmocka_unit_test(test_tenants_reach_what_is_theirs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

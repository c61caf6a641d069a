/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "modules/netguard/edge.h"

static const struct edge edge = { 443, 256, { .n = 2, .rows = {
    { false, { 10, 9 }, 16 }, { true, { 0xfd, 0, 0, 9 }, 64 } } } };

static char *
text_of(const struct edge *one)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	edge_put_sets(out, one);
	edge_put_chain(out, one);
	edge_put_jump(out, one);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* IPv6 addresses are counted by /64; load balancers are exempt first. */
static void
test_edge_counts_each_source(void **state)
{
	char *text = text_of(&edge);

	(void)state;
	assert_non_null(strstr(text, "\tchain edge {\n"
	    "\t\tip saddr 10.9.0.0/16 return\n"
	    "\t\tip6 saddr fd00:9::/64 return\n"));
	assert_non_null(strstr(text,
	    "add @edge4 { ip saddr ct count over 256 }"));
	assert_non_null(strstr(text, "add @edge6 { ip6 saddr & "
	    "ffff:ffff:ffff:ffff:: ct count over 256 }"));
	assert_non_null(strstr(text, "update @pace4 { ip saddr limit rate "
	    "over 200/second burst 1000 packets } counter drop"));
	free(text);
}

static void
test_without_a_port_nothing_is_counted(void **state)
{
	static const struct edge none = { 0, 256, { .n = 0 } };
	char *text = text_of(&none);

	(void)state;
	assert_string_equal(text, "");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_edge_counts_each_source),
		cmocka_unit_test(test_without_a_port_nothing_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "modules/netguard/rules.h"
#include "tests/support/unit.h"

static const struct rules rules = { .nends = 2, .ends = {
    { "10.231.0.1", 8443, .per_tenant = 256 },
    { "10.231.0.1", 5432, .database = true, .per_tenant = 20, .all = 60 } },
    .open = { .n = 2, .rows = { { false, { 10, 20 }, 16 },
    { true, { 0xfd, 0, 0, 7 }, 64 } } },
    .edge = { 443, 256, { .n = 2, .rows = { { false, { 10, 9 }, 16 },
    { true, { 0xfd, 0, 0, 9 }, 64 } } } } };

static char two_names[][IF_NAMESIZE] = { "cml00000000000",
    "cml10000000001" };
static const struct links two_links = { two_names, 2 };

static char *
text_of(const struct links *links)
{
	char *text = rules_text(&rules, links);

	assert_non_null(text);
	return text;
}

static void
assert_holds(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("no '%s' in:\n%s", part, text);
}

static void
test_table_is_replaced_in_one_step(void **state)
{
	const struct links none = { 0 };
	char *text = text_of(&none);

	(void)state;
	assert_memory_equal(text, "table inet cameleer\n"
	    "delete table inet cameleer\ntable inet cameleer {\n", 69);
	assert_holds(text, "set bridges {\n\t\ttype ifname\n\t}\n");
	free(text);
}

static void
test_tenants_reach_what_is_theirs(void **state)
{
	char *text = text_of(&two_links), *same, *between;

	(void)state;
	assert_holds(text,
	    "elements = { \"cml00000000000\", \"cml10000000001\" }");
	assert_holds(text, "elements = { \"cml00000000000\" . "
	    "\"cml00000000000\", \"cml10000000001\" . \"cml10000000001\" }");
	same = strstr(text, "iifname . oifname @same accept");
	between = strstr(text,
	    "iifname \"cml*\" oifname \"cml*\" counter drop");
	assert_non_null(same);
	assert_non_null(between);
	assert_true(same < between);
	/* closes connections between tenants that were open before */
	assert_true(between < strstr(text, "established"));
	free(text);
}

static void
test_database_is_for_servers(void **state)
{
	char *text = text_of(&two_links);

	(void)state;
	assert_holds(text, "elements = { \"cml00000000000\" . "
	    "02:00:00:00:00:00, \"cml10000000001\" . 12:00:00:00:00:01 }");
	assert_holds(text, "\tchain endpoints {\n"
	    "\t\tip daddr 10.231.0.1 tcp dport 8443 accept\n"
	    "\t\tip daddr 10.231.0.1 tcp dport 5432 iifname . ether saddr != "
	    "@servers counter drop\n"
	    "\t\tip daddr 10.231.0.1 tcp dport 5432 accept\n\t}\n");
	free(text);
}

static void
test_special_networks_are_dropped_unless_open(void **state)
{
	char *text = text_of(&two_links), *open, *dropped;

	(void)state;
	assert_holds(text, "168.63.129.16/32");
	assert_holds(text, "set open4 {\n\t\ttype ipv4_addr\n\t\tflags "
	    "interval\n\t\tauto-merge\n\t\telements = { 10.20.0.0/16 }");
	assert_holds(text, "elements = { fd00:7::/64 }");
	open = strstr(text, "ip daddr @open4 accept");
	dropped = strstr(text, "ip daddr @special4 counter drop");
	assert_non_null(open);
	assert_non_null(dropped);
	assert_true(open < dropped);
	assert_holds(text, "ip6 daddr @special6 counter drop");
	assert_holds(text, "ip6 daddr != 2000::/3 counter drop");
	free(text);
}

static void
test_connections_are_counted_by_tenant_and_together(void **state)
{
	char *text = text_of(&two_links);

	(void)state;
	/* the sets with counters are not removed */
	assert_null(strstr(text, "delete table inet cameleer_limits"));
	assert_holds(text, "flush table inet cameleer_limits");
	assert_holds(text, "tcp dport 5432 add @tenants1 { iifname ct count "
	    "over 20 } counter reject with tcp reset");
	assert_holds(text, "tcp dport 5432 add @all1 { ip daddr ct count "
	    "over 60 } counter reject with tcp reset");
	assert_holds(text, "tcp dport 8443 add @tenants0 { iifname ct count "
	    "over 256 } counter reject with tcp reset");
	assert_null(strstr(text, "tcp dport 8443 add @all0"));
	free(text);
}

/* Tenants' bridges have their own limits. */
static void
test_edge_is_for_all_but_tenants(void **state)
{
	char *text = text_of(&two_links);

	(void)state;
	assert_holds(text, "\t\tiifname \"cml*\" accept\n"
	    "\t\ttcp dport 443 ct state new jump edge\n");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_is_replaced_in_one_step),
		cmocka_unit_test(test_tenants_reach_what_is_theirs),
		cmocka_unit_test(test_database_is_for_servers),
		cmocka_unit_test(test_special_networks_are_dropped_unless_open),
		cmocka_unit_test(
		    test_connections_are_counted_by_tenant_and_together),
		cmocka_unit_test(test_edge_is_for_all_but_tenants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

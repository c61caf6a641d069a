/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "libshared/base/network.h"

static bool
list_holds(const char *list, const char *address)
{
	bool v6 = strchr(address, ':') != NULL;
	struct networks networks;
	uint8_t raw[16];

	assert_true(networks_parse(str_of(list), &networks));
	assert_int_equal(inet_pton(v6 ? AF_INET6 : AF_INET, address, raw), 1);
	return networks_hold(&networks, v6, raw);
}

static void
test_prefix_is_read_and_written(void **state)
{
	static const struct { const char *text, *canonical; } rows[] = {
		{ "10.1.0.0/16", "10.1.0.0/16" },
		{ "10.1.2.3", "10.1.2.3/32" },
		{ "0.0.0.0/0", "0.0.0.0/0" },
		{ "128.0.0.0/1", "128.0.0.0/1" },
		{ "10.1.2.3/32", "10.1.2.3/32" },
		{ "fd00:7::/64", "fd00:7::/64" },
		{ "::1", "::1/128" },
		{ "::/0", "::/0" },
		{ "10.1.2.3/31", NULL }, { "10.1.2.0/22", NULL },
		{ "10.1.0.0/", NULL }, { "10.1.0.0/33", NULL },
		{ "10.1.0.0/-1", NULL }, { "10.1.0.0/016", NULL },
		{ "10.1.0.0/16/16", NULL }, { "10.1.0/16", NULL },
		{ "fd00:7::/129", NULL }, { "fd00:7::1/64", NULL },
		{ "", NULL }, { "/8", NULL }, { "x", NULL }, { " 10.0.0.0/8",
		    NULL },
		{ "00000000000000000000000000000000000000000000000000000000000"
		    "0000000000000000::/8", NULL },
	};
	char text[NETWORK_TEXT_MAX];
	struct network network;
	size_t i;
	bool read;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		read = network_parse(str_of(rows[i].text), &network);
		assert_row(read == (rows[i].canonical != NULL), rows[i].text);
		if (read)
			assert_string_equal(network_text(&network, text),
			    rows[i].canonical);
	}
}

static void
test_list_holds_what_its_prefixes_cover(void **state)
{
	static const char list[] = "10.1.0.0/17, 192.168.7.4,fd00:7::/64";

	(void)state;
	assert_true(list_holds(list, "10.1.0.0"));
	assert_true(list_holds(list, "10.1.127.255"));
	assert_false(list_holds(list, "10.1.128.0"));
	assert_false(list_holds(list, "10.0.255.255"));
	assert_true(list_holds(list, "192.168.7.4"));
	assert_false(list_holds(list, "192.168.7.5"));
	assert_true(list_holds(list, "fd00:7::ffff:1"));
	assert_false(list_holds(list, "fd00:8::1"));
	/* the first four bytes of an IPv6 address are no IPv4 address */
	assert_false(list_holds("253.0.0.0/8", "fd00::1"));
	assert_false(list_holds("", "10.1.0.0"));
}

static void
test_list_ends_at_its_bound(void **state)
{
	char list[sizeof("10.0.0.0/32") * 2 * NETWORKS_MAX] = "";
	struct networks networks;
	int i;

	(void)state;
	for (i = 0; i < NETWORKS_MAX; i++)
		(void)snprintf(list + strlen(list), sizeof(list) -
		    strlen(list), "%s10.0.0.%d", i == 0 ? "" : ",", i);
	assert_true(networks_parse(str_of(list), &networks));
	assert_int_equal(networks.n, NETWORKS_MAX);
	(void)snprintf(list + strlen(list), sizeof(list) - strlen(list),
	    ",10.0.1.0");
	assert_false(networks_parse(str_of(list), &networks));
	assert_false(networks_parse(str_of("10.0.0.0/8,,::1"), &networks));
}

/* Addresses where clouds serve credentials and agents to machines. */
static void
test_addresses_of_clouds_are_special(void **state)
{
	static const char *const clouds[] = {
		"169.254.169.254",	/* AWS, Azure, Google, others */
		"169.254.170.2",	/* AWS, tasks of ECS */
		"168.63.129.16",	/* Azure */
		"100.100.100.200",	/* Alibaba */
		"192.0.0.192",		/* Oracle */
		"fd00:ec2::254",	/* AWS */
		"fd20:ce::254",		/* Google */
	};
	uint8_t raw[16];
	size_t i;
	bool v6;

	(void)state;
	for (i = 0; i < nitems(clouds); i++) {
		v6 = strchr(clouds[i], ':') != NULL;
		assert_int_equal(inet_pton(v6 ? AF_INET6 : AF_INET, clouds[i],
		    raw), 1);
		assert_row(network_special(v6, raw), clouds[i]);
	}
	assert_int_equal(inet_pton(AF_INET, "168.63.129.17", raw), 1);
	assert_false(network_special(false, raw));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefix_is_read_and_written),
		cmocka_unit_test(test_list_holds_what_its_prefixes_cover),
		cmocka_unit_test(test_list_ends_at_its_bound),
		cmocka_unit_test(test_addresses_of_clouds_are_special),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

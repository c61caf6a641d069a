/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/str.h"
#include "modules/netguard/platform.h"
#include "tests/support/unit.h"

static void
test_ports_are_numbers_between_commas(void **state)
{
	static const char *const bad[] = { "", "0", "65536", "1,", ",1", "1,,2",
	    "01", "1 ", "-1", "x", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17",
	    "4294967377" };
	struct rules rules = { 0 };
	size_t i;

	(void)state;
	assert_true(platform_ports(&rules, "10.231.0.1", "8443,5432"));
	assert_int_equal(rules.nends, 2);
	assert_string_equal(rules.ends[1].address, "10.231.0.1");
	assert_int_equal(rules.ends[0].port, 8443);
	assert_int_equal(rules.ends[1].port, 5432);
	for (i = 0; i < nitems(bad); i++) {
		rules.nends = 0;
		assert_false(platform_ports(&rules, "10.231.0.1", bad[i]));
	}
	rules.nends = 0;
	assert_false(platform_ports(&rules, "10.231.0.1; drop", "1"));
	assert_false(platform_ports(&rules, "::1", "1"));
	assert_false(platform_ports(&rules, "localhost", "1"));
}

static void
test_url_names_an_address_and_a_port(void **state)
{
	static const struct { const char *url; unsigned port; } good[] = {
		{ "https://10.231.0.1:18443", 18443 },
		{ "https://10.231.0.1", 443 }, { "http://10.231.0.1/", 80 },
		{ "https://10.231.0.1:1/x", 1 },
	};
	static const char *const bad[] = { "https://localhost:1",
	    "https://10.231.0.1:", "https://10.231.0.1:0",
	    "https://10.231.0.1:1x", "https://10.231.0.1.evil.example",
	    "https://10.231.0.1@evil", "ftp://10.231.0.1", "10.231.0.1",
	    "https://999.1.1.1", "https://", "" };
	struct rules rules = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < nitems(good); i++) {
		rules.nends = 0;
		assert_true(platform_url(&rules, good[i].url));
		assert_string_equal(rules.ends[0].address, "10.231.0.1");
		assert_int_equal(rules.ends[0].port, good[i].port);
	}
	rules.nends = 0;
	for (i = 0; i < nitems(bad); i++)
		assert_false(platform_url(&rules, bad[i]));
}

static void
test_settings_name_the_platform_and_the_database(void **state)
{
	char path[] = "/tmp/test_platform.XXXXXX";
	struct rules rules = { 0 };
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	dprintf(fd, "base_url = https://localhost:1\n"
	    "internal_url = https://10.231.0.1:8443\n"
	    "tenant_db_host = 10.231.0.2\ntenant_db_port = 5433\n"
	    "tenant_db_connections = 7\ntenant_db_connections_all = 30\n"
	    "open_networks = 10.20.0.0/16\n");
	assert_true(platform_conf(&rules, path));
	assert_int_equal(rules.nends, 2);
	assert_string_equal(rules.ends[0].address, "10.231.0.1");
	assert_string_equal(rules.ends[1].address, "10.231.0.2");
	assert_int_equal(rules.ends[1].port, 5433);
	assert_false(rules.ends[0].database);
	assert_true(rules.ends[0].per_tenant > 0);
	assert_true(rules.ends[1].database);
	assert_int_equal(rules.ends[1].per_tenant, 7);
	assert_int_equal(rules.ends[1].all, 30);
	assert_int_equal(rules.open.n, 1);
	close(fd);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ports_are_numbers_between_commas),
		cmocka_unit_test(test_url_names_an_address_and_a_port),
		cmocka_unit_test(
		    test_settings_name_the_platform_and_the_database),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

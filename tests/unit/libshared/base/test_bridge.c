/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"

#include "libshared/base/bridge.h"
#include "libshared/base/str.h"

static void
test_name_has_the_first_digits(void **state)
{
	char name[BRIDGE_NAME_MAX];

	(void)state;
	bridge_name("0123456789abcdef0123", name);
	assert_string_equal(name, "cml0123456789a");
	assert_true(bridge_name_valid(name));
}

static void
test_other_names_are_not_bridges_of_tenants(void **state)
{
	static const char *const others[] = { "", "cml", "cml0123456789",
	    "cml0123456789ab", "cml0123456789A", "xml0123456789a",
	    "cml0123456789\"", "cml0123456789abc", "cml; drop tabl", "lo" };
	size_t i;

	(void)state;
	for (i = 0; i < nitems(others); i++)
		assert_row(!bridge_name_valid(others[i]), others[i]);
}

static void
test_server_has_an_address_of_its_own(void **state)
{
	char mac[BRIDGE_MAC_MAX];
	const char *p;

	(void)state;
	bridge_server_mac("cml0123456789a", mac);
	assert_string_equal(mac, "02:12:34:56:78:9a");
	/* one station, locally administered, whatever the first digit */
	for (p = "0123456789abcdef"; *p != '\0'; p++) {
		char name[] = "cmlX123456789a";

		name[3] = *p;
		bridge_server_mac(name, mac);
		assert_int_equal(mac[0], *p);
		assert_int_equal(mac[1], '2');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name_has_the_first_digits),
		cmocka_unit_test(test_other_names_are_not_bridges_of_tenants),
		cmocka_unit_test(test_server_has_an_address_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

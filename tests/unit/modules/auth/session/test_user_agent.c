/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit.h"

#include <string.h>

#include "libshared/base/str.h"
#include "modules/auth/session/user_agent.h"

#define GECKO	"AppleWebKit/537.36 (KHTML, like Gecko) "

static const struct { const char *user_agent, *name; } table[] = {
	{ "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 "
	    "Firefox/140.0", "Firefox on Linux" },
	{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " GECKO
	    "Chrome/140.0.0.0 Safari/537.36", "Chrome on Windows" },
	{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " GECKO
	    "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
	    "Edge on Windows" },
	{ "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) " GECKO
	    "Version/18.0 Safari/605.1.15", "Safari on macOS" },
	{ "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) " GECKO
	    "CriOS/140.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone" },
	{ "Mozilla/5.0 (Linux; Android 10; K) " GECKO
	    "Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android" },
	{ "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) " GECKO
	    "Chrome/140.0.0.0 Safari/537.36", "Chrome on ChromeOS" },
	{ "Something on Linux", "Linux" },
	{ "curl/8.5.0", "curl" },
	{ "cameleerctl 0.1.0", "cameleerctl" },
	{ "tests", "tests" },
	{ "1234567890123456789012345678901234567890",
	    "1234567890123456789012345678901234567890" },
	{ "12345678901234567890123456789012345678901", "an unknown device" },
	{ "<script>alert(1)</script>", "an unknown device" },
	{ "a\"b", "an unknown device" },
	{ "", "an unknown device" },
	{ NULL, "an unknown device" },
};

static void
test_devices_have_names_that_people_know(void **state)
{
	struct ctx *ctx = ctx_new(1 << 16);
	size_t i;

	(void)state;
	for (i = 0; i < nitems(table); i++)
		assert_string_equal(user_agent_name(ctx,
		    table[i].user_agent), table[i].name);
	ctx_free(&ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_devices_have_names_that_people_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

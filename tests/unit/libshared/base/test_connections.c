/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "libshared/base/conf.h"
#include "libshared/base/connections.h"

static const struct conf *
conf_of(const char *text)
{
	char path[] = "/tmp/cameleer-connections-XXXXXX";
	int fd = mkstemp(path);
	const struct conf *conf;

	assert_true(fd != -1);
	assert_true(dprintf(fd, "base_url = https://demo.example\n%s",
	    text) > 0);
	assert_int_equal(close(fd), 0);
	conf = conf_load(path, stderr);
	(void)unlink(path);
	assert_non_null(conf);
	return conf;
}

/* Each child with a session has one connection; operators have three. */
static void
test_platform_is_the_sum_of_all_children(void **state)
{
	static const char *const names[] = { "auth", "tenants", "apps",
	    "billing", "license", "sso" };
	const struct conf *conf = conf_of("processes = 7\n"
	    "worker_processes = 5\n");
	int64_t children = 0;
	size_t i;

	(void)state;
	for (i = 0; i < 6; i++)
		children += connections_responder(conf, names[i]);
	assert_in_range(children, 7 * 10 + 16, 7 * 20);
	assert_int_equal(connections_platform(conf), children + 5 + 3);
}

static void
test_tenants_are_counted_by_their_limit(void **state)
{
	(void)state;
	assert_int_equal(connections_tenants(conf_of("")), 60 + 2 + 3);
	assert_int_equal(connections_tenants(conf_of("worker_processes = 4\n"
	    "tenant_db_connections_all = 1000\n")), 1000 + 4 + 3);
}

static void
test_unknown_responders_have_no_children(void **state)
{
	(void)state;
	assert_int_equal(connections_responder(conf_of("processes = 3\n"),
	    "auth"), 6);
	assert_int_equal(connections_responder(conf_of(""), "things"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_platform_is_the_sum_of_all_children),
		cmocka_unit_test(test_tenants_are_counted_by_their_limit),
		cmocka_unit_test(test_unknown_responders_have_no_children),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

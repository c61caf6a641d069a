/* SPDX-License-Identifier: Apache-2.0 */
/* The probe's tries, against sockets of this machine. */
#include "config.h"

#include <sys/socket.h>

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "modules/probe/tries.h"
#include "tests/support/unit.h"

static char said[4096];

/* port_new - a port of loopback; *fd listens there, or has just left it */
static int
port_new(int *fd)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(*fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(*fd, 8), 0);
	assert_int_equal(getsockname(*fd, (struct sockaddr *)&at, &len), 0);
	return ntohs(at.sin_port);
}

static int
tries(const char *orders)
{
	FILE *out = fmemopen(said, sizeof(said), "w");
	int rc;

	said[0] = '\0';
	assert_non_null(out);
	rc = tries_run(orders, out);
	assert_int_equal(fclose(out), 0);
	return rc;
}

static void
test_an_open_port_and_a_closed_one_differ(void **state)
{
	int open, closed, port, other;
	char orders[128], line[32];

	(void)state;
	port = port_new(&open);
	other = port_new(&closed);
	(void)close(closed);
	(void)snprintf(orders, sizeof(orders), "tcp 127.0.0.1 %d\n\n"
	    "tcp 127.0.0.1 %d\n", other, port);
	assert_int_equal(tries(orders), 0);
	assert_ptr_equal(strstr(said, "0 refused "), said);
	(void)snprintf(line, sizeof(line), "\n1 open ");
	assert_non_null(strstr(said, line));
	assert_string_equal(said + strlen(said) - 5, "\nend\n");
	(void)close(open);
}

static void
test_raw_sockets_need_a_capability(void **state)
{
	const char *word = geteuid() == 0 ? "open" : "denied";
	char line[32];

	(void)state;
	assert_int_equal(tries("raw\npacket"), 0);
	(void)snprintf(line, sizeof(line), "0 %s ", word);
	assert_ptr_equal(strstr(said, line), said);
	(void)snprintf(line, sizeof(line), "\n1 %s ", word);
	assert_non_null(strstr(said, line));
}

static void
test_without_orders_it_only_ends(void **state)
{
	(void)state;
	assert_int_equal(tries(""), 0);
	assert_string_equal(said, "end\n");
}

static void
test_malformed_orders_are_refused_whole(void **state)
{
	static const char *const bad[] = { "tcp", "tcp 127.0.0.1",
	    "tcp 127.0.0.1 0", "tcp 127.0.0.1 65536", "tcp 127.0.0.1 8x",
	    "tcp 127.0.0.1 80 81", "raw 1", "name", "name a b", "udp 1 2",
	    " tcp 127.0.0.1 80" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (tries(bad[i]) != -1)
			fail_msg("taken: '%s'", bad[i]);
		assert_string_equal(said, "");
	}
}

static void
test_there_is_an_end_to_orders(void **state)
{
	static char many[TRIES_TEXT_MAX + 2];
	size_t i, n = 0;

	(void)state;
	for (i = 0; i <= TRIES_MAX; i++)
		n += (size_t)snprintf(many + n, sizeof(many) - n, "raw\n");
	assert_int_equal(tries(many), -1);
	many[(size_t)4 * TRIES_MAX] = '\0';
	assert_int_equal(tries(many), 0);
	memset(many, '\n', TRIES_TEXT_MAX);
	many[TRIES_TEXT_MAX] = '\0';
	assert_int_equal(tries(many), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_open_port_and_a_closed_one_differ),
		cmocka_unit_test(test_raw_sockets_need_a_capability),
		cmocka_unit_test(test_without_orders_it_only_ends),
		cmocka_unit_test(test_malformed_orders_are_refused_whole),
		cmocka_unit_test(test_there_is_an_end_to_orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

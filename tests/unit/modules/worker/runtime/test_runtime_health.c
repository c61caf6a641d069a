/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/rows.h"
#include "tests/support/http_peer.h"
#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "libshared/doors/http.h"

#include "modules/worker/runtime/runtime_health.h"

static struct loopback *peer;

static int
peer_setup(void **state)
{
	(void)state;
	peer = loopback_start(NULL, http_peer);
	return peer == NULL ? -1 : http_init();
}

static int
peer_teardown(void **state)
{
	(void)state;
	loopback_stop(&peer);
	return 0;
}

/* port_closed - returns a port that was bound and released again */
static int
port_closed(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
	    .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd != -1);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	(void)close(fd);
	return ntohs(at.sin_port);
}

static bool
probe(const char *check, int port, const char *path, int64_t ran_s,
    const char **why)
{
	const struct runtime_health health = { .check = check, .port = port,
	    .path = path };
	const struct health_subject subject = { .address = "127.0.0.1",
	    .check = runtime_health_text(ctx, &health), .ran_s = ran_s };

	*why = "untouched";
	return runtime_health_probe(ctx, &subject, why);
}

static void
test_each_check_asks_for_its_own(void **state)
{
	const int open = peer->port, closed = port_closed();
	const struct { const char *row, *check; int port; const char *path;
		int64_t ran_s; bool well; const char *why; } rows[] = {
		{ "page", "http", open, "/echo", 0, true, NULL },
		{ "no page", "http", open, "/busy", 0, false,
		    "it answers 503, not 200" },
		{ "nobody", "http", closed, "/echo", 0, false,
		    "nothing answers there" },
		{ "port", "tcp", open, "/", 0, true, NULL },
		{ "no port", "tcp", closed, "/", 0, false,
		    "nothing listens there" },
		{ "none, new", "none", 1, "/", 3, false,
		    "it was started just now" },
		{ "none", "none", 1, "/", 10, true, NULL },
		{ "agent", "agent", 1, "/", 0, true, NULL },
	};
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		assert_row(probe(rows[i].check, rows[i].port, rows[i].path,
		    rows[i].ran_s, &why) == rows[i].well, rows[i].row);
		if (rows[i].well)
			assert_row(why == NULL, rows[i].row);
		else
			assert_row(strstr(why, rows[i].why) != NULL &&
			    strncmp(why, "health check (", 14) == 0,
			    rows[i].row);
	}
}

static void
test_check_is_named_for_people(void **state)
{
	static const struct { const char *text, *name; } rows[] = {
		{ NULL, "GET :9876/observe/health" },
		{ "http 8080 /q/health", "GET :8080/q/health" },
		{ "tcp 61616 /", "a connection to port 61616" },
		{ "agent 9876 /", "the heartbeat of its agent" },
		{ "none 9876 /", "that it runs for 10 s" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++)
		assert_string_equal(runtime_health_name(ctx, rows[i].text),
		    rows[i].name);
}

static void
test_without_an_address_nothing_is_asked(void **state)
{
	const struct health_subject subject = { .check = "none 1 /",
	    .ran_s = 100 };
	const char *why = NULL;

	(void)state;
	assert_false(runtime_health_probe(ctx, &subject, &why));
	assert_non_null(strstr(why, "no address"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_each_check_asks_for_its_own),
		CTX_TEST(test_check_is_named_for_people),
		CTX_TEST(test_without_an_address_nothing_is_asked),
	};

	return cmocka_run_group_tests(tests, peer_setup, peer_teardown);
}

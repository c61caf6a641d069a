/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections of http_call(): who may reuse them, for how long, and who reads
 * their answers.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/unit_http.h"

#include "libshared/base/str.h"
#include "libshared/doors/http.h"

struct sunk { char text[64]; size_t len, stop_after; };

static bool
sink(void *arg, const void *data, size_t len)
{
	struct sunk *sunk = arg;

	if (sunk->len + len < sizeof(sunk->text))
		memcpy(sunk->text + sunk->len, data, len);
	sunk->len += len;
	return sunk->len <= sunk->stop_after;
}

static void
test_sink_takes_a_good_answer_only(void **state)
{
	struct http_request request = request_of("GET", "/chunked");
	struct sunk sunk = { .stop_after = 1000 };
	struct http_response r;

	(void)state;
	request.sink = sink;
	request.sink_arg = &sunk;
	assert_int_equal(http_call(ctx, &request, &r), ERR_OK);
	assert_string_equal(sunk.text, "abcdefg");
	assert_int_equal(r.body_len, 0);
	sunk = (struct sunk){ .stop_after = 1000 };
	request.url = request_of("GET", "/busy").url;
	assert_int_equal(http_call(ctx, &request, &r), ERR_OK);
	assert_int_equal(sunk.len, 0);
	assert_string_equal(r.body, "busy");
}

static void
test_sink_ends_the_call(void **state)
{
	struct http_request request = request_of("GET", "/endless");
	struct sunk sunk = { .stop_after = 100000 };
	struct http_response r;

	(void)state;
	request.sink = sink;
	request.sink_arg = &sunk;
	assert_int_equal(http_call(ctx, &request, &r), ERR_PEER);
	assert_true(sunk.len > 100000);
	/* Only the sink knows the reason, so http_call() sets no fault. */
	assert_int_equal(ctx->fault.err, ERR_OK);
	sunk = (struct sunk){ .stop_after = SIZE_MAX };
	request.max_body = 100000;
	assert_int_equal(http_call(ctx, &request, &r), ERR_PEER);
	assert_true(sunk.len <= 100000);
	assert_string_equal(ctx->fault.detail, "the answer is too large");
}

static void
test_connection_is_used_again(void **state)
{
	struct http_response r;
	int before, i;

	(void)state;
	assert_int_equal(get("/echo", &r), ERR_OK);
	before = peer->connections;
	for (i = 0; i < 10; i++)
		assert_int_equal(get("/echo", &r), ERR_OK);
	assert_int_equal(peer->connections, before);
}

/*
 * A stale connection is replaced, also when a body from a file must be read
 * again.
 */
static void
test_stale_connection_is_made_anew(void **state)
{
	struct http_request request = request_of("PUT", "/echo");
	char path[] = "/tmp/cameleer-test-XXXXXX";
	struct http_response r;
	int fd = mkstemp(path), i;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(write(fd, "content", 7), 7);
	request.body_fd = fd;
	request.body_len = 7;
	for (i = 0; i < 5; i++) {
		assert_int_equal(get("/stale", &r), ERR_OK);
		assert_int_equal(http_call(ctx, &request, &r), ERR_OK);
		assert_string_equal(strstr(r.body, "\r\n\r\n"),
		    "\r\n\r\ncontent");
	}
	close(fd);
}

static void
test_child_does_not_use_our_connection(void **state)
{
	struct http_response r;
	int before, status;
	pid_t pid;

	(void)state;
	assert_int_equal(get("/echo", &r), ERR_OK);
	before = peer->connections;
	if ((pid = fork()) == 0)
		_exit(get("/echo", &r) == ERR_OK ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(peer->connections, before + 1);
	assert_int_equal(get("/echo", &r), ERR_OK);
	assert_int_equal(peer->connections, before + 1);
}

static void
test_unix_socket(void **state)
{
	struct http_request request = request_of("GET", "/ok");
	struct loopback *local;
	struct http_response r;
	char path[64];

	(void)state;
	(void)snprintf(path, sizeof(path), "/tmp/cameleer-test-%d.sock",
	    (int)getpid());
	local = loopback_start(path, http_peer);
	assert_non_null(local);
	request.url = "http://engine/ok";
	request.unix_socket = path;
	assert_int_equal(http_call(ctx, &request, &r), ERR_OK);
	assert_string_equal(r.body, "{\"ok\":true}");
	assert_int_equal(local->requests, 1);
	loopback_stop(&local);
}

/* Programs that the platform starts inherit no connection. */
static void
test_sockets_close_on_exec(void **state)
{
	struct http_response r;
	int fd, flags, found = 0;

	(void)state;
	assert_int_equal(get("/echo", &r), ERR_OK);
	for (fd = 3; fd < 64; fd++) {
		struct sockaddr_storage address;
		socklen_t len = sizeof(address);

		if (getpeername(fd, (struct sockaddr *)&address, &len) != 0 ||
		    address.ss_family != AF_INET)
			continue;
		flags = fcntl(fd, F_GETFD);
		assert_true((flags & FD_CLOEXEC) != 0);
		found++;
	}
	assert_true(found > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_sink_takes_a_good_answer_only),
		CTX_TEST(test_sink_ends_the_call),
		CTX_TEST(test_connection_is_used_again),
		CTX_TEST(test_stale_connection_is_made_anew),
		CTX_TEST(test_child_does_not_use_our_connection),
		CTX_TEST(test_unix_socket),
		CTX_TEST(test_sockets_close_on_exec),
	};

	return cmocka_run_group_tests(tests, http_setup, http_teardown);
}

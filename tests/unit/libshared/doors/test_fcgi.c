/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/unit.h"

#include "libshared/base/str.h"
#include "libshared/doors/fcgi.h"
#include "tests/support/fcgi_client.h"

#define BIG	((size_t)1 << 20)

static char dir[] = "/tmp/cameleer-fcgi.XXXXXX";
static char path[64];
static pid_t server;
static int fd = -1;
static struct answer answer;

static void
on_term(int sig)
{
	(void)sig;
	fcgi_stop();
}

static void
say(struct fcgi *fcgi, const char *name)
{
	const char *value = fcgi_param(fcgi, name);
	char line[128];

	(void)snprintf(line, sizeof(line), "%s=%s\n", name,
	    value == NULL ? "(none)" : value);
	(void)fcgi_write(fcgi, line, strlen(line));
}

/* echo - answers some parameters, how the body ended, and the body */
static void
echo(struct fcgi *fcgi)
{
	static char body[BIG + 1], line[64];
	size_t len = 0;
	long n;

	while ((n = fcgi_read(fcgi, body + len, sizeof(body) - len)) > 0)
		len += (size_t)n;
	(void)fcgi_write(fcgi, "Status: 200\r\n\r\n", 15);
	say(fcgi, "CAM_PATH");
	say(fcgi, "CAM_QUERY");
	say(fcgi, "CAM_EMPTY");
	(void)snprintf(line, sizeof(line), "twice=%d%d%d\n",
	    fcgi_param_twice(fcgi, "CAM_PATH"),
	    fcgi_param_twice(fcgi, "CAM_QUERY"),
	    fcgi_param_twice(fcgi, "CAM_NONE"));
	(void)fcgi_write(fcgi, line, strlen(line));
	(void)snprintf(line, sizeof(line), "end=%ld len=%zu\n", n, len);
	(void)fcgi_write(fcgi, line, strlen(line));
	(void)fcgi_write(fcgi, body, len);
}

static int
serve(int listen_fd)
{
	struct fcgi *fcgi = fcgi_new(listen_fd);
	int got;

	while ((got = fcgi_accept(fcgi)) != 0)
		if (got == 1) {
			echo(fcgi);
			fcgi_finish(fcgi);
		}
	fcgi_free(&fcgi);
	return 0;
}

static int
setup(void **state)
{
	int listen_fd;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/t.sock", dir);
	if ((listen_fd = fcgi_listen(path)) == -1)
		return -1;
	if ((server = fork()) == 0)
		_exit(serve(listen_fd));
	(void)close(listen_fd);
	fd = fcgi_connect_soon(path);
	return server == -1 || fd == -1;
}

static int
teardown(void **state)
{
	int status = -1;

	(void)state;
	answer_free(&answer);
	if (fd != -1)
		(void)close(fd);
	fd = -1;
	if (server > 0) {
		(void)kill(server, SIGTERM);
		(void)waitpid(server, &status, 0);
	}
	server = 0;
	return status;
}

static const char *const some[] = { "CAM_PATH", "/api/things", "CAM_QUERY",
    "a=1", "CAM_PATH", "/second", "CAM_EMPTY", "", NULL };

static void
test_parameters_arrive(void **state)
{
	(void)state;
	assert_true(fcgi_send(fd, some, "", 0));
	assert_true(fcgi_receive(fd, &answer));
	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(answer.body, "CAM_QUERY=a=1\n"));
}

/* nginx sends its own parameter before one that a client could add. */
static void
test_the_first_of_two_counts(void **state)
{
	(void)state;
	assert_true(fcgi_send(fd, some, "", 0));
	assert_true(fcgi_receive(fd, &answer));
	assert_non_null(strstr(answer.body, "CAM_PATH=/api/things\n"));
}

static void
test_two_of_a_name_are_noticed(void **state)
{
	(void)state;
	assert_true(fcgi_send(fd, some, "", 0));
	assert_true(fcgi_receive(fd, &answer));
	assert_non_null(strstr(answer.body, "twice=100\n"));
}

static void
test_an_empty_parameter_is_absent(void **state)
{
	(void)state;
	assert_true(fcgi_send(fd, some, "", 0));
	assert_true(fcgi_receive(fd, &answer));
	assert_non_null(strstr(answer.body, "CAM_EMPTY=(none)\n"));
}

static void
test_a_large_body_arrives_and_returns(void **state)
{
	char *body = malloc(BIG);
	size_t i;

	(void)state;
	assert_non_null(body);
	for (i = 0; i < BIG; i++)
		body[i] = (char)('a' + i % 23);
	assert_true(fcgi_send(fd, some, body, BIG));
	assert_true(fcgi_receive(fd, &answer));
	assert_non_null(strstr(answer.body, "end=0 len=1048576\n"));
	assert_memory_equal(answer.body + answer.body_len - BIG, body, BIG);
	free(body);
}

/* A client that disconnects within a body does not look like its end. */
static void
test_a_body_that_breaks_off_is_no_end(void **state)
{
	(void)state;
	assert_true(fcgi_send_part(fd, some, "half", 4));
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	assert_true(fcgi_receive(fd, &answer));
	assert_non_null(strstr(answer.body, "end=-1 len=4\n"));
}

static void
test_the_next_client_is_served_after_a_broken_one(void **state)
{
	static const char *const none[] = { NULL };
	int broken = fcgi_connect(path);

	(void)state;
	assert_true(fcgi_send_part(fd, some, "half", 4));
	(void)close(fd);
	fd = broken;
	assert_int_not_equal(broken, -1);
	assert_true(fcgi_send(fd, none, "x", 1));
	assert_true(fcgi_receive(fd, &answer));
	assert_non_null(strstr(answer.body, "end=0 len=1\nx"));
}

/* A service that is told to stop first reads the request under way. */
static void
test_the_end_waits_for_the_rest_of_a_body(void **state)
{
	const struct timespec moment = { 0, 50000000 };

	(void)state;
	assert_true(fcgi_send_part(fd, some, "half", 4));
	(void)nanosleep(&moment, NULL);
	assert_int_equal(kill(server, SIGTERM), 0);
	(void)nanosleep(&moment, NULL);
	assert_true(fcgi_send_rest(fd, "and half", 8));
	assert_true(fcgi_receive(fd, &answer));
	assert_non_null(strstr(answer.body, "end=0 len=12\nhalfand half"));
}

/* One signal ends the service at whatever moment it comes. */
static void
test_one_signal_ends_it_at_any_moment(void **state)
{
	const struct timespec pause = { 0, 1000000 };
	int i, waited, status;

	for (i = 0; i < 200; i++) {
		assert_true(fcgi_send(fd, some, "", 0));
		if (i % 2 == 0)
			assert_true(fcgi_receive(fd, &answer));
		assert_int_equal(kill(server, SIGTERM), 0);
		for (waited = 0; waited < 3000 &&
		    waitpid(server, &status, WNOHANG) == 0; waited++)
			(void)nanosleep(&pause, NULL);
		assert_in_range(waited, 0, 2999);
		server = 0;
		assert_int_equal(teardown(state), -1);
		assert_int_equal(setup(state), 0);
	}
}

static void
test_only_owner_and_group_may_connect(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
}

/* The stale socket of a killed process does not prevent a new start. */
static void
test_a_stale_socket_is_replaced(void **state)
{
	int again = fcgi_listen(path);

	(void)state;
	assert_int_not_equal(again, -1);
	(void)close(again);
}

static void
test_a_path_that_is_too_long_is_said(void **state)
{
	char much[200];

	(void)state;
	memset(much, 'x', sizeof(much) - 1);
	much[0] = '/';
	much[sizeof(much) - 1] = '\0';
	errno = 0;
	assert_int_equal(fcgi_listen(much), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	assert_int_equal(fcgi_listen("/proc/x.sock"), -1);
	assert_int_equal(errno, ENOENT);
}

/* sd_listen_fds(3): the socket that systemd has bound is fd 3. */
static void
test_a_socket_of_systemd_is_taken_over(void **state)
{
	char number[24];
	int status, sock = socket(AF_UNIX, SOCK_STREAM, 0);
	pid_t pid;

	(void)state;
	assert_true(sock >= 0);
	if ((pid = fork()) == 0) {
		if (sock != 3 && dup2(sock, 3) == -1)
			_exit(1);
		(void)snprintf(number, sizeof(number), "%d", (int)getpid());
		(void)setenv("LISTEN_FDS", "1", 1);
		(void)setenv("LISTEN_PID", number, 1);
		if (fcgi_listen("/proc/x.sock") != 3)
			_exit(2);
		(void)setenv("LISTEN_PID", "1", 1);	/* not for us */
		_exit(fcgi_listen("/proc/x.sock") == -1 ? 0 : 3);
	}
	(void)close(sock);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* Installs the handler before the first fork, as prefork_run() does. */
static int
group_setup(void **state)
{
	const struct sigaction stop = { .sa_handler = on_term };

	(void)state;
	return sigaction(SIGTERM, &stop, NULL) != 0 || mkdtemp(dir) == NULL;
}

static int
group_teardown(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(dir);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_parameters_arrive),
		TEST(test_the_first_of_two_counts),
		TEST(test_two_of_a_name_are_noticed),
		TEST(test_an_empty_parameter_is_absent),
		TEST(test_a_large_body_arrives_and_returns),
		TEST(test_a_body_that_breaks_off_is_no_end),
		TEST(test_the_next_client_is_served_after_a_broken_one),
		TEST(test_the_end_waits_for_the_rest_of_a_body),
		TEST(test_one_signal_ends_it_at_any_moment),
		TEST(test_only_owner_and_group_may_connect),
		TEST(test_a_stale_socket_is_replaced),
		TEST(test_a_path_that_is_too_long_is_said),
		TEST(test_a_socket_of_systemd_is_taken_over),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}

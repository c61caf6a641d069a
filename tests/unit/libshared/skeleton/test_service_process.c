/* SPDX-License-Identifier: Apache-2.0 */
/* A service as processes: alive, measured, logged, started and stopped. */
#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/support/things.h"

static void
test_health_needs_no_database(void **state)
{
	(void)state;
	peer_start(&things);
	ask("", "GET", "/api/things/health");
	assert_answer(200, NULL);
	assert_string_equal(answer.body, "{\"status\":\"up\"}");
}

static void
test_ready_does_what_a_request_does(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		fake_expect("request_begin", FAKE_ANY, FAKE_ANY, FAKE_NULL,
		    FAKE_NULL);
		fake_row("good", "f", "kind", FAKE_NULL, "fresh", "f",
		    "tenant", FAKE_NULL, "role", FAKE_NULL, "permissions",
		    FAKE_NULL, "rule", FAKE_NULL, "tenant_slug", FAKE_NULL,
		    "tenant_state", FAKE_NULL,
	    FAKE_NO_LICENSE);
		fake_expect("schema_version");
		fake_row("version", "11");
		expect_audit("anonymous", "ready", "done", NULL);
	}
	fake_error(ERR_UNAVAILABLE, "57P03");
	peer_start(&things);
	ask("", "GET", "/api/things/ready");
	assert_answer(200, NULL);
	ask("", "GET", "/api/things/ready");
	assert_answer(503, "unavailable");
	assert_int_equal(fake_log->commits, 0);
}

static void
test_requests_are_counted(void **state)
{
	(void)state;
	peer_start(&things);
	ask("", "GET", "/api/pid");
	ask("", "GET", "/api/nothing");
	ask("", "GET", "/internal/things/metrics");
	assert_answer(200, NULL);
	assert_non_null(strstr(answer.body, "cameleer_requests_total"
	    "{service=\"things\",class=\"2xx\"} 1\n"));
	assert_non_null(strstr(answer.body, "cameleer_requests_total"
	    "{service=\"things\",class=\"4xx\"} 1\n"));
}

static void
test_each_request_is_one_line_of_the_log(void **state)
{
	(void)state;
	peer_start(&things);
	ask("", "GET", "/api/nothing\r\n{\"evil\":1}");
	assert_answer(404, "no_such_route");
	peer_stop();
	assert_non_null(strstr(peer_log(), "\"event\":\"request\""));
	assert_non_null(strstr(peer_log(), "\"request_id\":\"r-7\""));
	assert_non_null(strstr(peer_log(), "\"status\":404"));
	assert_null(strstr(peer_log(), "\n{\"evil\""));
}

static void
test_the_problem_carries_the_request_id(void **state)
{
	(void)state;
	peer_start(&things);
	ask("", "GET", "/api/nothing");
	assert_non_null(strstr(answer.body, "\"request_id\":\"r-7\""));
}

/* The child processes. */
static pid_t
answering_child(void)
{
	ask("", "GET", "/api/pid");
	assert_answer(200, NULL);
	return (pid_t)strtol(strstr(answer.body, "version\":") + 9, NULL,
	    10);
}

static void
test_a_killed_child_is_replaced(void **state)
{
	const struct timespec nap = { 0, 10000000 };
	pid_t first;
	int i;

	(void)state;
	peer_start(&things);
	first = answering_child();
	assert_int_equal(kill(first, SIGKILL), 0);
	/* Until its master has reaped it, it could still take a request. */
	for (i = 0; i < 1000 && kill(first, 0) == 0; i++)
		(void)nanosleep(&nap, NULL);
	assert_int_not_equal(answering_child(), first);
}

static void
test_a_child_retires_after_its_requests(void **state)
{
	pid_t first;
	int i;

	(void)state;
	peer_start(&things);
	first = answering_child();
	for (i = 1; i < 100; i++)
		assert_int_equal(answering_child(), first);
	assert_int_not_equal(answering_child(), first);
}

/* The start of a service. */
static const struct route open_door[] = {
	{ GET, "/api/door", PERM_UNSET, health_get,
	    .about = "Open." },
};

static void
test_a_route_without_a_permission_stops_the_start(void **state)
{
	const struct service door = { .name = "door", .routes = open_door,
	    .nroutes = 1 };

	(void)state;
	assert_int_equal(peer_run(&door, "-c", peer_conf(), NULL), 70);
	assert_non_null(strstr(peer_log(),
	    "door: route GET /api/door has no permission"));
	assert_int_equal(peer_run(&door, "--routes", NULL), 70);
}

static void
test_settings_that_are_wrong_stop_the_start(void **state)
{
	(void)state;
	assert_int_equal(peer_run(&things, "-c", "/nonexistent", NULL), 78);
	assert_int_equal(peer_run(&things, "--nonsense", NULL), 2);
	assert_int_equal(peer_run(&things, "-c", NULL), 2);
}

static void
test_settings_can_be_checked(void **state)
{
	(void)state;
	assert_int_equal(peer_run(&things, "-c", peer_conf(),
	    "--check-config", NULL), 0);
	assert_int_equal(peer_run(&things, "--version", NULL), 0);
	assert_non_null(strstr(peer_log(), PACKAGE_STRING));
}

static void
test_routes_are_printed_as_json(void **state)
{
	struct json *top;

	(void)state;
	assert_int_equal(peer_run(&things, "--routes", NULL), 0);
	assert_int_equal(json_parse(ctx, peer_log(), strlen(peer_log()),
	    &top), ERR_OK);
	assert_string_equal(json_member(top, "service"), "things");
	assert_int_equal(json_count(json_get(top, "routes")),
	    things.nroutes);
}

static int
broken_setup(void)
{
	return -1;
}

static void
test_a_setup_that_fails_stops_the_start(void **state)
{
	struct service broken = things;

	(void)state;
	broken.setup = broken_setup;
	assert_int_equal(peer_run(&broken, "-c", peer_conf(), NULL), 71);
}

/* Otherwise connections.c would count too few sessions of PostgreSQL. */
static void
test_more_children_than_are_counted_stop_the_start(void **state)
{
	struct service many = things;

	(void)state;
	many.name = "billing";
	many.spread = 2;
	assert_int_equal(peer_run(&many, "-c", peer_conf(), NULL), 70);
	assert_non_null(strstr(peer_log(), "connections.c counts fewer"));
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, peer_setup, peer_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_health_needs_no_database),
		TEST(test_ready_does_what_a_request_does),
		TEST(test_requests_are_counted),
		TEST(test_each_request_is_one_line_of_the_log),
		TEST(test_the_problem_carries_the_request_id),
		TEST(test_a_killed_child_is_replaced),
		TEST(test_a_child_retires_after_its_requests),
		TEST(test_a_route_without_a_permission_stops_the_start),
		TEST(test_settings_that_are_wrong_stop_the_start),
		TEST(test_settings_can_be_checked),
		TEST(test_routes_are_printed_as_json),
		TEST(test_a_setup_that_fails_stops_the_start),
		TEST(test_more_children_than_are_counted_stop_the_start),
	};

	return cmocka_run_group_tests(tests, peer_group_setup,
	    peer_group_teardown);
}

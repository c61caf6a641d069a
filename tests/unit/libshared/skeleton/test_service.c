/* SPDX-License-Identifier: Apache-2.0 */
/* Requests before their handler: routing and authentication. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/things.h"

static void
test_a_public_route_answers_anybody(void **state)
{
	(void)state;
	peer_start(&things);
	ask("", "GET", "/api/pid");
	assert_answer(200, NULL);
	assert_string_equal(answer_header(&answer, "Content-Type"),
	    "application/json");
	assert_int_equal(strtoul(answer_header(&answer, "Content-Length"),
	    NULL, 10), answer.body_len);
	assert_int_equal(fake_log->begins, 1);
	assert_int_equal(fake_log->writes, 0);
	assert_int_equal(fake_log->commits, 1);
}

static void
assert_ends(void)
{
	assert_string_equal(answer_header(&answer, "Deprecation"),
	    "@1780272000");
	assert_string_equal(answer_header(&answer, "Sunset"),
	    "Thu, 31 Dec 2026 00:00:00 GMT");
}

static void
test_a_deprecated_route_says_so_in_each_answer(void **state)
{
	(void)state;
	fake_expect("request_pin", FAKE_NULL, FAKE_NULL);
	expect_stranger("1");
	expect_audit("anonymous", "/api/old/{name}", "refused",
	    "sign_in_required");
	peer_start(&things);
	ask("", "GET", "/api/old-pid");
	assert_answer(200, NULL);
	assert_ends();
	ask("", "GET", "/api/old/one");
	assert_answer(401, "sign_in_required");
	assert_ends();
	ask("", "GET", "/api/pid");
	assert_null(answer_header(&answer, "Deprecation"));
	assert_null(answer_header(&answer, "Sunset"));
}

static void
test_a_path_that_is_not_there_is_404(void **state)
{
	(void)state;
	peer_start(&things);
	ask("", "GET", "/api/nothing");
	assert_answer(404, "no_such_route");
	assert_string_equal(answer_header(&answer, "Content-Type"),
	    "application/problem+json");
	assert_int_equal(fake_log->begins, 0);
}

static void
test_another_method_is_405_with_allow(void **state)
{
	(void)state;
	peer_start(&things);
	ask("", "PUT", "/api/things");
	assert_answer(405, "method_not_allowed");
	assert_string_equal(answer_header(&answer, "Allow"), "POST, DELETE");
	ask("", "QUERY", "/api/things");
	assert_answer(405, "method_not_allowed");
	assert_string_equal(answer_header(&answer, "Allow"), "POST, DELETE");
	ask("", "QUERY", "/api/nothing");
	assert_answer(404, "no_such_route");
}

static void
test_head_is_a_get(void **state)
{
	(void)state;
	peer_start(&things);
	ask("", "HEAD", "/api/pid");
	assert_answer(200, NULL);
}

static void
test_a_path_that_is_no_utf_8_is_the_clients_mistake(void **state)
{
	(void)state;
	peer_start(&things);
	ask("", "GET", "/api/things/a\377");
	assert_answer(400, "bad_path");
}

static void
test_anonymous_is_401_and_recorded(void **state)
{
	(void)state;
	fake_expect("request_pin", FAKE_NULL, FAKE_NULL);
	expect_stranger("1");
	expect_audit("anonymous", "/api/things/{name}", "refused",
	    "sign_in_required");
	peer_start(&things);
	ask("", "GET", "/api/things/one");
	assert_answer(401, "sign_in_required");
	assert_string_equal(answer_header(&answer, "WWW-Authenticate"),
	    "Bearer");
}

/* A refusal that cannot be audited becomes a 503 to try again. */
static void
test_a_refusal_that_cannot_be_recorded_is_503(void **state)
{
	(void)state;
	fake_expect("request_pin", FAKE_NULL, FAKE_NULL);
	expect_stranger("1");
	expect_audit("anonymous", "/api/things/{name}", "refused",
	    "sign_in_required");
	fake_error(ERR_INTERNAL, "58P01");
	peer_start(&things);
	ask("", "GET", "/api/things/one");
	assert_answer(503, "refusal_unrecorded");
	assert_string_equal(answer_header(&answer, "Retry-After"), "2");
	assert_null(answer_header(&answer, "WWW-Authenticate"));
	assert_int_equal(fake_log->commits, 0);
}

static void
test_a_flood_of_strangers_is_counted_and_not_recorded(void **state)
{
	(void)state;
	fake_expect("request_pin", FAKE_NULL, FAKE_NULL);
	expect_stranger("3");
	expect_audit("anonymous", "/api/things/{name}", "refused",
	    "sign_in_required");
	fake_expect("request_pin", FAKE_NULL, FAKE_NULL);
	expect_stranger("4");
	peer_start(&things);
	ask("", "GET", "/api/things/one");
	assert_answer(401, "sign_in_required");
	ask("", "GET", "/api/things/one");
	assert_answer(401, "sign_in_required");
	assert_int_equal(fake_log->commits, 2);
}

static void
test_a_member_reads_what_the_role_gives(void **state)
{
	(void)state;
	expect_keys();
	expect_member("viewer", READS, "active");
	fake_expect("thing_list");
	peer_start(&things);
	ask("", "GET", "/api/things/one", BEARER);
	assert_answer(200, NULL);
	assert_string_equal(answer.body, "{\"name\":\"one\",\"version\":7}");
	/* the version for If-Match, then the digest for If-None-Match */
	assert_memory_equal(answer_header(&answer, "ETag"), "\"7.", 3);
	assert_int_equal(fake_log->writes, 0);
}

static void
test_a_member_without_the_permission_is_403(void **state)
{
	(void)state;
	expect_keys();
	expect_member("viewer", READS, "active");
	fake_expect("request_pin", TENANT, ACCOUNT);
	expect_audit("account", "thing.create", "refused", "not_permitted");
	peer_start(&things);
	ask(BODY, "POST", "/api/things", BEARER, JSON);
	assert_answer(403, "not_permitted");
}

/* A stranger's refusal is not written to the tenant's trail. */
static void
test_no_member_is_403_and_not_in_the_tenants_trail(void **state)
{
	(void)state;
	expect_keys();
	expect_member(NULL, NULL, NULL);
	fake_expect("request_pin", FAKE_NULL, ACCOUNT);
	expect_audit("account", "thing.create", "refused", "not_a_member");
	peer_start(&things);
	ask(BODY, "POST", "/api/things", BEARER, JSON);
	assert_answer(403, "not_a_member");
}

static void
test_a_cookie_without_the_header_is_403(void **state)
{
	(void)state;
	expect_keys();
	expect_refusal("account", "thing.create", "csrf_header_missing");
	peer_start(&things);
	ask(BODY, "POST", "/api/things", COOKIE, JSON);
	assert_answer(403, "csrf_header_missing");
}

static void
test_a_cookie_of_another_site_is_403(void **state)
{
	(void)state;
	expect_keys();
	expect_refusal("account", "thing.create", "foreign_origin");
	peer_start(&things);
	ask(BODY, "POST", "/api/things", COOKIE, JSON,
	    "HTTP_X_CAMELEER_REQUEST", "1", "HTTP_ORIGIN", "https://evil");
	assert_answer(403, "foreign_origin");
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, peer_setup, peer_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_public_route_answers_anybody),
		TEST(test_a_deprecated_route_says_so_in_each_answer),
		TEST(test_a_path_that_is_not_there_is_404),
		TEST(test_another_method_is_405_with_allow),
		TEST(test_head_is_a_get),
		TEST(test_a_path_that_is_no_utf_8_is_the_clients_mistake),
		TEST(test_anonymous_is_401_and_recorded),
		TEST(test_a_refusal_that_cannot_be_recorded_is_503),
		TEST(test_a_flood_of_strangers_is_counted_and_not_recorded),
		TEST(test_a_member_reads_what_the_role_gives),
		TEST(test_a_member_without_the_permission_is_403),
		TEST(test_no_member_is_403_and_not_in_the_tenants_trail),
		TEST(test_a_cookie_without_the_header_is_403),
		TEST(test_a_cookie_of_another_site_is_403),
	};

	return cmocka_run_group_tests(tests, peer_group_setup,
	    peer_group_teardown);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests that change something take effect once, with an audit row, or not at
 * all.
 */
#include "config.h"

#include <string.h>

#include "tests/support/things.h"

static void
test_a_write_is_audited_and_committed_before_the_answer(void **state)
{
	(void)state;
	expect_keys();
	expect_member("owner", WRITES, "active");
	fake_expect("thing_insert", "one");
	fake_expect("audit_insert", FAKE_ANY, "account", "thing.create",
	    "thing", "one", FAKE_NULL, ADDRESS, "done", FAKE_NULL,
	    FAKE_NULL, "r-7", "things");
	peer_start(&things);
	ask(BODY, "POST", "/api/things", COOKIE, JSON,
	    "HTTP_X_CAMELEER_REQUEST", "1", "HTTP_ORIGIN", BASE_URL);
	assert_answer(201, NULL);
	assert_int_equal(fake_log->writes, 1);
	assert_int_equal(fake_log->commits, 1);
	assert_int_equal(fake_log->rollbacks, 0);
}

static void
test_a_commit_that_fails_is_no_success(void **state)
{
	(void)state;
	expect_keys();
	expect_member("owner", WRITES, "active");
	fake_expect("thing_insert", "one");
	expect_audit("account", "thing.create", "done", NULL);
	fake_commit_error(ERR_UNAVAILABLE);
	peer_start(&things);
	ask(BODY, "POST", "/api/things", BEARER, JSON);
	assert_answer(503, "unavailable");
	assert_null(strstr(answer.text, "one"));
}

static void
test_a_refused_write_is_rolled_back_and_recorded(void **state)
{
	(void)state;
	expect_keys();
	expect_member("owner", WRITES, "active");
	fake_expect("thing_insert", "one");
	fake_error(ERR_CONFLICT, "23505");
	expect_refusal("account", "thing.create", "name_taken");
	peer_start(&things);
	ask(BODY, "POST", "/api/things", BEARER, JSON);
	assert_answer(409, "name_taken");
	assert_int_equal(fake_log->rollbacks, 1);
	assert_int_equal(fake_log->commits, 1);	/* the commit of the refusal */
}

static void
test_an_internal_failure_is_not_told(void **state)
{
	(void)state;
	expect_keys();
	expect_member("owner", WRITES, "active");
	fake_expect("thing_insert", "one");
	fake_error(ERR_INTERNAL, "42P01");
	peer_start(&things);
	ask(BODY, "POST", "/api/things", BEARER, JSON);
	assert_answer(500, "internal");
	assert_null(strstr(answer.text, "42P01"));
	assert_null(strstr(answer.text, "thing_insert"));
	peer_stop();
	assert_non_null(strstr(peer_log(), "42P01"));
}

static void
test_a_suspended_tenant_reads_and_does_not_write(void **state)
{
	(void)state;
	expect_keys();
	expect_member("owner", WRITES, "suspended");
	fake_expect("thing_list");
	expect_member("owner", WRITES, "suspended");
	expect_refusal("account", "thing.create", "tenant_suspended");
	peer_start(&things);
	ask("", "GET", "/api/things/one", BEARER);
	assert_answer(200, NULL);
	ask(BODY, "POST", "/api/things", BEARER, JSON);
	assert_answer(423, "tenant_suspended");
}

static void
test_but_may_do_what_is_meant_for_it(void **state)
{
	(void)state;
	expect_keys();
	expect_member("owner", WRITES, "suspended");
	expect_audit("account", "thing.delete", "done", NULL);
	peer_start(&things);
	ask("", "DELETE", "/api/things", BEARER, "HTTP_IF_MATCH", "\"7\"");
	assert_answer(204, NULL);
	assert_int_equal(answer.body_len, 0);
	assert_null(answer_header(&answer, "Content-Type"));
}

static void
test_an_edit_needs_its_version(void **state)
{
	(void)state;
	expect_keys();
	expect_member("owner", WRITES, "active");
	expect_refusal("account", "thing.edit", "if_match_required");
	expect_member("owner", WRITES, "active");
	expect_refusal("account", "thing.edit", "changed_meanwhile");
	peer_start(&things);
	ask("", "PATCH", "/api/things/one", BEARER);
	assert_answer(428, "if_match_required");
	ask("", "PATCH", "/api/things/one", BEARER, "HTTP_IF_MATCH",
	    "\"6\"");
	assert_answer(412, "changed_meanwhile");
}

/* Lost races are retried (T18). */
static void
test_a_lost_race_is_tried_again_as_a_whole(void **state)
{
	(void)state;
	expect_keys();
	expect_member("owner", WRITES, "active");
	fake_expect("thing_insert", "one");
	fake_error(ERR_UNAVAILABLE, "40001");
	expect_member("owner", WRITES, "active");
	fake_expect("thing_insert", "one");
	expect_audit("account", "thing.create", "done", NULL);
	peer_start(&things);
	ask(BODY, "POST", "/api/things", BEARER, JSON);
	assert_answer(201, NULL);
	assert_int_equal(fake_log->begins, 2);
	assert_int_equal(fake_log->rollbacks, 1);
}

static void
test_but_not_for_ever(void **state)
{
	int i;

	(void)state;
	expect_keys();
	for (i = 0; i < 3; i++) {
		expect_member("owner", WRITES, "active");
		fake_expect("thing_insert", "one");
		fake_error(ERR_UNAVAILABLE, "40P01");
	}
	peer_start(&things);
	ask(BODY, "POST", "/api/things", BEARER, JSON);
	assert_answer(503, "unavailable");
	assert_non_null(answer_header(&answer, "Retry-After"));
}

static void
test_other_failures_are_not_tried_again(void **state)
{
	(void)state;
	expect_keys();
	expect_member("owner", WRITES, "active");
	fake_expect("thing_insert", "one");
	fake_error(ERR_UNAVAILABLE, "57014");
	peer_start(&things);
	ask(BODY, "POST", "/api/things", BEARER, JSON);
	assert_answer(503, "unavailable");
	assert_int_equal(fake_log->begins, 1);
}

/*
 * Each attempt starts as the original actor, though a handler may have changed
 * it in the lost attempt.
 */
static void
test_who_asks_is_the_same_at_each_attempt(void **state)
{
	(void)state;
	fake_expect("thing_insert", "me");
	fake_error(ERR_UNAVAILABLE, "40001");
	fake_expect("thing_insert", "me");
	expect_audit("account", "me.create", "done", NULL);
	peer_start(&things);
	ask("", "POST", "/api/me");
	assert_answer(204, NULL);
}

/* The request's body. */
static void
test_a_body_that_is_too_large_is_413(void **state)
{
	char body[201];

	(void)state;
	memset(body, ' ', sizeof(body));
	body[sizeof(body) - 1] = '\0';
	expect_refusal("anonymous", "thing.create", "body_too_large");
	expect_refusal("anonymous", "thing.create", "body_too_large");
	peer_start(&things);
	ask("", "POST", "/api/things", JSON, "CONTENT_LENGTH", "101");
	assert_answer(413, "body_too_large");
	ask(body, "POST", "/api/things", JSON);
	assert_answer(413, "body_too_large");
}

static void
test_a_body_that_ends_early_is_400(void **state)
{
	(void)state;
	expect_refusal("anonymous", "thing.create", "body_broken_off");
	peer_start(&things);
	ask(BODY, "POST", "/api/things", JSON, "CONTENT_LENGTH", "90");
	assert_answer(400, "body_broken_off");
}

static void
test_a_length_that_is_none_is_400(void **state)
{
	static const char *const lengths[] = { "-1", "1x", "+1", "0x10",
	    "99999999999999999999" };
	unsigned i;

	(void)state;
	peer_start(&things);
	for (i = 0; i < nitems(lengths); i++) {
		ask("", "POST", "/api/things", "CONTENT_LENGTH", lengths[i]);
		assert_answer(400, "bad_content_length");
	}
}

static void
test_a_stream_is_read_by_its_handler_within_its_cap(void **state)
{
	static char body[1200];

	(void)state;
	memset(body, 'x', sizeof(body) - 1);
	expect_audit("anonymous", "upload", "done", NULL);
	expect_refusal("anonymous", "upload", "body_too_large");
	expect_refusal("anonymous", "upload", "body_broken_off");
	peer_start(&things);
	body[1000] = '\0';
	ask(body, "POST", "/api/uploads");
	assert_answer(201, NULL);
	assert_string_equal(answer.body,
	    "{\"name\":\"bytes\",\"version\":1000}");
	body[1000] = 'x';
	ask(body, "POST", "/api/uploads");
	assert_answer(413, "body_too_large");
	body[500] = '\0';
	ask(body, "POST", "/api/uploads", "CONTENT_LENGTH", "501");
	assert_answer(400, "body_broken_off");
}

/* The Idempotency-Key. */
static void
test_a_request_with_a_key_stores_its_answer(void **state)
{
	(void)state;
	expect_keys();
	expect_member("owner", WRITES, "active");
	fake_expect("idempotency_claim", ACCOUNT, TENANT, "/api/things",
	    "k-1", FAKE_ANY);
	fake_affected(1);
	fake_expect("thing_insert", "one");
	expect_audit("account", "thing.create", "done", NULL);
	fake_expect("request_pin", TENANT, ACCOUNT);
	fake_expect("idempotency_store", ACCOUNT, TENANT, "/api/things",
	    "k-1", "201", "{\"name\":\"one\",\"version\":1}");
	peer_start(&things);
	ask(BODY, "POST", "/api/things", BEARER, JSON,
	    "HTTP_IDEMPOTENCY_KEY", "k-1");
	assert_answer(201, NULL);
	assert_int_equal(fake_log->commits, 1);
}

static void
test_a_key_that_was_used_for_another_request_is_422(void **state)
{
	(void)state;
	expect_keys();
	expect_member("owner", WRITES, "active");
	fake_expect("idempotency_claim", MANY, FAKE_ANY, FAKE_ANY);
	fake_expect("idempotency_get", MANY, FAKE_ANY);
	fake_row("fingerprint", "other", "status", "201", "body", "{}");
	expect_refusal("account", "thing.create", "idempotency_key_reused");
	peer_start(&things);
	ask(BODY, "POST", "/api/things", BEARER, JSON,
	    "HTTP_IDEMPOTENCY_KEY", "k-1");
	assert_answer(422, "idempotency_key_reused");
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, peer_setup, peer_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_write_is_audited_and_committed_before_the_answer),
		TEST(test_a_commit_that_fails_is_no_success),
		TEST(test_a_refused_write_is_rolled_back_and_recorded),
		TEST(test_an_internal_failure_is_not_told),
		TEST(test_a_suspended_tenant_reads_and_does_not_write),
		TEST(test_but_may_do_what_is_meant_for_it),
		TEST(test_an_edit_needs_its_version),
		TEST(test_a_lost_race_is_tried_again_as_a_whole),
		TEST(test_but_not_for_ever),
		TEST(test_other_failures_are_not_tried_again),
		TEST(test_who_asks_is_the_same_at_each_attempt),
		TEST(test_a_body_that_is_too_large_is_413),
		TEST(test_a_body_that_ends_early_is_400),
		TEST(test_a_length_that_is_none_is_400),
		TEST(test_a_stream_is_read_by_its_handler_within_its_cap),
		TEST(test_a_request_with_a_key_stores_its_answer),
		TEST(test_a_key_that_was_used_for_another_request_is_422),
	};

	return cmocka_run_group_tests(tests, peer_group_setup,
	    peer_group_teardown);
}

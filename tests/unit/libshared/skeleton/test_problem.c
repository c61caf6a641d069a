/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/problem.h"
#include "libshared/skeleton/problem_code.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "tests/support/request.h"

static const char *
member(const char *name)
{
	return json_member(replied_json(), name);
}

static void
test_a_refusal_is_told_in_full(void **state)
{
	int64_t status;

	(void)state;
	(void)fail(ctx, ERR_CONFLICT, "slug_taken", "slug: '%s' is taken",
	    "acme");
	problem_reply(ctx, ERR_CONFLICT);
	assert_int_equal(req.status, 409);
	assert_string_equal(req.type_out, "application/problem+json");
	assert_string_equal(member("type"), "/problems/slug_taken");
	assert_string_equal(member("title"),
	    problem_code_find("slug_taken")->title);
	assert_string_equal(member("detail"), "slug: 'acme' is taken");
	assert_string_equal(member("code"), "slug_taken");
	assert_string_equal(member("request_id"), "r-1");
	assert_true(json_int(json_get(replied_json(), "status"), &status));
	assert_int_equal(status, 409);
	assert_null(json_get(replied_json(), "errors"));
}

static void
test_what_a_plan_lacks_is_told_in_members(void **state)
{
	static const struct conf conf = {
		.base_url = "https://cameleer.test" };

	(void)state;
	process.conf = &conf;
	ctx->who.tenant_slug = "acme";
	ctx->fault.lacks = (struct lacking){ "sso", "high", "low", NULL };
	(void)fail(ctx, ERR_FORBIDDEN, "not_entitled", "plan Low has none");
	problem_reply(ctx, ERR_FORBIDDEN);
	assert_string_equal(member("feature"), "sso");
	assert_string_equal(member("required_tier"), "high");
	assert_string_equal(member("current_tier"), "low");
	assert_string_equal(member("upgrade_url"),
	    "https://cameleer.test/tenants/acme/plan");
	ctx->fault.lacks.tenant = "bolt";
	problem_reply(ctx, ERR_FORBIDDEN);
	assert_string_equal(member("upgrade_url"),
	    "https://cameleer.test/tenants/bolt/plan");
}

static void
test_a_time_that_is_known_is_told(void **state)
{
	(void)state;
	(void)fail(ctx, ERR_LIMIT, "too_many_attempts", "locked");
	problem_reply(ctx, ERR_LIMIT);
	assert_string_equal(replied("Retry-After", NULL), "2");
	fail_retry(ctx, 297);
	problem_reply(ctx, ERR_LIMIT);
	assert_string_equal(replied("Retry-After", NULL), "297");
	fail_retry(ctx, 0);
	problem_reply(ctx, ERR_FORBIDDEN);
	assert_string_equal(replied("Retry-After", NULL), "1");
}

/* A browser is redirected to a page; its address has no internal details. */
static void
test_a_browser_is_led_to_a_page(void **state)
{
	(void)state;
	route.flags = ROUTE_BROWSER;
	(void)reply_header(ctx, "Location", "https://elsewhere.example");
	(void)fail(ctx, ERR_FORBIDDEN, "sso_denied", "not today");
	problem_reply(ctx, ERR_FORBIDDEN);
	assert_int_equal(req.status, 303);
	assert_int_equal(req.body_out_len, 0);
	assert_string_equal(replied("Location", NULL),
	    "/sign-in?problem=sso_denied&request=r-1");
	fail_clear(ctx);
	(void)fail(ctx, ERR_INTERNAL, "secret_table_gone", "relation");
	problem_reply(ctx, ERR_INTERNAL);
	assert_string_equal(replied("Location", NULL),
	    "/sign-in?problem=internal&request=r-1");
}

static void
test_an_internal_failure_is_not_told(void **state)
{
	(void)state;
	(void)fail(ctx, ERR_INTERNAL, "secret_table_gone",
	    "relation \"secret\" does not exist");
	problem_reply(ctx, ERR_INTERNAL);
	assert_int_equal(req.status, 500);
	assert_null(member("detail"));
	assert_string_equal(member("code"), err_code(ERR_INTERNAL));
	assert_string_equal(member("request_id"), "r-1");
	assert_null(strstr(req.body_out, "relation"));
	assert_null(strstr(req.body_out, "secret"));
}

static void
test_each_failure_has_its_status_and_no_private_detail(void **state)
{
	unsigned i;

	(void)state;
	for (i = ERR_OK + 1; i < ERR__MAX; i++) {
		enum err e = (enum err)i;
		bool told = err_status(e) < 500;

		fail_clear(ctx);
		req.nheaders = 0;
		(void)fail(ctx, e, NULL, "the words %s", "of a test");
		problem_reply(ctx, e);
		assert_int_equal(req.status, err_status(e));
		assert_string_equal(member("code"), err_code(e));
		assert_string_equal(member("title"),
		    problem_code_find(err_code(e))->title);
		assert_int_equal(member("detail") != NULL, told);
	}
}

static void
test_each_wrong_field_is_told(void **state)
{
	const struct json *errors;

	(void)state;
	fail_field(ctx, "name", "longer than %d", 120);
	fail_field(ctx, "e\"vil", "a\nb");
	(void)fail(ctx, ERR_BAD_INPUT, "invalid_fields", "2 fields");
	problem_reply(ctx, ERR_BAD_INPUT);
	errors = json_get(replied_json(), "errors");
	assert_int_equal(json_count(errors), 2);
	assert_string_equal(json_member(json_at(errors, 0), "field"), "name");
	assert_string_equal(json_member(json_at(errors, 0), "detail"),
	    "longer than 120");
	assert_string_equal(json_member(json_at(errors, 1), "field"),
	    "e\"vil");
	assert_string_equal(json_member(json_at(errors, 1), "detail"),
	    "a\nb");
}

/* A problem removes the handler's reply headers, except a few. */
static void
test_only_some_headers_of_the_reply_stay(void **state)
{
	size_t n;

	(void)state;
	assert_int_equal(reply_header(ctx, "ETag", "\"1\""), ERR_OK);
	assert_int_equal(reply_header(ctx, "Allow", "GET"), ERR_OK);
	assert_int_equal(reply_header(ctx, "Location", "/x"), ERR_OK);
	assert_int_equal(reply_cookie(ctx, "__Host-a", "", 0), ERR_OK);
	assert_int_equal(reply_header(ctx, "X-Cam-Code", "not_found"),
	    ERR_OK);
	(void)fail(ctx, ERR_METHOD, NULL, "no");
	problem_reply(ctx, ERR_METHOD);
	assert_null(replied("ETag", NULL));
	assert_null(replied("Location", NULL));
	assert_string_equal(replied("Allow", NULL), "GET");
	assert_string_equal(replied("X-Cam-Code", NULL), "not_found");
	(void)replied("Set-Cookie", &n);
	assert_int_equal(n, 1);
	assert_int_equal(req.nheaders, 3);
}

static void
test_a_401_says_how_to_authenticate(void **state)
{
	(void)state;
	(void)fail(ctx, ERR_UNAUTHENTICATED, NULL, "who?");
	problem_reply(ctx, ERR_UNAUTHENTICATED);
	assert_string_equal(replied("WWW-Authenticate", NULL), "Bearer");
}

static void
test_a_later_try_is_announced(void **state)
{
	static const enum err later[] = { ERR_LIMIT, ERR_UNAVAILABLE };
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(later); i++) {
		fail_clear(ctx);
		req.nheaders = 0;
		(void)fail(ctx, later[i], NULL, "busy");
		problem_reply(ctx, later[i]);
		assert_non_null(replied("Retry-After", NULL));
	}
	fail_clear(ctx);
	req.nheaders = 0;
	(void)fail(ctx, ERR_NOT_FOUND, NULL, "no");
	problem_reply(ctx, ERR_NOT_FOUND);
	assert_null(replied("Retry-After", NULL));
}

static void
test_what_was_replied_before_is_replaced(void **state)
{
	(void)state;
	req.status = 200;
	req.body_out = "{\"secret\":1}";
	req.body_out_len = strlen(req.body_out);
	(void)fail(ctx, ERR_UNAVAILABLE, NULL, "COMMIT");
	problem_reply(ctx, ERR_UNAVAILABLE);
	assert_int_equal(req.status, 503);
	assert_null(strstr(req.body_out, "secret"));
}

static void
test_a_full_memory_still_answers(void **state)
{
	(void)state;
	(void)fail(ctx, ERR_NOT_FOUND, "gone", "gone");
	while (arena_get(ctx->mem, 16) != NULL)
		;
	problem_reply(ctx, ERR_NOT_FOUND);
	assert_int_equal(req.status, 500);
	assert_int_equal(req.body_out_len, strlen(req.body_out));
	assert_string_equal(req.body_out,
	    "{\"type\":\"about:blank\",\"status\":500}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REQUEST_TEST(test_a_refusal_is_told_in_full),
		REQUEST_TEST(test_what_a_plan_lacks_is_told_in_members),
		REQUEST_TEST(test_a_time_that_is_known_is_told),
		REQUEST_TEST(test_an_internal_failure_is_not_told),
		REQUEST_TEST(test_a_browser_is_led_to_a_page),
		REQUEST_TEST(
		    test_each_failure_has_its_status_and_no_private_detail),
		REQUEST_TEST(test_each_wrong_field_is_told),
		REQUEST_TEST(test_only_some_headers_of_the_reply_stay),
		REQUEST_TEST(test_a_401_says_how_to_authenticate),
		REQUEST_TEST(test_a_later_try_is_announced),
		REQUEST_TEST(test_what_was_replied_before_is_replaced),
		REQUEST_TEST(test_a_full_memory_still_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

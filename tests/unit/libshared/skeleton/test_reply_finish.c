/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/reply.h"
#include "tests/support/request.h"

/* answer - finishes the reply of a handler that answered like this */
static void
answer(enum method method, int status, const char *body)
{
	req.method = method;
	req.status = status;
	req.body_out = body;
	req.body_out_len = strlen(body);
	assert_int_equal(reply_finish(ctx), ERR_OK);
}

static void
test_what_was_made_says_where_it_is(void **state)
{
	(void)state;
	route.location = "/api/things/{:id}/parts/{name}/{n}";
	req.params = (struct params){ { { "id}/parts", { "42", 2 } } }, 1 };
	answer(POST, 201, "{\"name\":\"wing\",\"n\":7}");
	assert_string_equal(replied("Location", NULL),
	    "/api/things/42/parts/wing/7");
}

static void
test_accepted_work_says_where_to_follow_it(void **state)
{
	(void)state;
	answer(DELETE, 202, "{\"operation\":\"0f\"}");
	assert_string_equal(replied("Location", NULL),
	    "/api/tenants/operations/0f");
}

static void
test_accepted_without_an_operation_says_nothing(void **state)
{
	(void)state;
	answer(POST, 202, "{\"status\":\"accepted\"}");
	assert_int_equal(req.nheaders, 0);
}

static void
test_only_a_deprecated_route_says_since_when_and_until(void **state)
{
	(void)state;
	reply_deprecated(ctx);
	assert_int_equal(req.nheaders, 0);
	route.deprecated = "2026-06-01";
	route.sunset = "2026-12-31";
	reply_deprecated(ctx);
	assert_string_equal(replied("Deprecation", NULL), "@1780272000");
	assert_string_equal(replied("Sunset", NULL),
	    "Thu, 31 Dec 2026 00:00:00 GMT");
}

static void
test_a_get_has_a_tag_of_its_body(void **state)
{
	const char *first;

	(void)state;
	answer(GET, 200, "{\"a\":1}");
	first = replied("ETag", NULL);
	assert_int_equal(strlen(first), 18);
	req.nheaders = 0;
	answer(GET, 200, "{\"a\":2}");
	assert_string_not_equal(replied("ETag", NULL), first);
}

static void
test_the_tag_of_a_version_begins_with_it(void **state)
{
	const char *tag;

	(void)state;
	assert_int_equal(reply_header(ctx, "ETag", "\"7\""), ERR_OK);
	answer(GET, 200, "{\"version\":7}");
	tag = replied("ETag", NULL);
	assert_int_equal(strncmp(tag, "\"7.", 3), 0);
	assert_int_equal(strlen(tag), 20);
	assert_int_equal(req.nheaders, 1);
}

static void
test_what_the_client_has_is_not_sent_again(void **state)
{
	const char *tag;

	(void)state;
	answer(GET, 200, "{}");
	tag = replied("ETag", NULL);
	req.nheaders = 0;
	req.if_none_match = text_printf(ctx->mem, "\"x\", W/%s", tag);
	answer(GET, 200, "{}");
	assert_int_equal(req.status, 304);
	assert_int_equal(req.body_out_len, 0);
	assert_string_equal(replied("ETag", NULL), tag);
	answer(GET, 200, "{\"new\":true}");
	assert_int_equal(req.status, 200);
}

static void
test_no_tag_of_secrets_files_and_writes(void **state)
{
	(void)state;
	req.if_none_match = "*";
	route.flags = ROUTE_SECRET;
	answer(GET, 200, "{}");
	assert_int_equal(req.status, 200);
	route.flags = 0;
	answer(POST, 200, "{}");
	assert_int_equal(req.status, 200);
	req.type_out = "text/csv";
	answer(GET, 200, "a,b");
	assert_int_equal(req.nheaders, 0);
}

static void
test_tags_are_compared_weakly_one_by_one(void **state)
{
	static const struct { const char *list; bool listed; } rows[] = {
		{ "\"7.a\"", true }, { "W/\"7.a\"", true }, { "*", true },
		{ "\"1\" ,\t\"7.a\"", true }, { "\"7\"", false },
		{ "7.a", false }, { "", false }, { ",,", false },
		{ "\"7.a", false }, { "w/\"7.a\"", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++)
		assert_int_equal(reply_tag_listed(rows[i].list, "\"7.a\""),
		    rows[i].listed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REQUEST_TEST(test_what_was_made_says_where_it_is),
		REQUEST_TEST(test_accepted_work_says_where_to_follow_it),
		REQUEST_TEST(test_accepted_without_an_operation_says_nothing),
		REQUEST_TEST(
		    test_only_a_deprecated_route_says_since_when_and_until),
		REQUEST_TEST(test_a_get_has_a_tag_of_its_body),
		REQUEST_TEST(test_the_tag_of_a_version_begins_with_it),
		REQUEST_TEST(test_what_the_client_has_is_not_sent_again),
		REQUEST_TEST(test_no_tag_of_secrets_files_and_writes),
		REQUEST_TEST(test_tags_are_compared_weakly_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

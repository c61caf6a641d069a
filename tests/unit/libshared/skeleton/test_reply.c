/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/reply.h"
#include "tests/support/request.h"

struct thing {
	struct uuid	 id;
	const char	*name, *at;
	int64_t		 seq, version;
};

static const struct field view[] = {
	VIEW_UUID(struct thing, id),
	VIEW_TEXT(struct thing, name),
	VIEW_TIME(struct thing, at),
	VIEW_INT(struct thing, seq),
	FIELD_END
};
static const struct field versioned[] = {
	VIEW_TEXT(struct thing, name),
	VIEW_INT(struct thing, version),
	FIELD_END
};

static struct thing things[] = {
	{ { "00000000-0000-7000-8000-0000000000a1" }, "one",
	    "2026-01-01T00:00:00Z", 11, 7 },
	{ { "00000000-0000-7000-8000-0000000000a2" }, "two",
	    "2026-01-02T00:00:00Z", 12, 8 },
	{ { "00000000-0000-7000-8000-0000000000a3" }, "three",
	    "2026-01-03T00:00:00Z", 13, 9 },
};

static void
test_one_object_by_its_view(void **state)
{
	(void)state;
	assert_int_equal(reply(ctx, 201, view, &things[0]), ERR_OK);
	assert_int_equal(req.status, 201);
	assert_string_equal(req.body_out, "{\"id\":"
	    "\"00000000-0000-7000-8000-0000000000a1\",\"name\":\"one\","
	    "\"at\":\"2026-01-01T00:00:00Z\",\"seq\":11}");
	assert_int_equal(req.body_out_len, strlen(req.body_out));
	assert_int_equal(req.nheaders, 0);
	assert_null(req.type_out);
}

static void
test_the_version_is_the_etag(void **state)
{
	(void)state;
	assert_int_equal(reply(ctx, 200, versioned, &things[0]), ERR_OK);
	assert_string_equal(replied("ETag", NULL), "\"7\"");
}

static void
test_an_answer_without_a_body(void **state)
{
	(void)state;
	assert_int_equal(reply_empty(ctx, 204), ERR_OK);
	assert_int_equal(req.status, 204);
	assert_int_equal(req.body_out_len, 0);
}

static enum err
list(size_t n, int64_t limit, const char *cursor_field, bool always)
{
	const struct reply_page page = {
		.view = view, .rows = things, .n = n,
		.size = sizeof(things[0]), .limit = limit,
		.cursor_field = cursor_field, .cursor_always = always,
	};

	return reply_list(ctx, &page);
}

static size_t
items(void)
{
	return json_count(json_get(replied_json(), "items"));
}

static const char *
next(void)
{
	return json_member(replied_json(), "next");
}

static void
test_a_list_that_ends_has_no_next(void **state)
{
	(void)state;
	assert_int_equal(list(2, 2, "id", false), ERR_OK);
	assert_int_equal(req.status, 200);
	assert_int_equal(items(), 2);
	assert_true(json_is_null(json_get(replied_json(), "next")));
	assert_null(next());
}

static void
test_one_more_than_the_limit_is_not_shown_but_followed(void **state)
{
	(void)state;
	assert_int_equal(list(3, 2, "id", false), ERR_OK);
	assert_int_equal(items(), 2);
	assert_string_equal(next(), things[1].id.text);
}

static void
test_a_cursor_may_be_a_text_a_time_or_a_number(void **state)
{
	(void)state;
	assert_int_equal(list(3, 1, "name", false), ERR_OK);
	assert_string_equal(next(), "one");
	assert_int_equal(list(3, 1, "at", false), ERR_OK);
	assert_string_equal(next(), "2026-01-01T00:00:00Z");
	assert_int_equal(list(3, 1, "seq", false), ERR_OK);
	assert_string_equal(next(), "11");
}

static void
test_a_list_that_grows_always_has_a_next(void **state)
{
	(void)state;
	assert_int_equal(list(2, 2, "seq", true), ERR_OK);
	assert_string_equal(next(), "12");
	assert_int_equal(list(0, 2, "seq", true), ERR_OK);
	assert_null(next());
}

static void
test_an_empty_list_is_an_empty_array(void **state)
{
	(void)state;
	assert_int_equal(list(0, 50, "id", false), ERR_OK);
	assert_string_equal(req.body_out, "{\"items\":[],\"next\":null}");
}

static void
test_a_list_without_a_limit_shows_all(void **state)
{
	(void)state;
	assert_int_equal(list(3, 0, NULL, false), ERR_OK);
	assert_int_equal(items(), 3);
	assert_null(next());
}

/* A module's wrong cursor field must not read past its view. */
static void
test_a_cursor_that_is_no_field_is_ours_to_blame(void **state)
{
	(void)state;
	assert_int_equal(list(3, 1, "nothing", false), ERR_INTERNAL);
}

static void
test_a_header_that_breaks_out_is_refused(void **state)
{
	static const char *const evil[] = { "a\r\nSet-Cookie: x=y", "a\nb",
	    "a\rb", "\n", "a\r" };
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(evil); i++) {
		fail_clear(ctx);
		assert_int_equal(reply_header(ctx, "Location", evil[i]),
		    ERR_INTERNAL);
		assert_int_equal(ctx->fault.err, ERR_INTERNAL);
	}
	assert_int_equal(reply_header(ctx, NULL, "x"), ERR_INTERNAL);
	assert_int_equal(reply_header(ctx, "x", NULL), ERR_INTERNAL);
	assert_int_equal(req.nheaders, 0);
}

static void
test_headers_are_counted(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < REPLY_HEADERS_MAX; i++)
		assert_int_equal(reply_header(ctx, "X-A", "b"), ERR_OK);
	assert_int_equal(reply_header(ctx, "X-A", "b"), ERR_INTERNAL);
	assert_int_equal(req.nheaders, REPLY_HEADERS_MAX);
}

static void
test_a_cookie_is_locked_to_this_host(void **state)
{
	(void)state;
	assert_int_equal(reply_cookie(ctx, "__Host-cameleer-access",
	    "eyJ.a-b_c", 600), ERR_OK);
	assert_string_equal(replied("Set-Cookie", NULL),
	    "__Host-cameleer-access=eyJ.a-b_c; Path=/; Secure; HttpOnly; "
	    "SameSite=Lax; Max-Age=600");
}

static void
test_a_cookie_is_deleted_by_its_age(void **state)
{
	(void)state;
	assert_int_equal(reply_cookie(ctx, "__Host-a", "", 0), ERR_OK);
	assert_string_equal(replied("Set-Cookie", NULL), "__Host-a=; Path=/; "
	    "Secure; HttpOnly; SameSite=Lax; Max-Age=0");
}

static void
test_a_cookie_that_breaks_out_is_refused(void **state)
{
	static const char *const evil[] = { "a; Domain=evil.example", "a b",
	    "a,b", "\"a\"", "a\\b", "a\r\nX: y", "a\nb" };
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(evil); i++) {
		fail_clear(ctx);
		assert_int_equal(reply_cookie(ctx, "__Host-a", evil[i], 60),
		    ERR_INTERNAL);
	}
	assert_int_equal(req.nheaders, 0);
}

static void
test_a_counted_list_says_how_many_there_are(void **state)
{
	const struct reply_page page = { .view = view, .rows = things,
	    .n = 1, .size = sizeof(things[0]), .counted = true, .total = 42 };
	int64_t total = 0;

	(void)state;
	assert_int_equal(reply_list(ctx, &page), ERR_OK);
	assert_true(json_int(json_get(replied_json(), "total"), &total));
	assert_int_equal(total, 42);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REQUEST_TEST(test_one_object_by_its_view),
		REQUEST_TEST(test_the_version_is_the_etag),
		REQUEST_TEST(test_an_answer_without_a_body),
		REQUEST_TEST(test_a_list_that_ends_has_no_next),
		REQUEST_TEST(test_a_counted_list_says_how_many_there_are),
		REQUEST_TEST(
		    test_one_more_than_the_limit_is_not_shown_but_followed),
		REQUEST_TEST(test_a_cursor_may_be_a_text_a_time_or_a_number),
		REQUEST_TEST(test_a_list_that_grows_always_has_a_next),
		REQUEST_TEST(test_an_empty_list_is_an_empty_array),
		REQUEST_TEST(test_a_list_without_a_limit_shows_all),
		REQUEST_TEST(test_a_cursor_that_is_no_field_is_ours_to_blame),
		REQUEST_TEST(test_a_header_that_breaks_out_is_refused),
		REQUEST_TEST(test_headers_are_counted),
		REQUEST_TEST(test_a_cookie_is_locked_to_this_host),
		REQUEST_TEST(test_a_cookie_is_deleted_by_its_age),
		REQUEST_TEST(test_a_cookie_that_breaks_out_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

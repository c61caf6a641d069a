/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "tests/support/request.h"

struct in { const char *name, *after; int64_t limit; };

static const struct field body_fields[] = {
	FIELD_TEXT(struct in, name, 1, 40, CHARSET_TEXT),
	FIELD_END
};
static const struct field query_fields[] = {
	FIELD_INT_OPT(struct in, limit, 1, 100),
	FIELD_TEXT_OPT(struct in, after, 1, 200, CHARSET_TEXT),
	FIELD_END
};

static enum err
body(const char *type, const char *text, struct in *in)
{
	fail_clear(ctx);
	route.input = body_fields;
	req.content_type = type;
	req.body = str_of(text);
	return req_body(ctx, in);
}

static void
test_a_json_body_is_decoded(void **state)
{
	static const char *const types[] = { "application/json",
	    "application/json; charset=utf-8", "application/json;x" };
	struct in in;
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(types); i++) {
		assert_int_equal(body(types[i], "{\"name\":\"Acme\"}", &in),
		    ERR_OK);
		assert_string_equal(in.name, "Acme");
	}
}

static void
test_another_type_is_refused(void **state)
{
	static const char *const types[] = { NULL, "text/plain",
	    "application/jsonp", "application/x-www-form-urlencoded",
	    "application/json-patch+json", "application/jso" };
	struct in in;
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(types); i++) {
		assert_int_equal(body(types[i], "{\"name\":\"Acme\"}", &in),
		    ERR_MEDIA_TYPE);
		assert_fault(ERR_MEDIA_TYPE, "json_required");
	}
}

static void
test_a_body_that_is_no_object_is_refused(void **state)
{
	static const char *const texts[] = { "[]", "\"x\"", "1", "null" };
	struct in in;
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(texts); i++) {
		assert_int_equal(body("application/json", texts[i], &in),
		    ERR_BAD_INPUT);
		assert_fault(ERR_BAD_INPUT, "object_required");
	}
	assert_int_equal(body("application/json", NULL, &in), ERR_BAD_INPUT);
	assert_fault(ERR_BAD_INPUT, "invalid_json");
	assert_int_equal(body("application/json", "{\"name\":", &in),
	    ERR_BAD_INPUT);
	assert_fault(ERR_BAD_INPUT, "invalid_json");
}

/* T3: a member that the table does not name is refused, not ignored. */
static void
test_a_field_that_is_not_expected_is_refused(void **state)
{
	struct in in;

	(void)state;
	assert_int_equal(body("application/json",
	    "{\"name\":\"A\",\"role\":\"owner\"}", &in), ERR_BAD_INPUT);
	assert_int_equal(ctx->fault.nfields, 1);
	assert_string_equal(ctx->fault.fields[0].field, "role");
}

static void
test_a_route_without_an_input_table_reads_no_body(void **state)
{
	struct in in;

	(void)state;
	route.input = NULL;
	assert_int_equal(req_body(ctx, &in), ERR_INTERNAL);
}

static enum err
query(const char *text, struct in *in)
{
	*in = (struct in){ .limit = 50 };
	fail_clear(ctx);
	route.query = query_fields;
	req.query = text;
	return req_query(ctx, in);
}

static void
test_a_query_without_parameters_keeps_the_presets(void **state)
{
	struct in in;

	(void)state;
	assert_int_equal(query(NULL, &in), ERR_OK);
	assert_int_equal(in.limit, 50);
	assert_null(in.after);
	assert_int_equal(query("", &in), ERR_OK);
}

static void
test_query_values_are_unescaped(void **state)
{
	struct in in;

	(void)state;
	assert_int_equal(query("limit=7&after=a%20b%2Bc+d%C3%A9", &in),
	    ERR_OK);
	assert_int_equal(in.limit, 7);
	assert_string_equal(in.after, "a b+c d\303\251");
}

static void
test_wrong_queries_are_refused(void **state)
{
	static const char *const bad[] = { "limit=0", "limit=101",
	    "limit=1x", "limit=", "nothing=1", "after=%", "after=%4",
	    "after=%zz", "after=%00", "after=%ff", "limit=+7",
	    "after=a%0Ab", "=1", "limit=1&limit=1",
	    "limit=1&after=a&limit=2", "limit=1&%6cimit=1" };
	struct in in;
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(bad); i++)
		if (query(bad[i], &in) != ERR_BAD_INPUT)
			fail_msg("'%s' is taken", bad[i]);
}

/* Providers may add parameters; known ones must not occur twice. */
static void
test_a_browser_may_bring_what_others_added(void **state)
{
	struct in in;

	(void)state;
	route.flags = ROUTE_BROWSER;
	assert_int_equal(query("session_state=x&limit=7&x&=1&x=2", &in),
	    ERR_OK);
	assert_int_equal(in.limit, 7);
	assert_int_equal(query("limit=7&limit=7", &in), ERR_BAD_INPUT);
	assert_fault(ERR_BAD_INPUT, "bad_query");
	assert_int_equal(query("x=%zz", &in), ERR_BAD_INPUT);
	assert_int_equal(query("limit=0", &in), ERR_BAD_INPUT);
}

static enum err
form(const char *type, const char *text, struct in *in)
{
	*in = (struct in){ .limit = 50 };
	fail_clear(ctx);
	route.flags = ROUTE_FORM;
	route.input = query_fields;
	req.content_type = type;
	req.body = str_of(text);
	return req_form(ctx, in);
}

static void
test_a_form_is_decoded(void **state)
{
	static const char type[] = "application/x-www-form-urlencoded";
	struct in in;

	(void)state;
	assert_int_equal(form(type, "after=a+%62&other=1", &in), ERR_OK);
	assert_string_equal(in.after, "a b");
	assert_int_equal(in.limit, 50);
	assert_int_equal(form("Application/x-www-form-urlencoded;charset=x",
	    "", &in), ERR_OK);
	assert_null(in.after);
	assert_int_equal(form(type, "after=a&after=b", &in), ERR_BAD_INPUT);
	assert_int_equal(form("application/json", "after=a", &in),
	    ERR_MEDIA_TYPE);
	assert_fault(ERR_MEDIA_TYPE, "form_required");
	assert_int_equal(form(NULL, "after=a", &in), ERR_MEDIA_TYPE);
	assert_int_equal(form("application/x-www-form-urlencodedx", "", &in),
	    ERR_MEDIA_TYPE);
}

static void
test_a_query_with_many_parameters_is_refused(void **state)
{
	struct in in;

	(void)state;
	route.flags = ROUTE_BROWSER;	/* so that others' are passed over */
	assert_int_equal(query("a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1&j=1&k=1&"
	    "l=1&m=1&n=1&o=1&p=1", &in), ERR_OK);
	assert_int_equal(query("a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1&j=1&k=1&"
	    "l=1&m=1&n=1&o=1&p=1&q=1", &in), ERR_BAD_INPUT);
	assert_fault(ERR_BAD_INPUT, "bad_query");
}

static void
test_a_path_parameter_is_found_by_its_whole_name(void **state)
{
	(void)state;
	req.params.list[0] = (struct param){ "app}/releases/{number}",
	    STR("orders/releases") };
	req.params.list[0].value.len = 6;
	req.params.list[1] = (struct param){ "number}", STR("17") };
	req.params.n = 2;
	assert_string_equal(req_param(ctx, "app"), "orders");
	assert_string_equal(req_param(ctx, "number"), "17");
	assert_string_equal(req_param(ctx, "num"), "");
	assert_string_equal(req_param(ctx, "nothing"), "");
}

static void
test_a_cookie_is_found_by_its_whole_name(void **state)
{
	(void)state;
	req.cookie = "x__Host-a=1; __Host-a=two=2;__Host-ab=3; __Host-b=";
	assert_string_equal(req_cookie(ctx, "__Host-a"), "two=2");
	assert_string_equal(req_cookie(ctx, "__Host-ab"), "3");
	assert_string_equal(req_cookie(ctx, "__Host-b"), "");
	assert_null(req_cookie(ctx, "__Host-c"));
	assert_null(req_cookie(ctx, "host-a"));
	req.cookie = NULL;
	assert_null(req_cookie(ctx, "__Host-a"));
}

static void
test_the_version_of_an_edit_is_its_etag(void **state)
{
	int64_t version = 0;

	(void)state;
	req.if_match = "\"7\"";
	assert_int_equal(req_version(ctx, &version), ERR_OK);
	assert_int_equal(version, 7);
	req.if_match = "\"8.0123456789abcdef\"";
	assert_int_equal(req_version(ctx, &version), ERR_OK);
	assert_int_equal(version, 8);
}

static void
test_an_edit_without_a_version_is_told_so(void **state)
{
	int64_t version = 0;

	(void)state;
	assert_int_equal(req_version(ctx, &version), ERR_PRECONDITION);
	assert_fault(ERR_PRECONDITION, "if_match_required");
}

static void
test_other_tags_are_refused(void **state)
{
	static const char *const tags[] = { "*", "7", "\"7", "7\"", "\"\"",
	    "W/\"7\"", "\"7\", \"8\"",
	    "\"7.a\", \"8\"", "\"0\"", "\"-7\"", "\"07\"",
	    "\"x\"", "\"", "\"9223372036854775808\"" };
	int64_t version = 42;
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(tags); i++) {
		fail_clear(ctx);
		req.if_match = tags[i];
		if (req_version(ctx, &version) != ERR_BAD_INPUT)
			fail_msg("%s is taken", tags[i]);
	}
	assert_int_equal(version, 42);
}

static void
test_a_copy_outlives_its_source(void **state)
{
	char text[] = "abc";
	const char *copy = req_copy(ctx, text);

	(void)state;
	text[0] = 'x';
	assert_string_equal(copy, "abc");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REQUEST_TEST(test_a_json_body_is_decoded),
		REQUEST_TEST(test_another_type_is_refused),
		REQUEST_TEST(test_a_body_that_is_no_object_is_refused),
		REQUEST_TEST(test_a_field_that_is_not_expected_is_refused),
		REQUEST_TEST(
		    test_a_route_without_an_input_table_reads_no_body),
		REQUEST_TEST(
		    test_a_query_without_parameters_keeps_the_presets),
		REQUEST_TEST(test_query_values_are_unescaped),
		REQUEST_TEST(test_a_browser_may_bring_what_others_added),
		REQUEST_TEST(test_a_form_is_decoded),
		REQUEST_TEST(test_wrong_queries_are_refused),
		REQUEST_TEST(test_a_query_with_many_parameters_is_refused),
		REQUEST_TEST(
		    test_a_path_parameter_is_found_by_its_whole_name),
		REQUEST_TEST(test_a_cookie_is_found_by_its_whole_name),
		REQUEST_TEST(test_the_version_of_an_edit_is_its_etag),
		REQUEST_TEST(test_an_edit_without_a_version_is_told_so),
		REQUEST_TEST(test_other_tags_are_refused),
		REQUEST_TEST(test_a_copy_outlives_its_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

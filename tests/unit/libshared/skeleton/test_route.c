/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "libshared/skeleton/route.h"

static enum err
handler(struct ctx *unused)
{
	(void)unused;
	return ERR_OK;
}

static const struct field fields[] = { FIELD_END_OF("Fields") };
static const struct field nameless[] = { FIELD_END };

static struct route
whole(enum method method)
{
	struct route route = { .method = method, .path = "/api/things",
	    .perm = PERM_TENANT_READ, .handler = handler, .about = "Does." };

	if (method != GET) {
		route.flags = ROUTE_WRITE;
		route.audit = "thing.do";
	}
	if (method == PATCH)
		route.flags |= ROUTE_MATCH;
	return route;
}

static void
test_a_whole_route_of_each_method_is_good(void **state)
{
	enum method method;

	(void)state;
	for (method = GET; method < METHOD__MAX; method++) {
		struct route route = whole(method);

		assert_null(route_check(ctx, &route, 1));
	}
}

static void
test_a_table_without_routes_is_a_hole(void **state)
{
	(void)state;
	assert_string_equal(route_check(ctx, NULL, 0), "no routes");
}

/* hole - asserts that the route is refused by name, for this reason */
static void
hole(struct route route, const char *why)
{
	struct route two[2];
	const char *said;

	two[0] = whole(GET);
	two[0].path = "/api/others";
	two[1] = route;
	said = route_check(ctx, two, 2);
	if (said == NULL)
		fail_msg("a route that %s is taken", why);
	if (strstr(said, why) == NULL)
		fail_msg("'%s' instead of '%s'", said, why);
	assert_int_equal(strncmp(said, "route ", 6), 0);
}

static void
test_a_route_without_a_permission_is_a_hole(void **state)
{
	struct route route = whole(GET);

	(void)state;
	route.perm = PERM_UNSET;
	hole(route, "has no permission");
	route.perm = PERM__MAX;
	hole(route, "has no permission");
}

static void
test_a_deprecated_route_tells_when_it_ends(void **state)
{
	static const char *const wrong[][2] = {
		{ "2026-02-31", "2027-01-01" }, { "2026-06-01", "2027-01" },
		{ "soon", "2027-01-01" }, { "2026-06-01", "2027-01-01T00" },
	};
	struct route route = whole(GET);
	int64_t second = 0;
	size_t i;

	(void)state;
	route.deprecated = "2026-06-01";
	hole(route, "not both");
	route.sunset = "2026-11-29";
	hole(route, "less than six months");
	route.sunset = "2026-11-30";
	assert_null(route_check(ctx, &route, 1));
	for (i = 0; i < nitems(wrong); i++) {
		route.deprecated = wrong[i][0];
		route.sunset = wrong[i][1];
		hole(route, "a day that there is not");
	}
	assert_true(route_day("2026-06-01", &second));
	assert_int_equal(second, 1780272000);
}

static void
test_a_route_without_a_path_is_a_hole(void **state)
{
	struct route route = whole(GET);

	(void)state;
	route.path = NULL;
	hole(route, "has no path");
	route.path = "api/things";
	hole(route, "has no path");
}

static void
test_a_route_without_a_handler_is_a_hole(void **state)
{
	struct route route = whole(GET);

	(void)state;
	route.handler = NULL;
	hole(route, "has no handler");
}

static void
test_a_route_without_a_description_is_a_hole(void **state)
{
	struct route route = whole(GET);

	(void)state;
	route.about = NULL;
	hole(route, "has no description");
}

static void
test_a_write_without_an_audit_action_is_a_hole(void **state)
{
	struct route route = whole(POST);

	(void)state;
	route.audit = NULL;
	hole(route, "writes without an audit action");
}

static void
test_an_audit_action_without_a_write_is_a_hole(void **state)
{
	struct route route = whole(GET);

	(void)state;
	route.audit = "thing.look";
	hole(route, "has an audit action but does not write");
	route.flags = ROUTE_INTERNAL;
	assert_null(route_check(ctx, &route, 1));
}

static void
test_a_change_without_a_write_is_a_hole(void **state)
{
	enum method method;

	(void)state;
	for (method = POST; method < METHOD__MAX; method++) {
		struct route route = whole(method);

		route.flags &= ~ROUTE_WRITE;
		route.audit = NULL;
		hole(route, "changes state without ROUTE_WRITE");
	}
}

static void
test_a_get_that_writes_is_a_hole(void **state)
{
	struct route route = whole(GET);

	(void)state;
	route.flags = ROUTE_WRITE;
	route.audit = "thing.do";
	hole(route, "writes in a GET");
	route.flags |= ROUTE_BROWSER;	/* a browser comes here by a link */
	assert_null(route_check(ctx, &route, 1));
}

static void
test_a_stream_with_a_decoded_body_is_a_hole(void **state)
{
	struct route route = whole(POST);

	(void)state;
	route.flags |= ROUTE_STREAM;
	route.input = fields;
	hole(route, "has both a decoded and a streamed body");
}

static void
test_an_edit_without_if_match_is_a_hole(void **state)
{
	struct route route = whole(PATCH);

	(void)state;
	route.flags &= ~ROUTE_MATCH;
	hole(route, "edits without ROUTE_MATCH");
	route.flags |= ROUTE_LAST;	/* marked on purpose */
	assert_null(route_check(ctx, &route, 1));
}

static void
test_the_same_route_twice_is_a_hole(void **state)
{
	struct route twice[2];

	(void)state;
	twice[0] = twice[1] = whole(GET);
	assert_string_equal(route_check(ctx, twice, 2),
	    "route GET /api/things is there twice");
	twice[1] = whole(POST);
	assert_null(route_check(ctx, twice, 2));
}

/* Matching of paths. */
static struct route table[] = {
	{ .method = GET, .path = "/api/apps" },
	{ .method = POST, .path = "/api/apps" },
	{ .method = GET, .path = "/api/apps/{app}" },
	{ .method = PATCH, .path = "/api/apps/{app}" },
	{ .method = GET, .path = "/api/apps/environments" },
	{ .method = GET, .path = "/api/apps/{app}/releases/{number}" },
	{ .method = POST, .path =
	    "/api/apps/{app}/deployments/{environment}/stop" },
};

static struct match found;

static enum err
match(enum method method, const char *path)
{
	const struct route_table all = { table, nitems(table) };

	found = (struct match){ .route = NULL };
	fail_clear(ctx);
	return route_match(ctx, &all, method, str_of(path), &found);
}

static void
test_a_literal_path_is_found(void **state)
{
	(void)state;
	assert_int_equal(match(GET, "/api/apps"), ERR_OK);
	assert_ptr_equal(found.route, &table[0]);
	assert_int_equal(found.params.n, 0);
	assert_int_equal(match(POST, "/api/apps"), ERR_OK);
	assert_ptr_equal(found.route, &table[1]);
}

static void
test_a_parameter_is_cut_out(void **state)
{
	(void)state;
	assert_int_equal(match(GET, "/api/apps/orders"), ERR_OK);
	assert_ptr_equal(found.route, &table[2]);
	assert_int_equal(found.params.n, 1);
	assert_true(str_is(found.params.list[0].value, "orders"));
	assert_int_equal(strncmp(found.params.list[0].name, "app}", 4), 0);
	assert_int_equal(match(GET, "/api/apps/orders/releases/17"), ERR_OK);
	assert_ptr_equal(found.route, &table[5]);
	assert_int_equal(found.params.n, 2);
	assert_true(str_is(found.params.list[1].value, "17"));
}

static void
test_a_literal_wins_over_a_parameter(void **state)
{
	(void)state;
	assert_int_equal(match(GET, "/api/apps/environments"), ERR_OK);
	assert_ptr_equal(found.route, &table[4]);
	assert_int_equal(found.params.n, 0);
}

/* The order of the table does not matter. */
static void
test_a_literal_wins_in_either_order(void **state)
{
	const struct route pair[] = { table[4], table[2] };
	const struct route_table both = { pair, nitems(pair) };

	(void)state;
	assert_int_equal(route_match(ctx, &both, GET,
	    STR("/api/apps/environments"), &found), ERR_OK);
	assert_ptr_equal(found.route, &pair[0]);
	assert_int_equal(found.params.n, 0);
}

static void
test_what_is_nowhere_is_not_found(void **state)
{
	static const char *const paths[] = { "", "/", "/api", "/api/app",
	    "/api/appss", "/api/apps//releases/1", "/api/apps/orders/",
	    "/api/apps/", "//api/apps", "/api//apps", "api/apps",
	    "/API/apps", "/api/apps/orders/releases",
	    "/api/apps/orders/releases/1/2", "/api/apps/{app}/x" };
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(paths); i++) {
		if (match(GET, paths[i]) != ERR_NOT_FOUND)
			fail_msg("'%s' is found", paths[i]);
		assert_string_equal(ctx->fault.code, "no_such_route");
		assert_null(found.allow);
	}
}

static void
test_another_method_is_told_what_is_allowed(void **state)
{
	(void)state;
	assert_int_equal(match(DELETE, "/api/apps"), ERR_METHOD);
	assert_string_equal(found.allow, "GET, POST");
	assert_string_equal(ctx->fault.code, "method_not_allowed");
	assert_int_equal(match(POST, "/api/apps/orders"), ERR_METHOD);
	assert_string_equal(found.allow, "GET, PATCH");
}

/* Both patterns match the path, but Allow names GET once. */
static void
test_each_allowed_method_is_told_once(void **state)
{
	(void)state;
	assert_int_equal(match(PUT, "/api/apps/environments"), ERR_METHOD);
	assert_string_equal(found.allow, "GET, PATCH");
}

static void
test_methods_have_names_both_ways(void **state)
{
	enum method method, back;

	(void)state;
	for (method = GET; method < METHOD__MAX; method++) {
		assert_true(method_of(method_name(method), &back));
		assert_int_equal(method, back);
	}
	assert_string_equal(method_name(METHOD__MAX), "(other)");
	assert_true(method_of("HEAD", &back));
	assert_int_equal(back, GET);
}

static void
test_other_methods_are_unknown(void **state)
{
	static const char *const names[] = { NULL, "", "get", "TRACE",
	    "CONNECT", "OPTIONS", "GET ", "PROPFIND" };
	enum method method = DELETE;
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(names); i++)
		assert_false(method_of(names[i], &method));
	assert_int_equal(method, DELETE);
}

static void
test_a_table_of_an_api_route_has_a_name(void **state)
{
	struct route route = whole(POST);

	(void)state;
	route.output = nameless;
	hole(route, "has a table without a schema's name");
	route = whole(POST);
	route.input = nameless;
	hole(route, "has a table without a schema's name");
	route.flags |= ROUTE_INTERNAL;
	assert_null(route_check(ctx, &route, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_a_whole_route_of_each_method_is_good),
		CTX_TEST(test_a_table_without_routes_is_a_hole),
		CTX_TEST(test_a_route_without_a_permission_is_a_hole),
		CTX_TEST(test_a_deprecated_route_tells_when_it_ends),
		CTX_TEST(test_a_route_without_a_path_is_a_hole),
		CTX_TEST(test_a_route_without_a_handler_is_a_hole),
		CTX_TEST(test_a_route_without_a_description_is_a_hole),
		CTX_TEST(test_a_write_without_an_audit_action_is_a_hole),
		CTX_TEST(test_an_audit_action_without_a_write_is_a_hole),
		CTX_TEST(test_a_change_without_a_write_is_a_hole),
		CTX_TEST(test_a_get_that_writes_is_a_hole),
		CTX_TEST(test_a_stream_with_a_decoded_body_is_a_hole),
		CTX_TEST(test_an_edit_without_if_match_is_a_hole),
		CTX_TEST(test_the_same_route_twice_is_a_hole),
		CTX_TEST(test_a_literal_path_is_found),
		CTX_TEST(test_a_parameter_is_cut_out),
		CTX_TEST(test_a_literal_wins_over_a_parameter),
		CTX_TEST(test_a_literal_wins_in_either_order),
		CTX_TEST(test_what_is_nowhere_is_not_found),
		CTX_TEST(test_another_method_is_told_what_is_allowed),
		CTX_TEST(test_each_allowed_method_is_told_once),
		CTX_TEST(test_methods_have_names_both_ways),
		CTX_TEST(test_other_methods_are_unknown),
		CTX_TEST(test_a_table_of_an_api_route_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

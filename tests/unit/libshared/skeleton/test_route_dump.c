/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/route.h"

struct thing { const char *name; int64_t limit; };

static const struct field in_fields[] = {
	FIELD_TEXT(struct thing, name, 1, 40, CHARSET_NAME),
	FIELD_END_OF("ThingCreate")
};
static const struct field query_fields[] = {
	FIELD_INT_OPT(struct thing, limit, 1, 100),
	FIELD_END
};
static const struct field out_fields[] = {
	VIEW_TEXT(struct thing, name),
	FIELD_END_OF("Thing")
};

static enum err
handler(struct ctx *unused)
{
	(void)unused;
	return ERR_OK;
}

static const struct route routes[] = {
	{ POST, "/api/things", PERM_APP_MANAGE, handler,
	    .about = "Makes a thing.",
	    .flags = ROUTE_WRITE | ROUTE_SECRET | ROUTE_SUSPENDED,
	    .audit = "thing.create", .input = in_fields, .output = out_fields,
	    .status = 201 },
	{ GET, "/api/things", PERM_ACCOUNT, handler,
	    .about = "Lists things.",
	    .query = query_fields, .output = out_fields, .list = true,
	    .counted = true },
	{ PATCH, "/api/things/{id}", PERM_PUBLIC, handler,
	    .about = "Edits.",
	    .flags = ROUTE_WRITE | ROUTE_MATCH | ROUTE_REMOTE,
	    .audit = "thing.edit", .status = 204 },
	{ PUT, "/internal/things", PERM_PUBLIC, handler,
	    .about = "Takes.",
	    .flags = ROUTE_INTERNAL | ROUTE_STREAM },
};

static struct json *top;

static int
setup(void **state)
{
	const char *text;

	if (ctx_setup(state) != 0)
		return -1;
	if (route_dump(ctx, "things", routes, nitems(routes), &text) !=
	    ERR_OK)
		return -1;
	return json_parse(ctx, text, strlen(text), &top) != ERR_OK;
}

static const struct json *
route_at(size_t i)
{
	return json_at(json_get(top, "routes"), i);
}

static bool
has_flag(size_t i, const char *name)
{
	const struct json *flags = json_get(route_at(i), "flags");
	size_t j;

	for (j = 0; j < json_count(flags); j++)
		if (strcmp(json_text(json_at(flags, j), NULL), name) == 0)
			return true;
	return false;
}

static void
test_all_routes_are_there_in_order(void **state)
{
	unsigned i;

	(void)state;
	assert_string_equal(json_member(top, "service"), "things");
	assert_int_equal(json_count(json_get(top, "routes")), nitems(routes));
	for (i = 0; i < nitems(routes); i++) {
		assert_string_equal(json_member(route_at(i), "method"),
		    method_name(routes[i].method));
		assert_string_equal(json_member(route_at(i), "path"),
		    routes[i].path);
		assert_string_equal(json_member(route_at(i), "about"),
		    routes[i].about);
	}
}

static void
test_permissions_and_audit_actions_are_told(void **state)
{
	bool tenant;

	(void)state;
	assert_string_equal(json_member(route_at(0), "permission"),
	    "app.manage");
	assert_true(json_bool(json_get(route_at(0), "tenant"), &tenant));
	assert_true(tenant);
	assert_string_equal(json_member(route_at(0), "audit"),
	    "thing.create");
	assert_string_equal(json_member(route_at(1), "permission"),
	    "account");
	assert_true(json_bool(json_get(route_at(1), "tenant"), &tenant));
	assert_false(tenant);
	assert_null(json_get(route_at(1), "audit"));
	assert_string_equal(json_member(route_at(2), "permission"),
	    "public");
}

static void
test_each_flag_is_told_where_it_is_set(void **state)
{
	static const struct { unsigned flag; const char *name; } all[] = {
		{ ROUTE_WRITE, "write" }, { ROUTE_REMOTE, "remote" },
		{ ROUTE_STREAM, "stream" }, { ROUTE_SECRET, "secret" },
		{ ROUTE_INTERNAL, "internal" }, { ROUTE_MATCH, "match" },
		{ ROUTE_SUSPENDED, "suspended" },
	};
	unsigned i, j, seen = 0;

	(void)state;
	for (i = 0; i < nitems(routes); i++)
		for (j = 0; j < nitems(all); j++) {
			bool set = (routes[i].flags & all[j].flag) != 0;

			assert_int_equal(has_flag(i, all[j].name), set);
			seen |= set ? all[j].flag : 0;
		}
	assert_int_equal(seen, ROUTE_WRITE | ROUTE_REMOTE | ROUTE_STREAM |
	    ROUTE_SECRET | ROUTE_INTERNAL | ROUTE_MATCH | ROUTE_SUSPENDED);
}

static void
test_the_status_is_200_when_none_is_named(void **state)
{
	int64_t status;

	(void)state;
	assert_true(json_int(json_get(route_at(0), "status"), &status));
	assert_int_equal(status, 201);
	assert_true(json_int(json_get(route_at(1), "status"), &status));
	assert_int_equal(status, 200);
}

/* property - returns a property of a named schema */
static const struct json *
property(const char *schema, const char *name)
{
	return json_get(json_get(json_get(json_get(top, "schemas"), schema),
	    "properties"), name);
}

static void
test_schemas_are_those_of_the_tables(void **state)
{
	const struct json *name, *limit;
	int64_t max;
	bool list;

	(void)state;
	assert_string_equal(json_member(json_get(route_at(0), "input"),
	    "$ref"), "#/components/schemas/ThingCreate");
	name = property("ThingCreate", "name");
	assert_true(json_int(json_get(name, "maxLength"), &max));
	assert_int_equal(max, 40);
	/* Output schemas have no limits, which a client would have to keep. */
	assert_string_equal(json_member(json_get(route_at(0), "output"),
	    "$ref"), "#/components/schemas/Thing");
	name = property("Thing", "name");
	assert_string_equal(json_member(name, "type"), "string");
	assert_null(json_get(name, "maxLength"));
	limit = json_get(json_get(json_get(route_at(1), "query"),
	    "properties"), "limit");
	assert_true(json_int(json_get(limit, "maximum"), &max));
	assert_int_equal(max, 100);
	assert_string_equal(json_member(json_get(route_at(1), "output"),
	    "$ref"), "#/components/schemas/ThingPage");
	assert_string_equal(json_member(json_get(property("ThingPage",
	    "items"), "items"), "$ref"), "#/components/schemas/Thing");
	assert_string_equal(json_member(property("ThingPage", "total"),
	    "type"), "integer");
	assert_true(json_bool(json_get(route_at(1), "list"), &list));
	assert_true(list);
}

static void
test_a_route_without_tables_has_no_schemas(void **state)
{
	(void)state;
	assert_null(json_get(route_at(2), "input"));
	assert_null(json_get(route_at(2), "query"));
	assert_null(json_get(route_at(2), "output"));
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, ctx_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_routes_are_there_in_order),
		TEST(test_permissions_and_audit_actions_are_told),
		TEST(test_each_flag_is_told_where_it_is_set),
		TEST(test_the_status_is_200_when_none_is_named),
		TEST(test_schemas_are_those_of_the_tables),
		TEST(test_a_route_without_tables_has_no_schemas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

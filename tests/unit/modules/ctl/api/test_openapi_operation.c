/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/route.h"
#include "modules/ctl/api/openapi.h"

static enum err
handler(struct ctx *unused)
{
	(void)unused;
	return ERR_OK;
}

static const struct field answer[] = { FIELD_END_OF("Thing") };

static const struct route routes[] = {
	{ GET, "/api/things/{id}", PERM_ACCOUNT, handler,
	    .about = "Shows a thing.", .output = answer },
	{ GET, "/api/old-things/{id}", PERM_ACCOUNT, handler,
	    .about = "Shows a thing.", .output = answer,
	    .deprecated = "2026-06-01", .sunset = "2026-12-31" },
	{ GET, "/api/things/keys", PERM_PUBLIC, handler,
	    .about = "Shows keys.", .output = answer },
	{ GET, "/api/things/{thing}/own", PERM_PUBLIC, handler,
	    .about = "Shows a thing to its holder.", .output = answer },
};

/* operation_of - returns a route's operation with this example */
static const struct json *
operation_of(size_t i, const char *example)
{
	struct json *top = NULL, *operation = NULL, *shown = NULL;
	struct route_facts facts;
	const char *text;

	assert_null(route_check(ctx, routes, nitems(routes)));
	assert_int_equal(route_dump(ctx, "things", routes, nitems(routes),
	    &text), ERR_OK);
	assert_int_equal(json_parse(ctx, text, strlen(text), &top), ERR_OK);
	assert_true(route_facts(ctx, "things", json_at(json_get(top,
	    "routes"), i), &facts));
	if (example != NULL)
		assert_int_equal(json_parse(ctx, example, strlen(example),
		    &shown), ERR_OK);
	facts.example = shown;
	assert_int_equal(openapi_operation(ctx, &facts, &operation), ERR_OK);
	return operation;
}

static const struct json *
answer_of(const struct json *operation)
{
	return json_get(json_get(operation, "responses"), "200");
}

static void
test_deprecated_route_says_so(void **state)
{
	const struct json *old = operation_of(1, NULL);
	const struct json *headers = json_get(answer_of(old), "headers");
	bool deprecated = false;

	(void)state;
	assert_true(json_bool(json_get(old, "deprecated"), &deprecated));
	assert_true(deprecated);
	assert_non_null(json_get(headers, "Deprecation"));
	assert_non_null(json_get(headers, "Sunset"));
}

static void
test_route_that_stays_says_nothing(void **state)
{
	const struct json *one = operation_of(0, NULL);
	const struct json *headers = json_get(answer_of(one), "headers");

	(void)state;
	assert_null(json_get(one, "deprecated"));
	assert_null(json_get(headers, "Deprecation"));
	assert_null(json_get(headers, "Sunset"));
}

static void
test_example_stands_where_its_value_is_sent(void **state)
{
	const struct json *one = operation_of(0, "{\"path\": {\"id\": "
	    "\"7\"}, \"answer\": {\"name\": \"n\"}}");
	const struct json *media = json_get(json_get(answer_of(one),
	    "content"), "application/json");

	(void)state;
	assert_string_equal(json_member(json_at(json_get(one, "parameters"),
	    0), "example"), "7");
	assert_string_equal(json_member(json_get(media, "example"), "name"),
	    "n");
}

/* Such a route answers 401, so not everybody may. */
static void
test_public_route_for_one_object_wants_a_proof(void **state)
{
	const struct json *keys = operation_of(2, NULL);
	const struct json *own = operation_of(3, NULL);

	(void)state;
	assert_string_equal(json_member(keys, "description"),
	    "Shows keys. Anybody may.");
	assert_null(json_get(json_get(keys, "responses"), "401"));
	assert_string_equal(json_member(own, "description"),
	    "Shows a thing to its holder. Needs no session, but a proof of "
	    "its own.");
	assert_non_null(json_get(json_get(own, "responses"), "401"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_deprecated_route_says_so),
		CTX_TEST(test_route_that_stays_says_nothing),
		CTX_TEST(test_example_stands_where_its_value_is_sent),
		CTX_TEST(test_public_route_for_one_object_wants_a_proof),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

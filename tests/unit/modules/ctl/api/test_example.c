/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/ctl/api/example.h"
#include "modules/ctl/api/openapi.h"

#define WHOLE "{\"POST /api/things/{id}\": {\"path\": {\"id\": \"7\"}, " \
	"\"query\": {\"kind\": \"big\"}, \"body\": {\"name\": \"n\"}, " \
	"\"answer\": {\"name\": \"n\"}}}"

static struct json *
json_of(const char *text)
{
	struct json *value = NULL;

	assert_int_equal(json_parse(ctx, text, strlen(text), &value), ERR_OK);
	return value;
}

static enum err
read_text(const char *text, struct json **all)
{
	const struct example_file file = { "things",
	    (const unsigned char *)text, strlen(text) };

	return examples_read(ctx, &file, 1, all);
}

/* find - returns the example of a route with all kinds of parameters */
static enum err
find(const char *text, const struct json **example)
{
	struct route_facts facts = { .method = "POST",
	    .path = "/api/things/{id}",
	    .input = json_of("{\"$ref\": \"#/components/schemas/Thing\"}"),
	    .output = json_of("{\"$ref\": \"#/components/schemas/Thing\"}"),
	    .query = json_of("{\"required\": [\"kind\"]}") };
	struct json *all;

	assert_int_equal(read_text(text, &all), ERR_OK);
	return example_find(ctx, all, &facts, example);
}

static void
test_whole_example_is_found(void **state)
{
	const struct json *example = NULL;

	(void)state;
	assert_int_equal(find(WHOLE, &example), ERR_OK);
	assert_string_equal(json_member(json_get(example, "body"), "name"),
	    "n");
}

static void
test_route_without_example_is_named(void **state)
{
	const struct json *example;

	(void)state;
	assert_int_equal(find("{}", &example), ERR_INTERNAL);
	assert_non_null(strstr(ctx->fault.detail, "POST /api/things/{id} has "
	    "no example"));
}

static void
test_what_an_example_lacks_is_named(void **state)
{
	static const char *const lacking[][2] = {
		{ "\"path\": {\"id\": \"7\"}, \"query\": {\"kind\": \"x\"}, "
		    "\"answer\": {}", "`body'" },
		{ "\"path\": {\"id\": \"7\"}, \"query\": {\"kind\": \"x\"}, "
		    "\"body\": {}", "`answer'" },
		{ "\"answer\": {}, \"query\": {\"kind\": \"x\"}, "
		    "\"body\": {}", "`id'" },
		{ "\"path\": {\"id\": \"7\"}, \"answer\": {}, "
		    "\"body\": {}", "`kind'" },
	};
	const struct json *example;
	const char *text;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(lacking); i++) {
		fail_clear(ctx);
		text = text_printf(ctx->mem,
		    "{\"POST /api/things/{id}\": {%s}}", lacking[i][0]);
		assert_int_equal(find(text, &example), ERR_INTERNAL);
		assert_non_null(strstr(ctx->fault.detail, lacking[i][1]));
	}
}

static void
test_reason_stands_for_an_example(void **state)
{
	const struct json *example = json_of("{}");

	(void)state;
	assert_int_equal(find("{\"POST /api/things/{id}\": {\"none\": "
	    "\"Only a provider can make it.\"}}", &example), ERR_OK);
	assert_null(example);
}

static void
test_second_example_and_no_json_are_refused(void **state)
{
	const struct example_file twice[] = {
		{ "one", (const unsigned char *)WHOLE, strlen(WHOLE) },
		{ "two", (const unsigned char *)WHOLE, strlen(WHOLE) },
	};
	struct json *all;

	(void)state;
	assert_int_equal(examples_read(ctx, twice, 2, &all), ERR_INTERNAL);
	assert_non_null(strstr(ctx->fault.detail, "two: a second example"));
	fail_clear(ctx);
	assert_int_equal(read_text("{", &all), ERR_INTERNAL);
	assert_non_null(strstr(ctx->fault.detail, "things"));
}

static void
test_carried_examples_are_many(void **state)
{
	struct json *all;

	(void)state;
	assert_int_equal(examples_carried(ctx, &all), ERR_OK);
	assert_true(json_count(all) > 100);
	assert_non_null(json_get(all, "GET /api/apps"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_whole_example_is_found),
		CTX_TEST(test_route_without_example_is_named),
		CTX_TEST(test_what_an_example_lacks_is_named),
		CTX_TEST(test_reason_stands_for_an_example),
		CTX_TEST(test_second_example_and_no_json_are_refused),
		CTX_TEST(test_carried_examples_are_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

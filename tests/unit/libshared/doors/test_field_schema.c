/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"
#include "tests/support/unit_ctx.h"

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"

struct all {
	const char	*slug, *mail, *note, *tier, *size, *password, *token;
	const char	*at, *data;
	int64_t		 n, m;
	bool		 on;
	struct uuid	 id;
};

static const char *const tiers[] = { "low", "mid", NULL };

static const struct field all_in[] = {
	FIELD_TEXT(struct all, slug, 3, 31, CHARSET_SLUG),
	FIELD_TEXT(struct all, mail, 3, 254, CHARSET_EMAIL),
	FIELD_TEXT_OPT(struct all, note, 0, 20, CHARSET_TEXT),
	FIELD_CHOICE(struct all, tier, tiers),
	FIELD_CHOICE_OPT(struct all, size, tiers),
	FIELD_PASSWORD(struct all, password, 15, 128),
	FIELD_SECRET_OPT(struct all, token, 1, 99, CHARSET_TOKEN),
	FIELD_INT(struct all, n, 1, 100),
	FIELD_INT_OPT(struct all, m, -1, 1),
	FIELD_BOOL_OPT(struct all, on),
	FIELD_UUID(struct all, id),
	FIELD_END
};

static const struct field all_view[] = {
	VIEW_UUID(struct all, id), VIEW_TEXT(struct all, slug),
	VIEW_TEXT_OPT(struct all, note), VIEW_INT(struct all, n),
	VIEW_BOOL(struct all, on), VIEW_TIME_OPT(struct all, at),
	VIEW_JSON(struct all, data),
	FIELD_END
};

static const struct json *
schema_of(const struct field *table, bool input)
{
	struct json *schema = NULL;

	assert_int_equal(field_schema(ctx, table, input, &schema), ERR_OK);
	return schema;
}

static const char *
print(const struct json *value)
{
	const char *text;

	assert_int_equal(json_print(ctx, value, &text, NULL), ERR_OK);
	return text;
}

static const struct row { const char *name, *schema; } inputs[] = {
	{ "slug", "{\"type\":\"string\",\"minLength\":3,\"maxLength\":31,"
	    "\"pattern\":\"^[a-z][a-z0-9]{2,30}$\"}" },
	{ "mail", "{\"type\":\"string\",\"format\":\"email\",\"minLength\":3,"
	    "\"maxLength\":254}" },
	{ "note", "{\"type\":[\"string\",\"null\"],\"minLength\":0,"
	    "\"maxLength\":20}" },
	{ "tier", "{\"type\":\"string\",\"enum\":[\"low\",\"mid\"]}" },
	{ "size", "{\"type\":[\"string\",\"null\"],"
	    "\"enum\":[\"low\",\"mid\",null]}" },
	{ "password", "{\"type\":\"string\",\"format\":\"password\","
	    "\"minLength\":15,\"maxLength\":128,\"writeOnly\":true}" },
	{ "token", "{\"type\":[\"string\",\"null\"],\"format\":\"password\","
	    "\"minLength\":1,\"maxLength\":99,"
	    "\"pattern\":\"^[A-Za-z0-9._-]*$\",\"writeOnly\":true}" },
	{ "n", "{\"type\":\"integer\",\"format\":\"int64\",\"minimum\":1,"
	    "\"maximum\":100}" },
	{ "m", "{\"type\":[\"integer\",\"null\"],\"format\":\"int64\","
	    "\"minimum\":-1,\"maximum\":1}" },
	{ "on", "{\"type\":[\"boolean\",\"null\"]}" },
	{ "id", "{\"type\":\"string\",\"format\":\"uuid\"}" },
}, outputs[] = {
	{ "id", "{\"type\":\"string\",\"format\":\"uuid\"}" },
	{ "slug", "{\"type\":\"string\"}" },
	{ "note", "{\"type\":[\"string\",\"null\"]}" },
	{ "n", "{\"type\":\"integer\",\"format\":\"int64\"}" },
	{ "on", "{\"type\":\"boolean\"}" },
	{ "at", "{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}" },
	{ "data", "{}" },
};

static void
test_input_tells_each_limit(void **state)
{
	const struct json *schema = schema_of(all_in, true);
	size_t i;

	(void)state;
	assert_string_equal(json_member(schema, "type"), "object");
	assert_int_equal(json_count(json_get(schema, "properties")),
	    nitems(inputs));
	for (i = 0; i < nitems(inputs); i++)
		assert_string_equal(print(json_get(json_get(schema,
		    "properties"), inputs[i].name)), inputs[i].schema);
	assert_string_equal(print(json_get(schema, "required")),
	    "[\"slug\",\"mail\",\"tier\",\"password\",\"n\",\"id\"]");
	assert_string_equal(print(json_get(schema,
	    "additionalProperties")), "false");
}

static void
test_output_is_closed_and_always_whole(void **state)
{
	const struct json *schema = schema_of(all_view, false);
	size_t i;

	(void)state;
	assert_int_equal(json_count(json_get(schema, "properties")),
	    nitems(outputs));
	for (i = 0; i < nitems(outputs); i++)
		assert_string_equal(print(json_get(json_get(schema,
		    "properties"), outputs[i].name)), outputs[i].schema);
	assert_int_equal(json_count(json_get(schema, "required")),
	    nitems(outputs));
	assert_string_equal(print(json_get(schema,
	    "additionalProperties")), "false");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_input_tells_each_limit),
		cmocka_unit_test(test_output_is_closed_and_always_whole),
	};

	return cmocka_run_group_tests_name("field_schema", tests, ctx_setup,
	    ctx_teardown);
}

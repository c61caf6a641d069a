/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"
#include "tests/support/unit_ctx.h"

#include "libshared/base/ctx.h"
#include "libshared/doors/field_shape.h"
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

struct shaped {
	const char	*one, *maybe, *many, *texts, *words, *size, *map, *open;
};

static const char *const letters[] = { "a", "b", NULL };

static const struct field inner[] = {
	SHAPE_TEXT(name), SHAPE_INT_ABSENT(level), SHAPE_TIME_OPT(at),
	FIELD_END_OF("Inner")
};
static const struct field outer[] = {
	VIEW_OBJECT(struct shaped, one, inner),
	VIEW_OBJECT_OPT(struct shaped, maybe, inner),
	VIEW_OBJECTS_OPT(struct shaped, many, inner),
	VIEW_TEXTS(struct shaped, texts),
	VIEW_TEXTS_OF(struct shaped, words, letters),
	VIEW_INT_OPT(struct shaped, size),
	VIEW_TEXT_MAP(struct shaped, map),
	VIEW_OPEN_OPT(struct shaped, open, "Why."),
	FIELD_END_OF("Outer")
};
static const struct field impostor[] = {
	SHAPE_TEXT(other), SHAPE_END_MORE("Inner")
};
static const struct field nameless[] = { SHAPE_TEXT(name), FIELD_END };
static const struct field holds_nameless[] = {
	SHAPE_OBJECT(part, nameless), FIELD_END_OF("Holder")
};
static const struct field shapeless[] = {
	VIEW_JSON(struct shaped, one), FIELD_END_OF("Shapeless")
};

#define INNER	"{\"$ref\":\"#/components/schemas/Inner\"}"

static const struct row shaped[] = {
	{ "one", INNER },
	{ "maybe", "{\"anyOf\":[" INNER ",{\"type\":\"null\"}]}" },
	{ "many", "{\"type\":[\"array\",\"null\"],\"items\":" INNER "}" },
	{ "texts", "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}" },
	{ "words", "{\"type\":\"array\",\"items\":{\"type\":\"string\","
	    "\"enum\":[\"a\",\"b\"]}}" },
	{ "size", "{\"type\":[\"integer\",\"null\"],"
	    "\"format\":\"int64\"}" },
	{ "map", "{\"type\":\"object\",\"additionalProperties\":"
	    "{\"type\":\"string\"}}" },
	{ "open", "{\"type\":[\"object\",\"null\"],"
	    "\"additionalProperties\":true,\"description\":\"Why.\"}" },
};

static void
test_json_fields_have_shapes(void **state)
{
	const struct json *schema = schema_of(outer, false);
	size_t i;

	(void)state;
	for (i = 0; i < nitems(shaped); i++)
		assert_string_equal(print(json_get(json_get(schema,
		    "properties"), shaped[i].name)), shaped[i].schema);
}

/* A shape states no limits: an input within it may have any length. */
static void
test_shapes_of_inputs_tell_no_limits(void **state)
{
	const struct json *members = json_get(schema_of(inner, true),
	    "properties");

	(void)state;
	assert_string_equal(print(json_get(members, "name")),
	    "{\"type\":\"string\"}");
	assert_string_equal(print(json_get(members, "level")),
	    "{\"type\":\"integer\",\"format\":\"int64\"}");
}

static void
test_a_named_table_brings_its_shapes(void **state)
{
	struct json *all = json_object(ctx);

	(void)state;
	assert_int_equal(field_schema_add(ctx, all, outer, false), ERR_OK);
	assert_int_equal(field_schema_add(ctx, all, outer, false), ERR_OK);
	assert_int_equal(json_count(all), 2);
	assert_string_equal(print(json_get(json_get(all, "Inner"),
	    "required")), "[\"name\",\"at\"]");
}

static void
test_two_tables_of_one_name_are_refused(void **state)
{
	struct json *all = json_object(ctx);

	(void)state;
	assert_int_equal(field_schema_add(ctx, all, outer, false), ERR_OK);
	assert_int_equal(field_schema_add(ctx, all, impostor, false),
	    ERR_INTERNAL);
}

static void
test_what_the_document_cannot_show_is_named(void **state)
{
	(void)state;
	assert_null(field_schema_hole(ctx, outer));
	assert_string_equal(field_schema_hole(ctx, nameless),
	    "has a table without a schema's name");
	assert_string_equal(field_schema_hole(ctx, shapeless),
	    "has Shapeless.one without a shape");
	assert_string_equal(field_schema_hole(ctx, holds_nameless),
	    "has Holder.part, whose shape has no name");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_input_tells_each_limit),
		CTX_TEST(test_output_is_closed_and_always_whole),
		CTX_TEST(test_json_fields_have_shapes),
		CTX_TEST(test_shapes_of_inputs_tell_no_limits),
		CTX_TEST(test_a_named_table_brings_its_shapes),
		CTX_TEST(test_two_tables_of_one_name_are_refused),
		CTX_TEST(test_what_the_document_cannot_show_is_named),
	};

	return cmocka_run_group_tests_name("field_schema", tests, NULL, NULL);
}

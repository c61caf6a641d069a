/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"
#include "tests/support/unit_ctx.h"

#include "libshared/base/arena.h"
#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"

#define ID	"0190a0b0-1111-7222-8333-444455556666"

struct thing {
	const char	*slug, *name, *tier, *password, *code;
	int64_t		 size, limit;
	bool		 on;
	struct uuid	 id;
};

static const char *const tiers[] = { "low", "mid", NULL };

static const struct field thing_in[] = {
	FIELD_TEXT(struct thing, slug, 3, 31, CHARSET_SLUG),
	FIELD_TEXT_OPT(struct thing, name, 1, 20, CHARSET_TEXT),
	FIELD_CHOICE_OPT(struct thing, tier, tiers),
	FIELD_PASSWORD(struct thing, password, 3, 20),
	FIELD_SECRET_OPT(struct thing, code, 1, 20, CHARSET_TOKEN),
	FIELD_INT(struct thing, size, -5, 100),
	FIELD_INT_OPT(struct thing, limit, 1, 100),
	FIELD_BOOL_OPT(struct thing, on),
	FIELD_UUID(struct thing, id),
	FIELD_END
};

struct shown {
	const char	*name, *gone, *at, *data, *nodata;
	int64_t		 size;
	bool		 on;
	struct uuid	 id, parent;
};

static const struct field shown_view[] = {
	VIEW_UUID(struct shown, id),
	VIEW_UUID_OPT(struct shown, parent),
	VIEW_TEXT(struct shown, name),
	VIEW_TEXT_OPT(struct shown, gone),
	VIEW_INT(struct shown, size),
	VIEW_BOOL(struct shown, on),
	VIEW_TIME(struct shown, at),
	VIEW_JSON(struct shown, data),
	VIEW_JSON_OPT(struct shown, nodata),
	FIELD_END
};

static enum err
decode(const char *text, struct thing *thing)
{
	struct json *body = NULL;

	ctx_reset(ctx);
	memset(thing, 0x5a, sizeof(*thing));
	assert_int_equal(json_parse(ctx, text, strlen(text), &body), ERR_OK);
	return field_decode(ctx, thing_in, body, thing);
}

/* Returns the detail that a fault has about the field, or NULL. */
static const char *
said(const char *field)
{
	size_t i;

	for (i = 0; i < ctx->fault.nfields; i++)
		if (strcmp(ctx->fault.fields[i].field, field) == 0)
			return ctx->fault.fields[i].detail;
	return NULL;
}

static void
test_all_kinds_are_decoded(void **state)
{
	struct thing thing;

	(void)state;
	assert_int_equal(decode("{\"slug\":\"acme\",\"name\":\"\\u00c4\","
	    "\"tier\":\"mid\",\"password\":\"hunter2\",\"code\":\"a.b\","
	    "\"size\":-5,\"limit\":100,\"on\":true,\"id\":"
	    "\"0190A0B0-1111-7222-8333-444455556666\"}", &thing), ERR_OK);
	assert_string_equal(thing.slug, "acme");
	assert_string_equal(thing.name, "\xc3\x84");
	assert_string_equal(thing.tier, "mid");
	assert_string_equal(thing.password, "hunter2");
	assert_string_equal(thing.code, "a.b");
	assert_int_equal(thing.size, -5);
	assert_int_equal(thing.limit, 100);
	assert_true(thing.on);
	assert_string_equal(thing.id.text, ID);
	assert_int_equal(ctx->fault.nfields, 0);
}

#define LEAST	"\"slug\":\"acme\",\"password\":\"hunter2\",\"size\":1," \
		"\"id\":\"" ID "\""

static void
test_absent_and_null_optionals_are_empty(void **state)
{
	static const char *const bodies[] = { "{" LEAST "}",
	    "{" LEAST ",\"name\":null,\"tier\":null,\"limit\":null,"
	    "\"on\":null,\"code\":null}" };
	struct thing thing;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		assert_int_equal(decode(bodies[i], &thing), ERR_OK);
		assert_null(thing.name);
		assert_null(thing.tier);
		assert_null(thing.code);
		assert_int_equal(thing.limit, 0);
		assert_false(thing.on);
	}
}

static void
test_all_mistakes_are_collected(void **state)
{
	struct thing thing;

	(void)state;
	assert_int_equal(decode("{\"slug\":\"A!\",\"name\":7,\"tier\":"
	    "\"high\",\"password\":null,\"size\":101,\"limit\":1.5,\"on\":1,"
	    "\"role\":\"owner\"}", &thing), ERR_BAD_INPUT);
	assert_int_equal(ctx->fault.err, ERR_BAD_INPUT);
	assert_string_equal(ctx->fault.code, "invalid_fields");
	assert_int_equal(ctx->fault.nfields, 9);
	assert_string_equal(said("slug"),
	    "must have 3 to 31 characters, not 2");
	assert_string_equal(said("name"), "must be a string");
	assert_string_equal(said("tier"), "must be one of: low, mid");
	assert_string_equal(said("password"), "must not be null");
	assert_string_equal(said("size"), "must be -5 to 100");
	assert_string_equal(said("limit"), "must be a whole number");
	assert_string_equal(said("on"), "must be true or false");
	assert_string_equal(said("id"), "is missing");
	assert_string_equal(said("role"), "is not known here");
}

static void
test_types_are_never_converted(void **state)
{
	static const char *const wrong[] = { "\"size\":\"1\"",
	    "\"size\":true", "\"size\":[1]", "\"size\":1.0", "\"size\":1e0",
	    "\"size\":{}", "\"size\":null" };
	char body[256];
	struct thing thing;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(wrong); i++) {
		(void)snprintf(body, sizeof(body), "{\"slug\":\"acme\","
		    "\"password\":\"hunter2\",\"id\":\"" ID "\",%s}",
		    wrong[i]);
		assert_row(decode(body, &thing) == ERR_BAD_INPUT,
		    wrong[i]);
		assert_int_equal(ctx->fault.nfields, 1);
		assert_non_null(said("size"));
	}
}

static void
test_body_must_be_an_object(void **state)
{
	static const char *const bodies[] = { "null", "[]", "1", "\"x\"",
	    "[{}]" };
	struct thing thing;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(bodies); i++)
		assert_row(decode(bodies[i], &thing) == ERR_BAD_INPUT,
		    bodies[i]);
}

static void
test_flood_of_unknown_fields_is_bounded(void **state)
{
	static char body[20000];
	struct thing thing;
	size_t len = 1;
	int i;

	(void)state;
	body[0] = '{';
	for (i = 0; i < 1000; i++)
		len += (size_t)snprintf(body + len, sizeof(body) - len,
		    "\"key%d\":1,", i);
	(void)snprintf(body + len, sizeof(body) - len, LEAST "}");
	assert_int_equal(decode(body, &thing), ERR_BAD_INPUT);
	assert_int_equal(ctx->fault.nfields, FAULT_FIELDS_MAX);
}

static void
test_secret_is_in_the_wiped_arena_only(void **state)
{
	static const char text[] = "{" LEAST "}";
	struct json *body = NULL;
	const char *theirs;
	struct thing thing;
	size_t before;

	(void)state;
	assert_int_equal(json_parse(ctx, text, sizeof(text) - 1, &body),
	    ERR_OK);
	theirs = json_member(body, "password");
	before = arena_used(ctx->secrets);
	assert_int_equal(field_decode(ctx, thing_in, body, &thing), ERR_OK);
	assert_string_equal(thing.password, "hunter2");
	assert_true(arena_used(ctx->secrets) > before);
	/* json-c's copy is overwritten, whether it was valid or not. */
	assert_memory_equal(theirs, "\0\0\0\0\0\0\0", 7);
}

static void
test_text_that_does_not_fit_is_too_large(void **state)
{
	static const char text[] = "{" LEAST ",\"name\":\"0123456789\"}";
	struct ctx *small = ctx_new(16);
	struct json *body = NULL;
	struct thing thing;

	(void)state;
	assert_int_equal(json_parse(small, text, sizeof(text) - 1, &body),
	    ERR_OK);
	assert_int_equal(field_decode(small, thing_in, body, &thing),
	    ERR_TOO_LARGE);
	ctx_free(&small);
}

static enum err
decode_pair(const char *name, const char *value,
    struct thing *thing)
{
	ctx_reset(ctx);
	return field_decode_text(ctx, thing_in, name, str_of(value), thing);
}

static void
test_raw_text_is_decoded_by_kind(void **state)
{
	struct thing thing;

	(void)state;
	memset(&thing, 0, sizeof(thing));
	assert_int_equal(decode_pair("size", "-5", &thing), ERR_OK);
	assert_int_equal(thing.size, -5);
	assert_int_equal(decode_pair("on", "true", &thing), ERR_OK);
	assert_true(thing.on);
	assert_int_equal(decode_pair("on", "false", &thing), ERR_OK);
	assert_false(thing.on);
	assert_int_equal(decode_pair("id", ID, &thing), ERR_OK);
	assert_string_equal(thing.id.text, ID);
	assert_int_equal(decode_pair("tier", "low", &thing), ERR_OK);
	assert_string_equal(thing.tier, "low");
	assert_null(thing.name);
}

static void
test_raw_text_is_refused_by_name_and_value(void **state)
{
	static const char *const pairs[][2] = { { "role", "owner" },
	    { "size", "" }, { "size", "05" }, { "size", "1 " },
	    { "size", "101" }, { "on", "1" }, { "on", "TRUE" }, { "on", "" },
	    { "id", "x" }, { "tier", "high" }, { "slug", "A" } };
	struct thing thing;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(pairs); i++) {
		assert_row(decode_pair(pairs[i][0], pairs[i][1], &thing)
		    == ERR_BAD_INPUT, pairs[i][1]);
		assert_non_null(said(pairs[i][0]));
		assert_string_equal(ctx->fault.code, "invalid_fields");
	}
}

static const char *
encode(const struct shown *shown)
{
	struct json *object = NULL;
	const char *text;

	if (field_encode(ctx, shown_view, shown, &object) != ERR_OK)
		return NULL;
	assert_int_equal(json_print(ctx, object, &text, NULL), ERR_OK);
	return text;
}

static void
test_view_shows_its_fields_in_order(void **state)
{
	struct shown shown = { .name = "a/b", .at = "2026-01-31T12:00:00Z",
	    .data = "[{\"x\": 1}]", .size = 7, .on = true,
	    .id = { ID } };

	(void)state;
	assert_string_equal(encode(&shown), "{\"id\":\"" ID "\","
	    "\"parent\":null,\"name\":\"a/b\",\"gone\":null,\"size\":7,"
	    "\"on\":true,\"at\":\"2026-01-31T12:00:00Z\","
	    "\"data\":[{\"x\":1}],\"nodata\":null}");
}

static void
test_view_without_its_value_is_our_failure(void **state)
{
	struct shown whole = { .name = "a", .at = "t", .data = "1",
	    .id = { ID } }, shown = whole;

	(void)state;
	assert_non_null(encode(&shown));
	shown.name = NULL;
	assert_null(encode(&shown));
	assert_int_equal(ctx->fault.err, ERR_INTERNAL);
	assert_non_null(strstr(ctx->fault.detail, "field name is null"));
	shown = whole;
	shown.id.text[0] = '\0';
	assert_null(encode(&shown));
	shown = whole;
	shown.data = "{";
	assert_null(encode(&shown));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_all_kinds_are_decoded),
		CTX_TEST(test_absent_and_null_optionals_are_empty),
		CTX_TEST(test_all_mistakes_are_collected),
		CTX_TEST(test_types_are_never_converted),
		CTX_TEST(test_body_must_be_an_object),
		CTX_TEST(test_flood_of_unknown_fields_is_bounded),
		CTX_TEST(test_secret_is_in_the_wiped_arena_only),
		CTX_TEST(test_text_that_does_not_fit_is_too_large),
		CTX_TEST(test_raw_text_is_decoded_by_kind),
		CTX_TEST(test_raw_text_is_refused_by_name_and_value),
		CTX_TEST(test_view_shows_its_fields_in_order),
		CTX_TEST(test_view_without_its_value_is_our_failure),
	};

	return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"
#include "tests/support/unit_ctx.h"

#include "libshared/base/arena.h"
#include "libshared/base/ctx.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"

static struct json *
parse(const char *text)
{
	struct json *value = NULL;

	if (json_parse(ctx, text, strlen(text), &value) != ERR_OK)
		fail_msg("'%s': %s", text, ctx->fault.detail);
	return value;
}

static const char *
print(const struct json *value)
{
	const char *text;
	size_t len;

	assert_int_equal(json_print(ctx, value, &text, &len), ERR_OK);
	assert_int_equal(strlen(text), len);
	return text;
}

/* A compact text prints as it was read. */
static void
test_printed_is_what_was_read(void **state)
{
	static const char *const texts[] = {
		"[]", "{}", "null", "true", "false", "0", "-1", "123",
		"9223372036854775807", "-9223372036854775808", "\"\"",
		"\"a/b\"", "\"\\\"\\\\\\b\\f\\n\\r\\t\"", "\"\\u0001\"",
		"\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"", "1.5", "1e5",
		"1e400", "-0.0", "[[],{},[null]]",
		"{\"b\":1,\"a\":{\"c\":[1,2,{\"d\":null}]}}",
		"{\"\":\"\"}", "[0.10000000000000000000000001]",
		"[[[[[[[[[[[[[[[[16]]]]]]]]]]]]]]]]",
		"{\"\xf0\x9f\x98\x80\":\"\x7f\"}",
	};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(texts); i++)
		assert_string_equal(print(parse(texts[i])),
		    texts[i]);
	assert_string_equal(print(parse(" [ 1 , 2 ] ")), "[1,2]");
	assert_string_equal(print(parse("\"\\ud83d\\ude00\\/\"")),
	    "\"\xf0\x9f\x98\x80/\"");
}

static void
test_bad_text_says_why_and_where(void **state)
{
	struct json *value = (struct json *)state;

	(void)state;
	assert_int_equal(json_parse(ctx, "{\"a\":1,}", 8, &value),
	    ERR_BAD_INPUT);
	assert_ptr_equal(value, state);
	assert_string_equal(ctx->fault.code, "invalid_json");
	assert_string_equal(ctx->fault.detail,
	    "no valid JSON at byte 7: a string is expected");
}

static void
test_text_need_not_be_ended(void **state)
{
	static const char *const texts[] = { "123", "true", "[1]", "-0.5",
	    "\"x\"", "null", "{\"a\":1}" };
	struct json *value;
	size_t i, len;
	char *copy;

	(void)state;
	for (i = 0; i < nitems(texts); i++) {
		len = strlen(texts[i]);
		copy = malloc(len);
		memcpy(copy, texts[i], len);
		assert_int_equal(json_parse(ctx, copy, len, &value), ERR_OK);
		free(copy);
		assert_string_equal(print(value), texts[i]);
	}
}

static void
test_readers_take_their_own_type_only(void **state)
{
	static const char *const values[] = { "null", "true", "1", "1.0",
	    "\"1\"", "[1]", "{\"1\":1}", "1e0" };
	struct json *value;
	int64_t number = 77;
	int64_t whole;
	bool flag = true;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(values); i++) {
		value = parse(values[i]);
		assert_row(json_is_null(value) == (i == 0), values[i]);
		assert_row(json_bool(value, &flag) == (i == 1), values[i]);
		assert_row(json_int(value, &number) == (i == 2), values[i]);
		whole = -1;
		assert_row(json_whole(value, &whole) == (i == 2 || i == 3 ||
		    i == 7), values[i]);
		assert_row((whole == 1) == (i == 2 || i == 3 || i == 7),
		    values[i]);
		assert_row((json_text(value, NULL) != NULL) == (i == 4),
		    values[i]);
		assert_row(json_is_array(value) == (i == 5), values[i]);
		assert_row((json_at(value, 0) != NULL) == (i == 5), values[i]);
		assert_row(json_is_object(value) == (i == 6), values[i]);
		assert_row((json_get(value, "1") != NULL) == (i == 6),
		    values[i]);
		assert_row(json_count(value) == (i == 5 || i == 6), values[i]);
	}
	assert_int_equal(number, 1);
	assert_null(json_text(NULL, NULL));
	assert_null(json_get(NULL, "a"));
	assert_int_equal(json_count(NULL), 0);
}

static void
test_members_and_items_are_found(void **state)
{
	const struct json *value = NULL, *root;
	size_t len;

	(void)state;
	root = parse("{\"a\":\"x\\u00e9\",\"b\":null,\"c\":[5,6]}");
	assert_string_equal(json_member(root, "a"), "x\xc3\xa9");
	assert_string_equal(json_text(json_get(root, "a"), &len),
	    "x\xc3\xa9");
	assert_int_equal(len, 3);
	assert_true(json_member_is(root, "a", "x\xc3\xa9"));
	assert_false(json_member_is(root, "a", "x"));
	assert_false(json_member_is(root, "nothing", ""));
	assert_null(json_member(root, "b"));
	assert_null(json_member(root, "c"));
	assert_null(json_member(root, "d"));
	assert_int_equal(json_count(root), 3);
	assert_string_equal(json_key_at(root, 0, &value), "a");
	assert_string_equal(json_text(value, NULL), "x\xc3\xa9");
	assert_string_equal(json_key_at(root, 1, &value), "b");
	assert_null(value);
	assert_string_equal(json_key_at(root, 2, &value), "c");
	assert_int_equal(json_count(value), 2);
	assert_null(json_at(value, 2));
	assert_null(json_key_at(root, 3, &value));
	assert_null(json_key_at(json_get(root, "a"), 0, &value));
}

static void
test_trees_are_built(void **state)
{
	struct json *object = json_object(ctx), *array = json_array(ctx);

	(void)state;
	json_put_text(object, "text", "a\"/\n");
	json_put_text(object, "none", NULL);
	json_put_int(object, "least", INT64_MIN);
	json_put_bool(object, "yes", true);
	json_put_bool(object, "no", false);
	json_put_null(object, "null");
	json_add_text(array, "x");
	json_add_text(array, NULL);
	json_add(array, json_object(ctx));
	json_add(array, NULL);
	json_put(object, "list", array);
	json_put(object, "nil", NULL);
	assert_string_equal(print(object), "{\"text\":\"a\\\"/\\n\","
	    "\"none\":null,\"least\":-9223372036854775808,\"yes\":true,"
	    "\"no\":false,\"null\":null,\"list\":[\"x\",null,{},null],"
	    "\"nil\":null}");
	json_put_int(object, "text", 1);
	assert_int_equal(json_count(object), 8);
}

/* A parsed node in a built one, a child of two parents, a replaced child. */
static void
test_a_node_may_have_several_parents(void **state)
{
	struct json *root = parse("{\"a\":{\"b\":[1,2]}}");
	struct json *one = json_object(ctx), *other = json_array(ctx);
	const struct json *child = json_get(root, "a");

	(void)state;
	json_put(one, "child", (struct json *)(uintptr_t)child);
	json_add(other, (struct json *)(uintptr_t)child);
	json_add(other, one);
	json_put(one, "root", root);
	assert_string_equal(print(other),
	    "[{\"b\":[1,2]},{\"child\":{\"b\":[1,2]},"
	    "\"root\":{\"a\":{\"b\":[1,2]}}}]");
	json_put_null(one, "root");
	json_put_null(one, "child");
	json_put_null(root, "a");
	assert_string_equal(print(other), "[{\"b\":[1,2]},"
	    "{\"child\":null,\"root\":null}]");
	ctx_reset(ctx);
}

static void
test_raw_text_is_taken_only_when_it_is_json(void **state)
{
	struct json *object = json_object(ctx);

	(void)state;
	assert_int_equal(json_put_raw(ctx, object, "a", "[1, {\"b\": 2}]"),
	    ERR_OK);
	assert_int_equal(json_put_raw(ctx, object, "n", "null"), ERR_OK);
	assert_int_equal(json_put_raw(ctx, object, "c", "[1,"), ERR_INTERNAL);
	assert_int_equal(ctx->fault.err, ERR_INTERNAL);
	assert_string_equal(print(object),
	    "{\"a\":[1,{\"b\":2}],\"n\":null}");
}

static void
test_text_that_does_not_fit_is_too_large(void **state)
{
	struct ctx *small = ctx_new(64);
	struct json *array = json_array(small);
	const char *text = NULL;
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		json_add_text(array, "0123456789");
	assert_int_equal(json_print(small, array, &text, NULL), ERR_TOO_LARGE);
	assert_null(text);
	ctx_free(&small);
}

static void
test_wiped_text_is_gone(void **state)
{
	struct json *root = parse("{\"password\":\"hunter2\"}");
	const char *text = json_member(root, "password");

	(void)state;
	json_wipe_text(json_get(root, "password"));
	assert_memory_equal(text, "\0\0\0\0\0\0\0", 7);
	json_wipe_text(root);
	json_wipe_text(NULL);
}

static void
test_many_nodes_go_with_the_arena(void **state)
{
	struct json *array;
	int round, i;

	(void)state;
	for (round = 0; round < 3; round++) {
		array = json_array(ctx);
		for (i = 0; i < 2000; i++) {
			struct json *item = json_object(ctx);

			json_put_int(item, "n", i);
			json_add(array, item);
		}
		assert_int_equal(json_count(array), 2000);
		ctx_reset(ctx);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_printed_is_what_was_read),
		CTX_TEST(test_bad_text_says_why_and_where),
		CTX_TEST(test_text_need_not_be_ended),
		CTX_TEST(test_readers_take_their_own_type_only),
		CTX_TEST(test_members_and_items_are_found),
		CTX_TEST(test_trees_are_built),
		CTX_TEST(test_a_node_may_have_several_parents),
		CTX_TEST(test_raw_text_is_taken_only_when_it_is_json),
		CTX_TEST(test_text_that_does_not_fit_is_too_large),
		CTX_TEST(test_wiped_text_is_gone),
		CTX_TEST(test_many_nodes_go_with_the_arena),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}

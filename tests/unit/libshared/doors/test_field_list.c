/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit_ctx.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"

struct thing { const char *words, *more; };

static const struct field thing_in[] = {
	FIELD_LIST(struct thing, words, 1, 3),
	FIELD_LIST_OPT(struct thing, more, 0, 2),
	FIELD_END
};

static const struct field thing_view[] = {
	VIEW_LIST(struct thing, words),
	FIELD_END
};

static enum err
decode(const char *text, struct thing *thing)
{
	struct json *body = NULL;

	ctx_reset(ctx);
	assert_int_equal(json_parse(ctx, text, strlen(text), &body), ERR_OK);
	return field_decode(ctx, thing_in, body, thing);
}

static void
test_words_become_an_array_of_postgresql(void **state)
{
	struct thing thing;

	(void)state;
	assert_int_equal(decode("{\"words\":[\"app.read\","
	    "\"app.deploy@dev\",\"*\"],\"more\":[]}", &thing), ERR_OK);
	assert_string_equal(thing.words, "{app.read,app.deploy@dev,*}");
	assert_string_equal(thing.more, "{}");
	assert_int_equal(decode("{\"words\":[\"a\"]}", &thing),
	    ERR_OK);
	assert_string_equal(thing.words, "{a}");
	assert_null(thing.more);
}

static void
test_the_number_of_words_is_bounded(void **state)
{
	static const char *const wrong[] = { "[]",
	    "[\"a\",\"b\",\"c\",\"d\"]", "{}", "\"a\"", "1", "null" };
	char body[128];
	struct thing thing;
	unsigned i;

	(void)state;
	assert_int_equal(decode("{\"words\":[\"a\",\"b\",\"c\"]}",
	    &thing), ERR_OK);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		(void)snprintf(body, sizeof(body), "{\"words\":%s}",
		    wrong[i]);
		if (decode(body, &thing) != ERR_BAD_INPUT)
			fail_msg("%s is taken", wrong[i]);
	}
}

/* Words that PostgreSQL or the platform would read differently. */
static void
test_what_would_need_quotes_is_no_word(void **state)
{
	static const char *const wrong[] = { "\"\"", "\"null\"", "\"NULL\"",
	    "\"a,b\"", "\"a b\"", "\"{}\"", "\"a}\"", "\"a\\\\\"",
	    "\"a\\\"b\"", "\"A\"", "\"1\"", "\"a*\"", "\"\\u00e4\"", "1",
	    "null", "[]", "true" };
	char body[128];
	struct thing thing;
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		(void)snprintf(body, sizeof(body), "{\"words\":[\"a\",%s]}",
		    wrong[i]);
		if (decode(body, &thing) != ERR_BAD_INPUT)
			fail_msg("%s is taken", wrong[i]);
	}
}

static void
test_a_word_has_64_bytes_at_most(void **state)
{
	char body[128];
	struct thing thing;

	(void)state;
	(void)snprintf(body, sizeof(body), "{\"words\":[\"%064d\"]}", 0);
	body[11] = 'a';
	assert_int_equal(decode(body, &thing), ERR_OK);
	assert_int_equal(strlen(thing.words), 66);
	(void)snprintf(body, sizeof(body), "{\"words\":[\"%065d\"]}", 0);
	body[11] = 'a';
	assert_int_equal(decode(body, &thing), ERR_BAD_INPUT);
}

static void
test_a_view_shows_an_array(void **state)
{
	struct thing thing = { "{app.read,log.read}", NULL };
	const char *text;
	struct json *made;

	(void)state;
	assert_int_equal(field_encode(ctx, thing_view, &thing, &made),
	    ERR_OK);
	assert_int_equal(json_print(ctx, made, &text, NULL), ERR_OK);
	assert_string_equal(text, "{\"words\":[\"app.read\",\"log.read\"]}");
	thing.words = "{}";
	assert_int_equal(field_encode(ctx, thing_view, &thing, &made),
	    ERR_OK);
	assert_int_equal(json_print(ctx, made, &text, NULL), ERR_OK);
	assert_string_equal(text, "{\"words\":[]}");
}

static void
test_a_view_of_no_list_is_our_failure(void **state)
{
	static const char *const wrong[] = { "", "a", "{\"a b\"}", "{NULL}",
	    "{a,,b}" };
	struct thing thing = { NULL, NULL };
	struct json *made;
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		fail_clear(ctx);
		thing.words = wrong[i];
		if (field_encode(ctx, thing_view, &thing, &made) !=
		    ERR_INTERNAL)
			fail_msg("'%s' is shown", wrong[i]);
	}
}

static void
test_words_are_walked_through(void **state)
{
	struct str rest = list_words("{a.b,c}");

	(void)state;
	assert_true(str_is(str_cut(&rest, ','), "a.b"));
	assert_true(str_is(str_cut(&rest, ','), "c"));
	assert_int_equal(rest.len, 0);
	assert_int_equal(list_words("{}").len, 0);
	assert_int_equal(list_words(NULL).len, 0);
	assert_int_equal(list_words("a").len, 0);
}

static void
test_the_schema_tells_the_limits(void **state)
{
	const struct json *words, *items;
	struct json *schema;
	int64_t n;

	(void)state;
	assert_int_equal(field_schema(ctx, thing_in, true, &schema),
	    ERR_OK);
	words = json_get(json_get(schema, "properties"), "words");
	items = json_get(words, "items");
	assert_string_equal(json_member(words, "type"), "array");
	assert_true(json_int(json_get(words, "minItems"), &n) && n == 1);
	assert_true(json_int(json_get(words, "maxItems"), &n) && n == 3);
	assert_string_equal(json_member(items, "pattern"), LIST_WORD);
	assert_int_equal(field_schema(ctx, thing_view, false, &schema),
	    ERR_OK);
	words = json_get(json_get(schema, "properties"), "words");
	assert_null(json_get(words, "minItems"));
	assert_string_equal(json_member(json_get(words, "items"), "type"),
	    "string");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_words_become_an_array_of_postgresql),
		CTX_TEST(test_the_number_of_words_is_bounded),
		CTX_TEST(test_what_would_need_quotes_is_no_word),
		CTX_TEST(test_a_word_has_64_bytes_at_most),
		CTX_TEST(test_a_view_shows_an_array),
		CTX_TEST(test_a_view_of_no_list_is_our_failure),
		CTX_TEST(test_words_are_walked_through),
		CTX_TEST(test_the_schema_tells_the_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"

#include <dirent.h>
#include <unistd.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"

#define TEXT(s)	{ (s), sizeof(s) - 1 }

/* Texts that json-c accepts although RFC 8259 or our rules do not. */
static const struct str lax[] = {
	TEXT("NaN"), TEXT("[NaN]"), TEXT("Infinity"), TEXT("[-Infinity]"),
	TEXT("{'a':1}"), TEXT("['a']"), TEXT("{a:1}"),
	TEXT("[\"a\nb\"]"), TEXT("[\"a\tb\"]"), TEXT("[\"\x01\"]"),
	TEXT("[2.]"), TEXT("[.5]"), TEXT("[01]"), TEXT("[+1]"),
	TEXT("[1,]"), TEXT("{\"a\":1,}"),
	TEXT("[1]/**/"), TEXT("/**/[1]"), TEXT("[1] // x"), TEXT("[/**/1]"),
	TEXT("{\"a\":1,\"a\":2}"), TEXT("{\"a\":1,\"\\u0061\":2}"),
	TEXT("[\"\\u0000\"]"), TEXT("{\"\\u0000\":1}"),
	TEXT("[\"\\ud800\"]"), TEXT("[\"\\udc00\"]"),
	TEXT("[\"\\ud800\\ud800\"]"), TEXT("[\"\\ud800x\"]"),
	TEXT("[\"\xc0\xaf\"]"), TEXT("[\"\xed\xa0\x80\"]"),
	TEXT("[1]x"), TEXT("[1][2]"), TEXT("1 2"), TEXT("{}}"),
	TEXT("[9223372036854775808]"), TEXT("[-9223372036854775809]"),
	TEXT("[123456789012345678901234567890]"),
	TEXT("TRUE"), TEXT("True"), TEXT("[nUll]"),
};

/* Invalid texts like JSONTestSuite's n_*. */
static const struct str refused[] = {
	TEXT(""), TEXT(" "), TEXT("\n"), TEXT("\0"), TEXT("[1]\0"),
	TEXT("\0[1]"), TEXT("[\0]"), TEXT("\"a\0b\""), TEXT("\xef\xbb\xbf{}"),
	TEXT("\xfe\xff"), TEXT("\xa0[1]"), TEXT("\f[]"), TEXT("[\v1]"),
	TEXT("["), TEXT("]"), TEXT("{"), TEXT("}"), TEXT("[[]"), TEXT("[]]"),
	TEXT("[1"), TEXT("[1,"), TEXT("[,1]"), TEXT("[,]"), TEXT("[1,,2]"),
	TEXT("[1 2]"), TEXT("[1:2]"), TEXT("[1;2]"), TEXT("[1}"), TEXT("(1)"),
	TEXT("{\"a\""), TEXT("{\"a\":"), TEXT("{\"a\":1"), TEXT("{\"a\" 1}"),
	TEXT("{\"a\":1]"), TEXT("{\"a\"::1}"), TEXT("{\"a\",1}"),
	TEXT("{,\"a\":1}"), TEXT("{\"a\":1,,\"b\":2}"), TEXT("{1:1}"),
	TEXT("{null:1}"), TEXT("{[]:1}"), TEXT("{\"a\":1 \"b\":2}"),
	TEXT("\""), TEXT("\"a"), TEXT("\"\\\""), TEXT("\"\\"), TEXT("\"\\x\""),
	TEXT("\"\\a\""), TEXT("\"\\0\""), TEXT("\"\\'\""), TEXT("\"\\U0041\""),
	TEXT("\"\\u\""), TEXT("\"\\u00\""), TEXT("\"\\u00g0\""),
	TEXT("\"\\u 041\""), TEXT("\"\\ud83d\\\""), TEXT("\"\\ud83d\\n\""),
	TEXT("\"\\ud83d\\u00e9\""), TEXT("\"\\ud83d\\udbff\""),
	TEXT("\"\\ud83d\\u\""), TEXT("\"\\u000\0\""), TEXT("\"\r\""),
	TEXT("\"\x1f\""), TEXT("\"\xff\""), TEXT("\"\xe2\x82\""),
	TEXT("\"\xf5\x80\x80\x80\""), TEXT("\"\xc3\""), TEXT("\"\x80\""),
	TEXT("-"), TEXT("--1"), TEXT("-a"), TEXT("- 1"), TEXT("1."),
	TEXT("1.e1"), TEXT("-.1"), TEXT("1e"), TEXT("1e+"), TEXT("1E-"),
	TEXT("1e1.5"), TEXT("1.2.3"), TEXT("0x10"), TEXT("-01"), TEXT("00"),
	TEXT("0e"), TEXT("1a"), TEXT("1_000"), TEXT("1 000"), TEXT("\xef\xbc"
	    "\x91"), TEXT("inf"), TEXT("nan"), TEXT("-Infinity"), TEXT("-NaN"),
	TEXT("t"), TEXT("tru"), TEXT("truex"), TEXT("fals"), TEXT("nul"),
	TEXT("nulll"), TEXT("undefined"), TEXT("a"), TEXT("*"), TEXT("#"),
	TEXT("<a>"), TEXT("$1"), TEXT("`a`"),
};

/* Valid texts like JSONTestSuite's y_*. */
static const struct str accepted[] = {
	TEXT("[]"), TEXT("{}"), TEXT("[ ]"), TEXT(" \t\r\n[\n]\t "),
	TEXT("\"\""), TEXT("\"a\""), TEXT("true"), TEXT("false"), TEXT("null"),
	TEXT("0"), TEXT("-0"), TEXT("1"), TEXT("-1"), TEXT("123"), TEXT("10"),
	TEXT("0.0"), TEXT("-0.0"), TEXT("0.1"), TEXT("1.5e300"), TEXT("1e5"),
	TEXT("1E5"), TEXT("1e+5"), TEXT("1E-5"), TEXT("0e0"), TEXT("0E+01"),
	TEXT("123.456e78"), TEXT("1e400"), TEXT("9223372036854775807"),
	TEXT("-9223372036854775808"), TEXT("20.0000000000000000000000000001"),
	TEXT("[1,2]"), TEXT("[ 1 , 2 ]"), TEXT("[[],[[]],{}]"),
	TEXT("[null,true,false]"), TEXT("{\"\":0}"), TEXT("{\"a\":{\"a\":1}}"),
	TEXT("[{\"a\":1},{\"a\":2}]"), TEXT("{\"a\":{\"b\":1},\"b\":2}"),
	TEXT("{\"a\" : 1 , \"b\" : [ ] }"), TEXT("{\"a\":1,\"A\":2}"),
	TEXT("{\"a\":1,\"aa\":2,\"aaa\":3}"), TEXT("{\"e\xcc\x81\":1,"
	    "\"\xc3\xa9\":2}"), TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
	TEXT("\"\\u0041\\u00e9\\u20aC\\uFFFF\""), TEXT("\"\\ud83d\\ude00\""),
	TEXT("\"\\uD800\\uDC00\\uDBFF\\uDFFF\""), TEXT("\"\\u0001\""),
	TEXT("\"\x7f\""), TEXT("\"\xc2\x80\xe2\x82\xac\xf0\x9f\x98\x80\""),
	TEXT("\"\xf4\x8f\xbf\xbf\""), TEXT("\"\xef\xbf\xbf\""),
	TEXT("\"\xe2\x80\xa8\""), TEXT("\"/* no comment */\""),
	TEXT("\"\\\\u0000\""), TEXT("\"'\""), TEXT("\"\xef\xbb\xbf\""),
};

static const char *
check(struct str text)
{
	size_t at = 99999;
	const char *why;

	why = json_check(text.p, text.len, &at);
	assert_true(at <= text.len);
	return why;
}

static void
test_laxities_of_json_c_are_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(lax); i++)
		assert_row(check(lax[i]) != NULL, lax[i].p);
}

static void
test_what_rfc_8259_forbids_is_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(refused); i++)
		assert_row(check(refused[i]) != NULL, refused[i].p);
}

static void
test_what_rfc_8259_allows_is_accepted(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(accepted); i++)
		assert_row(check(accepted[i]) == NULL, accepted[i].p);
}

/* No byte after the length is read, wherever the text ends (ASan checks). */
static void
test_text_need_not_be_ended(void **state)
{
	static const struct str text = TEXT("{\"a\\u00e9\xe2\x82\xac\":[1.5e3,"
	    "null,true,\"\\ud83d\\ude00\"]}");
	size_t len, at;
	char *copy;

	(void)state;
	for (len = 0; len <= text.len; len++) {
		copy = malloc(len + (len == 0));
		memcpy(copy, text.p, len);
		assert_int_equal(json_check(copy, len, &at) == NULL,
		    len == text.len);
		assert_true(at <= len);
		free(copy);
	}
}

static void
test_depth_is_limited_exactly(void **state)
{
	static const char *const opens[] = { "[", "{\"a\":" };
	static const char *const closes[] = { "]", "}" };
	char text[256];
	size_t at;
	int kind, depth, i;

	(void)state;
	for (kind = 0; kind < 2; kind++)
		for (depth = 1; depth <= JSON_DEPTH_MAX + 2; depth++) {
			text[0] = '\0';
			for (i = 0; i < depth; i++)
				strncat(text, opens[kind], 8);
			strncat(text, "1", 2);
			for (i = 0; i < depth; i++)
				strncat(text, closes[kind], 8);
			assert_int_equal(json_check(text, strlen(text), &at)
			    == NULL, depth <= JSON_DEPTH_MAX);
		}
}

static void
test_depth_bomb_is_refused_at_once(void **state)
{
	size_t len = JSON_SIZE_MAX, at;
	char *bomb = malloc(len);

	(void)state;
	memset(bomb, '[', len);
	assert_string_equal(json_check(bomb, len, &at), "nested too deeply");
	assert_int_equal(at, JSON_DEPTH_MAX);
	free(bomb);
}

static void
test_size_is_limited(void **state)
{
	size_t len = JSON_SIZE_MAX + 1, at;
	char *blanks = malloc(len);

	(void)state;
	memset(blanks, ' ', len);
	blanks[0] = '1';
	assert_null(json_check(blanks, len - 1, &at));
	assert_string_equal(json_check(blanks, len, &at), "too large");
	free(blanks);
}

/* Returns an object of n keys; `last` spells another one, if not NULL. */
static char *
object_of(int n, const char *last)
{
	char *text = malloc((size_t)n * 24 + 64), *end = text;
	int i;

	*end++ = '{';
	for (i = 0; i < n; i++)
		end += snprintf(end, 24, "%s\"k%d\":%d", i == 0 ? "" : ",", i,
		    i);
	if (last != NULL)
		end += snprintf(end, 32, ",\"%s\":0", last);
	memcpy(end, "}", 2);
	return text;
}

static const char *
check_object(int n, const char *last)
{
	char *text = object_of(n, last);
	const char *why;
	size_t at;

	why = json_check(text, strlen(text), &at);
	free(text);
	return why;
}

static void
test_keys_of_one_object_are_limited(void **state)
{
	(void)state;
	assert_null(check_object(JSON_KEYS_MAX, NULL));
	assert_null(check_object(JSON_KEYS_MAX - 1, "x"));
	assert_string_equal(check_object(JSON_KEYS_MAX, "x"),
	    "too many keys in one object");
}

static void
test_duplicates_are_found_however_spelled(void **state)
{
	static const char *const same[] = {
		"k7", "\\u006b7", "\\u006B\\u0037", "k\\u0037",
	};
	static const char *const other[] = { "K7", "k07", "\\u006b\\\\u0037" };
	size_t i;

	(void)state;
	for (i = 0; i < nitems(same); i++)
		assert_string_equal(check_object(500, same[i]),
		    "duplicate key");
	for (i = 0; i < nitems(other); i++)
		assert_null(check_object(500, other[i]));
	assert_string_equal(check(STR("{\"\xf0\x9f\x98\x80\":1,"
	    "\"\\ud83d\\uDE00\":2}")), "duplicate key");
	assert_string_equal(check(STR("{\"/\":1,\"\\/\":2}")),
	    "duplicate key");
	assert_string_equal(check(STR("{\"\":1,\"\":2}")), "duplicate key");
	assert_string_equal(check(STR("{\"a\":{\"b\":1,\"c\":[{\"b\":2}]},"
	    "\"b\":3,\"a\":4}")), "duplicate key");
}

static size_t
utf8_put(char *at, uint32_t point)
{
	if (point < 0x80) {
		at[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		at[0] = (char)(0xc0 | point >> 6);
		at[1] = (char)(0x80 | (point & 0x3f));
		return 2;
	}
	if (point < 0x10000) {
		at[0] = (char)(0xe0 | point >> 12);
		at[1] = (char)(0x80 | (point >> 6 & 0x3f));
		at[2] = (char)(0x80 | (point & 0x3f));
		return 3;
	}
	at[0] = (char)(0xf0 | point >> 18);
	at[1] = (char)(0x80 | (point >> 12 & 0x3f));
	at[2] = (char)(0x80 | (point >> 6 & 0x3f));
	at[3] = (char)(0x80 | (point & 0x3f));
	return 4;
}

static size_t
pair_put(char *at, uint32_t one, uint32_t other)
{
	size_t len = 1;

	at[0] = '"';
	len += utf8_put(at + len, one);
	len += utf8_put(at + len, other);
	memcpy(at + len, "\":1", 3);
	return len + 3;
}

/*
 * The hash is FNV-1a: keys (x, y) and (x ^ 0x100, y ^ c) collide when c is the
 * carry pattern of adding 0x100 times the prime. The seed decides which pattern
 * it is, so an object contains many such keys, and some objects do collide.
 */
static size_t
colliding_object(char *text, uint32_t x)
{
	const uint32_t y = 0x200;
	static uint32_t seen[JSON_KEYS_MAX];
	uint32_t sum, other;
	size_t len = 1, n = 0, i, k;

	text[0] = '{';
	len += pair_put(text + len, x, y);
	for (i = 0; i < 50000 && n < 1000; i++) {
		sum = (uint32_t)i * 2654435761u;
		other = y ^ sum ^ (sum + 0x19300);
		if (other < 0x80 || other > 0x10ffff ||
		    (other >= 0xd800 && other <= 0xdfff))
			continue;
		for (k = 0; k < n && seen[k] != other; k++)
			;
		if (k < n)
			continue;
		seen[n++] = other;
		text[len++] = ',';
		len += pair_put(text + len, x ^ 0x100, other);
	}
	text[len++] = '}';
	return len;
}

static void
test_keys_of_one_hash_are_still_different(void **state)
{
	static char text[32768];
	uint32_t x;
	size_t at;

	(void)state;
	for (x = 'A'; x <= 'z'; x++)
		if (x != '\\')
			assert_null(json_check(text, colliding_object(text, x),
			    &at));
}

static void
test_every_nesting_may_be_wide(void **state)
{
	char *inner = object_of(1000, NULL);
	size_t len = strlen(inner), room = (len + 8) * JSON_DEPTH_MAX, at;
	char *text = malloc(room), *end = text;
	int i;

	(void)state;
	for (i = 0; i < JSON_DEPTH_MAX - 1; i++) {
		memcpy(end, inner, len - 1);
		end += len - 1;
		memcpy(end, ",\"z\":", 5);
		end += 5;
	}
	memcpy(end, inner, len);
	end += len;
	memset(end, '}', JSON_DEPTH_MAX - 1);
	end += JSON_DEPTH_MAX - 1;
	assert_null(json_check(text, (size_t)(end - text), &at));
	free(text);
	free(inner);
}

/*
 * tests/guards/check_json_corpus.sh lets another reader confirm the files'
 * names.
 */
static void
test_corpus_is_judged_as_it_is_named(void **state)
{
	static char buf[1 << 20];
	const char *source = getenv("CAMELEER_SOURCE");
	struct dirent *entry;
	size_t len, at, n = 0;
	FILE *file;
	DIR *dir;

	(void)state;
	if (source == NULL)
		fail_msg("CAMELEER_SOURCE is not set");
	assert_int_equal(chdir(source), 0);
	assert_int_equal(chdir("tests/fuzz/corpus/json"), 0);
	if ((dir = opendir(".")) == NULL)
		fail_msg("the corpus cannot be read");
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		file = fopen(entry->d_name, "rb");
		assert_non_null(file);
		len = fread(buf, 1, sizeof(buf), file);
		assert_int_equal(fclose(file), 0);
		assert_row((json_check(buf, len, &at) == NULL) ==
		    (entry->d_name[0] == 'y'), entry->d_name);
		n++;
	}
	assert_int_equal(closedir(dir), 0);
	assert_true(n > 100);
}

static void
test_reason_comes_with_its_place(void **state)
{
	size_t at;

	(void)state;
	assert_string_equal(json_check("{\"a\":1,\"a\":2}", 13, &at),
	    "duplicate key");
	assert_int_equal(at, 7);
	assert_string_equal(json_check("[1,\"\x01\"]", 7, &at),
	    "control character in a string");
	assert_int_equal(at, 4);
	assert_string_equal(json_check("[1] x", 5, &at),
	    "something follows the value");
	assert_int_equal(at, 4);
	assert_string_equal(json_check("[1,99999999999999999999]", 24, &at),
	    "an integer beyond 64 bits");
	assert_int_equal(at, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_laxities_of_json_c_are_refused),
		cmocka_unit_test(test_what_rfc_8259_forbids_is_refused),
		cmocka_unit_test(test_what_rfc_8259_allows_is_accepted),
		cmocka_unit_test(test_text_need_not_be_ended),
		cmocka_unit_test(test_depth_is_limited_exactly),
		cmocka_unit_test(test_depth_bomb_is_refused_at_once),
		cmocka_unit_test(test_size_is_limited),
		cmocka_unit_test(test_keys_of_one_object_are_limited),
		cmocka_unit_test(test_duplicates_are_found_however_spelled),
		cmocka_unit_test(test_keys_of_one_hash_are_still_different),
		cmocka_unit_test(test_every_nesting_may_be_wide),
		cmocka_unit_test(test_corpus_is_judged_as_it_is_named),
		cmocka_unit_test(test_reason_comes_with_its_place),
	};

	return cmocka_run_group_tests_name("json_check", tests, NULL, NULL);
}

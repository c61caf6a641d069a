/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"

#include "libshared/base/arena.h"
#include "libshared/base/str.h"

static int
mem_new(void **state)
{
	*state = arena_new(1 << 16, 0);
	return 0;
}

static int
mem_free(void **state)
{
	arena_free((struct arena **)state);
	return 0;
}

static void
test_text_is_compared_whole(void **state)
{
	(void)state;
	assert_true(str_is(STR("abc"), "abc"));
	assert_false(str_is(STR("abc"), "ab"));
	assert_false(str_is(STR("ab"), "abc"));
	assert_false(str_is(STR("a\0c"), "a"));
	assert_true(str_is(str_of(NULL), ""));
	assert_true(str_is(str_of("x"), "x"));
	assert_true(str_starts(STR("abc"), "ab"));
	assert_true(str_starts(STR("abc"), ""));
	assert_false(str_starts(STR("ab"), "abc"));
	assert_false(str_starts(STR("bab"), "ab"));
	assert_true(str_starts(str_of(NULL), ""));
}

static void
test_cut_takes_the_part_before(void **state)
{
	struct str rest = STR("a,,bc");

	(void)state;
	assert_true(str_is(str_cut(&rest, ','), "a"));
	assert_true(str_is(rest, ",bc"));
	assert_true(str_is(str_cut(&rest, ','), ""));
	assert_true(str_is(str_cut(&rest, ','), "bc"));
	assert_int_equal(rest.len, 0);
	assert_true(str_is(str_cut(&rest, ','), ""));
	rest = str_of(NULL);
	assert_true(str_is(str_cut(&rest, ','), ""));
}

static void
test_trim_takes_blanks_and_tabs_off_both_ends(void **state)
{
	(void)state;
	assert_true(str_is(str_trim(STR(" \t a b\tc \t")), "a b\tc"));
	assert_true(str_is(str_trim(STR("a")), "a"));
	assert_true(str_is(str_trim(STR("\na\n")), "\na\n"));
	assert_true(str_is(str_trim(STR(" \t ")), ""));
	assert_true(str_is(str_trim(str_of(NULL)), ""));
}

static void
test_int_takes_one_spelling_only(void **state)
{
	static const char *const bad[] = {
		"", "-", "+1", " 1", "1 ", "01", "00", "-0", "-01", "1.0",
		"0x10", "1e3", "9223372036854775808", "-9223372036854775809",
		"99999999999999999999999", "1\n", "\xd9\xa1", "--1",
	};
	int64_t n = 77;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(bad); i++)
		assert_row(!str_int(str_of(bad[i]), INT64_MIN, INT64_MAX, &n),
		    bad[i]);
	assert_false(str_int(STR("1\0"), 0, 9, &n));
	assert_int_equal(n, 77);
	assert_true(str_int(STR("0"), 0, 9, &n));
	assert_int_equal(n, 0);
	assert_true(str_int(STR("9223372036854775807"), 0, INT64_MAX, &n));
	assert_true(n == INT64_MAX);
	assert_true(str_int(STR("-9223372036854775808"), INT64_MIN, 0, &n));
	assert_true(n == INT64_MIN);
}

static void
test_int_keeps_its_range(void **state)
{
	int64_t n = 77;

	(void)state;
	assert_true(str_int(STR("1"), 1, 3, &n));
	assert_true(str_int(STR("3"), 1, 3, &n));
	assert_int_equal(n, 3);
	assert_false(str_int(STR("0"), 1, 3, &n));
	assert_false(str_int(STR("4"), 1, 3, &n));
	assert_false(str_int(STR("-1"), 0, 3, &n));
	assert_true(str_int(STR("-1"), -1, 3, &n));
	assert_int_equal(n, -1);
}

static const struct { const char *bytes; uint32_t point; } characters[] = {
	{ "a", 'a' }, { "\x7f", 0x7f }, { "\xc2\x80", 0x80 },
	{ "\xdf\xbf", 0x7ff }, { "\xe0\xa0\x80", 0x800 },
	{ "\xed\x9f\xbf", 0xd7ff }, { "\xee\x80\x80", 0xe000 },
	{ "\xef\xbf\xbf", 0xffff }, { "\xf0\x90\x80\x80", 0x10000 },
	{ "\xf4\x8f\xbf\xbf", 0x10ffff },
};

static const char *const malformed[] = {
	"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41",
	"\xc2\xc2", "\xe0\x9f\xbf", "\xe0\xa0", "\xe1\x80\x41",
	"\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80",
	"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80",
	"\xff", "\xfe", "\xf1\x80\x80\xc0", "\xe2\x28\xa1",
};

static void
test_utf8_boundaries(void **state)
{
	uint32_t point;
	struct str s;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(characters); i++) {
		s = str_of(characters[i].bytes);
		assert_int_equal(str_utf8_next(s, &point), s.len);
		assert_int_equal(point, characters[i].point);
		assert_true(str_utf8(s));
	}
	assert_true(str_utf8(STR("a\0b")));
	assert_true(str_utf8(STR("")));
	assert_int_equal(str_utf8_next(STR(""), &point), 0);
}

static void
test_utf8_malformed_is_refused(void **state)
{
	char text[16];
	uint32_t point;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(malformed); i++) {
		assert_row(!str_utf8(str_of(malformed[i])), malformed[i]);
		assert_int_equal(str_utf8_next(str_of(malformed[i]), &point),
		    0);
		(void)snprintf(text, sizeof(text), "ab%s", malformed[i]);
		assert_false(str_utf8(str_of(text)));
	}
}

static void
test_buffer_grows_and_is_always_ended(void **state)
{
	struct buf buf;
	char whole[2001];
	size_t i;

	buf_init(&buf, *state, 2000);
	assert_string_equal(buf.p, "");
	for (i = 0; i < 1000; i++) {
		buf_printf(&buf, "%zu", i % 10);
		whole[2 * i] = (char)('0' + i % 10);
		buf_put(&buf, "-", 1);
		whole[2 * i + 1] = '-';
		assert_int_equal(buf.p[buf.len], '\0');
	}
	whole[2000] = '\0';
	assert_false(buf.full);
	assert_string_equal(buf.p, whole);
}

static void
test_full_buffer_stays_full_and_keeps_its_text(void **state)
{
	struct buf buf;

	buf_init(&buf, *state, 5);
	buf_text(&buf, "abc");
	buf_text(&buf, "def");
	assert_true(buf.full);
	assert_string_equal(buf.p, "abc");
	buf_text(&buf, "d");
	buf_printf(&buf, "%s", "d");
	assert_string_equal(buf.p, "abc");
	buf_init(&buf, *state, 5);
	buf_text(&buf, "abcde");
	assert_false(buf.full);
	buf_put(&buf, "", 0);
	buf_printf(&buf, "%s", "");
	assert_false(buf.full);
	assert_string_equal(buf.p, "abcde");
}

static void
test_buffer_is_full_when_its_arena_is(void **state)
{
	struct arena *small = arena_new(256, 0);
	struct buf buf;
	int i;

	(void)state;
	buf_init(&buf, small, 1 << 20);
	for (i = 0; i < 1000 && !buf.full; i++)
		buf_text(&buf, "0123456789");
	assert_true(buf.full);
	assert_true(buf.len > 0 && buf.len < 256);
	assert_int_equal(strlen(buf.p), buf.len);
	buf_init(&buf, small, SIZE_MAX);
	buf_put(&buf, "", SIZE_MAX);
	assert_true(buf.full);
	arena_free(&small);
}

static void
test_printf_into_the_arena(void **state)
{
	struct arena *small = arena_new(64, 0);

	assert_string_equal(text_printf(*state, "%s-%d", "a", 7), "a-7");
	assert_string_equal(text_printf(*state, "%s", ""), "");
	assert_null(text_printf(small, "%100d", 1));
	assert_string_equal(text_printf(small, "%63d", 1) + 60, "  1");
	arena_free(&small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_is_compared_whole),
		cmocka_unit_test(test_cut_takes_the_part_before),
		cmocka_unit_test(
		    test_trim_takes_blanks_and_tabs_off_both_ends),
		cmocka_unit_test(test_int_takes_one_spelling_only),
		cmocka_unit_test(test_int_keeps_its_range),
		cmocka_unit_test(test_utf8_boundaries),
		cmocka_unit_test(test_utf8_malformed_is_refused),
		cmocka_unit_test(test_buffer_grows_and_is_always_ended),
		cmocka_unit_test(
		    test_full_buffer_stays_full_and_keeps_its_text),
		cmocka_unit_test(test_buffer_is_full_when_its_arena_is),
		cmocka_unit_test(test_printf_into_the_arena),
	};

	return cmocka_run_group_tests_name("str", tests, mem_new, mem_free);
}

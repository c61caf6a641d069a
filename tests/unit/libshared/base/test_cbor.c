/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit.h"

#include <string.h>

#include "libshared/base/cbor.h"

#define BYTES(literal)	(literal), sizeof(literal) - 1

/* Valid texts and the numbers that they encode (RFC 8949 appendix A). */
static void
test_integers_in_their_shortest_form(void **state)
{
	static const struct { const char *p; size_t len; int64_t number; }
	    good[] = {
		{ BYTES("\x00"), 0 }, { BYTES("\x17"), 23 },
		{ BYTES("\x18\x18"), 24 }, { BYTES("\x18\xff"), 255 },
		{ BYTES("\x19\x01\x00"), 256 },
		{ BYTES("\x19\xff\xff"), 65535 },
		{ BYTES("\x1a\x00\x01\x00\x00"), 65536 },
		{ BYTES("\x1a\xff\xff\xff\xff"), UINT32_MAX },
		{ BYTES("\x1b\x00\x00\x00\x01\x00\x00\x00\x00"),
		    (int64_t)UINT32_MAX + 1 },
		{ BYTES("\x1b\x7f\xff\xff\xff\xff\xff\xff\xff"), INT64_MAX },
		{ BYTES("\x20"), -1 }, { BYTES("\x38\x18"), -25 },
		{ BYTES("\x39\x01\x00"), -257 },
		{ BYTES("\x3b\x7f\xff\xff\xff\xff\xff\xff\xff"), INT64_MIN },
	};
	struct cbor item;
	struct str rest;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(good); i++) {
		rest = (struct str){ good[i].p, good[i].len };
		assert_true(cbor_take(&rest, &item));
		assert_int_equal(item.kind, CBOR_INTEGER);
		assert_true(item.number == good[i].number);
		assert_int_equal(rest.len, 0);
		assert_int_equal(item.whole.len, good[i].len);
	}
}

static void
test_other_forms_are_refused(void **state)
{
	static const struct { const char *p; size_t len; } bad[] = {
		{ BYTES("") },
		{ BYTES("\x18\x17") }, { BYTES("\x19\x00\xff") },
		{ BYTES("\x1a\x00\x00\xff\xff") },
		{ BYTES("\x1b\x00\x00\x00\x00\xff\xff\xff\xff") },
		{ BYTES("\x1b\x80\x00\x00\x00\x00\x00\x00\x00") },
		{ BYTES("\x3b\x80\x00\x00\x00\x00\x00\x00\x00") },
		{ BYTES("\x18") }, { BYTES("\x1b\x01\x00") },
		{ BYTES("\x1c") }, { BYTES("\x1d") }, { BYTES("\x1e") },
		{ BYTES("\x1f") },
		{ BYTES("\x41") },
		{ BYTES("\x58\x17" "12345678901234567890123") },
		{ BYTES("\x5b\xff\xff\xff\xff\xff\xff\xff\xff") },
		{ BYTES("\x5f\x41\x00\xff") }, { BYTES("\x7f\xff") },
		{ BYTES("\x61\xff") }, { BYTES("\x62\xc3\x28") },
		{ BYTES("\x81") }, { BYTES("\x82\x00") },
		{ BYTES("\x9f\xff") }, { BYTES("\xbf\xff") },
		{ BYTES("\x9b\xff\xff\xff\xff\xff\xff\xff\xff") },
		{ BYTES("\xa1") }, { BYTES("\xa1\x00") },
		{ BYTES("\xa2\x00\x00\x00\x00") },
		{ BYTES("\xa2\x61" "a\x00\x61" "a\x01") },
		{ BYTES("\xa1\x40\x00") }, { BYTES("\xa1\x80\x00") },
		{ BYTES("\xa1\xf6\x00") },
		{ BYTES("\xc0\x00") }, { BYTES("\xd8\x18\x40") },
		{ BYTES("\xe0") }, { BYTES("\xf3") }, { BYTES("\xf7") },
		{ BYTES("\xf8\x14") }, { BYTES("\xf8\xff") },
		{ BYTES("\xf9\x00\x00") }, { BYTES("\xf9\x00\x15") },
		{ BYTES("\xfa\x00\x00\x00\x00") },
		{ BYTES("\xfb\x00\x00\x00\x00\x00\x00\x00\x00") },
		{ BYTES("\xff") },
	};
	struct cbor item = { .number = 77 };
	struct str rest;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(bad); i++) {
		rest = (struct str){ bad[i].p, bad[i].len };
		if (cbor_take(&rest, &item))
			fail_msg("%zu passes", i);
		assert_ptr_equal(rest.p, bad[i].p);
		assert_int_equal(rest.len, bad[i].len);
		assert_int_equal(item.number, 77);
	}
}

static void
test_strings_and_words(void **state)
{
	struct str rest = STR("\x43\0\1\2\x63" "a\xc3\xa4\xf4\xf5\xf6\x40");
	struct cbor item;

	(void)state;
	assert_true(cbor_take(&rest, &item));
	assert_int_equal(item.kind, CBOR_BYTES);
	assert_int_equal(item.content.len, 3);
	assert_memory_equal(item.content.p, "\0\1\2", 3);
	assert_true(cbor_take(&rest, &item));
	assert_int_equal(item.kind, CBOR_TEXT);
	assert_true(str_is(item.content, "a\xc3\xa4"));
	assert_true(cbor_take(&rest, &item));
	assert_true(item.kind == CBOR_BOOL && item.number == 0);
	assert_true(cbor_take(&rest, &item));
	assert_true(item.kind == CBOR_BOOL && item.number == 1);
	assert_true(cbor_take(&rest, &item));
	assert_int_equal(item.kind, CBOR_NULL);
	assert_true(cbor_take(&rest, &item));
	assert_int_equal(item.content.len, 0);
	assert_false(cbor_take(&rest, &item));
}

static void
test_depth_at_the_bound(void **state)
{
	char deep[CBOR_DEPTH_MAX + 2];
	struct str rest = { deep, CBOR_DEPTH_MAX };
	struct cbor item;

	(void)state;
	memset(deep, 0x81, sizeof(deep));
	deep[CBOR_DEPTH_MAX - 1] = (char)0x80;
	assert_true(cbor_take(&rest, &item));
	deep[CBOR_DEPTH_MAX - 1] = (char)0x81;
	deep[CBOR_DEPTH_MAX] = (char)0x80;
	rest = (struct str){ deep, CBOR_DEPTH_MAX + 1 };
	assert_false(cbor_take(&rest, &item));
	deep[CBOR_DEPTH_MAX] = 0x01;	/* no container: nothing is deeper */
	assert_true(cbor_take(&rest, &item));
}

static void
test_members_at_the_bound(void **state)
{
	char many[2 + 2 * (CBOR_ITEMS_MAX + 1)];
	struct str rest;
	struct cbor item;
	size_t i, n;

	(void)state;
	for (n = CBOR_ITEMS_MAX; n <= CBOR_ITEMS_MAX + 1; n++) {
		many[0] = (char)0x98;
		many[1] = (char)n;
		memset(many + 2, 0, n);
		rest = (struct str){ many, 2 + n };
		assert_int_equal(cbor_take(&rest, &item), n == CBOR_ITEMS_MAX);
		many[0] = (char)0xb8;
		for (i = 0; i < n; i++) {
			/* 0..23 and -1..: keys of one byte each */
			many[2 + 2 * i] = (char)(i < 24 ? i : 0x20 + i - 24);
			many[3 + 2 * i] = 0;
		}
		rest = (struct str){ many, 2 + 2 * n };
		assert_int_equal(cbor_take(&rest, &item), n == CBOR_ITEMS_MAX);
	}
}

static void
test_members_are_found_by_key_and_kind(void **state)
{
	struct str rest = STR("\xa5\x63" "fmt\x64" "none\x01\x02\x20\x01\x03"
	    "\x39\x01\x00\x61" "1\xa0");
	struct cbor map, value = { .number = 77 };
	int64_t number = 77;

	(void)state;
	assert_true(cbor_take(&rest, &map));
	assert_int_equal(map.number, 5);
	assert_true(cbor_member(&map, "fmt", CBOR_TEXT, &value));
	assert_true(str_is(value.content, "none"));
	assert_false(cbor_member(&map, "fmt", CBOR_BYTES, &value));
	assert_false(cbor_member(&map, "fm", CBOR_TEXT, &value));
	assert_false(cbor_member(&map, "fmt2", CBOR_TEXT, &value));
	assert_true(cbor_member(&map, "1", CBOR_MAP, &value));
	assert_true(cbor_label(&map, 1, &number) && number == 2);
	assert_true(cbor_label(&map, -1, &number) && number == 1);
	assert_true(cbor_label(&map, 3, &number) && number == -257);
	assert_false(cbor_label(&map, 2, &number));
	assert_int_equal(number, -257);
	assert_false(cbor_label(&value, 1, &number));
	rest = STR("\x82\x01\x02");
	assert_true(cbor_take(&rest, &map));
	assert_false(cbor_label(&map, 1, &number));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_integers_in_their_shortest_form),
		cmocka_unit_test(test_other_forms_are_refused),
		cmocka_unit_test(test_strings_and_words),
		cmocka_unit_test(test_depth_at_the_bound),
		cmocka_unit_test(test_members_at_the_bound),
		cmocka_unit_test(test_members_are_found_by_key_and_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"
#include "tests/support/unit_ctx.h"

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"
#include "libshared/doors/field.h"

#define X10	"xxxxxxxxxx"
#define X60	X10 X10 X10 X10 X10 X10

static const struct row {
	enum charset	 charset;
	struct str	 text;
	bool		 good;
} rows[] = {
#define R(cs, s, good)	{ CHARSET_ ## cs, { (s), sizeof(s) - 1 }, (good) }
	R(TEXT, "a", true), R(TEXT, " ~\xc3\xa9\xf0\x9f\x98\x80", true),
	R(TEXT, "a\nb", false), R(TEXT, "a\tb", false),
	R(TEXT, "a\0b", false), R(TEXT, "\x7f", false),
	R(TEXT, "\xc2\x85", false), R(TEXT, "\xe2\x80\xa8", false),
	R(TEXT, "\xe2\x80\xae", false), R(TEXT, "\xe2\x81\xa6", false),
	R(TEXT, "\xef\xbb\xbf" "a", false), R(TEXT, "\xff", false),
	R(TEXT, "\xc0\xaf", false), R(TEXT, "\xed\xa0\x80", false),
	R(TEXT, "\xe2\x80\x8d", true),
	R(SLUG, "abc", true), R(SLUG, "a12", true), R(SLUG, "ab", false),
	R(SLUG, "abcdefghijklmnopqrstuvwxyz12345", true),
	R(SLUG, "abcdefghijklmnopqrstuvwxyz123456", false),
	R(SLUG, "1abc", false), R(SLUG, "aBc", false),
	R(SLUG, "a-bc", false), R(SLUG, "a_bc", false),
	R(SLUG, "abc\n", false), R(SLUG, "ab\0c", false),
	R(SLUG, "ab\xc3\xa9", false), R(SLUG, "", false),
	R(NAME, "ab", true), R(NAME, "a-b", true), R(NAME, "a1", true),
	R(NAME, "a--b", true), R(NAME, "a", false), R(NAME, "-a", false),
	R(NAME, "a-", false), R(NAME, "1a", false), R(NAME, "aB", false),
	R(NAME, "a.b", false), R(NAME, "a\0b", false), R(NAME, "a/b", false),
	R(EMAIL, "a@b.example", true), R(EMAIL, "a.b+c@d-e.f.example", true),
	R(EMAIL, "!#$%&'*+/=?^_`{|}~-@b.example", true),
	R(EMAIL, "A@B.EXAMPLE", true), R(EMAIL, "a@1.2", true),
	R(EMAIL, X60 "abcd@b.example", true),
	R(EMAIL, X60 "abcde@b.example", false),
	R(EMAIL, "a@" X60 "abc." X60 "abc." X60 "a", true),
	R(EMAIL, "a@" X60 "abc." X60 "abc." X60 "ab", false),
	R(EMAIL, "a@" X60 "abcd.example", false),
	R(EMAIL, "", false), R(EMAIL, "@", false), R(EMAIL, "a", false),
	R(EMAIL, "a@", false), R(EMAIL, "@b.example", false),
	R(EMAIL, "a@b", false), R(EMAIL, "a@localhost", false),
	R(EMAIL, "a@b@c.example", false), R(EMAIL, "a b@c.example", false),
	R(EMAIL, "a@b .example", false), R(EMAIL, ".a@b.example", false),
	R(EMAIL, "a.@b.example", false), R(EMAIL, "a..b@c.example", false),
	R(EMAIL, "a@.example", false), R(EMAIL, "a@b.", false),
	R(EMAIL, "a@b.example.", false), R(EMAIL, "a@b..example", false),
	R(EMAIL, "a@-b.example", false), R(EMAIL, "a@b-.example", false),
	R(EMAIL, "a@[127.0.0.1]", false), R(EMAIL, "\"a\"@b.example", false),
	R(EMAIL, "a(b)@c.example", false), R(EMAIL, "<a@b.example>", false),
	R(EMAIL, "a@b.example,c@d.example", false),
	R(EMAIL, "a@b.example\r\nBcc: c@d.example", false),
	R(EMAIL, "a\0@b.example", false), R(EMAIL, "a@b\0.example", false),
	R(EMAIL, "\xc3\xa9@b.example", false),
	R(EMAIL, "a@\xc3\xa9.example", false),
	R(TOKEN, "aZ09-_.", true), R(TOKEN, "a=", false),
	R(TOKEN, "a b", false), R(TOKEN, "a+b", false),
	R(TOKEN, "a/b", false), R(TOKEN, "a\0b", false),
	R(ANY, "a\nb\x01\xc3\xa9 ", true), R(ANY, "a\0b", false),
	R(ANY, "\xff", false),
#undef R
};

static const char *
check(const struct field *field, const char *text)
{
	return field_check_text(ctx, field, text, strlen(text));
}

static void
test_charsets(void **state)
{
	struct field field = { .name = "f", .kind = FIELD_KIND_TEXT,
	    .max = 1000 };
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		field.charset = rows[i].charset;
		why = field_check_text(ctx, &field, rows[i].text.p,
		    rows[i].text.len);
		assert_row((why == NULL) == rows[i].good, rows[i].text.p);
	}
}

static void
test_length_is_in_characters_and_named(void **state)
{
	struct field field = { .name = "f", .kind = FIELD_KIND_TEXT,
	    .min = 2, .max = 4 };

	(void)state;
	assert_null(check(&field, "ab"));
	assert_null(check(&field, "abcd"));
	assert_string_equal(check(&field, "a"),
	    "must have 2 to 4 characters, not 1");
	assert_string_equal(check(&field, "abcde"),
	    "must have 2 to 4 characters, not 5");
	assert_null(check(&field, "\xc3\xa9\xc3\xa9" "ab"));
	assert_null(check(&field, "\xf0\x9f\x90\xab\xf0\x9f\x90\xab"
	    "\xf0\x9f\x90\xab\xf0\x9f\x90\xab"));
	assert_string_equal(check(&field, "\xc3\xa9"),
	    "must have 2 to 4 characters, not 1");
	field.min = 4;
	assert_string_equal(check(&field, "a"),
	    "must have 4 characters, not 1");
}

static void
test_choices_are_named(void **state)
{
	static const char *const choices[] = { "low", "mid", NULL };
	struct field field = { .name = "f", .kind = FIELD_KIND_TEXT,
	    .max = 10, .choices = choices };

	(void)state;
	assert_null(check(&field, "low"));
	assert_null(check(&field, "mid"));
	assert_string_equal(check(&field, "high"),
	    "must be one of: low, mid");
	assert_non_null(check(&field, "lo"));
	assert_non_null(check(&field, ""));
	assert_non_null(field_check_text(ctx, &field, "low\0", 4));
}

static void
test_reason_never_holds_the_value(void **state)
{
	static const char *const choices[] = { "low", NULL };
	struct field field = { .name = "f", .kind = FIELD_KIND_SECRET,
	    .min = 3, .max = 10 };
	int charset;

	(void)state;
	for (charset = 0; charset < CHARSET__MAX; charset++) {
		field.charset = (enum charset)charset;
		field.choices = choices;
		assert_null(strstr(check(&field, "Hunter\x02@"),
		    "Hunter"));
		assert_null(strstr(check(&field, "Hunter-and-more"),
		    "Hunter"));
	}
}

static void
test_uuids(void **state)
{
	static const char *const bad[] = {
		"", "0190a0b0111172228333444455556666",
		"0190a0b0-1111-7222-8333-44445555666",
		"0190a0b0-1111-7222-8333-4444555566667",
		"0190a0b0-1111-7222-8333_444455556666",
		"0190a0bg-1111-7222-8333-444455556666",
		"{190a0b0-1111-7222-8333-44445555666}",
		"0190a0b01-111-7222-8333-444455556666",
	};
	static const char good[] = "0190A0b0-1111-7222-8333-44445555666F";
	struct uuid uuid = { .text = "" };
	size_t i;

	(void)state;
	assert_true(uuid_empty(&uuid));
	for (i = 0; i < nitems(bad); i++)
		assert_row(!uuid_set(&uuid, bad[i]), bad[i]);
	assert_false(uuid_set(&uuid, NULL));
	assert_true(uuid_empty(&uuid));
	assert_true(uuid_valid(good, strlen(good)));
	assert_true(uuid_set(&uuid, good));
	assert_string_equal(uuid.text, "0190a0b0-1111-7222-8333-44445555666f");
	assert_false(uuid_empty(&uuid));
}

static void
test_times(void **state)
{
	static const char *const good[] = { "2026-01-31T12:00:00Z",
	    "2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.123456Z" };
	static const char *const bad[] = { "", "2026-01-31", "Z",
	    "2026-01-31T12:00:00", "2026-01-31T12:00:00+01:00",
	    "2026-01-31 12:00:00Z", "2026-01-31T12:00:00.Z",
	    "2026-01-31T12:00:00.xZ", "2026-01-31T12:00:00,5Z",
	    "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
	    "2026-01-00T00:00:00Z", "2026-01-31T24:00:00Z",
	    "2026-01-31T12:60:00Z", "0000-01-31T12:00:00Z",
	    "x026-01-31T12:00:00Z", "2026-01-31T12:00:00.1234567890123Z" };
	struct field field = { .name = "f", .kind = FIELD_KIND_TIME };
	size_t i;

	(void)state;
	for (i = 0; i < nitems(good); i++)
		assert_row(check(&field, good[i]) == NULL, good[i]);
	for (i = 0; i < nitems(bad); i++)
		assert_row(check(&field, bad[i]) != NULL, bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_charsets),
		cmocka_unit_test(test_length_is_in_characters_and_named),
		cmocka_unit_test(test_choices_are_named),
		cmocka_unit_test(test_reason_never_holds_the_value),
		cmocka_unit_test(test_uuids),
		cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests_name("field_check", tests, ctx_setup,
	    ctx_teardown);
}

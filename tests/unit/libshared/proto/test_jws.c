/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"
#include "tests/support/unit_ctx.h"

#include "libshared/base/ctx.h"
#include "libshared/doors/json.h"
#include "libshared/proto/jws.h"

static void
assert_part(struct str part, const char *text)
{
	assert_row(str_is(part, text), text);
}

static void
test_three_parts_and_what_is_signed(void **state)
{
	struct jws jws;

	(void)state;
	assert_true(jws_split(STR("head.pay-load.sig_"), &jws));
	assert_part(jws.header, "head");
	assert_part(jws.payload, "pay-load");
	assert_part(jws.signature, "sig_");
	assert_part(jws.signed_text, "head.pay-load");
	assert_true(jws_split(STR(".."), &jws));
	assert_part(jws.header, "");
	assert_part(jws.signature, "");
	assert_part(jws.signed_text, ".");
}

static void
test_two_dots_and_no_other_number(void **state)
{
	static const char *const others[] = { "", "a", "a.b", "a.b.c.d",
	    "...", "a.b.c.", ".a.b.c" };
	struct jws jws;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(others); i++)
		assert_row(!jws_split(str_of(others[i]), &jws), others[i]);
}

static void
test_a_part_is_an_object_in_base64url(void **state)
{
	static const struct { const char *part; bool good; } rows[] = {
		{ "e30", true },		/* {} */
		{ "eyJhIjoxfQ", true },		/* {"a":1} */
		{ "", false },
		{ "e30=", false },		/* padded */
		{ "e31", false },		/* tail bits */
		{ "e+0", false },		/* the other alphabet */
		{ "W10", false },		/* [] */
		{ "bnVsbA", false },		/* null */
		{ "e30x", false },		/* {} and more */
		{ "eyJhIjoxLCJhIjoyfQ", false },	/* a name twice */
	};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		assert_row((jws_object(ctx, str_of(rows[i].part)) != NULL) ==
		    rows[i].good, rows[i].part);
		assert_int_equal(ctx->fault.err, ERR_OK);
	}
}

static void
test_dates_are_whole_seconds_until_9999(void **state)
{
	static const struct { const char *text; bool good; } rows[] = {
		{ "{\"exp\":0}", true }, { "{\"exp\":253402300799}", true },
		{ "{\"exp\":253402300800}", false }, { "{\"exp\":-1}", false },
		{ "{\"exp\":1.5}", false }, { "{\"exp\":\"1\"}", false },
		{ "{\"exp\":null}", false }, { "{\"nbf\":1}", false },
	};
	struct json *claims;
	int64_t date;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		date = -7;
		assert_int_equal(json_parse(ctx, rows[i].text,
		    strlen(rows[i].text), &claims), ERR_OK);
		assert_row(jws_date(claims, "exp", &date) == rows[i].good,
		    rows[i].text);
		assert_row((date == -7) != rows[i].good, rows[i].text);
	}
}

static void
test_dates_of_others_may_have_a_fraction(void **state)
{
	static const struct { const char *text; int64_t date; } rows[] = {
		{ "{\"exp\":0}", 0 }, { "{\"exp\":1.5}", 1 },
		{ "{\"exp\":1764471475.9994}", 1764471475 },
		{ "{\"exp\":1.764471475E9}", 1764471475 },
		{ "{\"exp\":253402300799}", 253402300799 },
		{ "{\"exp\":253402300799.5}", 253402300799 },
		{ "{\"exp\":253402300800}", -7 }, { "{\"exp\":-1.5}", -7 },
		{ "{\"exp\":1e400}", -7 }, { "{\"exp\":\"1\"}", -7 },
		{ "{\"exp\":null}", -7 }, { "{\"nbf\":1}", -7 },
	};
	struct json *claims;
	int64_t date;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		date = -7;
		assert_int_equal(json_parse(ctx, rows[i].text,
		    strlen(rows[i].text), &claims), ERR_OK);
		assert_row(jws_date_cut(claims, "exp", &date) ==
		    (rows[i].date != -7), rows[i].text);
		assert_row(date == rows[i].date, rows[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_three_parts_and_what_is_signed),
		CTX_TEST(test_two_dots_and_no_other_number),
		CTX_TEST(test_a_part_is_an_object_in_base64url),
		CTX_TEST(test_dates_are_whole_seconds_until_9999),
		CTX_TEST(test_dates_of_others_may_have_a_fraction),
	};

	return cmocka_run_group_tests_name("jws", tests, NULL, NULL);
}

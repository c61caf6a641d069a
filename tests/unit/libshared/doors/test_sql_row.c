/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "libshared/doors/sql_row.h"

struct thing {
	const char	*text, *time, *json, *secret;
	struct uuid	 id;
	int64_t		 number;
	bool		 flag;
};

static const struct field view[] = {
	VIEW_TEXT(struct thing, text),
	VIEW_TIME(struct thing, time),
	VIEW_JSON(struct thing, json),
	VIEW_AT(struct thing, secret, FIELD_KIND_SECRET),
	VIEW_UUID(struct thing, id),
	VIEW_INT(struct thing, number),
	VIEW_BOOL(struct thing, flag),
	FIELD_END
};

/* A result of one row, whose columns are in another order than the view. */
static const char *const names[] = { "flag", "number", "id", "secret",
    "json", "time", "text" };
static const char *values[nitems(names)];
static int ncols;

static const char *
name(const void *from, int col)
{
	(void)from;
	return names[col];
}

static const char *
value(const void *from, int row, int col)
{
	(void)from;
	(void)row;
	return values[col];
}

static const struct sql_table *
table(void)
{
	static struct sql_table it;

	it = (struct sql_table){ NULL, ncols, name, value };
	return &it;
}

static int
setup(void **state)
{
	static const char *const good[] = { "t", "-7",
	    "01890A5D-AC96-774B-BCCE-B302099A8057", "s3cret", "{\"a\":1}",
	    "2026-01-02T03:04:05Z", "hello" };

	memcpy(values, good, sizeof(good));
	ncols = nitems(names);
	return ctx_setup(state);
}

static void
test_columns_are_found_by_name(void **state)
{
	struct thing thing;

	(void)state;
	assert_int_equal(sql_row(ctx, table(), 0, view, &thing), ERR_OK);
	assert_string_equal(thing.text, "hello");
	assert_string_equal(thing.time, "2026-01-02T03:04:05Z");
	assert_string_equal(thing.json, "{\"a\":1}");
	assert_string_equal(thing.secret, "s3cret");
	assert_string_equal(thing.id.text,
	    "01890a5d-ac96-774b-bcce-b302099a8057");
	assert_int_equal(thing.number, -7);
	assert_true(thing.flag);
}

static void
test_values_are_copies(void **state)
{
	char text[] = "hello";
	struct thing thing;

	(void)state;
	values[6] = text;
	assert_int_equal(sql_row(ctx, table(), 0, view, &thing), ERR_OK);
	text[0] = 'J';
	assert_string_equal(thing.text, "hello");
}

static void
test_null_is_the_empty_value(void **state)
{
	struct thing thing = { 0 };
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(values); i++)
		values[i] = NULL;
	assert_int_equal(sql_row(ctx, table(), 0, view, &thing), ERR_OK);
	assert_null(thing.text);
	assert_null(thing.time);
	assert_null(thing.json);
	assert_null(thing.secret);
	assert_true(uuid_empty(&thing.id));
	assert_int_equal(thing.number, 0);
	assert_false(thing.flag);
}

/* A value from before must not look like one of the row. */
static void
test_null_clears_what_was_there(void **state)
{
	struct thing thing = { .number = 9, .flag = true };
	unsigned i;

	(void)state;
	assert_true(uuid_set(&thing.id,
	    "01890a5d-ac96-774b-bcce-b302099a8057"));
	for (i = 0; i < nitems(values); i++)
		values[i] = NULL;
	assert_int_equal(sql_row(ctx, table(), 0, view, &thing), ERR_OK);
	assert_true(uuid_empty(&thing.id));
	assert_int_equal(thing.number, 0);
	assert_false(thing.flag);
}

static void
wrong(int column, const char *bad)
{
	struct thing thing;

	fail_clear(ctx);
	values[column] = bad;
	assert_int_equal(sql_row(ctx, table(), 0, view, &thing),
	    ERR_INTERNAL);
	assert_non_null(strstr(ctx->fault.detail, names[column]));
}

static void
test_a_number_that_is_none_is_refused(void **state)
{
	(void)state;
	wrong(1, "7.0");
}

static void
test_a_number_beyond_64_bits_is_refused(void **state)
{
	(void)state;
	wrong(1, "9223372036854775808");
}

static void
test_a_boolean_that_is_none_is_refused(void **state)
{
	(void)state;
	wrong(0, "true");
}

static void
test_a_uuid_that_is_none_is_refused(void **state)
{
	(void)state;
	wrong(2, "01890a5d-ac96-774b-bcce");
}

static void
test_a_missing_column_is_refused(void **state)
{
	struct thing thing;

	(void)state;
	ncols--;
	assert_int_equal(sql_row(ctx, table(), 0, view, &thing),
	    ERR_INTERNAL);
	assert_non_null(strstr(ctx->fault.detail, "no column for field text"));
}

static void
test_a_column_left_over_is_refused(void **state)
{
	static const struct field less[] = {
		VIEW_TEXT(struct thing, text),
		FIELD_END
	};
	struct thing thing;

	(void)state;
	assert_int_equal(sql_row(ctx, table(), 0, less, &thing),
	    ERR_INTERNAL);
	assert_string_equal(ctx->fault.detail, "7 columns for 1 fields");
}

static void
test_a_row_that_does_not_fit_is_too_large(void **state)
{
	static char big[1 << 17];
	struct ctx *small = ctx_new(1 << 16);
	struct thing thing;

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	values[6] = big;
	assert_int_equal(sql_row(small, table(), 0, view, &thing),
	    ERR_TOO_LARGE);
	ctx_free(&small);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, ctx_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_columns_are_found_by_name),
		TEST(test_values_are_copies),
		TEST(test_null_is_the_empty_value),
		TEST(test_null_clears_what_was_there),
		TEST(test_a_number_that_is_none_is_refused),
		TEST(test_a_number_beyond_64_bits_is_refused),
		TEST(test_a_boolean_that_is_none_is_refused),
		TEST(test_a_uuid_that_is_none_is_refused),
		TEST(test_a_missing_column_is_refused),
		TEST(test_a_column_left_over_is_refused),
		TEST(test_a_row_that_does_not_fit_is_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

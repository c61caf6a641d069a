/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "tests/support/fake_sql.h"
#include "tests/support/request.h"

#define ONE	"00000000-0000-7000-8000-0000000000a1"
#define TWO	"00000000-0000-7000-8000-0000000000a2"

struct thing { struct uuid id; const char *name; };

static const struct field thing_view[] = {
	VIEW_UUID(struct thing, id),
	VIEW_TEXT(struct thing, name),
	FIELD_END
};

static const struct sql_query query = { "thing_list", "", 2, SQL_MANY };
static const struct sql_query some = { "some", "", 3, SQL_MANY };
static const struct sql_query every = { "things", "", 0, SQL_MANY };
static const struct sql_query counted = { "thing_count", "", 1, SQL_ONE };

static void
test_all_rows_in_their_order(void **state)
{
	(void)state;
	fake_expect("thing_list", "a", FAKE_NULL);
	fake_row("id", TWO, "name", "two");
	fake_row("id", ONE, "name", "one");
	assert_int_equal(reply_listed(ctx, &query, thing_view,
	    sizeof(struct thing), ARG_TEXT("a"), ARG_NULL), ERR_OK);
	assert_int_equal(req.status, 200);
	assert_string_equal(req.body_out, "{\"items\":["
	    "{\"id\":\"" TWO "\",\"name\":\"two\"},"
	    "{\"id\":\"" ONE "\",\"name\":\"one\"}],\"next\":null}");
}

static void
test_no_row_is_an_empty_list(void **state)
{
	(void)state;
	fake_expect("things");
	assert_int_equal(reply_listed(ctx, &every, thing_view,
	    sizeof(struct thing)), ERR_OK);
	assert_string_equal(req.body_out, "{\"items\":[],\"next\":null}");
}

static void
test_a_page_asks_for_one_row_more(void **state)
{
	(void)state;
	route.query = page_query;
	req.query = "limit=1&after=" ONE;
	fake_expect("thing_list", ONE, "2");
	fake_row("id", TWO, "name", "two");
	fake_row("id", ONE, "name", "one");
	assert_int_equal(reply_paged(ctx, &query, thing_view,
	    sizeof(struct thing)), ERR_OK);
	assert_string_equal(req.body_out, "{\"items\":["
	    "{\"id\":\"" TWO "\",\"name\":\"two\"}],\"next\":\"" TWO "\"}");
}

static void
test_a_page_begins_at_the_start(void **state)
{
	(void)state;
	route.query = page_query;
	fake_expect("thing_list", FAKE_NULL, "51");
	fake_row("id", ONE, "name", "one");
	assert_int_equal(reply_paged(ctx, &query, thing_view,
	    sizeof(struct thing)), ERR_OK);
	assert_string_equal(req.body_out, "{\"items\":["
	    "{\"id\":\"" ONE "\",\"name\":\"one\"}],\"next\":null}");
}

static void
test_arguments_come_behind_those_of_the_page(void **state)
{
	(void)state;
	route.query = page_query;
	req.query = "limit=7";
	fake_expect("some", FAKE_NULL, "8", "x");
	assert_int_equal(reply_paged(ctx, &some, thing_view,
	    sizeof(struct thing), ARG_TEXT("x")), ERR_OK);
}

static void
test_a_wrong_page_asks_nothing(void **state)
{
	static const char *const wrong[] = { "limit=0", "limit=101",
	    "after=x", ("before=" ONE) };
	size_t i;

	(void)state;
	route.query = page_query;
	for (i = 0; i < nitems(wrong); i++) {
		fail_clear(ctx);
		req.query = wrong[i];
		assert_int_equal(reply_paged(ctx, &query, thing_view,
		    sizeof(struct thing)), ERR_BAD_INPUT);
	}
}

static const struct sql_query find = { "find", "", 6, SQL_MANY };
static const struct sql_query total = { "total", "", 2, SQL_ONE };
static const struct reply_search search = { &find, &total, thing_view,
    sizeof(struct thing), "name", NULL };

/* base64url of "name:<TWO>:two" and "newest:<TWO>:" */
#define BY_NAME	"bmFtZTowMDAwMDAwMC0wMDAwLTcwMDAtODAwMC0w" \
	"MDAwMDAwMDAwYTI6dHdv"
#define BY_AGE	"bmV3ZXN0OjAwMDAwMDAwLTAwMDAtNzAwMC04MDAw" \
	"LTAwMDAwMDAwMDBhMjo"

static void
expect_total(const char *words, const char *n)
{
	fake_expect("total", words, "x");
	fake_row("n", n);
}

static void
test_a_search_begins_by_name(void **state)
{
	(void)state;
	route.query = search_query;
	req.query = "limit=1&q=t%25";
	expect_total("t%", "7");
	fake_expect("find", FAKE_NULL, FAKE_NULL, "2", "t%", "f", "x");
	fake_row("id", TWO, "name", "two");
	fake_row("id", ONE, "name", "one");
	assert_int_equal(reply_searched(ctx, &search, ARG_TEXT("x")), ERR_OK);
	assert_string_equal(req.body_out, "{\"items\":["
	    "{\"id\":\"" TWO "\",\"name\":\"two\"}],"
	    "\"next\":\"" BY_NAME "\",\"total\":7}");
}

static void
test_a_search_goes_on_behind_its_cursor(void **state)
{
	(void)state;
	route.query = search_query;
	req.query = "after=" BY_NAME;
	expect_total(FAKE_NULL, "7");
	fake_expect("find", TWO, "two", "51", FAKE_NULL, "f", "x");
	assert_int_equal(reply_searched(ctx, &search, ARG_TEXT("x")), ERR_OK);
	req.query = "sort=newest&after=" BY_AGE;
	expect_total(FAKE_NULL, "7");
	fake_expect("find", TWO, "", "51", FAKE_NULL, "t", "x");
	assert_int_equal(reply_searched(ctx, &search, ARG_TEXT("x")), ERR_OK);
}

static void
test_a_cursor_of_another_sort_asks_nothing(void **state)
{
	static const char *const wrong[] = { "after=" BY_AGE,
	    "sort=newest&after=" BY_NAME, "after=x", "after=bmFtZTp4Ong",
	    "after=bmFtZQ", "sort=size" };
	size_t i;

	(void)state;
	route.query = search_query;
	for (i = 0; i < nitems(wrong); i++) {
		fail_clear(ctx);
		req.query = wrong[i];
		assert_int_equal(reply_searched(ctx, &search, ARG_TEXT("x")),
		    ERR_BAD_INPUT);
		assert_string_equal(ctx->fault.code, "invalid_fields");
		assert_string_equal(ctx->fault.fields[0].field,
		    i == 5 ? "sort" : "after");
	}
}

static void
test_a_failed_query_is_no_answer(void **state)
{
	(void)state;
	fake_expect("things");
	fake_error(ERR_UNAVAILABLE, "08006");
	assert_int_equal(reply_listed(ctx, &every, thing_view,
	    sizeof(struct thing)), ERR_UNAVAILABLE);
	assert_int_equal(req.status, 0);
}

static void
test_a_count_is_the_column_n(void **state)
{
	int64_t n = -1;

	(void)state;
	fake_expect("thing_count", ONE);
	fake_row("n", "9007199254740993");
	assert_int_equal(sql_count(ctx, &counted, &n, ARG_TEXT(ONE)), ERR_OK);
	assert_true(n == INT64_C(9007199254740993));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REQUEST_TEST(test_all_rows_in_their_order),
		REQUEST_TEST(test_no_row_is_an_empty_list),
		REQUEST_TEST(test_a_page_asks_for_one_row_more),
		REQUEST_TEST(test_a_page_begins_at_the_start),
		REQUEST_TEST(test_arguments_come_behind_those_of_the_page),
		REQUEST_TEST(test_a_wrong_page_asks_nothing),
		REQUEST_TEST(test_a_search_begins_by_name),
		REQUEST_TEST(test_a_search_goes_on_behind_its_cursor),
		REQUEST_TEST(test_a_cursor_of_another_sort_asks_nothing),
		REQUEST_TEST(test_a_failed_query_is_no_answer),
		REQUEST_TEST(test_a_count_is_the_column_n),
	};

	return cmocka_run_group_tests_name("reply_rows", tests, NULL, NULL);
}

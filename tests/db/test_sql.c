/* SPDX-License-Identifier: Apache-2.0 */
/* Named queries on a real PostgreSQL: shapes, failures, transactions. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/log.h"
#include "tests/support/real_sql.h"

static void
test_one_row_becomes_a_struct(void **state)
{
	struct item item;

	(void)state;
	assert_int_equal(sql_one(ctx, &item_get, item_view, &item,
	    ARG_INT(1)), ERR_OK);
	assert_int_equal(item.id, 1);
	assert_string_equal(item.name, "one");
	assert_string_equal(item.uid.text, UID);
	assert_true(item.flag);
}

static void
test_null_becomes_nothing(void **state)
{
	struct item item;

	(void)state;
	memset(&item, 0x55, sizeof(item));
	assert_int_equal(sql_one(ctx, &item_get, item_view, &item,
	    ARG_INT(2)), ERR_OK);
	assert_null(item.name);
	assert_true(uuid_empty(&item.uid));
	assert_false(item.flag);
}

static void
test_no_row_of_one_is_not_found(void **state)
{
	struct item item;

	(void)state;
	assert_int_equal(sql_one(ctx, &item_get, item_view, &item,
	    ARG_INT(3)), ERR_NOT_FOUND);
	assert_int_equal(ctx->fault.err, ERR_OK);
}

static void
test_two_rows_of_one_are_our_mistake(void **state)
{
	struct item item;
	bool found;

	(void)state;
	assert_int_equal(sql_one(ctx, &item_all, item_view, &item),
	    ERR_INTERNAL);
	fail_clear(ctx);
	assert_int_equal(sql_opt(ctx, &item_all, item_view, &item, &found),
	    ERR_INTERNAL);
}

static void
test_opt_says_whether_there_is_one(void **state)
{
	struct item item;
	bool found;

	(void)state;
	assert_int_equal(sql_opt(ctx, &item_get, item_view, &item, &found,
	    ARG_INT(1)), ERR_OK);
	assert_true(found);
	assert_int_equal(sql_opt(ctx, &item_get, item_view, &item, &found,
	    ARG_INT(3)), ERR_OK);
	assert_false(found);
}

static void
test_many_are_an_array(void **state)
{
	struct item *rows;
	size_t n;

	(void)state;
	assert_int_equal(sql_many(ctx, &item_all, item_view, sizeof(*rows),
	    &rows, &n), ERR_OK);
	assert_int_equal(n, 2);
	assert_int_equal(rows[0].id, 1);
	assert_int_equal(rows[1].id, 2);
}

static void
test_a_list_has_an_end(void **state)
{
	struct text *rows;
	size_t n;

	(void)state;
	assert_int_equal(sql_many(ctx, &series, text_view, sizeof(*rows),
	    &rows, &n, ARG_INT(SQL_ROWS_MAX)), ERR_OK);
	assert_int_equal(n, SQL_ROWS_MAX);
	assert_string_equal(rows[n - 1].text, "1000");
	assert_int_equal(sql_many(ctx, &series, text_view, sizeof(*rows),
	    &rows, &n, ARG_INT(SQL_ROWS_MAX + 1)), ERR_INTERNAL);
}

static void
test_exec_counts(void **state)
{
	struct item item;
	int64_t n = -1;

	(void)state;
	assert_int_equal(sql_exec(ctx, &item_add, &n, ARG_INT(3),
	    ARG_TEXT("it's; --"), ARG_UUID(&(struct uuid){ "" }),
	    ARG_BOOL(false)), ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(sql_one(ctx, &item_get, item_view, &item,
	    ARG_INT(3)), ERR_OK);
	assert_string_equal(item.name, "it's; --");
	assert_true(uuid_empty(&item.uid));
	assert_int_equal(sql_exec(ctx, &item_drop, &n), ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(sql_exec(ctx, &item_drop, &n), ERR_OK);
	assert_int_equal(n, 0);
}

static void
test_the_number_of_arguments_counts(void **state)
{
	struct item item;

	(void)state;
	assert_int_equal(sql_one(ctx, &item_get, item_view, &item),
	    ERR_INTERNAL);
	assert_int_equal(sql_exec(ctx, &item_drop, NULL, ARG_INT(1)),
	    ERR_INTERNAL);
}

/* Failures are recognized by their SQLSTATE. */
static void
test_what_is_taken_is_a_conflict_without_a_word(void **state)
{
	(void)state;
	assert_int_equal(sql_exec(ctx, &item_add, NULL, ARG_INT(1), ARG_NULL,
	    ARG_NULL, ARG_NULL), ERR_CONFLICT);
	assert_string_equal(sql_state(ctx), "23505");
	assert_int_equal(ctx->fault.err, ERR_OK);
	assert_int_equal(sql_exec(ctx, &part_add, NULL, ARG_INT(99)),
	    ERR_CONFLICT);
	assert_string_equal(sql_state(ctx), "23503");
}

static void
test_each_state_has_its_meaning(void **state)
{
	static const struct { const char *state; enum err err; bool retry; }
	    rows[] = {
		{ "40001", ERR_UNAVAILABLE, true },
		{ "40P01", ERR_UNAVAILABLE, true },
		{ "57014", ERR_UNAVAILABLE, false },
		{ "55P03", ERR_UNAVAILABLE, false },
		{ "53300", ERR_UNAVAILABLE, false },
		{ "23P01", ERR_CONFLICT, false },
		{ "23001", ERR_CONFLICT, false },
		{ "42501", ERR_INTERNAL, false },
		{ "22P02", ERR_INTERNAL, false },
		{ "23502", ERR_INTERNAL, false },
		{ "P0001", ERR_INTERNAL, false },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		fail_clear(ctx);
		assert_int_equal(sql_begin(ctx, true), ERR_OK);
		if (sql_exec(ctx, &raise_it, NULL, ARG_TEXT(rows[i].state)) !=
		    rows[i].err)
			fail_msg("%s: %s", rows[i].state, ctx->fault.detail);
		assert_string_equal(sql_state(ctx), rows[i].state);
		assert_int_equal(sql_may_retry(ctx), rows[i].retry);
		sql_rollback(ctx);
	}
}

static void
test_a_statement_has_a_deadline(void **state)
{
	(void)state;
	assert_int_equal(sql_exec(ctx, &pause_5s, NULL), ERR_UNAVAILABLE);
	assert_string_equal(sql_state(ctx), "57014");
}

static void
test_a_lock_has_a_deadline(void **state)
{
	(void)state;
	assert_int_equal(sql_begin(super, true), ERR_OK);
	assert_int_equal(sql_exec(super, &lock_it, NULL), ERR_OK);
	assert_int_equal(sql_exec(ctx, &lock_it, NULL), ERR_UNAVAILABLE);
	assert_string_equal(sql_state(ctx), "55P03");
	sql_rollback(super);
}

static void
test_a_commit_keeps_and_a_rollback_forgets(void **state)
{
	(void)state;
	assert_int_equal(sql_begin(ctx, true), ERR_OK);
	assert_int_equal(add(3), ERR_OK);
	assert_int_equal(count(), 2);
	assert_int_equal(sql_commit(ctx), ERR_OK);
	assert_int_equal(count(), 3);
	assert_int_equal(sql_begin(ctx, true), ERR_OK);
	assert_int_equal(add(4), ERR_OK);
	sql_rollback(ctx);
	assert_int_equal(count(), 3);
}

static void
test_a_read_only_transaction_cannot_write(void **state)
{
	(void)state;
	assert_int_equal(sql_begin(ctx, false), ERR_OK);
	assert_int_equal(add(3), ERR_INTERNAL);
	assert_string_equal(sql_state(ctx), "25006");
	sql_rollback(ctx);
}

static void
test_a_transaction_without_a_statement_is_none(void **state)
{
	(void)state;
	assert_int_equal(sql_begin(ctx, true), ERR_OK);
	assert_int_equal(sql_commit(ctx), ERR_OK);
	assert_int_equal(sql_begin(ctx, true), ERR_OK);
	sql_rollback(ctx);
	sql_rollback(ctx);
	assert_int_equal(sql_commit(ctx), ERR_OK);
}

static void
test_two_transactions_at_once_are_our_mistake(void **state)
{
	(void)state;
	assert_int_equal(sql_begin(ctx, true), ERR_OK);
	assert_int_equal(sql_begin(ctx, true), ERR_INTERNAL);
	sql_rollback(ctx);
}

/* PostgreSQL answers COMMIT by ROLLBACK, which is not a commit. */
static void
test_a_failed_transaction_is_not_committed(void **state)
{
	(void)state;
	assert_int_equal(sql_begin(ctx, true), ERR_OK);
	assert_int_equal(add(1), ERR_CONFLICT);
	assert_int_equal(sql_commit(ctx), ERR_INTERNAL);
	assert_int_equal(add(3), ERR_OK);
}

static void
test_what_only_a_commit_finds_is_a_conflict(void **state)
{
	(void)state;
	assert_int_equal(sql_begin(ctx, true), ERR_OK);
	assert_int_equal(sql_exec(ctx, &part_defer, NULL), ERR_OK);
	assert_int_equal(sql_exec(ctx, &part_add, NULL, ARG_INT(99)),
	    ERR_OK);
	assert_int_equal(sql_commit(ctx), ERR_CONFLICT);
	assert_string_equal(sql_state(ctx), "23503");
}

static void
test_a_failed_first_statement_leaves_no_transaction(void **state)
{
	(void)state;
	assert_int_equal(sql_begin(ctx, true), ERR_OK);
	assert_int_equal(sql_exec(ctx, &raise_it, NULL, ARG_TEXT("42501")),
	    ERR_INTERNAL);
	sql_rollback(ctx);
	fail_clear(ctx);
	assert_int_equal(sql_begin(ctx, true), ERR_OK);
	assert_int_equal(add(3), ERR_OK);
	assert_int_equal(sql_commit(ctx), ERR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REAL_TEST(test_one_row_becomes_a_struct),
		REAL_TEST(test_null_becomes_nothing),
		REAL_TEST(test_no_row_of_one_is_not_found),
		REAL_TEST(test_two_rows_of_one_are_our_mistake),
		REAL_TEST(test_opt_says_whether_there_is_one),
		REAL_TEST(test_many_are_an_array),
		REAL_TEST(test_a_list_has_an_end),
		REAL_TEST(test_exec_counts),
		REAL_TEST(test_the_number_of_arguments_counts),
		REAL_TEST(test_what_is_taken_is_a_conflict_without_a_word),
		REAL_TEST(test_each_state_has_its_meaning),
		REAL_TEST(test_a_statement_has_a_deadline),
		REAL_TEST(test_a_lock_has_a_deadline),
		REAL_TEST(test_a_commit_keeps_and_a_rollback_forgets),
		REAL_TEST(test_a_read_only_transaction_cannot_write),
		REAL_TEST(test_a_transaction_without_a_statement_is_none),
		REAL_TEST(test_two_transactions_at_once_are_our_mistake),
		REAL_TEST(test_a_failed_transaction_is_not_committed),
		REAL_TEST(test_what_only_a_commit_finds_is_a_conflict),
		REAL_TEST(test_a_failed_first_statement_leaves_no_transaction),
	};

	log_init("test", LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libshared/sql*.c against a real PostgreSQL, which tests/db/t/sql.sh has
 * prepared: PGHOST and PGPORT say where, CAMELEER_TEST_DB which database.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/support/unit.h"

#include "libshared/arena.h"
#include "libshared/log.h"
#include "libshared/sql.h"
#include "libshared/str.h"

#define UID	"00000000-0000-7000-8000-000000000001"

struct item {
	int64_t		 id;
	const char	*name;
	struct uuid	 uid;
	bool		 flag;
};

static const struct field item_view[] = {
	VIEW_INT(struct item, id),
	VIEW_TEXT(struct item, name),
	VIEW_UUID(struct item, uid),
	VIEW_BOOL(struct item, flag),
	FIELD_END
};

struct text { const char *text; };

static const struct field text_view[] = {
	VIEW_TEXT(struct text, text),
	FIELD_END
};

#define ITEM	"SELECT id, name, uid::text, flag FROM item "

static const struct sql_query
    item_get = { "item_get", ITEM "WHERE id = $1::integer", 1, SQL_ONE },
    item_all = { "item_all", ITEM "ORDER BY id", 0, SQL_MANY },
    item_add = { "item_add", "INSERT INTO item (id, name, uid, flag) VALUES "
	"($1::integer, $2::text, $3::uuid, $4::boolean)", 4, SQL_EXEC },
    item_drop = { "item_drop", "DELETE FROM item WHERE id > 2", 0, SQL_EXEC },
    part_add = { "part_add", "INSERT INTO part VALUES ($1::integer)", 1,
	SQL_EXEC },
    part_defer = { "part_defer", "SET CONSTRAINTS ALL DEFERRED", 0,
	SQL_EXEC },
    series = { "series", "SELECT n::text AS text FROM "
	"generate_series(1, $1::integer) n", 1, SQL_MANY },
    pause = { "pause", "SELECT pg_sleep(5)", 0, SQL_EXEC },
    raise_it = { "raise_it", "SELECT raise($1::text)", 1, SQL_EXEC },
    setting = { "setting", "SELECT current_setting($1::text) AS text", 1,
	SQL_ONE },
    backend = { "backend", "SELECT pg_backend_pid()::text AS text", 0,
	SQL_ONE },
    end_it = { "end_it", "SELECT pg_terminate_backend($1::integer)::text "
	"AS text", 1, SQL_ONE },
    notify = { "notify", "SELECT pg_notify('news', 'x')", 0, SQL_EXEC },
    lock_it = { "lock_it", "SELECT id FROM item WHERE id = 1 FOR UPDATE", 0,
	SQL_EXEC };

/* One of a process, one of a superuser; each has a context of its own. */
static struct ctx *ctx, *super;

static struct sql *
connection(const char *user, const char *password)
{
	int64_t port = 0;
	const struct sql_config config = {
		.host = getenv("PGHOST"), .name = getenv("CAMELEER_TEST_DB"),
		.user = user, .password = password, .port = 5432,
		.application = "test", .statement_timeout_ms = 1000,
		.lock_timeout_ms = 200,
	};
	struct sql_config copy = config;

	if (str_int(str_of(getenv("PGPORT")), 1, 65535, &port))
		copy.port = port;
	return sql_new(&copy);
}

static int
setup(void **state)
{
	(void)state;
	ctx = ctx_new(1 << 20);
	super = ctx_new(1 << 20);
	ctx->db = connection("cameleer_auth", "auth");
	super->db = connection("postgres", "postgres");
	return sql_exec(super, &item_drop, NULL) != ERR_OK;
}

static int
teardown(void **state)
{
	(void)state;
	sql_free(&ctx->db);
	sql_free(&super->db);
	ctx_free(&ctx);
	ctx_free(&super);
	return 0;
}

static const char *
ask(struct ctx *who, const struct sql_query *query, const char *arg)
{
	struct text text = { NULL };
	enum err e;

	e = query->nparams == 0 ? sql_one(who, query, text_view, &text) :
	    sql_one(who, query, text_view, &text, ARG_TEXT(arg));
	if (e != ERR_OK)
		fail_msg("%s: %s", query->name, who->fault.detail);
	return text.text;
}

/* The server ends our session, as a restart would. */
static void
cut_off(void)
{
	const char *pid = ask(ctx, &backend, NULL);
	const struct timespec nap = { 0, 50000000 };

	assert_string_equal(ask(super, &end_it, pid), "true");
	(void)nanosleep(&nap, NULL);
}

/* Shapes. */
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

/* Failures, by their SQLSTATE. */
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
	assert_int_equal(sql_exec(ctx, &pause, NULL), ERR_UNAVAILABLE);
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

/* Transactions. */
static enum err
add(int64_t id)
{
	return sql_exec(ctx, &item_add, NULL, ARG_INT(id), ARG_NULL,
	    ARG_NULL, ARG_NULL);
}

static int64_t
count(void)
{
	struct item *rows;
	size_t n;

	assert_int_equal(sql_many(super, &item_all, item_view, sizeof(*rows),
	    &rows, &n), ERR_OK);
	return (int64_t)n;
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

/* PostgreSQL answers ROLLBACK to it: nobody may take that for a commit. */
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
test_the_first_statement_that_fails_leaves_no_transaction(void **state)
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

/* The server goes. */
static void
test_a_connection_lost_in_between_is_made_anew(void **state)
{
	(void)state;
	cut_off();
	assert_int_equal(add(3), ERR_OK);
	cut_off();
	assert_int_equal(sql_begin(ctx, true), ERR_OK);
	assert_int_equal(add(4), ERR_OK);
	assert_int_equal(sql_commit(ctx), ERR_OK);
	assert_int_equal(count(), 4);
}

/* The new session is read only, too, when that was asked for. */
static void
test_what_was_begun_is_begun_again(void **state)
{
	(void)state;
	cut_off();
	assert_int_equal(sql_begin(ctx, false), ERR_OK);
	assert_int_equal(add(3), ERR_INTERNAL);
	assert_string_equal(sql_state(ctx), "25006");
	sql_rollback(ctx);
}

static void
test_one_lost_in_a_transaction_is_not_continued(void **state)
{
	(void)state;
	assert_int_equal(sql_begin(ctx, true), ERR_OK);
	assert_int_equal(add(3), ERR_OK);
	cut_off();
	assert_int_equal(add(4), ERR_UNAVAILABLE);
	assert_false(sql_may_retry(ctx));
	sql_rollback(ctx);
	fail_clear(ctx);
	assert_int_equal(count(), 2);
	assert_int_equal(add(5), ERR_OK);
}

static void
test_one_lost_in_commit_is_unknown(void **state)
{
	(void)state;
	assert_int_equal(sql_begin(ctx, true), ERR_OK);
	assert_int_equal(add(3), ERR_OK);
	cut_off();
	assert_int_equal(sql_commit(ctx), ERR_UNAVAILABLE);
	assert_string_equal(ctx->fault.code, "commit_unknown");
	fail_clear(ctx);
	assert_int_equal(sql_begin(ctx, true), ERR_OK);
	assert_int_equal(add(4), ERR_OK);
	assert_int_equal(sql_commit(ctx), ERR_OK);
}

static void
test_a_server_that_is_away_is_unavailable(void **state)
{
	(void)state;
	sql_free(&ctx->db);
	ctx->db = connection("cameleer_auth", "wrong");
	assert_int_equal(add(3), ERR_UNAVAILABLE);
	assert_string_equal(ctx->fault.code, "database_unavailable");
	fail_clear(ctx);
	assert_int_equal(sql_begin(ctx, true), ERR_OK);
	assert_int_equal(add(3), ERR_UNAVAILABLE);
	sql_rollback(ctx);
}

/* A session is pinned. */
static void
test_nothing_of_a_session_is_ambient(void **state)
{
	static const struct { const char *name, *value; } rows[] = {
		{ "search_path", "cameleer" }, { "TimeZone", "UTC" },
		{ "DateStyle", "ISO, MDY" }, { "client_encoding", "UTF8" },
		{ "application_name", "test" },
		{ "statement_timeout", "1s" }, { "lock_timeout", "200ms" },
		{ "idle_in_transaction_session_timeout", "15s" },
	};
	unsigned i, again;

	(void)state;
	for (again = 0; again < 2; again++) {
		for (i = 0; i < nitems(rows); i++)
			assert_string_equal(ask(ctx, &setting, rows[i].name),
			    rows[i].value);
		cut_off();
	}
}

/* Notifications. */
static void
test_a_notification_wakes(void **state)
{
	(void)state;
	assert_int_equal(sql_listen(ctx, "news"), ERR_OK);
	assert_true(sql_fd(ctx) >= 0);
	assert_false(sql_wait(ctx, 10));
	assert_int_equal(sql_exec(super, &notify, NULL), ERR_OK);
	assert_true(sql_wait(ctx, 5000));
	assert_false(sql_wait(ctx, 10));
}

static void
test_a_new_connection_listens_too(void **state)
{
	(void)state;
	assert_int_equal(sql_listen(ctx, "news"), ERR_OK);
	cut_off();
	(void)ask(ctx, &backend, NULL);
	assert_int_equal(sql_exec(super, &notify, NULL), ERR_OK);
	assert_true(sql_wait(ctx, 5000));
}

/* What cannot be bound. */
static void
test_a_script_may_hold_several_statements(void **state)
{
	(void)state;
	assert_int_equal(sql_script(super, "CREATE TEMP TABLE a (x int);"
	    "INSERT INTO a VALUES (1)"), ERR_OK);
	assert_int_equal(sql_script(super, ""), ERR_OK);
	assert_int_equal(sql_script(super, "SELECT 1; SELECT 1 / 0"),
	    ERR_INTERNAL);
	assert_non_null(strstr(super->fault.detail, "division by zero"));
}

static void
test_names_and_texts_are_quoted(void **state)
{
	const char *out;

	(void)state;
	assert_int_equal(sql_quote_name(ctx, "a\"b", &out), ERR_OK);
	assert_string_equal(out, "\"a\"\"b\"");
	assert_int_equal(sql_quote_text(ctx, "it's", &out), ERR_OK);
	assert_string_equal(out, "'it''s'");
	assert_int_equal(sql_quote_text(ctx, "\377", &out), ERR_INTERNAL);
}

/* The server stores the verifier, and the password opens. */
static void
test_a_verifier_takes_the_place_of_a_password(void **state)
{
	const char *verifier, *text;

	(void)state;
	assert_int_equal(sql_scram(super, "cameleer_auth", "other",
	    &verifier), ERR_OK);
	assert_int_equal(strncmp(verifier, "SCRAM-SHA-256$4096:", 19), 0);
	assert_null(strstr(verifier, "other"));
	text = text_printf(super->mem, "ALTER ROLE cameleer_auth "
	    "PASSWORD '%s'", verifier);
	assert_int_equal(sql_script(super, text), ERR_OK);
	sql_free(&ctx->db);
	ctx->db = connection("cameleer_auth", "other");
	(void)ask(ctx, &backend, NULL);
	assert_int_equal(sql_script(super, "ALTER ROLE cameleer_auth "
	    "PASSWORD 'auth'"), ERR_OK);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_row_becomes_a_struct),
		TEST(test_null_becomes_nothing),
		TEST(test_no_row_of_one_is_not_found),
		TEST(test_two_rows_of_one_are_our_mistake),
		TEST(test_opt_says_whether_there_is_one),
		TEST(test_many_are_an_array),
		TEST(test_a_list_has_an_end),
		TEST(test_exec_counts),
		TEST(test_the_number_of_arguments_counts),
		TEST(test_what_is_taken_is_a_conflict_without_a_word),
		TEST(test_each_state_has_its_meaning),
		TEST(test_a_statement_has_a_deadline),
		TEST(test_a_lock_has_a_deadline),
		TEST(test_a_commit_keeps_and_a_rollback_forgets),
		TEST(test_a_read_only_transaction_cannot_write),
		TEST(test_a_transaction_without_a_statement_is_none),
		TEST(test_two_transactions_at_once_are_our_mistake),
		TEST(test_a_failed_transaction_is_not_committed),
		TEST(test_what_only_a_commit_finds_is_a_conflict),
		TEST(test_the_first_statement_that_fails_leaves_no_transaction),
		TEST(test_a_connection_lost_in_between_is_made_anew),
		TEST(test_what_was_begun_is_begun_again),
		TEST(test_one_lost_in_a_transaction_is_not_continued),
		TEST(test_one_lost_in_commit_is_unknown),
		TEST(test_a_server_that_is_away_is_unavailable),
		TEST(test_nothing_of_a_session_is_ambient),
		TEST(test_a_notification_wakes),
		TEST(test_a_new_connection_listens_too),
		TEST(test_a_script_may_hold_several_statements),
		TEST(test_names_and_texts_are_quoted),
		TEST(test_a_verifier_takes_the_place_of_a_password),
	};

	log_init("test", LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions of a real PostgreSQL: lost, pinned, with notifications, and with
 * scripts of DDL.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/log.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/doors/sql_conn.h"
#include "tests/support/real_sql.h"

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

/* A session that replaces a read-only one is read only, too. */
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

/*
 * The TLS mode is the strictest by default, except where no packet leaves the
 * machine.
 */
static void
test_tls_is_asked_for_by_where_the_server_is(void **state)
{
	static const struct { const char *host, *mode; } table[] = {
		{ "/run/postgresql", "prefer" },
		{ "localhost", "prefer" },
		{ "127.0.0.1", "prefer" },
		{ "::1", "prefer" },
		{ "127.db.example", "verify-full" },
		{ "localhost.example", "verify-full" },
		{ "10.1.2.3", "verify-full" },
		{ "db.example", "verify-full" },
	};
	struct sql_config config = { .sslmode = "" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		config.host = table[i].host;
		assert_string_equal(sql_sslmode(&config), table[i].mode);
	}
	config.sslmode = "require";
	assert_string_equal(sql_sslmode(&config), "require");
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

/* A session is pinned to a tenant. */
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

/* Notifications arrive. */
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

/* A script has several statements and no parameters. */
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

/* The server stores the verifier, and the password is accepted. */
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REAL_TEST(test_a_connection_lost_in_between_is_made_anew),
		REAL_TEST(test_what_was_begun_is_begun_again),
		REAL_TEST(test_one_lost_in_a_transaction_is_not_continued),
		REAL_TEST(test_one_lost_in_commit_is_unknown),
		REAL_TEST(test_tls_is_asked_for_by_where_the_server_is),
		REAL_TEST(test_a_server_that_is_away_is_unavailable),
		REAL_TEST(test_nothing_of_a_session_is_ambient),
		REAL_TEST(test_a_notification_wakes),
		REAL_TEST(test_a_new_connection_listens_too),
		REAL_TEST(test_a_script_may_hold_several_statements),
		REAL_TEST(test_names_and_texts_are_quoted),
		REAL_TEST(test_a_verifier_takes_the_place_of_a_password),
	};

	log_init("test", LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

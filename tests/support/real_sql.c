/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/support/real_sql.h"

const struct field item_view[] = {
	VIEW_INT(struct item, id),
	VIEW_TEXT(struct item, name),
	VIEW_UUID(struct item, uid),
	VIEW_BOOL(struct item, flag),
	FIELD_END
};

const struct field text_view[] = {
	VIEW_TEXT(struct text, text),
	FIELD_END
};

#define ITEM	"SELECT id, name, uid::text, flag FROM item "

const struct sql_query
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
    pause_5s = { "pause_5s", "SELECT pg_sleep(5)", 0, SQL_EXEC },
    raise_it = { "raise_it", "SELECT raise($1::text)", 1, SQL_EXEC },
    setting = { "setting", "SELECT current_setting($1::text) AS text", 1,
	SQL_ONE },
    backend = { "backend", "SELECT pg_backend_pid()::text AS text", 0,
	SQL_ONE },
    notify = { "notify", "SELECT pg_notify('news', 'x')", 0, SQL_EXEC },
    lock_it = { "lock_it", "SELECT id FROM item WHERE id = 1 FOR UPDATE", 0,
	SQL_EXEC };

static const struct sql_query end_it = { "end_it",
	"SELECT pg_terminate_backend($1::integer)::text AS text", 1, SQL_ONE };

struct ctx *ctx, *super;

struct sql *
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

int
real_setup(void **state)
{
	(void)state;
	ctx = ctx_new(1 << 20);
	super = ctx_new(1 << 20);
	ctx->db = connection("cameleer_auth", "auth");
	super->db = connection("postgres", "postgres");
	return sql_exec(super, &item_drop, NULL) != ERR_OK;
}

int
real_teardown(void **state)
{
	(void)state;
	sql_free(&ctx->db);
	sql_free(&super->db);
	ctx_free(&ctx);
	ctx_free(&super);
	return 0;
}

const char *
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

void
cut_off(void)
{
	const char *pid = ask(ctx, &backend, NULL);
	const struct timespec nap = { 0, 50000000 };

	assert_string_equal(ask(super, &end_it, pid), "true");
	(void)nanosleep(&nap, NULL);
}

enum err
add(int64_t id)
{
	return sql_exec(ctx, &item_add, NULL, ARG_INT(id), ARG_NULL,
	    ARG_NULL, ARG_NULL);
}

int64_t
count(void)
{
	struct item *rows;
	size_t n;

	assert_int_equal(sql_many(super, &item_all, item_view, sizeof(*rows),
	    &rows, &n), ERR_OK);
	return (int64_t)n;
}

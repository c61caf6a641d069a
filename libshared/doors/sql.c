/* SPDX-License-Identifier: Apache-2.0 */
/* Named queries of a declared shape, in transactions, by libpq. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/metrics.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_conn.h"
#include "libshared/doors/sql_row.h"

/* sql_classify - maps the SQLSTATE of a failed statement to an error */
static enum err
sql_classify(struct ctx *ctx, const struct sql_query *query,
    const PGresult *res)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	if (state == NULL)
		state = "XX000";
	(void)snprintf(ctx->db->state, sizeof(ctx->db->state), "%s", state);
	if (strcmp(state, "23505") == 0 || strcmp(state, "23P01") == 0 ||
	    strcmp(state, "23503") == 0 || strcmp(state, "23001") == 0)
		return ERR_CONFLICT;
	metrics_add(METRIC_SQL_ERRORS, 0, 1);
	if (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0) {
		ctx->db->may_retry = true;
		return fail(ctx, ERR_UNAVAILABLE, "busy", "%s: %s",
		    query->name, state);
	}
	if (strcmp(state, "57014") == 0 || strcmp(state, "55P03") == 0 ||
	    strncmp(state, "57P", 3) == 0 || strncmp(state, "53", 2) == 0)
		return fail(ctx, ERR_UNAVAILABLE, "database_busy", "%s: %s",
		    query->name, state);
	return fail(ctx, ERR_INTERNAL, "internal", "%s: %s: %s", query->name,
	    state, PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY));
}

/* query_run - runs a query; the arena adopts the result, however many rows */
static enum err
query_run(struct ctx *ctx, const struct sql_query *query,
    const struct sql_arg *args, size_t nargs, PGresult **out)
{
	struct sql *sql = ctx->db;
	PGresult *res = NULL;
	bool fresh = sql->tx != TX_OPEN;
	enum tx wanted = sql->tx;

	if ((int)nargs != query->nparams)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "%s takes %d parameters", query->name, query->nparams);
	if (sql->conn != NULL)
		res = sql_execute(sql, query, args);
	if (res == NULL && fresh) {
		if (sql_connect(sql)) {
			sql->tx = wanted;
			res = sql_execute(sql, query, args);
		}
	}
	if (res == NULL) {
		sql_disconnect(sql);
		return fail(ctx, ERR_UNAVAILABLE, "database_unavailable",
		    "%s: no connection to the database", query->name);
	}
	if (arena_adopt(ctx->mem, res, (arena_release_fn)PQclear) != 0)
		return fail(ctx, ERR_TOO_LARGE, "too_much_data",
		    "too many results");
	if (PQresultStatus(res) != PGRES_TUPLES_OK &&
	    PQresultStatus(res) != PGRES_COMMAND_OK)
		return sql_classify(ctx, query, res);
	*out = res;
	return ERR_OK;
}

enum err
sql_begin(struct ctx *ctx, bool write)
{
	struct sql *sql = ctx->db;

	if (sql->tx != TX_NONE)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "a transaction is open already");
	sql->tx = TX_WANTED;
	sql->write = write;
	sql->may_retry = false;
	sql->state[0] = '\0';
	return ERR_OK;
}

/*
 * commit_reads - a transaction that wrote nothing can lose nothing: COMMIT is
 * sent, and its answer is read before the next statement
 */
static bool
commit_reads(struct sql *sql)
{
	return !sql->write &&
	    PQtransactionStatus(sql->conn) == PQTRANS_INTRANS &&
	    PQsendQuery(sql->conn, "COMMIT") == 1;
}

enum err
sql_commit(struct ctx *ctx)
{
	struct sql *sql = ctx->db;
	PGresult *res;
	bool good;

	if (sql->tx != TX_OPEN) {
		sql->tx = TX_NONE;
		return ERR_OK;
	}
	sql->tx = TX_NONE;
	if (commit_reads(sql))
		return ERR_OK;
	res = PQexec(sql->conn, "COMMIT");
	good = PQresultStatus(res) == PGRES_COMMAND_OK &&
	    strcmp(PQcmdStatus(res), "COMMIT") == 0;
	if (good) {
		PQclear(res);
		return ERR_OK;
	}
	if (PQstatus(sql->conn) != CONNECTION_OK) {
		PQclear(res);
		sql_disconnect(sql);
		return fail(ctx, ERR_UNAVAILABLE, "commit_unknown",
		    "the connection was lost in COMMIT");
	}
	if (PQresultStatus(res) == PGRES_FATAL_ERROR) {
		static const struct sql_query commit = { "commit", "COMMIT",
		    0, SQL_EXEC };
		enum err e = sql_classify(ctx, &commit, res);

		PQclear(res);
		return e;
	}
	PQclear(res);
	return fail(ctx, ERR_INTERNAL, "internal",
	    "COMMIT of a failed transaction");
}

void
sql_rollback(struct ctx *ctx)
{
	struct sql *sql = ctx->db;

	if (sql->tx == TX_OPEN) {
		PQclear(PQexec(sql->conn, "ROLLBACK"));
		if (PQstatus(sql->conn) != CONNECTION_OK ||
		    PQtransactionStatus(sql->conn) != PQTRANS_IDLE)
			sql_disconnect(sql);
	}
	sql->tx = TX_NONE;
}

bool
sql_in_transaction(const struct ctx *ctx)
{
	return ctx->db->tx != TX_NONE;
}

const char *
sql_state(const struct ctx *ctx)
{
	return ctx->db->state;
}

bool
sql_restricted(const struct ctx *ctx)
{
	return strcmp(ctx->db->state, "23001") == 0;
}

bool
sql_may_retry(const struct ctx *ctx)
{
	return ctx->db->may_retry;
}

static const char *
name_of(const void *from, int col)
{
	return PQfname(from, col);
}

static const char *
value_of(const void *from, int row, int col)
{
	return PQgetisnull(from, row, col) ? NULL : PQgetvalue(from, row, col);
}

static struct sql_table
table_of(const PGresult *res)
{
	return (struct sql_table){ res, PQnfields(res), name_of, value_of };
}

enum err
sql_opt_(struct ctx *ctx, const struct sql_query *query,
    const struct field *view, void *out, bool *found,
    const struct sql_arg *args, size_t nargs)
{
	struct sql_table table;
	PGresult *res;
	enum err e;

	if ((e = query_run(ctx, query, args, nargs, &res)) != ERR_OK)
		return e;
	if (PQntuples(res) > 1)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "%s gave more than one row", query->name);
	*found = PQntuples(res) == 1;
	if (!*found)
		return ERR_OK;
	table = table_of(res);
	return sql_row(ctx, &table, 0, view, out);
}

enum err
sql_one_(struct ctx *ctx, const struct sql_query *query,
    const struct field *view, void *out, const struct sql_arg *args,
    size_t nargs)
{
	bool found;
	enum err e;

	if ((e = sql_opt_(ctx, query, view, out, &found, args, nargs)) !=
	    ERR_OK)
		return e;
	return found ? ERR_OK : ERR_NOT_FOUND;
}

enum err
sql_many_(struct ctx *ctx, const struct sql_query *query,
    const struct sql_rows *rows_of, void **rows, size_t *n,
    const struct sql_arg *args, size_t nargs)
{
	struct sql_table table;
	PGresult *res;
	char *out;
	int i, count;
	enum err e;

	if ((e = query_run(ctx, query, args, nargs, &res)) != ERR_OK)
		return e;
	if ((count = PQntuples(res)) > SQL_ROWS_MAX)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "%s gave more than %d rows", query->name, SQL_ROWS_MAX);
	if ((out = arena_array(ctx->mem, (size_t)count + 1,
	    rows_of->size)) == NULL)
		return fail(ctx, ERR_TOO_LARGE, "too_much_data",
		    "%s: rows do not fit", query->name);
	table = table_of(res);
	for (i = 0; i < count; i++)
		if ((e = sql_row(ctx, &table, i, rows_of->view,
		    out + (size_t)i * rows_of->size)) != ERR_OK)
			return e;
	*rows = out;
	*n = (size_t)count;
	return ERR_OK;
}

enum err
sql_exec_(struct ctx *ctx, const struct sql_query *query, int64_t *affected,
    const struct sql_arg *args, size_t nargs)
{
	PGresult *res;
	int64_t n = 0;
	enum err e;

	if ((e = query_run(ctx, query, args, nargs, &res)) != ERR_OK)
		return e;
	if (affected == NULL)
		return ERR_OK;
	if (PQcmdTuples(res)[0] != '\0' &&
	    !str_int(str_of(PQcmdTuples(res)), 0, INT64_MAX, &n))
		return fail(ctx, ERR_INTERNAL, "internal",
		    "%s: unreadable row count", query->name);
	*affected = n;
	return ERR_OK;
}

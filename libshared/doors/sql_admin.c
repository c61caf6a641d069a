/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notifications, and DDL, which cannot be bound: all that is not a named query.
 */
#include "config.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/doors/sql_conn.h"

enum err
sql_listen(struct ctx *ctx, const char *channel)
{
	struct sql *sql = ctx->db;

	if (sql->nchannels == nitems(sql->channels))
		return fail(ctx, ERR_INTERNAL, "internal",
		    "too many channels");
	(void)snprintf(sql->channels[sql->nchannels++],
	    sizeof(sql->channels[0]), "%s", channel);
	return sql_connect(sql) ? ERR_OK : fail(ctx, ERR_UNAVAILABLE,
	    "database_unavailable", "no connection to the database");
}

int
sql_fd(const struct ctx *ctx)
{
	return ctx->db->conn == NULL ? -1 : PQsocket(ctx->db->conn);
}

int64_t
sql_session(const struct ctx *ctx)
{
	struct pollfd pfd = { .fd = sql_fd(ctx), .events = POLLRDHUP };

	if (pfd.fd < 0 || poll(&pfd, 1, 0) != 0)
		return 0;
	return ctx->db->nsessions;
}

bool
sql_wait(struct ctx *ctx, int timeout_ms)
{
	struct sql *sql = ctx->db;
	struct pollfd pfd = { .events = POLLIN };
	PGnotify *note;
	bool any = false;

	if (sql->conn != NULL)
		sql_settle(sql);
	pfd.fd = sql_fd(ctx);
	if (poll(&pfd, pfd.fd < 0 ? 0 : 1, timeout_ms) <= 0 ||
	    sql->conn == NULL)
		return false;
	if (PQconsumeInput(sql->conn) != 1) {
		sql_disconnect(sql);
		return false;
	}
	while ((note = PQnotifies(sql->conn)) != NULL) {
		any = true;
		PQfreemem(note);
	}
	return any;
}

enum err
sql_script(struct ctx *ctx, const char *script)
{
	struct sql *sql = ctx->db;
	PGresult *res;
	enum err e = ERR_OK;

	if (sql->conn == NULL && !sql_connect(sql))
		return fail(ctx, ERR_UNAVAILABLE, "database_unavailable",
		    "no connection to the database");
	res = PQexec(sql->conn, script);
	if (PQresultStatus(res) != PGRES_COMMAND_OK &&
	    PQresultStatus(res) != PGRES_TUPLES_OK &&
	    PQresultStatus(res) != PGRES_EMPTY_QUERY)
		e = fail(ctx, PQstatus(sql->conn) == CONNECTION_OK ?
		    ERR_INTERNAL : ERR_UNAVAILABLE, "script_failed", "%s",
		    PQerrorMessage(sql->conn));
	PQclear(res);
	return e;
}

/* name_quoted - copies a text of libpq into the arena */
static enum err
name_quoted(struct ctx *ctx, char *text, const char **out)
{
	if (text != NULL)
		*out = arena_text(ctx->secrets, text, strlen(text));
	if (text == NULL || *out == NULL) {
		PQfreemem(text);
		return fail(ctx, ERR_INTERNAL, "internal",
		    "a name or text cannot be quoted");
	}
	explicit_bzero(text, strlen(text));
	PQfreemem(text);
	return ERR_OK;
}

static bool
admin_connected(struct sql *sql)
{
	return sql->conn != NULL || sql_connect(sql);
}

enum err
sql_quote_name(struct ctx *ctx, const char *name, const char **out)
{
	return name_quoted(ctx, admin_connected(ctx->db) ? PQescapeIdentifier(
	    ctx->db->conn, name, strlen(name)) : NULL, out);
}

enum err
sql_quote_text(struct ctx *ctx, const char *text, const char **out)
{
	return name_quoted(ctx, admin_connected(ctx->db) ? PQescapeLiteral(
	    ctx->db->conn, text, strlen(text)) : NULL, out);
}

enum err
sql_scram(struct ctx *ctx, const char *user, const char *password,
    const char **verifier)
{
	return name_quoted(ctx, admin_connected(ctx->db) ?
	    PQencryptPasswordConn(
	    ctx->db->conn, password, user, "scram-sha-256") : NULL, verifier);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorkeeper of libpq: named queries of a declared shape, always bound.
 *
 * What it will not do: build SQL from parts, run two statements at once, hand
 * out a PGresult, or retry anything but a whole transaction.
 */
#ifndef CAMELEER_SQL_H
#define CAMELEER_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

enum sql_shape { SQL_ONE, SQL_OPT, SQL_MANY, SQL_EXEC };

/* Generated from a .sql file by sql/sql2h.awk. */
struct sql_query {
	/* Also the name of the prepared statement. */
	const char	*name;
	const char	*text;
	int		 nparams;
	enum sql_shape	 shape;
};

#define SQL_PARAMS_MAX	24
#define SQL_ROWS_MAX	1000	/* more rows from a :many are ERR_INTERNAL */

struct sql_arg { const char *text; };	/* text format; NULL is SQL NULL */

#define ARG_TEXT(t)	((struct sql_arg){ (t) })
#define ARG_UUID(u)	((struct sql_arg){ (u)->text[0] ? (u)->text : NULL })
#define ARG_INT(n)	((struct sql_arg){ \
			    sql_int_text((int64_t)(n), (char[24]){ 0 }) })
#define ARG_BOOL(b)	((struct sql_arg){ (b) ? "t" : "f" })
#define ARG_NULL	((struct sql_arg){ NULL })
const char *sql_int_text(int64_t number, char *buf24);

struct sql_config {
	const char	*host, *name, *user, *password;
	int64_t		 port;
	const char	*application;	/* shown in pg_stat_activity */
	int		 statement_timeout_ms, lock_timeout_ms;
	/*
	 * As libpq names them.  No mode: verify-full, but "prefer" for a socket
	 * or a loopback address.  No CA: those of the system.  Certificate and
	 * key of the client, or NULL.
	 */
	const char	*sslmode, *ca_file, *cert_file, *key_file;
	/* Then search_path is left alone. */
	bool		 is_tenant_database;
};

/* Connects at first use, pins the session, reconnects after a loss. */
struct sql *sql_new(const struct sql_config *config);
void sql_free(struct sql **sql);
/* Why the last attempt to connect failed, in libpq's words; or "". */
const char *sql_refusal(const struct sql *sql);

/*
 * The transaction begins with the first statement, in the same round trip; read
 * only unless write.  When the connection turns out lost at that moment it is
 * made anew once, since nothing was done yet; a loss later is ERR_UNAVAILABLE,
 * and in COMMIT commit_unknown.  The first statement pins the transaction to a
 * tenant and an actor (app.tenant, app.actor: row security): see authn_begin()
 * and the worker's claim.
 */
enum err sql_begin(struct ctx *ctx, bool write) must_check;
enum err sql_commit(struct ctx *ctx) must_check;
void sql_rollback(struct ctx *ctx);		/* also without a transaction */
bool sql_in_transaction(const struct ctx *ctx);
/* SQLSTATE of the last failed statement, or "". */
const char *sql_state(const struct ctx *ctx);
/* True when a trigger refused the failed statement: 23001. */
bool sql_restricted(const struct ctx *ctx);
/* True when the failed transaction may be tried again: 40001, 40P01. */
bool sql_may_retry(const struct ctx *ctx);

/*
 * Rows become structs by a view table: columns are matched by name, and a
 * column or field without a partner is ERR_INTERNAL.  23505, 23P01, 23503 and
 * 23001 are ERR_CONFLICT without a fault: the caller knows what they mean and
 * calls fail().
 *   one   exactly one row, else ERR_NOT_FOUND (0) or ERR_INTERNAL (2+)
 *   opt   none or one; *found says which
 *   many  up to SQL_ROWS_MAX rows, as an array in ctx->mem
 *   exec  no rows; *affected (may be NULL) is their number
 */
#define SQL_ARGS(...) \
	&(const struct sql_arg[]){ { NULL }, __VA_ARGS__ }[1], \
	(sizeof((struct sql_arg[]){ { NULL }, __VA_ARGS__ }) / \
	    sizeof(struct sql_arg) - 1)
#define sql_one(ctx, q, view, out, ...) \
	sql_one_((ctx), (q), (view), (out), SQL_ARGS(__VA_ARGS__))
#define sql_opt(ctx, q, view, out, found, ...) \
	sql_opt_((ctx), (q), (view), (out), (found), SQL_ARGS(__VA_ARGS__))
#define sql_many(ctx, q, view, size, rows, n, ...) \
	sql_many_((ctx), (q), &(const struct sql_rows){ (view), (size) }, \
	    (void **)(rows), (n), SQL_ARGS(__VA_ARGS__))
/* One row with the single column n; the conditional checks the type of n. */
#define sql_count(ctx, q, n, ...) \
	sql_one_((ctx), (q), sql_count_view, 1 ? (n) : (int64_t *)NULL, \
	    SQL_ARGS(__VA_ARGS__))
#define sql_exec(ctx, q, affected, ...) \
	sql_exec_((ctx), (q), (affected), SQL_ARGS(__VA_ARGS__))

struct sql_rows { const struct field *view; size_t size; };
extern const struct field sql_count_view[];

enum err sql_one_(struct ctx *ctx, const struct sql_query *query,
    const struct field *view, void *out, const struct sql_arg *args,
    size_t nargs) must_check;
enum err sql_opt_(struct ctx *ctx, const struct sql_query *query,
    const struct field *view, void *out, bool *found,
    const struct sql_arg *args, size_t nargs) must_check;
enum err sql_many_(struct ctx *ctx, const struct sql_query *query,
    const struct sql_rows *rows_of, void **rows, size_t *n,
    const struct sql_arg *args, size_t nargs) must_check;
enum err sql_exec_(struct ctx *ctx, const struct sql_query *query,
    int64_t *affected, const struct sql_arg *args, size_t nargs) must_check;

/* Waits for a NOTIFY on the channels of sql_listen, at most timeout_ms. */
enum err sql_listen(struct ctx *ctx, const char *channel) must_check;
bool sql_wait(struct ctx *ctx, int timeout_ms);
/* The socket to watch, or -1 when not connected. */
int sql_fd(const struct ctx *ctx);
/*
 * Number of the session.  What a session holds, such as an advisory lock, is
 * held as long as the number stays the same.  0: there is no session, or the
 * server has ended it.
 */
int64_t sql_session(const struct ctx *ctx);
/* Drops the connection at once; the next use makes a new one. */
void sql_reset(struct ctx *ctx);

#endif

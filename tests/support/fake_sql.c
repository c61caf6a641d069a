/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/support/unit.h"

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/doors/sql_row.h"
#include "tests/support/fake_sql.h"

#define SCRIPT_MAX	240
#define KEPT_MAX	8192
#define ARGS_MAX	SQL_PARAMS_MAX
#define ROWS_MAX	8
#define COLUMNS_MAX	24

struct row { const char *values[COLUMNS_MAX]; };

struct expected {
	const char	*name, *args[ARGS_MAX];
	size_t		 nargs;
	const char	*columns[COLUMNS_MAX];
	int		 ncolumns;
	struct row	 rows[ROWS_MAX];
	size_t		 nrows;
	int64_t		 affected;
	enum err	 err;
	const char	*state;
};

static struct expected script[SCRIPT_MAX];
static size_t nscript;
static const char *state = "";
static bool may_retry;
static char kept[KEPT_MAX];

/* Progress of the script, shared by all processes. */
static struct shared {
	pid_t		 tester;
	size_t		 at;
	enum err	 commit_error;
	struct fake_log	 log;
	char		 surprise[256];
} *shared;

struct fake_log *fake_log;
int64_t fake_session;

/* There is no connection; the pointer is only passed on. */
struct sql { bool used; };
static struct sql database;

void
fake_reset(void)
{
	if (shared == NULL && (shared = mmap(NULL, sizeof(*shared),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) ==
	    MAP_FAILED)
		abort();
	memset(shared, 0, sizeof(*shared));
	shared->tester = getpid();
	fake_log = &shared->log;
	fake_session = 1;
	nscript = 0;
	state = "";
	may_retry = false;
	kept[0] = '\0';
}

const char *
fake_kept(void)
{
	return kept;
}

void
fake_done(void)
{
	if (shared->surprise[0] != '\0')
		fail_msg("%s", shared->surprise);
	if (shared->at < nscript)
		fail_msg("query %s never came", script[shared->at].name);
	if (fake_log->open)
		fail_msg("a transaction was left open");
}

static struct expected *
latest(void)
{
	if (nscript == 0)
		fail_msg("nothing is expected yet");
	return &script[nscript - 1];
}

void
fake_expect_(const char *const *name_and_args)
{
	struct expected *new = &script[nscript++];

	if (nscript > SCRIPT_MAX)
		fail_msg("too many expectations");
	*new = (struct expected){ .name = *name_and_args++ };
	for (; *name_and_args != NULL; name_and_args++) {
		if (new->nargs == ARGS_MAX)
			fail_msg("%s: too many arguments", new->name);
		new->args[new->nargs++] = *name_and_args;
	}
}

void
fake_row_(const char *const *pairs)
{
	struct expected *of = latest();
	struct row *row = &of->rows[of->nrows++];
	int i;

	if (of->nrows > ROWS_MAX)
		fail_msg("%s: too many rows", of->name);
	for (i = 0; pairs[0] != NULL; pairs += 2, i++) {
		if (i == COLUMNS_MAX)
			fail_msg("%s: too many columns", of->name);
		if (of->nrows > 1 && strcmp(of->columns[i], pairs[0]) != 0)
			fail_msg("%s: rows of two forms", of->name);
		of->columns[i] = pairs[0];
		row->values[i] = pairs[1] == FAKE_NULL ? NULL : pairs[1];
	}
	of->ncolumns = i;
	of->affected = (int64_t)of->nrows;
}

void
fake_affected(int64_t n)
{
	latest()->affected = n;
}

void
fake_error(enum err e, const char *sqlstate)
{
	latest()->err = e;
	latest()->state = sqlstate;
}

void
fake_commit_error(enum err e)
{
	shared->commit_error = e;
}

/* surprise - reports a query that the script does not expect */
static enum err
surprise(struct ctx *ctx, const char *name, const char *why)
{
	if (shared->tester == getpid())
		fail_msg("query %s: %s", name, why);
	if (shared->surprise[0] == '\0')
		(void)snprintf(shared->surprise, sizeof(shared->surprise),
		    "query %s: %s", name, why);
	return fail(ctx, ERR_INTERNAL, "internal", "query %s: %s", name, why);
}

static bool
same(const char *want, const char *is)
{
	if (want == FAKE_ANY)
		return true;
	if (want == FAKE_KEEP)
		return is != NULL && (size_t)snprintf(kept, sizeof(kept),
		    "%s", is) < sizeof(kept);
	if (want == FAKE_NULL || is == NULL)
		return want == FAKE_NULL && is == NULL;
	if (want[0] == '\001')
		return strstr(is, want + 1) != NULL;
	return strcmp(want, is) == 0;
}

/* next - returns the expectation that this query meets, or fails */
static enum err
next(struct ctx *ctx, const struct sql_query *query,
    const struct sql_arg *args, size_t nargs, const struct expected **out)
{
	const struct expected *want = &script[shared->at];
	size_t i;

	if (shared->at == nscript)
		return surprise(ctx, query->name, "nothing is expected");
	if (strcmp(want->name, query->name) != 0)
		return surprise(ctx, query->name, text_printf(ctx->mem,
		    "expected is %s", want->name));
	if (nargs != want->nargs || (int)nargs != query->nparams)
		return surprise(ctx, query->name, text_printf(ctx->mem,
		    "%zu arguments, expected %zu, declared %d", nargs,
		    want->nargs, query->nparams));
	for (i = 0; i < nargs; i++)
		if (!same(want->args[i], args[i].text))
			return surprise(ctx, query->name,
			    text_printf(ctx->mem, "$%zu is '%s'", i + 1,
			    args[i].text == NULL ? "(null)" : args[i].text));
	shared->at++;
	*out = want;
	if (want->err == ERR_OK)
		return ERR_OK;
	state = want->state;
	may_retry = strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0;
	if (want->err == ERR_CONFLICT)
		return want->err;	/* like sql.c: no fault is set */
	return fail(ctx, want->err, NULL, "%s: %s", want->name, state);
}

static const char *
column_name(const void *from, int col)
{
	return ((const struct expected *)from)->columns[col];
}

static const char *
column_value(const void *from, int row, int col)
{
	const char *value = ((const struct expected *)from)->rows[row]
	    .values[col];

	return value == FAKE_KEPT ? kept : value;
}

static enum err
fill(struct ctx *ctx, const struct expected *from, size_t row,
    const struct field *view, void *out)
{
	const struct sql_table table = { from, from->ncolumns, column_name,
	    column_value };

	return sql_row(ctx, &table, (int)row, view, out);
}

enum err
sql_opt_(struct ctx *ctx, const struct sql_query *query,
    const struct field *view, void *out, bool *found,
    const struct sql_arg *args, size_t nargs)
{
	const struct expected *want;
	enum err e;

	if ((e = next(ctx, query, args, nargs, &want)) != ERR_OK)
		return e;
	if (want->nrows > 1)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "%s gave more than one row", query->name);
	*found = want->nrows == 1;
	return *found ? fill(ctx, want, 0, view, out) : ERR_OK;
}

enum err
sql_one_(struct ctx *ctx, const struct sql_query *query,
    const struct field *view, void *out, const struct sql_arg *args,
    size_t nargs)
{
	bool found = false;
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
	const struct expected *want;
	char *out;
	size_t i;
	enum err e;

	if ((e = next(ctx, query, args, nargs, &want)) != ERR_OK)
		return e;
	if ((out = arena_array(ctx->mem, want->nrows + 1, rows_of->size)) ==
	    NULL)
		return fail(ctx, ERR_TOO_LARGE, NULL, "rows do not fit");
	for (i = 0; i < want->nrows; i++)
		if ((e = fill(ctx, want, i, rows_of->view,
		    out + i * rows_of->size)) != ERR_OK)
			return e;
	*rows = out;
	*n = want->nrows;
	return ERR_OK;
}

enum err
sql_exec_(struct ctx *ctx, const struct sql_query *query, int64_t *affected,
    const struct sql_arg *args, size_t nargs)
{
	const struct expected *want;
	enum err e;

	if ((e = next(ctx, query, args, nargs, &want)) != ERR_OK)
		return e;
	if (affected != NULL)
		*affected = want->affected;
	return ERR_OK;
}

enum err
sql_begin(struct ctx *ctx, bool write)
{
	if (fake_log->open)
		return surprise(ctx, "BEGIN", "a transaction is open");
	fake_log->begins++;
	fake_log->writes += write;
	fake_log->open = true;
	may_retry = false;
	state = "";
	return ERR_OK;
}

enum err
sql_commit(struct ctx *ctx)
{
	enum err e = shared->commit_error;

	if (fake_log->open)
		fake_log->commits++;
	fake_log->open = false;
	shared->commit_error = ERR_OK;
	return e == ERR_OK ? e : fail(ctx, e, NULL, "COMMIT failed");
}

bool
sql_in_transaction(const struct ctx *ctx)
{
	(void)ctx;
	return fake_log->open;
}

void
sql_rollback(struct ctx *ctx)
{
	(void)ctx;
	if (fake_log->open)
		fake_log->rollbacks++;
	fake_log->open = false;
}

int64_t
sql_session(const struct ctx *ctx)
{
	(void)ctx;
	return fake_session;
}

const char *
sql_state(const struct ctx *ctx)
{
	(void)ctx;
	return state;
}

bool
sql_restricted(const struct ctx *ctx)
{
	(void)ctx;
	return strcmp(state, "23001") == 0;
}

bool
sql_may_retry(const struct ctx *ctx)
{
	(void)ctx;
	return may_retry;
}

struct sql *
sql_new(const struct sql_config *config)
{
	(void)config;
	database.used = true;
	return &database;
}

void
sql_free(struct sql **sql)
{
	*sql = NULL;
}

const char *
sql_int_text(int64_t number, char *buf24)
{
	(void)snprintf(buf24, 24, "%" PRId64, number);
	return buf24;
}

enum err
sql_script(struct ctx *ctx, const char *script_text)
{
	static const struct sql_query query = { .name = "script",
	    .nparams = 1 };
	const struct sql_arg arg = { .text = script_text };
	const struct expected *want;

	return next(ctx, &query, &arg, 1, &want);
}

void
sql_reset(struct ctx *ctx)
{
	(void)ctx;
}

static enum err
quoted(struct ctx *ctx, const char *mark, const char *text, const char **out)
{
	if (strpbrk(text, "'\"\\") != NULL)
		fail_msg("'%s' is not harmless", text);
	*out = text_printf(ctx->secrets, "%s%s%s", mark, text, mark);
	return *out == NULL ? ERR_TOO_LARGE : ERR_OK;
}

enum err
sql_quote_name(struct ctx *ctx, const char *name, const char **out)
{
	return quoted(ctx, "\"", name, out);
}

enum err
sql_quote_text(struct ctx *ctx, const char *text, const char **out)
{
	return quoted(ctx, "'", text, out);
}

enum err
sql_scram(struct ctx *ctx, const char *user, const char *password,
    const char **verifier)
{
	assert_true(strlen(password) > 0);
	*verifier = text_printf(ctx->secrets, "SCRAM-SHA-256$4096:%s", user);
	return *verifier == NULL ? ERR_TOO_LARGE : ERR_OK;
}

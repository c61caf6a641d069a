/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A database that is scripted by query: a test says which query comes next,
 * with which arguments, and what it gives.  Any other query fails the test,
 * and so does one that never came.
 *
 * Linked before libshared.a it takes the place of sql.c, sql_conn.c and
 * sql_admin.c; rows still become structs by sql_row.c and the view table of
 * the code under test.
 */
#ifndef CAMELEER_TESTS_FAKE_SQL_H
#define CAMELEER_TESTS_FAKE_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/err.h"

#define FAKE_NULL	((const char *)1)	/* SQL NULL */
#define FAKE_ANY	((const char *)2)	/* an argument not looked at */
#define FAKE_KEEP	((const char *)3)	/* and kept for fake_kept() */
#define FAKE_KEPT	((const char *)4)	/* a value: the kept one */
#define FAKE_HAS(part)	"\001" part		/* holds this somewhere */

/*
 * The next query.  Its arguments follow, as text; the number of them counts,
 * too.  Unless more is said, it gives no row and touches none.
 */
#define fake_expect(...) fake_expect_((const char *const[]){ __VA_ARGS__, \
    NULL })
/* For the query expected last: column and value in turn. */
#define fake_row(...) fake_row_((const char *const[]){ __VA_ARGS__, NULL })
void fake_affected(int64_t n);
/* Fails with this; the SQLSTATE is what sql_state() says then. */
void fake_error(enum err e, const char *state);
/* The same for the next COMMIT. */
void fake_commit_error(enum err e);

void fake_expect_(const char *const *name_and_args);
void fake_row_(const char *const *columns_and_values);

/* The argument that was kept last; lives until fake_reset(). */
const char *fake_kept(void);

/*
 * A script of DDL is the query "script" with the script as its argument; names
 * and texts are quoted as libpq does with harmless ones, and a verifier shows
 * for whom it is.
 */

/* What happened to transactions. */
struct fake_log {
	int	begins, writes, commits, rollbacks;
	bool	open;
};
extern struct fake_log *fake_log;
/* What sql_session() says; 1 after fake_reset(). */
extern int64_t fake_session;

/* Forgets everything: for setup. */
void fake_reset(void);
/*
 * Fails the test when a query is left over, or one came that was not
 * expected: for teardown.  The script is shared with processes forked after
 * fake_reset(); in another process than that one a query that is not expected
 * becomes ERR_INTERNAL there, and fails the test here.
 */
void fake_done(void);

#endif

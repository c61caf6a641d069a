/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A database that is scripted by query: a test says which query comes next,
 * with which arguments, and what it returns.  Any other query fails the test,
 * and so does an expected one that does not come.
 *
 * Linked before libshared.a it replaces sql.c, sql_conn.c and sql_admin.c; rows
 * still become structs by sql_row.c and the view table of the code under test.
 */
#ifndef CAMELEER_TESTS_FAKE_SQL_H
#define CAMELEER_TESTS_FAKE_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/err.h"

#define FAKE_NULL	((const char *)1)	/* SQL NULL */
/* Of a row of request_begin: a tenant that has no licence yet. */
#define FAKE_NO_LICENSE	"license_state", FAKE_NULL, "license_valid_s", "0", \
	"license_grace_s", "0"
#define FAKE_ANY	((const char *)2)	/* any argument */
#define FAKE_KEEP	((const char *)3)	/* and kept for fake_kept() */
#define FAKE_KEPT	((const char *)4)	/* a value: the kept one */
#define FAKE_HAS(part)	("\001" part)		/* contains this text */

/*
 * Expects the next query.  Its arguments follow as text, and their number
 * counts.  By default it returns no row and affects none.
 */
#define fake_expect(...) fake_expect_((const char *const[]){ __VA_ARGS__, \
    NULL })
/* Adds a row to the query expected last: columns and values in turn. */
#define fake_row(...) fake_row_((const char *const[]){ __VA_ARGS__, NULL })
void fake_affected(int64_t n);
/*
 * The query expected last fails with this error; sql_state() then returns this
 * SQLSTATE.
 */
void fake_error(enum err e, const char *state);
/* The next COMMIT fails with this error and SQLSTATE. */
void fake_commit_error(enum err e);

void fake_expect_(const char *const *name_and_args);
void fake_row_(const char *const *columns_and_values);

/* Returns the argument kept last; valid until fake_reset(). */
const char *fake_kept(void);

/*
 * A script of DDL is the query "script" with the script as its argument.  Names
 * and texts are quoted as libpq quotes harmless ones, and a verifier contains
 * its user.
 */

/* Counts what happened to transactions. */
struct fake_log {
	int	begins, writes, commits, rollbacks;
	bool	open;
};
extern struct fake_log *fake_log;
/* The value of sql_session(); 1 after fake_reset(). */
extern int64_t fake_session;

/* Removes all expectations: for setup. */
void fake_reset(void);
/*
 * Fails the test when an expected query did not come, or an unexpected one did:
 * for teardown.  Processes forked after fake_reset() share the script; an
 * unexpected query in such a process becomes ERR_INTERNAL there, and fails the
 * test here.
 */
void fake_done(void);

#endif

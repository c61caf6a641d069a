/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two sessions of a real PostgreSQL, which tests/db/t/sql.sh has prepared:
 * PGHOST and PGPORT say where, CAMELEER_TEST_DB which database.
 */
#ifndef CAMELEER_TESTS_REAL_SQL_H
#define CAMELEER_TESTS_REAL_SQL_H

#include "tests/support/unit.h"

#include "libshared/base/str.h"
#include "libshared/doors/sql.h"

#define UID	"00000000-0000-7000-8000-000000000001"

struct item {
	int64_t		 id;
	const char	*name;
	struct uuid	 uid;
	bool		 flag;
};

extern const struct field item_view[];

struct text { const char *text; };

extern const struct field text_view[];

extern const struct sql_query item_get, item_all, item_add, item_drop,
    part_add, part_defer, series, pause_5s, raise_it, setting, backend,
    notify, lock_it;

/* ctx connects as a process, super as a superuser. */
extern struct ctx *ctx, *super;

int real_setup(void **state);	/* items 1 and 2 exist */
int real_teardown(void **state);

/* Opens another connection as this user. */
struct sql *connection(const char *user, const char *password);
/* Returns the text of a query's result; arg is unused when it takes none. */
const char *ask(struct ctx *who, const struct sql_query *query,
    const char *arg);
/* Makes the server end the session, as a restart would. */
void cut_off(void);
enum err add(int64_t id);	/* adds an item, as the process */
int64_t count(void);		/* number of items, as the superuser */

#define REAL_TEST(f) \
	cmocka_unit_test_setup_teardown(f, real_setup, real_teardown)

#endif

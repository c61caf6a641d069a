/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the isolation probe found in the tenant's network.  The worker writes
 * it; addresses and other tenants are left out here.
 */
#include "config.h"

#include "libshared/base/isolation.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/reply.h"
#include "modules/tenants/tenants.h"

#include "modules/tenants/isolation.sql.h"

struct run {
	struct uuid	 id;
	const char	*outcome, *started_at, *finished_at, *checks;
};

static const char *const expected_words[] = { "open", "closed", NULL };

static const struct field check_shape[] = {
	SHAPE_TEXT(check),
	SHAPE_TEXT(about),
	SHAPE_CHOICE(expected, expected_words),
	SHAPE_TEXT(seen),
	SHAPE_BOOL(good),
	SHAPE_INT(tries),
	SHAPE_INT(ms),
	FIELD_END_OF("IsolationCheck")
};

const struct field isolation_view[] = {
	VIEW_UUID(struct run, id),
	VIEW_CHOICE(struct run, outcome, isolation_outcomes),
	VIEW_TIME(struct run, started_at),
	VIEW_TIME(struct run, finished_at),
	VIEW_OBJECTS(struct run, checks, check_shape),
	FIELD_END_OF("IsolationRun")
};

enum err
isolation_list(struct ctx *ctx)
{
	return reply_paged(ctx, &SQL_ISOLATION_LIST, isolation_view,
	    sizeof(struct run));
}

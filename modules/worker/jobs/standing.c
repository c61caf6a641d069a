/* SPDX-License-Identifier: Apache-2.0 */
/* The last decision of an operator about the pinned tenant's licences. */
#include "config.h"

#include "libshared/base/lifecycle.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "modules/worker/jobs/standing.h"
#include "modules/worker/work.h"

#include "modules/worker/jobs/standing.sql.h"

struct standing_row { const char *standing; };

static const struct field standing_view[] = {
	VIEW_TEXT(struct standing_row, standing),
	FIELD_END
};

enum err
standing_active(struct ctx *ctx, bool *active)
{
	struct standing_row row;
	enum err e;

	if ((e = sql_one(ctx, &SQL_STANDING_GET, standing_view, &row)) !=
	    ERR_OK)
		return e;
	*active = standing_state_of(row.standing) == STANDING_ACTIVE;
	return ERR_OK;
}

enum err
standing_read(struct ctx *ctx, bool *active)
{
	enum err e;

	if ((e = work_begin(ctx, false)) != ERR_OK ||
	    (e = standing_active(ctx, active)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

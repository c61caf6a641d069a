/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Jobs as clients see them, step by step: what each is at, what happened, and
 * when it will be done, as far as earlier ones at the same place tell.  The
 * worker writes them; this file only reads.
 */
#include "config.h"

#include "libshared/base/lifecycle.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/authz.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/tenants/tenants.h"

#include "modules/tenants/operations.sql.h"

struct operation {
	struct uuid	 id;
	const char	*kind, *state, *error_code, *error;
	const char	*created_at, *finished_at, *eta_at, *late_since;
	const char	*steps, *events;
};

static const char *const event_words[] = { "started", "waiting", "failed",
	"done", "undone", "retried", "skipped", "aborted", NULL };
static const char *const event_sources[] = { "platform", "operator", NULL };

static const struct field step_shape[] = {
	SHAPE_TEXT(name),
	SHAPE_CHOICE(state, step_states),
	SHAPE_TEXT_OPT(detail),
	SHAPE_TIME_OPT(started_at),
	SHAPE_TIME_OPT(finished_at),
	SHAPE_FORM(typical_ms, FIELD_OPTIONAL, FORM_INT, NULL),
	SHAPE_TIME_OPT(eta_at),
	SHAPE_TIME_OPT(late_since),
	FIELD_END_OF("OperationStep")
};

static const struct field event_shape[] = {
	SHAPE_TIME(at),
	SHAPE_TEXT_OPT(step),
	SHAPE_CHOICE(what, event_words),
	SHAPE_INT(attempt),
	SHAPE_TEXT_OPT(detail),
	SHAPE_CHOICE(by, event_sources),
	SHAPE_TEXT_OPT(reason),
	FIELD_END_OF("OperationEvent")
};

const struct field operation_view[] = {
	VIEW_UUID(struct operation, id),
	VIEW_TEXT(struct operation, kind),
	VIEW_CHOICE(struct operation, state, operation_states),
	VIEW_TEXT_OPT(struct operation, error_code),
	VIEW_TEXT_OPT(struct operation, error),
	VIEW_TIME(struct operation, created_at),
	VIEW_TIME_OPT(struct operation, finished_at),
	VIEW_TIME_OPT(struct operation, eta_at),
	VIEW_TIME_OPT(struct operation, late_since),
	VIEW_OBJECTS(struct operation, steps, step_shape),
	VIEW_OBJECTS(struct operation, events, event_shape),
	FIELD_END_OF("Operation")
};

const struct field operation_row_view[] = {
	VIEW_UUID(struct operation, id),
	VIEW_TEXT(struct operation, kind),
	VIEW_CHOICE(struct operation, state, operation_states),
	VIEW_TEXT_OPT(struct operation, error_code),
	VIEW_TEXT_OPT(struct operation, error),
	VIEW_TIME(struct operation, created_at),
	VIEW_TIME_OPT(struct operation, finished_at),
	FIELD_END_OF("OperationSummary")
};

enum err
operation_get(struct ctx *ctx)
{
	struct operation operation;
	struct uuid id;
	enum err e = ERR_NOT_FOUND;

	if (uuid_set(&id, req_param(ctx, "id")))
		e = sql_one(ctx, &SQL_OPERATION_GET, operation_view,
		    &operation, ARG_UUID(&id), ARG_BOOL(authz_may(ctx,
		    PERM_TENANT_READ, NULL, NULL)));
	if (e == ERR_NOT_FOUND)
		return fail(ctx, e, "no_such_operation",
		    "there is no such operation");
	if (e != ERR_OK)
		return e;
	return reply(ctx, 200, operation_view, &operation);
}

enum err
operation_list(struct ctx *ctx)
{
	return reply_paged(ctx, &SQL_OPERATION_LIST, operation_row_view,
	    sizeof(struct operation));
}

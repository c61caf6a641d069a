/* SPDX-License-Identifier: Apache-2.0 */
/* An operation as operators see it, and why a decision changes nothing. */
#include "config.h"

#include <string.h>

#include "libshared/base/lifecycle.h"
#include "libshared/doors/field_shape.h"
#include "libshared/rows/operation_seen.h"

static const struct field step_shape[] = {
	SHAPE_TEXT(name),
	SHAPE_CHOICE(state, step_states),
	SHAPE_BOOL(skippable),
	SHAPE_TEXT_OPT(detail),
	SHAPE_TIME_OPT(started_at),
	SHAPE_TIME_OPT(finished_at),
	FIELD_END_OF("PlatformStep")
};

static const struct field event_shape[] = {
	SHAPE_TIME(at),
	SHAPE_TEXT_OPT(step),
	SHAPE_TEXT(what),
	SHAPE_INT(attempt),
	SHAPE_TEXT_OPT(detail),
	SHAPE_TEXT_OPT(actor),
	SHAPE_TEXT_OPT(reason),
	FIELD_END_OF("PlatformOperationEvent")
};

#define ROW_FIELDS \
	VIEW_UUID(struct operation_seen, id), \
	VIEW_UUID(struct operation_seen, tenant), \
	VIEW_TEXT(struct operation_seen, slug), \
	VIEW_TEXT(struct operation_seen, kind), \
	VIEW_CHOICE(struct operation_seen, state, operation_states), \
	VIEW_TEXT_OPT(struct operation_seen, step), \
	VIEW_BOOL(struct operation_seen, skippable), \
	VIEW_BOOL(struct operation_seen, ending), \
	VIEW_INT(struct operation_seen, attempt), \
	VIEW_INT(struct operation_seen, failures), \
	VIEW_TEXT_OPT(struct operation_seen, error_code), \
	VIEW_TEXT_OPT(struct operation_seen, error), \
	VIEW_TIME(struct operation_seen, created_at), \
	VIEW_TIME_OPT(struct operation_seen, finished_at)

const struct field operation_seen_view[] = {
	ROW_FIELDS,
	FIELD_END_OF("PlatformOperationSummary")
};

const struct field operation_story_view[] = {
	ROW_FIELDS,
	VIEW_OBJECTS(struct operation_seen, steps, step_shape),
	VIEW_OBJECTS(struct operation_seen, events, event_shape),
	FIELD_END_OF("PlatformOperation")
};

enum err
operation_decided(struct ctx *ctx, const struct operation_seen *row,
    const char *answer)
{
	if (answer == NULL)
		return ERR_OK;
	if (strcmp(answer, "none") == 0)
		return fail(ctx, ERR_NOT_FOUND, "no_such_operation",
		    "there is no such operation");
	if (strcmp(answer, "waiting") == 0)
		return fail(ctx, ERR_CONFLICT, "operation_waiting",
		    "another %s for the same subject waits already",
		    row->kind);
	if (strcmp(answer, "step") == 0)
		return fail(ctx, ERR_CONFLICT, "step_not_due",
		    "the operation is at step %s",
		    row->step == NULL ? "none" : row->step);
	if (strcmp(answer, "required") == 0)
		return fail(ctx, ERR_CONFLICT, "step_required",
		    "%s cannot go on without step %s", row->kind, row->step);
	if (strcmp(answer, "kind") == 0)
		return fail(ctx, ERR_CONFLICT, "operation_not_stoppable",
		    "%s goes on to its end", row->kind);
	return fail(ctx, ERR_CONFLICT, "operation_state_differs",
	    "the operation is %s, so this changes nothing", row->ending ?
	    "being ended" : row->state);
}

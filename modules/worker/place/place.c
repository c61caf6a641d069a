/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the runtime of a place by its row. */
#include "config.h"

#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "modules/worker/place/place.h"
#include "modules/worker/runtime/runtime.h"

#include "modules/worker/place/place.sql.h"

static const struct field place_view[] = {
	VIEW_TEXT(struct runtime_place, name),
	VIEW_TEXT(struct runtime_place, kind),
	VIEW_TEXT_OPT(struct runtime_place, endpoint),
	VIEW_TEXT_OPT(struct runtime_place, registry),
	FIELD_END
};

enum err
place_runtime(struct ctx *ctx, const struct uuid *place,
    const struct runtime **rt)
{
	struct runtime_place found = { .name = NULL };
	enum err e;

	if ((e = sql_one(ctx, &SQL_PLACE_GET, place_view, &found,
	    ARG_UUID(place))) != ERR_OK)
		return e;
	return runtime_of(ctx, &found, rt);
}

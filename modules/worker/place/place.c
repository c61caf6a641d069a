/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the runtime of a place by its row.
 *
 * The key that is shown there was sealed for the worker when the place was
 * registered, and is bound to the place (threat T13).
 */
#include "config.h"

#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/place_row.h"
#include "libshared/proto/sealed.h"
#include "modules/worker/place/place.h"
#include "modules/worker/runtime/runtime.h"

#include "modules/worker/place/place.sql.h"

struct found { struct runtime_place place; const char *key_box; };

static const struct field found_view[] = {
	VIEW_TEXT(struct runtime_place, name),
	VIEW_TEXT(struct runtime_place, kind),
	VIEW_TEXT_OPT(struct runtime_place, endpoint),
	VIEW_TEXT_OPT(struct runtime_place, registry),
	VIEW_TEXT_OPT(struct runtime_place, ca),
	VIEW_TEXT_OPT(struct runtime_place, certificate),
	VIEW_TEXT_OPT(struct found, key_box),
	FIELD_END
};

static enum err
key_open(struct ctx *ctx, const struct uuid *id, struct found *found)
{
	struct str key;
	enum err e;

	if ((e = sealed_collect(ctx, PLACE_SEAL_KEY, place_bound(ctx, id),
	    found->key_box, &key)) != ERR_OK)
		return e;
	found->place.key = key.p;
	return ERR_OK;
}

enum err
place_runtime(struct ctx *ctx, const struct uuid *place,
    const struct runtime **rt)
{
	struct found found = { .key_box = NULL };
	enum err e;

	if ((e = sql_one(ctx, &SQL_PLACE_GET, found_view, &found,
	    ARG_UUID(place))) != ERR_OK || (found.key_box != NULL &&
	    (e = key_open(ctx, place, &found)) != ERR_OK))
		return e;
	return runtime_of(ctx, &found.place, rt);
}

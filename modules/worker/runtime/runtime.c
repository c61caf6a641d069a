/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the runtime of a place by its kind. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "modules/worker/runtime/runtime.h"

enum err
runtime_of(struct ctx *ctx, const struct runtime_place *place,
    const struct runtime **rt)
{
	const struct runtime_kind *kind = runtimes;
	struct runtime *made;
	enum err e;

	while (kind->name != NULL && strcmp(kind->name, place->kind) != 0)
		kind++;
	if (kind->name == NULL)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "place %s: there are no places of kind %s", place->name,
		    place->kind);
	if ((made = arena_get(ctx->mem, sizeof(*made))) == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	if ((e = kind->open(ctx, place, made)) != ERR_OK)
		return e;
	*rt = made;
	return ERR_OK;
}

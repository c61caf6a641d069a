/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the runtime of a tenant by the name in its row. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "modules/worker/runtime/runtime.h"

enum err
runtime_of(struct ctx *ctx, const char *name, const struct runtime **rt)
{
	const struct runtime_kind *kind = runtimes;
	struct runtime *made;
	enum err e;

	while (kind->name != NULL && strcmp(kind->name, name) != 0)
		kind++;
	if (kind->name == NULL)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "no runtime is called %s", name);
	if ((made = arena_get(ctx->mem, sizeof(*made))) == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	if ((e = kind->open(ctx, made)) != ERR_OK)
		return e;
	*rt = made;
	return ERR_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/doors/json.h"
#include "modules/worker/registry/registry_reader.h"
#include "modules/worker/runtime/runtime_container.h"
#include "modules/worker/runtime/runtime_names.h"
#include "modules/worker/runtime/runtime_status.h"

#define LAST_RUN_SHORT_S	60	/* longer: not a crash loop */

static bool
label_is(const struct engine_container *c, const struct engine_spec *spec,
    const char *name)
{
	const char *found = json_member(c->labels, name);
	const struct runtime_pair *label;

	for (label = spec->labels; label->name != NULL; label++)
		if (strcmp(label->name, name) == 0)
			return found != NULL &&
			    strcmp(found, label->value) == 0;
	return false;
}

static enum err
container_inspect(struct ctx *ctx, const struct runtime_wanted *w,
    struct engine_container *c)
{
	return engine_inspect(ctx, w->engine, w->spec.name, w->spec.network,
	    c);
}

/*
 * name_free - frees a name that no container has: Podman, killed in the middle
 * of a creation, keeps it in its storage, which its lists do not show.  A
 * container that came since then stays, for the next call.
 */
static enum err
name_free(struct ctx *ctx, const struct runtime_wanted *w)
{
	struct engine_container c;
	enum err e;

	fail_clear(ctx);
	if ((e = container_inspect(ctx, w, &c)) == ERR_NOT_FOUND) {
		fail_clear(ctx);
		return engine_remove(ctx, w->engine, w->spec.name);
	}
	return e != ERR_OK ? e : fail(ctx, ERR_UNAVAILABLE,
	    "container_exists", "container '%s' was made meanwhile",
	    w->spec.name);
}

static enum err
container_create(struct ctx *ctx, const struct runtime_wanted *w,
    struct engine_container *c)
{
	const struct runtime_login *login;
	enum err e;

	if ((e = registry_reader(ctx, w->readers, w->spec.image,
	    &login)) != ERR_OK ||
	    (e = engine_image_ensure(ctx, w->engine, w->spec.image,
	    login)) != ERR_OK)
		return e;
	e = engine_create(ctx, w->engine, &w->spec);
	if (e == ERR_CONFLICT && (e = name_free(ctx, w)) == ERR_OK)
		e = engine_create(ctx, w->engine, &w->spec);
	return e != ERR_OK ? e : container_inspect(ctx, w, c);
}

/*
 * container_ensure - creates the container, or replaces it when its
 * specification changed; a container of another tenant is never touched
 */
static enum err
container_ensure(struct ctx *ctx, const struct runtime_wanted *w,
    struct engine_container *c)
{
	enum err e;

	e = container_inspect(ctx, w, c);
	if (e == ERR_NOT_FOUND) {
		fail_clear(ctx);
		return container_create(ctx, w, c);
	}
	if (e != ERR_OK)
		return e;
	if (!label_is(c, &w->spec, LABEL_TENANT_ID) ||
	    !label_is(c, &w->spec, LABEL_ROLE))
		return fail(ctx, ERR_CONFLICT, "container_taken",
		    "container '%s' exists and belongs to another "
		    "tenant", w->spec.name);
	if (label_is(c, &w->spec, LABEL_SPEC))
		return ERR_OK;
	if (c->state == RUNTIME_RUNNING &&
	    (e = engine_stop(ctx, w->engine, w->spec.name)) != ERR_OK)
		return e;
	if ((e = engine_remove(ctx, w->engine, w->spec.name)) != ERR_OK)
		return e;
	return container_create(ctx, w, c);
}

enum err
runtime_container_run(struct ctx *ctx, const struct runtime_wanted *w,
    struct engine_container *c)
{
	enum err e;

	if ((e = container_ensure(ctx, w, c)) != ERR_OK)
		return e;
	if (c->state == RUNTIME_RUNNING)
		return ERR_OK;
	if (c->state == RUNTIME_STOPPED &&
	    c->restarts >= w->spec.restarts_max &&
	    c->last_run_s < LAST_RUN_SHORT_S)
		return fail(ctx, ERR_INVALID, "container_failed",
		    "it ended %lld times, the last time with exit code %d%s",
		    (long long)c->restarts + 1, c->exit_code,
		    status_memory_suspected(c) ?
		    ", probably for lack of memory" : "");
	if (c->state == RUNTIME_CREATED &&
	    (e = engine_secrets(ctx, w->engine, w->spec.name,
	    w->secrets)) != ERR_OK)
		return e;
	if ((e = engine_start(ctx, w->engine, w->spec.name)) != ERR_OK)
		return e;
	return container_inspect(ctx, w, c);
}

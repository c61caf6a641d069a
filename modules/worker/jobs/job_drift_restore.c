/* SPDX-License-Identifier: Apache-2.0 */
/*
 * drift.restore: makes an object of a tenant what the database says again.
 *
 * Limits are set on what runs.  Anything else that differs is removed, and the
 * job that makes it is queued: tenant.provision or deployment.apply.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/job.h"
#include "modules/worker/place/place.h"
#include "modules/worker/runtime/runtime.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#include "modules/worker/jobs/jobs.sql.h"

struct object { const char *object; struct uuid subject; bool limits; };

static const struct field object_view[] = {
	VIEW_TEXT(struct object, object),
	VIEW_UUID_OPT(struct object, subject),
	VIEW_BOOL(struct object, limits),
	FIELD_END
};

struct app { const char *app, *environment; int64_t cpu_millis, memory_mb; };

static const struct field app_view[] = {
	VIEW_TEXT(struct app, app),
	VIEW_TEXT(struct app, environment),
	VIEW_INT(struct app, cpu_millis),
	VIEW_INT(struct app, memory_mb),
	FIELD_END
};

struct restore {
	struct tenant		 tenant;
	const struct runtime	*runtime;
	struct object		*objects;
	size_t			 n;
};

static bool
is_server(const struct restore *self, const struct object *object)
{
	return strcmp(object->subject.text, self->tenant.id.text) == 0;
}

/* limits_set - gives what runs the limits that it should have */
static enum err
limits_set(struct ctx *ctx, const struct restore *self,
    const struct object *object)
{
	struct runtime_ref ref = { .slug = self->tenant.slug };
	struct runtime_limits limits = { .memory_mb = self->tenant.memory_mb,
	    .cpu_millis = self->tenant.cpu_millis };
	struct app app;
	bool found = true;
	enum err e;

	if (!is_server(self, object)) {
		if ((e = work_begin(ctx, false)) != ERR_OK ||
		    (e = sql_opt(ctx, &SQL_DRIFT_APP, app_view, &app, &found,
		    ARG_UUID(&object->subject))) != ERR_OK ||
		    (e = sql_commit(ctx)) != ERR_OK || !found)
			return e;
		ref.environment = app.environment;
		ref.name = app.app;
		limits.memory_mb = app.memory_mb;
		limits.cpu_millis = app.cpu_millis;
	}
	return self->runtime->scale(ctx, self->runtime, &ref, &limits);
}

static bool
is_removed(const struct object *object)
{
	return strncmp(object->object, "container ", 10) == 0 ||
	    (strncmp(object->object, "network ", 8) == 0 &&
	    uuid_empty(&object->subject));
}

static enum err
object_restore(struct ctx *ctx, const struct restore *self,
    const struct object *object)
{
	if (object->limits && !uuid_empty(&object->subject))
		return limits_set(ctx, self, object);
	if (!is_removed(object))
		return ERR_OK;
	return self->runtime->drop(ctx, self->runtime, self->tenant.slug,
	    object->object);
}

static enum err
step_remove(struct ctx *ctx, void *state)
{
	const struct restore *self = state;
	size_t i;
	enum err e = ERR_OK;

	for (i = 0; i < self->n && e == ERR_OK; i++)
		e = object_restore(ctx, self, &self->objects[i]);
	return e;
}

/* Queues the jobs that make again what was removed. */
static enum err
step_make(struct ctx *ctx, void *state)
{
	const struct restore *self = state;
	const struct object *object;
	struct uuid operation;
	enum err e;

	if ((e = work_begin(ctx, true)) != ERR_OK)
		return e;
	for (object = self->objects; object < self->objects + self->n;
	    object++) {
		if (object->limits || uuid_empty(&object->subject))
			continue;
		if ((e = job_queue(ctx, is_server(self, object) ?
		    "tenant.provision" : "deployment.apply",
		    &object->subject, &operation)) != ERR_OK)
			return e;
		work_detail(ctx, "%s follows by operation %s",
		    object->object, operation.text);
	}
	return sql_exec(ctx, &SQL_DRIFT_LOOK_SOON, NULL);
}

static const struct job_step steps[] = {
	{ .name = "remove", .run = step_remove },
	{ .name = "make", .run = step_make },
	{ .name = NULL },
};

static enum err
drift_restore(struct ctx *ctx)
{
	struct restore self = { .n = 0 };
	enum err e;

	if ((e = tenant_read(ctx, &self.tenant)) != ERR_OK ||
	    (e = work_begin(ctx, false)) != ERR_OK ||
	    (e = sql_many(ctx, &SQL_DRIFT_RESTORING, object_view,
	    sizeof(*self.objects), &self.objects, &self.n,
	    ARG_UUID(&ctx->job->id))) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK ||
	    (e = place_runtime(ctx, &self.tenant.place, &self.runtime)) !=
	    ERR_OK)
		return e;
	if (self.runtime->drop == NULL)
		return fail(ctx, ERR_INVALID, NULL,
		    "nothing is restored at places of kind %s yet",
		    self.runtime->name);
	return work_steps(ctx, steps, &self);
}

const struct job_kind job_drift_restore = {
	.name = "drift.restore",
	.about = "The worker makes an object of a tenant what it should be.",
	.run = drift_restore,
	.steps = steps,
	.attempts = 5,
};

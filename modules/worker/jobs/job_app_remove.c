/* SPDX-License-Identifier: Apache-2.0 */
/* app.remove: stops the application everywhere and deletes its rows. */
#include "config.h"

#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "modules/worker/place/place.h"
#include "modules/worker/runtime/runtime.h"
#include "modules/worker/work.h"

#include "modules/worker/jobs/jobs.sql.h"

struct app { const char *app, *slug; struct uuid place; };

static const struct field app_view[] = {
	VIEW_TEXT(struct app, app),
	VIEW_TEXT(struct app, slug),
	VIEW_UUID(struct app, place),
	FIELD_END
};

struct environment { const char *name; };

static const struct field environment_view[] = {
	VIEW_TEXT(struct environment, name),
	FIELD_END
};

/*
 * A deployment job that began before the application was deleted would still
 * start it, so this step waits for that job.  Later jobs see the deletion.
 */
static enum err
step_runtime(struct ctx *ctx, void *state)
{
	const struct app *app = state;
	const struct runtime *runtime;
	struct environment *rows;
	int64_t busy;
	size_t i, n;
	enum err e;

	if ((e = work_begin(ctx, false)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_APP_BUSY, &busy,
	    ARG_UUID(&ctx->job->subject))) != ERR_OK)
		return e;
	if (busy > 0)
		return fail(ctx, ERR_UNAVAILABLE, "app_busy",
		    "waits for a deployment that is under way");
	if ((e = sql_many(ctx, &SQL_APP_ENVIRONMENTS, environment_view,
	    sizeof(*rows), &rows, &n, ARG_UUID(&ctx->job->subject))) !=
	    ERR_OK || (e = sql_commit(ctx)) != ERR_OK ||
	    (e = place_runtime(ctx, &app->place, &runtime)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		const struct runtime_ref ref = { app->slug, rows[i].name,
		    app->app };

		if ((e = runtime->delete(ctx, runtime, &ref)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
step_records(struct ctx *ctx, void *state)
{
	const struct uuid *id = &ctx->job->subject;
	enum err e;

	(void)state;
	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_APP_DELETE_DEPLOYMENTS, NULL,
	    ARG_UUID(id))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_APP_DELETE_RELEASES, NULL,
	    ARG_UUID(id))) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_APP_DELETE, NULL, ARG_UUID(id));
}

static const struct job_step steps[] = {
	{ .name = "runtime", .run = step_runtime },
	{ .name = "records", .run = step_records },
	{ .name = NULL },
};

static enum err
app_remove(struct ctx *ctx)
{
	struct app app;
	bool found;
	enum err e;

	if ((e = work_begin(ctx, false)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_APP_GET, app_view, &app, &found,
	    ARG_UUID(&ctx->job->subject))) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK)
		return e;
	if (!found)
		return ERR_OK;	/* an earlier attempt has deleted it */
	return work_steps(ctx, steps, &app);
}

const struct job_kind job_app_remove = {
	.name = "app.remove",
	.about = "The worker removes an application.",
	.run = app_remove,
	.steps = steps,
	.attempts = 20,
};

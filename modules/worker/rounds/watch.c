/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The periodic check of servers and deployments: state and health.
 *
 * It queues a job for what should run and does not, and updates the endpoint of
 * a server whose address has changed.  A failed check does not stop the others.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/lifecycle.h"
#include "libshared/base/log.h"
#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/prefork.h"
#include "modules/worker/place/place.h"
#include "modules/worker/runtime/runtime.h"
#include "modules/worker/rounds/rounds.h"
#include "modules/worker/work.h"

#include "modules/worker/rounds/watch.sql.h"
#include "modules/worker/state.sql.h"

#define LOOK_MEM_MAX	((size_t)16 << 20)

struct watched { struct uuid id, tenant; };

static const struct field watched_view[] = {
	VIEW_UUID(struct watched, id),
	VIEW_UUID(struct watched, tenant),
	FIELD_END
};

struct server { struct uuid id, place; const char *slug; };

static const struct field server_view[] = {
	VIEW_UUID(struct server, id),
	VIEW_TEXT(struct server, slug),
	VIEW_UUID(struct server, place),
	FIELD_END
};

struct running {
	int64_t		 version;
	const char	*state, *app, *environment, *slug;
	struct uuid	 place;
	const struct runtime *rt;	/* of that place */
};

static const struct field running_view[] = {
	VIEW_INT(struct running, version),
	VIEW_TEXT(struct running, state),
	VIEW_TEXT(struct running, app),
	VIEW_TEXT(struct running, environment),
	VIEW_TEXT(struct running, slug),
	VIEW_UUID(struct running, place),
	FIELD_END
};

/* job_requeue - queues a repair job, unless one is under way */
static enum err
job_requeue(struct ctx *ctx, const char *kind, const struct uuid *subject)
{
	int64_t pending;
	struct uuid operation;
	enum err e;

	if ((e = sql_count(ctx, &SQL_REPAIR_PENDING, &pending,
	    ARG_TEXT(kind), ARG_UUID(subject))) != ERR_OK || pending > 0)
		return e;
	return job_queue(ctx, kind, subject, &operation);
}

/* status_classify - derives the deployment's state from its container */
static enum deployment_state
status_classify(const struct runtime_status *status, const char **why)
{
	*why = NULL;
	if (status->state == RUNTIME_RUNNING && status->healthy)
		return DEPLOYMENT_RUNNING;
	if (status->state == RUNTIME_RUNNING) {
		*why = status->unwell != NULL ? status->unwell :
		    "the health check does not answer with success";
		return DEPLOYMENT_UNHEALTHY;
	}
	if (status->state == RUNTIME_STOPPED && status->exit_code == 0) {
		*why = "the application ended by itself";
		return DEPLOYMENT_FAILED;
	}
	*why = "the container does not run: it will be started again";
	return DEPLOYMENT_UNHEALTHY;
}

/*
 * status_record - stores a changed state, and queues a job when nothing runs.
 * The engine restarts a failed container by itself, up to a limit, but not one
 * that was killed, stopped or removed by hand: the job finds out which it was.
 */
static enum err
status_record(struct ctx *ctx, const struct watched *watched,
    const struct running *running, const struct runtime_status *status)
{
	enum deployment_state was = deployment_state_of(running->state), is;
	const char *why;
	enum err e;

	is = status_classify(status, &why);
	if (was == DEPLOYMENT_STARTING ||
	    (was == DEPLOYMENT_FAILED && is != DEPLOYMENT_RUNNING))
		return ERR_OK;	/* its job or its owner decides */
	if ((e = work_begin_for(ctx, &watched->tenant, true)) != ERR_OK)
		return e;
	if ((e = sql_exec(ctx, &SQL_DEPLOYMENT_STATE, NULL,
	    ARG_UUID(&watched->id), ARG_INT(running->version),
	    ARG_TEXT(deployment_state_word(is)), ARG_TEXT(why),
	    ARG_TEXT(status->container))) !=
	    ERR_OK)
		return e;
	if (status->state != RUNTIME_RUNNING && is != DEPLOYMENT_FAILED &&
	    (e = job_requeue(ctx, "deployment.apply", &watched->id)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static enum err
watch_deployment(struct ctx *ctx, const struct watched *watched)
{
	struct runtime_status status = { 0 };
	struct runtime_ref ref;
	struct running running;
	bool found;
	enum err e;

	if ((e = work_begin_for(ctx, &watched->tenant, false)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_DEPLOYMENT_WATCH, running_view, &running,
	    &found, ARG_UUID(&watched->id))) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK || !found)
		return e;
	ref = (struct runtime_ref){ running.slug, running.environment,
	    running.app };
	if ((e = place_runtime(ctx, &running.place, &running.rt)) != ERR_OK ||
	    (e = running.rt->status(ctx, running.rt, &ref, &status)) !=
	    ERR_OK)
		return e;
	return status_record(ctx, watched, &running, &status);
}

/* watch_server - stores its address, or queues a job that starts it again */
static enum err
watch_server(struct ctx *ctx, const struct server *server)
{
	const struct runtime_ref ref = { server->slug, NULL, NULL };
	struct runtime_status status = { 0 };
	const struct runtime *rt;
	enum err e;

	if ((e = place_runtime(ctx, &server->place, &rt)) != ERR_OK ||
	    (e = rt->status(ctx, rt, &ref, &status)) != ERR_OK ||
	    (e = work_begin_for(ctx, &server->id, true)) != ERR_OK)
		return e;
	if (status.state == RUNTIME_RUNNING && status.address != NULL)
		e = sql_exec(ctx, &SQL_ENDPOINT_SET, NULL,
		    ARG_TEXT(text_printf(ctx->mem, "%s:%d", status.address,
		    status.port)));
	else
		e = job_requeue(ctx, "tenant.provision", &server->id);
	return e == ERR_OK ? sql_commit(ctx) : e;
}

/* skip_log - logs a failed check; the round continues */
static void
skip_log(struct ctx *ctx, const char *what, const char *id)
{
	sql_rollback(ctx);
	log_event(LOG_WARN, "watch_missed", LOG_TEXT("what", what),
	    LOG_TEXT("id", id), LOG_TEXT("detail", ctx->fault.detail));
	fail_clear(ctx);
}

static enum err
all_watch(struct ctx *ctx, struct ctx *own)
{
	struct watched *deployments;
	struct server *servers;
	size_t i, n;
	enum err e;

	if ((e = sql_many(ctx, &SQL_TENANTS_WATCHED, server_view,
	    sizeof(*servers), &servers, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n && !prefork_stopping(); i++) {
		ctx_part(own, ctx);
		if (watch_server(own, &servers[i]) != ERR_OK)
			skip_log(own, "server", servers[i].id.text);
	}
	if ((e = sql_many(ctx, &SQL_DEPLOYMENTS_WATCHED, watched_view,
	    sizeof(*deployments), &deployments, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n && !prefork_stopping(); i++) {
		ctx_part(own, ctx);
		if (watch_deployment(own, &deployments[i]) != ERR_OK)
			skip_log(own, "deployment", deployments[i].id.text);
	}
	return ERR_OK;
}

/* The key of each look's place would fill the secrets of the round. */
enum err
watch_round(struct ctx *ctx)
{
	struct ctx *own = ctx_new(LOOK_MEM_MAX);
	enum err e;

	e = all_watch(ctx, own);
	ctx_free(&own);
	return e;
}

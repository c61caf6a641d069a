/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A release runs in an environment.  The wanted state is written here; the
 * worker makes it real.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/lifecycle.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/job.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/apps/apps.h"

#include "modules/apps/apps.sql.h"

struct environment { struct uuid id; const char *name; int64_t position; };

const struct field environment_view[] = {
	VIEW_UUID(struct environment, id),
	VIEW_TEXT(struct environment, name),
	VIEW_INT(struct environment, position),
	FIELD_END_OF("Environment")
};

struct deployment_in { int64_t release; const char *environment; };

const struct field deployment_fields[] = {
	FIELD_INT(struct deployment_in, release, 1, INT64_MAX),
	FIELD_TEXT(struct deployment_in, environment, 2, 16, CHARSET_NAME),
	FIELD_END_OF("DeploymentCreate")
};

struct deployment {
	struct uuid	 id;
	const char	*environment, *wanted, *state, *detail, *container;
	const char	*changed_at, *last_lines;
	int64_t		 release, version, serving_release;
};

static const char *const wanted_words[] = { "running", "stopped", NULL };

const struct field deployment_view[] = {
	VIEW_UUID(struct deployment, id),
	VIEW_TEXT(struct deployment, environment),
	VIEW_INT(struct deployment, release),
	VIEW_CHOICE(struct deployment, wanted, wanted_words),
	VIEW_CHOICE(struct deployment, state, deployment_states),
	VIEW_TEXT_OPT(struct deployment, detail),
	VIEW_INT(struct deployment, serving_release),
	VIEW_TEXT_OPT(struct deployment, last_lines),
	VIEW_TEXT_OPT(struct deployment, container),
	VIEW_INT(struct deployment, version),
	VIEW_TIME(struct deployment, changed_at),
	FIELD_END_OF("Deployment")
};

struct target {
	struct uuid	 application, environment, release;
	const char	*release_state;
};

static const struct field target_view[] = {
	VIEW_UUID(struct target, application),
	VIEW_UUID_OPT(struct target, environment),
	VIEW_UUID_OPT(struct target, release),
	VIEW_TEXT_OPT(struct target, release_state),
	FIELD_END
};

struct wanted { struct uuid id; };

static const struct field wanted_view[] = {
	VIEW_UUID(struct wanted, id),
	FIELD_END
};

struct operation { struct uuid operation; };

const struct field operation_view[] = {
	VIEW_UUID(struct operation, operation),
	FIELD_END_OF("OperationRef")
};

enum err
environment_list(struct ctx *ctx)
{
	return reply_listed(ctx, &SQL_ENVIRONMENT_LIST, environment_view,
	    sizeof(struct environment));
}

/*
 * target_of - finds application, environment and release, or says what is
 * missing
 */
static enum err
target_of(struct ctx *ctx, const struct deployment_in *in,
    struct target *target)
{
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_DEPLOYMENT_TARGET, target_view, target,
	    &found, ARG_TEXT(req_param(ctx, "app")),
	    ARG_TEXT(in->environment), ARG_INT(in->release))) != ERR_OK)
		return e;
	if (!found)
		return fail(ctx, ERR_NOT_FOUND, "no_such_app",
		    "there is no such application");
	if (uuid_empty(&target->environment))
		return fail_at(ctx, "environment", fail(ctx, ERR_INVALID,
		    "no_such_environment", "there is no environment '%s'",
		    in->environment));
	if (uuid_empty(&target->release))
		return fail_at(ctx, "release", fail(ctx, ERR_INVALID,
		    "no_such_release", "there is no release %lld",
		    (long long)in->release));
	if (release_state_of(target->release_state) != RELEASE_READY)
		return fail(ctx, ERR_CONFLICT, "release_not_ready",
		    "the release is %s; only a ready one can be deployed",
		    target->release_state);
	return ERR_OK;
}

/* deployment_queue - queues the job, and answers the operation to follow */
static enum err
deployment_queue(struct ctx *ctx, const struct uuid *deployment)
{
	struct operation operation;
	enum err e;

	if ((e = job_queue(ctx, "deployment.apply", deployment,
	    &operation.operation)) != ERR_OK)
		return e;
	audit_subject(ctx, "deployment", req_copy(ctx, deployment->text));
	return reply(ctx, 202, operation_view, &operation);
}

enum err
deployment_create(struct ctx *ctx)
{
	struct deployment_in in;
	struct target target;
	struct wanted wanted;
	struct uuid id;
	enum err e;

	uuid7(&id);
	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = app_permitted(ctx, req_param(ctx, "app"),
	    in.environment)) != ERR_OK ||
	    (e = target_of(ctx, &in, &target)) != ERR_OK ||
	    (e = quota_lock(ctx)) != ERR_OK ||
	    (e = quota_place(ctx, sql_one(ctx, &SQL_DEPLOYMENT_WANT,
	    wanted_view, &wanted, ARG_UUID(&id), ARG_UUID(&target.application),
	    ARG_UUID(&target.environment), ARG_UUID(&target.release)))) !=
	    ERR_OK || (e = quota_deployments(ctx)) != ERR_OK)
		return e;
	audit_environment(ctx, in.environment);
	audit_fact(ctx, "app", req_param(ctx, "app"));
	return deployment_queue(ctx, &wanted.id);
}

static enum err
deployment_set(struct ctx *ctx, bool run)
{
	const char *environment = req_param(ctx, "environment");
	const char *app = req_param(ctx, "app");
	struct wanted wanted;
	bool found;
	enum err e;

	if ((e = app_permitted(ctx, app, environment)) != ERR_OK ||
	    (e = quota_lock(ctx)) != ERR_OK ||
	    (e = quota_place(ctx, sql_opt(ctx, &SQL_DEPLOYMENT_SET,
	    wanted_view, &wanted, &found, ARG_TEXT(app), ARG_TEXT(environment),
	    ARG_TEXT(wanted_words[run ? 0 : 1])))) != ERR_OK)
		return e;
	if (!found)
		return fail(ctx, ERR_NOT_FOUND, "no_such_deployment",
		    "the application is not deployed there");
	if (run && (e = quota_deployments(ctx)) != ERR_OK)
		return e;
	audit_environment(ctx, environment);
	audit_fact(ctx, "app", req_param(ctx, "app"));
	return deployment_queue(ctx, &wanted.id);
}

enum err
deployment_stop(struct ctx *ctx)
{
	return deployment_set(ctx, false);
}

enum err
deployment_start(struct ctx *ctx)
{
	return deployment_set(ctx, true);
}

enum err
deployment_list(struct ctx *ctx)
{
	struct app app;
	enum err e;

	if ((e = app_of_path(ctx, &app)) != ERR_OK)
		return e;
	return reply_listed(ctx, &SQL_DEPLOYMENT_LIST, deployment_view,
	    sizeof(struct deployment), ARG_TEXT(req_param(ctx, "app")));
}

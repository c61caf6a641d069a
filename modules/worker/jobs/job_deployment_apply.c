/* SPDX-License-Identifier: Apache-2.0 */
/* deployment.apply: starts or stops an application as its row wants. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "modules/worker/jobs/standing.h"
#include "modules/worker/place/place.h"
#include "modules/worker/runtime/runtime_health.h"
#include "modules/worker/tenant/app_env.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#include "modules/worker/jobs/jobs.sql.h"
#include "modules/worker/state.sql.h"

#define LAST_LINES	20	/* of one that failed */
#define LAST_LINES_BYTES	(16u << 10)

struct deployment {
	struct uuid	 id, tenant, place;
	const char	*wanted, *state, *container, *image, *app;
	const char	*environment, *slug, *tenant_state, *app_state;
	const char	*detail, *health_check, *health_path;
	int64_t		 version, release, health_port, cpu_millis, memory_mb;
};

static const struct field deployment_view[] = {
	VIEW_UUID(struct deployment, id),
	VIEW_TEXT(struct deployment, wanted),
	VIEW_TEXT(struct deployment, state),
	VIEW_INT(struct deployment, version),
	VIEW_TEXT_OPT(struct deployment, container),
	VIEW_INT(struct deployment, release),
	VIEW_TEXT_OPT(struct deployment, image),
	VIEW_TEXT(struct deployment, app),
	VIEW_TEXT(struct deployment, environment),
	VIEW_UUID(struct deployment, tenant),
	VIEW_TEXT(struct deployment, slug),
	VIEW_TEXT(struct deployment, tenant_state),
	VIEW_TEXT(struct deployment, app_state),
	VIEW_UUID(struct deployment, place),
	VIEW_TEXT_OPT(struct deployment, detail),
	VIEW_TEXT(struct deployment, health_check),
	VIEW_INT(struct deployment, health_port),
	VIEW_TEXT(struct deployment, health_path),
	VIEW_INT(struct deployment, cpu_millis),
	VIEW_INT(struct deployment, memory_mb),
	FIELD_END
};

static enum err
deployment_read(struct ctx *ctx, struct deployment *deployment, bool *found)
{
	enum err e;

	if ((e = work_begin(ctx, false)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_DEPLOYMENT_WORK, deployment_view,
	    deployment, found, ARG_UUID(&ctx->job->subject))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

/* state_set - writes the state in a transaction that stays open */
static enum err
state_set(struct ctx *ctx, const struct deployment *deployment,
    enum deployment_state state, const char *detail, const char *container)
{
	enum err e;

	if ((e = work_begin(ctx, true)) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_DEPLOYMENT_STATE, NULL,
	    ARG_UUID(&deployment->id), ARG_INT(deployment->version),
	    ARG_TEXT(deployment_state_word(state)), ARG_TEXT(detail),
	    ARG_TEXT(container));
}

/* generation_of - derives eight hex digits from deployment and version */
static void
generation_of(struct ctx *ctx, const struct deployment *deployment,
    char text[9])
{
	char hex[SHA256_HEX_MAX];
	const char *wish = text_printf(ctx->mem, "%s:%lld",
	    deployment->id.text, (long long)deployment->version);

	sha256_hex(wish, strlen(wish), hex);
	memcpy(text, hex, 8);
	text[8] = '\0';
}

/* instance_of - under which its agent is known */
static const char *
instance_of(struct ctx *ctx, const struct deployment *deployment,
    const char *generation)
{
	return text_printf(ctx->mem, "%s-%s-0-%s", deployment->environment,
	    deployment->app, generation);
}

/* starting_tell - what the health check asks, or said, for the page */
static enum err
starting_tell(struct ctx *ctx, const struct deployment *deployment,
    const char *detail)
{
	enum err e;

	if ((e = state_set(ctx, deployment, DEPLOYMENT_STARTING, detail,
	    NULL)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

/* not_yet - the failure of the runtime, told on the way */
static enum err
not_yet(struct ctx *ctx, const struct deployment *deployment)
{
	struct fault fault = ctx->fault;
	enum err e;

	fail_clear(ctx);
	if ((e = starting_tell(ctx, deployment, fault.detail)) != ERR_OK)
		return e;
	ctx->fault = fault;
	return ERR_UNAVAILABLE;
}

struct agent_look {
	const struct deployment	*deployment;
	const struct runtime	*runtime;
	const char		*generation;
};

/* agent_reports - whether the tenant's server knows this very instance */
static enum err
agent_reports(struct ctx *ctx, void *arg, const char **why)
{
	const struct agent_look *look = arg;
	const struct deployment *deployment = look->deployment;
	const struct tenant tenant = { .id = deployment->tenant,
	    .slug = deployment->slug };
	const struct runtime_ref server = { .slug = deployment->slug };
	struct runtime_status status = { 0 };
	bool there = false;
	enum err e;

	if ((e = look->runtime->status(ctx, look->runtime, &server,
	    &status)) != ERR_OK)
		return e;
	*why = "health check (the heartbeat of its agent): the tenant's"
	    " server does not run";
	if (status.state != RUNTIME_RUNNING || status.address == NULL)
		return ERR_OK;
	if ((e = tenant_server_agent(ctx, &tenant, text_printf(ctx->mem,
	    "%s:%d", status.address, status.port), instance_of(ctx,
	    deployment, look->generation), &there)) != ERR_OK)
		return e;
	*why = there ? NULL : "health check (the heartbeat of its agent):"
	    " none has come yet";
	return ERR_OK;
}

static enum err
app_start(struct ctx *ctx, const struct deployment *deployment)
{
	char generation[9];
	struct runtime_pair env[APP_ENV_MAX];
	struct runtime_secret secrets[2] = { { NULL, NULL, 0 } };
	struct agent_look look;
	struct runtime_app app = {
		.tenant = deployment->tenant,
		.ref = { deployment->slug, deployment->environment,
		    deployment->app },
		.generation = generation, .release = deployment->release,
		.image = deployment->image, .env = env,
		.secrets = secrets,
		.limits = { .memory_mb = deployment->memory_mb,
		    .cpu_millis = deployment->cpu_millis },
		.health = { .check = deployment->health_check,
		    .port = deployment->health_port,
		    .path = deployment->health_path },
	};
	struct runtime_status status = { 0 };
	const struct runtime *runtime;
	const char *token;
	enum err e;

	if ((e = place_runtime(ctx, &deployment->place, &runtime)) != ERR_OK ||
	    (e = tenant_secret(ctx, SECRET_BOOTSTRAP, &token)) != ERR_OK)
		return e;
	secrets[0] = (struct runtime_secret){ SECRET_BOOTSTRAP, token,
	    strlen(token) };
	generation_of(ctx, deployment, generation);
	app_env_put(ctx, &(const struct app_env){
	    .server = runtime->server_host(ctx, deployment->slug),
	    .application = deployment->app,
	    .environment = deployment->environment,
	    .instance = instance_of(ctx, deployment, generation) }, env);
	look = (struct agent_look){ deployment, runtime, generation };
	if (strcmp(deployment->health_check, "agent") == 0) {
		app.health.agent = agent_reports;
		app.health.agent_arg = &look;
	}
	if (deployment_state_of(deployment->state) != DEPLOYMENT_STARTING &&
	    (e = starting_tell(ctx, deployment, text_printf(ctx->mem,
	    "health check: %s, asked until it is good",
	    runtime_health_name(ctx, runtime_health_text(ctx,
	    &app.health))))) != ERR_OK)
		return e;
	e = runtime->deploy(ctx, runtime, &app, &status);
	if (e == ERR_UNAVAILABLE)
		return not_yet(ctx, deployment);
	if (e != ERR_OK)
		return e;
	work_detail(ctx, "release %lld runs in %s",
	    (long long)deployment->release, deployment->environment);
	return state_set(ctx, deployment, DEPLOYMENT_RUNNING, NULL,
	    status.container);
}

static enum err
app_stop(struct ctx *ctx, const struct deployment *deployment)
{
	const struct runtime_ref ref = { deployment->slug,
	    deployment->environment, deployment->app };
	const struct runtime *runtime;
	enum err e;

	if ((e = place_runtime(ctx, &deployment->place, &runtime)) != ERR_OK ||
	    (e = runtime->stop(ctx, runtime, &ref)) != ERR_OK)
		return e;
	work_detail(ctx, "stopped in %s", deployment->environment);
	return state_set(ctx, deployment, DEPLOYMENT_STOPPED, NULL, NULL);
}

/* app_hold - nothing starts now; tenant.reactivate queues it again */
static enum err
app_hold(struct ctx *ctx, const struct deployment *deployment)
{
	work_detail(ctx, "waits for the end of the suspension");
	return state_set(ctx, deployment, DEPLOYMENT_STOPPED,
	    STANDING_HELD, NULL);
}

static enum err
step_apply(struct ctx *ctx, void *state)
{
	const struct deployment *deployment = state;
	enum tenant_state tenant = tenant_state_of(deployment->tenant_state);

	if (strcmp(deployment->wanted, "stopped") == 0)
		return app_stop(ctx, deployment);
	if (tenant == TENANT_PROVISIONING)
		return fail(ctx, ERR_UNAVAILABLE, "tenant_not_ready",
		    "waits until the tenant is active");
	if (tenant == TENANT_SUSPENDED)
		return app_hold(ctx, deployment);
	if (tenant != TENANT_ACTIVE)
		return fail(ctx, ERR_INVALID, "tenant_not_active",
		    "the tenant is %s", deployment->tenant_state);
	return app_start(ctx, deployment);
}

static const struct job_step steps[] = {
	{ .name = "apply", .run = step_apply },
	{ .name = NULL },
};

static enum err
deployment_apply(struct ctx *ctx)
{
	struct deployment deployment;
	enum tenant_state tenant;
	bool found;
	enum err e;

	if ((e = deployment_read(ctx, &deployment, &found)) != ERR_OK)
		return e;
	if (!found || application_state_of(deployment.app_state) ==
	    APPLICATION_DELETING)
		return ERR_OK;
	/* The removal of the tenant, or its return, is another job. */
	tenant = tenant_state_of(deployment.tenant_state);
	if (tenant == TENANT_LEAVING || tenant == TENANT_DELETING)
		return ERR_OK;
	return work_steps(ctx, steps, &deployment);
}

/* lines_join - the last lines as one text */
static const char *
lines_join(struct ctx *ctx, const struct runtime_log *log)
{
	struct buf text;
	size_t i;

	buf_init(&text, ctx->mem, LAST_LINES_BYTES);
	for (i = 0; i < log->nlines; i++)
		buf_printf(&text, "%s%s", i > 0 ? "\n" : "",
		    log->lines[i].text);
	return log->nlines == 0 ? NULL : text.p;
}

/*
 * failure_look - stops what failed when another release runs, and finds out
 * what its log said last; *serving is the one that runs on, or 0
 */
static enum err
failure_look(struct ctx *ctx, const struct deployment *deployment,
    int64_t *serving, const char **lines)
{
	const struct runtime_ref ref = { deployment->slug,
	    deployment->environment, deployment->app };
	struct runtime_log log = { .max = LAST_LINES };
	struct runtime_status status = { 0 };
	const struct runtime *runtime;
	char generation[9];
	enum err e;

	generation_of(ctx, deployment, generation);
	if ((e = place_runtime(ctx, &deployment->place, &runtime)) != ERR_OK ||
	    (e = runtime->logs(ctx, runtime, &ref, NULL, &log)) != ERR_OK)
		return e;
	*lines = lines_join(ctx, &log);
	if ((e = runtime->abandon(ctx, runtime, &ref, generation)) !=
	    ERR_OK ||
	    (e = runtime->status(ctx, runtime, &ref, &status)) != ERR_OK)
		return e;
	if (status.state == RUNTIME_RUNNING &&
	    status.release != deployment->release)
		*serving = status.release;
	return ERR_OK;
}

/* failure_text - what went wrong, by the health check, and what runs on */
static const char *
failure_text(struct ctx *ctx, const struct deployment *deployment,
    const struct fault *fault, int64_t serving)
{
	const char *why = fault->detail;

	if (fault->code != NULL && strcmp(fault->code, "step_timeout") == 0 &&
	    deployment->detail != NULL)
		why = text_printf(ctx->mem, "it did not become healthy within"
		    " %d s; %s", STEP_MAX_S, deployment->detail);
	if (serving == 0)
		return why;
	return text_printf(ctx->mem, "%s. Release %lld still runs.", why,
	    (long long)serving);
}

/* The place may not answer: then less is told. */
static enum err
deployment_apply_give_up(struct ctx *ctx)
{
	const struct fault fault = ctx->fault;
	struct deployment deployment;
	const char *lines = NULL, *text = fault.detail;
	int64_t serving = 0;
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_DEPLOYMENT_WORK, deployment_view,
	    &deployment, &found, ARG_UUID(&ctx->job->subject))) != ERR_OK)
		return e;
	if (found && strcmp(deployment.wanted, "running") == 0) {
		if (failure_look(ctx, &deployment, &serving, &lines) !=
		    ERR_OK)
			fail_clear(ctx);
		text = failure_text(ctx, &deployment, &fault, serving);
	}
	if ((e = sql_exec(ctx, &SQL_OPERATION_TELL, NULL,
	    ARG_UUID(&ctx->job->id), ARG_TEXT(text))) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_DEPLOYMENT_GIVE_UP, NULL,
	    ARG_UUID(&ctx->job->subject), ARG_TEXT(text),
	    ARG_INT(serving), ARG_TEXT(lines));
}

const struct job_kind job_deployment_apply = {
	.name = "deployment.apply",
	.about = "The worker starts or stops a deployment.",
	.run = deployment_apply,
	.give_up = deployment_apply_give_up,
	.steps = steps,
	.attempts = 8,
};

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
#include "modules/worker/runtime/runtime.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#include "modules/worker/jobs/jobs.sql.h"
#include "modules/worker/state.sql.h"

#define APP_MEMORY_MB	512
#define APP_CPU_MILLIS	1000
#define APP_ENV_MAX	8

struct deployment {
	struct uuid	 id, tenant;
	const char	*wanted, *state, *container, *image, *app;
	const char	*environment, *slug, *tenant_state, *app_state;
	const char	*runtime;
	int64_t		 version, release;
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
	VIEW_TEXT(struct deployment, runtime),
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
    enum deployment_state state, const char *container)
{
	enum err e;

	if ((e = work_begin(ctx, true)) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_DEPLOYMENT_STATE, NULL,
	    ARG_UUID(&deployment->id), ARG_INT(deployment->version),
	    ARG_TEXT(deployment_state_word(state)), ARG_NULL,
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

static size_t
app_env(struct ctx *ctx, const struct deployment *deployment,
    const char *generation, struct runtime_pair env[APP_ENV_MAX])
{
	size_t n = 0;

	env[n++] = (struct runtime_pair){ "CAMELEER_AGENT_EXPORT_ENDPOINT",
	    text_printf(ctx->mem, "http://cameleer-server-%s:%d",
	    deployment->slug, RUNTIME_SERVER_PORT) };
	env[n++] = (struct runtime_pair){ "CAMELEER_AGENT_APPLICATION",
	    deployment->app };
	env[n++] = (struct runtime_pair){ "CAMELEER_AGENT_ENVIRONMENT",
	    deployment->environment };
	env[n++] = (struct runtime_pair){ "CAMELEER_AGENT_INSTANCEID",
	    text_printf(ctx->mem, "%s-%s-0-%s", deployment->environment,
	    deployment->app, generation) };
	env[n++] = (struct runtime_pair){ "CAMELEER_AGENT_AUTH_TOKEN_FILE",
	    RUNTIME_SECRETS_DIR "/" SECRET_BOOTSTRAP };
	env[n++] = (struct runtime_pair){ "JAVA_TOOL_OPTIONS",
	    "-Dcamel.management.port=9876" };
	env[n] = (struct runtime_pair){ NULL, NULL };
	return n;
}

static enum err
app_start(struct ctx *ctx, const struct deployment *deployment)
{
	char generation[9];
	struct runtime_pair env[APP_ENV_MAX];
	struct runtime_secret secrets[2] = { { NULL, NULL, 0 } };
	const struct runtime_app app = {
		.tenant = deployment->tenant,
		.ref = { deployment->slug, deployment->environment,
		    deployment->app },
		.generation = generation, .release = deployment->release,
		.image = deployment->image, .env = env,
		.secrets = secrets,
		.limits = { .memory_mb = APP_MEMORY_MB,
		    .cpu_millis = APP_CPU_MILLIS },
	};
	struct runtime_status status = { 0 };
	const struct runtime *runtime;
	const char *token;
	enum err e;

	if ((e = runtime_of(ctx, deployment->runtime, &runtime)) != ERR_OK ||
	    (e = tenant_secret(ctx, SECRET_BOOTSTRAP, &token)) != ERR_OK)
		return e;
	secrets[0] = (struct runtime_secret){ SECRET_BOOTSTRAP, token,
	    strlen(token) };
	generation_of(ctx, deployment, generation);
	(void)app_env(ctx, deployment, generation, env);
	if ((e = state_set(ctx, deployment, DEPLOYMENT_STARTING, NULL)) !=
	    ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK ||
	    (e = runtime->deploy(ctx, runtime, &app, &status)) != ERR_OK)
		return e;
	work_detail(ctx, "release %lld runs in %s",
	    (long long)deployment->release, deployment->environment);
	return state_set(ctx, deployment, DEPLOYMENT_RUNNING, status.container);
}

static enum err
app_stop(struct ctx *ctx, const struct deployment *deployment)
{
	const struct runtime_ref ref = { deployment->slug,
	    deployment->environment, deployment->app };
	const struct runtime *runtime;
	enum err e;

	if ((e = runtime_of(ctx, deployment->runtime, &runtime)) != ERR_OK ||
	    (e = runtime->stop(ctx, runtime, &ref)) != ERR_OK)
		return e;
	work_detail(ctx, "stopped in %s", deployment->environment);
	return state_set(ctx, deployment, DEPLOYMENT_STOPPED, NULL);
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
	if (tenant != TENANT_ACTIVE)
		return fail(ctx, ERR_INVALID, "tenant_not_active",
		    "the tenant is %s", deployment->tenant_state);
	return app_start(ctx, deployment);
}

static const struct job_step steps[] = {
	{ "apply", step_apply },
	{ NULL, NULL },
};

static enum err
deployment_apply(struct ctx *ctx)
{
	struct deployment deployment;
	bool found;
	enum err e;

	if ((e = deployment_read(ctx, &deployment, &found)) != ERR_OK)
		return e;
	if (!found ||
	    application_state_of(deployment.app_state) ==
	    APPLICATION_DELETING ||
	    tenant_state_of(deployment.tenant_state) == TENANT_DELETING)
		return ERR_OK;	/* the tenant's removal is another job */
	return work_steps(ctx, steps, &deployment);
}

static enum err
deployment_apply_give_up(struct ctx *ctx)
{
	return sql_exec(ctx, &SQL_DEPLOYMENT_GIVE_UP, NULL,
	    ARG_UUID(&ctx->job->subject), ARG_TEXT(ctx->fault.detail));
}

const struct job_kind job_deployment_apply = {
	.name = "deployment.apply",
	.about = "The worker starts or stops a deployment.",
	.run = deployment_apply,
	.give_up = deployment_apply_give_up,
	.steps = steps,
	.attempts = 8,
};

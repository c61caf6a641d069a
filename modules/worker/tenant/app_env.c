/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "libshared/base/str.h"
#include "modules/worker/tenant/app_env.h"
#include "modules/worker/tenant/tenant.h"

void
app_env_put(struct ctx *ctx, const struct app_env *app,
    struct runtime_pair env[APP_ENV_MAX])
{
	size_t n = 0;

	env[n++] = (struct runtime_pair){ "CAMELEER_AGENT_EXPORT_ENDPOINT",
	    text_printf(ctx->mem, "http://%s:%d", app->server,
	    RUNTIME_SERVER_PORT) };
	env[n++] = (struct runtime_pair){ "CAMELEER_AGENT_APPLICATION",
	    app->application };
	env[n++] = (struct runtime_pair){ "CAMELEER_AGENT_ENVIRONMENT",
	    app->environment };
	if (app->instance != NULL)
		env[n++] = (struct runtime_pair){
		    "CAMELEER_AGENT_INSTANCEID", app->instance };
	env[n++] = (struct runtime_pair){ "CAMELEER_AGENT_AUTH_TOKEN_FILE",
	    RUNTIME_SECRETS_DIR "/" SECRET_BOOTSTRAP };
	env[n++] = (struct runtime_pair){ "JAVA_TOOL_OPTIONS",
	    "-Dcamel.management.port=9876" };
	env[n] = (struct runtime_pair){ NULL, NULL };
}

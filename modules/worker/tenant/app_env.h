/* SPDX-License-Identifier: Apache-2.0 */
/* What an application is told: where its server is, and who it is. */
#ifndef CAMELEER_APP_ENV_H
#define CAMELEER_APP_ENV_H

#include "modules/worker/runtime_types.h"

#define APP_ENV_MAX	8

struct app_env {
	const char	*server;	/* host of the tenant's server */
	const char	*application, *environment;
	const char	*instance;	/* NULL: the place says it */
};

/* Fills in the list; ends with .name NULL. */
void app_env_put(struct ctx *ctx, const struct app_env *app,
    struct runtime_pair env[APP_ENV_MAX]);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A place where tenants run, as its runtime is opened. */
#ifndef CAMELEER_RUNTIME_PLACE_H
#define CAMELEER_RUNTIME_PLACE_H

#include "libshared/base/ctx.h"

/* What is remembered of the tenant of the job: the last commit for it. */
struct runtime_notes {
	/* *commit is NULL when there is none. */
	enum err (*get)(struct ctx *ctx, const char **commit);
	enum err (*set)(struct ctx *ctx, const char *commit);
};

/* A row of table place; what is NULL is as the settings say. */
struct runtime_place {
	const char	*name, *kind;
	/* unix:/run/podman/podman.sock, or https://east.example:2376 */
	const char	*endpoint;
	const char	*registry;	/* as the place names it */
	/* For https, PEM; the key is in ctx->secrets. */
	const char	*ca, *certificate, *key;
	/* A cluster has a token as its key, and a description in JSON. */
	const char	*cluster, *seal_certificate;
	const struct runtime_notes *notes;
};

#endif

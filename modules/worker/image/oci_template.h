/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict parser of templates/image/Dockerfile.app, the file that people read.
 * Unknown instructions, duplicates and other forms are errors.
 */
#ifndef CAMELEER_OCI_TEMPLATE_H
#define CAMELEER_OCI_TEMPLATE_H

#include <stddef.h>
#include <stdio.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"

#define TEMPLATE_ITEMS_MAX	32
#define TEMPLATE_SIZE_MAX	(64u << 10)

enum template_source { TEMPLATE_AGENT, TEMPLATE_APP, TEMPLATE_SOURCES };

struct template_pair { const char *name, *value; };

struct image_template {
	const char		*copy[TEMPLATE_SOURCES]; /* "app/app.jar" */
	struct template_pair	 env[TEMPLATE_ITEMS_MAX];
	struct template_pair	 labels[TEMPLATE_ITEMS_MAX];
	const char		*entrypoint[TEMPLATE_ITEMS_MAX];
	size_t			 nenv, nlabels, nentrypoint;
	const char		*workdir, *user;
};

/* Parses into ctx->mem; on failure prints `name:line: why` to err. */
enum err image_template_parse(struct ctx *ctx, const char *name,
    struct str text, FILE *err, struct image_template **out) must_check;
enum err image_template_load(struct ctx *ctx, const char *path, FILE *err,
    struct image_template **out) must_check;

#endif

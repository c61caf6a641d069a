/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two tenants on Kubernetes: a small one on a shared cluster, and one of the
 * largest tier on its own, with every kind of health check.
 */
#ifndef CAMELEER_TESTS_MANIFEST_EXAMPLE_H
#define CAMELEER_TESTS_MANIFEST_EXAMPLE_H

#include "modules/worker/runtime/manifest.h"

#define EXAMPLE_DIGEST "sha256:" \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

struct manifest_example {
	const char		*name;
	const char		*place;		/* as an operator writes it */
	struct manifest_tenant	 tenant;
};
/* Ends with .name NULL. */
extern const struct manifest_example manifest_examples[];

/* A whole file, NUL-terminated, in ctx->mem; ends the program without it. */
struct str example_read(struct ctx *ctx, const char *path);
/* Its files, sealed for the certificate; `before` may be NULL. */
enum err example_build(struct ctx *ctx, const struct manifest_example *example,
    const struct rsa_certificate *certificate,
    const struct manifest_files *before, struct manifest_files *files);

#endif

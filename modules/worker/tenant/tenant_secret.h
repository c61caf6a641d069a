/* SPDX-License-Identifier: Apache-2.0 */
/* The bootstrap token of a tenant's server, and the one before it. */
#ifndef CAMELEER_TENANT_SECRET_H
#define CAMELEER_TENANT_SECRET_H

#include "libshared/base/ctx.h"

#define SECRET_PREVIOUS		"bootstrap-token-previous"

/* The bootstrap token before the present one; NULL: it has ended. */
enum err tenant_secret_previous(struct ctx *ctx, const char **text)
    must_check;
/*
 * In the open transaction: makes the next bootstrap token, when somebody asked
 * for it, and keeps the present one beside it.
 */
enum err tenant_secret_rotate(struct ctx *ctx) must_check;
/* Opens its box; *text is in ctx->secrets. */
enum err tenant_secret_open(struct ctx *ctx, const struct uuid *tenant,
    const char *name, const char *box, const char **text) must_check;

#endif

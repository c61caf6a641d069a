/* SPDX-License-Identifier: Apache-2.0 */
/* The place where a tenant runs, and the runtime that works there. */
#ifndef CAMELEER_PLACE_H
#define CAMELEER_PLACE_H

#include "libshared/base/ctx.h"

struct runtime;

#define PLACE_SEAL_KEY	"master.key"	/* for which keys are sealed */

/* Reads the place's row; the runtime lives as long as ctx->mem. */
enum err place_runtime(struct ctx *ctx, const struct uuid *place,
    const struct runtime **rt) must_check;

#endif

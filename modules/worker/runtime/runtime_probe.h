/* SPDX-License-Identifier: Apache-2.0 */
/* The isolation probe on the engine: see struct runtime. */
#ifndef CAMELEER_RUNTIME_PROBE_H
#define CAMELEER_RUNTIME_PROBE_H

#include "modules/worker/runtime/runtime.h"

#define RUNTIME_PROBE_ORDERS	"CAMELEER_PROBE"

/* One run of cameleer-probe among a tenant's containers. */
struct runtime_probe {
	struct uuid	 tenant;
	const char	*slug;
	const char	*run;		/* another one: a new container */
	const char	*program;	/* path of cameleer-probe */
	const char	*orders;	/* modules/probe/tries.h */
};

enum err probe_run(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_probe *probe, const char **said) must_check;
enum err probe_end(struct ctx *ctx, const struct runtime *rt,
    const char *slug) must_check;

#endif

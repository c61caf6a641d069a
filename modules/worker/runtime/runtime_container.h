/* SPDX-License-Identifier: Apache-2.0 */
/* One container on an engine, as it should be. */
#ifndef CAMELEER_RUNTIME_CONTAINER_H
#define CAMELEER_RUNTIME_CONTAINER_H

#include "modules/worker/engine/engine.h"
#include "modules/worker/runtime_types.h"

struct runtime_wanted {
	const struct engine	*engine;
	const char		*readers;
	struct engine_spec	 spec;
	const struct runtime_secret *secrets;
};

/*
 * Creates and starts it, or replaces the one of its name that differs; *c is
 * what the engine says of it.  ERR_CONFLICT: another tenant's container has the
 * name.  ERR_INVALID: its restarts are used up, and its last run was short.
 */
enum err runtime_container_run(struct ctx *ctx,
    const struct runtime_wanted *w, struct engine_container *c) must_check;

#endif

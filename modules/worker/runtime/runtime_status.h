/* SPDX-License-Identifier: Apache-2.0 */
/* The reading half of the engine runtime: status, health, logs, usage. */
#ifndef CAMELEER_RUNTIME_STATUS_H
#define CAMELEER_RUNTIME_STATUS_H

#include "modules/worker/engine/engine.h"
#include "modules/worker/runtime/runtime.h"

/* The engine of a place. */
struct engine status_engine(const struct runtime *rt);
enum err status_look(struct ctx *ctx, const struct runtime *rt,
    struct runtime_facts *facts) must_check;

void status_fill(struct ctx *ctx, const struct engine_container *c,
    struct runtime_status *status);
/* True when it ended with an exit code that lack of memory causes. */
bool status_memory_suspected(const struct engine_container *c);
/* True when the check that its label names is good; else *why. */
bool status_probe(struct ctx *ctx, const struct engine_container *c,
    const char **why);

enum err status_read(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref, struct runtime_status *status) must_check;
enum err status_logs(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref, const char *cursor,
    struct runtime_log *log) must_check;
enum err status_usage(struct ctx *ctx, const struct runtime *rt,
    const char *slug, struct runtime_usages *usages) must_check;

#endif

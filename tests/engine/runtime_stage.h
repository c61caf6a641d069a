/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the engine runtime have in common.
 */
#ifndef CAMELEER_TESTS_ENGINE_RUNTIME_STAGE_H
#define CAMELEER_TESTS_ENGINE_RUNTIME_STAGE_H

#include "modules/worker/runtime/runtime.h"
#include "tests/engine/support.h"
#include "tests/support/runtime_contract.h"

extern struct runtime rt;

/* Group set-up: stage_begin(), the runtime, and the contract's images. */
int runtime_begin(void **state);
/* Before each test: an empty context, also for the contract. */
int runtime_reset(void **state);

struct runtime_app app_of(const char *slug, const char *name,
    const char *generation, const struct image *image);
struct runtime_tenant tenant_of(const char *slug, const struct image *image);

/* How many containers the tenant has, in whatever state. */
size_t containers(struct stage *stage, const char *slug);

#endif

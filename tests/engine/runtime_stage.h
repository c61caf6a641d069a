/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the engine runtime have in common.
 */
#ifndef CAMELEER_TESTS_ENGINE_RUNTIME_STAGE_H
#define CAMELEER_TESTS_ENGINE_RUNTIME_STAGE_H

#include "modules/worker/runtime/runtime.h"
#include "tests/engine/support.h"

#define MARKER		"s3cret-marker-4711"	/* the bootstrap token */
#define WAIT_MS		120000	/* six starts on a machine with much else */

extern struct runtime rt;

/* Group set-up: stage_begin() and the runtime. */
int runtime_begin(void **state);

/* A tenant's id, from its slug. */
struct uuid stage_tenant(const char *slug);
struct runtime_app app_of(const char *slug, const char *name,
    const char *generation, const struct image *image);
struct runtime_tenant tenant_of(const char *slug, const struct image *image);

/* Call again while it is "not yet", as a job does. */
enum err deploy(struct stage *stage, const struct runtime_app *app,
    struct runtime_status *status);
enum err ensure(struct stage *stage, const struct runtime_tenant *tenant,
    struct runtime_status *status);

/* How many containers the tenant has, in whatever state. */
size_t containers(struct stage *stage, const char *slug);
/* Everything an application has printed so far, one text. */
const char *printed(struct stage *stage, const struct runtime_ref *ref);

#define assert_has(text, part) do { \
	if (strstr((text), (part)) == NULL) \
		fail_msg("no '%s' in:\n%s", (part), (text)); \
} while (0)

#endif

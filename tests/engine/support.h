/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests with a real engine and a real registry have in common.
 * They run under tests/engine/with-engine, which sets the environment.
 */
#ifndef CAMELEER_TESTS_ENGINE_SUPPORT_H
#define CAMELEER_TESTS_ENGINE_SUPPORT_H

#include "libshared/base/ctx.h"
#include "modules/worker/image/oci_image.h"
#include "modules/worker/runtime/runtime.h"
#include "tests/support/unit.h"

struct stage {
	struct ctx		*ctx;
	struct registry		 registry;
	struct runtime_engine	 engine;
	struct image_template	*template;
	const char		*dir;		/* TEST_DIR */
	const char		*agent;		/* a file */
	struct image		 base;		/* the probe as /usr/bin/java */
	struct ctx		*kept;		/* holds template and base */
};

/* Group set-up: reads the environment, imports the base image. */
int stage_begin(void **state);
int stage_end(void **state);
/* Before each test: an empty context. */
int stage_reset(void **state);

/* Fails the test with the fault of the context. */
#define assert_ok(stage, e)	stage_ok((stage), (e), __FILE__, __LINE__)
void stage_ok(struct stage *stage, enum err e, const char *file, int line);

/* A file below TEST_DIR, open for reading. */
int stage_file(struct stage *stage, const char *name, const void *data,
    size_t len);
/* The image of an application that obeys these orders (see probe.c). */
void stage_app(struct stage *stage, const char *repository, int64_t number,
    const char *orders, struct image *image);
/* Runs a program and returns its standard output; -1: it failed. */
int stage_run(struct stage *stage, const char *const *argv, char **out);
void stage_sleep(int ms);

#endif

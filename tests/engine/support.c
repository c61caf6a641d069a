/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Set-up, files and programs for the tests with a real engine.
 */
#include "config.h"

#include <sys/wait.h>

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/http.h"
#include "tests/engine/support.h"

#define MEMORY	((size_t)64 << 20)
#define OUTPUT	((size_t)4 << 20)

extern char **environ;

static const char *
environment(const char *name)
{
	const char *value = getenv(name);

	if (value == NULL || value[0] == '\0') {
		fprintf(stderr, "%s is not set: run this under "
		    "tests/engine/with-engine\n", name);
		exit(2);
	}
	return value;
}

int
stage_file(struct stage *stage, const char *name, const void *data, size_t len)
{
	char *path = text_printf(stage->ctx->mem, "%s/%s", stage->dir, name);
	int fd;

	assert_non_null(path);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), (ssize_t)len);
	return fd;
}

int
stage_begin(void **state)
{
	struct stage *stage = calloc(1, sizeof(*stage));
	const char *source = environment("CAMELEER_SOURCE");
	struct image_base_spec base = { .repository = "platform/probe",
	    .tag = "1", .layer = environment("TEST_BASE") };
	char *path;

	assert_non_null(stage);
	assert_int_equal(crypto_init(), 0);
	assert_int_equal(http_init(), 0);
	stage->kept = ctx_new(MEMORY);
	stage->ctx = stage->kept;
	stage->dir = environment("TEST_DIR");
	stage->registry.url = environment("TEST_REGISTRY");
	stage->engine.registry = environment("TEST_PULL");
	stage->engine.socket = environment("TEST_ENGINE");
	path = text_printf(stage->kept->mem,
	    "%s/templates/image/Dockerfile.app", source);
	assert_ok(stage, image_template_load(stage->kept, path, stderr,
	    &stage->template));
	close(stage_file(stage, "agent.jar", "no real agent", 13));
	stage->agent = text_printf(stage->kept->mem, "%s/agent.jar",
	    stage->dir);
	assert_ok(stage, image_import_base(stage->kept, &stage->registry,
	    &base, &stage->base));
	stage->ctx = ctx_new(MEMORY);
	*state = stage;
	return 0;
}

int
stage_end(void **state)
{
	struct stage *stage = *state;

	ctx_free(&stage->ctx);
	ctx_free(&stage->kept);
	free(stage);
	return 0;
}

int
stage_reset(void **state)
{
	struct stage *stage = *state;

	ctx_reset(stage->ctx);
	return 0;
}

void
stage_ok(struct stage *stage, enum err e, const char *file, int line)
{
	if (e == ERR_OK)
		return;
	print_error("%s: %s\n", err_code(e), stage->ctx->fault.detail != NULL ?
	    stage->ctx->fault.detail : "(no detail)");
	_fail(file, line);
}

void
stage_app(struct stage *stage, const char *repository, int64_t number,
    const char *orders, struct image *image)
{
	struct image_spec spec = { .base = stage->base.reference,
	    .agent_jar = stage->agent, .repository = repository,
	    .number = number, .jar_size = (int64_t)strlen(orders) };

	spec.jar_fd = stage_file(stage, "orders", orders, strlen(orders));
	assert_ok(stage, image_assemble(stage->ctx, &stage->registry,
	    stage->template, &spec, image));
	close(spec.jar_fd);
}

int
stage_run(struct stage *stage, const char *const *argv, char **out)
{
	posix_spawn_file_actions_t actions;
	int ends[2], status = -1;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	*out = arena_get(stage->ctx->mem, OUTPUT);
	assert_non_null(*out);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	assert_int_equal(posix_spawn_file_actions_adddup2(&actions, ends[1],
	    STDOUT_FILENO), 0);
	assert_int_equal(posix_spawnp(&pid, argv[0], &actions, NULL,
	    (char **)(uintptr_t)argv, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	while (len < OUTPUT - 1 &&
	    (n = read(ends[0], *out + len, OUTPUT - 1 - len)) > 0)
		len += (size_t)n;
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

void
stage_sleep(int ms)
{
	struct timespec t = { ms / 1000, (ms % 1000) * 1000000L };

	nanosleep(&t, NULL);
}

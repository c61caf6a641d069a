/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Applications on a real engine: what the program inside sees, and the result
 * of a deployment.
 */
#include "config.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "tests/engine/runtime_stage.h"

static void
wait_state(struct stage *stage, const struct runtime_ref *ref,
    enum runtime_state wanted, struct runtime_status *status)
{
	int ms;

	for (ms = 0; ms < WAIT_MS; ms += 100) {
		assert_ok(stage, rt.status(stage->ctx, &rt, ref, status));
		if (status->state == wanted)
			return;
		stage_sleep(100);
	}
	fail_msg("state is %d, not %d", status->state, wanted);
}

static void
test_application_runs_hardened(void **state)
{
	struct stage *stage = *state;
	struct runtime_status status;
	struct runtime_app app;
	struct image image;
	const char *out;

	stage_app(stage, "acme/hard", 3, "id\nenv\n"
	    "cat /run/secrets/bootstrap-token\ncat /run/secrets/ca.pem\n"
	    "write /run/secrets/x\nwrite /run/x\nwrite /app/x\nwrite /x\n"
	    "write /tmp/x\nwrite /run/secrets/ca.pem\n"
	    "cat /sys/fs/cgroup/memory/memory.limit_in_bytes\n"
	    "cat /sys/fs/cgroup/pids/pids.max\n"
	    "cat /proc/self/limits\n", &image);
	app = app_of("acme", "hard", "00000001", &image);
	assert_ok(stage, contract_deploy(&app, &status));
	assert_int_equal(status.state, RUNTIME_RUNNING);
	assert_true(status.healthy);
	assert_string_equal(status.image, image.reference);
	assert_string_equal(status.generation, "00000001");
	assert_int_equal(status.release, 3);
	assert_non_null(status.address);
	out = contract_prints(&app.ref, "Max core file size        0 ");
	assert_has(out, "uid 65532 gid 65532");
	assert_has(out, "CapEff:\t0000000000000000");
	assert_has(out, "CapBnd:\t0000000000000000");
	assert_has(out, "NoNewPrivs:\t1");
	assert_has(out, "Seccomp:\t2");
	assert_has(out, "env GREETING=hello world");
	assert_has(out, MARKER "\n");
	assert_has(out, "two\nlines\n");
	assert_has(out, "write /run/secrets/x: Read-only file system");
	assert_has(out, "write /run/x: Permission denied");
	assert_has(out, "write /app/x: Read-only file system");
	assert_has(out, "write /x: Read-only file system");
	assert_has(out, "write /tmp/x: ok");
	assert_has(out, "write /run/secrets/ca.pem: Permission denied");
	assert_has(out, "\n67108864\n");
	assert_has(out, "\n64\n");
	assert_has(out, "Max open files            16384");
}

static bool
file_holds(const char *path, const char *marker)
{
	static char text[(size_t)256 << 10];
	size_t n;
	FILE *file;

	file = fopen(path, "re");
	if (file == NULL)
		return false;
	n = fread(text, 1, sizeof(text), file);
	(void)fclose(file);
	return memmem(text, n, marker, strlen(marker)) != NULL;
}

/* Neither in answers of the engine nor in the process list of `ps`. */
static void
test_secret_is_in_no_answer_and_no_process_list(void **state)
{
	struct stage *stage = *state;
	static const char *const apis[] = { "v1.41", "v4.3.1/libpod" };
	const char *argv[] = { "curl", "-sf", "--unix-socket",
	    stage->engine.socket, NULL, NULL };
	const struct runtime_ref ref = { "acme", "prod", "hard" };
	struct runtime_status status;
	glob_t found;
	char *out;
	size_t i;

	assert_ok(stage, rt.status(stage->ctx, &rt, &ref, &status));
	assert_int_equal(status.state, RUNTIME_RUNNING);
	for (i = 0; i < nitems(apis); i++) {
		argv[4] = text_printf(stage->ctx->mem,
		    "http://engine/%s/containers/%s/json", apis[i],
		    status.container);
		assert_int_equal(stage_run(stage, argv, &out), 0);
		assert_has(out, "/usr/bin/java");
		assert_has(out, "GREETING=hello world");
		assert_null(strstr(out, MARKER));
	}
	assert_int_equal(glob("/proc/[0-9]*/cmdline", 0, NULL, &found), 0);
	assert_int_equal(glob("/proc/[0-9]*/environ", GLOB_APPEND, NULL,
	    &found), 0);
	assert_true(found.gl_pathc > 4);
	for (i = 0; i < found.gl_pathc; i++)
		assert_false(file_holds(found.gl_pathv[i], MARKER));
	globfree(&found);
}

static void
test_memory_limit_ends_it_and_is_suspected(void **state)
{
	struct stage *stage = *state;
	struct runtime_status status;
	struct runtime_app app;
	struct image image;

	stage_app(stage, "acme/eats", 1, "eat 200\n", &image);
	app = app_of("acme", "eats", "00000001", &image);
	assert_int_equal(contract_deploy(&app, &status), ERR_INVALID);
	fail_clear(stage->ctx);
	wait_state(stage, &app.ref, RUNTIME_STOPPED, &status);
	assert_int_equal(status.exit_code, 137);
	assert_true(status.memory_suspected);
	assert_int_equal(status.restarts, 5);
}

/* The limit in the kernel: Podman still reports the old one. */
static long
memory_limit(const char *container)
{
	char path[256], line[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/sys/fs/cgroup/memory/libpod_parent/"
	    "libpod-%s/memory.limit_in_bytes", container);
	file = fopen(path, "re");
	if (file == NULL) {
		snprintf(path, sizeof(path), "/sys/fs/cgroup/libpod_parent/"
		    "libpod-%s/memory.max", container);
		file = fopen(path, "re");
	}
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	(void)fclose(file);
	return strtol(line, NULL, 10);
}

static void
test_limits_change_while_it_runs(void **state)
{
	const struct runtime_limits more = { .memory_mb = 128,
	    .cpu_millis = 250 };
	struct stage *stage = *state;
	struct runtime_usages found;
	const struct runtime_usage *usage;
	struct runtime_status status;
	struct runtime_app app;
	struct image image;
	size_t i;

	stage_app(stage, "beta/grows", 1, "say grow\n", &image);
	app = app_of("beta", "grows", "00000001", &image);
	assert_ok(stage, contract_deploy(&app, &status));
	assert_ok(stage, rt.scale(stage->ctx, &rt, &app.ref, &more));
	assert_int_equal(memory_limit(status.container), 128 << 20);
	assert_ok(stage, rt.usage(stage->ctx, &rt, "beta", &found));
	for (i = 0; i < found.n; i++)
		if (strcmp(found.rows[i].ref.name, "grows") == 0)
			break;
	assert_true(i < found.n);
	usage = &found.rows[i];
	assert_true(usage->memory_limit > 0);
	assert_true(usage->memory_bytes > 0);
	assert_true(usage->cpu_ns > 0);
	assert_int_equal(usage->pids, 1);
	assert_string_equal(usage->container, status.container);
}

int
main(void)
{
#define T(name)	cmocka_unit_test_setup(name, runtime_reset)
	const struct CMUnitTest tests[] = {
		T(test_application_runs_hardened),
		T(test_secret_is_in_no_answer_and_no_process_list),
		T(test_memory_limit_ends_it_and_is_suspected),
		T(test_limits_change_while_it_runs),
	};

	return cmocka_run_group_tests(tests, runtime_begin, stage_end);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Applications on a real engine: what the program inside sees, and what comes
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
	assert_ok(stage, deploy(stage, &app, &status));
	assert_int_equal(status.state, RUNTIME_RUNNING);
	assert_true(status.healthy);
	assert_string_equal(status.image, image.reference);
	assert_string_equal(status.generation, "00000001");
	assert_int_equal(status.release, 3);
	assert_non_null(status.address);
	out = printed(stage, &app.ref);
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
	assert_has(out, "Max core file size        0 ");
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

/* Neither in what the engine tells nor where `ps` looks. */
static void
test_secret_is_in_no_answer_and_no_process_list(void **state)
{
	struct stage *stage = *state;
	static const char *const apis[] = { "v1.41", "v4.3.1/libpod" };
	const char *argv[] = { "curl", "-sf", "--unix-socket",
	    stage->conf.engine_socket, NULL, NULL };
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
test_deploy_again_changes_nothing(void **state)
{
	struct stage *stage = *state;
	struct runtime_status first, again;
	struct runtime_app app;
	struct image image;

	stage_app(stage, "acme/twice", 1, "say twice\n", &image);
	app = app_of("acme", "twice", "00000001", &image);
	assert_ok(stage, deploy(stage, &app, &first));
	assert_ok(stage, rt.deploy(stage->ctx, &rt, &app, &again));
	assert_string_equal(first.container, again.container);
	assert_string_equal(first.started_at, again.started_at);
}

static void
test_next_generation_replaces_when_healthy(void **state)
{
	struct stage *stage = *state;
	struct runtime_status one, two, now;
	struct runtime_app app;
	struct image image;

	stage_app(stage, "acme/next", 1, "say first\n", &image);
	app = app_of("acme", "next", "00000001", &image);
	assert_ok(stage, deploy(stage, &app, &one));
	stage_app(stage, "acme/next", 2, "say second\nsleep 1\n", &image);
	app = app_of("acme", "next", "00000002", &image);
	assert_int_equal(rt.deploy(stage->ctx, &rt, &app, &two),
	    ERR_UNAVAILABLE);
	assert_string_equal(stage->ctx->fault.code, "app_starting");
	fail_clear(stage->ctx);
	assert_ok(stage, deploy(stage, &app, &two));
	assert_string_not_equal(one.container, two.container);
	assert_ok(stage, rt.status(stage->ctx, &rt, &app.ref, &now));
	assert_string_equal(now.container, two.container);
	assert_string_equal(now.image, image.reference);
}

static void
test_crashing_generation_fails_and_the_old_one_runs_on(void **state)
{
	struct stage *stage = *state;
	struct runtime_status one, two, now;
	struct runtime_app app;
	struct image image;

	stage_app(stage, "acme/crash", 1, "say good\n", &image);
	app = app_of("acme", "crash", "00000001", &image);
	assert_ok(stage, deploy(stage, &app, &one));
	stage_app(stage, "acme/crash", 2, "say bad\nexit 9\n", &image);
	app = app_of("acme", "crash", "00000002", &image);
	assert_int_equal(deploy(stage, &app, &two), ERR_INVALID);
	assert_string_equal(stage->ctx->fault.code, "container_failed");
	assert_has(stage->ctx->fault.detail, "exit code 9");
	fail_clear(stage->ctx);
	assert_ok(stage, rt.status(stage->ctx, &rt, &app.ref, &now));
	assert_string_equal(now.container, one.container);
	assert_true(now.healthy);
	assert_has(printed(stage, &app.ref), "bad\n");
	/* A third generation cleans up after the failed one. */
	stage_app(stage, "acme/crash", 3, "say better\n", &image);
	app = app_of("acme", "crash", "00000003", &image);
	assert_ok(stage, deploy(stage, &app, &two));
	assert_has(printed(stage, &app.ref), "better\n");
}

static void
test_changed_settings_under_the_same_generation_are_applied(void **state)
{
	static const struct runtime_pair other[] = {
		{ "GREETING", "changed" }, { NULL, NULL },
	};
	struct stage *stage = *state;
	struct runtime_status one, two;
	struct runtime_app app;
	struct image image;

	stage_app(stage, "acme/drift", 1, "env\n", &image);
	app = app_of("acme", "drift", "00000001", &image);
	assert_ok(stage, deploy(stage, &app, &one));
	app.env = other;
	assert_ok(stage, deploy(stage, &app, &two));
	assert_string_not_equal(one.container, two.container);
	assert_has(printed(stage, &app.ref), "env GREETING=changed\n");
}

static void
test_stopped_application_starts_again_with_its_secrets(void **state)
{
	struct stage *stage = *state;
	struct runtime_status status;
	struct runtime_app app;
	struct image image;

	stage_app(stage, "acme/stops", 1, "cat /run/secrets/bootstrap-token\n",
	    &image);
	app = app_of("acme", "stops", "00000001", &image);
	assert_ok(stage, deploy(stage, &app, &status));
	assert_ok(stage, rt.stop(stage->ctx, &rt, &app.ref));
	assert_ok(stage, rt.stop(stage->ctx, &rt, &app.ref));
	assert_ok(stage, rt.status(stage->ctx, &rt, &app.ref, &status));
	assert_int_equal(status.state, RUNTIME_STOPPED);
	assert_false(status.memory_suspected);
	assert_false(status.healthy);
	assert_ok(stage, deploy(stage, &app, &status));
	assert_has(printed(stage, &app.ref), MARKER "\n" MARKER "\n");
	assert_ok(stage, rt.delete(stage->ctx, &rt, &app.ref));
	assert_ok(stage, rt.status(stage->ctx, &rt, &app.ref, &status));
	assert_int_equal(status.state, RUNTIME_ABSENT);
	assert_ok(stage, rt.delete(stage->ctx, &rt, &app.ref));
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
	assert_int_equal(deploy(stage, &app, &status), ERR_INVALID);
	fail_clear(stage->ctx);
	wait_state(stage, &app.ref, RUNTIME_STOPPED, &status);
	assert_int_equal(status.exit_code, 137);
	assert_true(status.memory_suspected);
	assert_int_equal(status.restarts, 5);
}

/* As the kernel has it: Podman goes on telling the old one. */
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
	assert_ok(stage, deploy(stage, &app, &status));
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

static void
test_image_that_is_not_there_is_named(void **state)
{
	struct stage *stage = *state;
	struct image image = { .reference = "acme/nothing@sha256:"
	    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	};
	struct runtime_app app = app_of("acme", "none", "00000001",
	    &image);
	struct runtime_status status;

	assert_int_equal(rt.deploy(stage->ctx, &rt, &app, &status), ERR_PEER);
	assert_string_equal(stage->ctx->fault.code, "image_unavailable");
	assert_has(stage->ctx->fault.detail, "manifest unknown");
}

int
main(void)
{
#define T(name)	cmocka_unit_test_setup(name, stage_reset)
	const struct CMUnitTest tests[] = {
		T(test_application_runs_hardened),
		T(test_secret_is_in_no_answer_and_no_process_list),
		T(test_deploy_again_changes_nothing),
		T(test_next_generation_replaces_when_healthy),
		T(test_crashing_generation_fails_and_the_old_one_runs_on),
		T(test_changed_settings_under_the_same_generation_are_applied),
		T(test_stopped_application_starts_again_with_its_secrets),
		T(test_memory_limit_ends_it_and_is_suspected),
		T(test_limits_change_while_it_runs),
		T(test_image_that_is_not_there_is_named),
	};

	return cmocka_run_group_tests(tests, runtime_begin, stage_end);
}

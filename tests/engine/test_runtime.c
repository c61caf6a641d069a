/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine runtime against a real engine: what a tenant's program sees, and
 * what is left after the worker was killed.
 */
#include "config.h"

#include <sys/wait.h>

#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libshared/arena.h"
#include "libshared/str.h"
#include "modules/worker/engine.h"
#include "modules/worker/runtime.h"
#include "tests/engine/support.h"

#define MARKER		"s3cret-marker-4711"
#define WAIT_MS		20000

static const struct runtime_pair env[] = {
	{ "GREETING", "hello world" }, { NULL, NULL },
};
static const struct runtime_secret secrets[] = {
	{ "bootstrap-token", MARKER, sizeof(MARKER) - 1 },
	{ "ca.pem", "two\nlines\n", 10 }, { NULL, NULL, 0 },
};
static const struct runtime_limits limits = { .memory_mb = 64,
    .cpu_millis = 500, .pids = 64, .tmp_mb = 8 };
static const struct uuid acme = { "01890000-0000-7000-8000-00000000acee" };
static const struct uuid beta = { "01890000-0000-7000-8000-00000000beda" };
static const struct uuid gamma_id = {
    "01890000-0000-7000-8000-000000009a33" };
static const struct uuid delta = { "01890000-0000-7000-8000-00000000de17" };
static const struct uuid kilo = { "01890000-0000-7000-8000-00000000c110" };

static struct runtime rt;

static int
begin(void **state)
{
	struct stage *stage;

	if (stage_begin(state) != 0)
		return -1;
	stage = *state;
	runtime_engine_init(&rt, &stage->conf);
	return 0;
}

static struct runtime_app
app_of(const struct uuid *tenant, const char *slug, const char *name,
    const char *generation, const struct image *image)
{
	return (struct runtime_app){ .tenant = *tenant, .ref = { slug, "prod",
	    name }, .generation = generation, .release = 3,
	    .image = image->reference, .env = env, .secrets = secrets,
	    .limits = limits };
}

/* Calls again while it is "not yet", as a job does. */
static enum err
deploy(struct stage *stage, const struct runtime_app *app,
    struct runtime_status *status)
{
	enum err e = ERR_UNAVAILABLE;
	int ms;

	for (ms = 0; ms < WAIT_MS && e == ERR_UNAVAILABLE; ms += 100) {
		fail_clear(stage->ctx);
		if (ms > 0)
			stage_sleep(100);
		e = rt.deploy(stage->ctx, &rt, app, status);
	}
	return e;
}

static size_t
containers(struct stage *stage, const char *slug)
{
	const struct runtime_pair labels[] = {
		{ "cameleer.tenant", slug }, { NULL, NULL },
	};
	struct engine engine = { stage->conf.engine_socket };
	struct engine_row *rows;
	size_t n;

	assert_ok(stage, engine_list(stage->ctx, &engine, labels, &rows, &n));
	return n;
}

/* Everything an application has printed so far, one text. */
static const char *
printed(struct stage *stage, const struct runtime_ref *ref)
{
	struct runtime_log log;
	struct buf buf;
	size_t i;

	buf_init(&buf, stage->ctx->mem, (size_t)1 << 20);
	assert_ok(stage, rt.logs(stage->ctx, &rt, ref, NULL, 1000, &log));
	for (i = 0; i < log.nlines; i++) {
		buf_put(&buf, log.lines[i].text, log.lines[i].len);
		buf_text(&buf, "\n");
	}
	assert_false(buf.full);
	return buf.len > 0 ? buf.p : "";
}

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

#define assert_has(text, part) do { \
	if (strstr((text), (part)) == NULL) \
		fail_msg("no '%s' in:\n%s", (part), (text)); \
} while (0)

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
	app = app_of(&acme, "acme", "hard", "00000001", &image);
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
	fclose(file);
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
	app = app_of(&acme, "acme", "twice", "00000001", &image);
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
	app = app_of(&acme, "acme", "next", "00000001", &image);
	assert_ok(stage, deploy(stage, &app, &one));
	stage_app(stage, "acme/next", 2, "say second\nsleep 1\n", &image);
	app = app_of(&acme, "acme", "next", "00000002", &image);
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
	app = app_of(&acme, "acme", "crash", "00000001", &image);
	assert_ok(stage, deploy(stage, &app, &one));
	stage_app(stage, "acme/crash", 2, "say bad\nexit 9\n", &image);
	app = app_of(&acme, "acme", "crash", "00000002", &image);
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
	app = app_of(&acme, "acme", "crash", "00000003", &image);
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
	app = app_of(&acme, "acme", "drift", "00000001", &image);
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
	app = app_of(&acme, "acme", "stops", "00000001", &image);
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
	app = app_of(&acme, "acme", "eats", "00000001", &image);
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
	fclose(file);
	return strtol(line, NULL, 10);
}

static void
test_limits_change_while_it_runs(void **state)
{
	const struct runtime_limits more = { .memory_mb = 128,
	    .cpu_millis = 250 };
	struct stage *stage = *state;
	struct runtime_usage usage[8];
	struct runtime_status status;
	struct runtime_app app;
	struct image image;
	size_t i, n;

	stage_app(stage, "beta/grows", 1, "say grow\n", &image);
	app = app_of(&beta, "beta", "grows", "00000001", &image);
	assert_ok(stage, deploy(stage, &app, &status));
	assert_ok(stage, rt.scale(stage->ctx, &rt, &app.ref, &more));
	assert_int_equal(memory_limit(status.container), 128 << 20);
	assert_ok(stage, rt.usage(stage->ctx, &rt, "beta", usage, 8, &n));
	for (i = 0; i < n; i++)
		if (strcmp(usage[i].ref.name, "grows") == 0)
			break;
	assert_true(i < n);
	assert_true(usage[i].memory_limit > 0);
	assert_true(usage[i].memory_bytes > 0);
	assert_true(usage[i].cpu_ns > 0);
	assert_int_equal(usage[i].pids, 1);
	assert_string_equal(usage[i].container, status.container);
}

static void
test_log_is_read_in_order_without_loss_or_repetition(void **state)
{
	struct stage *stage = *state;
	char cursor[RUNTIME_CURSOR_MAX] = "", line[32];
	struct runtime_status status;
	struct runtime_app app;
	struct runtime_log log;
	struct image image;
	size_t i, next = 1;
	int rounds;

	stage_app(stage, "acme/logs", 1, "count 2500\nsleep 1\ncount 300\n",
	    &image);
	app = app_of(&acme, "acme", "logs", "00000001", &image);
	(void)rt.deploy(stage->ctx, &rt, &app, &status);
	fail_clear(stage->ctx);
	/* From the container's beginning: a cursor before all lines. */
	assert_ok(stage, rt.status(stage->ctx, &rt, &app.ref, &status));
	snprintf(cursor, sizeof(cursor), "%.12s:0:0", status.container);
	for (rounds = 0; rounds < 400 && next <= 2800; rounds++) {
		ctx_reset(stage->ctx);
		assert_ok(stage, rt.logs(stage->ctx, &rt, &app.ref, cursor,
		    rounds % 3 == 0 ? 7 : 100, &log));
		for (i = 0; i < log.nlines; i++, next++) {
			snprintf(line, sizeof(line), "line %zu",
			    next <= 2500 ? next : next - 2500);
			assert_int_equal(log.lines[i].len, strlen(line));
			assert_memory_equal(log.lines[i].text, line,
			    strlen(line));
		}
		memcpy(cursor, log.cursor, sizeof(cursor));
		if (log.nlines == 0)
			stage_sleep(50);
	}
	assert_int_equal(next, 2801);
}

static void
test_log_without_cursor_is_its_tail(void **state)
{
	struct stage *stage = *state;
	const struct runtime_ref ref = { "acme", "prod", "logs" };
	struct runtime_log log;

	assert_ok(stage, rt.logs(stage->ctx, &rt, &ref, "", 3, &log));
	assert_int_equal(log.nlines, 3);
	assert_memory_equal(log.lines[0].text, "line 298", 8);
	assert_memory_equal(log.lines[2].text, "line 300", 8);
	assert_false(log.lines[2].error);
	assert_int_equal(strlen(log.lines[2].time), 20);
	assert_ok(stage, rt.logs(stage->ctx, &rt, &ref, log.cursor, 3, &log));
	assert_int_equal(log.nlines, 0);
	assert_false(log.more);
	assert_int_equal(rt.logs(stage->ctx, &rt, &ref, "x:1:2", 3, &log),
	    ERR_BAD_INPUT);
}

static void
test_log_goes_on_in_the_next_generation(void **state)
{
	struct stage *stage = *state;
	struct runtime_status status;
	char cursor[RUNTIME_CURSOR_MAX];
	struct runtime_app app;
	struct runtime_log log;
	struct image image;

	stage_app(stage, "acme/goes", 1, "warn one\n", &image);
	app = app_of(&acme, "acme", "goes", "00000001", &image);
	assert_ok(stage, deploy(stage, &app, &status));
	assert_ok(stage, rt.logs(stage->ctx, &rt, &app.ref, "", 10, &log));
	assert_int_equal(log.nlines, 1);
	assert_true(log.lines[0].error);
	memcpy(cursor, log.cursor, sizeof(cursor));
	stage_app(stage, "acme/goes", 2, "say two\n", &image);
	app = app_of(&acme, "acme", "goes", "00000002", &image);
	assert_ok(stage, deploy(stage, &app, &status));
	assert_ok(stage, rt.logs(stage->ctx, &rt, &app.ref, cursor, 10, &log));
	assert_int_equal(log.nlines, 1);
	assert_memory_equal(log.lines[0].text, "two", 3);
}

static struct runtime_tenant
tenant_of(const struct uuid *id, const char *slug, const struct image *image)
{
	return (struct runtime_tenant){ .id = *id, .slug = slug,
	    .image = image->reference, .env = env, .secrets = secrets,
	    .limits = limits };
}

static enum err
ensure(struct stage *stage, const struct runtime_tenant *tenant,
    struct runtime_status *status)
{
	enum err e = ERR_UNAVAILABLE;
	int ms;

	for (ms = 0; ms < WAIT_MS && e == ERR_UNAVAILABLE; ms += 100) {
		fail_clear(stage->ctx);
		e = rt.ensure_tenant(stage->ctx, &rt, tenant, status);
	}
	return e;
}

static void
test_server_is_found_by_its_applications(void **state)
{
	struct stage *stage = *state;
	struct runtime_status server, status;
	struct runtime_tenant tenant;
	struct runtime_app app;
	struct image image;

	stage_app(stage, "platform/server", 1, "serve 8081\n", &image);
	tenant = tenant_of(&acme, "acme", &image);
	assert_ok(stage, ensure(stage, &tenant, &server));
	assert_int_equal(server.port, 8081);
	assert_ok(stage, ensure(stage, &tenant, &status));
	assert_string_equal(server.container, status.container);
	stage_app(stage, "acme/finds", 1, "resolve cameleer-server-acme\n"
	    "resolve acme-prod-finds\nresolve cameleer-server-beta\n", &image);
	app = app_of(&acme, "acme", "finds", "00000001", &image);
	assert_ok(stage, deploy(stage, &app, &status));
	assert_has(printed(stage, &app.ref), text_printf(stage->ctx->mem,
	    "resolve cameleer-server-acme: %s\n", server.address));
	assert_has(printed(stage, &app.ref), text_printf(stage->ctx->mem,
	    "resolve acme-prod-finds: %s\n", status.address));
	assert_has(printed(stage, &app.ref),
	    "resolve cameleer-server-beta: none\n");
}

static void
test_objects_of_another_tenant_are_not_taken_over(void **state)
{
	struct stage *stage = *state;
	struct runtime_status status;
	struct runtime_tenant tenant;
	struct image image;

	stage_app(stage, "platform/server", 1, "serve 8081\n", &image);
	tenant = tenant_of(&gamma_id, "gamma", &image);
	assert_ok(stage, ensure(stage, &tenant, &status));
	tenant.id = beta;
	assert_int_equal(rt.ensure_tenant(stage->ctx, &rt, &tenant, &status),
	    ERR_CONFLICT);
	fail_clear(stage->ctx);
	assert_ok(stage, rt.remove(stage->ctx, &rt, "gamma"));
}

static void
test_suspended_tenant_comes_back_and_removed_one_is_gone(void **state)
{
	struct stage *stage = *state;
	struct runtime_ref server = { .slug = "delta" };
	struct runtime_status status;
	struct runtime_tenant tenant;
	struct runtime_app app;
	struct image image;

	stage_app(stage, "platform/server", 1, "serve 8081\n", &image);
	tenant = tenant_of(&delta, "delta", &image);
	app = app_of(&delta, "delta", "main", "0000000a", &image);
	stage_app(stage, "delta/main", 1, "say main\n", &image);
	app.image = image.reference;
	assert_ok(stage, ensure(stage, &tenant, &status));
	assert_ok(stage, deploy(stage, &app, &status));
	assert_ok(stage, rt.suspend(stage->ctx, &rt, "delta"));
	assert_ok(stage, rt.status(stage->ctx, &rt, &server, &status));
	assert_int_equal(status.state, RUNTIME_STOPPED);
	assert_ok(stage, rt.status(stage->ctx, &rt, &app.ref, &status));
	assert_int_equal(status.state, RUNTIME_STOPPED);
	assert_ok(stage, ensure(stage, &tenant, &status));
	assert_ok(stage, deploy(stage, &app, &status));
	assert_int_equal(containers(stage, "delta"), 2);
	assert_ok(stage, rt.remove(stage->ctx, &rt, "delta"));
	assert_int_equal(containers(stage, "delta"), 0);
	assert_ok(stage, rt.remove(stage->ctx, &rt, "delta"));
}

static void
test_image_that_is_not_there_is_named(void **state)
{
	struct stage *stage = *state;
	struct image image = { .reference = "acme/nothing@sha256:"
	    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	};
	struct runtime_app app = app_of(&acme, "acme", "none", "00000001",
	    &image);
	struct runtime_status status;

	assert_int_equal(rt.deploy(stage->ctx, &rt, &app, &status), ERR_PEER);
	assert_string_equal(stage->ctx->fault.code, "image_unavailable");
	assert_has(stage->ctx->fault.detail, "manifest unknown");
}

/* The worker dies anywhere: the next one finishes, nothing is there twice. */
static void
test_killed_worker_leaves_nothing_twice(void **state)
{
	struct stage *stage = *state;
	struct runtime_status status;
	struct runtime_tenant tenant;
	struct runtime_app app;
	struct image server, image;
	int ms, round = 0;
	char generation[16];
	pid_t pid;

	stage_app(stage, "platform/server", 1, "serve 8081\n", &server);
	stage_app(stage, "kilo/main", 1, "cat /run/secrets/bootstrap-token\n",
	    &image);
	tenant = tenant_of(&kilo, "kilo", &server);
	app = app_of(&kilo, "kilo", "main", generation, &image);
	for (ms = 3; ms < 1500; ms += 10 + ms / 4) {
		snprintf(generation, sizeof(generation), "%08x", ++round / 4);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			if (ensure(stage, &tenant, &status) == ERR_OK &&
			    deploy(stage, &app, &status) == ERR_OK)
				_exit(0);
			_exit(1);
		}
		stage_sleep(ms);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
	}
	assert_ok(stage, ensure(stage, &tenant, &status));
	assert_ok(stage, deploy(stage, &app, &status));
	assert_string_equal(status.generation, generation);
	assert_int_equal(containers(stage, "kilo"), 2);
	assert_has(printed(stage, &app.ref), MARKER);
	assert_ok(stage, rt.remove(stage->ctx, &rt, "kilo"));
	assert_int_equal(containers(stage, "kilo"), 0);
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
		T(test_log_is_read_in_order_without_loss_or_repetition),
		T(test_log_without_cursor_is_its_tail),
		T(test_log_goes_on_in_the_next_generation),
		T(test_server_is_found_by_its_applications),
		T(test_objects_of_another_tenant_are_not_taken_over),
		T(test_suspended_tenant_comes_back_and_removed_one_is_gone),
		T(test_image_that_is_not_there_is_named),
		T(test_killed_worker_leaves_nothing_twice),
	};

	return cmocka_run_group_tests(tests, begin, stage_end);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Images against a real registry, judged by skopeo.
 */
#include "config.h"

#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "tests/engine/support.h"

#define BIG	((size_t)24 << 20)

static struct image_spec
spec_of(struct stage *stage, const char *repository, int64_t number, int fd,
    size_t size)
{
	return (struct image_spec){ .base = stage->base.reference,
	    .agent_jar = stage->agent, .jar_fd = fd,
	    .jar_size = (int64_t)size, .repository = repository,
	    .number = number };
}

static int
random_file(struct stage *stage, const char *name, size_t size)
{
	char *data = malloc(size);
	int fd;

	assert_non_null(data);
	crypto_random(data, size);
	fd = stage_file(stage, name, data, size);
	free(data);
	return fd;
}

static void
sum_of(int fd, size_t size, char sum[SHA256_HEX_MAX])
{
	char *data = malloc(size);

	assert_non_null(data);
	assert_int_equal(pread(fd, data, size, 0), (ssize_t)size);
	sha256_hex(data, size, sum);
	free(data);
}

static void
assemble(struct stage *stage, const struct image_spec *spec,
    struct image *image)
{
	assert_ok(stage, image_assemble(stage->ctx, &stage->registry,
	    stage->template, spec, image));
}

/* Copying checks every blob against its digest, and each diff_id. */
static void
copy_whole(struct stage *stage, const struct image *image)
{
	const char *argv[] = { "skopeo", "copy", "-q",
	    "--src-tls-verify=false", "--insecure-policy", NULL, NULL, NULL };
	char *out;

	argv[5] = text_printf(stage->ctx->mem, "docker://%s/%s",
	    stage->engine.registry, image->reference);
	argv[6] = text_printf(stage->ctx->mem, "oci:%s/copy:x", stage->dir);
	assert_int_equal(stage_run(stage, argv, &out), 0);
}

static bool
has_tag(struct stage *stage, const char *repository, const char *tag)
{
	struct registry registry = stage->registry;
	const char *const *tags;
	size_t i, n;

	registry.repository = repository;
	assert_ok(stage, registry_tags(stage->ctx, &registry, &tags, &n));
	for (i = 0; i < n; i++)
		if (strcmp(tags[i], tag) == 0)
			return true;
	return false;
}

static void
test_same_jar_gives_same_digest_under_any_name(void **state)
{
	struct stage *stage = *state;
	int fd = stage_file(stage, "jar", "PK same", 7);
	struct image_spec spec = spec_of(stage, "acme/orders", 1, fd, 7);
	struct image one, two, three;

	assemble(stage, &spec, &one);
	spec.number = 2;
	assemble(stage, &spec, &two);
	spec.repository = "beta/other";
	assemble(stage, &spec, &three);
	assert_string_equal(one.digest, two.digest);
	assert_string_equal(one.digest, three.digest);
	assert_string_not_equal(one.tag, two.tag);
	assert_memory_equal(one.tag, "v1-", 3);
	assert_memory_equal(one.tag + 3, one.jar_sha256, 12);
	assert_int_equal(strlen(one.tag), 15);
	assert_true(has_tag(stage, "acme/orders", one.tag));
	assert_true(has_tag(stage, "acme/orders", two.tag));
	assert_true(has_tag(stage, "beta/other", two.tag));
	close(fd);
}

static void
test_uploads_only_what_the_registry_lacks(void **state)
{
	struct stage *stage = *state;
	int fd = random_file(stage, "jar", 70000);
	struct image_spec spec = spec_of(stage, "acme/lacks", 1, fd, 70000);
	struct image first, again, other;

	assemble(stage, &spec, &first);
	/* agent: 3 headers, a block, an end (2); the base is mounted */
	assert_int_equal(first.pushed, 6 * 512 +
	    2 * 512 + 70144 + 1024);
	assemble(stage, &spec, &again);
	assert_int_equal(again.pushed, 0);
	close(fd);
	fd = random_file(stage, "jar", 100);
	spec = spec_of(stage, "acme/lacks", 2, fd, 100);
	assemble(stage, &spec, &other);
	assert_int_equal(other.pushed, 2 * 512 + 512 + 1024);
	assert_string_not_equal(other.digest, first.digest);
	close(fd);
}

static void
test_skopeo_reads_what_we_push(void **state)
{
	struct stage *stage = *state;
	struct image image;
	const char *argv[] = { "skopeo", "inspect", "--config",
	    "--tls-verify=false", NULL, NULL };
	char *out;

	stage_app(stage, "acme/skopeo", 7, "say hello\n", &image);
	argv[4] = text_printf(stage->ctx->mem, "docker://%s/%s",
	    stage->engine.registry, image.reference);
	assert_int_equal(stage_run(stage, argv, &out), 0);
	assert_non_null(strstr(out, "\"User\": \"65532:65532\""));
	assert_non_null(strstr(out, "\"created\": \"1970-01-01T00:00:00Z\""));
	assert_non_null(strstr(out, "\"-javaagent:/opt/cameleer/agent.jar\""));
	assert_non_null(strstr(out, image.jar_sha256));
	assert_null(strstr(out, image.tag));
}

static void
test_jar_that_changed_since_upload_is_refused(void **state)
{
	struct stage *stage = *state;
	int fd = stage_file(stage, "jar", "PK other", 8);
	struct image_spec spec = spec_of(stage, "acme/changed", 1, fd, 8);
	struct registry registry = stage->registry;
	const char *const *tags;
	char sum[SHA256_HEX_MAX];
	struct image image;
	size_t n;

	sha256_hex("PK upload", 9, sum);
	spec.jar_sha256 = sum;
	assert_int_equal(image_assemble(stage->ctx, &stage->registry,
	    stage->template, &spec, &image), ERR_INVALID);
	assert_string_equal(stage->ctx->fault.code, "jar_changed");
	fail_clear(stage->ctx);
	registry.repository = "acme/changed";
	assert_ok(stage, registry_tags(stage->ctx, &registry, &tags, &n));
	assert_int_equal(n, 0);
	sha256_hex("PK other", 8, sum);
	assemble(stage, &spec, &image);
	close(fd);
}

static void
test_jar_that_became_shorter_is_refused(void **state)
{
	struct stage *stage = *state;
	int fd = stage_file(stage, "jar", "PK short", 8);
	struct image_spec spec = spec_of(stage, "acme/short", 1, fd, 9);
	struct image image;

	assert_int_equal(image_assemble(stage->ctx, &stage->registry,
	    stage->template, &spec, &image), ERR_PEER);
	assert_string_equal(stage->ctx->fault.code, "file_changed");
	/* Also when it is sent while it is read. */
	fail_clear(stage->ctx);
	spec.jar_sha256 = stage->base.digest + 7;
	assert_int_not_equal(image_assemble(stage->ctx, &stage->registry,
	    stage->template, &spec, &image), ERR_OK);
	close(fd);
}

/* A JAR without a tag is sent at once; a JAR with one is not sent. */
static void
test_sent_layer_is_the_same_as_a_looked_up_one(void **state)
{
	struct stage *stage = *state;
	int fd = random_file(stage, "jar", 300000);
	struct image_spec spec = spec_of(stage, "acme/sent", 1, fd, 300000);
	struct image sent, again, looked;
	char sum[SHA256_HEX_MAX];

	sum_of(fd, 300000, sum);
	spec.jar_sha256 = sum;
	assemble(stage, &spec, &sent);
	assert_true(sent.pushed > 300000);
	spec.number = 2;
	assemble(stage, &spec, &again);
	assert_int_equal(again.pushed, 0);
	spec.jar_sha256 = NULL;
	spec.repository = "acme/looked";
	assemble(stage, &spec, &looked);
	assert_string_equal(sent.digest, again.digest);
	assert_string_equal(sent.digest, looked.digest);
	copy_whole(stage, &sent);
	close(fd);
}

static void
test_unknown_base_is_not_found(void **state)
{
	struct stage *stage = *state;
	int fd = stage_file(stage, "jar", "PK", 2);
	struct image_spec spec = spec_of(stage, "acme/nobase", 1, fd, 2);
	struct image image;

	spec.base = "platform/nothing@sha256:"
	    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	assert_int_equal(image_assemble(stage->ctx, &stage->registry,
	    stage->template, &spec, &image), ERR_NOT_FOUND);
	close(fd);
}

static void
test_killed_assembly_is_finished_by_the_next(void **state)
{
	struct stage *stage = *state;
	int fd = random_file(stage, "jar", BIG), ms, ended = 0, status;
	int round = 0;
	struct image_spec spec = spec_of(stage, "acme/killed", 1, fd, BIG);
	char sum[SHA256_HEX_MAX];
	struct image image, reference;
	pid_t pid;

	sum_of(fd, BIG, sum);
	for (ms = 5; ms < 600; ms += 5 + ms / 3) {
		/* in turn: sent at once, or looked up first */
		spec.jar_sha256 = round++ % 2 == 0 ? sum : NULL;
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			_exit(image_assemble(stage->ctx, &stage->registry,
			    stage->template, &spec, &image) == ERR_OK ? 0 : 1);
		}
		stage_sleep(ms);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		ended += WIFEXITED(status);
	}
	assemble(stage, &spec, &image);
	spec.repository = "beta/whole";
	assemble(stage, &spec, &reference);
	assert_string_equal(image.digest, reference.digest);
	assert_true(has_tag(stage, "acme/killed", image.tag));
	copy_whole(stage, &image);
	print_message("  of the killed ones, %d had finished\n", ended);
	close(fd);
}

static void
test_imported_java_program_is_deterministic(void **state)
{
	struct stage *stage = *state;
	const char *jar = text_printf(stage->ctx->mem, "%s/server.jar",
	    stage->dir);
	const struct image_jar jars[] = {
		{ jar, "/app/server.jar" }, { jar, "/app/lib/extra.jar" },
		{ NULL, NULL },
	};
	static const char *const entrypoint[] = { "/usr/bin/java", "-cp",
	    "/app/server.jar:/app/lib/extra.jar", "Server", NULL };
	struct image_java_spec spec = { .base = stage->base.reference,
	    .repository = "platform/cameleer-server", .tag = "1",
	    .jars = jars, .entrypoint = entrypoint, .user = "65532:65532",
	    .workdir = "/tmp", .port = 8081 };
	struct image one, two;

	close(stage_file(stage, "server.jar", "PK server", 9));
	assert_ok(stage, image_import_java(stage->ctx, &stage->registry,
	    &spec, &one));
	spec.tag = "2";
	assert_ok(stage, image_import_java(stage->ctx, &stage->registry,
	    &spec, &two));
	assert_string_equal(one.reference, two.reference);
	copy_whole(stage, &one);
}

static void
test_deleted_manifest_takes_its_tags_along(void **state)
{
	struct stage *stage = *state;
	struct registry registry = stage->registry;
	struct image image;

	registry.repository = "acme/deleted";
	stage_app(stage, "acme/deleted", 1, "say bye\n", &image);
	assert_true(has_tag(stage, "acme/deleted", image.tag));
	assert_ok(stage, registry_manifest_delete(stage->ctx, &registry,
	    image.digest));
	assert_false(has_tag(stage, "acme/deleted", image.tag));
	assert_ok(stage, registry_manifest_delete(stage->ctx, &registry,
	    image.digest));
}

int
main(void)
{
#define T(name)	cmocka_unit_test_setup(name, stage_reset)
	const struct CMUnitTest tests[] = {
		T(test_same_jar_gives_same_digest_under_any_name),
		T(test_uploads_only_what_the_registry_lacks),
		T(test_skopeo_reads_what_we_push),
		T(test_jar_that_changed_since_upload_is_refused),
		T(test_jar_that_became_shorter_is_refused),
		T(test_sent_layer_is_the_same_as_a_looked_up_one),
		T(test_unknown_base_is_not_found),
		T(test_killed_assembly_is_finished_by_the_next),
		T(test_imported_java_program_is_deterministic),
		T(test_deleted_manifest_takes_its_tags_along),
	};

	return cmocka_run_group_tests(tests, stage_begin, stage_end);
}

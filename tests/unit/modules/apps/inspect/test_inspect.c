/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/archive.h"
#include "tests/support/rows.h"
#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/apps/inspect/inspect_private.h"
#include "modules/apps/inspect/sandbox.h"

#define MIB	((size_t)1 << 20)

/*
 * Returns the processor time of children, which other programs do not affect.
 */
static int64_t
spent_ms(void)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_CHILDREN, &usage);
	return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
	    (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

/* Inspects again while the machine is too busy, as a client would. */
static enum err
inspect_patiently(int fd, int64_t size,
    struct jar_facts *facts)
{
	enum err e;
	int i;

	for (i = 0; i < 5; i++) {
		ctx_reset(ctx);
		e = inspect_jar(ctx, fd, size, "", facts);
		if (e != ERR_UNAVAILABLE)
			break;
	}
	return e;
}

static void
test_sound_jar_gives_its_facts(void **state)
{
	struct jar_facts facts;
	int64_t size;
	int fd = archive_open("ok.spring-boot.jar", &size);

	(void)state;
	assert_int_equal(inspect_jar(ctx, fd, size, "", &facts), ERR_OK);
	assert_int_equal(facts.kind, JAR_SPRING_BOOT);
	assert_string_equal(facts.camel_version, "4.17.0");
	assert_int_equal(facts.ncomponents, 3);
	assert_true(fcntl(fd, F_GETFD) >= 0);
	close(fd);
}

static void
count_code(void *arg, const char *name)
{
	size_t *counts = arg, i, len = strcspn(name, ".");

	for (i = 0; inspect_codes[i].code != NULL; i++)
		if (strlen(inspect_codes[i].code) == len &&
		    memcmp(inspect_codes[i].code, name, len) == 0)
			counts[i]++;
}

/* jar_too_complex needs a JAR too large to be committed; see below. */
static void
test_each_code_has_a_jar_in_the_corpus(void **state)
{
	size_t counts[64] = { 0 }, i, all = 0, n;

	(void)state;
	n = archive_each("jar_", count_code, counts);
	for (i = 0; inspect_codes[i].code != NULL; i++) {
		assert_row(counts[i] > 0 || strcmp(inspect_codes[i].code,
		    "jar_too_complex") == 0, inspect_codes[i].code);
		assert_row(inspect_codes[i].about[0] != '\0',
		    inspect_codes[i].code);
		if (i > 0)
			assert_true(strcmp(inspect_codes[i - 1].code,
			    inspect_codes[i].code) < 0);
		all += counts[i];
	}
	assert_int_equal(all, n);
}

static void
refused(void *arg, const char *name)
{
	struct jar_facts facts = { .entries = 4711 };
	int64_t size, begun;
	int fd = archive_open(name, &size);

	(void)arg;
	begun = spent_ms();
	assert_row(inspect_patiently(fd, size, &facts) == ERR_INVALID,
	    name);
	assert_row(spent_ms() - begun < 500 || !sandbox_is_strict(), name);
	assert_row(strncmp(ctx->fault.code, name,
	    strlen(ctx->fault.code)) == 0, name);
	assert_row(strlen(ctx->fault.detail) > 10, name);
	assert_row(facts.entries == 4711, name);
	close(fd);
}

static void
test_hostile_jar_gets_its_reason_within_a_second(void **state)
{
	(void)state;
	assert_true(archive_each("jar_", refused, NULL) >= 100);
}

static void
test_credentials_are_listed_as_fields(void **state)
{
	struct archive *archive = archive_camel();
	struct jar_facts facts;
	int64_t size;
	int fd;

	(void)state;
	archive_add_text(archive, "a.env", "T=glpat" "-Zx81kQm4Tv7wYb2nPc5s\n"
	    "\nU=glpat" "-Zx81kQm4Tv7wYb2nPc5s\n");
	archive_add_text(archive, "b.p12", "only a warning");
	fd = archive_done(&archive, &size);
	assert_int_equal(inspect_jar(ctx, fd, size, "", &facts), ERR_INVALID);
	close(fd);
	assert_string_equal(ctx->fault.code, "jar_secrets");
	assert_int_equal(ctx->fault.nfields, 2);
	assert_string_equal(ctx->fault.fields[0].field, "a.env");
	assert_true(strncmp(ctx->fault.fields[0].detail,
	    "line 1: GitLab token; fingerprint ", 34) == 0);
	assert_int_equal(strlen(ctx->fault.fields[0].detail), 34 + 32);
	assert_true(strncmp(ctx->fault.fields[1].detail,
	    "line 3: GitLab token; fingerprint ", 34) == 0);
}

/* Every credential must be acknowledged, else the others refuse the JAR. */
static void
test_credentials_that_are_known_may_stay(void **state)
{
	struct archive *archive = archive_camel();
	struct jar_facts facts;
	const char *one, *two;
	int64_t size;
	char both[80];
	int fd;

	(void)state;
	archive_add_text(archive, "a.env", "T=glpat" "-Zx81kQm4Tv7wYb2nPc5s\n"
	    "U=glpat" "-Zx81kQm4Tv7wYb2nPc5t\n");
	fd = archive_done(&archive, &size);
	assert_int_equal(inspect_jar(ctx, fd, size, "", &facts), ERR_INVALID);
	one = strrchr(ctx->fault.fields[0].detail, ' ') + 1;
	two = strrchr(ctx->fault.fields[1].detail, ' ') + 1;
	(void)snprintf(both, sizeof(both), "%s %s", two, one);
	fail_clear(ctx);
	assert_int_equal(inspect_jar(ctx, fd, size, one, &facts), ERR_INVALID);
	assert_string_equal(ctx->fault.code, "jar_secrets");
	assert_int_equal(ctx->fault.nfields, 1);
	fail_clear(ctx);
	assert_int_equal(inspect_jar(ctx, fd, size, both, &facts), ERR_OK);
	assert_int_equal(facts.nfindings, 2);
	close(fd);
}

static void
test_file_must_be_what_the_caller_says(void **state)
{
	struct jar_facts facts;
	int64_t size;
	int fd = archive_open("ok.quarkus.jar", &size), pipe_fd[2];

	(void)state;
	assert_int_equal(inspect_jar(ctx, fd, size - 1, "", &facts),
	    ERR_INTERNAL);
	close(fd);
	fail_clear(ctx);
	assert_int_equal(inspect_jar(ctx, -1, size, "", &facts), ERR_INTERNAL);
	fail_clear(ctx);
	assert_int_equal(pipe2(pipe_fd, O_CLOEXEC), 0);
	assert_int_equal(inspect_jar(ctx, pipe_fd[0], 0, "", &facts),
	    ERR_INTERNAL);
	close(pipe_fd[0]);
	close(pipe_fd[1]);
}

/* Builds a JAR of 262,144 valid entries, the largest number allowed. */
static int
largest(int64_t *size)
{
	struct archive *inner = archive_new(), *outer = archive_new();
	uint8_t *data;
	char name[48];
	int fd, i;

	for (i = 0; i < 65534; i++) {
		(void)snprintf(name, sizeof(name), "%d", i * 7919 % 65534);
		archive_add(inner, name, "", 0);
	}
	fd = archive_done(&inner, size);
	data = malloc((size_t)*size);
	assert_non_null(data);
	assert_int_equal(pread(fd, data, (size_t)*size, 0), *size);
	close(fd);
	archive_add_text(outer, "META-INF/MANIFEST.MF", "Main-Class:"
	    " org.springframework.boot.loader.JarLauncher\nStart-Class: a\n");
	archive_add_text(outer,
	    "org/springframework/boot/loader/JarLauncher.class", "");
	for (i = 0; i < 4; i++) {
		(void)snprintf(name, sizeof(name), "BOOT-INF/lib/%d.jar", i);
		archive_add(outer, name, data, (size_t)*size);
	}
	free(data);
	return archive_done(&outer, size);
}

static void
test_most_expensive_jar_takes_a_second_at_most(void **state)
{
	struct jar_facts facts;
	int64_t size, begun, passed;
	int fd = largest(&size);
	enum err e;

	(void)state;
	begun = spent_ms();
	e = inspect_patiently(fd, size, &facts);
	passed = spent_ms() - begun;
	close(fd);
	print_message("262000 entries: %lld ms, %s\n", (long long)passed,
	    ctx->fault.code);
	assert_int_equal(e, ERR_INVALID);
	assert_true(strcmp(ctx->fault.code, "jar_too_complex") == 0 ||
	    strcmp(ctx->fault.code, "jar_not_camel") == 0);
	assert_true(passed <= 1000 || !sandbox_is_strict());
}

static void
test_60_mib_are_inspected_fast(void **state)
{
	struct archive *archive = archive_camel();
	uint8_t *data = calloc(60, MIB);
	struct jar_facts facts;
	int64_t size, begun;
	char name[80];
	int fd, i;

	(void)state;
	assert_non_null(data);
	archive_add(archive, "large.bin", data, 50 * MIB);
	for (i = 0; i < 10000; i++) {
		(void)snprintf(name, sizeof(name), "org/x/p%d/C%d.class",
		    i % 97, i);
		archive_add(archive, name, data, 1000);
	}
	free(data);
	fd = archive_done(&archive, &size);
	begun = spent_ms();
	assert_int_equal(inspect_patiently(fd, size, &facts), ERR_OK);
	print_message("%lld MiB: %lld ms\n", (long long)(size >> 20),
	    (long long)(spent_ms() - begun));
	assert_true(spent_ms() - begun < 500 || !sandbox_is_strict());
	close(fd);
}

static void
test_facts_become_json(void **state)
{
	struct jar_facts facts;
	const char *text;
	int64_t size;
	size_t len;
	int fd = archive_open("ok.warnings.jar", &size);

	(void)state;
	assert_int_equal(inspect_jar(ctx, fd, size, "", &facts), ERR_OK);
	close(fd);
	memcpy(facts.runtime_version, "1.2", 4);
	facts.ncomponents = 1;
	memcpy(facts.components[0], "timer", 6);
	assert_int_equal(json_print(ctx, inspect_facts_json(ctx, &facts),
	    &text, &len), ERR_OK);
	assert_string_equal(text, "{\"kind\":\"camel-main\","
	    "\"main_class\":\"demo.App\",\"camel_version\":\"4.17.0\","
	    "\"runtime_version\":\"1.2\",\"java_level\":17,"
	    "\"observability\":false,\"entries\":8,\"nested_jars\":0,"
	    "\"components\":[\"timer\"],\"warnings\":["
	    "{\"entry\":\"application.yaml\",\"line\":2,"
	    "\"kind\":\"literal password\"},"
	    "{\"entry\":\"application.yaml\",\"line\":3,"
	    "\"kind\":\"password in a URL\"},"
	    "{\"entry\":\"keys/server.p12\",\"line\":0,"
	    "\"kind\":\"key store\"}],\"advice\":[{\"code\":"
	    "\"no_observability\",\"text\":\"camel-observability-services"
	    " is not in the JAR: nothing answers at /observe/health on port"
	    " 9876. Add it, or choose another health check for the"
	    " application.\"}],\"scan_complete\":true}");
}

static enum err
take(const struct inspect_answer *answer)
{
	struct jar_facts facts;

	ctx_reset(ctx);
	return inspect_answer_take(ctx, answer, "", &facts);
}

/* A child that an attacker controls may answer anything. */
static void
test_senseless_facts_are_not_believed(void **state)
{
	struct inspect_answer a = { .err = ERR_OK }, sane = a;
	const unsigned char two = 2;

	(void)state;
	assert_int_equal(take(&a), ERR_OK);
	a.facts.kind = JAR_KIND__MAX;
	assert_int_equal(take(&a), ERR_INTERNAL);
	a = sane;
	a.facts.ncomponents = JAR_COMPONENTS_MAX + 1;
	assert_int_equal(take(&a), ERR_INTERNAL);
	a = sane;
	a.facts.nfindings = JAR_FINDINGS_MAX + 1;
	assert_int_equal(take(&a), ERR_INTERNAL);
	a = sane;
	memset(a.facts.main_class, 'x', JAR_TEXT_MAX);
	assert_int_equal(take(&a), ERR_INTERNAL);
	a = sane;
	a.facts.camel_version[0] = '\n';
	assert_int_equal(take(&a), ERR_INTERNAL);
	a = sane;
	a.facts.runtime_version[0] = '\x7f';
	assert_int_equal(take(&a), ERR_INTERNAL);
	a = sane;
	memcpy(&a.facts.scan_cut, &two, 1);
	assert_int_equal(take(&a), ERR_INTERNAL);
	a = sane;
	a.facts.ncomponents = 1;
	memset(a.facts.components[0], 'x', JAR_COMPONENT_MAX);
	assert_int_equal(take(&a), ERR_INTERNAL);
	a = sane;
	a.facts.nfindings = 1;
	a.facts.findings[0].kind = JAR_SECRET__MAX;
	assert_int_equal(take(&a), ERR_INTERNAL);
	a = sane;
	a.facts.nfindings = 1;
	a.facts.findings[0].entry[0] = '\x1b';
	assert_int_equal(take(&a), ERR_INTERNAL);
}

static void
test_senseless_refusals_are_not_believed(void **state)
{
	struct inspect_answer a = { .err = ERR_INVALID, .code = "jar_bomb",
	    .detail = "bytes" }, sane = a;

	(void)state;
	assert_int_equal(take(&a), ERR_INVALID);
	assert_string_equal(ctx->fault.code, "jar_bomb");
	memcpy(a.code, "jar_other", 10);
	assert_int_equal(take(&a), ERR_INTERNAL);
	a = sane;
	memset(a.code, 'x', INSPECT_CODE_MAX);
	assert_int_equal(take(&a), ERR_INTERNAL);
	a = sane;
	a.detail[0] = '\r';
	assert_int_equal(take(&a), ERR_INTERNAL);
	a = sane;
	a.err = ERR_INTERNAL;
	assert_int_equal(take(&a), ERR_INTERNAL);
	a.err = (enum err)4711;
	assert_int_equal(take(&a), ERR_INTERNAL);
}

static void
test_nothing_is_left_behind(void **state)
{
	struct jar_facts facts;
	int64_t size;
	int fd = archive_open("ok.quarkus.jar", &size), next, i;

	(void)state;
	next = dup(fd);
	close(next);
	for (i = 0; i < 20; i++)
		assert_int_equal(inspect_jar(ctx, fd, size, "", &facts),
		    ERR_OK);
	i = dup(fd);
	assert_int_equal(i, next);
	close(i);
	close(fd);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_sound_jar_gives_its_facts),
		CTX_TEST(test_each_code_has_a_jar_in_the_corpus),
		CTX_TEST(test_hostile_jar_gets_its_reason_within_a_second),
		CTX_TEST(test_credentials_are_listed_as_fields),
		CTX_TEST(test_credentials_that_are_known_may_stay),
		CTX_TEST(test_file_must_be_what_the_caller_says),
		CTX_TEST(test_most_expensive_jar_takes_a_second_at_most),
		CTX_TEST(test_60_mib_are_inspected_fast),
		CTX_TEST(test_facts_become_json),
		CTX_TEST(test_senseless_facts_are_not_believed),
		CTX_TEST(test_senseless_refusals_are_not_believed),
		CTX_TEST(test_nothing_is_left_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

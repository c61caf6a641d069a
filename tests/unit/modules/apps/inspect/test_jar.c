/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/archive.h"
#include "tests/support/rows.h"
#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "modules/apps/inspect/jar.h"

#define CPU_MS	60000

/* Each file of the corpus is named after its expected result. */
static void
expected(void *arg, const char *name)
{
	struct jar_facts facts;
	const char *got = "ok";
	size_t len = strcspn(name, ".");
	int64_t size;
	int fd = archive_open(name, &size);

	(void)arg;
	ctx_reset(ctx);
	if (jar_read(ctx, fd, size, CPU_MS, &facts) != ERR_OK) {
		assert_row(ctx->fault.err == ERR_INVALID, name);
		assert_row(ctx->fault.detail[0] != '\0', name);
		got = ctx->fault.code;
	}
	close(fd);
	if (strlen(got) != len || strncmp(got, name, len) != 0)
		fail_msg("%s: got %s (%s)", name, got, ctx->fault.detail);
}

static void
test_each_jar_of_the_corpus_is_judged_as_named(void **state)
{
	(void)state;
	assert_true(archive_each("ok.", expected, NULL) >= 12);
	assert_true(archive_each("jar_", expected, NULL) >= 100);
}

/* Reads the JAR; a refusal must have a reason. */
static bool
accepted(const uint8_t *data, size_t len)
{
	struct jar_facts facts;
	int fd = archive_file(data, len);
	enum err e;

	ctx_reset(ctx);
	e = jar_read(ctx, fd, (int64_t)len, CPU_MS, &facts);
	close(fd);
	if (e == ERR_OK)
		return true;
	assert_int_equal(e, ERR_INVALID);
	assert_true(strncmp(ctx->fault.code, "jar_", 4) == 0);
	assert_true(strlen(ctx->fault.detail) > 10);
	return false;
}

static void
cut(void *arg, const char *name)
{
	size_t size, len;
	uint8_t *data = archive_load(name, &size);

	(void)arg;
	for (len = 0; len < size; len++)
		if (accepted(data, len))
			fail_msg("%s of %zu bytes", name, len);
	assert_row(accepted(data, size), name);
	free(data);
}

static void
test_jar_cut_at_any_byte_is_refused(void **state)
{
	(void)state;
	archive_each("ok.camel-main", cut, NULL);
	archive_each("ok.spring-boot.", cut, NULL);
	archive_each("ok.quarkus", cut, NULL);
}

/*
 * Most flipped bits are found; each read must end, and a refusal has a reason.
 */
static void
test_flipped_bits_never_break_the_reader(void **state)
{
	static const char *const names[] = { "ok.camel-main.jar",
	    "ok.spring-boot.jar", "ok.quarkus.jar", "ok.warnings.jar" };
	uint32_t random = 20260101;
	size_t i, n, bit, size, refused = 0;
	uint8_t *data;

	(void)state;
	for (i = 0; i < nitems(names); i++) {
		data = archive_load(names[i], &size);
		for (n = 0; n < 3000; n++) {
			random = random * 1664525 + 1013904223;
			bit = (random >> 8) % (size * 8);
			data[bit / 8] ^= (uint8_t)(1u << bit % 8);
			refused += !accepted(data, size);
			if (n % 4 != 3)		/* up to four at once */
				data[bit / 8] ^= (uint8_t)(1u << bit % 8);
			if (n % 16 == 15) {
				free(data);
				data = archive_load(names[i], &size);
			}
		}
		free(data);
	}
	print_message("%zu of 12000 refused\n", refused);
	assert_true(refused > 6000 && refused < 12000);
}

static void
test_secret_is_told_by_place_never_by_value(void **state)
{
	struct jar_facts facts;
	int64_t size;
	int fd = archive_open("jar_secrets.spring-boot.jar", &size);

	(void)state;
	assert_int_equal(jar_read(ctx, fd, size, CPU_MS, &facts), ERR_INVALID);
	close(fd);
	assert_non_null(strstr(ctx->fault.detail,
	    "'BOOT-INF/classes/application.properties' line 1"));
	assert_null(strstr(ctx->fault.detail, "q8Zr"));
	assert_int_equal(facts.refusals, 1);
	assert_int_equal(facts.findings[0].kind, JAR_SECRET_AWS_KEY);
}

static void
test_kinds_have_names(void **state)
{
	(void)state;
	assert_string_equal(jar_kind_name(JAR_CAMEL_MAIN), "camel-main");
	assert_string_equal(jar_kind_name(JAR_SPRING_BOOT), "spring-boot");
	assert_string_equal(jar_kind_name(JAR_QUARKUS), "quarkus");
}

static void
test_too_little_memory_is_our_failure(void **state)
{
	struct ctx *small;
	struct jar_facts facts;
	size_t max, refused = 0;
	int64_t size;
	int fd = archive_open("ok.spring-boot.jar", &size);
	enum err e = ERR_INTERNAL;

	(void)state;
	for (max = 1024; e != ERR_OK; max += 4096) {
		small = ctx_new(max);
		e = jar_read(small, fd, size, CPU_MS, &facts);
		if (e == ERR_INVALID)
			assert_string_equal(small->fault.code,
			    "jar_too_complex");
		else if (e != ERR_OK)
			assert_int_equal(e, ERR_INTERNAL);
		refused += e != ERR_OK;
		ctx_free(&small);
	}
	assert_true(refused > 30);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_each_jar_of_the_corpus_is_judged_as_named),
		CTX_TEST(test_jar_cut_at_any_byte_is_refused),
		CTX_TEST(test_flipped_bits_never_break_the_reader),
		CTX_TEST(test_secret_is_told_by_place_never_by_value),
		CTX_TEST(test_kinds_have_names),
		CTX_TEST(test_too_little_memory_is_our_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

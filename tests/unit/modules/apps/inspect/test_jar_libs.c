/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include "tests/support/archive.h"
#include "tests/support/unit_ctx.h"

#include "modules/apps/inspect/jar.h"

#define COMPONENT	"META-INF/services/org/apache/camel/component/"
#define API		"META-INF/maven/org.apache.camel/camel-api/"

#define CPU_MS	60000

static void
read_facts(struct archive *archive, struct jar_facts *facts)
{
	int64_t size;
	int fd = archive_done(&archive, &size);

	assert_int_equal(jar_read(ctx, fd, size, CPU_MS, facts), ERR_OK);
	close(fd);
}

static void
test_components_are_sorted_and_named_once(void **state)
{
	struct jar_facts facts;
	int64_t size;
	int fd = archive_open("ok.spring-boot.jar", &size);

	(void)state;
	assert_int_equal(jar_read(ctx, fd, size, CPU_MS, &facts), ERR_OK);
	close(fd);
	assert_int_equal(facts.ncomponents, 3);
	assert_string_equal(facts.components[0], "log");
	assert_string_equal(facts.components[1], "orders");
	assert_string_equal(facts.components[2], "timer");
}

static void
test_more_components_than_fit_are_counted(void **state)
{
	struct archive *archive = archive_camel();
	struct jar_facts facts;
	char name[100];
	int i;

	(void)state;
	for (i = 0; i < JAR_COMPONENTS_MAX + 10; i++) {
		(void)snprintf(name, sizeof(name), COMPONENT "c%03d", i);
		archive_add_text(archive, name, "class=x\n");
	}
	read_facts(archive, &facts);
	assert_int_equal(facts.ncomponents, JAR_COMPONENTS_MAX);
	assert_int_equal(facts.components_seen, JAR_COMPONENTS_MAX + 10);
	assert_string_equal(facts.components[159], "c159");
}

static void
test_odd_names_are_no_components(void **state)
{
	struct archive *archive = archive_camel();
	struct jar_facts facts;

	(void)state;
	archive_add_text(archive, COMPONENT, "");
	archive_add_text(archive, COMPONENT "Upper", "x");
	archive_add_text(archive, COMPONENT "a/b", "x");
	archive_add_text(archive, COMPONENT "<b>", "x");
	archive_add_text(archive, COMPONENT "good-1.x+y", "x");
	archive_add_text(archive, COMPONENT
	    "longlonglonglonglonglonglonglonglonglonglonglong", "x");
	read_facts(archive, &facts);
	assert_int_equal(facts.ncomponents, 1);
	assert_string_equal(facts.components[0], "good-1.x+y");
}

static void
test_odd_versions_are_not_believed(void **state)
{
	static const char *const odd[] = { "version=\n", "version=4 17\n",
	    "aversion=4\n", "version=4\001\n", "version", "", "VERSION=1\n" };
	struct jar_facts facts;
	struct archive *archive;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		archive = archive_camel();
		archive_add_text(archive, API "pom.properties", odd[i]);
		read_facts(archive, &facts);
		assert_string_equal(facts.camel_version, "");
	}
	archive = archive_camel();
	archive_add_text(archive, API "pom.properties", "version=4.18.0\r\n");
	read_facts(archive, &facts);
	assert_string_equal(facts.camel_version, "4.18.0");
}

static void
test_nested_archives_are_counted(void **state)
{
	static const uint8_t empty[22] = { 'P', 'K', 5, 6 };
	struct archive *archive = archive_new();
	struct jar_facts facts;
	char name[60];
	int64_t size;
	int fd, i;

	(void)state;
	archive_add_text(archive, "META-INF/MANIFEST.MF", "Main-Class:"
	    " org.springframework.boot.loader.JarLauncher\nStart-Class: a\n");
	archive_add_text(archive,
	    "org/springframework/boot/loader/JarLauncher.class", "");
	archive_add_text(archive, "BOOT-INF/lib/readme.txt", "no archive");
	archive_add_text(archive, "BOOT-INF/lib/x", "no archive");
	for (i = 0; i < 4097; i++) {
		(void)snprintf(name, sizeof(name), "BOOT-INF/lib/%d.jar", i);
		archive_add(archive, name, empty, sizeof(empty));
	}
	fd = archive_done(&archive, &size);
	assert_int_equal(jar_read(ctx, fd, size, CPU_MS, &facts), ERR_INVALID);
	assert_string_equal(ctx->fault.code, "jar_too_complex");
	assert_int_equal(facts.nested, 4097);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_components_are_sorted_and_named_once),
		CTX_TEST(test_more_components_than_fit_are_counted),
		CTX_TEST(test_odd_names_are_no_components),
		CTX_TEST(test_odd_versions_are_not_believed),
		CTX_TEST(test_nested_archives_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

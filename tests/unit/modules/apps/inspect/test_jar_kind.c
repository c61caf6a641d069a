/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "tests/support/archive.h"
#include "tests/support/rows.h"
#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "modules/apps/inspect/jar.h"

#define CPU_MS	60000

static void
test_facts_of_each_kind_are_told(void **state)
{
	static const struct {
		const char *name;
		enum jar_kind kind;
		const char *main_class, *camel, *runtime;
		uint32_t nested;
		bool observability;
	} rows[] = {
		{ "ok.camel-main.jar", JAR_CAMEL_MAIN, "demo.App", "4.17.0",
		    "", 0, true },
		{ "ok.spring-boot.jar", JAR_SPRING_BOOT, "demo.App", "4.17.0",
		    "3.5.16", 6, true },
		{ "ok.quarkus.jar", JAR_QUARKUS,
		    "io.quarkus.runner.GeneratedMain", "4.17.0", "3.31.1", 0,
		    true },
		{ "ok.main-in-loader-layout.jar", JAR_CAMEL_MAIN, "demo.App",
		    "4.17.0", "", 5, true },
		{ "ok.spring-boot-shaded.jar", JAR_SPRING_BOOT, "demo.App",
		    "4.17.0", "", 0, false },
		{ "ok.manifest-folded.jar", JAR_CAMEL_MAIN, "demo.App",
		    "4.17.0", "", 0, false },
	};
	struct jar_facts facts;
	int64_t size;
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		fd = archive_open(rows[i].name, &size);
		assert_row(jar_read(ctx, fd, size, CPU_MS, &facts) == ERR_OK,
		    rows[i].name);
		close(fd);
		assert_row(facts.kind == rows[i].kind, rows[i].name);
		assert_string_equal(facts.main_class, rows[i].main_class);
		assert_string_equal(facts.camel_version, rows[i].camel);
		assert_string_equal(facts.runtime_version, rows[i].runtime);
		assert_row(facts.nested == rows[i].nested, rows[i].name);
		assert_row(facts.observability == rows[i].observability,
		    rows[i].name);
		assert_row(facts.java_level == 17, rows[i].name);
	}
}

static void
test_version_may_be_unknown(void **state)
{
	struct archive *archive = archive_camel();
	struct jar_facts facts;
	int64_t size;
	int fd = archive_done(&archive, &size);

	(void)state;
	assert_int_equal(jar_read(ctx, fd, size, CPU_MS, &facts), ERR_OK);
	assert_string_equal(facts.camel_version, "");
	close(fd);
}

static void
advice(void *arg, const char *name)
{
	struct jar_facts facts;
	int64_t size;
	int fd = archive_open(name, &size);

	(void)arg;
	ctx_reset(ctx);
	assert_row(jar_read(ctx, fd, size, CPU_MS, &facts) == ERR_INVALID,
	    name);
	assert_string_equal(ctx->fault.detail, "fast-jar: upload the uber-jar"
	    " (quarkus.package.jar.type=uber-jar)");
	close(fd);
}

static void
test_parts_of_a_fast_jar_get_the_advice(void **state)
{
	(void)state;
	assert_int_equal(archive_each("jar_fast_jar.", advice, NULL), 3);
}

static void
test_broken_pom_beside_a_fast_jar_is_told(void **state)
{
	struct archive *archive = archive_new();
	struct jar_facts facts;
	uint8_t byte = 'x', data[4096];
	ssize_t len;
	int64_t size;
	int fd;

	(void)state;
	archive_add_text(archive, "META-INF/MANIFEST.MF", "A: b\n");
	archive_add_text(archive, "META-INF/maven/pom.xml", "<project/>");
	fd = archive_done(&archive, &size);
	len = pread(fd, data, sizeof(data), 0);
	assert_true(len > 0);
	/* the content follows its name in the local header */
	assert_int_equal(pwrite(fd, &byte, 1,
	    (const uint8_t *)memmem(data, (size_t)len, "<project", 8) - data),
	    1);
	assert_int_equal(jar_read(ctx, fd, size, CPU_MS, &facts),
	    ERR_INVALID);
	assert_string_equal(ctx->fault.code,
	    "jar_corrupt");
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_facts_of_each_kind_are_told),
		CTX_TEST(test_version_may_be_unknown),
		CTX_TEST(test_parts_of_a_fast_jar_get_the_advice),
		CTX_TEST(test_broken_pom_beside_a_fast_jar_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

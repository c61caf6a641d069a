/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "tests/support/archive.h"
#include "tests/support/rows.h"
#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "modules/apps/inspect/jar.h"

#define POM	"META-INF/maven/org.apache.camel/camel-api/pom.properties"

static enum err
read_jar(struct archive *archive, struct jar_facts *facts)
{
	int64_t size;
	int fd = archive_done(&archive, &size);
	enum err e;

	ctx_reset(ctx);
	e = jar_read(ctx, fd, size, 60000, facts);
	close(fd);
	return e;
}

static void
test_what_nobody_reads_may_stand_twice(void **state)
{
	struct archive *archive = archive_camel();
	struct jar_facts facts;

	(void)state;
	archive_add_text(archive, "org/", "");
	archive_add_text(archive, "META-INF/LICENSE", "one");
	archive_add_text(archive, "org/lib/Twice.class", "one");
	archive_add_text(archive, "org/", "");
	archive_add_text(archive, "META-INF/LICENSE", "two");
	archive_add_text(archive, "org/lib/Twice.class", "two");
	archive_add_text(archive, "org/", "");
	assert_int_equal(read_jar(archive, &facts), ERR_OK);
	assert_int_equal(facts.twice, 3);
	assert_string_equal(facts.twice_first, "META-INF/LICENSE");
}

static void
test_what_is_read_may_stand_twice_when_it_is_one_thing(void **state)
{
	static const char *const names[] = { "application.yaml", POM,
	    "demo/Other.class", "config/a.properties" };
	struct archive *archive;
	struct jar_facts facts;
	size_t i;
	int differ;

	(void)state;
	for (i = 0; i < nitems(names); i++)
		for (differ = 0; differ < 2; differ++) {
			archive = archive_camel();
			archive_add_text(archive, names[i], "version=1\n");
			archive_add_text(archive, names[i], differ ?
			    "version=2\n" : "version=1\n");
			assert_row(read_jar(archive, &facts) == (differ ?
			    ERR_INVALID : ERR_OK), names[i]);
			if (differ)
				assert_string_equal(ctx->fault.code,
				    "jar_duplicate_name");
			else
				assert_int_equal(facts.twice, 1);
		}
}

/* xmlbeans 2.6.0, which many applications contain, has two classes twice. */
static void
test_nested_library_may_have_classes_twice(void **state)
{
	struct jar_facts facts;
	int64_t size;
	int fd = archive_open("ok.nested-class-twice.jar", &size);

	(void)state;
	assert_int_equal(jar_read(ctx, fd, size, 60000, &facts), ERR_OK);
	close(fd);
	assert_int_equal(facts.twice, 1);
	assert_string_equal(facts.twice_first,
	    "xmlbeans-2.6.0.jar: org/lib/Twice.class");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_what_nobody_reads_may_stand_twice),
		CTX_TEST(
		    test_what_is_read_may_stand_twice_when_it_is_one_thing),
		CTX_TEST(test_nested_library_may_have_classes_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

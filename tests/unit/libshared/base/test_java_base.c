/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"

#include <unistd.h>

#include "libshared/base/java_base.h"
#include "libshared/base/str.h"

#define IMAGE(name)	"platform/" name "@sha256:" \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define J17	"base_image = " IMAGE("seventeen") "\n"
#define J21	"base_image_21 = " IMAGE("twentyone") "\n"
#define J25	"base_image_25 = " IMAGE("twentyfive") "\n"

static const struct conf *
conf_of(const char *text)
{
	char name[] = "/tmp/cameleer-java-XXXXXX";
	const struct conf *conf;
	int fd = mkstemp(name);

	assert_true(fd != -1);
	assert_true(dprintf(fd, "base_url = https://a.example\n"
	    "db_host = /run/pg\ndb_name = x\n%s", text) > 0);
	conf = conf_load(name, stderr);
	assert_non_null(conf);
	(void)close(fd);
	(void)unlink(name);
	return conf;
}

static void
test_lowest_runtime_that_runs_it_is_taken(void **state)
{
	static const struct { const char *row, *text; int64_t level, taken;
		const char *image; } rows[] = {
		{ "unknown", J17 J21 J25, 0, 17, IMAGE("seventeen") },
		{ "old", J17 J21 J25, 8, 17, IMAGE("seventeen") },
		{ "17", J17 J21 J25, 17, 17, IMAGE("seventeen") },
		{ "18", J17 J21 J25, 18, 21, IMAGE("twentyone") },
		{ "21", J17 J21 J25, 21, 21, IMAGE("twentyone") },
		{ "25", J17 J21 J25, 25, 25, IMAGE("twentyfive") },
		{ "26", J17 J21 J25, 26, 0, "untouched" },
		{ "a gap", J17 J25, 21, 25, IMAGE("twentyfive") },
		{ "17 only", J17, 21, 0, "untouched" },
		{ "no 17", J21, 17, 21, IMAGE("twentyone") },
		{ "none", "", 17, 17, "" },
		{ "none, newer", "", 21, 0, "untouched" },
	};
	const char *image;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		image = "untouched";
		assert_row(java_base_find(conf_of(rows[i].text),
		    rows[i].level, &image) == rows[i].taken, rows[i].row);
		assert_row(strcmp(image, rows[i].image) == 0, rows[i].row);
	}
}

static void
test_levels_are_named(void **state)
{
	char text[JAVA_LEVELS_TEXT_MAX];

	(void)state;
	java_base_levels(conf_of(J17 J21 J25), text);
	assert_string_equal(text, "17, 21, 25");
	java_base_levels(conf_of(""), text);
	assert_string_equal(text, "17");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lowest_runtime_that_runs_it_is_taken),
		cmocka_unit_test(test_levels_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

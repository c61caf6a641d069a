/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libshared/base/str.h"
#include "modules/worker/image/oci_template.h"
#include "tests/support/unit_ctx.h"

#define GOOD	"FROM base\nCOPY agent.jar /opt/agent.jar\n" \
	"COPY app.jar /app/app.jar\nUSER 65532:65532\n" \
	"ENTRYPOINT [\"/usr/bin/java\"]\n"

/* Returns the fault that a text gets; "" when it is accepted. */
static const char *
verdict(const char *text)
{
	static char said[256];
	struct image_template *out;
	FILE *err;
	enum err e;

	memset(said, 0, sizeof(said));
	err = fmemopen(said, sizeof(said), "w");
	assert_non_null(err);
	fail_clear(ctx);
	e = image_template_parse(ctx, "T", str_of(text), err, &out);
	assert_int_equal(fclose(err), 0);
	assert_true(e == ERR_OK || e == ERR_INVALID);
	assert_int_equal(e == ERR_OK, said[0] == '\0');
	said[strcspn(said, "\n")] = '\0';
	return said;
}

static void
test_the_shipped_template_is_what_it_says(void **state)
{
	const char *source = getenv("CAMELEER_SOURCE");
	struct image_template *t;
	char path[1024];

	(void)state;
	assert_non_null(source);
	snprintf(path, sizeof(path), "%s/templates/image/Dockerfile.app",
	    source);
	assert_int_equal(image_template_load(ctx, path, stderr, &t), ERR_OK);
	assert_string_equal(t->copy[TEMPLATE_AGENT],
	    "opt/cameleer/agent.jar");
	assert_string_equal(t->copy[TEMPLATE_APP], "app/app.jar");
	assert_string_equal(t->user, "65532:65532");
	assert_string_equal(t->workdir, "/tmp");
	assert_int_equal(t->nentrypoint, 5);
	assert_string_equal(t->entrypoint[0], "/usr/bin/java");
	assert_string_equal(t->entrypoint[1],
	    "-javaagent:/opt/cameleer/agent.jar");
	assert_string_equal(t->entrypoint[2], "-XX:+ExitOnOutOfMemoryError");
	assert_string_equal(t->entrypoint[3], "-jar");
	assert_string_equal(t->entrypoint[4], "/app/app.jar");
}

static void
test_env_and_labels_are_taken_with_and_without_quotes(void **state)
{
	struct image_template *t;

	(void)state;
	assert_int_equal(image_template_parse(ctx, "T", str_of(GOOD
	    "# a comment\n\nENV A=b\nENV C=\"d e\"\nENV EMPTY=\n"
	    "LABEL x.y-z=\"1 = 2\""), stderr, &t), ERR_OK);
	assert_int_equal(t->nenv, 3);
	assert_string_equal(t->env[0].name, "A");
	assert_string_equal(t->env[0].value, "b");
	assert_string_equal(t->env[1].value, "d e");
	assert_string_equal(t->env[2].value, "");
	assert_int_equal(t->nlabels, 1);
	assert_string_equal(t->labels[0].value, "1 = 2");
}

static const struct { const char *text, *said; } cases[] = {
	{ "", "T:0: FROM is missing" },
	{ "COPY app.jar /a/b\n", "T:1: FROM comes first" },
	{ "FROM debian\n", "T:1: FROM takes only 'base'" },
	{ "FROM base\nFROM base\n", "T:2: a second FROM" },
	{ "FROM base\nRUN true\n", "T:2: unknown instruction" },
	{ "FROM base\nfrom base\n", "T:2: unknown instruction" },
	{ "FROM base\n USER 1:1\n", "T:2: unknown instruction" },
	{ "FROM base\nENV A=b \\\n", "T:2: continued lines are not "
	    "read" },
	{ "FROM base\nENV\tA=b\n", "T:2: a control character" },
	{ "FROM base\r\n", "T:1: a control character" },
	{ "FROM base\nUSER\n", "T:2: an instruction without an "
	    "argument" },
	{ "FROM base\nUSER 0:0\n",
	    "T:2: USER needs uid:gid, neither of them root" },
	{ "FROM base\nUSER 65532:0\n",
	    "T:2: USER needs uid:gid, neither of them root" },
	{ "FROM base\nUSER nobody\n",
	    "T:2: USER needs uid:gid, neither of them root" },
	{ "FROM base\nUSER 1:1\nUSER 1:1\n", "T:3: a second USER" },
	{ "FROM base\nCOPY secret /a/b\n",
	    "T:2: COPY takes agent.jar or app.jar" },
	{ "FROM base\nCOPY app.jar a/b\n",
	    "T:2: COPY needs one absolute, plain path" },
	{ "FROM base\nCOPY app.jar /a/../b\n",
	    "T:2: COPY needs one absolute, plain path" },
	{ "FROM base\nCOPY app.jar /a/\n",
	    "T:2: COPY needs one absolute, plain path" },
	{ "FROM base\nCOPY app.jar /a /b\n",
	    "T:2: COPY needs one absolute, plain path" },
	{ "FROM base\nCOPY app.jar /a/b\nCOPY app.jar /a/c\n",
	    "T:3: the same file is copied twice" },
	{ "FROM base\nENV A\n", "T:2: name=value is needed" },
	{ "FROM base\nENV =b\n", "T:2: name=value is needed" },
	{ "FROM base\nENV A B=c\n",
	    "T:2: a name holds letters, digits, ._-" },
	{ "FROM base\nENV A=b c\n",
	    "T:2: a value with blanks needs quotes" },
	{ "FROM base\nENV A=$B\n",
	    "T:2: a value holds no quote, backslash or $" },
	{ "FROM base\nENV A=\"b\" C=\"d\"\n",
	    "T:2: a value holds no quote, backslash or $" },
	{ "FROM base\nENV A=b\nENV A=c\n",
	    "T:3: the same name twice" },
	{ "FROM base\nENTRYPOINT java -jar x\n",
	    "T:2: ENTRYPOINT needs a JSON array" },
	{ "FROM base\nENTRYPOINT []\n",
	    "T:2: ENTRYPOINT needs a JSON array" },
	{ "FROM base\nENTRYPOINT ['/bin/sh']\n",
	    "T:2: ENTRYPOINT needs a JSON array" },
	{ "FROM base\nENTRYPOINT [\"java\"]\n",
	    "T:2: ENTRYPOINT begins with an absolute path" },
	{ "FROM base\nENTRYPOINT [\"/java\",1]\n",
	    "T:2: ENTRYPOINT holds texts only" },
	{ "FROM base\nWORKDIR tmp\n",
	    "T:2: WORKDIR needs one absolute, plain path" },
	{ "FROM base\n", "T:1: COPY agent.jar is missing" },
	{ "FROM base\nCOPY agent.jar /a/b\n",
	    "T:2: COPY app.jar is missing" },
	{ "FROM base\nCOPY agent.jar /a/b\nCOPY app.jar /a/c\n",
	    "T:3: USER is missing" },
	{ "FROM base\nCOPY agent.jar /a/b\nCOPY app.jar /a/c\n"
	    "USER 1:1\n", "T:4: ENTRYPOINT is missing" },
	{ GOOD, "" },
};

static void
test_whatever_is_not_understood_is_refused_with_its_line(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(cases); i++)
		assert_string_equal(verdict(cases[i].text), cases[i].said);
}

static void
test_too_many_items_and_a_missing_file_are_refused(void **state)
{
	static char text[8192] = GOOD;
	struct image_template *t;
	size_t len = strlen(text);
	int i;

	(void)state;
	for (i = 0; i <= TEMPLATE_ITEMS_MAX; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "ENV A%d=b\n", i);
	assert_string_equal(verdict(text), "T:38: too many of these");
	fail_clear(ctx);
	assert_int_equal(image_template_load(ctx, "/nonexistent", stderr,
	    &t), ERR_INVALID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_the_shipped_template_is_what_it_says),
		CTX_TEST(test_env_and_labels_are_taken_with_and_without_quotes),
		CTX_TEST(
		    test_whatever_is_not_understood_is_refused_with_its_line),
		CTX_TEST(test_too_many_items_and_a_missing_file_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/archive.h"
#include "tests/support/unit_ctx.h"

#include "modules/apps/inspect/jar.h"

#define TOKEN	"glpat" "-Zx81kQm4Tv7wYb2nPc5s"
#define MIB	((size_t)1 << 20)

#define CPU_MS	60000

static enum err
read_facts(struct archive *archive, struct jar_facts *facts)
{
	int64_t size;
	int fd = archive_done(&archive, &size);
	enum err e = jar_read(ctx, fd, size, CPU_MS, facts);

	close(fd);
	return e;
}

static void
test_finding_names_entry_line_and_kind(void **state)
{
	struct archive *archive = archive_camel();
	struct jar_facts facts;

	(void)state;
	archive_add_text(archive, "deep/in/ci.properties",
	    "a=b\n\n# c\ntoken=" TOKEN "\n");
	assert_int_equal(read_facts(archive, &facts), ERR_INVALID);
	assert_int_equal(facts.nfindings, 1);
	assert_int_equal(facts.findings[0].kind, JAR_SECRET_GITLAB);
	assert_int_equal(facts.findings[0].line, 4);
	assert_string_equal(facts.findings[0].entry, "deep/in/ci.properties");
}

static void
test_libraries_beside_the_application_are_no_texts_of_it(void **state)
{
	static const char bytes[] = "\xca\xfe\xba\xbe\0\0\0\x45" TOKEN;
	struct archive *archive = archive_camel();
	struct jar_facts facts;

	(void)state;
	archive_add(archive, "io/netty/Test.class", bytes, sizeof(bytes));
	archive_add(archive, "native.so", bytes, sizeof(bytes));
	archive_add_text(archive, "org/x/messages.properties",
	    "password=Password\n");
	assert_int_equal(read_facts(archive, &facts), ERR_OK);
	assert_int_equal(facts.nfindings, 0);
	assert_int_equal(facts.java_level, 17);
}

static void
test_highest_application_class_decides_the_java_level(void **state)
{
	static const uint8_t java21[] = { 0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 65 };
	static const uint8_t none[] = { 0xca, 0xfe, 0xba, 0xbf, 0, 0, 0, 99 };
	struct archive *archive = archive_camel();
	struct jar_facts facts;

	(void)state;
	archive_add(archive, "demo/inner/New.class", java21, sizeof(java21));
	archive_add(archive, "demo/None.class", none, sizeof(none));
	archive_add(archive, "demo/Short.class", java21, 5);
	archive_add(archive, "META-INF/versions/25/demo/App.class", none, 8);
	assert_int_equal(read_facts(archive, &facts), ERR_OK);
	assert_int_equal(facts.java_level, 21);
}

static void
test_class_without_package_is_the_applications(void **state)
{
	static const uint8_t java21[] = { 0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 65 };
	struct archive *archive = archive_new();
	struct jar_facts facts;

	(void)state;
	archive_add_text(archive, "META-INF/MANIFEST.MF", "Main-Class: App\n");
	archive_add(archive, "App.class", java21, sizeof(java21));
	archive_add_text(archive, "org/apache/camel/CamelContext.class", "");
	archive_add_text(archive, "org/apache/camel/main/Main.class", "");
	assert_int_equal(read_facts(archive, &facts), ERR_OK);
	assert_int_equal(facts.java_level, 21);
}

/* A refusal is named even when warnings fill the list. */
static void
test_refusal_is_named_behind_many_warnings(void **state)
{
	struct archive *archive = archive_camel();
	struct jar_facts facts;
	char name[40];
	int i;

	(void)state;
	for (i = 0; i < JAR_FINDINGS_MAX + 4; i++) {
		(void)snprintf(name, sizeof(name), "keys/%02d.p12", i);
		archive_add_text(archive, name, "x");
	}
	archive_add_text(archive, "z.env", "A=" TOKEN "\nB=" TOKEN "\n");
	assert_int_equal(read_facts(archive, &facts), ERR_INVALID);
	assert_int_equal(facts.findings_seen, JAR_FINDINGS_MAX + 6);
	assert_int_equal(facts.nfindings, JAR_FINDINGS_MAX);
	assert_int_equal(facts.refusals, 2);
	assert_string_equal(facts.findings[0].entry, "z.env");
}

/* Line breaks and position do not change the fingerprint. */
static void
test_fingerprint_is_that_of_the_credential(void **state)
{
	static const char key[] = "-----BEGIN " "PRIVATE KEY-----\n"
	    "MC4CAQAwBQYDK2VwBCIEIBq7UvNzTvqUoYc4aXr1kGm9WfPDeLsJhKb2xZ6yRt5w\n"
	    "-----END PRIVATE KEY-----\n";
	static const char folded[] = "x: -----BEGIN " "PRIVATE KEY-----\r\n"
	    "  MC4CAQAwBQYDK2VwBCIEIBq7UvNzTvqUoYc4aXr1\r\n"
	    "  kGm9WfPDeLsJhKb2xZ6yRt5w\r\n"
	    "-----END PRIVATE KEY-----\r\n";
	struct archive *archive = archive_camel();
	struct jar_facts facts;

	(void)state;
	archive_add_text(archive, "a.pem", key);
	archive_add_text(archive, "b.yaml", folded);
	archive_add_text(archive, "c.env", "A=" TOKEN "\nB=" TOKEN "\n");
	archive_add_text(archive, "application.yaml", "password: hunter2\n");
	assert_int_equal(read_facts(archive, &facts), ERR_INVALID);
	assert_int_equal(facts.nfindings, 5);
	assert_int_equal(strlen(facts.findings[0].fingerprint), 32);
	assert_string_equal(facts.findings[0].fingerprint,
	    facts.findings[2].fingerprint);
	assert_string_equal(facts.findings[3].fingerprint,
	    facts.findings[4].fingerprint);
	assert_string_not_equal(facts.findings[0].fingerprint,
	    facts.findings[3].fingerprint);
	assert_string_equal(facts.findings[1].fingerprint, "");
}

static void
test_long_texts_are_cut_and_that_is_said(void **state)
{
	struct archive *archive = archive_camel();
	char *text = malloc(MIB + 100), name[40];
	struct jar_facts facts;
	int i;

	(void)state;
	assert_non_null(text);
	memset(text, '\n', MIB + 100);
	memcpy(text + MIB + 10, TOKEN, sizeof(TOKEN) - 1);
	archive_add(archive, "long.txt", text, MIB + 100);
	assert_int_equal(read_facts(archive, &facts), ERR_OK);
	assert_true(facts.scan_cut);
	archive = archive_camel();
	for (i = 0; i < 25; i++) {
		(void)snprintf(name, sizeof(name), "%02d.txt", i);
		archive_add(archive, name, text, MIB);
	}
	archive_add_text(archive, "behind.txt", TOKEN);
	ctx_reset(ctx);
	assert_int_equal(read_facts(archive, &facts), ERR_OK);
	assert_true(facts.scan_cut);
	assert_int_equal(facts.nfindings, 0);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_finding_names_entry_line_and_kind),
		CTX_TEST(
		    test_libraries_beside_the_application_are_no_texts_of_it),
		CTX_TEST(test_highest_application_class_decides_the_java_level),
		CTX_TEST(test_class_without_package_is_the_applications),
		CTX_TEST(test_refusal_is_named_behind_many_warnings),
		CTX_TEST(test_long_texts_are_cut_and_that_is_said),
		CTX_TEST(test_fingerprint_is_that_of_the_credential),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/archive.h"
#include "tests/support/rows.h"

#include "modules/apps/inspect/jar_private.h"

static enum err
manifest_of(struct ctx *ctx, const char *text, struct jar *jar)
{
	struct archive *archive = archive_new();
	struct zip_work *work;
	int64_t size;
	enum err e;
	int fd;

	archive_add_text(archive, "META-INF/MANIFEST.MF", text);
	fd = archive_done(&archive, &size);
	work = zip_work_new(ctx, fd, 60000);
	assert_non_null(work);
	assert_int_equal(zip_open(ctx, work, size, &jar->zip), ERR_OK);
	e = jar_manifest_read(ctx, jar);
	close(fd);
	return e;
}

static void
test_attributes_are_read_as_java_does(void **state)
{
	static const struct { const char *text, *value; } rows[] = {
		{ "Main-Class: a.B\n", "a.B" },
		{ "Main-Class: a.B\r\n\r\n", "a.B" },
		{ "Main-Class: a.B\r", "a.B" },
		{ "Main-Class: a.B", "a.B" },
		{ "MAIN-class:  a.B \t\n", "a.B" },
		{ "X: y\nMain-Class: a\n .B\nZ: z\n", "a.B" },
		{ "X: y\r\nMain-Class: a\r\n .\r\n B\r\nZ: z\r\n", "a.B" },
		{ "X: y\rMain-Class: a\r .B\r", "a.B" },
		{ "X: y\n\nMain-Class: a.B\n", "" },
		{ "\nMain-Class: a.B\n", "" },
		{ "Main-Class\n", "" },
		{ "Main-Class:\n", "" },
		{ "Main-Class2: a.B\n", "" },
		{ "", "" },
	};
	struct jar jar = { .lib = NULL };
	struct ctx *ctx;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		ctx = ctx_new((size_t)4 << 20);
		assert_row(manifest_of(ctx, rows[i].text, &jar) == ERR_OK,
		    rows[i].text);
		assert_row(str_is(jar_manifest_get(&jar, "Main-Class"),
		    rows[i].value), rows[i].text);
		ctx_free(&ctx);
	}
}

static void
test_attribute_that_decides_must_stand_once(void **state)
{
	static const char *const texts[] = {
		"Main-Class: a\nMain-Class: a\n",
		"Start-Class: a\nX: y\nstart-class: b\n",
		"Spring-Boot-Version: 1\nSpring-Boot-Version: 2\n",
	};
	struct jar jar = { .lib = NULL };
	struct ctx *ctx;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(texts); i++) {
		ctx = ctx_new((size_t)4 << 20);
		assert_row(manifest_of(ctx, texts[i], &jar) == ERR_INVALID,
		    texts[i]);
		assert_string_equal(ctx->fault.code, "jar_bad_manifest");
		ctx_free(&ctx);
	}
}

/* The part that jarsigner(1) writes after the main section may be large. */
static void
test_only_the_main_section_is_bounded(void **state)
{
	static const char head[] = "Main-Class: a.B\r\n";
	static const char section[] =
	    "Name: a/B.class\r\nSHA-256-Digest: x\r\n\r\n";
	const size_t len = (size_t)600 << 10;
	char *text = malloc(len + 1);
	struct jar jar = { .lib = NULL };
	struct ctx *ctx = ctx_new((size_t)4 << 20);
	size_t i;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < len; i++)
		text[i] = section[i % (sizeof(section) - 1)];
	text[len] = '\0';
	memcpy(text, head, sizeof(head) - 1);
	memcpy(text + sizeof(head) - 1, "\r\n", 2);
	assert_int_equal(manifest_of(ctx, text, &jar), ERR_OK);
	assert_true(str_is(jar_manifest_get(&jar, "Main-Class"), "a.B"));
	assert_true(str_is(jar_manifest_get(&jar, "SHA-256-Digest"), ""));
	for (i = sizeof(head) - 1; i < len; i++)
		text[i] = "X: y\n"[i % 5];	/* no empty line */
	assert_int_equal(manifest_of(ctx, text, &jar), ERR_INVALID);
	assert_string_equal(ctx->fault.code, "jar_bad_manifest");
	ctx_free(&ctx);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attributes_are_read_as_java_does),
		cmocka_unit_test(test_attribute_that_decides_must_stand_once),
		cmocka_unit_test(test_only_the_main_section_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

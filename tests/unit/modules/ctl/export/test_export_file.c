/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "modules/ctl/export/export_file.h"

static char dir[] = "/tmp/test_export_XXXXXX";
static const char *out;
static int top = -1;

static int
setup(void **state)
{
	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
	if (ctx_setup(state) != 0 || mkdtemp(dir) == NULL)
		return -1;
	out = text_printf(ctx->mem, "%s/out", dir);
	return 0;
}

static int
entry_remove(const char *path, const struct stat *st, int kind,
    struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static int
teardown(void **state)
{
	if (top != -1)
		(void)close(top);
	top = -1;
	return ctx_teardown(state) + nftw(dir, entry_remove, 8,
	    FTW_DEPTH | FTW_PHYS);
}

static const char *
at_path(const char *name)
{
	return text_printf(ctx->mem, "%s/%s", out, name);
}

static void
test_files_are_written_into_a_new_directory(void **state)
{
	const struct export_file file = { "tenants/a/b.yaml", "{}\n" };
	char text[8] = "";
	FILE *f;

	(void)state;
	assert_int_equal(export_begin(ctx, out, &top), ERR_OK);
	assert_int_equal(export_write(ctx, top, &file), ERR_OK);
	f = fopen(at_path("tenants/a/b.yaml"), "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	assert_int_equal(fclose(f), 0);
	assert_string_equal(text, "{}\n");
}

static void
test_nothing_is_replaced(void **state)
{
	const struct export_file file = { "b.yaml", "{}\n" };

	(void)state;
	assert_int_equal(export_begin(ctx, out, &top), ERR_OK);
	assert_int_equal(export_write(ctx, top, &file), ERR_OK);
	assert_int_not_equal(export_write(ctx, top, &file), ERR_OK);
	(void)close(top);
	top = -1;
	fail_clear(ctx);
	assert_int_equal(export_begin(ctx, out, &top), ERR_CONFLICT);
	assert_int_equal(top, -1);
}

/* Somebody may have put a link there between two calls. */
static void
test_no_link_is_followed(void **state)
{
	const struct export_file below = { "link/b.yaml", "{}\n" };
	const struct export_file itself = { "link", "{}\n" };

	(void)state;
	assert_int_equal(export_begin(ctx, out, &top), ERR_OK);
	assert_int_equal(symlink(dir, at_path("link")), 0);
	assert_int_not_equal(export_write(ctx, top, &below), ERR_OK);
	fail_clear(ctx);
	assert_int_not_equal(export_write(ctx, top, &itself), ERR_OK);
	assert_int_not_equal(access(text_printf(ctx->mem, "%s/b.yaml", dir),
	    F_OK), 0);
}

static void
test_paths_that_lead_elsewhere_are_refused(void **state)
{
	static const char *const bad[] = { "", "/", "/etc/passwd", "a/", "a//b",
	    "../a", "a/../b", "a/..", ".git/config", "-rf", "a b", "a\nb",
	    "a/b/c/d/e/f/g/h/i", "A" };
	size_t i;

	(void)state;
	assert_true(export_path_valid("clusters/fresh-1/tenants/acme.yaml"));
	assert_int_equal(export_begin(ctx, out, &top), ERR_OK);
	for (i = 0; i < nitems(bad); i++) {
		assert_false(export_path_valid(bad[i]));
		fail_clear(ctx);
		assert_int_not_equal(export_write(ctx, top,
		    &(const struct export_file){ bad[i], "" }), ERR_OK);
	}
}

#define EXPORT_TEST(f) \
	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		EXPORT_TEST(test_files_are_written_into_a_new_directory),
		EXPORT_TEST(test_nothing_is_replaced),
		EXPORT_TEST(test_no_link_is_followed),
		EXPORT_TEST(test_paths_that_lead_elsewhere_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

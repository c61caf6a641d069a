/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "tests/support/archive.h"
#include "tests/support/rows.h"
#include "tests/support/unit_ctx.h"

#include "modules/apps/inspect/zip_private.h"

/* Adds the names in this order, each with its number as content. */
static enum err
open_names(const char *const names[], size_t n, struct zip *zip, int *fd)
{
	struct archive *archive = archive_new();
	struct zip_work *work;
	int64_t size;
	char number;
	size_t i;

	for (i = 0; i < n; i++) {
		number = (char)('0' + i);
		archive_add(archive, names[i], &number,
		    names[i][strlen(names[i]) - 1] == '/' ? 0 : 1);
	}
	*fd = archive_done(&archive, &size);
	ctx_reset(ctx);
	work = zip_work_new(ctx, *fd, 60000);
	assert_non_null(work);
	return zip_open(ctx, work, size, zip);
}

/* A JVM takes the same entry; tests/interop/test_jvm.py asks it. */
static void
test_last_of_one_name_is_found(void **state)
{
	static const char *const names[] = { "b", "a", "b", "c", "b", "a" };
	const struct zip_entry *entry;
	struct zip zip;
	char content;
	struct zip_out out = { .to = &content, .max = 1 };
	int fd;

	(void)state;
	assert_int_equal(open_names(names, nitems(names), &zip, &fd), ERR_OK);
	assert_non_null(entry = zip_find(&zip, "b"));
	assert_int_equal(zip_unpack(ctx, &zip, entry, &out), ERR_OK);
	assert_int_equal(content, '4');
	assert_non_null(entry = zip_find(&zip, "a"));
	assert_int_equal(zip_unpack(ctx, &zip, entry, &out), ERR_OK);
	assert_int_equal(content, '5');
	assert_null(zip_find(&zip, "d"));
	assert_int_equal(zip_lower(&zip, "b"), 2);
	assert_false(zip_is_again(&zip, 2));
	assert_true(zip_is_again(&zip, 3));
	assert_false(zip_is_again(&zip, zip.count));
	close(fd);
}

static void
test_file_is_no_directory(void **state)
{
	static const struct { const char *names[4]; enum err e; } rows[] = {
		{ { "x", "x/" }, ERR_INVALID },
		{ { "x/", "x" }, ERR_INVALID },
		{ { "x/y", "x" }, ERR_INVALID },
		{ { "x-y", "x.z", "x", "x/y" }, ERR_INVALID },
		{ { "a/x", "a/x/y/z" }, ERR_INVALID },
		{ { "x", "x-/y", "xx/", "X/" }, ERR_OK },
		{ { "x/", "x/y/", "x/y/z" }, ERR_OK },
	};
	struct zip zip;
	size_t i, n;
	int fd;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		for (n = 0; n < 4 && rows[i].names[n] != NULL; n++)
			continue;
		assert_row(open_names(rows[i].names, n, &zip, &fd) ==
		    rows[i].e, rows[i].names[0]);
		close(fd);
		if (rows[i].e != ERR_OK)
			assert_string_equal(ctx->fault.code,
			    "jar_duplicate_name");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_last_of_one_name_is_found),
		CTX_TEST(test_file_is_no_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

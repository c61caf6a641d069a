/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "tests/support/archive.h"
#include "tests/support/rows.h"

#include "modules/apps/inspect/zip_private.h"

static int
setup(void **state)
{
	*state = ctx_new((size_t)16 << 20);
	return 0;
}

static int
teardown(void **state)
{
	ctx_free((struct ctx **)state);
	return 0;
}

/* Where each entry's data begins, and that the last ends at the directory. */
static void
test_entries_cover_the_file_without_a_gap(void **state)
{
	struct ctx *ctx = *state;
	struct zip_work *work;
	int64_t size, covered = 0;
	struct zip zip;
	size_t i;
	int fd = archive_open("ok.spring-boot.jar", &size);

	work = zip_work_new(ctx, fd, 60000);
	assert_non_null(work);
	assert_int_equal(zip_open(ctx, work, size, &zip), ERR_OK);
	for (i = 0; i < zip.count; i++) {
		assert_int_equal(zip.entries[i].data,
		    zip.entries[i].header + 30 +
		    (int64_t)zip.entries[i].name.len);
		covered += 30 + (int64_t)zip.entries[i].name.len +
		    zip.entries[i].packed;
		covered += 46 + (int64_t)zip.entries[i].name.len;
	}
	assert_int_equal(covered + 22, size);
	close(fd);
}

static void
refused(void *arg, const char *name)
{
	struct ctx *ctx = arg;
	struct zip_work *work;
	struct zip zip;
	int64_t size;
	int fd = archive_open(name, &size);

	ctx_reset(ctx);
	work = zip_work_new(ctx, fd, 60000);
	assert_non_null(work);
	assert_row(zip_open(ctx, work, size, &zip) == ERR_INVALID, name);
	assert_row(strncmp(ctx->fault.code, name,
	    strlen(ctx->fault.code)) == 0, name);
	close(fd);
}

static void
test_overlaps_are_refused(void **state)
{
	assert_int_equal(archive_each("jar_overlap.", refused, *state), 3);
}

static void
test_bytes_that_belong_to_no_entry_are_refused(void **state)
{
	assert_int_equal(archive_each("jar_gap.", refused, *state), 2);
	assert_int_equal(archive_each("jar_prefix.", refused, *state), 4);
}

static void
test_local_headers_must_agree(void **state)
{
	assert_int_equal(archive_each("jar_mismatch.", refused, *state), 11);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(test_entries_cover_the_file_without_a_gap),
		T(test_overlaps_are_refused),
		T(test_bytes_that_belong_to_no_entry_are_refused),
		T(test_local_headers_must_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "tests/support/archive.h"
#include "tests/support/rows.h"
#include "tests/support/unit_ctx.h"

#include "modules/apps/inspect/zip_private.h"

/* Each entry's data offset, and that the last entry ends at the directory. */
static void
test_entries_cover_the_file_without_a_gap(void **state)
{
	struct zip_work *work;
	int64_t size, covered = 0;
	struct zip zip;
	size_t i;
	int fd = archive_open("ok.spring-boot.jar", &size);

	(void)state;
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
	struct zip_work *work;
	struct zip zip;
	int64_t size;
	int fd = archive_open(name, &size);

	(void)arg;
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
	(void)state;
	assert_int_equal(archive_each("jar_overlap.", refused, NULL), 4);
}

static void
test_bytes_that_belong_to_no_entry_are_refused(void **state)
{
	(void)state;
	assert_int_equal(archive_each("jar_gap.", refused, NULL), 5);
	assert_int_equal(archive_each("jar_prefix.", refused, NULL), 6);
}

static void
test_local_headers_must_agree(void **state)
{
	(void)state;
	assert_int_equal(archive_each("jar_mismatch.", refused, NULL), 12);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_entries_cover_the_file_without_a_gap),
		CTX_TEST(test_overlaps_are_refused),
		CTX_TEST(test_bytes_that_belong_to_no_entry_are_refused),
		CTX_TEST(test_local_headers_must_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

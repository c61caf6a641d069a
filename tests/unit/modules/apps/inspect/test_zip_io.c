/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/support/unit.h"

#include "libshared/base/clock.h"
#include "modules/apps/inspect/zip_private.h"

static struct ctx *ctx;
static int fd;

static int
setup(void **state)
{
	(void)state;
	ctx = ctx_new(4u << 20);
	fd = memfd_create("zip_io", 0);
	return fd == -1 || write(fd, "0123456789", 10) != 10 ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	ctx_free(&ctx);
	return close(fd);
}

static void
test_bytes_are_of_the_archive_alone(void **state)
{
	struct zip zip = { .work = zip_work_new(ctx, fd, 60000), .base = 2,
	    .size = 6 };
	char out[7] = "";

	(void)state;
	assert_non_null(zip.work);
	assert_int_equal(zip_read(ctx, &zip, 0, out, 6), ERR_OK);
	assert_string_equal(out, "234567");
	assert_int_equal(zip_read(ctx, &zip, 5, out, 1), ERR_OK);
	assert_int_equal(out[0], '7');
	assert_int_equal(zip_read(ctx, &zip, 6, out, 0), ERR_OK);
	assert_int_equal(zip_read(ctx, &zip, 5, out, 2), ERR_INVALID);
	assert_string_equal(ctx->fault.code, "jar_truncated");
	assert_int_equal(zip_read(ctx, &zip, -1, out, 1), ERR_INVALID);
	assert_int_equal(zip_read(ctx, &zip, 7, out, 0), ERR_INVALID);
	fail_clear(ctx);
	zip.size = 9;		/* more than the file has */
	assert_int_equal(zip_read(ctx, &zip, 8, out, 1), ERR_INTERNAL);
	assert_string_equal(ctx->fault.code, "jar_read");
}

static void
test_names_are_shown_as_plain_text(void **state)
{
	char name[300];

	(void)state;
	memset(name, 'x', sizeof(name));
	assert_string_equal(zip_shown(ctx, STR("a\n'\"\xc3\xa4\x7f.b")),
	    "a??\"???.b");
	assert_int_equal(strlen(zip_shown(ctx,
	    (struct str){ name, sizeof(name) })), 103);
}

static void
test_time_is_over_after_so_much_work(void **state)
{
	struct zip_work *late = zip_work_new(ctx, fd, 1);
	struct zip_work *early = zip_work_new(ctx, fd, 60000);
	int64_t start = clock_cpu_ns();
	int i, refused = 0;

	(void)state;
	assert_non_null(late);
	assert_non_null(early);
	while (clock_cpu_ns() - start < 3000000)
		continue;
	for (i = 0; i < 1000; i++) {
		refused += zip_time(ctx, late) == ERR_INVALID;
		assert_int_equal(zip_time(ctx, early), ERR_OK);
	}
	assert_in_range(refused, 1, 10);	/* not each reads the clock */
	assert_string_equal(ctx->fault.code, "jar_too_complex");
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bytes_are_of_the_archive_alone),
		TEST(test_names_are_shown_as_plain_text),
		TEST(test_time_is_over_after_so_much_work),
	};

	return cmocka_run_group_tests_name("zip_io", tests, NULL, NULL);
}

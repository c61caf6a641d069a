/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/archive.h"
#include "tests/support/rows.h"
#include "tests/support/unit_ctx.h"

#include "modules/apps/inspect/sandbox.h"
#include "modules/apps/inspect/zip.h"

#define CPU_MS	60000

static enum err
open_fd(int fd, int64_t size, struct zip *zip)
{
	struct zip_work *work = zip_work_new(ctx, fd, CPU_MS);

	assert_non_null(work);
	return zip_open(ctx, work, size, zip);
}

static void
test_entries_come_in_the_order_of_their_names(void **state)
{
	const struct str *a, *b;
	struct zip zip;
	int64_t size;
	size_t i, len;
	int fd = archive_open("ok.camel-main.jar", &size);

	(void)state;
	assert_int_equal(open_fd(fd, size, &zip), ERR_OK);
	assert_int_equal(zip.count, 12);
	for (i = 1; i < zip.count; i++) {
		a = &zip.entries[i - 1].name;
		b = &zip.entries[i].name;
		len = a->len < b->len ? a->len : b->len;
		assert_true(memcmp(a->p, b->p, len) < 0 ||
		    (memcmp(a->p, b->p, len) == 0 && a->len < b->len));
	}
	close(fd);
}

static void
test_find_takes_the_whole_name(void **state)
{
	const struct zip_entry *entry;
	struct zip zip;
	int64_t size;
	int fd = archive_open("ok.camel-main.jar", &size);

	(void)state;
	assert_int_equal(open_fd(fd, size, &zip), ERR_OK);
	entry = zip_find(&zip, "demo/App.class");
	assert_non_null(entry);
	assert_int_equal(entry->size, 24);
	assert_null(zip_find(&zip, "demo/App.clas"));
	assert_null(zip_find(&zip, "demo/App.class2"));
	assert_null(zip_find(&zip, ""));
	assert_null(zip_find(&zip, "zzz"));
	assert_int_equal(zip_lower(&zip, ""), 0);
	assert_int_equal(zip_lower(&zip, "zzz"), zip.count);
	close(fd);
}

static void
test_nested_archive_is_read_in_place(void **state)
{
	const struct zip_entry *entry;
	struct zip zip, nested;
	int64_t size;
	char text[200];
	struct zip_out out = { .to = text, .max = sizeof(text) - 1 };
	int fd = archive_open("ok.spring-boot.jar", &size);

	(void)state;
	assert_int_equal(open_fd(fd, size, &zip), ERR_OK);
	entry = zip_find(&zip, "BOOT-INF/lib/camel-api-4.17.0.jar");
	assert_non_null(entry);
	assert_int_equal(zip_open_nested(ctx, &zip, entry, &nested), ERR_OK);
	assert_int_equal(nested.count, 2);
	entry = zip_find(&nested,
	    "META-INF/maven/org.apache.camel/camel-api/pom.properties");
	assert_non_null(entry);
	assert_int_equal(zip_unpack(ctx, &nested, entry, &out), ERR_OK);
	text[out.len] = '\0';
	assert_non_null(strstr(text, "version=4.17.0\n"));
	close(fd);
}

/* One archive may have 65,534 entries, all nested ones 262,144. */
static void
test_nested_archives_share_one_cap(void **state)
{
	struct archive *inner = archive_new(), *outer = archive_new();
	struct zip zip, nested;
	uint8_t *data;
	char name[24];
	int64_t size;
	int fd, i;

	(void)state;
	for (i = 0; i < (int)ZIP_ENTRIES_MAX; i++) {
		(void)snprintf(name, sizeof(name), "%d", i);
		archive_add(inner, name, "", 0);
	}
	fd = archive_done(&inner, &size);
	data = malloc((size_t)size);
	assert_non_null(data);
	assert_int_equal(pread(fd, data, (size_t)size, 0), size);
	close(fd);
	archive_add(outer, "a.jar", data, (size_t)size);
	free(data);
	fd = archive_done(&outer, &size);
	assert_int_equal(open_fd(fd, size, &zip), ERR_OK);
	for (i = 0; i < 4; i++)
		assert_int_equal(zip_open_nested(ctx, &zip, zip.entries,
		    &nested), ERR_OK);
	assert_int_equal(zip_open_nested(ctx, &zip, zip.entries, &nested),
	    ERR_INVALID);
	assert_string_equal(ctx->fault.code, "jar_too_complex");
	close(fd);
}

static void
test_reading_is_bounded_in_time(void **state)
{
	struct archive *archive = archive_new();
	struct zip_work *work;
	struct zip zip;
	char name[24];
	int64_t size;
	int fd, i;

	(void)state;
	for (i = 0; i < 300; i++) {
		(void)snprintf(name, sizeof(name), "%d", i);
		archive_add(archive, name, "", 0);
	}
	fd = archive_done(&archive, &size);
	work = zip_work_new(ctx, fd, 0);
	assert_non_null(work);
	assert_int_equal(zip_open(ctx, work, size, &zip), ERR_INVALID);
	assert_string_equal(ctx->fault.code, "jar_too_complex");
	close(fd);
}

static void
test_memory_is_bounded(void **state)
{
	struct ctx *small = ctx_new((size_t)224 << 10);
	struct archive *archive = archive_new();
	struct zip_work *work;
	struct zip zip;
	char name[24];
	int64_t size;
	int fd, i;

	(void)state;
	for (i = 0; i < 2000; i++) {
		(void)snprintf(name, sizeof(name), "%d", i);
		archive_add(archive, name, "", 0);
	}
	fd = archive_done(&archive, &size);
	work = zip_work_new(small, fd, CPU_MS);
	assert_non_null(work);
	assert_int_equal(zip_open(small, work, size, &zip), ERR_INVALID);
	assert_string_equal(small->fault.code, "jar_too_complex");
	close(fd);
	ctx_free(&small);
	small = ctx_new(1 << 10);
	assert_null(zip_work_new(small, 0, CPU_MS));
	ctx_free(&small);
}

static void
test_file_that_shrinks_is_our_failure(void **state)
{
	struct zip zip;
	int64_t size;
	int fd = archive_open("ok.camel-main.jar", &size);

	(void)state;
	assert_int_equal(open_fd(fd, size + 1, &zip), ERR_INTERNAL);
	close(fd);
	fail_clear(ctx);
	assert_int_equal(open_fd(-1, size, &zip), ERR_INTERNAL);
}

static int64_t
now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/*
 * A Quarkus uber-jar has as many entries; goal 200 ms, with room for slow
 * machines.
 */
static void
test_29000_entries_are_read_fast(void **state)
{
	struct archive *archive = archive_new();
	struct zip zip;
	char name[80];
	int64_t size, begun;
	int fd, i;

	(void)state;
	for (i = 0; i < 29000; i++) {
		(void)snprintf(name, sizeof(name),
		    "org/example/package%d/deeper/Class%d.class",
		    i * 7919 % 613, i);
		archive_add(archive, name, name, 40);
	}
	fd = archive_done(&archive, &size);
	begun = now_us();
	assert_int_equal(open_fd(fd, size, &zip), ERR_OK);
	print_message("29000 entries: %lld us of processor\n",
	    (long long)(now_us() - begun));
	if (sandbox_is_strict())
		assert_true(now_us() - begun < 200000);
	assert_int_equal(zip.count, 29000);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_entries_come_in_the_order_of_their_names),
		CTX_TEST(test_find_takes_the_whole_name),
		CTX_TEST(test_nested_archive_is_read_in_place),
		CTX_TEST(test_nested_archives_share_one_cap),
		CTX_TEST(test_reading_is_bounded_in_time),
		CTX_TEST(test_memory_is_bounded),
		CTX_TEST(test_file_that_shrinks_is_our_failure),
		CTX_TEST(test_29000_entries_are_read_fast),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

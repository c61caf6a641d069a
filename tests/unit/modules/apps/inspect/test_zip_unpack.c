/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/archive.h"
#include "tests/support/rows.h"

#include "modules/apps/inspect/zip.h"

struct open {
	struct ctx	*ctx;
	struct zip	 zip;
	int		 fd;
};

static int
setup(void **state)
{
	static struct open open;
	struct zip_work *work;
	int64_t size;

	open.ctx = ctx_new((size_t)32 << 20);
	open.fd = archive_open("ok.camel-main.jar", &size);
	work = zip_work_new(open.ctx, open.fd, 60000);
	assert_non_null(work);
	assert_int_equal(zip_open(open.ctx, work, size, &open.zip), ERR_OK);
	*state = &open;
	return 0;
}

static int
teardown(void **state)
{
	struct open *open = *state;

	close(open->fd);
	ctx_free(&open->ctx);
	return 0;
}

static void
test_whole_entry_comes_out(void **state)
{
	struct open *open = *state;
	const struct zip_entry *entry = zip_find(&open->zip,
	    "META-INF/MANIFEST.MF");
	char text[256];
	struct zip_out out = { .to = text, .max = sizeof(text) };

	assert_int_equal(zip_unpack(open->ctx, &open->zip, entry,
	    &out), ERR_OK);
	assert_int_equal(out.len, entry->size);
	assert_memory_equal(text, "Manifest-Version: 1.0\r\n", 23);
}

static void
test_beginning_of_a_longer_entry_comes_out(void **state)
{
	struct open *open = *state;
	const struct zip_entry *entry = zip_find(&open->zip,
	    "META-INF/MANIFEST.MF");
	char text[10] = "xxxxxxxxx";
	struct zip_out out = { .to = text, .max = 8 };

	assert_int_equal(zip_unpack(open->ctx, &open->zip, entry,
	    &out), ERR_OK);
	assert_int_equal(out.len, 8);
	assert_string_equal(text, "Manifestx");
	out.max = 0;
	assert_int_equal(zip_unpack(open->ctx, &open->zip, entry,
	    &out), ERR_OK);
	assert_int_equal(out.len, 0);
}

static void
test_stored_and_empty_entries_come_out(void **state)
{
	struct open *open = *state;
	const struct zip_entry *entry = zip_find(&open->zip, "META-INF/");
	char text[8];
	struct zip_out out = { .to = text, .max = sizeof(text), .len = 5 };

	assert_int_equal(entry->method, ZIP_STORED);
	assert_int_equal(zip_unpack(open->ctx, &open->zip, entry,
	    &out), ERR_OK);
	assert_int_equal(out.len, 0);
}

/* Input of several pieces, and an entry that is not the last one. */
static void
test_entry_larger_than_the_buffers_comes_out(void **state)
{
	struct open *open = *state;
	struct archive *archive = archive_new();
	uint8_t *data = malloc(300000), *content = malloc(300000);
	struct zip_out out = { .to = content };
	struct zip_work *work;
	uint32_t random = 7;
	struct zip zip;
	int64_t size;
	size_t i;
	int fd;

	assert_true(data != NULL && content != NULL);
	for (i = 0; i < 300000; i++) {
		random = random * 1664525 + 1013904223;
		data[i] = (uint8_t)(random >> 24);
	}
	archive_add(archive, "random", data, 300000);
	archive_add_deflated(archive, "deflated", data, 300000);
	fd = archive_done(&archive, &size);
	work = zip_work_new(open->ctx, fd, 60000);
	assert_non_null(work);
	assert_int_equal(zip_open(open->ctx, work, size, &zip), ERR_OK);
	for (i = 0; i < zip.count; i++) {
		out.max = 300000;
		assert_int_equal(zip_unpack(open->ctx, &zip, &zip.entries[i],
		    &out), ERR_OK);
		assert_int_equal(out.len, 300000);
		assert_memory_equal(content, data, out.len);
		out.max = 200000;
		assert_int_equal(zip_unpack(open->ctx, &zip, &zip.entries[i],
		    &out), ERR_OK);
		assert_int_equal(out.len, 200000);
	}
	close(fd);
	free(data);
	free(content);
}

static void
test_file_gone_while_unpacking_is_our_failure(void **state)
{
	struct open *open = *state;
	const struct zip_entry *entry = zip_find(&open->zip,
	    "META-INF/MANIFEST.MF");
	char text[256];
	struct zip_out out = { .to = text, .max = sizeof(text) };

	assert_int_equal(ftruncate(open->fd, 10), 0);
	assert_int_equal(zip_unpack(open->ctx, &open->zip, entry,
	    &out), ERR_INTERNAL);
}

static void
unpack_last(void *arg, const char *name)
{
	struct open *open = arg;
	const struct zip_entry *entry;
	struct zip_work *work;
	struct zip zip;
	char text[512];
	struct zip_out out = { .to = text, .max = sizeof(text) };
	int64_t size;
	int fd;

	if (strstr(name, ".crc") == NULL && strstr(name, ".longer") == NULL &&
	    strstr(name, ".shorter") == NULL &&
	    strstr(name, ".data-") == NULL &&
	    strstr(name, ".no-deflate") == NULL)
		return;
	fd = archive_open(name, &size);
	work = zip_work_new(open->ctx, fd, 60000);
	assert_non_null(work);
	assert_row(zip_open(open->ctx, work, size, &zip) == ERR_OK, name);
	entry = zip_find(&zip, "a.properties");
	assert_row(entry != NULL, name);
	assert_row(zip_unpack(open->ctx, &zip, entry, &out) == ERR_INVALID,
	    name);
	assert_row(strcmp(open->ctx->fault.code, "jar_corrupt") == 0, name);
	fail_clear(open->ctx);
	close(fd);
}

static void
test_data_that_is_not_as_declared_is_refused(void **state)
{
	assert_true(archive_each("jar_corrupt.", unpack_last, *state) > 8);
}

/* Data that no reader needs must match their header, too. */
static void
check_data(void *arg, const char *name)
{
	struct open *open = arg;
	struct zip_work *work;
	struct zip zip;
	int64_t size;
	int fd;

	if (strstr(name, ".unread-") == NULL ||
	    strstr(name, "-nested") != NULL)
		return;
	fd = archive_open(name, &size);
	work = zip_work_new(open->ctx, fd, 60000);
	assert_non_null(work);
	assert_row(zip_open(open->ctx, work, size, &zip) == ERR_OK, name);
	assert_row(zip_check_data(open->ctx, &zip) == ERR_INVALID, name);
	assert_row(strcmp(open->ctx->fault.code, "jar_corrupt") == 0, name);
	fail_clear(open->ctx);
	close(fd);
}

static void
test_data_of_every_entry_is_checked(void **state)
{
	struct open *open = *state;

	assert_int_equal(zip_check_data(open->ctx, &open->zip), ERR_OK);
	assert_true(archive_each("jar_corrupt.unread-", check_data, open) > 5);
}

static void
test_entries_are_compared_byte_by_byte(void **state)
{
	static uint8_t data[200000];
	struct open *open = *state;
	struct archive *archive = archive_new();
	struct zip_work *work;
	struct zip zip;
	int64_t size;
	bool same;
	int fd;

	archive_add(archive, "a", data, sizeof(data));
	archive_add(archive, "b", data, sizeof(data));
	archive_add_deflated(archive, "c", data, sizeof(data));
	data[199999] = 1;
	archive_add(archive, "d", data, sizeof(data));
	fd = archive_done(&archive, &size);
	work = zip_work_new(open->ctx, fd, 60000);
	assert_non_null(work);
	assert_int_equal(zip_open(open->ctx, work, size, &zip), ERR_OK);
	assert_int_equal(zip_compare(open->ctx, &zip, &zip.entries[0],
	    &zip.entries[1], &same), ERR_OK);
	assert_true(same);
	assert_int_equal(zip_compare(open->ctx, &zip, &zip.entries[0],
	    &zip.entries[2], &same), ERR_OK);
	assert_false(same);
	/* a forged checksum does not make two entries equal */
	zip.entries[3].crc = zip.entries[0].crc;
	assert_int_equal(zip_compare(open->ctx, &zip, &zip.entries[0],
	    &zip.entries[3], &same), ERR_OK);
	assert_false(same);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(test_whole_entry_comes_out),
		T(test_beginning_of_a_longer_entry_comes_out),
		T(test_stored_and_empty_entries_come_out),
		T(test_entry_larger_than_the_buffers_comes_out),
		T(test_file_gone_while_unpacking_is_our_failure),
		T(test_data_that_is_not_as_declared_is_refused),
		T(test_data_of_every_entry_is_checked),
		T(test_entries_are_compared_byte_by_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

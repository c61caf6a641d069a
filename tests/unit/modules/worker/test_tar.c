/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <sys/mman.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "modules/worker/tar.h"
#include "tests/support/unit_ctx.h"

static int
file_of(const void *data, size_t len)
{
	int fd = memfd_create("file", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), (ssize_t)len);
	return fd;
}

/* Returns the whole archive, read in pieces of this many bytes. */
static char *
whole(const struct tar *tar, size_t step)
{
	char *text = arena_get(ctx->mem, (size_t)tar->size + 1);
	int64_t at = 0;
	size_t n = 1;

	assert_non_null(text);
	for (;;) {
		assert_true(tar_read((void *)(uintptr_t)tar, at, text + at,
		    step, &n));
		if (n == 0)
			break;
		at += (int64_t)n;
	}
	assert_int_equal(at, tar->size);
	return text;
}

static void
test_file_is_ustar_with_fixed_owner_and_date(void **state)
{
	struct tar_file files[] = { TAR_DIRECTORY("app/"),
	    { .name = "app/app.jar", .fd = -1, .data = "PK", .size = 2 } };
	struct tar tar;
	const char *text, *file;

	(void)state;
	assert_int_equal(tar_begin(ctx, files, 2, &tar), ERR_OK);
	assert_int_equal(tar.size, 512 + 512 + 512 + 1024);
	text = whole(&tar, 4096);
	assert_string_equal(text, "app/");
	assert_string_equal(text + 100, "0000755");
	assert_int_equal(text[156], '5');
	file = text + 512;
	assert_string_equal(file, "app/app.jar");
	assert_string_equal(file + 100, "0000644");
	assert_string_equal(file + 108, "0000000");
	assert_string_equal(file + 116, "0000000");
	assert_string_equal(file + 124, "00000000002");
	assert_string_equal(file + 136, "00000000000");
	/* the sum that `tar` itself writes for these fields */
	assert_memory_equal(file + 148, "011233\0 ", 8);
	assert_int_equal(file[156], '0');
	assert_memory_equal(file + 257, "ustar\00000", 8);
	assert_memory_equal(file + 512, "PK\0\0", 4);
}

static void
test_reads_the_same_in_pieces_of_any_size(void **state)
{
	int fd = file_of("0123456789", 10);
	struct tar_file files[] = {
		{ .name = "a", .fd = -1, .data = "aaa", .size = 3 },
		{ .name = "b", .fd = fd, .size = 10 },
		{ .name = "empty", .fd = -1, .data = "", .size = 0 },
	};
	char digest[OCI_DIGEST_MAX], content[SHA256_HEX_MAX];
	char sum[SHA256_HEX_MAX];
	struct tar tar;
	const char *text;

	(void)state;
	assert_int_equal(tar_begin(ctx, files, 3, &tar), ERR_OK);
	text = whole(&tar, 4096);
	assert_memory_equal(whole(&tar, 1), text, (size_t)tar.size);
	assert_memory_equal(whole(&tar, 700), text, (size_t)tar.size);
	assert_int_equal(tar_digest(ctx, &tar, fd, digest, content), ERR_OK);
	sha256_hex(text, (size_t)tar.size, sum);
	assert_memory_equal(digest, "sha256:", 7);
	assert_string_equal(digest + 7, sum);
	sha256_hex("0123456789", 10, sum);
	assert_string_equal(content, sum);
	close(fd);
}

static void
test_owner_and_mode_are_kept(void **state)
{
	struct tar_file file = { .name = "secret", .mode = 0400,
	    .owner = 65532, .fd = -1, .data = "x", .size = 1 };
	struct tar tar;
	const char *text;

	(void)state;
	assert_int_equal(tar_begin(ctx, &file, 1, &tar), ERR_OK);
	text = whole(&tar, 4096);
	assert_string_equal(text + 100, "0000400");
	assert_string_equal(text + 108, "0177774");
}

static void
test_long_name_goes_into_a_pax_header(void **state)
{
	char name[151], record[200];
	struct tar_file file = { .name = name, .fd = -1, .data = "x",
	    .size = 1 };
	struct tar tar;
	const char *text;

	(void)state;
	memset(name, 'n', 150);
	name[150] = '\0';
	assert_int_equal(tar_begin(ctx, &file, 1, &tar), ERR_OK);
	text = whole(&tar, 4096);
	assert_int_equal(text[156], 'x');
	/* "160 path=" and 150 characters and the newline: 160 bytes */
	snprintf(record, sizeof(record), "160 path=%s\n", name);
	assert_int_equal(strlen(record), 160);
	assert_memory_equal(text + 512, record, 160);
	assert_int_equal(text[1024 + 156], '0');
	assert_memory_equal(text + 1024, name, 100);
}

static void
test_huge_file_announces_its_size_in_a_pax_header(void **state)
{
	int fd = memfd_create("huge", MFD_CLOEXEC);
	struct tar_file file = { .name = "huge", .fd = fd,
	    .size = (INT64_C(1) << 33) };
	char head[1536];
	struct tar tar;
	size_t n, at;

	(void)state;
	assert_int_equal(tar_begin(ctx, &file, 1, &tar), ERR_OK);
	for (at = 0; at < sizeof(head); at += n)
		assert_true(tar_read(&tar, (int64_t)at, head + at,
		    sizeof(head) - at, &n));
	assert_string_equal(head + 512, "19 size=8589934592\n");
	assert_int_equal(tar.size, 1536 + (INT64_C(1) << 33) + 1024);
	close(fd);
}

static void
test_unsound_names_are_refused(void **state)
{
	static const char *const names[] = { "", "/", "/etc/passwd", "../x",
	    "a/../b", "a/..", ".", "a/./b", "a//b", "a\nb", "a\x7f", "..",
	    "dir/" };
	struct tar_file file = { .fd = -1, .data = "x", .size = 1 };
	struct tar tar;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(names); i++) {
		fail_clear(ctx);
		file.name = names[i];
		if (tar_begin(ctx, &file, 1, &tar) != ERR_INTERNAL)
			fail_msg("'%s' was taken", names[i]);
	}
	file = (struct tar_file){ .name = "no-slash", .fd = -1 };
	fail_clear(ctx);
	assert_int_equal(tar_begin(ctx, &file, 1, &tar), ERR_INTERNAL);
}

static void
test_file_that_became_shorter_is_noticed(void **state)
{
	int fd = file_of("0123456789", 10);
	struct tar_file file = { .name = "f", .fd = fd, .size = 11 };
	char digest[OCI_DIGEST_MAX], buf[1024];
	struct tar tar;
	size_t n;

	(void)state;
	assert_int_equal(tar_begin(ctx, &file, 1, &tar), ERR_OK);
	assert_int_equal(tar_digest(ctx, &tar, -1, digest, NULL), ERR_PEER);
	assert_string_equal(ctx->fault.code, "file_changed");
	assert_true(tar_read(&tar, 512, buf, sizeof(buf), &n));
	assert_int_equal(n, 10);
	assert_false(tar_read(&tar, 522, buf, sizeof(buf), &n));
	assert_false(tar_read(&tar, -1, buf, sizeof(buf), &n));
	assert_false(tar_read(&tar, tar.size + 1, buf, sizeof(buf), &n));
	close(fd);
}

static void
test_reading_twice_is_not_hashed_twice(void **state)
{
	struct tar_file file = { .name = "f", .fd = -1, .data = "x",
	    .size = 1 };
	char digest[OCI_DIGEST_MAX], wanted[OCI_DIGEST_MAX], buf[4096];
	struct tar_hash *hash;
	struct tar tar;
	size_t n;

	(void)state;
	assert_int_equal(tar_begin(ctx, &file, 1, &tar), ERR_OK);
	assert_int_equal(tar_digest(ctx, &tar, -1, wanted, NULL), ERR_OK);
	hash = tar_hash_begin(&tar, -1);
	assert_true(tar_hash_read(hash, 0, buf, 100, &n));
	assert_false(tar_hash_read(hash, 0, buf, 100, &n));
	assert_false(tar_hash_end(&hash, digest, NULL));
	assert_string_not_equal(digest, wanted);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_file_is_ustar_with_fixed_owner_and_date),
		CTX_TEST(test_reads_the_same_in_pieces_of_any_size),
		CTX_TEST(test_owner_and_mode_are_kept),
		CTX_TEST(test_long_name_goes_into_a_pax_header),
		CTX_TEST(test_huge_file_announces_its_size_in_a_pax_header),
		CTX_TEST(test_unsound_names_are_refused),
		CTX_TEST(test_file_that_became_shorter_is_noticed),
		CTX_TEST(test_reading_twice_is_not_hashed_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

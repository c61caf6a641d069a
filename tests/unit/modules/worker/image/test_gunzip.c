/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <sys/mman.h>

#include <string.h>
#include <unistd.h>

#include "libshared/doors/crypto.h"
#include "modules/worker/image/gunzip.h"
#include "tests/support/unit_ctx.h"

/* printf hello | gzip -n */
static const unsigned char hello[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x86,
    0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00 };

static enum err
digest_of(const void *data, size_t len, char digest[OCI_DIGEST_MAX])
{
	int fd = memfd_create("gzip", MFD_CLOEXEC);
	enum err e;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), (ssize_t)len);
	fail_clear(ctx);
	e = gunzip_digest(ctx, fd, digest);
	close(fd);
	return e;
}

static void
test_gives_the_digest_of_the_content(void **state)
{
	char digest[OCI_DIGEST_MAX], sum[SHA256_HEX_MAX];

	(void)state;
	assert_int_equal(digest_of(hello, sizeof(hello), digest), ERR_OK);
	sha256_hex("hello", 5, sum);
	assert_memory_equal(digest, "sha256:", 7);
	assert_string_equal(digest + 7, sum);
}

static void
test_anything_but_one_whole_gzip_file_is_refused(void **state)
{
	unsigned char bad[2 * sizeof(hello)];
	char digest[OCI_DIGEST_MAX];
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(hello); n++)	/* truncated anywhere */
		assert_int_equal(digest_of(hello, n, digest), ERR_INVALID);
	memcpy(bad, hello, sizeof(hello));
	bad[sizeof(hello)] = 'x';		/* a byte after the end */
	assert_int_equal(digest_of(bad, sizeof(hello) + 1, digest),
	    ERR_INVALID);
	memcpy(bad + sizeof(hello), hello, sizeof(hello));
	assert_int_equal(digest_of(bad, sizeof(bad), digest), ERR_INVALID);
	bad[sizeof(hello) - 6] ^= 1;		/* wrong checksum */
	assert_int_equal(digest_of(bad, sizeof(hello), digest), ERR_INVALID);
	assert_int_equal(digest_of("PK\3\4 not gzip", 13, digest),
	    ERR_INVALID);
	assert_string_equal(ctx->fault.code, "gzip_invalid");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_gives_the_digest_of_the_content),
		CTX_TEST(test_anything_but_one_whole_gzip_file_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

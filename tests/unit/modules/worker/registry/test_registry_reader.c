/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <sys/stat.h>

#include <crypt.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "modules/worker/registry/registry_reader.h"
#include "tests/support/unit_ctx.h"

#define IMAGE	"127.0.0.1:5000/acme/orders@sha256:" \
	"0000000000000000000000000000000000000000000000000000000000000000"
#define OTHER	"127.0.0.1:5000/acme2/orders@sha256:" \
	"0000000000000000000000000000000000000000000000000000000000000000"
/* HMAC-SHA-256 of "pull:acme" under "k", by openssl dgst -mac */
#define PASSWORD \
	"1ed53eaa62e6dd2739028d129d076a7b6742779908c28aab78ac7d11a9401a31"

static char top[64], readers[80];

static void
file_put(const char *directory, const char *name, const char *text)
{
	char path[160];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd != -1);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
}

/* file_text - returns the content of an owner's file, or "" */
static const char *
file_text(const char *owner)
{
	static char text[256];
	char path[160];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", readers, owner);
	if ((fd = open(path, O_RDONLY)) == -1)
		return "";
	n = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static int
setup(void **state)
{
	if (ctx_setup(state) != 0 || crypto_init() != 0)
		return -1;
	snprintf(top, sizeof(top), "/tmp/readers.XXXXXX");
	assert_non_null(mkdtemp(top));
	snprintf(readers, sizeof(readers), "%s/readers", top);
	assert_int_equal(mkdir(readers, 0700), 0);
	file_put(top, "registry.key", "k\n");
	return setenv("CREDENTIALS_DIRECTORY", top, 1);
}

static int
teardown(void **state)
{
	static const char *const names[] = { "readers/acme",
	    "readers/acme2", "readers", "registry.key", "" };
	char path[160];
	size_t i;

	/* the last one fails when a test has left a file */
	for (i = 0; i < nitems(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", top, names[i]);
		(void)remove(path);
	}
	assert_int_equal(access(top, F_OK), -1);
	return ctx_teardown(state);
}

static void
test_password_is_the_owners_and_its_hash_is_in_the_file(void **state)
{
	static struct crypt_data data;
	const struct runtime_login *login = NULL, *other = NULL;
	char line[256], *hash;
	struct stat st;

	(void)state;
	assert_int_equal(registry_reader(ctx, readers, IMAGE, &login), ERR_OK);
	assert_string_equal(login->user, "pull");
	assert_string_equal(login->password, PASSWORD);
	snprintf(line, sizeof(line), "%s", file_text("acme"));
	assert_memory_equal(line, "pull:$5$", 8);
	assert_null(strstr(line, PASSWORD));
	hash = line + strlen("pull:");
	hash[strcspn(hash, "\n")] = '\0';
	assert_string_equal(crypt_r(PASSWORD, hash, &data), hash);
	snprintf(line, sizeof(line), "%s/acme", readers);
	assert_int_equal(stat(line, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(registry_reader(ctx, readers, OTHER, &other), ERR_OK);
	assert_string_not_equal(other->password, PASSWORD);
	assert_string_not_equal(file_text("acme2"), "");
}

static void
test_file_is_mended_and_is_not_written_twice(void **state)
{
	const struct runtime_login *login;
	struct stat before, after;
	char path[160], kept[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/acme", readers);
	assert_int_equal(registry_reader(ctx, readers, IMAGE, &login), ERR_OK);
	snprintf(kept, sizeof(kept), "%s", file_text("acme"));
	assert_int_equal(stat(path, &before), 0);
	assert_int_equal(registry_reader(ctx, readers, IMAGE, &login), ERR_OK);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	file_put(readers, "acme", "pull:{PLAIN}x\n");
	assert_int_equal(registry_reader(ctx, readers, IMAGE, &login), ERR_OK);
	assert_string_equal(file_text("acme"), kept);
}

static void
test_forgotten_owner_has_no_file(void **state)
{
	const struct runtime_login *login;

	(void)state;
	assert_int_equal(registry_reader(ctx, readers, IMAGE, &login), ERR_OK);
	assert_int_equal(registry_reader_forget(ctx, readers, "acme"), ERR_OK);
	assert_string_equal(file_text("acme"), "");
	assert_int_equal(registry_reader_forget(ctx, readers, "acme"), ERR_OK);
	assert_int_equal(registry_reader_forget(ctx, readers, "../acme"),
	    ERR_INVALID);
}

static void
test_names_that_are_no_owner_make_no_file(void **state)
{
	static const char *const images[] = {
		"h/../x@sha256:0", "h/./x@sha256:0", "h/A/x@sha256:0",
		"h//x@sha256:0", "h/a-b/x@sha256:0", "h/1a/x@sha256:0",
	};
	const struct runtime_login *login = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(images); i++) {
		fail_clear(ctx);
		assert_int_equal(registry_reader(ctx, readers, images[i],
		    &login), ERR_INVALID);
	}
	fail_clear(ctx);
	assert_int_equal(registry_reader(ctx, readers, "x", &login),
	    ERR_INTERNAL);
	assert_null(login);
	assert_int_equal(rmdir(readers), 0);
	assert_int_equal(mkdir(readers, 0700), 0);
}

static void
test_no_key_is_a_failure_and_no_directory_is_none(void **state)
{
	const struct runtime_login *login = NULL;
	char path[160];

	(void)state;
	snprintf(path, sizeof(path), "%s/registry.key", top);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(registry_reader(ctx, readers, IMAGE, &login),
	    ERR_INTERNAL);
	assert_null(login);
	assert_string_equal(file_text("acme"), "");
	fail_clear(ctx);
	assert_int_equal(registry_reader(ctx, "", IMAGE, &login), ERR_OK);
	assert_null(login);
	assert_int_equal(registry_reader_forget(ctx, NULL, "acme"), ERR_OK);
}

int
main(void)
{
#define T(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_password_is_the_owners_and_its_hash_is_in_the_file),
		T(test_file_is_mended_and_is_not_written_twice),
		T(test_forgotten_owner_has_no_file),
		T(test_names_that_are_no_owner_make_no_file),
		T(test_no_key_is_a_failure_and_no_directory_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

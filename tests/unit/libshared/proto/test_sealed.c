/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/unit.h"

#include "libshared/base/conf.h"
#include "libshared/doors/crypto.h"
#include "libshared/proto/sealed.h"

/* 00 01 02 .. 1f */
#define KEY	"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define OTHER	"HwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define BOUND	"tenant|0198c5a2-7c3e-7000-8000-000000000001|database"
/* Nonce 40 .. 57; by libsodium alone, through ctypes of Python. */
#define BOX	"QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXt1Z3ArWDDTbnm_XNyrwH8-bO" \
	"yLZqeSDuC0GRICFD6SwtCAr_SOyiHO0lcNU"
#define SECRET	"correct horse battery staple"

static struct ctx *ctx;
static char dir[] = "/tmp/cameleer-sealed-XXXXXX";

static void
credential(const char *name, const char *text)
{
	char path[64];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fprintf(file, "%s\n", text) > 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

static int
setup(void **state)
{
	(void)state;
	ctx = ctx_new(1 << 20);
	if (crypto_init() != 0 || mkdtemp(dir) == NULL)
		return -1;
	credential("the.key", KEY);
	credential("other.key", OTHER);
	credential("short.key", "AAECAwQFBgcICQoLDA0ODw");
	credential("odd.key", KEY "!");
	return setenv("CREDENTIALS_DIRECTORY", dir, 1);
}

static int
teardown(void **state)
{
	static const char *const names[] = { "the.key", "other.key",
	    "short.key", "odd.key" };
	char path[64];
	size_t i;

	(void)state;
	for (i = 0; i < nitems(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		(void)unlink(path);
	}
	ctx_free(&ctx);
	return rmdir(dir) != 0 ? -1 : unsetenv("CREDENTIALS_DIRECTORY");
}

static int
fresh(void **state)
{
	(void)state;
	ctx_reset(ctx);
	return 0;
}

static void
assert_unreadable(const char *key, const char *bound, const char *box)
{
	struct str clear = STR("untouched");

	fail_clear(ctx);
	assert_int_equal(sealed_open(ctx, key, bound, box, &clear),
	    ERR_INTERNAL);
	assert_string_equal(ctx->fault.code, "secret_unreadable");
	assert_string_equal(clear.p, "untouched");
}

static void
test_what_is_stored_today_opens(void **state)
{
	struct str clear;

	(void)state;
	assert_int_equal(sealed_open(ctx, "the.key", BOUND, BOX, &clear),
	    ERR_OK);
	assert_int_equal(clear.len, sizeof(SECRET) - 1);
	assert_string_equal(clear.p, SECRET);
}

static void
test_a_box_is_nonce_and_ciphertext_of_the_bound_text(void **state)
{
	const struct str secret = STR(SECRET);
	uint8_t key[SEAL_KEY_SIZE], raw[128];
	char out[sizeof(SECRET)] = "";
	const char *box, *twin;
	size_t n;

	(void)state;
	assert_int_equal(sealed_new(ctx, "the.key", BOUND, secret, &box),
	    ERR_OK);
	assert_int_equal(sealed_new(ctx, "the.key", BOUND, secret, &twin),
	    ERR_OK);
	assert_string_not_equal(box, twin);
	assert_true(base64url_decode(KEY, strlen(KEY), key, sizeof(key), &n));
	assert_true(base64url_decode(box, strlen(box), raw, sizeof(raw), &n));
	assert_int_equal(n, secret.len + SEAL_EXTRA);
	assert_true(unseal(key, BOUND, raw, n, out));
	assert_string_equal(out, SECRET);
}

static void
test_zero_bytes_come_back(void **state)
{
	const struct str secret = { "\0a\0", 3 };
	struct str clear;
	const char *box;

	(void)state;
	assert_int_equal(sealed_new(ctx, "the.key", "x", secret, &box),
	    ERR_OK);
	assert_int_equal(sealed_open(ctx, "the.key", "x", box, &clear),
	    ERR_OK);
	assert_int_equal(clear.len, 3);
	assert_memory_equal(clear.p, "\0a\0", 4);
}

static void
test_box_opens_only_where_it_belongs(void **state)
{
	(void)state;
	assert_unreadable("the.key", BOUND "s", BOX);
	assert_unreadable("the.key",
	    "tenant|0198c5a2-7c3e-7000-8000-000000000002|database", BOX);
	assert_unreadable("the.key", "", BOX);
	assert_unreadable("the.key", NULL, BOX);
	assert_unreadable("other.key", BOUND, BOX);
}

static void
test_no_shorter_box_opens(void **state)
{
	char box[] = BOX;
	size_t len;

	(void)state;
	for (len = sizeof(BOX) - 1; len-- > 0; ) {
		box[len] = '\0';
		assert_unreadable("the.key", BOUND, box);
		ctx_reset(ctx);
	}
}

static void
test_no_changed_box_opens(void **state)
{
	char box[] = BOX;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(BOX) - 1; i++) {
		box[i] = box[i] == 'A' ? 'B' : 'A';
		assert_unreadable("the.key", BOUND, box);
		box[i] = BOX[i];
		ctx_reset(ctx);
	}
	assert_unreadable("the.key", BOUND, BOX "A");
	assert_unreadable("the.key", BOUND, BOX "=");
}

static void
test_who_has_no_key_seals_for_who_has_it(void **state)
{
	const struct str secret = STR(SECRET);
	const char *public, *box, *twin;
	struct str clear = STR("untouched");

	(void)state;
	assert_int_equal(sealed_public(ctx, "the.key", &public), ERR_OK);
	assert_int_equal(sealed_post(ctx, public, BOUND, secret, &box),
	    ERR_OK);
	assert_int_equal(sealed_post(ctx, public, BOUND, secret, &twin),
	    ERR_OK);
	assert_string_not_equal(box, twin);
	assert_null(strstr(box, SECRET));
	assert_int_equal(sealed_collect(ctx, "other.key", BOUND, box, &clear),
	    ERR_INTERNAL);
	assert_int_equal(sealed_collect(ctx, "the.key", BOUND "s", box,
	    &clear), ERR_INTERNAL);
	assert_int_equal(sealed_open(ctx, "the.key", BOUND, box, &clear),
	    ERR_INTERNAL);
	assert_string_equal(ctx->fault.code, "secret_unreadable");
	assert_string_equal(clear.p, "untouched");
	assert_int_equal(sealed_collect(ctx, "the.key", BOUND, box, &clear),
	    ERR_OK);
	assert_string_equal(clear.p, SECRET);
}

static void
test_a_changed_or_shorter_post_does_not_open(void **state)
{
	struct str clear = STR("untouched");
	const char *public, *made;
	char box[256];
	size_t i, len;

	(void)state;
	assert_int_equal(sealed_public(ctx, "the.key", &public), ERR_OK);
	assert_int_equal(sealed_post(ctx, public, BOUND, STR(SECRET), &made),
	    ERR_OK);
	len = strlen(made);
	memcpy(box, made, len + 1);
	for (i = 0; i < len; i += 3) {
		box[i] = box[i] == 'A' ? 'B' : 'A';
		fail_clear(ctx);
		assert_int_equal(sealed_collect(ctx, "the.key", BOUND, box,
		    &clear), ERR_INTERNAL);
		box[i] = made[i];
	}
	while (len-- > 0) {
		box[len] = '\0';
		assert_int_equal(sealed_collect(ctx, "the.key", BOUND, box,
		    &clear), ERR_INTERNAL);
	}
	assert_string_equal(clear.p, "untouched");
}

/* The zero point and others of small order would give a known secret. */
static void
test_what_is_no_public_key_is_refused(void **state)
{
	static const char *const bad[] = { "", "AAAA",
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "no base64!" };
	const char *box = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(bad); i++) {
		fail_clear(ctx);
		assert_int_equal(sealed_post(ctx, bad[i], BOUND, STR(SECRET),
		    &box), ERR_INTERNAL);
	}
	assert_null(box);
}

static void
assert_key_refused(const char *name, const char *code)
{
	struct str clear;
	const char *box;

	fail_clear(ctx);
	assert_int_equal(sealed_new(ctx, name, BOUND, STR(SECRET), &box),
	    ERR_INTERNAL);
	assert_string_equal(ctx->fault.code, code);
	fail_clear(ctx);
	assert_int_equal(sealed_open(ctx, name, BOUND, BOX, &clear),
	    ERR_INTERNAL);
	assert_string_equal(ctx->fault.code, code);
}

static void
test_key_is_there_and_of_32_bytes(void **state)
{
	(void)state;
	assert_key_refused("no.key", "credential");
	assert_key_refused("short.key", "internal");
	assert_key_refused("odd.key", "internal");
}

static void
test_size_has_a_bound_and_nothing_is_no_secret(void **state)
{
	static char large[SEALED_MAX + 1];
	const char *box;
	struct str clear;

	(void)state;
	assert_int_equal(sealed_new(ctx, "the.key", BOUND,
	    (struct str){ large, SEALED_MAX }, &box), ERR_OK);
	assert_int_equal(sealed_open(ctx, "the.key", BOUND, box, &clear),
	    ERR_OK);
	assert_int_equal(clear.len, SEALED_MAX);
	assert_int_equal(sealed_new(ctx, "the.key", BOUND,
	    (struct str){ large, sizeof(large) }, &box), ERR_INTERNAL);
	assert_int_equal(sealed_new(ctx, "the.key", BOUND,
	    (struct str){ large, 0 }, &box), ERR_INTERNAL);
	assert_int_equal(sealed_new(ctx, "the.key", NULL, STR(SECRET), &box),
	    ERR_INTERNAL);
}

#define TEST(f)	cmocka_unit_test_setup(f, fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_is_stored_today_opens),
		TEST(test_a_box_is_nonce_and_ciphertext_of_the_bound_text),
		TEST(test_zero_bytes_come_back),
		TEST(test_box_opens_only_where_it_belongs),
		TEST(test_no_shorter_box_opens),
		TEST(test_no_changed_box_opens),
		TEST(test_who_has_no_key_seals_for_who_has_it),
		TEST(test_a_changed_or_shorter_post_does_not_open),
		TEST(test_what_is_no_public_key_is_refused),
		TEST(test_key_is_there_and_of_32_bytes),
		TEST(test_size_has_a_bound_and_nothing_is_no_secret),
	};

	return cmocka_run_group_tests_name("sealed", tests, setup, teardown);
}

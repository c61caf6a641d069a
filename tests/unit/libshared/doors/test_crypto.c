/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/support/unit_ctx.h"
#include "tests/support/unit_hex.h"

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"

/* RFC 4648 section 10. */
static const struct { const char *raw, *standard, *url; } base64_vectors[] = {
	{ "", "", "" },
	{ "f", "Zg==", "Zg" },
	{ "fo", "Zm8=", "Zm8" },
	{ "foo", "Zm9v", "Zm9v" },
	{ "foob", "Zm9vYg==", "Zm9vYg" },
	{ "fooba", "Zm9vYmE=", "Zm9vYmE" },
	{ "foobar", "Zm9vYmFy", "Zm9vYmFy" },
	{ "\xff\xef\xbe\xfb", "/+++" "+w==", "_---" "-w" },
};

static void
test_base64_matches_rfc_4648(void **state)
{
	uint8_t out[16];
	const char *text;
	size_t i, n;

	(void)state;
	for (i = 0; i < nitems(base64_vectors); i++) {
		const char *raw = base64_vectors[i].raw;
		const char *url = base64_vectors[i].url;

		assert_int_equal(base64_encode(ctx, raw, strlen(raw), &text),
		    ERR_OK);
		assert_string_equal(text, base64_vectors[i].standard);
		assert_int_equal(base64url_encode(ctx, raw, strlen(raw),
		    &text), ERR_OK);
		assert_string_equal(text, url);
		assert_true(base64url_decode(url, strlen(url), out,
		    sizeof(out), &n));
		assert_int_equal(n, strlen(raw));
		assert_memory_equal(out, raw, n);
	}
}

static void
test_base64url_refuses_what_is_not_strict(void **state)
{
	static const char *const bad[] = { "Zg==", "Zg=", "Zm8=", "Zm9v=",
	    "Z", "Zm9vY", " Zg", "Zg ", "Z g", "Zg\n", "Zm\r\n9v", "Zm9v\t",
	    "/w", "+w", "Zh", "Zi", "Zv", "Zm9", "Zm-", "Zg\xc3\xa4", "Z.g",
	    "=", "====", "A=" };
	uint8_t out[16];
	size_t i, n = 77;

	(void)state;
	for (i = 0; i < nitems(bad); i++) {
		if (base64url_decode(bad[i], strlen(bad[i]), out, sizeof(out),
		    &n))
			fail_msg("decoded \"%s\"", bad[i]);
		assert_int_equal(n, 77);
	}
	assert_false(base64url_decode("Zm\0v", 4, out, sizeof(out), &n));
	assert_false(base64url_decode("Zg\0", 3, out, sizeof(out), &n));
	assert_false(base64url_decode("Zm9v", 4, out, 2, &n));
	assert_true(base64url_decode("Zm9v", 4, out, 3, &n));
}

/* Each value has one text: what decodes is what encoding returns. */
static void
test_base64url_has_one_spelling(void **state)
{
	char text[4] = { 0 };
	uint8_t out[3];
	const char *again;
	unsigned a, b, good = 0;
	size_t n;

	(void)state;
	for (a = 0; a < 256; a++)
		for (b = 0; b < 256; b++) {
			text[0] = (char)a;
			text[1] = (char)b;
			if (!base64url_decode(text, 2, out, sizeof(out), &n))
				continue;
			good++;
			assert_int_equal(base64url_encode(ctx, out, n,
			    &again), ERR_OK);
			assert_string_equal(again, text);
		}
	assert_int_equal(good, 256);
}

static void
test_base64_names_a_full_arena(void **state)
{
	static uint8_t much[1 << 20];
	struct ctx *small = ctx_new(1 << 20);
	const char *text = "untouched";

	(void)state;
	assert_int_equal(base64_encode(small, much, sizeof(much), &text),
	    ERR_TOO_LARGE);
	assert_string_equal(text, "untouched");
	assert_int_equal(base64_encode(small, much, SIZE_MAX, &text),
	    ERR_TOO_LARGE);
	ctx_free(&small);
}

/* FIPS 180-2 appendix B. */
static void
test_sha256_matches_fips_180(void **state)
{
	static const char long_digest[] = "cdc76e5c9914fb9281a1c7e284d73e67"
	    "f1809a48a497200e046d39ccc7112cd0";
	char hex[SHA256_HEX_MAX], piece[997];
	uint8_t digest[SHA256_SIZE];
	struct sha256 *hash = sha256_new();
	size_t left = 1000000, n;

	(void)state;
	sha256_hex("", 0, hex);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	sha256_hex("abc", 3, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	memset(piece, 'a', sizeof(piece));
	for (n = 0; left > 0; left -= n) {
		n = n + 1 < sizeof(piece) ? n + 1 : 1;
		n = n < left ? n : left;
		sha256_add(hash, piece, n);
	}
	sha256_end(&hash, digest);
	assert_null(hash);
	hex_of(digest, sizeof(digest), hex);
	assert_string_equal(hex, long_digest);
	sha256_end(&hash, digest);	/* NULL is allowed */
}

static void
test_uuid7_is_one_and_sorts_by_time(void **state)
{
	struct uuid one, last = { "" };
	struct timespec now;
	char ms[13] = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 10000; i++) {
		uuid7(&one);
		assert_int_equal(strlen(one.text), 36);
		assert_int_equal(strspn(one.text, "0123456789abcdef-"), 36);
		assert_true(one.text[8] == '-' && one.text[13] == '-' &&
		    one.text[18] == '-' && one.text[23] == '-');
		assert_int_equal(one.text[14], '7');
		assert_non_null(strchr("89ab", one.text[19]));
		/* The time, 48 bits and 12 of its fraction, never goes back. */
		assert_true(strncmp(last.text, one.text, 18) <= 0);
		assert_string_not_equal(last.text, one.text);
		last = one;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	memcpy(ms, one.text, 8);
	memcpy(ms + 8, one.text + 9, 4);
	assert_in_range(strtoull(ms, NULL, 16),
	    (unsigned long long)now.tv_sec * 1000 - 5000,
	    (unsigned long long)now.tv_sec * 1000 + 1000);
}

static void
test_random_text_is_secret_and_new(void **state)
{
	const char *one, *two;
	size_t before = arena_used(ctx->mem);

	(void)state;
	assert_int_equal(crypto_random_text(ctx, 32, &one), ERR_OK);
	assert_int_equal(crypto_random_text(ctx, 32, &two), ERR_OK);
	assert_int_equal(strlen(one), 43);
	assert_string_not_equal(one, two);
	assert_int_equal(arena_used(ctx->mem), before);
	assert_int_equal(crypto_random_text(ctx, 0, &one), ERR_INTERNAL);
	fail_clear(ctx);
	assert_int_equal(crypto_random_text(ctx, 1 << 20, &one),
	    ERR_INTERNAL);
}

/* BLAKE2b-256 of "abc", checked with b2sum -l 256. */
static void
test_token_digest_is_blake2b_256(void **state)
{
	char hex[SHA256_HEX_MAX];

	(void)state;
	token_digest("abc", hex);
	assert_string_equal(hex, "bddd813c634239723171ef3fee98579b"
	    "94964e3bb1cb3e427262c8c068d52319");
}

static void
test_secret_equal_and_wipe(void **state)
{
	char a[] = "secret", b[] = "secret";

	(void)state;
	assert_true(secret_equal(a, b, sizeof(a)));
	b[5] = 'T';
	assert_false(secret_equal(a, b, sizeof(a)));
	assert_true(secret_equal(a, b, 5));
	secret_wipe(a, sizeof(a));
	assert_memory_equal(a, "\0\0\0\0\0\0", sizeof(a));
}

/* draft-irtf-cfrg-xchacha-03 appendix A.3.1 */
static void
test_unseal_matches_xchacha_draft(void **state)
{
	static const char plain[] = "Ladies and Gentlemen of the class of "
	    "'99: If I could offer you only one tip for the future, "
	    "sunscreen would be it.";
	uint8_t key[SEAL_KEY_SIZE], box[154];
	char out[sizeof(plain)] = { 0 };
	const char ad[] = "\x50\x51\x52\x53\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7";

	(void)state;
	bytes_of("808182838485868788898a8b8c8d8e8f"
	    "909192939495969798999a9b9c9d9e9f", key, sizeof(key));
	bytes_of("404142434445464748494a4b4c4d4e4f5051525354555657"
	    "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
	    "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
	    "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
	    "21f9664c97637da9768812f615c68b13b52e"
	    "c0875924c1c7987947deafd8780acf49", box, sizeof(box));
	assert_true(unseal(key, ad, box, sizeof(box), out));
	assert_string_equal(out, plain);
}

static void
test_sealed_box_opens_only_untouched(void **state)
{
	uint8_t key[SEAL_KEY_SIZE], other[SEAL_KEY_SIZE];
	uint8_t box[6 + SEAL_EXTRA], twin[6 + SEAL_EXTRA], out[6];
	size_t i;

	(void)state;
	crypto_random(key, sizeof(key));
	crypto_random(other, sizeof(other));
	seal(key, "tenant|prod|name|1", "secret", 6, box);
	seal(key, "tenant|prod|name|1", "secret", 6, twin);
	assert_memory_not_equal(box, twin, sizeof(box));
	assert_true(unseal(key, "tenant|prod|name|1", box, sizeof(box), out));
	assert_memory_equal(out, "secret", 6);
	/* a box belongs to one row (T13) */
	assert_false(unseal(key, "tenant|prod|name|2", box, sizeof(box), out));
	assert_false(unseal(other, "tenant|prod|name|1", box, sizeof(box),
	    out));
	for (i = 0; i < sizeof(box) * 8; i++) {
		box[i / 8] ^= (uint8_t)(1u << i % 8);
		assert_false(unseal(key, "tenant|prod|name|1", box,
		    sizeof(box), out));
		box[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	for (i = 0; i < sizeof(box); i++)
		assert_false(unseal(key, "tenant|prod|name|1", box, i, out));
}

static void
test_sealed_nothing_opens(void **state)
{
	uint8_t key[SEAL_KEY_SIZE] = { 1 }, box[SEAL_EXTRA], out[1];

	(void)state;
	seal(key, "", "", 0, box);
	assert_true(unseal(key, "", box, sizeof(box), out));
	assert_false(unseal(key, "x", box, sizeof(box), out));
}

typedef void hmac_fn(const void *key, size_t key_len, const void *data,
    size_t len, uint8_t *mac);

struct hmac_case {
	uint8_t		 fill;	/* repeated when key is NULL */
	size_t		 key_len;
	const char	*key, *data, *mac;
};

static void
check_hmac(hmac_fn *hmac, size_t size, const struct hmac_case *want)
{
	uint8_t key[131], mac[SHA256_SIZE], right[SHA256_SIZE];

	for (; want->data != NULL; want++) {
		memset(key, want->fill, sizeof(key));
		if (want->key != NULL)
			memcpy(key, want->key, want->key_len);
		bytes_of(want->mac, right, size);
		hmac(key, want->key_len, want->data, strlen(want->data), mac);
		assert_memory_equal(mac, right, size);
	}
}

/* RFC 2202 section 3: cases 1, 2 and 6. */
static void
test_hmac_sha1_matches_rfc_2202(void **state)
{
	static const struct hmac_case want[] = {
		{ 0x0b, 20, NULL, "Hi There",
		    "b617318655057264e28bc0b6fb378c8ef146be00" },
		{ 0, 4, "Jefe", "what do ya want for nothing?",
		    "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79" },
		{ 0xaa, 80, NULL, "Test Using Larger Than Block-Size Key - "
		    "Hash Key First",
		    "aa4ae5e15272d00e95705637ce8a3b55ed402112" },
		{ 0, 0, NULL, NULL, NULL },
	};

	(void)state;
	check_hmac(hmac_sha1, HMAC_SHA1_SIZE, want);
}

/* RFC 4231: cases 1, 2 and 6. */
static void
test_hmac_sha256_matches_rfc_4231(void **state)
{
	static const struct hmac_case want[] = {
		{ 0x0b, 20, NULL, "Hi There",
		    "b0344c61d8db38535ca8afceaf0bf12b"
		    "881dc200c9833da726e9376c2e32cff7" },
		{ 0, 4, "Jefe", "what do ya want for nothing?",
		    "5bdcc146bf60754e6a042426089575c7"
		    "5a003f089d2739839dec58b964ec3843" },
		{ 0xaa, 131, NULL, "Test Using Larger Than Block-Size Key - "
		    "Hash Key First",
		    "60e431591ee0b67f0d8a26aacbf5b77f"
		    "8e0bc6213728c5140546040f0ee37f54" },
		{ 0, 0, NULL, NULL, NULL },
	};

	(void)state;
	check_hmac(hmac_sha256, SHA256_SIZE, want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_base64_matches_rfc_4648),
		CTX_TEST(test_base64url_refuses_what_is_not_strict),
		CTX_TEST(test_base64url_has_one_spelling),
		CTX_TEST(test_base64_names_a_full_arena),
		CTX_TEST(test_sha256_matches_fips_180),
		CTX_TEST(test_hmac_sha1_matches_rfc_2202),
		CTX_TEST(test_hmac_sha256_matches_rfc_4231),
		CTX_TEST(test_uuid7_is_one_and_sorts_by_time),
		CTX_TEST(test_random_text_is_secret_and_new),
		CTX_TEST(test_token_digest_is_blake2b_256),
		CTX_TEST(test_secret_equal_and_wipe),
		CTX_TEST(test_unseal_matches_xchacha_draft),
		CTX_TEST(test_sealed_box_opens_only_untouched),
		CTX_TEST(test_sealed_nothing_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

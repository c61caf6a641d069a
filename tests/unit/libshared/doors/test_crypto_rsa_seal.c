/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates of others, and what is sealed for them.  The holder of the key
 * is OpenSSL here; tests/manifests/test_seal.py asks kubeseal.
 */
#include <string.h>
#include <time.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "libshared/doors/crypto_rsa.h"

#define DAY_S	86400
#define TAG	16

/* certificate_pem - of a key, valid from and until so many seconds from now */
static struct str
certificate_pem(EVP_PKEY *key, long from_s, long until_s)
{
	X509 *x509 = X509_new();
	BIO *bio = BIO_new(BIO_s_mem());
	struct str pem;
	char *data;
	long len;

	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(x509), from_s));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(x509), until_s));
	assert_int_equal(X509_set_pubkey(x509, key), 1);
	assert_true(X509_sign(x509, key, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_bio_X509(bio, x509), 1);
	len = BIO_get_mem_data(bio, &data);
	pem = (struct str){ text_printf(ctx->mem, "%.*s", (int)len, data),
	    (size_t)len };
	BIO_free(bio);
	X509_free(x509);
	return pem;
}

static const char *
certificate_refused(EVP_PKEY *key, long from_s, long until_s)
{
	struct rsa_certificate certificate;

	return rsa_certificate_read(certificate_pem(key, from_s, until_s),
	    (int64_t)time(NULL), &certificate);
}

static void
test_certificate_that_is_valid_now_is_read(void **state)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	struct rsa_certificate certificate;
	int64_t now = (int64_t)time(NULL);

	(void)state;
	assert_null(rsa_certificate_read(certificate_pem(key, -60, DAY_S), now,
	    &certificate));
	assert_int_equal(certificate.key.n_len, 256);
	assert_int_equal(certificate.key.e, 65537);
	assert_int_equal(strlen(certificate.fingerprint), 64);
	assert_true(certificate.until_s >= now + DAY_S - 5 &&
	    certificate.until_s <= now + DAY_S + 5);
	EVP_PKEY_free(key);
}

static void
test_weak_or_foreign_keys_and_other_times_are_refused(void **state)
{
	EVP_PKEY *good = EVP_RSA_gen(2048), *weak = EVP_RSA_gen(1024);
	EVP_PKEY *curve = EVP_EC_gen("P-256");

	(void)state;
	assert_null(certificate_refused(good, -60, DAY_S));
	assert_string_equal(certificate_refused(good, -DAY_S, -60),
	    "it is not valid any more");
	assert_string_equal(certificate_refused(good, 60, DAY_S),
	    "it is not valid yet");
	assert_non_null(strstr(certificate_refused(weak, -60, DAY_S),
	    "2048 to 4096"));
	assert_non_null(strstr(certificate_refused(curve, -60, DAY_S),
	    "2048 to 4096"));
	EVP_PKEY_free(good);
	EVP_PKEY_free(weak);
	EVP_PKEY_free(curve);
}

static void
test_what_is_not_one_certificate_is_refused(void **state)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	struct str one = certificate_pem(key, -60, DAY_S);
	const struct str bad[] = { STR(""), STR("x"),
	    STR("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
	    { one.p, one.len / 2 },
	    str_of(text_printf(ctx->mem, "%s%s", one.p, one.p)) };
	struct rsa_certificate certificate;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(bad); i++)
		assert_string_equal(rsa_certificate_read(bad[i],
		    (int64_t)time(NULL), &certificate),
		    "it is not one certificate in PEM");
	EVP_PKEY_free(key);
}

/* key_unwrap - false when the label is another one */
static bool
key_unwrap(EVP_PKEY *key, const char *label, const uint8_t *wrapped,
    uint8_t out[32])
{
	EVP_PKEY_CTX *options = EVP_PKEY_CTX_new(key, NULL);
	uint8_t all[512];
	size_t len = sizeof(all);
	bool good;

	good = EVP_PKEY_decrypt_init(options) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_OAEP_PADDING) ==
	    1 && EVP_PKEY_CTX_set_rsa_oaep_md(options, EVP_sha256()) == 1 &&
	    EVP_PKEY_CTX_set0_rsa_oaep_label(options, OPENSSL_strdup(label),
	    (int)strlen(label)) == 1 &&
	    EVP_PKEY_decrypt(options, all, &len, wrapped, 256) == 1 &&
	    len == 32;
	if (good)
		memcpy(out, all, 32);
	EVP_PKEY_CTX_free(options);
	return good;
}

/* box_open - what the holder of the key finds in it; false: it is changed */
static bool
box_open(EVP_PKEY *key, const char *label, const uint8_t *box, size_t len,
    uint8_t *out)
{
	static const uint8_t nonce[12] = { 0 };
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	size_t n = len - 2 - 256 - TAG;
	uint8_t secret[32], tag[TAG];
	int done, rest;
	bool good;

	memcpy(tag, box + len - TAG, TAG);
	good = box[0] == 1 && box[1] == 0 &&
	    key_unwrap(key, label, box + 2, secret) &&
	    EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, secret,
	    nonce) == 1 &&
	    EVP_DecryptUpdate(cipher, out, &done, box + 2 + 256, (int)n) ==
	    1 && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, TAG, tag) ==
	    1 && EVP_DecryptFinal_ex(cipher, out + done, &rest) == 1;
	EVP_CIPHER_CTX_free(cipher);
	return good;
}

static void
test_only_the_holder_opens_it_under_the_same_label(void **state)
{
	static const char text[] = "a secret of some length, with \0 in it";
	EVP_PKEY *key = EVP_RSA_gen(2048), *other = EVP_RSA_gen(2048);
	const struct str secret = { text, sizeof(text) };
	uint8_t box[sizeof(text) + 2 + 256 + TAG], again[sizeof(box)];
	uint8_t out[sizeof(text)];
	struct rsa_certificate certificate;

	(void)state;
	assert_null(rsa_certificate_read(certificate_pem(key, -60, DAY_S),
	    (int64_t)time(NULL), &certificate));
	assert_int_equal(RSA_SEAL_EXTRA(&certificate.key) + secret.len,
	    sizeof(box));
	assert_true(rsa_seal(&certificate.key, "t-acme/app", secret, box));
	assert_true(box_open(key, "t-acme/app", box, sizeof(box), out));
	assert_memory_equal(out, text, sizeof(text));
	assert_false(box_open(key, "t-beta/app", box, sizeof(box), out));
	assert_false(box_open(other, "t-acme/app", box, sizeof(box), out));
	assert_true(rsa_seal(&certificate.key, "t-acme/app", secret, again));
	assert_memory_not_equal(box, again, sizeof(box));
	box[sizeof(box) - 1] ^= 1;
	assert_false(box_open(key, "t-acme/app", box, sizeof(box), out));
	certificate.key.e = 3;
	assert_false(rsa_seal(&certificate.key, "t-acme/app", secret, box));
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_certificate_that_is_valid_now_is_read),
		CTX_TEST(test_weak_or_foreign_keys_and_other_times_are_refused),
		CTX_TEST(test_what_is_not_one_certificate_is_refused),
		CTX_TEST(test_only_the_holder_opens_it_under_the_same_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

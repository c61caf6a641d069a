/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSA by OpenSSL: verifies signatures (RS256: PKCS #1 v1.5 with SHA-256), and
 * seals for the holder of a certificate.  The sealed form is that of Bitnami's
 * sealed-secrets: a length in two bytes, the wrapped key, then the box.
 */
#include "config.h"

#include <string.h>
#include <time.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "libshared/doors/crypto_rsa.h"

#define EXPONENT_MIN	65537
#define PEM_SIZE_MAX	((size_t)64 << 10)
#define GCM_KEY_SIZE	32
#define GCM_TAG_SIZE	16

/* rsa_sound - accepts a modulus and an exponent in the usual ranges */
bool
rsa_sound(const struct rsa_public *pub)
{
	return pub->n_len >= RSA_MIN && pub->n_len <= RSA_MAX &&
	    (pub->n[0] & 0x80) != 0 && (pub->n[pub->n_len - 1] & 1) == 1 &&
	    pub->e >= EXPONENT_MIN && (pub->e & 1) == 1;
}

static EVP_PKEY *
rsa_key(const struct rsa_public *pub)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *n = BN_bin2bn(pub->n, (int)pub->n_len, NULL);
	OSSL_PARAM *params = NULL;
	EVP_PKEY_CTX *kctx = NULL;
	EVP_PKEY *key = NULL;

	if (build == NULL || n == NULL ||
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) != 1 ||
	    OSSL_PARAM_BLD_push_uint32(build, OSSL_PKEY_PARAM_RSA_E,
	    pub->e) != 1 ||
	    (params = OSSL_PARAM_BLD_to_param(build)) == NULL ||
	    (kctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL)) == NULL ||
	    EVP_PKEY_fromdata_init(kctx) != 1 ||
	    EVP_PKEY_fromdata(kctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(kctx);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_free(n);
	return key;
}

bool
rsa_verify(const struct rsa_public *pub, const void *data, size_t len,
    const uint8_t *signature, size_t signature_len)
{
	EVP_PKEY_CTX *options;
	EVP_MD_CTX *md;
	EVP_PKEY *key;
	bool good;

	/* A signature is exactly as long as the modulus (RFC 8017 8.2.2). */
	if (!rsa_sound(pub) || signature_len != pub->n_len)
		return false;
	key = rsa_key(pub);
	md = EVP_MD_CTX_new();
	good = key != NULL && md != NULL &&
	    EVP_DigestVerifyInit_ex(md, &options, "SHA256", NULL, NULL, key,
	    NULL) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PADDING) == 1 &&
	    EVP_DigestVerify(md, signature, signature_len, data, len) == 1;
	EVP_MD_CTX_free(md);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return good;
}

/* certificate_parse - the only certificate of the text, or NULL */
static X509 *
certificate_parse(struct str pem)
{
	BIO *bio = pem.len > PEM_SIZE_MAX ? NULL :
	    BIO_new_mem_buf(pem.p, (int)pem.len);
	X509 *first = NULL, *second = NULL;

	if (bio != NULL && (first = PEM_read_bio_X509(bio, NULL, NULL,
	    NULL)) != NULL && (second = PEM_read_bio_X509(bio, NULL, NULL,
	    NULL)) != NULL) {
		X509_free(first);
		first = NULL;
	}
	X509_free(second);
	BIO_free(bio);
	ERR_clear_error();
	return first;
}

/* time_read - seconds since 1970; false when it cannot be told */
static bool
time_read(const ASN1_TIME *at, int64_t *seconds)
{
	struct tm parts;

	if (at == NULL || ASN1_TIME_to_tm(at, &parts) != 1)
		return false;
	*seconds = (int64_t)timegm(&parts);
	return true;
}

/* key_read - false when it is no RSA key of a length that we take */
static bool
key_read(const X509 *x509, struct rsa_public *pub)
{
	EVP_PKEY *key = X509_get0_pubkey(x509);
	BIGNUM *n = NULL, *e = NULL;
	bool good = false;

	if (key != NULL && EVP_PKEY_is_a(key, "RSA") == 1 &&
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) == 1 &&
	    BN_num_bytes(n) <= RSA_MAX && BN_num_bytes(e) <= 4) {
		pub->n_len = (size_t)BN_bn2bin(n, pub->n);
		pub->e = (uint32_t)BN_get_word(e);
		good = rsa_sound(pub);
	}
	BN_free(n);
	BN_free(e);
	return good;
}

static const char *
certificate_check(const X509 *x509, int64_t now_s,
    struct rsa_certificate *certificate)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	int64_t since;

	if (!key_read(x509, &certificate->key))
		return "its key is no RSA key of 2048 to 4096 bits";
	if (!time_read(X509_get0_notBefore(x509), &since) ||
	    !time_read(X509_get0_notAfter(x509), &certificate->until_s) ||
	    since > now_s)
		return "it is not valid yet";
	if (certificate->until_s <= now_s)
		return "it is not valid any more";
	if (X509_digest(x509, EVP_sha256(), digest, &len) != 1 ||
	    len != SHA256_SIZE)
		return "it has no digest";
	hex_of(digest, len, certificate->fingerprint);
	return NULL;
}

const char *
rsa_certificate_read(struct str pem, int64_t now_s,
    struct rsa_certificate *certificate)
{
	X509 *x509 = certificate_parse(pem);
	const char *why;

	if (x509 == NULL)
		return "it is not one certificate in PEM";
	why = certificate_check(x509, now_s, certificate);
	X509_free(x509);
	ERR_clear_error();
	return why;
}

/* label_set - OpenSSL takes over the copy when it accepts it */
static bool
label_set(EVP_PKEY_CTX *options, const char *label)
{
	char *copy = OPENSSL_strdup(label);

	if (copy != NULL && EVP_PKEY_CTX_set0_rsa_oaep_label(options, copy,
	    (int)strlen(copy)) == 1)
		return true;
	OPENSSL_free(copy);
	return false;
}

static bool
key_wrap(const struct rsa_public *pub, const char *label,
    const uint8_t key[GCM_KEY_SIZE], uint8_t *out)
{
	EVP_PKEY *pkey = rsa_key(pub);
	EVP_PKEY_CTX *options = pkey == NULL ? NULL :
	    EVP_PKEY_CTX_new(pkey, NULL);
	size_t len = pub->n_len;
	bool good;

	good = options != NULL && EVP_PKEY_encrypt_init(options) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_OAEP_PADDING) ==
	    1 && EVP_PKEY_CTX_set_rsa_oaep_md(options, EVP_sha256()) == 1 &&
	    EVP_PKEY_CTX_set_rsa_mgf1_md(options, EVP_sha256()) == 1 &&
	    label_set(options, label) &&
	    EVP_PKEY_encrypt(options, out, &len, key, GCM_KEY_SIZE) == 1 &&
	    len == pub->n_len;
	EVP_PKEY_CTX_free(options);
	EVP_PKEY_free(pkey);
	return good;
}

/* box_make - the key is used once, so the nonce is zero */
static bool
box_make(const uint8_t key[GCM_KEY_SIZE], struct str data, uint8_t *out)
{
	static const uint8_t nonce[12] = { 0 };
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	int n = 0, rest = 0;
	bool good;

	good = cipher != NULL && EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(),
	    NULL, key, nonce) == 1 &&
	    EVP_EncryptUpdate(cipher, out, &n, (const uint8_t *)data.p,
	    (int)data.len) == 1 &&
	    EVP_EncryptFinal_ex(cipher, out + n, &rest) == 1 &&
	    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, GCM_TAG_SIZE,
	    out + data.len) == 1;
	EVP_CIPHER_CTX_free(cipher);
	return good;
}

bool
rsa_seal(const struct rsa_public *pub, const char *label, struct str data,
    uint8_t *out)
{
	uint8_t key[GCM_KEY_SIZE];
	bool good;

	if (!rsa_sound(pub) || data.len > INT32_MAX / 2)
		return false;
	crypto_random(key, sizeof(key));
	out[0] = (uint8_t)(pub->n_len >> 8);
	out[1] = (uint8_t)pub->n_len;
	good = key_wrap(pub, label, key, out + 2) &&
	    box_make(key, data, out + 2 + pub->n_len);
	secret_wipe(key, sizeof(key));
	ERR_clear_error();
	return good;
}

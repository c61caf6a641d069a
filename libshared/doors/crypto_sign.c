/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures: Ed25519 by libsodium, P-256 by OpenSSL.
 *
 * JWS has an ES256 signature as r || s of fixed size (RFC 7518 3.4), OpenSSL
 * expects DER.  Given the raw form it returns -1, so only 1 means success.
 */
#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <sodium/crypto_sign_ed25519.h>

#include "libshared/doors/crypto.h"
#include "libshared/doors/crypto_sign.h"

#define P256_SCALAR	32
#define P256_DER_MAX	80	/* two INTEGERs of at most 33 bytes: 72 */

static_assert(SEED_SIZE == crypto_sign_ed25519_SEEDBYTES, "seed");
static_assert(SEED_SIZE == P256_SCALAR, "scalar");
static_assert(ED25519_PUBLIC == crypto_sign_ed25519_PUBLICKEYBYTES, "key");
static_assert(SIGNATURE_SIZE == crypto_sign_ed25519_BYTES, "signature");

void
ed25519_public(const uint8_t seed[SEED_SIZE], uint8_t pub[ED25519_PUBLIC])
{
	uint8_t secret[crypto_sign_ed25519_SECRETKEYBYTES];

	if (crypto_sign_ed25519_seed_keypair(pub, secret, seed) != 0)
		abort();
	secret_wipe(secret, sizeof(secret));
}

void
ed25519_sign(const uint8_t seed[SEED_SIZE], const void *data, size_t len,
    uint8_t signature[SIGNATURE_SIZE])
{
	uint8_t pub[ED25519_PUBLIC];
	uint8_t secret[crypto_sign_ed25519_SECRETKEYBYTES];

	if (crypto_sign_ed25519_seed_keypair(pub, secret, seed) != 0 ||
	    crypto_sign_ed25519_detached(signature, NULL, data, len,
	    secret) != 0)
		abort();
	secret_wipe(secret, sizeof(secret));
}

/* libsodium refuses small-order and non-canonical points, and S >= L. */
bool
ed25519_verify(const uint8_t pub[ED25519_PUBLIC], const void *data,
    size_t len, const uint8_t signature[SIGNATURE_SIZE])
{
	return crypto_sign_ed25519_verify_detached(signature, data, len,
	    pub) == 0;
}

/*
 * p256_key - makes a key from a scalar, a public point, or both; NULL when they
 * are invalid
 */
static EVP_PKEY *
p256_key(const BIGNUM *scalar, const uint8_t *pub)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY_CTX *kctx = NULL;
	EVP_PKEY *key = NULL;
	uint8_t point[1 + P256_PUBLIC];

	if (build == NULL || OSSL_PARAM_BLD_push_utf8_string(build,
	    OSSL_PKEY_PARAM_GROUP_NAME, SN_X9_62_prime256v1, 0) != 1)
		goto out;
	if (scalar != NULL && OSSL_PARAM_BLD_push_BN_pad(build,
	    OSSL_PKEY_PARAM_PRIV_KEY, scalar, P256_SCALAR) != 1)
		goto out;
	if (pub != NULL) {
		point[0] = POINT_CONVERSION_UNCOMPRESSED;
		memcpy(point + 1, pub, P256_PUBLIC);
		if (OSSL_PARAM_BLD_push_octet_string(build,
		    OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)) != 1)
			goto out;
	}
	if ((params = OSSL_PARAM_BLD_to_param(build)) == NULL ||
	    (kctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL)) == NULL ||
	    EVP_PKEY_fromdata_init(kctx) != 1 ||
	    EVP_PKEY_fromdata(kctx, &key, scalar != NULL ? EVP_PKEY_KEYPAIR :
	    EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
out:
	EVP_PKEY_CTX_free(kctx);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	ERR_clear_error();
	return key;
}

/* p256_scalar - returns 1 <= scalar < n in secure memory, or NULL */
static BIGNUM *
p256_scalar(const uint8_t seed[SEED_SIZE], const EC_GROUP *group)
{
	BIGNUM *scalar = BN_secure_new();

	if (scalar == NULL ||
	    BN_bin2bn(seed, P256_SCALAR, scalar) == NULL ||
	    BN_is_zero(scalar) ||
	    BN_ucmp(scalar, EC_GROUP_get0_order(group)) >= 0) {
		BN_clear_free(scalar);
		return NULL;
	}
	BN_set_flags(scalar, BN_FLG_CONSTTIME);
	return scalar;
}

bool
p256_new(uint8_t seed[SEED_SIZE])
{
	EVP_PKEY *key = EVP_EC_gen(SN_X9_62_prime256v1);
	BIGNUM *scalar = NULL;
	bool good;

	good = key != NULL && EVP_PKEY_get_bn_param(key,
	    OSSL_PKEY_PARAM_PRIV_KEY, &scalar) == 1 &&
	    BN_bn2binpad(scalar, seed, P256_SCALAR) == P256_SCALAR;
	BN_clear_free(scalar);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return good;
}

/* EVP_PKEY_fromdata() of OpenSSL 3.0 does not derive the public point. */
bool
p256_public(const uint8_t seed[SEED_SIZE], uint8_t pub[P256_PUBLIC])
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *point = NULL;
	BIGNUM *scalar = NULL;
	uint8_t text[1 + P256_PUBLIC];
	bool good = false;

	if (group == NULL || (scalar = p256_scalar(seed, group)) == NULL ||
	    (point = EC_POINT_new(group)) == NULL ||
	    EC_POINT_mul(group, point, scalar, NULL, NULL, NULL) != 1 ||
	    EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED,
	    text, sizeof(text), NULL) != sizeof(text))
		goto out;
	memcpy(pub, text + 1, P256_PUBLIC);
	good = true;
out:
	EC_POINT_free(point);
	BN_clear_free(scalar);
	EC_GROUP_free(group);
	ERR_clear_error();
	return good;
}

static EVP_PKEY *
p256_private_key(const uint8_t seed[SEED_SIZE])
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	BIGNUM *scalar = NULL;
	EVP_PKEY *key = NULL;

	if (group != NULL && (scalar = p256_scalar(seed, group)) != NULL)
		key = p256_key(scalar, NULL);
	BN_clear_free(scalar);
	EC_GROUP_free(group);
	return key;
}

static bool
raw_of_der(const uint8_t *der, size_t len, uint8_t raw[SIGNATURE_SIZE])
{
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)len);
	bool good;

	good = pair != NULL &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, 32) == 32 &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + 32, 32) == 32;
	ECDSA_SIG_free(pair);
	return good;
}

/* der_of_raw - returns the length of the DER form, or 0 */
static size_t
der_of_raw(const uint8_t raw[SIGNATURE_SIZE], uint8_t der[P256_DER_MAX])
{
	ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(raw, 32, NULL);
	BIGNUM *s = BN_bin2bn(raw + 32, 32, NULL);
	uint8_t *end = der;
	int len = 0;

	if (pair != NULL && r != NULL && s != NULL &&
	    ECDSA_SIG_set0(pair, r, s) == 1) {
		r = s = NULL;		/* owned by the pair now */
		len = i2d_ECDSA_SIG(pair, NULL);
		if (len > 0 && len <= P256_DER_MAX)
			len = i2d_ECDSA_SIG(pair, &end);
		else
			len = 0;
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(pair);
	return len > 0 ? (size_t)len : 0;
}

bool
p256_sign(const uint8_t seed[SEED_SIZE], const void *data, size_t len,
    uint8_t signature[SIGNATURE_SIZE])
{
	EVP_PKEY *key = p256_private_key(seed);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	uint8_t der[P256_DER_MAX];
	size_t der_len = sizeof(der);
	bool good;

	good = key != NULL && md != NULL &&
	    EVP_DigestSignInit_ex(md, NULL, "SHA256", NULL, NULL, key,
	    NULL) == 1 &&
	    EVP_DigestSign(md, der, &der_len, data, len) == 1 &&
	    raw_of_der(der, der_len, signature);
	EVP_MD_CTX_free(md);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return good;
}

bool
p256_verify(const uint8_t pub[P256_PUBLIC], const void *data, size_t len,
    const uint8_t signature[SIGNATURE_SIZE])
{
	EVP_PKEY *key = p256_key(NULL, pub);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	uint8_t der[P256_DER_MAX];
	size_t der_len = der_of_raw(signature, der);
	bool good;

	good = key != NULL && md != NULL && der_len > 0 &&
	    EVP_DigestVerifyInit_ex(md, NULL, "SHA256", NULL, NULL, key,
	    NULL) == 1 &&
	    EVP_DigestVerify(md, der, der_len, data, len) == 1;
	EVP_MD_CTX_free(md);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return good;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verifies RSA signatures (RS256: PKCS #1 v1.5 with SHA-256) by OpenSSL.  We
 * sign nothing with RSA.
 */
#include "config.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "libshared/doors/crypto_rsa.h"

#define EXPONENT_MIN	65537

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

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSA keys of other parties: we verify what they sign, and seal what only they
 * may open.  We have no RSA key of our own.
 */
#ifndef CAMELEER_CRYPTO_RSA_H
#define CAMELEER_CRYPTO_RSA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"

#define RSA_MIN		256	/* bytes of a modulus: 2048 bits */
#define RSA_MAX		512

/* A public key of another party; n without leading zeros. */
struct rsa_public { uint8_t n[RSA_MAX]; size_t n_len; uint32_t e; };

bool rsa_sound(const struct rsa_public *pub) must_check;
/* PKCS #1 v1.5 with SHA-256 (RS256); false for an unsound key. */
bool rsa_verify(const struct rsa_public *pub, const void *data, size_t len,
    const uint8_t *signature, size_t signature_len) must_check;

/* The key of a certificate; SHA-256 of its DER form; when it ends. */
struct rsa_certificate {
	struct rsa_public key;
	char		fingerprint[SHA256_HEX_MAX];
	int64_t		until_s;
};
/*
 * Reads the only certificate of a PEM text.  Returns NULL, else the reason, a
 * constant: not one certificate, another kind of key, a key that is too weak or
 * too long, not valid at now_s.
 */
const char *rsa_certificate_read(struct str pem, int64_t now_s,
    struct rsa_certificate *certificate);

/* What rsa_seal() adds: length, wrapped key, tag. */
#define RSA_SEAL_EXTRA(pub)	(2 + (pub)->n_len + 16)
/*
 * Seals data for the holder of the key: AES-256-GCM under a random key, which
 * RSA-OAEP (SHA-256) wraps, bound to the label.  out holds the data's length
 * and RSA_SEAL_EXTRA(pub); false when OpenSSL refuses.
 */
bool rsa_seal(const struct rsa_public *pub, const char *label, struct str data,
    uint8_t *out) must_check;

#endif

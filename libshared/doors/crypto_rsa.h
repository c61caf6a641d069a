/* SPDX-License-Identifier: Apache-2.0 */
/* RSA signatures of other parties, which we verify and never make. */
#ifndef CAMELEER_CRYPTO_RSA_H
#define CAMELEER_CRYPTO_RSA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/err.h"

#define RSA_MIN		256	/* bytes of a modulus: 2048 bits */
#define RSA_MAX		512

/* A public key of another party; n without leading zeros. */
struct rsa_public { uint8_t n[RSA_MAX]; size_t n_len; uint32_t e; };

bool rsa_sound(const struct rsa_public *pub) must_check;
/* PKCS #1 v1.5 with SHA-256 (RS256); false for an unsound key. */
bool rsa_verify(const struct rsa_public *pub, const void *data, size_t len,
    const uint8_t *signature, size_t signature_len) must_check;

#endif

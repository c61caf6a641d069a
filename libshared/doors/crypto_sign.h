/* SPDX-License-Identifier: Apache-2.0 */
/* Our signatures: Ed25519 (RFC 8032) and ECDSA with P-256. */
#ifndef CAMELEER_CRYPTO_SIGN_H
#define CAMELEER_CRYPTO_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/err.h"

#define SEED_SIZE	32	/* Ed25519 seed; P-256 private scalar */
#define ED25519_PUBLIC	32
#define P256_PUBLIC	64	/* x || y */
#define SIGNATURE_SIZE	64	/* Ed25519; ES256 as r || s (RFC 7518 3.4) */

void ed25519_public(const uint8_t seed[SEED_SIZE],
    uint8_t pub[ED25519_PUBLIC]);
void ed25519_sign(const uint8_t seed[SEED_SIZE], const void *data, size_t len,
    uint8_t signature[SIGNATURE_SIZE]);
bool ed25519_verify(const uint8_t pub[ED25519_PUBLIC], const void *data,
    size_t len, const uint8_t signature[SIGNATURE_SIZE]) must_check;

bool p256_new(uint8_t seed[SEED_SIZE]) must_check;
bool p256_public(const uint8_t seed[SEED_SIZE], uint8_t pub[P256_PUBLIC])
    must_check;
bool p256_sign(const uint8_t seed[SEED_SIZE], const void *data, size_t len,
    uint8_t signature[SIGNATURE_SIZE]) must_check;
bool p256_verify(const uint8_t pub[P256_PUBLIC], const void *data, size_t len,
    const uint8_t signature[SIGNATURE_SIZE]) must_check;

#endif

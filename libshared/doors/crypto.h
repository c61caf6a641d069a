/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorkeeper of libsodium and of OpenSSL's libcrypto.
 *
 * Sizes are in bytes.  Secrets come and go in ctx->secrets.
 */
#ifndef CAMELEER_CRYPTO_H
#define CAMELEER_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"

#define SHA256_SIZE	32
#define SHA256_HEX_MAX	65
#define SEED_SIZE	32	/* Ed25519 seed; P-256 private scalar */
#define ED25519_PUBLIC	32
#define P256_PUBLIC	64	/* x || y */
#define SIGNATURE_SIZE	64	/* Ed25519; ES256 as r || s (RFC 7518 3.4) */
#define PASSWORD_HASH_MAX	128
#define SEAL_KEY_SIZE	32
#define SEAL_EXTRA	(24 + 16)	/* nonce and tag */

int crypto_init(void) must_check;	/* once a process; 0 is good */
void crypto_random(void *buf, size_t len);
/* n random bytes as base64url text in ctx->secrets. */
enum err crypto_random_text(struct ctx *ctx, size_t n, const char **text)
    must_check;
void uuid7(struct uuid *uuid);		/* RFC 9562 5.7 */

struct sha256;				/* incremental, for streams */
struct sha256 *sha256_new(void);
void sha256_add(struct sha256 *hash, const void *data, size_t len);
void sha256_end(struct sha256 **hash, uint8_t digest[SHA256_SIZE]);
void sha256_of(const void *data, size_t len, uint8_t digest[SHA256_SIZE]);
void hex_of(const void *data, size_t len, char *text);	/* 2 * len + 1 */
void sha256_hex(const void *data, size_t len, char text[SHA256_HEX_MAX]);

/* Strict: no padding, no blanks, canonical tail bits. out may be written. */
bool base64url_decode(const char *text, size_t len, uint8_t *out, size_t max,
    size_t *n) must_check;
/* Padded standard alphabet (RFC 4648 section 4). */
enum err base64_encode(struct ctx *ctx, const void *data, size_t len,
    const char **text) must_check;
enum err base64url_encode(struct ctx *ctx, const void *data, size_t len,
    const char **text) must_check;

bool secret_equal(const void *a, const void *b, size_t len);
void secret_wipe(void *data, size_t len);
/* BLAKE2b-256 as hex: what is stored of an opaque token. */
void token_digest(const char *token, char hex[SHA256_HEX_MAX]);

/*
 * At most `parallel` hashes at once in this process and all that it forks
 * afterwards; the rest wait up to 5 s.  A killed process gives its place back.
 * Call once before fork; without it there is no cap.  0 is good.
 */
int password_init(unsigned parallel) must_check;
/*
 * Argon2id, 19 MiB, 2 passes (OWASP).  ERR_UNAVAILABLE when too many others
 * are hashing.
 */
enum err password_hash(struct ctx *ctx, const char *password,
    const char **hash) must_check;
/*
 * True only for the right password.  $2a/$2b/$2y bcrypt is accepted too; it
 * sees 72 bytes.  hash NULL or of an unknown form costs the same and is false.
 * False with ctx->fault set to ERR_UNAVAILABLE: nothing was compared, since
 * too many others are hashing; this must not count as a wrong guess.
 * *rehash (may be NULL): the stored form is old, store a new one.
 */
bool password_verify(struct ctx *ctx, const char *hash, const char *password,
    bool *rehash) must_check;

#define HMAC_SHA1_SIZE	20
/* RFC 2104 with SHA-1, which is what authenticator apps know (RFC 6238). */
void hmac_sha1(const void *key, size_t key_len, const void *data, size_t len,
    uint8_t mac[HMAC_SHA1_SIZE]);

/* XChaCha20-Poly1305; out holds nonce || box, len + SEAL_EXTRA bytes. */
void seal(const uint8_t key[SEAL_KEY_SIZE], const char *bound_to,
    const void *data, size_t len, uint8_t *out);
bool unseal(const uint8_t key[SEAL_KEY_SIZE], const char *bound_to,
    const uint8_t *box, size_t len, void *out) must_check;

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

#define RSA_MIN		256	/* bytes of a modulus: 2048 bits */
#define RSA_MAX		512

/* A key of others; n without leading zeros. */
struct rsa_public { uint8_t n[RSA_MAX]; size_t n_len; uint32_t e; };

bool rsa_sound(const struct rsa_public *pub) must_check;
/* PKCS #1 v1.5 with SHA-256 (RS256); false for an unsound key. */
bool rsa_verify(const struct rsa_public *pub, const void *data, size_t len,
    const uint8_t *signature, size_t signature_len) must_check;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorkeeper of libsodium and of OpenSSL's libcrypto: random bytes, hashes,
 * text forms and sealing.  Signatures are in crypto_sign.h and crypto_rsa.h,
 * passwords in proto/password.h.
 *
 * Sizes are in bytes.  Secrets are in ctx->secrets.
 */
#ifndef CAMELEER_CRYPTO_H
#define CAMELEER_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"

#define SHA256_SIZE	32
#define SHA256_HEX_MAX	65
#define SEAL_KEY_SIZE	32
#define SEAL_EXTRA	(24 + 16)	/* nonce and tag */

int crypto_init(void) must_check;	/* once per process; 0 is success */
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
/* Padded standard alphabet (RFC 4648 section 4), just as strict. */
bool base64_decode(const char *text, size_t len, uint8_t *out, size_t max,
    size_t *n) must_check;
enum err base64_encode(struct ctx *ctx, const void *data, size_t len,
    const char **text) must_check;
enum err base64url_encode(struct ctx *ctx, const void *data, size_t len,
    const char **text) must_check;

bool secret_equal(const void *a, const void *b, size_t len);
void secret_wipe(void *data, size_t len);
/* BLAKE2b-256 as hex: the form in which an opaque token is stored. */
void token_digest(const char *token, char hex[SHA256_HEX_MAX]);

/* RFC 2104 with SHA-256. */
void hmac_sha256(const void *key, size_t key_len, const void *data,
    size_t len, uint8_t mac[SHA256_SIZE]);
#define HMAC_SHA1_SIZE	20
/* RFC 2104 with SHA-1, which authenticator apps use (RFC 6238). */
void hmac_sha1(const void *key, size_t key_len, const void *data, size_t len,
    uint8_t mac[HMAC_SHA1_SIZE]);

/* XChaCha20-Poly1305; out holds nonce || box, len + SEAL_EXTRA bytes. */
void seal(const uint8_t key[SEAL_KEY_SIZE], const char *bound_to,
    const void *data, size_t len, uint8_t *out);
bool unseal(const uint8_t key[SEAL_KEY_SIZE], const char *bound_to,
    const uint8_t *box, size_t len, void *out) must_check;

/*
 * The same for who has no key, only the public half of one (X25519, derived
 * from the key): out holds ephemeral || nonce || box.
 */
#define POST_PUBLIC_SIZE	32
#define POST_EXTRA		(POST_PUBLIC_SIZE + SEAL_EXTRA)
void post_public(const uint8_t key[SEAL_KEY_SIZE],
    uint8_t public[POST_PUBLIC_SIZE]);
/* False: these bytes are not a public key. */
bool post_seal(const uint8_t public[POST_PUBLIC_SIZE], const char *bound_to,
    const void *data, size_t len, uint8_t *out) must_check;
bool post_unseal(const uint8_t key[SEAL_KEY_SIZE], const char *bound_to,
    const uint8_t *box, size_t len, void *out) must_check;

#endif

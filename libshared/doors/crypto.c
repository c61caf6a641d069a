/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random numbers, hashes, text forms of bytes, and sealed boxes.
 *
 * SHA-256 is OpenSSL's, since image layers go through it and libsodium does not
 * use the SHA instructions; everything else is libsodium's.
 */
#include "config.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium/core.h>
#include <sodium/crypto_aead_xchacha20poly1305.h>
#include <sodium/crypto_box.h>
#include <sodium/crypto_generichash.h>
#include <sodium/crypto_kdf.h>
#include <sodium/randombytes.h>
#include <sodium/utils.h>

#include "libshared/base/arena.h"
#include "libshared/base/clock.h"
#include "libshared/doors/crypto.h"

#define NONCE_SIZE	crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE	crypto_aead_xchacha20poly1305_ietf_ABYTES
#define URL_SAFE	sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define STANDARD	sodium_base64_VARIANT_ORIGINAL

static_assert(SEAL_EXTRA == NONCE_SIZE + TAG_SIZE, "sealed box");
static_assert(SEAL_KEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    "sealing key");

struct sha256 { EVP_MD_CTX *md; };

/* Fetched once: looking up an algorithm costs more than hashing a token. */
static EVP_MD *sha256_method;

/*
 * sodium_must - ends the process when the library lacks memory or an algorithm;
 * systemd restarts it
 */
static void
sodium_must(bool good)
{
	if (!good)
		abort();
}

int
crypto_init(void)
{
	if (sodium_init() < 0)
		return -1;
	if (sha256_method == NULL)
		sha256_method = EVP_MD_fetch(NULL, "SHA256", NULL);
	return sha256_method == NULL ? -1 : 0;
}

void
crypto_random(void *buf, size_t len)
{
	randombytes_buf(buf, len);
}

enum err
crypto_random_text(struct ctx *ctx, size_t n, const char **text)
{
	uint8_t *raw;
	char *out;
	size_t size;

	if (n == 0 || n > 4096)
		return fail(ctx, ERR_INTERNAL, NULL,
		    "%zu random bytes were asked for", n);
	size = sodium_base64_ENCODED_LEN(n, URL_SAFE);
	raw = arena_get(ctx->secrets, n);
	out = arena_get(ctx->secrets, size);
	if (raw == NULL || out == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "secrets are full");
	randombytes_buf(raw, n);
	*text = sodium_bin2base64(out, size, raw, n, URL_SAFE);
	return ERR_OK;
}

/*
 * uuid7 - milliseconds, then the fraction of the millisecond in twelve bits
 * (RFC 9562 6.2, method 3), so that ids made one after another sort in that
 * order
 */
void
uuid7(struct uuid *uuid)
{
	uint8_t b[16];
	char hex[33];
	struct timespec now = clock_wall();
	uint64_t ms, part;
	int i;

	ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
	part = (uint64_t)now.tv_nsec % 1000000 * 4096 / 1000000;
	for (i = 0; i < 6; i++)
		b[i] = (uint8_t)(ms >> (40 - 8 * i));
	b[6] = (uint8_t)(0x70 | part >> 8);
	b[7] = (uint8_t)part;
	randombytes_buf(b + 8, 8);
	b[8] = (uint8_t)(0x80 | (b[8] & 0x3f));
	hex_of(b, sizeof(b), hex);
	memcpy(uuid->text, hex, 8);
	memcpy(uuid->text + 9, hex + 8, 4);
	memcpy(uuid->text + 14, hex + 12, 4);
	memcpy(uuid->text + 19, hex + 16, 4);
	memcpy(uuid->text + 24, hex + 20, 12);
	uuid->text[8] = uuid->text[13] = '-';
	uuid->text[18] = uuid->text[23] = '-';
	uuid->text[36] = '\0';
}

struct sha256 *
sha256_new(void)
{
	struct sha256 *hash;

	sodium_must(sha256_method !=
	    NULL);	/* crypto_init() was not called */
	hash = malloc(sizeof(*hash));
	sodium_must(hash != NULL);
	hash->md = EVP_MD_CTX_new();
	sodium_must(hash->md != NULL);
	sodium_must(EVP_DigestInit_ex2(hash->md, sha256_method, NULL) == 1);
	return hash;
}

void
sha256_add(struct sha256 *hash, const void *data, size_t len)
{
	sodium_must(EVP_DigestUpdate(hash->md, data, len) == 1);
}

void
sha256_end(struct sha256 **hash, uint8_t digest[SHA256_SIZE])
{
	if (*hash == NULL)
		return;
	sodium_must(EVP_DigestFinal_ex((*hash)->md, digest, NULL) == 1);
	EVP_MD_CTX_free((*hash)->md);
	free(*hash);
	*hash = NULL;
}

void
sha256_of(const void *data, size_t len, uint8_t digest[SHA256_SIZE])
{
	sodium_must(sha256_method != NULL);
	sodium_must(EVP_Digest(data, len, digest, NULL, sha256_method,
	    NULL) == 1);
}

void
hex_of(const void *data, size_t len, char *text)
{
	(void)sodium_bin2hex(text, 2 * len + 1, data, len);
}

void
sha256_hex(const void *data, size_t len, char text[SHA256_HEX_MAX])
{
	uint8_t digest[SHA256_SIZE];

	sha256_of(data, len, digest);
	hex_of(digest, sizeof(digest), text);
}

/*
 * crypto_sextet - returns the six bits of a letter; a larger number when it is
 * not a letter of the alphabet
 */
static uint32_t
crypto_sextet(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26u;
	if (c >= '0' && c <= '9')
		return c - '0' + 52u;
	return c == '-' ? 62 : c == '_' ? 63 : 64;
}

/* standard_sextet - of the standard alphabet (RFC 4648 section 4) */
static uint32_t
standard_sextet(unsigned char c)
{
	if (c == '+')
		return 62;
	if (c == '/')
		return 63;
	return c == '-' || c == '_' ? 64 : crypto_sextet(c);
}

struct octets { uint8_t *out; size_t max, *n; };

/*
 * crypto_decode - does not use libsodium, whose constant time costs a fifth of
 * a request and whose version 1.0.18 takes some bytes above 127 for letters.
 * Constant time is not needed: the sender knows this text, or it is our own
 * file.
 */
static inline bool
crypto_decode(const char *text, size_t len, const struct octets *octets,
    uint32_t (*sextet)(unsigned char))
{
	uint32_t bits = 0, letter;
	unsigned have = 0;
	size_t got = 0, i;

	for (i = 0; i < len; i++) {
		if ((letter = sextet((unsigned char)text[i])) > 63)
			return false;
		bits = bits << 6 | letter;
		have += 6;
		if (have < 8)
			continue;
		if (got == octets->max)
			return false;
		have -= 8;
		octets->out[got++] = (uint8_t)(bits >> have);
		bits &= (1u << have) - 1;
	}
	if (have == 6 || bits != 0)	/* each content has one spelling */
		return false;
	*octets->n = got;
	return true;
}

bool
base64url_decode(const char *text, size_t len, uint8_t *out, size_t max,
    size_t *n)
{
	return crypto_decode(text, len, &(struct octets){ out, max, n },
	    crypto_sextet);
}

bool
base64_decode(const char *text, size_t len, uint8_t *out, size_t max,
    size_t *n)
{
	size_t letters = len;

	if (len % 4 != 0)
		return false;
	while (letters > 0 && len - letters < 2 && text[letters - 1] == '=')
		letters--;
	return crypto_decode(text, letters, &(struct octets){ out, max, n },
	    standard_sextet);
}

static enum err
crypto_encode(struct ctx *ctx, const void *data, size_t len, int variant,
    const char **text)
{
	size_t size;
	char *out;

	if (len > SIZE_MAX / 2)
		return fail(ctx, ERR_TOO_LARGE, NULL, "base64 of %zu", len);
	size = sodium_base64_encoded_len(len, variant);
	if ((out = arena_get(ctx->mem, size)) == NULL)
		return fail(ctx, ERR_TOO_LARGE, NULL, "base64 of %zu", len);
	*text = sodium_bin2base64(out, size, data, len, variant);
	return ERR_OK;
}

enum err
base64_encode(struct ctx *ctx, const void *data, size_t len,
    const char **text)
{
	return crypto_encode(ctx, data, len, STANDARD, text);
}

enum err
base64url_encode(struct ctx *ctx, const void *data, size_t len,
    const char **text)
{
	return crypto_encode(ctx, data, len, URL_SAFE, text);
}

bool
secret_equal(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

void
secret_wipe(void *data, size_t len)
{
	sodium_memzero(data, len);
}

void
token_digest(const char *token, char hex[SHA256_HEX_MAX])
{
	uint8_t digest[SHA256_SIZE];

	sodium_must(crypto_generichash(digest, sizeof(digest),
	    (const uint8_t *)token, strlen(token), NULL, 0) == 0);
	hex_of(digest, sizeof(digest), hex);
}

void
hmac_sha1(const void *key, size_t key_len, const void *data, size_t len,
    uint8_t mac[HMAC_SHA1_SIZE])
{
	sodium_must(key_len <= INT_MAX && HMAC(EVP_sha1(), key, (int)key_len,
	    data,
	    len, mac, NULL) != NULL);
}

void
hmac_sha256(const void *key, size_t key_len, const void *data, size_t len,
    uint8_t mac[SHA256_SIZE])
{
	sodium_must(key_len <= INT_MAX && HMAC(EVP_sha256(), key, (int)key_len,
	    data, len, mac, NULL) != NULL);
}

void
seal(const uint8_t key[SEAL_KEY_SIZE], const char *bound_to,
    const void *data, size_t len, uint8_t *out)
{
	randombytes_buf(out, NONCE_SIZE);
	sodium_must(crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_SIZE,
	    NULL,
	    data, len, (const uint8_t *)bound_to, strlen(bound_to), NULL, out,
	    key) == 0);
}

bool
unseal(const uint8_t key[SEAL_KEY_SIZE], const char *bound_to,
    const uint8_t *box, size_t len, void *out)
{
	return len >= SEAL_EXTRA &&
	    crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL,
	    box + NONCE_SIZE, len - NONCE_SIZE, (const uint8_t *)bound_to,
	    strlen(bound_to), box, key) == 0;
}

/* post_pair - derives the pair; the caller wipes the secret half */
static void
post_pair(const uint8_t key[SEAL_KEY_SIZE], uint8_t public[POST_PUBLIC_SIZE],
    uint8_t secret[crypto_box_SECRETKEYBYTES])
{
	uint8_t seed[crypto_box_SEEDBYTES];

	sodium_must(crypto_kdf_derive_from_key(seed, sizeof(seed), 1,
	    "cmlposts", key) == 0);
	sodium_must(crypto_box_seed_keypair(public, secret, seed) == 0);
	secret_wipe(seed, sizeof(seed));
}

void
post_public(const uint8_t key[SEAL_KEY_SIZE], uint8_t public[POST_PUBLIC_SIZE])
{
	uint8_t secret[crypto_box_SECRETKEYBYTES];

	post_pair(key, public, secret);
	secret_wipe(secret, sizeof(secret));
}

bool
post_seal(const uint8_t public[POST_PUBLIC_SIZE], const char *bound_to,
    const void *data, size_t len, uint8_t *out)
{
	uint8_t secret[crypto_box_SECRETKEYBYTES];
	uint8_t shared[crypto_box_BEFORENMBYTES];
	bool good;

	sodium_must(crypto_box_keypair(out, secret) == 0);
	good = crypto_box_beforenm(shared, public, secret) == 0;
	if (good)
		seal(shared, bound_to, data, len, out + POST_PUBLIC_SIZE);
	secret_wipe(secret, sizeof(secret));
	secret_wipe(shared, sizeof(shared));
	return good;
}

bool
post_unseal(const uint8_t key[SEAL_KEY_SIZE], const char *bound_to,
    const uint8_t *box, size_t len, void *out)
{
	uint8_t public[POST_PUBLIC_SIZE], secret[crypto_box_SECRETKEYBYTES];
	uint8_t shared[crypto_box_BEFORENMBYTES];
	bool good;

	if (len < POST_EXTRA)
		return false;
	post_pair(key, public, secret);
	good = crypto_box_beforenm(shared, box, secret) == 0 &&
	    unseal(shared, bound_to, box + POST_PUBLIC_SIZE,
	    len - POST_PUBLIC_SIZE, out);
	secret_wipe(secret, sizeof(secret));
	secret_wipe(shared, sizeof(shared));
	return good;
}

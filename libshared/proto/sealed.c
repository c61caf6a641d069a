/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed text.  No other file reads a sealing key. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/doors/crypto.h"
#include "libshared/proto/sealed.h"

#define BOX_MAX	(SEALED_MAX + POST_EXTRA)

/* key_read - reads the key from a credential; the caller wipes it */
static enum err
key_read(struct ctx *ctx, const char *credential, uint8_t key[SEAL_KEY_SIZE])
{
	const char *text;
	size_t n;
	enum err e;

	if ((e = conf_credential(ctx, credential, &text)) != ERR_OK)
		return e;
	if (!base64url_decode(text, strlen(text), key, SEAL_KEY_SIZE, &n) ||
	    n != SEAL_KEY_SIZE) {
		secret_wipe(key, SEAL_KEY_SIZE);
		return fail(ctx, ERR_INTERNAL, NULL,
		    "credential %s is not 32 bytes of base64url", credential);
	}
	return ERR_OK;
}

enum err
sealed_new(struct ctx *ctx, const char *credential, const char *bound,
    struct str clear, const char **box)
{
	uint8_t key[SEAL_KEY_SIZE], sealed[BOX_MAX];
	enum err e;

	if (bound == NULL || clear.len == 0 || clear.len > SEALED_MAX)
		return fail(ctx, ERR_INTERNAL, NULL,
		    "a secret of %zu bytes cannot be sealed", clear.len);
	if ((e = key_read(ctx, credential, key)) != ERR_OK)
		return e;
	seal(key, bound, clear.p, clear.len, sealed);
	secret_wipe(key, sizeof(key));
	return base64url_encode(ctx, sealed, clear.len + SEAL_EXTRA, box);
}

struct opener {
	bool	(*open)(const uint8_t key[SEAL_KEY_SIZE], const char *bound,
		    const uint8_t *box, size_t len, void *out);
	size_t	 extra;
};

static enum err
box_open(struct ctx *ctx, const struct opener *opener, const char *credential,
    const char *const bound_and_box[2], struct str *clear)
{
	const char *bound = bound_and_box[0], *box = bound_and_box[1];
	uint8_t key[SEAL_KEY_SIZE], sealed[BOX_MAX];
	char *text;
	size_t n;
	bool good;
	enum err e;

	if (bound == NULL || !base64url_decode(box, strlen(box), sealed,
	    sizeof(sealed), &n) || n <= opener->extra)
		return fail(ctx, ERR_INTERNAL, "secret_unreadable",
		    "what is stored is not sealed with %s", credential);
	if ((text = arena_get(ctx->secrets, n - opener->extra + 1)) == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "secrets are full");
	if ((e = key_read(ctx, credential, key)) != ERR_OK)
		return e;
	good = opener->open(key, bound, sealed, n, text);
	secret_wipe(key, sizeof(key));
	if (!good)
		return fail(ctx, ERR_INTERNAL, "secret_unreadable",
		    "a secret does not open with %s", credential);
	text[n - opener->extra] = '\0';
	*clear = (struct str){ text, n - opener->extra };
	return ERR_OK;
}

enum err
sealed_open(struct ctx *ctx, const char *credential, const char *bound,
    const char *box, struct str *clear)
{
	static const struct opener opener = { unseal, SEAL_EXTRA };

	return box_open(ctx, &opener, credential,
	    (const char *const[]){ bound, box }, clear);
}

enum err
sealed_collect(struct ctx *ctx, const char *credential, const char *bound,
    const char *box, struct str *clear)
{
	static const struct opener opener = { post_unseal, POST_EXTRA };

	return box_open(ctx, &opener, credential,
	    (const char *const[]){ bound, box }, clear);
}

enum err
sealed_public(struct ctx *ctx, const char *credential, const char **public)
{
	uint8_t key[SEAL_KEY_SIZE], half[POST_PUBLIC_SIZE];
	enum err e;

	if ((e = key_read(ctx, credential, key)) != ERR_OK)
		return e;
	post_public(key, half);
	secret_wipe(key, sizeof(key));
	return base64url_encode(ctx, half, sizeof(half), public);
}

enum err
sealed_post(struct ctx *ctx, const char *public, const char *bound,
    struct str clear, const char **box)
{
	uint8_t half[POST_PUBLIC_SIZE], sealed[BOX_MAX];
	size_t n;

	if (bound == NULL || clear.len == 0 || clear.len > SEALED_MAX)
		return fail(ctx, ERR_INTERNAL, NULL,
		    "a secret of %zu bytes cannot be sealed", clear.len);
	if (!base64url_decode(public, strlen(public), half, sizeof(half), &n) ||
	    n != sizeof(half) || !post_seal(half, bound, clear.p, clear.len,
	    sealed))
		return fail(ctx, ERR_INTERNAL, NULL,
		    "what a secret is to be sealed for is not a public key");
	return base64url_encode(ctx, sealed, clear.len + POST_EXTRA, box);
}

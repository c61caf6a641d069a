/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed text.  No other file reads a sealing key. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/doors/crypto.h"
#include "libshared/proto/sealed.h"

#define BOX_MAX	(SEALED_MAX + SEAL_EXTRA)

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

enum err
sealed_open(struct ctx *ctx, const char *credential, const char *bound,
    const char *box, struct str *clear)
{
	uint8_t key[SEAL_KEY_SIZE], sealed[BOX_MAX];
	char *text;
	size_t n;
	bool good;
	enum err e;

	if (bound == NULL || !base64url_decode(box, strlen(box), sealed,
	    sizeof(sealed), &n) || n <= SEAL_EXTRA)
		return fail(ctx, ERR_INTERNAL, "secret_unreadable",
		    "what is stored is not sealed with %s", credential);
	if ((text = arena_get(ctx->secrets, n - SEAL_EXTRA + 1)) == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "secrets are full");
	if ((e = key_read(ctx, credential, key)) != ERR_OK)
		return e;
	good = unseal(key, bound, sealed, n, text);
	secret_wipe(key, sizeof(key));
	if (!good)
		return fail(ctx, ERR_INTERNAL, "secret_unreadable",
		    "a secret does not open with %s", credential);
	text[n - SEAL_EXTRA] = '\0';
	*clear = (struct str){ text, n - SEAL_EXTRA };
	return ERR_OK;
}

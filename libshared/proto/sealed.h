/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sealed text: the form in which the database may hold a secret.
 *
 * A credential of this process holds the key (32 bytes of base64url).  The
 * bound text says whose secret it is: a box that was moved to another row does
 * not open there (threat T13).  The box is base64url of nonce || ciphertext ||
 * tag by XChaCha20-Poly1305.
 */
#ifndef CAMELEER_SEALED_H
#define CAMELEER_SEALED_H

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"

#define SEALED_MAX	4096	/* bytes of the secret */

/* Seals a secret; *box is in ctx->mem. */
enum err sealed_new(struct ctx *ctx, const char *credential,
    const char *bound, struct str clear, const char **box) must_check;
/*
 * Opens a box; the secret is in ctx->secrets and NUL-terminated.  ERR_INTERNAL
 * with code secret_unreadable: another key, another bound text, or a damaged
 * box. A bound text of NULL (memory was exhausted) is ERR_INTERNAL.
 */
enum err sealed_open(struct ctx *ctx, const char *credential,
    const char *bound, const char *box, struct str *clear) must_check;

/*
 * The same from a process that has no such key: one with the key publishes its
 * public half, and only it opens what is sealed for that.
 */
enum err sealed_public(struct ctx *ctx, const char *credential,
    const char **public) must_check;
enum err sealed_post(struct ctx *ctx, const char *public, const char *bound,
    struct str clear, const char **box) must_check;
enum err sealed_collect(struct ctx *ctx, const char *credential,
    const char *bound, const char *box, struct str *clear) must_check;

#endif

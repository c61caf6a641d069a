/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Internals of cameleerctl: private halves in DIR/<process>/, the credentials
 * directory of the process, and public keys that verify.  No existing key is
 * overwritten.
 */
#ifndef CAMELEER_CTL_KEYFILE_H
#define CAMELEER_CTL_KEYFILE_H

#include "libshared/base/ctx.h"
#include "libshared/proto/key.h"
#include "libshared/proto/token.h"

/*
 * Reads the keys of DIR/<holder>/signing.keys; none when the file does not
 * exist.
 */
enum err keyfile_read(struct ctx *ctx, const char *dir, const char *holder,
    struct keyring *ring) must_check;
/* Adds a line atomically; the file has mode 0400 and keeps its owner. */
enum err keyfile_add(struct ctx *ctx, const char *dir, const char *holder,
    const struct key *key) must_check;
/* A sealing key that only one process reads: DIR/<holder>/<name>. */
struct sealing_key { const char *holder, *name; };
/* Makes the key when it is missing: 32 random bytes. */
enum err keyfile_sealing(struct ctx *ctx, const char *dir,
    const struct sealing_key *which, bool *made) must_check;

/*
 * Public keys that verify, in a file of their own: JSON as GET
 * /api/license/keys and `cameleerctl audit keys' give it.
 */
struct public_keys {
	const char	 *path;		/* --keys, or NULL */
	const char	 *usual;	/* is read without --keys */
	enum key_purpose  purpose;
};
/* The keys; a refusal names the file. */
enum err keyfile_public(struct ctx *ctx, const struct public_keys *from,
    struct keyring *ring) must_check;

#endif

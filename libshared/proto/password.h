/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords: Argon2id of our own, bcrypt of those who came from elsewhere.
 */
#ifndef CAMELEER_PASSWORD_H
#define CAMELEER_PASSWORD_H

#include <stdbool.h>

#include "libshared/base/ctx.h"

#define PASSWORD_HASH_MAX	128

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

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords: Argon2id for our hashes, bcrypt for imported ones. */
#ifndef CAMELEER_PASSWORD_H
#define CAMELEER_PASSWORD_H

#include <stdbool.h>

#include "libshared/base/ctx.h"

#define PASSWORD_HASH_MAX	128

/*
 * Allows at most `parallel` hashes at once in this process and its later
 * children; others wait up to 5 s.  A killed process gives its place back.
 * Call it once before fork; without it there is no limit.  0 is success.
 */
int password_init(unsigned parallel) must_check;
/*
 * Argon2id, 19 MiB, 2 passes (OWASP).  ERR_UNAVAILABLE when too many hashes are
 * being computed.
 */
enum err password_hash(struct ctx *ctx, const char *password,
    const char **hash) must_check;
/*
 * True only for the right password.  bcrypt ($2a, $2b, $2y), which reads 72
 * bytes, is accepted as well.  When hash is NULL or has an unknown form, the
 * result is false and takes the same time.  False with ctx->fault
 * ERR_UNAVAILABLE: nothing was compared, because too many hashes are being
 * computed; the caller must not count it as a wrong guess.  *rehash (may be
 * NULL): the stored form is old, store a new one.
 */
bool password_verify(struct ctx *ctx, const char *hash, const char *password,
    bool *rehash) must_check;

/*
 * SHA-256 crypt with few rounds, as nginx reads it (auth_basic_user_file): for
 * random passwords only.  salt: up to 16 letters and digits.
 */
enum err password_for_nginx(struct ctx *ctx, const char *password,
    const char *salt, const char **hash) must_check;

#endif

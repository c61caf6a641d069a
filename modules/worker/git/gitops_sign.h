/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures of commits in OpenSSH's form (PROTOCOL.sshsig), as
 * `ssh-keygen -Y sign -n git` makes them.
 */
#ifndef CAMELEER_GITOPS_SIGN_H
#define CAMELEER_GITOPS_SIGN_H

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto_sign.h"

struct gitops_key {
	uint8_t	seed[SEED_SIZE];
	uint8_t	pub[ED25519_PUBLIC];
};

/*
 * Reads a private key as `ssh-keygen -t ed25519 -N ''` writes it.  ERR_INVALID
 * git_key_invalid when it is another kind, has a passphrase or is damaged.
 */
enum err gitops_key_read(struct ctx *ctx, struct str text,
    struct gitops_key *key) must_check;
/* The armored signature, in ctx->mem. */
enum err gitops_sign(struct ctx *ctx, const struct gitops_key *key,
    struct str data, const char **armored) must_check;

#endif

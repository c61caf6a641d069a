/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys with a purpose (RFC 7517, 8037).
 *
 * A key signs for one purpose only.  kid is the RFC 7638 thumbprint.  Private
 * halves come from the credential `signing.keys` of the process that signs;
 * public halves come from table signing_key, which also holds their state:
 * pending -> active -> passive -> retired.
 */
#ifndef CAMELEER_KEY_H
#define CAMELEER_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto_sign.h"

struct json;

enum key_purpose {
	KEY_ACCESS,		/* browser and API access: Ed25519 */
	KEY_SERVER,		/* towards a tenant's server: ES256 */
	KEY_LICENSE,		/* licences: Ed25519, long-lived */
	KEY_AUDIT,		/* checkpoints of the audit trail: Ed25519 */
	KEY_PURPOSE__MAX
};

#define KID_MAX		44	/* 43 characters of base64url and the NUL */
#define KEYS_MAX	32	/* keys in the ring of one process */

struct key {
	char			kid[KID_MAX];
	enum key_purpose	purpose;
	enum key_state		state;		/* see lifecycle.list */
	bool			has_seed;	/* we hold the private half */
	bool			published;	/* the database has it */
	uint8_t			pub[P256_PUBLIC];	/* 32 or 64 in use */
	uint8_t			seed[SEED_SIZE];
};

struct keyring {
	struct key	keys[KEYS_MAX];
	size_t		n;
};

const char *key_purpose_name(enum key_purpose purpose);
bool key_purpose_of(const char *name, enum key_purpose *purpose);
const char *key_alg(enum key_purpose purpose);	/* "EdDSA" or "ES256" */

/* Makes a new key with its kid; the state is pending. */
enum err key_generate(struct ctx *ctx, enum key_purpose purpose,
    struct key *key) must_check;
/*
 * Public JWK of a key, with kid, use and alg, and the way back.  A JWK does not
 * say for what we use the key, so the caller does.  ERR_INVALID when it does
 * not fit, holds a private half, or its kid is not its thumbprint.
 */
enum err key_jwk(struct ctx *ctx, const struct key *key, struct json **jwk)
    must_check;
enum err key_of_jwk(struct ctx *ctx, const struct json *jwk,
    enum key_purpose purpose, struct key *key) must_check;
/* A public Ed25519 key from its 32 bytes; its purpose has that kind of key. */
enum err key_of_bytes(struct ctx *ctx, const uint8_t pub[ED25519_PUBLIC],
    enum key_purpose purpose, struct key *key) must_check;
/*
 * Adds the lines `purpose kid seed` of a credential (# begins a comment).  The
 * state is pending until keyring_add_public() sets another one, and a key that
 * is not in the database verifies nothing.
 */
enum err keyring_add_seeds(struct ctx *ctx, struct keyring *ring,
    const char *text) must_check;
/* Adds or updates one public key by kid (from the database). */
enum err keyring_add_public(struct ctx *ctx, struct keyring *ring,
    const char *jwk_text, enum key_purpose purpose, enum key_state state)
    must_check;
const struct key *keyring_signer(const struct keyring *ring,
    enum key_purpose purpose);		/* active and ours, or NULL */

#endif

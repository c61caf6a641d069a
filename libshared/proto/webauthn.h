/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorkeeper of libfido2: what a browser says of a passkey, verified
 * (W3C Web Authentication Level 2, sections 7.1 and 7.2).
 *
 * libfido2 verifies keys and signatures.  What it leaves to its caller is done
 * here: type, challenge and origin of the client data, the form of the
 * authenticator data to its last byte, the relying party, presence and
 * verification of the user, backup flags and the signature counter.  Whose
 * credential it is, and that a challenge is good once, is the caller's part.
 */
#ifndef CAMELEER_WEBAUTHN_H
#define CAMELEER_WEBAUTHN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"

#define WEBAUTHN_ID_MAX		1023	/* bytes of a credential's id */
#define WEBAUTHN_KEY_MAX	259	/* RSA: 2048 bits, and the exponent */
#define WEBAUTHN_CLIENT_MAX	4096	/* bytes of the client data */
#define WEBAUTHN_OBJECT_MAX	8192	/* of the attestation object */
#define WEBAUTHN_SIGNATURE_MAX	1024

/* COSE algorithms, in the order of our preference. */
#define WEBAUTHN_EDDSA	(-8)	/* Ed25519, 32 bytes */
#define WEBAUTHN_ES256	(-7)	/* P-256, x || y */
#define WEBAUTHN_RS256	(-257)	/* RSA of 2048 bits, n || e */

struct webauthn_rule {
	const char	*origin;	/* byte for byte */
	const char	*rp_id;		/* its host */
	const char	*challenge;	/* base64url, as it was given out */
};

struct webauthn_credential {
	int64_t		alg;
	uint8_t		id[WEBAUTHN_ID_MAX];
	size_t		id_len;
	uint8_t		key[WEBAUTHN_KEY_MAX];
	size_t		key_len;
	uint8_t		aaguid[16];	/* the make, or zeros */
	uint32_t	count;		/* of signatures; 0: is not counted */
	bool		backup_eligible, backed_up;
};

/*
 * A new credential.  NULL, or the reason why it is refused: a constant, for
 * the log and the audit trail; *credential is then untouched.
 *
 * Attestation is none, or the credential's own: we ask for none, so who signs
 * with a maker's certificate does not play by the rules ("attestation").
 */
const char *webauthn_register(struct ctx *ctx, const struct webauthn_rule *rule,
    struct str client_data, struct str attestation,
    struct webauthn_credential *credential) must_check;

struct webauthn_proof { struct str client_data, auth_data, signature; };

/*
 * A proof that somebody has the credential, and has shown the authenticator
 * that they are its owner.  NULL or the reason, as above; credential gets the
 * new count and backup state.  "sign_count" is the reason when all is well but
 * the counter, which did not go on: somebody may have a copy of the key.
 */
const char *webauthn_assert(struct ctx *ctx, const struct webauthn_rule *rule,
    const struct webauthn_proof *proof,
    struct webauthn_credential *credential) must_check;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorkeeper of libfido2: verifies what a browser sends about a passkey
 * (W3C Web Authentication Level 2, sections 7.1 and 7.2).
 *
 * libfido2 verifies keys and signatures.  This file does what libfido2 leaves
 * to its caller: it checks type, challenge and origin of the client data, the
 * exact form of the authenticator data, the relying party, presence and
 * verification of the user, backup flags and the signature counter.  Our
 * callers know whose credential it is, and accept each challenge once.
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
	const char	*challenge;	/* base64url, as it was issued */
};

struct webauthn_credential {
	int64_t		alg;
	uint8_t		id[WEBAUTHN_ID_MAX];
	size_t		id_len;
	uint8_t		key[WEBAUTHN_KEY_MAX];
	size_t		key_len;
	uint8_t		aaguid[16];	/* the model, or zeros */
	uint32_t	count;		/* of signatures; 0: is not counted */
	bool		backup_eligible, backed_up;
};

/*
 * Verifies a new credential.  NULL, or the reason why it is refused: a
 * constant, for the log and the audit trail; *credential is then untouched.
 *
 * The attestation is absent or made with the credential's own key.  We ask for
 * none, so one with a manufacturer's certificate is refused ("attestation").
 */
const char *webauthn_register(struct ctx *ctx, const struct webauthn_rule *rule,
    struct str client_data, struct str attestation,
    struct webauthn_credential *credential) must_check;

struct webauthn_proof { struct str client_data, auth_data, signature; };

/*
 * Verifies that somebody has the credential and that the authenticator has
 * verified its owner.  NULL or the reason, as above; credential gets the new
 * count and backup state.  "sign_count" is the reason when only the counter is
 * wrong because it did not increase: somebody may have a copy of the key.
 */
const char *webauthn_assert(struct ctx *ctx, const struct webauthn_rule *rule,
    const struct webauthn_proof *proof,
    struct webauthn_credential *credential) must_check;

#endif

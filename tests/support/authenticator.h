/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An authenticator and its browser, in software: makes valid proofs, and any
 * invalid one that a test asks for.
 */
#ifndef CAMELEER_TESTS_AUTHENTICATOR_H
#define CAMELEER_TESTS_AUTHENTICATOR_H

#include "tests/support/unit.h"

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"
#include "libshared/proto/webauthn.h"

#define ORIGIN		"https://localhost:18443"
#define RP_ID		"localhost"
#define CHALLENGE	"GvZ1RyBHgYzdVd5iAFBwOp7Cmb3hLxOqPqBJ6m8HAkY"

/* Flags: user present and verified. */
#define UP_UV		0x05

/* The content of one ceremony; authentic() has valid values. */
struct said {
	const char	*type, *challenge, *origin;
	const char	*more;		/* members of the client data, or "" */
	const char	*rp_id;
	uint8_t		 flags;		/* attested data is added as it fits */
	uint32_t	 count;
	const char	*format;	/* "none" or "packed" */
	struct str	 id;		/* of the credential */
	struct str	 extensions;	/* CBOR at the end, with its flag */
};

struct authenticator {
	int64_t		 alg;
	void		*key;		/* EVP_PKEY */
};

extern struct ctx *ctx;		/* new for each test */
extern const struct webauthn_rule rule;

/* Keys are made once for a program: 0 ES256, 1 EdDSA, 2 RS256, 3 ES256. */
#define AUTHENTICATORS	4
extern struct authenticator authenticators[AUTHENTICATORS];

int authenticator_group_setup(void **state);
int authenticator_group_teardown(void **state);
int authenticator_setup(void **state);
int authenticator_teardown(void **state);

struct said authentic(const char *type);

struct str client_data_of(const struct said *said);
/* Returns authenticator data; includes the key of an authenticator if given. */
struct str auth_data_of(const struct said *said,
    const struct authenticator *authenticator);
struct str cose_key_of(const struct authenticator *authenticator);
/*
 * Returns {fmt, attStmt, authData}; packed has its own attestation statement.
 */
struct str attestation_of(const struct said *said,
    const struct authenticator *authenticator);
/* Returns an attestation object with the given authenticator data. */
struct str object_of(const char *format, struct str statement,
    struct str auth_data);
struct str statement_of(const struct authenticator *authenticator,
    struct str auth_data, struct str client_data);
struct str signature_of(const struct authenticator *authenticator,
    struct str auth_data, struct str client_data);
struct webauthn_proof proof_of(const struct said *said,
    const struct authenticator *authenticator);

/* Returns a followed by b, in ctx->mem. */
struct str joined(struct str a, struct str b);
/* Returns a copy of s whose byte at i has these bits flipped. */
struct str flipped(struct str s, size_t i, uint8_t bits);

/* Registers the authenticator; the test fails when that is refused. */
void enrolled(const struct authenticator *authenticator,
    struct webauthn_credential *credential);

#define AUTHENTICATOR_TEST(f) cmocka_unit_test_setup_teardown(f, \
	authenticator_setup, authenticator_teardown)

#endif

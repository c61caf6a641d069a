/* SPDX-License-Identifier: Apache-2.0 */
/* A provider that signs whatever it is given, with its own keys. */
#ifndef CAMELEER_TESTS_FOREIGN_H
#define CAMELEER_TESTS_FOREIGN_H

#include "tests/support/unit.h"

#include "libshared/proto/jose.h"

#define NOW	1700000000
#define FOREIGN_CLAIMS	"{\"iss\":\"https://idp.example\",\"aud\":\"app\"," \
	"\"sub\":\"s-1\",\"nonce\":\"n-1\",\"iat\":1700000000," \
	"\"exp\":1700000300}"
#define ES256_HEADER	"{\"alg\":\"ES256\",\"kid\":\"e\",\"typ\":\"JWT\"}"
#define EDDSA_HEADER	"{\"alg\":\"EdDSA\",\"kid\":\"o\",\"typ\":\"JWT\"}"

extern struct ctx *ctx;		/* new for each test */
extern struct jose_set set;	/* keys "r", "e" and "o" of the three kinds */
extern const struct jose_rule id_rule, logout_rule;

int foreign_setup(void **state);
int foreign_teardown(void **state);

/*
 * Returns header.payload.signature; alg chooses the key that signs, whatever
 * the header says.
 */
const char *foreign_token(enum jose_alg alg, const char *header,
    const char *payload);
/* Returns the JWK of a key with more members, as in ",\"use\":\"sig\"". */
const char *foreign_jwk(enum jose_alg alg, const char *more);

void foreign_accepted(const struct jose_rule *by, const char *token);
/* Fails the test unless the token is refused for this reason; NULL: any. */
void foreign_refused(const struct jose_rule *by, const char *token,
    size_t len, const char *why);

#define FOREIGN_TEST(f) \
	cmocka_unit_test_setup_teardown(f, foreign_setup, foreign_teardown)

#endif

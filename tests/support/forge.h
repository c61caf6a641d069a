/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens of any content with a valid signature, and the expected result. */
#ifndef CAMELEER_TESTS_FORGE_H
#define CAMELEER_TESTS_FORGE_H

#include "tests/support/unit.h"

#include "libshared/proto/key.h"
#include "libshared/proto/token.h"

#define NOW	1700000000

extern struct ctx *ctx;		/* new for each test */
extern struct keyring ring;	/* one active key of each purpose, in order */
extern const struct token_rule rule, server_rule;

#define ACCESS	(&ring.keys[KEY_ACCESS])
#define CLAIMS(iss, sub, aud, exp, nbf) "{\"iss\":" iss ",\"sub\":" sub \
	",\"aud\":" aud ",\"exp\":" exp ",\"nbf\":" nbf "}"
#define ISS	"\"https://cameleer.example\""
#define SUB	"\"0190a1b2-0000-7000-8000-000000000000\""
#define AUD	"\"cameleer\""
#define GOOD_CLAIMS	CLAIMS(ISS, SUB, AUD, "1700000600", "1700000000")

int forge_group_setup(void **state);
int forge_setup(void **state);
int forge_teardown(void **state);

/*
 * Fails the test unless the token is refused for this reason (NULL: any), with
 * the only answer that a client may see.
 */
void refused(const struct token_rule *by, const char *token, size_t len,
    const char *why);
void accepted(const struct token_rule *by, const char *token);

const char *forge(const struct key *key, const char *header,
    const char *payload);
/* Returns {"alg": alg, "kid": of the key, "typ": typ} and more, as JSON. */
const char *header_of(const struct key *key, const char *alg,
    const char *typ, const char *more);
/* Returns an access token with a valid header and these claims. */
const char *claims_token(const char *claims);
/* Returns a token made by token_sign(), as in the product. */
const char *good_token(enum key_purpose purpose, const char *audience);

#define FORGE_TEST(f) \
	cmocka_unit_test_setup_teardown(f, forge_setup, forge_teardown)

#endif

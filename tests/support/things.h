/* SPDX-License-Identifier: Apache-2.0 */
/* A service with a few routes, one of each kind. */
#ifndef CAMELEER_TESTS_THINGS_H
#define CAMELEER_TESTS_THINGS_H

#include "tests/support/service_peer.h"

extern const struct service things;

/* The permissions for GET /api/things/{name}, and for the writes. */
#define READS	" app.read "
#define WRITES	" app.read app.manage "
/* The body of POST /api/things. */
#define BODY	"{\"name\":\"one\"}"
#define JSON	"CONTENT_TYPE", "application/json"
#define MANY	FAKE_ANY, FAKE_ANY, FAKE_ANY
/* The personal data in each audit row. */
#define ADDRESS	"{\"client_ip\":\"192.0.2.7\"}"

/* Expects the audit row of a request: its action and result. */
void expect_audit(const char *kind, const char *action, const char *result,
    const char *code);
/* Expects the number of anonymous refusals in this minute. */
void expect_stranger(const char *n);
void expect_refusal(const char *kind, const char *action, const char *code);

#endif

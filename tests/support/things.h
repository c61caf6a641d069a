/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service of a few routes, one for each kind that there is.
 */
#ifndef CAMELEER_TESTS_THINGS_H
#define CAMELEER_TESTS_THINGS_H

#include "tests/support/service_peer.h"

extern const struct service things;

/* Permissions for GET /api/things/{name}, and for the writes. */
#define READS	" app.read "
#define WRITES	" app.read app.manage "
/* What POST /api/things takes. */
#define BODY	"{\"name\":\"one\"}"
#define JSON	"CONTENT_TYPE", "application/json"
#define MANY	FAKE_ANY, FAKE_ANY, FAKE_ANY
/* What is personal in each row. */
#define ADDRESS	"{\"client_ip\":\"192.0.2.7\"}"

/* The row that a request leaves: what was done, and what came of it. */
void expect_audit(const char *kind, const char *action, const char *result,
    const char *code);
/* How many refusals of a stranger there were this minute. */
void expect_stranger(const char *n);
void expect_refusal(const char *kind, const char *action, const char *code);

#endif

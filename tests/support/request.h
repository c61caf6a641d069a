/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request without a web server: what a handler, or a check of the skeleton,
 * finds in its context.
 */
#ifndef CAMELEER_TESTS_REQUEST_H
#define CAMELEER_TESTS_REQUEST_H

#include "tests/support/unit.h"

#include "libshared/base/conf.h"
#include "libshared/base/ctx.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/route.h"

#define ACCOUNT	"00000000-0000-7000-8000-000000000001"
#define SESSION	"00000000-0000-7000-8000-000000000002"
#define TENANT	"00000000-0000-7000-8000-0000000000a0"
#define BASE_URL	"https://cameleer.example"

extern struct ctx *ctx;		/* new for each test */
extern struct req req;		/* empty, of `route` */
extern struct route route;	/* POST /api/things, writes, for its tenant */

int request_setup(void **state);
/* Also fails the test when an expected query did not come. */
int request_teardown(void **state);

/*
 * Makes the request that of a member of TENANT with this role and permissions.
 */
void signed_in(const char *role, const char *permissions);
/*
 * The value of a reply header, or NULL; *n is how often it occurs (may be
 * NULL).
 */
const char *replied(const char *name, size_t *n);
/* The body of the reply, parsed; fails the test when it is not JSON. */
const struct json *replied_json(void);
/* Fails the test unless the fault has this error and code. */
void assert_fault(enum err e, const char *code);

#define REQUEST_TEST(f) \
	cmocka_unit_test_setup_teardown(f, request_setup, request_teardown)

#endif

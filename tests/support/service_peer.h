/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service in its own processes, between a FastCGI client and a scripted
 * database.
 */
#ifndef CAMELEER_TESTS_SERVICE_PEER_H
#define CAMELEER_TESTS_SERVICE_PEER_H

#include "tests/support/request.h"

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/common.h"
#include "libshared/skeleton/service.h"
#include "tests/support/fake_sql.h"
#include "tests/support/fcgi_client.h"

extern struct answer answer;	/* of the last ask() */

int peer_group_setup(void **state);
int peer_group_teardown(void **state);
int peer_setup(void **state);
/* Stops the service; fails the test when it does not end with success. */
int peer_teardown(void **state);

/* Starts the service; all expectations of the database must stand before. */
void peer_start(const struct service *service);
/* Checks that its exit code is 0.  May be called for a stopped service. */
void peer_stop(void);
/* Runs it with these arguments, up to a NULL; returns its exit code. */
#define peer_run(service, ...) peer_run_((service), \
    (const char *const[]){ __VA_ARGS__ })
int peer_run_(const struct service *service, const char *const *args);
const char *peer_conf(void);	/* its settings file */
const char *peer_log(void);	/* its standard output and error */

/* Sends one request; further parameters follow in pairs. */
#define ask(body, method, path, ...) ask_((body), (const char *const[]){ \
    "CAM_METHOD", (method), "CAM_PATH", (path), "CAM_REQUEST_ID", "r-7", \
    "CAM_CLIENT_IP", "192.0.2.7", ##__VA_ARGS__, NULL })
void ask_(const char *body, const char *const *params);
/* Checks status and problem code; code NULL means success. */
void assert_answer(int status, const char *code);

/* A valid access token of ACCOUNT for TENANT, in a header or a cookie. */
#define BEARER	"HTTP_AUTHORIZATION", peer_bearer()
#define COOKIE	"HTTP_COOKIE", peer_cookie()
const char *peer_bearer(void);
const char *peer_cookie(void);
/* Expects that the keys are read from the database. */
void expect_keys(void);
/* Expects the session's state to be read; role NULL: not a member. */
void expect_member(const char *role, const char *permissions,
    const char *state);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service in processes of its own, between a client that speaks FastCGI and
 * a scripted database.
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
/* Stops the service; fails the test when it does not end well. */
int peer_teardown(void **state);

/* After everything that is expected of the database. */
void peer_start(const struct service *service);
/* Its exit code must be 0.  Fine when it was stopped already. */
void peer_stop(void);
/* Runs it with these arguments, up to a NULL; its exit code. */
#define peer_run(service, ...) peer_run_((service), \
    (const char *const[]){ __VA_ARGS__ })
int peer_run_(const struct service *service, const char *const *args);
const char *peer_conf(void);	/* its settings file */
const char *peer_log(void);	/* what it said, on either output */

/* One request; parameters besides the usual ones follow in pairs. */
#define ask(body, method, path, ...) ask_((body), (const char *const[]){ \
    "CAM_METHOD", (method), "CAM_PATH", (path), "CAM_REQUEST_ID", "r-7", \
    "CAM_CLIENT_IP", "192.0.2.7", ##__VA_ARGS__, NULL })
void ask_(const char *body, const char *const *params);
/* code NULL: a success. */
void assert_answer(int status, const char *code);

/* A good access token of ACCOUNT for TENANT, either way. */
#define BEARER	"HTTP_AUTHORIZATION", peer_bearer()
#define COOKIE	"HTTP_COOKIE", peer_cookie()
const char *peer_bearer(void);
const char *peer_cookie(void);
/* The database knows its key. */
void expect_keys(void);
/* What the database says of the session; role NULL: no member. */
void expect_member(const char *role, const char *permissions,
    const char *state);

#endif

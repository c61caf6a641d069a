/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of cameleerctl: the checks of doctor, one function each. */
#ifndef CAMELEER_CTL_DOCTOR_H
#define CAMELEER_CTL_DOCTOR_H

#include <stdbool.h>

#include "libshared/base/ctx.h"

struct ctl;
struct http_response;

/*
 * True: good.  False: ctx->fault says what is wrong and what to do.  A later
 * check may use results of an earlier one only through ctx->db.
 */
typedef bool (*check_fn)(struct ctl *ctl);

bool check_credentials(struct ctl *ctl);
bool check_spool(struct ctl *ctl);
bool check_sockets(struct ctl *ctl);
bool check_registry(struct ctl *ctl);
bool check_base_image(struct ctl *ctl);
bool check_server_image(struct ctl *ctl);
bool check_engine(struct ctl *ctl);
bool check_worker_socket(struct ctl *ctl);
bool check_gitops(struct ctl *ctl);
bool check_mail(struct ctl *ctl);
bool check_ca_files(struct ctl *ctl);
bool check_base_url(struct ctl *ctl);
bool check_agent(struct ctl *ctl);
bool check_places(struct ctl *ctl);
bool check_isolation(struct ctl *ctl);
bool check_tenants_database(struct ctl *ctl);
bool check_stores(struct ctl *ctl);
bool check_connections(struct ctl *ctl);

/* "WHAT: WHY; ADVICE" as the fault; false. */
bool doctor_peers_bad(struct ctl *ctl, const char *what, const char *why,
    const char *advice);
/* A GET; false: no whole answer came, and the fault says why. */
struct peer_question { const char *url, *socket, *accept, *ca_file; };
bool doctor_peers_ask(struct ctl *ctl, const struct peer_question *question,
    struct http_response *response) must_check;

#endif

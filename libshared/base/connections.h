/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many connections to PostgreSQL the processes of a platform hold at most,
 * by its settings.
 */
#ifndef CAMELEER_CONNECTIONS_H
#define CAMELEER_CONNECTIONS_H

#include <stdint.h>

#include "libshared/base/conf.h"

/*
 * Children of a responder; 0: there is no such responder.  Each child holds one
 * connection.
 */
int64_t connections_responder(const struct conf *conf, const char *name);

/* To the platform's database: responders, worker, cameleerctl. */
int64_t connections_platform(const struct conf *conf);
/* To the tenants' database: tenants' servers, worker, cameleerctl. */
int64_t connections_tenants(const struct conf *conf);

#endif

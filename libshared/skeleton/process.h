/* SPDX-License-Identifier: Apache-2.0 */
/* What each of our processes has, and how it starts. */
#ifndef CAMELEER_PROCESS_H
#define CAMELEER_PROCESS_H

#include <stdint.h>

#include "libshared/base/conf.h"
#include "libshared/base/ctx.h"
#include "libshared/proto/key.h"

/* What a process has for its whole life; set before the first request. */
struct process {
	const struct conf	*conf;
	struct keyring		 keys;
	int64_t			 keys_read_at;	/* monotonic seconds */
};
extern struct process process;

/*
 * Common start: options, settings, log, crypto.  False: the program must end
 * with the exit code *rc.
 */
bool process_init(int argc, char *argv[], const char *name, int *rc);
/*
 * Reads public keys and our seeds.  again: for an unknown kid, once per minute
 * at most.
 */
enum err process_keys(struct ctx *ctx, bool again) must_check;
/*
 * The database of this process by settings and credential; connects when used.
 */
struct sql *process_sql(struct ctx *ctx, const char *user);
struct sql_config;
/* Certificate and key of the client: NAME.cert and NAME.key, or NULL. */
void process_certificate(struct ctx *ctx, const char *name,
    struct sql_config *config);
/*
 * Do all connections that the settings allow fit into what the databases
 * allow?  Asks over ctx->db, and over tenants unless it is NULL.  When they do
 * not, ERR_CONFLICT, and the fault says what is needed, what there is, and what
 * to change.
 */
enum err process_connections(struct ctx *ctx, struct sql *tenants) must_check;

#endif

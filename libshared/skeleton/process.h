/* SPDX-License-Identifier: Apache-2.0 */
/* What each process of ours has and does at its start. */
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
 * Common start: options, settings, log, crypto.  False: the program ends, with
 * the exit code *rc.
 */
bool process_init(int argc, char *argv[], const char *name, int *rc);
/* Public keys and our seeds; again at once for an unknown kid, <= 1/min. */
enum err process_keys(struct ctx *ctx, bool again) must_check;
/* Database of this process by settings and credential; connects lazily. */
struct sql *process_sql(struct ctx *ctx, const char *user);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The lease of a job, for work.c and work_steps.c; jobs call work_begin(). */
#ifndef CAMELEER_WORK_LEASE_H
#define CAMELEER_WORK_LEASE_H

#include <stdint.h>

#include "libshared/base/ctx.h"

/*
 * Records that a transaction, begun then and committed, proved the lease.
 */
void lease_note(struct ctx *ctx, int64_t began);
/*
 * Asks the database when a third of the lease has passed, or when the session
 * that held the advisory lock has ended: then another worker may have claimed
 * the job.
 */
enum err lease_check(struct ctx *ctx) must_check;
/* Releases the advisory lock of the job. */
void lease_drop(struct ctx *ctx);

#endif

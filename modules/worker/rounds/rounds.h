/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the worker does between jobs, each round a little of it.
 */
#ifndef CAMELEER_ROUNDS_H
#define CAMELEER_ROUNDS_H

#include <stdbool.h>

#include "libshared/base/ctx.h"

/* mail.c: one queued mail; *any: there was one. */
enum err mail_one(struct ctx *ctx, bool *any) must_check;
/* periodic.c: what is due of it. */
enum err periodic(struct ctx *ctx) must_check;
/* watch.c: what runs, how it is, and what it says. */
enum err watch(struct ctx *ctx) must_check;
/* trail.c: the audit trail's chains, all that have grown; and one at once. */
enum err trail_seal(struct ctx *ctx) must_check;
enum err trail_chain(struct ctx *ctx, const char *tenant) must_check;
enum err trail_sign(struct ctx *ctx, const char *tenant) must_check;
/* sweep.c: what nobody needs any more. */
enum err sweep(struct ctx *ctx) must_check;

#endif

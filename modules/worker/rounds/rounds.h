/* SPDX-License-Identifier: Apache-2.0 */
/* Periodic work, in addition to jobs: mail, and what the schedule makes due. */
#ifndef CAMELEER_ROUNDS_H
#define CAMELEER_ROUNDS_H

#include <stdbool.h>

#include "libshared/base/ctx.h"

struct worker;

/* mail.c: sends one queued mail; *any: there was one. */
enum err mail_one(struct ctx *ctx, bool *any) must_check;
/* request.c: settles one registration or recovery; *any: there was one. */
enum err request_one(struct ctx *ctx, bool *any) must_check;
/* periodic.c: runs one scheduled work that is due; *any: there was one. */
enum err periodic_round(struct ctx *ctx, const struct worker *worker, bool *any)
    must_check;
/* logs.c: collects the logs of deployments. */
enum err logs_round(struct ctx *ctx) must_check;
/* logs.c: removes lines that are too old, also of what prints no more. */
enum err logs_age(struct ctx *ctx) must_check;
/* doors.c: seals the tokens of tenants' servers for the gate. */
enum err doors_round(struct ctx *ctx) must_check;
/* gitops.c: checks the GitOps repository, where there is one. */
enum err gitops_round(struct ctx *ctx) must_check;
/* watch.c: checks state and health of servers and deployments. */
enum err watch_round(struct ctx *ctx) must_check;
/* drift.c: compares what tenants have with what they should have. */
enum err drift_round(struct ctx *ctx, const struct worker *worker) must_check;
/* isolation.c: goes on with probes that run, and begins those that are due. */
enum err isolation_round(struct ctx *ctx) must_check;
/* places.c: checks the place whose check is due. */
enum err places_round(struct ctx *ctx) must_check;
/*
 * trail.c: seals and signs audit chains: all that have grown, or one at once.
 */
enum err trail_seal(struct ctx *ctx) must_check;
enum err trail_chain(struct ctx *ctx, const char *tenant) must_check;
enum err trail_sign(struct ctx *ctx, const char *tenant) must_check;
/* license.c: renews licences that end soon, and counts waiting tenants. */
enum err license_round(struct ctx *ctx) must_check;
/* operations.c: counts operations by kind and state. */
enum err operations_round(struct ctx *ctx) must_check;
/* deletions.c: warns of the end of leaving tenants, and ends them. */
enum err deletions_round(struct ctx *ctx) must_check;
/* tells.c: tells servers of tenants what has changed. */
enum err tells_round(struct ctx *ctx) must_check;
/* sweep.c: deletes old answers, guesses, challenges and uploads. */
enum err sweep_round(struct ctx *ctx) must_check;

#endif

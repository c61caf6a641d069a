/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many uploads are received at the same time: in all, for a tenant and for
 * an account.  The children count in memory that they share.
 */
#ifndef CAMELEER_SLOT_H
#define CAMELEER_SLOT_H

#include <stdint.h>

#include "libshared/base/ctx.h"

#define SLOTS_MAX		128	/* limit of the setting `uploads` */
#define SLOTS_TENANT_MAX	3
#define SLOTS_ACCOUNT_MAX	4	/* in all of its tenants */

/* Before the children start; n slots.  -1: there is no memory. */
int slots_init(int64_t n);
/*
 * Takes a slot for the tenant and the account of the request, until the
 * request ends.  ERR_LIMIT when they have theirs, ERR_UNAVAILABLE when all are
 * taken.
 */
enum err slot_take(struct ctx *ctx) must_check;

#endif

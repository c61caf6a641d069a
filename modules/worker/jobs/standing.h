/* SPDX-License-Identifier: Apache-2.0 */
/* Does the platform let the tenant run?  What jobs share about it. */
#ifndef CAMELEER_STANDING_H
#define CAMELEER_STANDING_H

#include <stdbool.h>

#include "libshared/base/ctx.h"

/* The detail of a deployment that is to run again afterwards. */
#define STANDING_HELD	"the tenant is suspended"

/* In the open transaction: neither suspended nor revoked? */
enum err standing_active(struct ctx *ctx, bool *active) must_check;
/* The same, in its own transaction. */
enum err standing_read(struct ctx *ctx, bool *active) must_check;

#endif

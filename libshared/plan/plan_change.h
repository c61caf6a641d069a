/* SPDX-License-Identifier: Apache-2.0 */
/* What came of plan_change() in the database: another plan, or why not. */
#ifndef CAMELEER_PLAN_CHANGE_H
#define CAMELEER_PLAN_CHANGE_H

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

struct plan_changed { const char *outcome, *old, *excess; };
extern const struct field plan_changed_view[];

/*
 * ERR_OK: it is changed; else ERR_CONFLICT, and the transaction must be taken
 * back.
 */
enum err plan_changed_check(struct ctx *ctx,
    const struct plan_changed *changed) must_check;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the tier matrix as the API shows them, in words for people. */
#ifndef CAMELEER_PLAN_ROWS_H
#define CAMELEER_PLAN_ROWS_H

#include <stddef.h>

#include "libshared/base/ctx.h"
#include "libshared/base/tier.h"
#include "libshared/doors/field.h"

/* A row of plan_told(): what the plan says, and what the tenant has. */
struct plan_value {
	const char	*key, *plan_value, *value;
	/* of the contract, when that says otherwise; else NULL */
	const char	*reason, *since, *ends_at;
};
extern const struct field plan_value_view[];

/* What each object of the following texts has: schema PlanRow. */
extern const struct field plan_row_shape[];

/* A JSON array of all rows, in the order of the matrix. */
enum err plan_rows(struct ctx *ctx, const struct plan_value *values, size_t n,
    const char **text) must_check;
/* The same of a tier, for everybody. */
enum err plan_rows_of(struct ctx *ctx, const struct tier *tier,
    const char **text) must_check;

/*
 * Reads the value that an operator wants to set: ERR_NOT_FOUND no_such_limit,
 * ERR_BAD_INPUT invalid_fields.  *json is for plan_override_set().
 */
enum err plan_value_read(struct ctx *ctx, const char *key, const char *value,
    const char **json) must_check;

#endif

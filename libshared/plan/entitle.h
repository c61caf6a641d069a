/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate of features: what the plan or the contract of a tenant does not
 * include is refused, and the answer says which plan does (M6.4).
 */
#ifndef CAMELEER_ENTITLE_H
#define CAMELEER_ENTITLE_H

#include "libshared/base/ctx.h"

struct entitlement {
	const char	*feature;	/* a row of the tier matrix */
	const char	*needs;		/* one of its words; NULL: any but no */
	const char	*value;		/* that the tenant has, by plan_of() */
	const char	*tier;		/* of the tenant */
	const char	*tenant;	/* its slug */
};

/*
 * ERR_FORBIDDEN not_entitled, with feature, required_tier, current_tier and
 * upgrade_url in the problem, unless the value suffices.
 */
enum err entitle_check(struct ctx *ctx, const struct entitlement *asked)
    must_check;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/plan/plan_change.h"

const struct field plan_changed_view[] = {
	VIEW_TEXT(struct plan_changed, outcome),
	VIEW_TEXT_OPT(struct plan_changed, old),
	VIEW_TEXT_OPT(struct plan_changed, excess),
	FIELD_END
};

enum err
plan_changed_check(struct ctx *ctx, const struct plan_changed *changed)
{
	if (strcmp(changed->outcome, "done") == 0)
		return ERR_OK;
	if (strcmp(changed->outcome, "same") == 0)
		return fail(ctx, ERR_CONFLICT, "plan_same",
		    "the tenant has plan %s already", changed->old);
	if (strcmp(changed->outcome, "beyond") == 0)
		return fail(ctx, ERR_CONFLICT, "plan_too_small",
		    "the tenant has more than that plan: %s",
		    changed->excess);
	return fail(ctx, ERR_CONFLICT, "tenant_not_active",
	    "the tenant is %s", changed->outcome);
}

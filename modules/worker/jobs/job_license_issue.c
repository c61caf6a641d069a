/* SPDX-License-Identifier: Apache-2.0 */
/*
 * license.issue: signs what follows from an operator's decision about the
 * licences of a tenant, and has the tenant suspended or started again.
 */
#include "config.h"

#include "libshared/base/lifecycle.h"
#include "libshared/doors/sql.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/jobs/standing.h"
#include "modules/worker/work.h"

/* The transaction stays open: the step is recorded with the licence. */
static enum err
step_sign(struct ctx *ctx, void *state)
{
	struct tenant tenant;
	const char *standing;
	enum err e;

	(void)state;
	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = tenant_load(ctx, &tenant)) != ERR_OK ||
	    (e = tenant_license_issue(ctx, &tenant, &standing)) != ERR_OK)
		return e;
	work_detail(ctx, "the licence is %s", standing);
	return ERR_OK;
}

static enum err
step_revocations(struct ctx *ctx, void *state)
{
	enum err e;

	(void)state;
	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = tenant_revocations(ctx)) != ERR_OK)
		return e;
	work_detail(ctx, "the list of revoked licences is signed");
	return ERR_OK;
}

/*
 * What runs follows the decision.  A tenant that is suspended already is
 * suspended again: it may have been on its way back.
 */
static enum err
step_tenant(struct ctx *ctx, void *state)
{
	enum tenant_state is;
	struct uuid operation;
	struct tenant tenant;
	bool active;
	enum err e;

	(void)state;
	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = tenant_load(ctx, &tenant)) != ERR_OK ||
	    (e = standing_active(ctx, &active)) != ERR_OK)
		return e;
	is = tenant_state_of(tenant.state);
	if (is == TENANT_SUSPENDED && active)
		return job_queue(ctx, "tenant.reactivate", &tenant.id,
		    &operation);
	if ((is == TENANT_ACTIVE || is == TENANT_SUSPENDED) && !active)
		return job_queue(ctx, "tenant.suspend", &tenant.id,
		    &operation);
	return ERR_OK;
}

static const struct job_step steps[] = {
	{ .name = "sign", .run = step_sign },
	{ .name = "revocations", .run = step_revocations },
	{ .name = "tenant", .run = step_tenant },
	{ .name = NULL },
};

static enum err
license_issue(struct ctx *ctx)
{
	return work_steps(ctx, steps, NULL);
}

const struct job_kind job_license_issue = {
	.name = "license.issue",
	.about = "The worker signs the licence that an operator decided on.",
	.run = license_issue,
	.steps = steps,
	.attempts = 10,
};

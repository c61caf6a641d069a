/* SPDX-License-Identifier: Apache-2.0 */
/*
 * license.issue: signs what follows from an operator's decision about the
 * licences of a tenant.
 */
#include "config.h"

#include "libshared/doors/sql.h"
#include "modules/worker/tenant/tenant.h"
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

static const struct job_step steps[] = {
	{ "sign", step_sign },
	{ "revocations", step_revocations },
	{ NULL, NULL },
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

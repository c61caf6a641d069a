/* SPDX-License-Identifier: Apache-2.0 */
/* audit.checkpoint: seals and signs a tenant's chain at once, on request. */
#include "config.h"

#include "modules/worker/rounds/rounds.h"
#include "modules/worker/work.h"

static enum err
step_sign(struct ctx *ctx, void *state)
{
	const char *tenant = ctx->job->tenant.text;
	enum err e;

	(void)state;
	if ((e = trail_chain(ctx, tenant)) != ERR_OK)
		return e;
	return trail_sign(ctx, tenant);
}

static const struct job_step steps[] = {
	{ .name = "sign", .run = step_sign },
	{ .name = NULL },
};

static enum err
audit_checkpoint(struct ctx *ctx)
{
	return work_steps(ctx, steps, NULL);
}

const struct job_kind job_audit_checkpoint = {
	.name = "audit.checkpoint",
	.about = "The worker signs the audit trail.",
	.run = audit_checkpoint,
	.steps = steps,
	.attempts = 8,
};

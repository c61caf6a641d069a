/* SPDX-License-Identifier: Apache-2.0 */
/* All kinds of jobs: each is declared and listed here only. */
#include "config.h"

#include "libshared/doors/json.h"
#include "modules/worker/work.h"

extern const struct job_kind job_app_remove;
extern const struct job_kind job_audit_checkpoint;
extern const struct job_kind job_bootstrap_retire;
extern const struct job_kind job_bootstrap_rotate;
extern const struct job_kind job_deployment_apply;
extern const struct job_kind job_drift_restore;
extern const struct job_kind job_license_issue;
extern const struct job_kind job_release_assemble;
extern const struct job_kind job_store_renew;
extern const struct job_kind job_tenant_export;
extern const struct job_kind job_tenant_leave;
extern const struct job_kind job_tenant_provision;
extern const struct job_kind job_tenant_reactivate;
extern const struct job_kind job_tenant_remove;
extern const struct job_kind job_tenant_return;
extern const struct job_kind job_tenant_suspend;

const struct job_kind *const job_kinds[] = {
	&job_app_remove,
	&job_audit_checkpoint,
	&job_bootstrap_retire,
	&job_bootstrap_rotate,
	&job_deployment_apply,
	&job_drift_restore,
	&job_license_issue,
	&job_release_assemble,
	&job_store_renew,
	&job_tenant_export,
	&job_tenant_leave,
	&job_tenant_provision,
	&job_tenant_reactivate,
	&job_tenant_remove,
	&job_tenant_return,
	&job_tenant_suspend,
	NULL
};

static struct json *
step_describe(struct ctx *ctx, const struct job_kind *kind,
    const struct job_step *step)
{
	struct json *one = json_object(ctx);

	json_put_text(one, "name", step->name);
	json_put_int(one, "timeout_s", step->timeout_s > 0 ?
	    step->timeout_s : STEP_MAX_S);
	json_put_int(one, "attempts", step->attempts > 0 ? step->attempts :
	    kind->attempts);
	json_put_int(one, "backoff_s", step->backoff_s > 0 ?
	    step->backoff_s : BACKOFF_MAX_S);
	json_put_bool(one, "skippable", step->skippable);
	json_put_bool(one, "undone", step->undo != NULL);
	return one;
}

static struct json *
kind_describe(struct ctx *ctx, const struct job_kind *kind)
{
	struct json *one = json_object(ctx), *steps = json_array(ctx);
	const struct job_step *step;

	json_put_text(one, "action", kind->name);
	json_put_text(one, "about", kind->about);
	json_put_int(one, "attempts", kind->attempts);
	for (step = kind->steps; step->name != NULL; step++)
		json_add(steps, step_describe(ctx, kind, step));
	json_put(one, "steps", steps);
	return one;
}

enum err
jobs_dump(struct ctx *ctx, const char **text)
{
	struct json *top = json_object(ctx), *jobs = json_array(ctx);
	size_t i;

	for (i = 0; job_kinds[i] != NULL; i++)
		json_add(jobs, kind_describe(ctx, job_kinds[i]));
	json_put_text(top, "service", "worker");
	json_put(top, "jobs", jobs);
	return json_print(ctx, top, text, NULL);
}

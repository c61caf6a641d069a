/* SPDX-License-Identifier: Apache-2.0 */
/* All kinds of jobs: each is declared and listed here only. */
#include "config.h"

#include "libshared/doors/json.h"
#include "modules/worker/work.h"

extern const struct job_kind job_app_remove;
extern const struct job_kind job_audit_checkpoint;
extern const struct job_kind job_deployment_apply;
extern const struct job_kind job_license_issue;
extern const struct job_kind job_release_assemble;
extern const struct job_kind job_tenant_export;
extern const struct job_kind job_tenant_provision;
extern const struct job_kind job_tenant_remove;

const struct job_kind *const job_kinds[] = {
	&job_app_remove,
	&job_audit_checkpoint,
	&job_deployment_apply,
	&job_license_issue,
	&job_release_assemble,
	&job_tenant_export,
	&job_tenant_provision,
	&job_tenant_remove,
	NULL
};

static struct json *
kind_describe(struct ctx *ctx, const struct job_kind *kind)
{
	struct json *one = json_object(ctx), *steps = json_array(ctx);
	const struct job_step *step;

	json_put_text(one, "action", kind->name);
	json_put_text(one, "about", kind->about);
	json_put_int(one, "attempts", kind->attempts);
	for (step = kind->steps; step->name != NULL; step++)
		json_add_text(steps, step->name);
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

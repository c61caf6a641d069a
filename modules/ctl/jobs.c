/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl jobs: failed jobs in all tenants.
 *
 * Only cameleer_gate reads across tenants.  A change runs as the owner of the
 * table, pinned to one tenant, and row security applies to it.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "modules/ctl/ctl.h"

#include "modules/ctl/jobs.sql.h"

struct operation {
	struct uuid	 id, tenant;
	const char	*slug, *kind, *state, *error_code, *error, *created_at;
	int64_t		 attempt;
};

static const struct field operation_view[] = {
	VIEW_UUID(struct operation, id),
	VIEW_UUID(struct operation, tenant),
	VIEW_TEXT(struct operation, slug),
	VIEW_TEXT(struct operation, kind),
	VIEW_TEXT(struct operation, state),
	VIEW_INT(struct operation, attempt),
	VIEW_TEXT_OPT(struct operation, error_code),
	VIEW_TEXT_OPT(struct operation, error),
	VIEW_TEXT(struct operation, created_at),
	FIELD_END
};

static const char *
jobs_shown(const char *text)
{
	return text == NULL ? "-" : text;
}

static int
jobs_list(struct ctl *ctl)
{
	struct json *list = json_array(ctl->ctx), *one;
	struct operation *rows;
	size_t i, n;

	if (sql_script(ctl->ctx, "SET ROLE cameleer_gate") != ERR_OK ||
	    sql_many(ctl->ctx, &SQL_OPERATION_LIST, operation_view,
	    sizeof(*rows), &rows, &n) != ERR_OK)
		return ctl_bad(ctl);
	for (i = 0; i < n; i++) {
		if (!ctl->json) {
			(void)printf("%s  %-16s %-20s %-8s attempt %" PRId64
			    "  %s: %s\n", rows[i].id.text, rows[i].slug,
			    rows[i].kind, rows[i].state, rows[i].attempt,
			    jobs_shown(rows[i].error_code),
			    jobs_shown(rows[i].error));
			continue;
		}
		if (field_encode(ctl->ctx, operation_view, &rows[i], &one) !=
		    ERR_OK)
			return ctl_bad(ctl);
		json_add(list, one);
	}
	return ctl->json ? ctl_print(ctl, list) : CTL_GOOD;
}

/* jobs_find - finds the tenant of an operation before any tenant is pinned */
static enum err
jobs_find(struct ctx *ctx, const char *id, struct operation *found)
{
	bool there;
	enum err e;

	if (!uuid_set(&found->id, id))
		return fail(ctx, ERR_BAD_INPUT, "bad_id", "%s is not a UUID",
		    id);
	if ((e = sql_script(ctx, "SET ROLE cameleer_gate")) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_OPERATION_FIND, operation_view, found,
	    &there, ARG_UUID(&found->id))) != ERR_OK)
		return e;
	return there ? sql_script(ctx, "SET ROLE cameleer_owner") :
	    fail(ctx, ERR_NOT_FOUND, "no_such_job", "there is no job %s", id);
}

static enum err
queue_again(struct ctx *ctx, const struct operation *job)
{
	const struct uuid nobody = { "" };
	int64_t n;
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = authn_pin(ctx, &job->tenant, &nobody)) != ERR_OK)
		return e;
	e = sql_exec(ctx, &SQL_OPERATION_RETRY, &n, ARG_UUID(&job->id));
	if (e == ERR_CONFLICT)
		return fail(ctx, e, "job_waiting", "another %s for the same "
		    "subject waits already", job->kind);
	if (e != ERR_OK)
		return e;
	if (n != 1)
		return fail(ctx, ERR_CONFLICT, "job_not_failed",
		    "job %s has not failed, it is %s", job->id.text,
		    job->state);
	if ((e = sql_exec(ctx, &SQL_OPERATION_RETRY_STEPS, NULL,
	    ARG_UUID(&job->id))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_OPERATION_NOTIFY, NULL,
	    ARG_TEXT(job->kind))) != ERR_OK ||
	    (e = audit_write(ctx, &(const struct audit){
	    .action = "job.retry", .subject_type = "operation",
	    .subject_id = job->id.text, .result = AUDIT_DONE })) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static int
jobs_retry(struct ctl *ctl)
{
	struct operation job;
	struct json *one;

	if (jobs_find(ctl->ctx, ctl->args[0], &job) != ERR_OK ||
	    queue_again(ctl->ctx, &job) != ERR_OK) {
		sql_rollback(ctl->ctx);
		return ctl_bad(ctl);
	}
	if (!ctl->json) {
		(void)printf("%s: %s of tenant %s is queued again\n",
		    job.id.text, job.kind, job.slug);
		return CTL_GOOD;
	}
	one = json_object(ctl->ctx);
	json_put_text(one, "id", job.id.text);
	json_put_text(one, "state", "queued");
	return ctl_print(ctl, one);
}

const struct command job_commands[] = {
	{ "jobs list", NULL, 0, 0, NEEDS_DB, jobs_list,
	    "Lists work that failed, waits or runs, newest first." },
	{ "jobs retry", "ID", 0, 0, NEEDS_DB, jobs_retry,
	    "Queues a job that failed again." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};

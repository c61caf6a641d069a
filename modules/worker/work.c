/* SPDX-License-Identifier: Apache-2.0 */
/* Runs one job, from the claim to the recorded result. */
#include "config.h"

#include <string.h>

#include "libshared/base/clock.h"
#include "libshared/base/conf.h"
#include "libshared/base/log.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/doors/metrics.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/work.h"
#include "modules/worker/work_lease.h"

#include "modules/worker/work.sql.h"

#define UNDO_ATTEMPTS	12	/* with their pauses: about ten minutes */

struct claimed {
	struct uuid	 id, tenant, subject;
	const char	*kind, *ending_code, *ending;
	int64_t		 attempt, failures;
};

static const struct field claimed_view[] = {
	VIEW_UUID(struct claimed, id),
	VIEW_UUID(struct claimed, tenant),
	VIEW_UUID(struct claimed, subject),
	VIEW_TEXT(struct claimed, kind),
	VIEW_INT(struct claimed, attempt),
	VIEW_INT(struct claimed, failures),
	VIEW_TEXT_OPT(struct claimed, ending_code),
	VIEW_TEXT_OPT(struct claimed, ending),
	FIELD_END
};

int64_t
work_backoff_s(int64_t failures, int64_t most_s)
{
	int64_t s = failures >= 6 ? most_s : (int64_t)1 << failures;
	uint8_t dice;

	if (s > most_s)
		s = most_s;
	crypto_random(&dice, sizeof(dice));
	return s + s * dice / 1024;
}

static const struct job_kind *
kind_of(const struct job_kind *const *kinds, const char *name)
{
	size_t i;

	for (i = 0; kinds[i] != NULL; i++)
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	return NULL;
}

static enum err
job_claim(struct ctx *ctx, struct job *job, bool *any)
{
	int64_t began = clock_boot_s();
	struct claimed claimed;
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_CLAIM_LOCK, NULL)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_CLAIM, claimed_view, &claimed, any,
	    ARG_INT(LEASE_S))) != ERR_OK ||
	    (*any && (e = sql_exec(ctx, &SQL_CLAIM_MARK, NULL,
	    ARG_UUID(&claimed.id))) != ERR_OK) ||
	    (e = sql_commit(ctx)) != ERR_OK)
		return e;
	if (*any)
		*job = (struct job){ .id = claimed.id,
		    .tenant = claimed.tenant, .subject = claimed.subject,
		    .kind = claimed.kind, .attempt = claimed.attempt,
		    .failures = claimed.failures,
		    .ending_code = claimed.ending_code,
		    .ending = claimed.ending, .held_s = began,
		    .held_session = sql_session(ctx), .hold = lease_check };
	return ERR_OK;
}

/* steps_add - inserts all steps, so that clients see those still to come */
static enum err
steps_add(struct ctx *ctx, const struct job_kind *kind)
{
	int64_t i;
	enum err e;

	if ((e = work_begin(ctx, true)) != ERR_OK)
		return e;
	for (i = 0; kind->steps[i].name != NULL; i++)
		if ((e = sql_exec(ctx, &SQL_STEP_ADD, NULL,
		    ARG_UUID(&ctx->job->id), ARG_INT(i),
		    ARG_TEXT(kind->steps[i].name),
		    ARG_BOOL(kind->steps[i].skippable))) != ERR_OK)
			return e;
	return sql_commit(ctx);
}

/* job_audit - the audit row about the end of a job */
static enum err
job_audit(struct ctx *ctx, const char *code)
{
	const struct audit audit = {
		.action = ctx->job->kind, .subject_type = "operation",
		.subject_id = ctx->job->id.text, .code = code,
		.result = code == NULL ? AUDIT_DONE : AUDIT_FAILED,
	};

	return audit_write(ctx, &audit);
}

static enum err
job_done(struct ctx *ctx)
{
	enum err e;

	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_OPERATION_DONE, NULL,
	    ARG_UUID(&ctx->job->id), ARG_INT(ctx->job->attempt))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_STEPS_DONE, NULL,
	    ARG_UUID(&ctx->job->id))) != ERR_OK ||
	    (e = job_audit(ctx, NULL)) != ERR_OK)
		return e;
	metrics_add(METRIC_JOBS_DONE, 0, 1);
	return sql_commit(ctx);
}

static enum err
job_later(struct ctx *ctx, const struct fault *why, bool failed)
{
	const struct job_step *step = ctx->job->step;
	int64_t failures = ctx->job->failures + (failed ? 1 : 0);
	int64_t most = step != NULL && step->backoff_s > 0 ? step->backoff_s :
	    BACKOFF_MAX_S;
	enum err e;

	if ((e = work_begin_for(ctx, &ctx->job->tenant, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_OPERATION_LATER, NULL,
	    ARG_UUID(&ctx->job->id), ARG_INT(ctx->job->attempt),
	    ARG_INT(failed ? work_backoff_s(failures, most) : LATER_S),
	    ARG_INT(failures), ARG_TEXT(why->code),
	    ARG_TEXT(work_public(why)))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static enum err
job_failed(struct ctx *ctx, const struct job_kind *kind,
    const struct fault *why)
{
	int64_t n = 0;
	enum err e;

	if ((e = work_begin_for(ctx, &ctx->job->tenant, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_OPERATION_FAILED, &n,
	    ARG_UUID(&ctx->job->id), ARG_INT(ctx->job->attempt),
	    ARG_TEXT(why->code), ARG_TEXT(work_public(why)))) !=
	    ERR_OK)
		return e;
	if (n == 0)
		return ERR_OK;
	if ((e = sql_exec(ctx, &SQL_STEPS_FAILED, NULL,
	    ARG_UUID(&ctx->job->id))) != ERR_OK ||
	    (e = job_audit(ctx, why->code)) != ERR_OK)
		return e;
	ctx->fault = *why;
	if (kind != NULL && kind->give_up != NULL &&
	    (e = kind->give_up(ctx)) != ERR_OK)
		return e;
	fail_clear(ctx);
	if (kind != NULL && kind->alerts && (e = sql_exec(ctx,
	    &SQL_OPERATION_ALERT, NULL, ARG_UUID(&ctx->job->id),
	    ARG_TEXT(process.conf->base_url))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

/* job_ending - it has failed for good: the next attempt undoes its steps */
static enum err
job_ending(struct ctx *ctx, const struct fault *why)
{
	enum err e;

	if ((e = work_begin_for(ctx, &ctx->job->tenant, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_OPERATION_ENDING, NULL,
	    ARG_UUID(&ctx->job->id), ARG_INT(ctx->job->attempt),
	    ARG_TEXT(why->code), ARG_TEXT(work_public(why)))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

/* attempts_of - how many failures in a row are too many at this step */
static int64_t
attempts_of(const struct ctx *ctx, const struct job_kind *kind)
{
	const struct job_step *step = ctx->job->step;

	return step != NULL && step->attempts > 0 ? step->attempts :
	    kind->attempts;
}

/* job_lost - has another attempt taken over?  Then its results stay. */
static bool
job_lost(struct ctx *ctx, enum err e, const struct fault *why)
{
	if (e != ERR_CONFLICT || strcmp(why->code, "job_lost") != 0)
		return false;
	log_event(LOG_WARN, "job_lost", LOG_TEXT("kind", ctx->job->kind),
	    LOG_TEXT("operation", ctx->job->id.text),
	    LOG_INT("attempt", ctx->job->attempt));
	return true;
}

/*
 * job_settle - records the result of an attempt; when this fails, the lease
 * ends and another attempt follows
 */
static enum err
job_settle(struct ctx *ctx, const struct job_kind *kind, enum err e)
{
	struct fault why = ctx->fault;

	sql_rollback(ctx);
	fail_clear(ctx);
	if (e == ERR_OK)
		return job_done(ctx);
	if (why.code == NULL)
		why.code = err_code(e);
	if (job_lost(ctx, e, &why))
		return ERR_OK;
	if (e == ERR_UNAVAILABLE)
		return job_later(ctx, &why, false);
	metrics_add(METRIC_JOBS_FAILED, 0, 1);
	log_event(LOG_WARN, "job_attempt_failed",
	    LOG_TEXT("kind", ctx->job->kind),
	    LOG_TEXT("operation", ctx->job->id.text),
	    LOG_INT("failures", ctx->job->failures + 1),
	    LOG_TEXT("code", why.code), LOG_TEXT("detail", why.detail));
	if (kind != NULL && e != ERR_INVALID &&
	    ctx->job->failures + 1 < attempts_of(ctx, kind))
		return job_later(ctx, &why, true);
	return kind != NULL && kind->clean_up != NULL ?
	    job_ending(ctx, &why) : job_failed(ctx, kind, &why);
}

/* job_end - removes what its steps made; ERR_OK: nothing of it is left */
static enum err
job_end(struct ctx *ctx, const struct job_kind *kind)
{
	enum err e;

	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_STEPS_FAILED, NULL,
	    ARG_UUID(&ctx->job->id))) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK)
		return e;
	return kind->clean_up == NULL ? ERR_OK : kind->clean_up(ctx);
}

/*
 * end_settle - the job fails as it was to.  What cannot be removed is tried
 * again, and named when it stays
 */
static enum err
end_settle(struct ctx *ctx, const struct job_kind *kind, enum err e)
{
	struct fault left = ctx->fault, why = { .err = ERR_INVALID,
		.code = ctx->job->ending_code, .detail = ctx->job->ending };

	sql_rollback(ctx);
	fail_clear(ctx);
	if (left.code == NULL)
		left.code = err_code(e);
	if (job_lost(ctx, e, &left))
		return ERR_OK;
	log_event(strcmp(why.code, "operation_aborted") == 0 ? LOG_INFO :
	    LOG_WARN, "job_ending", LOG_TEXT("kind", ctx->job->kind),
	    LOG_TEXT("operation", ctx->job->id.text),
	    LOG_TEXT("code", why.code),
	    LOG_TEXT("left", e == ERR_OK ? NULL : work_public(&left)));
	if (e != ERR_OK && ctx->job->failures + 1 < UNDO_ATTEMPTS)
		return job_later(ctx, &left, true);
	if (e != ERR_OK)
		why.detail = text_printf(ctx->mem, "%s; what it made is not "
		    "removed: %s", ctx->job->ending, work_public(&left));
	return job_failed(ctx, kind, &why);
}

/* job_run - runs it, or ends it, and records what came of it */
static enum err
job_run(struct ctx *ctx, const struct job_kind *kind)
{
	enum err e;

	if (kind == NULL)
		return job_settle(ctx, kind, fail(ctx, ERR_INVALID,
		    "unknown_job", "no job kind is called %s",
		    ctx->job->kind));
	if ((e = steps_add(ctx, kind)) != ERR_OK)
		return job_settle(ctx, kind, e);
	return ctx->job->ending_code == NULL ?
	    job_settle(ctx, kind, kind->run(ctx)) :
	    end_settle(ctx, kind, job_end(ctx, kind));
}

enum err
work_one(struct ctx *ctx, const struct worker *worker, bool *any)
{
	struct job job;
	enum err e;

	if ((e = job_claim(ctx, &job, any)) != ERR_OK || !*any) {
		sql_rollback(ctx);
		return e;
	}
	job.worker = worker;
	ctx->job = &job;
	ctx->who.system = true;
	ctx->request_id = job.id.text;
	e = job_run(ctx, kind_of(worker->kinds, job.kind));
	lease_drop(ctx);
	log_event(LOG_INFO, "job", LOG_TEXT("kind", job.kind),
	    LOG_TEXT("operation", job.id.text),
	    LOG_INT("attempt", job.attempt),
	    LOG_TEXT("settled", err_code(e)));
	ctx->job = NULL;
	return e;
}

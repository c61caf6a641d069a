/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the steps of a job, and undoes them when it fails for good. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/clock.h"
#include "libshared/base/lifecycle.h"
#include "libshared/doors/field.h"
#include "libshared/doors/metrics.h"
#include "libshared/doors/sql.h"
#include "modules/worker/work.h"
#include "modules/worker/work_lease.h"

#include "modules/worker/work_steps.sql.h"

struct step { const char *state; int64_t age_s; };

static const struct field step_view[] = {
	VIEW_TEXT(struct step, state),
	VIEW_INT(struct step, age_s),
	FIELD_END
};

static enum err
step_read(struct ctx *ctx, const char *name, struct step *step)
{
	return sql_one(ctx, &SQL_STEP_STATE, step_view, step,
	    ARG_UUID(&ctx->job->id), ARG_TEXT(name));
}

/* step_begin - records the start; *over when nothing is left to do */
static enum err
step_begin(struct ctx *ctx, const struct job_step *step, bool *over)
{
	int64_t began = clock_boot_s();
	int64_t most = step->timeout_s > 0 ? step->timeout_s : STEP_MAX_S;
	enum step_state state;
	struct step row;
	enum err e;

	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = step_read(ctx, step->name, &row)) != ERR_OK)
		return e;
	state = step_state_of(row.state);
	*over = state == STEP_DONE || state == STEP_SKIPPED;
	if (row.age_s > most && !*over)
		return fail(ctx, ERR_INVALID, "step_timeout",
		    "%s was not done within %lld s", step->name,
		    (long long)most);
	if (!*over && (e = sql_exec(ctx, &SQL_STEP_START, NULL,
	    ARG_UUID(&ctx->job->id), ARG_TEXT(step->name),
	    ARG_BOOL(state != STEP_RUNNING))) != ERR_OK)
		return e;
	if ((e = sql_commit(ctx)) == ERR_OK)
		lease_note(ctx, began);
	return e;
}

/*
 * step_end - records what came of it, `done`, `waiting` or `failed`, with its
 * detail; commits
 */
static enum err
step_end(struct ctx *ctx, const char *name, const char *what)
{
	enum err e;

	if ((!sql_in_transaction(ctx) &&
	    (e = work_begin(ctx, true)) != ERR_OK) ||
	    (e = sql_exec(ctx, &SQL_STEP_END, NULL, ARG_UUID(&ctx->job->id),
	    ARG_TEXT(name), ARG_TEXT(what),
	    ARG_TEXT(ctx->job->detail[0] == '\0' ? NULL :
	    ctx->job->detail))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

void
work_detail(struct ctx *ctx, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(ctx->job->detail, sizeof(ctx->job->detail), fmt, ap);
	va_end(ap);
}

const char *
work_public(const struct fault *fault)
{
	if (fault->code == NULL || fault->detail == NULL ||
	    strcmp(fault->code, "internal") == 0)
		return "an internal error, which was logged";
	return fault->detail;
}

/* step_failed - records why, and keeps the failure; a lost job records none */
static enum err
step_failed(struct ctx *ctx, const char *name, enum err e)
{
	struct fault fault = ctx->fault;

	sql_rollback(ctx);
	fail_clear(ctx);
	if (e != ERR_UNAVAILABLE)
		metrics_add(METRIC_STEPS_FAILED, 0, 1);
	if (ctx->job->detail[0] == '\0')
		work_detail(ctx, "%s", work_public(&fault));
	if (step_end(ctx, name, e == ERR_UNAVAILABLE ? "waiting" :
	    "failed") != ERR_OK) {
		sql_rollback(ctx);
		return ERR_CONFLICT;
	}
	ctx->fault = fault;
	return e;
}

/* step_run - runs one step, unless it is recorded as done or skipped */
static enum err
step_run(struct ctx *ctx, const struct job_step *step, void *state)
{
	bool over = false;
	enum err e;

	ctx->job->detail[0] = '\0';
	ctx->job->step = step;
	if ((e = step_begin(ctx, step, &over)) != ERR_OK || over)
		return e;
	e = step->run(ctx, state);
	if (e != ERR_OK)
		return step_failed(ctx, step->name, e);
	if ((e = step_end(ctx, step->name, "done")) == ERR_OK)
		ctx->job->failures = 0;		/* the next one has its own */
	return e;
}

enum err
work_steps(struct ctx *ctx, const struct job_step *steps, void *state)
{
	enum err e = ERR_OK;

	for (; steps->name != NULL && e == ERR_OK; steps++)
		e = step_run(ctx, steps, state);
	return e;
}

/* step_undo - undoes one that was begun, and records it */
static enum err
step_undo(struct ctx *ctx, const struct job_step *step, void *state)
{
	enum step_state is;
	struct step row;
	enum err e;

	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = step_read(ctx, step->name, &row)) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK)
		return e;
	is = step_state_of(row.state);
	if (is != STEP_DONE && is != STEP_RUNNING && is != STEP_FAILED)
		return ERR_OK;
	if (step->undo != NULL && (e = step->undo(ctx, state)) != ERR_OK)
		return e;
	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_STEP_UNDONE, NULL,
	    ARG_UUID(&ctx->job->id), ARG_TEXT(step->name),
	    ARG_BOOL(step->undo != NULL))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

enum err
work_undo(struct ctx *ctx, const struct job_step *steps, void *state)
{
	size_t n = 0;
	enum err e = ERR_OK;

	while (steps[n].name != NULL)
		n++;
	while (n > 0 && e == ERR_OK)
		e = step_undo(ctx, &steps[--n], state);
	return e;
}

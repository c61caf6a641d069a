/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tenants that are leaving: tells their owners a day before the end, and has
 * them removed when the time is over.
 */
#include "config.h"

#include "libshared/base/conf.h"
#include "libshared/base/log.h"
#include "libshared/doors/field.h"
#include "libshared/doors/metrics.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/job.h"
#include "libshared/skeleton/prefork.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/rounds/rounds.h"
#include "modules/worker/work.h"

#include "modules/worker/rounds/deletions.sql.h"

struct due { struct uuid tenant; bool over; };

static const struct field due_view[] = {
	VIEW_UUID(struct due, tenant),
	VIEW_BOOL(struct due, over),
	FIELD_END
};

/* deletion_end - has the pinned tenant removed, unless it stays after all */
static enum err
deletion_end(struct ctx *ctx, const struct uuid *tenant)
{
	const struct audit audit = { .action = "tenant.leave_end",
	    .subject_type = "tenant", .subject_id = tenant->text,
	    .result = AUDIT_DONE };
	struct uuid operation;
	int64_t n;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_DELETION_OVER, &n)) != ERR_OK || n == 0)
		return e;
	if ((e = job_queue(ctx, "tenant.remove", tenant, &operation)) !=
	    ERR_OK)
		return e;
	return audit_write(ctx, &audit);
}

/* deletion_warn - mails the owners of the pinned tenant, once */
static enum err
deletion_warn(struct ctx *ctx)
{
	int64_t n;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_DELETION_WARNED, &n)) != ERR_OK || n == 0)
		return e;
	return sql_exec(ctx, &SQL_LEAVING_MAIL, NULL,
	    ARG_TEXT("tenant_leaving_soon"),
	    ARG_TEXT(process.conf->base_url));
}

static enum err
deletion_one(struct ctx *ctx, const struct due *due)
{
	enum err e;

	if ((e = work_begin_for(ctx, &due->tenant, true)) != ERR_OK ||
	    (e = due->over ? deletion_end(ctx, &due->tenant) :
	    deletion_warn(ctx)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

/* A tenant that cannot be ended is tried again, and holds up no other. */
enum err
deletions_round(struct ctx *ctx)
{
	struct due *rows;
	int64_t leaving;
	size_t i, n;
	enum err e;

	if ((e = sql_count(ctx, &SQL_TENANTS_LEAVING, &leaving)) != ERR_OK)
		return e;
	metrics_set(METRIC_TENANTS_LEAVING, (uint64_t)leaving);
	if ((e = sql_many(ctx, &SQL_DELETIONS_DUE, due_view, sizeof(*rows),
	    &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n && !prefork_stopping(); i++) {
		if (deletion_one(ctx, &rows[i]) == ERR_OK)
			continue;
		sql_rollback(ctx);
		log_event(LOG_WARN, "deletion_missed",
		    LOG_TEXT("tenant", rows[i].tenant.text),
		    LOG_TEXT("detail", ctx->fault.detail));
		fail_clear(ctx);
	}
	return ERR_OK;
}

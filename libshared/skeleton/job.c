/* SPDX-License-Identifier: Apache-2.0 */
/* Queues jobs: the part that responders and the worker share. */
#include "config.h"

#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/job.h"

#include "libshared/skeleton/job.sql.h"

struct queued { struct uuid id; };

static const struct field queued_view[] = {
	VIEW_UUID(struct queued, id),
	FIELD_END
};

enum err
job_still(struct ctx *ctx)
{
	if (ctx->job == NULL || ctx->job->hold == NULL)
		return ERR_OK;
	return ctx->job->hold(ctx);
}

enum err
job_queue(struct ctx *ctx, const char *kind, const struct uuid *subject,
    struct uuid *operation)
{
	struct queued queued;
	struct uuid id;
	enum err e;

	uuid7(&id);
	if ((e = sql_one(ctx, &SQL_JOB_QUEUE, queued_view, &queued,
	    ARG_UUID(&id), ARG_TEXT(kind), ARG_UUID(subject))) != ERR_OK)
		return e;
	/* The notification only saves time: the worker also polls. */
	if ((e = sql_exec(ctx, &SQL_JOB_NOTIFY, NULL, ARG_TEXT(kind))) !=
	    ERR_OK)
		return e;
	*operation = queued.id;
	return ERR_OK;
}

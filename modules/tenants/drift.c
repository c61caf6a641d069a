/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tenant has at its place and should not, or the other way round.  The
 * worker compares; a restoration is a job that clients follow.
 */
#include "config.h"

#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "libshared/rows/drift_row.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/tenants/tenants.h"

#include "modules/tenants/drift.sql.h"

enum err
drift_list(struct ctx *ctx)
{
	return reply_listed(ctx, &SQL_DRIFT_LIST, drift_row_view,
	    sizeof(struct drift_row));
}

enum err
drift_restore(struct ctx *ctx)
{
	struct drift_in in;
	struct drift_done done;
	struct uuid operation;
	enum err e;

	uuid7(&operation);
	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	audit_fact(ctx, "object", in.object);
	audit_fact(ctx, "reason", in.reason);
	if ((e = sql_one(ctx, &SQL_DRIFT_RESTORE, drift_done_view, &done,
	    ARG_TEXT(in.object), ARG_UUID(&operation))) != ERR_OK)
		return e;
	if (uuid_empty(&done.operation))
		return fail(ctx, ERR_NOT_FOUND, "no_such_drift",
		    "nothing differs there, or it is being restored");
	audit_subject(ctx, "operation", req_copy(ctx, done.operation.text));
	return reply(ctx, 202, drift_started_view, &done);
}

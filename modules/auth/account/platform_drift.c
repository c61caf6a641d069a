/* SPDX-License-Identifier: Apache-2.0 */
/* Drift of all tenants, as operators of the platform see and restore it. */
#include "config.h"

#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/rows/drift_row.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/account/account.h"

#include "modules/auth/account/platform_drift.sql.h"

enum err
platform_drift_list(struct ctx *ctx)
{
	return reply_listed(ctx, &SQL_PLATFORM_DRIFT_LIST, drift_row_view,
	    sizeof(struct drift_row));
}

enum err
platform_drift_restore(struct ctx *ctx)
{
	struct tenant_seen tenant;
	struct drift_in in;
	struct drift_done done;
	struct uuid operation;
	enum err e;

	uuid7(&operation);
	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = platform_tenant_of(ctx, &tenant)) != ERR_OK)
		return e;
	audit_fact(ctx, "slug", tenant.slug);
	audit_fact(ctx, "object", in.object);
	audit_fact(ctx, "reason", in.reason);
	if ((e = sql_one(ctx, &SQL_PLATFORM_DRIFT_RESTORE, drift_done_view,
	    &done, ARG_UUID(&tenant.id), ARG_TEXT(in.object),
	    ARG_UUID(&operation))) != ERR_OK)
		return e;
	if (uuid_empty(&done.operation))
		return fail(ctx, ERR_NOT_FOUND, "no_such_drift",
		    "nothing differs there, or it is being restored");
	audit_subject(ctx, "operation", req_copy(ctx, done.operation.text));
	return reply(ctx, 202, drift_started_view, &done);
}

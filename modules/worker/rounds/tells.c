/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells servers of tenants what has changed (M6.2).
 *
 * A licence, which carries limits and retention, is told while the server runs.
 * What a server reads only when it starts makes a job that looks at it: the
 * runtime replaces a server whose settings differ, and no other.
 */
#include "config.h"

#include "libshared/base/log.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/metrics.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/prefork.h"
#include "modules/worker/rounds/rounds.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/tenant/tenant_told.h"
#include "modules/worker/work.h"

#include "modules/worker/rounds/tells.sql.h"

struct untold { struct uuid tenant; const char *file; };
struct at { const char *upstream; };

static const struct field untold_view[] = {
	VIEW_UUID(struct untold, tenant),
	VIEW_TEXT(struct untold, file),
	FIELD_END
};

static const struct field outdated_view[] = {
	VIEW_UUID(struct untold, tenant),
	FIELD_END
};

static const struct field at_view[] = {
	VIEW_TEXT(struct at, upstream),
	FIELD_END
};

/* tell_record - writes the audit row of what the server was told */
static enum err
tell_record(struct ctx *ctx, const struct untold *untold)
{
	struct audit audit = { .action = "server.tell",
	    .subject_type = "tenant", .subject_id = untold->tenant.text,
	    .result = AUDIT_DONE };
	struct json *facts = json_object(ctx);
	enum err e;

	json_put_text(facts, "item", "license");
	if ((e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK ||
	    (e = work_begin_for(ctx, &untold->tenant, true)) != ERR_OK ||
	    (e = audit_write(ctx, &audit)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static enum err
license_tell(struct ctx *ctx, const struct untold *untold)
{
	struct tenant tenant;
	struct at at;
	bool found;
	enum err e;

	if ((e = work_begin_for(ctx, &untold->tenant, false)) != ERR_OK ||
	    (e = tenant_load(ctx, &tenant)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_TOLD_UPSTREAM, at_view, &at, &found)) !=
	    ERR_OK || (e = sql_commit(ctx)) != ERR_OK || !found)
		return e;
	if ((e = tenant_server_license(ctx, &tenant, at.upstream,
	    untold->file)) != ERR_OK ||
	    (e = tenant_told_license(ctx, &tenant, untold->file)) != ERR_OK)
		return e;
	metrics_add(METRIC_SERVERS_TOLD, 0, 1);
	return tell_record(ctx, untold);
}

/* failure_record - the server is told again later; its page says why */
static enum err
failure_record(struct ctx *ctx, const struct untold *untold)
{
	const struct fault fault = ctx->fault;
	enum err e;

	sql_rollback(ctx);
	fail_clear(ctx);
	metrics_add(METRIC_SERVERS_NOT_TOLD, 0, 1);
	log_event(LOG_WARN, "server_not_told",
	    LOG_TEXT("tenant", untold->tenant.text),
	    LOG_TEXT("detail", fault.detail));
	if ((e = work_begin_for(ctx, &untold->tenant, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_TOLD_FAILED, NULL,
	    ARG_TEXT(fault.detail))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static enum err
licenses_tell(struct ctx *ctx)
{
	struct untold *untold;
	size_t i, n;
	enum err e;

	if ((e = sql_many(ctx, &SQL_LICENSES_UNTOLD, untold_view,
	    sizeof(*untold), &untold, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n && !prefork_stopping(); i++)
		if (license_tell(ctx, &untold[i]) != ERR_OK &&
		    (e = failure_record(ctx, &untold[i])) != ERR_OK)
			return e;
	return ERR_OK;
}

static enum err
start_queue(struct ctx *ctx, const struct uuid *tenant, const char *items)
{
	struct uuid operation;
	enum err e;

	if ((e = work_begin_for(ctx, tenant, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_STARTS_PENDING, NULL,
	    ARG_TEXT(items))) != ERR_OK ||
	    (e = job_queue(ctx, "tenant.provision", tenant, &operation)) !=
	    ERR_OK)
		return e;
	return sql_commit(ctx);
}

enum err
tells_round(struct ctx *ctx)
{
	struct untold *outdated;
	const char *items;
	size_t i, n;
	enum err e;

	if ((e = licenses_tell(ctx)) != ERR_OK ||
	    (e = tenant_told_common(ctx, &items)) != ERR_OK ||
	    (e = sql_many(ctx, &SQL_STARTS_OUTDATED, outdated_view,
	    sizeof(*outdated), &outdated, &n, ARG_TEXT(items))) != ERR_OK)
		return e;
	for (i = 0; i < n && !prefork_stopping(); i++)
		if ((e = start_queue(ctx, &outdated[i].tenant, items)) !=
		    ERR_OK)
			return e;
	return ERR_OK;
}

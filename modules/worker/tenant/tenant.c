/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the tenant of a job, with what its plan and contract include. */
#include "config.h"

#include "libshared/base/lifecycle.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#include "modules/worker/tenant/tenant.sql.h"

static const struct field tenant_view[] = {
	VIEW_UUID(struct tenant, id),
	VIEW_TEXT(struct tenant, slug),
	VIEW_TEXT(struct tenant, name),
	VIEW_TEXT(struct tenant, tier),
	VIEW_TEXT(struct tenant, state),
	VIEW_TEXT(struct tenant, environments),
	VIEW_TEXT_OPT(struct tenant, max_agents),
	VIEW_TEXT_OPT(struct tenant, retention_days),
	VIEW_TEXT_OPT(struct tenant, max_vaults),
	VIEW_TEXT_OPT(struct tenant, max_debug_sessions),
	VIEW_TEXT_OPT(struct tenant, lineage_captures_minute),
	VIEW_BOOL(struct tenant, custom_environments),
	VIEW_TEXT(struct tenant, max_apps),
	VIEW_TEXT(struct tenant, max_deployments),
	VIEW_TEXT(struct tenant, max_releases_day),
	VIEW_TEXT(struct tenant, jar_bytes),
	VIEW_TEXT(struct tenant, features),
	VIEW_TEXT(struct tenant, grants),
	VIEW_UUID_OPT(struct tenant, place),
	VIEW_INT(struct tenant, cpu_millis),
	VIEW_INT(struct tenant, memory_mb),
	VIEW_INT(struct tenant, turn),
	VIEW_BOOL(struct tenant, turning),
	FIELD_END
};

enum err
tenant_load(struct ctx *ctx, struct tenant *tenant)
{
	return sql_one(ctx, &SQL_TENANT_GET, tenant_view, tenant);
}

enum err
tenant_read(struct ctx *ctx, struct tenant *tenant)
{
	enum err e;

	if ((e = work_begin(ctx, false)) != ERR_OK ||
	    (e = tenant_load(ctx, tenant)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

bool
tenant_runs(const struct tenant *tenant)
{
	return tenant_state_of(tenant->state) == TENANT_ACTIVE;
}

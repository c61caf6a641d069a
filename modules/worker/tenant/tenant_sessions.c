/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ends sessions of tenants that take too long in the tenants' database.
 */
#include "config.h"

#include "libshared/base/str.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#define SCRIPT_MAX	2048
#define GRACE_S		5	/* the role's own limit comes first */

/*
 * The provisioner is a member of the roles without inheriting from them: it
 * sees a session's state, and may end it, as that session's role.
 * 1: seconds
 */
#define END \
    "BEGIN;" \
    "DO $do$ DECLARE owner name; BEGIN " \
    "FOR owner IN SELECT DISTINCT usename FROM pg_catalog.pg_stat_activity " \
    "WHERE datname = pg_catalog.current_database() AND usename ~ " \
    "'^t_[0-9a-f]{16}b?$' " \
    "AND pg_catalog.pg_has_role(CURRENT_USER, usename, 'MEMBER') LOOP " \
    "EXECUTE pg_catalog.format('SET LOCAL ROLE %%I', owner); " \
    "PERFORM pg_catalog.pg_terminate_backend(pid) " \
    "FROM pg_catalog.pg_stat_activity WHERE usename = owner AND " \
    "CASE WHEN state = 'active' THEN query_start " \
    "WHEN state LIKE 'idle in transaction%%' THEN state_change END < " \
    "pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => " \
    "%lld); " \
    "RESET ROLE; " \
    "END LOOP; END $do$;" \
    "COMMIT"

enum err
tenant_sessions_end(struct ctx *ctx, const struct worker *worker)
{
	const struct database_conf *conf = tenant_database();
	struct sql *own = ctx->db;
	struct buf script;
	enum err e;

	buf_init(&script, ctx->mem, SCRIPT_MAX);
	buf_printf(&script, END, (long long)conf->tenant_db_statement_s +
	    GRACE_S);
	if (script.full)
		return fail(ctx, ERR_TOO_LARGE, "internal",
		    "a script of ours is too long");
	ctx->db = worker->tenants_db;
	if ((e = sql_script(ctx, script.p)) != ERR_OK)
		sql_reset(ctx);
	ctx->db = own;
	return e;
}

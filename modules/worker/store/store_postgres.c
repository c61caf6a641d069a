/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Role and schema of a tenant in the tenants' database, and its logins.
 *
 * The role owns the schema.  Two logins take turns, so that a password changes
 * while the old one still works: the role itself, and a second one that works
 * as the role.
 *
 * DDL takes no parameters, so libpq quotes names and texts.  The password is
 * sent as a SCRAM verifier, so that no log contains it.  Each script is one
 * transaction and may run again.
 */
#include "config.h"

#include "libshared/base/str.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "modules/worker/store/store.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#include "modules/worker/store/store.sql.h"

#define SCRIPT_MAX	4096

/*
 * GRANT and REVOKE on a database update the same row, and PostgreSQL refuses
 * the second of two concurrent ones, so scripts run one after another.
 */
#define LOCK "SELECT pg_catalog.pg_advisory_xact_lock(4205);"

/*
 * Sessions of the second login begin as the role, so what they make belongs to
 * the role; after SET ROLE NONE they have its rights all the same.
 * 1: role as text, 2: role, 3: login as text, 4: login, 5: verifier,
 * 6: database, 7: connections, 8: seconds
 */
#define ENSURE \
    "BEGIN;" LOCK \
    "DO $do$ BEGIN " \
    "IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %1$s) " \
    "THEN CREATE ROLE %2$s NOINHERIT; " \
    "END IF; " \
    "IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %3$s) " \
    "THEN CREATE ROLE %4$s; " \
    "END IF; " \
    "GRANT %2$s TO CURRENT_USER; GRANT %4$s TO CURRENT_USER; " \
    "IF %1$s <> %3$s " \
    "THEN GRANT %2$s TO %4$s; " \
    "ALTER ROLE %4$s IN DATABASE %6$s SET role = %1$s; " \
    "END IF; END $do$;" \
    "ALTER ROLE %4$s LOGIN CONNECTION LIMIT %7$lld PASSWORD %5$s;" \
    "ALTER ROLE %4$s SET statement_timeout = '%8$llds';" \
    "ALTER ROLE %4$s SET idle_in_transaction_session_timeout = " \
    "'%8$llds';" \
    "ALTER ROLE %4$s IN DATABASE %6$s SET search_path = %2$s;" \
    "CREATE SCHEMA IF NOT EXISTS %2$s AUTHORIZATION %2$s;" \
    "GRANT CONNECT ON DATABASE %6$s TO %2$s;" \
    "COMMIT"

/*
 * Nobody signs in with this login any more.  Its idle sessions end; those at
 * work go on until their statement or transaction is done.
 * 1: login as text, 2: login
 */
#define CLOSE \
    "BEGIN;" LOCK \
    "DO $do$ BEGIN " \
    "IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %1$s) " \
    "THEN ALTER ROLE %2$s NOLOGIN PASSWORD NULL; " \
    "SET LOCAL ROLE %2$s; " \
    "PERFORM pg_catalog.pg_terminate_backend(pid) " \
    "FROM pg_catalog.pg_stat_activity WHERE usename = %1$s " \
    "AND state = 'idle'; " \
    "RESET ROLE; " \
    "END IF; END $do$;" \
    "COMMIT"

/*
 * The second login goes when it has no session; what it made without the role
 * becomes the role's.
 * 1: login as text, 2: login, 3: role
 */
#define FORGET \
    "BEGIN;" LOCK \
    "DO $do$ BEGIN " \
    "IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %1$s) " \
    "THEN SET LOCAL ROLE %2$s; " \
    "REASSIGN OWNED BY %2$s TO %3$s; DROP OWNED BY %2$s; " \
    "RESET ROLE; DROP ROLE %2$s; " \
    "END IF; END $do$;" \
    "COMMIT"

/*
 * 1: role as text, 2: role, 3: database, 4: second login as text, 5: second
 * login
 */
#define DROP \
    "BEGIN;" LOCK \
    "DO $do$ BEGIN " \
    "IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %4$s) " \
    "THEN GRANT %5$s TO CURRENT_USER; " \
    "ALTER ROLE %5$s NOLOGIN; " \
    "SET LOCAL ROLE %5$s; " \
    "PERFORM pg_catalog.pg_terminate_backend(pid) " \
    "FROM pg_catalog.pg_stat_activity WHERE usename = %4$s; " \
    "DROP OWNED BY %5$s CASCADE; RESET ROLE; DROP ROLE %5$s; " \
    "END IF; " \
    "IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %1$s) " \
    "THEN GRANT %2$s TO CURRENT_USER; " \
    "ALTER ROLE %2$s NOLOGIN; " \
    "SET LOCAL ROLE %2$s; " \
    "PERFORM pg_catalog.pg_terminate_backend(pid) " \
    "FROM pg_catalog.pg_stat_activity WHERE usename = %1$s; " \
    "DROP SCHEMA IF EXISTS %2$s CASCADE; DROP OWNED BY %2$s; " \
    "RESET ROLE; " \
    "REVOKE CONNECT ON DATABASE %3$s FROM %2$s; DROP ROLE %2$s; " \
    "END IF; END $do$;" \
    "COMMIT"

/* A role, one of its logins, and the database, quoted. */
struct names {
	const char *role_text, *role, *login_text, *login, *database;
};

static enum err
names_of(struct ctx *ctx, const struct uuid *tenant, int64_t turn,
    struct names *names)
{
	char role[TENANT_ROLE_MAX], login[TENANT_LOGIN_MAX];
	enum err e;

	tenant_role(tenant, role);
	tenant_login(tenant, turn, login);
	if ((e = sql_quote_text(ctx, role, &names->role_text)) != ERR_OK ||
	    (e = sql_quote_name(ctx, role, &names->role)) != ERR_OK ||
	    (e = sql_quote_text(ctx, login, &names->login_text)) != ERR_OK ||
	    (e = sql_quote_name(ctx, login, &names->login)) != ERR_OK)
		return e;
	return sql_quote_name(ctx, tenant_database()->tenant_db_name,
	    &names->database);
}

static enum err
script_run(struct ctx *ctx, const struct buf *script)
{
	enum err e;

	if (script->full)
		return fail(ctx, ERR_TOO_LARGE, "internal",
		    "a script of ours is too long");
	if ((e = sql_script(ctx, script->p)) != ERR_OK)
		sql_reset(ctx);	/* a failed script leaves a transaction */
	return e;
}

static enum err
schema_ensure(struct ctx *ctx, const struct uuid *tenant, int64_t turn,
    const char *password)
{
	char login[TENANT_LOGIN_MAX];
	struct names names;
	const char *verifier, *quoted;
	struct buf script;
	enum err e;

	tenant_login(tenant, turn, login);
	if ((e = names_of(ctx, tenant, turn, &names)) != ERR_OK ||
	    (e = sql_scram(ctx, login, password, &verifier)) != ERR_OK ||
	    (e = sql_quote_text(ctx, verifier, &quoted)) != ERR_OK)
		return e;
	buf_init(&script, ctx->secrets, SCRIPT_MAX);
	buf_printf(&script, ENSURE, names.role_text, names.role,
	    names.login_text, names.login, quoted, names.database,
	    (long long)tenant_database()->tenant_db_connections,
	    (long long)tenant_database()->tenant_db_statement_s);
	return script_run(ctx, &script);
}

/* login_idle - ERR_UNAVAILABLE while a session of the login is at work */
static enum err
login_idle(struct ctx *ctx, const char *login)
{
	int64_t n;
	enum err e;

	if ((e = sql_count(ctx, &SQL_LOGIN_SESSIONS, &n, ARG_TEXT(login))) !=
	    ERR_OK)
		return e;
	return n == 0 ? ERR_OK : fail(ctx, ERR_UNAVAILABLE, "login_busy",
	    "%lld sessions of the old login are still at work", (long long)n);
}

static enum err
login_retire(struct ctx *ctx, const struct uuid *tenant, int64_t turn)
{
	char login[TENANT_LOGIN_MAX];
	struct names names;
	struct buf script;
	enum err e;

	tenant_login(tenant, turn, login);
	if ((e = names_of(ctx, tenant, turn, &names)) != ERR_OK)
		return e;
	buf_init(&script, ctx->mem, SCRIPT_MAX);
	buf_printf(&script, CLOSE, names.login_text, names.login);
	if ((e = script_run(ctx, &script)) != ERR_OK ||
	    (e = login_idle(ctx, login)) != ERR_OK || turn % 2 == 0)
		return e;
	buf_init(&script, ctx->mem, SCRIPT_MAX);
	buf_printf(&script, FORGET, names.login_text, names.login,
	    names.role);
	return script_run(ctx, &script);
}

static enum err
schema_drop(struct ctx *ctx, const struct uuid *tenant)
{
	struct names names;
	struct buf script;
	enum err e;

	if ((e = names_of(ctx, tenant, 1, &names)) != ERR_OK)
		return e;
	buf_init(&script, ctx->mem, SCRIPT_MAX);
	buf_printf(&script, DROP, names.role_text, names.role, names.database,
	    names.login_text, names.login);
	return script_run(ctx, &script);
}

static enum err
postgres_ensure(struct ctx *ctx, const struct uuid *tenant, int64_t turn,
    const char *password)
{
	struct sql *own = ctx->db;
	enum err e;

	if ((e = job_still(ctx)) != ERR_OK)
		return e;
	ctx->db = ctx->job->worker->tenants_db;
	e = schema_ensure(ctx, tenant, turn, password);
	ctx->db = own;
	return e;
}

static enum err
postgres_retire(struct ctx *ctx, const struct uuid *tenant, int64_t turn)
{
	struct sql *own = ctx->db;
	enum err e;

	if ((e = job_still(ctx)) != ERR_OK)
		return e;
	ctx->db = ctx->job->worker->tenants_db;
	e = login_retire(ctx, tenant, turn);
	ctx->db = own;
	return e;
}

static enum err
postgres_drop(struct ctx *ctx, const struct uuid *tenant)
{
	struct sql *own = ctx->db;
	enum err e;

	if ((e = job_still(ctx)) != ERR_OK)
		return e;
	ctx->db = ctx->job->worker->tenants_db;
	e = schema_drop(ctx, tenant);
	ctx->db = own;
	return e;
}

const struct store store_postgres = {
	.name = "postgres",
	.secret = tenant_database_secret,
	.ensure = postgres_ensure,
	.retire = postgres_retire,
	.drop = postgres_drop,
};

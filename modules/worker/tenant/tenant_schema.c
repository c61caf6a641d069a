/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Role and schema of a tenant in the tenants' database.
 *
 * DDL takes no parameters, so libpq quotes names and texts.  The password is
 * sent as a SCRAM verifier, so that no log contains it.  Each script is one
 * transaction and may run again.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#define SCRIPT_MAX	4096

static const struct setting database_settings[] = {
	SETTING(database_conf, tenant_db_host, TEXT, "", 0, 255,
	    "Host of the tenants' database, as containers see it."),
	SETTING(database_conf, tenant_db_port, INT, "5432", 1, 65535,
	    "Port of the tenants' database, as containers see it."),
	SETTING(database_conf, tenant_db_name, TEXT, "tenants", 1, 63,
	    "Database that holds a schema for each tenant."),
	SETTING(database_conf, tenant_db_sslmode, SSLMODE, "", 0, 16,
	    "TLS to the tenants' database, as db_sslmode. When it is set, and "
	    "not to disable, tenants' servers use TLS as well."),
	SETTING(database_conf, tenant_db_ca, PATH, "", 0, 255,
	    "CA certificates (PEM) for the tenants' database."),
	SETTING(database_conf, tenant_db_connections, INT, "20", 2, 1000,
	    "Connections of one tenant's server to the tenants' database."),
	SETTING(database_conf, tenant_db_connections_all, INT, "60", 2, 10000,
	    "Connections of all tenants' servers together; the database's "
	    "max_connections must leave room for the platform's."),
	SETTING(database_conf, tenant_db_statement_s, INT, "60", 1, 3600,
	    "Seconds after which a statement, or a transaction without one, of "
	    "a tenant's server is ended in the tenants' database."),
	SETTINGS_END
};

/*
 * GRANT and REVOKE on a database update the same row, and PostgreSQL refuses
 * the second of two concurrent ones, so scripts run one after another.
 */
#define LOCK "SELECT pg_catalog.pg_advisory_xact_lock(4205);"

/*
 * 1: role as text, 2: role, 3: verifier, 4: database, 5: connections,
 * 6: seconds
 */
#define ENSURE \
    "BEGIN;" LOCK \
    "DO $do$ BEGIN " \
    "IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %1$s) " \
    "THEN CREATE ROLE %2$s LOGIN NOINHERIT; " \
    "END IF; END $do$;" \
    "ALTER ROLE %2$s CONNECTION LIMIT %5$lld PASSWORD %3$s;" \
    "ALTER ROLE %2$s SET statement_timeout = '%6$llds';" \
    "ALTER ROLE %2$s SET idle_in_transaction_session_timeout = " \
    "'%6$llds';" \
    "ALTER ROLE %2$s IN DATABASE %4$s SET search_path = %2$s;" \
    "GRANT %2$s TO CURRENT_USER;" \
    "CREATE SCHEMA IF NOT EXISTS %2$s AUTHORIZATION %2$s;" \
    "GRANT CONNECT ON DATABASE %4$s TO %2$s;" \
    "COMMIT"

/* 1: role as text, 2: role, 3: database */
#define DROP \
    "BEGIN;" LOCK \
    "DO $do$ BEGIN " \
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

const struct database_conf *
tenant_database(void)
{
	return conf_part(process.conf, database_settings,
	    sizeof(struct database_conf));
}

struct sql *
tenant_schema_connect(struct ctx *ctx)
{
	const struct database_conf *conf = tenant_database();
	const char *password = NULL;
	struct sql_config config = {
		.host = conf->tenant_db_host,
		.port = conf->tenant_db_port,
		.name = conf->tenant_db_name,
		.user = "cameleer_provisioner",
		.application = "cameleer-worker",
		.statement_timeout_ms = 10000, .lock_timeout_ms = 8000,
		.is_tenant_database = true,
		.sslmode = conf->tenant_db_sslmode,
		.ca_file = conf->tenant_db_ca,
	};

	if (conf_credential(ctx, "provisioner.pass", &password) != ERR_OK)
		fail_clear(ctx);	/* peer authentication needs none */
	config.password = password;
	process_certificate(ctx, "provisioner", &config);
	return sql_new(&config);
}

struct names { const char *text, *name, *database; };

void
tenant_role(const struct uuid *tenant, char name[TENANT_ROLE_MAX])
{
	static const char purpose[] = "database:";
	char text[sizeof(purpose) + sizeof(tenant->text)];
	char hex[SHA256_HEX_MAX];

	(void)snprintf(text, sizeof(text), "%s%s", purpose, tenant->text);
	sha256_hex(text, strlen(text), hex);
	(void)snprintf(name, TENANT_ROLE_MAX, "t_%.16s", hex);
}

static enum err
names_of(struct ctx *ctx, const char *role, struct names *names)
{
	enum err e;

	if ((e = sql_quote_text(ctx, role, &names->text)) != ERR_OK ||
	    (e = sql_quote_name(ctx, role, &names->name)) != ERR_OK)
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
schema_ensure(struct ctx *ctx, const char *role, const char *password)
{
	struct names names;
	const char *verifier, *quoted;
	struct buf script;
	enum err e;

	if ((e = names_of(ctx, role, &names)) != ERR_OK ||
	    (e = sql_scram(ctx, role, password, &verifier)) != ERR_OK ||
	    (e = sql_quote_text(ctx, verifier, &quoted)) != ERR_OK)
		return e;
	buf_init(&script, ctx->secrets, SCRIPT_MAX);
	buf_printf(&script, ENSURE, names.text, names.name, quoted,
	    names.database,
	    (long long)tenant_database()->tenant_db_connections,
	    (long long)tenant_database()->tenant_db_statement_s);
	return script_run(ctx, &script);
}

static enum err
schema_drop(struct ctx *ctx, const char *role)
{
	struct names names;
	struct buf script;
	enum err e;

	if ((e = names_of(ctx, role, &names)) != ERR_OK)
		return e;
	buf_init(&script, ctx->mem, SCRIPT_MAX);
	buf_printf(&script, DROP, names.text, names.name, names.database);
	return script_run(ctx, &script);
}

enum err
tenant_schema_ensure(struct ctx *ctx, const struct uuid *tenant,
    const char *password)
{
	char role[TENANT_ROLE_MAX];
	struct sql *own = ctx->db;
	enum err e;

	if ((e = job_still(ctx)) != ERR_OK)
		return e;
	ctx->db = ctx->job->worker->tenants_db;
	tenant_role(tenant, role);
	e = schema_ensure(ctx, role, password);
	ctx->db = own;
	return e;
}

enum err
tenant_schema_drop(struct ctx *ctx, const struct uuid *tenant)
{
	char role[TENANT_ROLE_MAX];
	struct sql *own = ctx->db;
	enum err e;

	if ((e = job_still(ctx)) != ERR_OK)
		return e;
	ctx->db = ctx->job->worker->tenants_db;
	tenant_role(tenant, role);
	e = schema_drop(ctx, role);
	ctx->db = own;
	return e;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tenants' database: where it is, and as whom a tenant's server works
 * there.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/conf.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/tenant/tenant.h"

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

const struct database_conf *
tenant_database(void)
{
	return conf_part(process.conf, database_settings,
	    sizeof(struct database_conf));
}

struct sql *
tenant_database_connect(struct ctx *ctx)
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

void
tenant_login(const struct uuid *tenant, int64_t turn,
    char name[TENANT_LOGIN_MAX])
{
	char role[TENANT_ROLE_MAX];

	tenant_role(tenant, role);
	(void)snprintf(name, TENANT_LOGIN_MAX, "%s%s", role,
	    turn % 2 == 0 ? "" : "b");
}

const char *
tenant_database_secret(int64_t turn)
{
	return turn % 2 == 0 ? SECRET_DATABASE : SECRET_DATABASE_B;
}

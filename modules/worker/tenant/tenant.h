/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tenant for the jobs: row, secrets, licence, schema and server.
 */
#ifndef CAMELEER_TENANT_H
#define CAMELEER_TENANT_H

#include <stdbool.h>
#include <stdint.h>

#include "libshared/base/ctx.h"

struct runtime_status;
struct sql;

struct tenant {
	struct uuid	 id;
	const char	*slug, *name, *tier, *state, *environments;
	const char	*max_agents, *retention_days, *max_vaults, *features;
	const char	*runtime;	/* for runtime_of() */
};

/* Each of these functions runs its own transaction. */
enum err tenant_read(struct ctx *ctx, struct tenant *tenant) must_check;

/* tenant_secret.c: sealed under the master key, bound to tenant and name. */
#define SECRET_BOOTSTRAP	"bootstrap-token"
#define SECRET_DATABASE		"db-password"
/* Makes the secret if it does not exist; *text is in ctx->secrets. */
enum err tenant_secret(struct ctx *ctx, const char *name, const char **text)
    must_check;

/* tenant_license.c: issues the licence of the tier; *file is its file form. */
enum err tenant_license(struct ctx *ctx, const struct tenant *tenant,
    const char **file) must_check;
/* The public key by which servers verify it: 32 bytes, base64. */
enum err tenant_license_key(struct ctx *ctx, const char **base64) must_check;

/* tenant_schema.c: role and schema t_<slug> in the tenants' database. */
struct database_conf {
	const char	*tenant_db_host, *tenant_db_name;
	int64_t		 tenant_db_port;
	int64_t		 tenant_db_connections;	/* of one tenant */
	int64_t		 tenant_db_connections_all;
};
const struct database_conf *tenant_database(void);
/* A session there that may create schemas and roles; connects when used. */
struct sql *tenant_schema_connect(struct ctx *ctx);
enum err tenant_schema_ensure(struct ctx *ctx, const char *slug,
    const char *password) must_check;
enum err tenant_schema_drop(struct ctx *ctx, const char *slug) must_check;

/* tenant_server.c: container, address and readiness of cameleer-server. */
enum err tenant_server_ensure(struct ctx *ctx, const struct tenant *tenant,
    struct runtime_status *status) must_check;
/* ERR_OK: healthy, accepts only our tokens, and its licence is active. */
enum err tenant_server_ready(struct ctx *ctx, const struct tenant *tenant,
    const char *upstream) must_check;

#endif

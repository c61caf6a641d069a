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
struct runtime_store;
struct runtime_tenant;
struct sql;
struct worker;

struct tenant {
	struct uuid	 id;
	const char	*slug, *name, *tier, *state, *environments;
	/* what it has by plan and contract */
	const char	*max_agents, *retention_days, *max_vaults, *features;
	const char	*max_debug_sessions, *lineage_captures_minute;
	const char	*grants;	/* all that a licence grants, as JSON */
	bool		 custom_environments;
	const char	*max_apps, *max_deployments, *max_releases_day;
	const char	*jar_bytes;
	struct uuid	 place;		/* empty: it never ran */
	int64_t		 cpu_millis, memory_mb;	/* of its server */
	/* Its login at the stores; turning: the one before still works. */
	int64_t		 turn;
	bool		 turning;
};

/* In the open transaction, of the tenant that is pinned. */
enum err tenant_load(struct ctx *ctx, struct tenant *tenant) must_check;

/* Is it active, so that its server may be replaced? */
bool tenant_runs(const struct tenant *tenant);

/* Each of these functions runs its own transaction. */
enum err tenant_read(struct ctx *ctx, struct tenant *tenant) must_check;

/* tenant_secret.c: sealed under the master key, bound to tenant and name. */
#define SECRET_BOOTSTRAP	"bootstrap-token"
#define SECRET_DATABASE		"db-password"
#define SECRET_DATABASE_B	"db-password-b"	/* of the second login */
/* Makes the secret if it does not exist; *text is in ctx->secrets. */
enum err tenant_secret(struct ctx *ctx, const char *name, const char **text)
    must_check;
/* In the open transaction: the next call makes another one. */
enum err tenant_secret_forget(struct ctx *ctx, const char *name) must_check;

/*
 * tenant_license.c: issues the licence of the tier; *file is its file form, or
 * NULL when the tenant's licences are revoked.
 */
enum err tenant_license(struct ctx *ctx, const struct tenant *tenant,
    const char **file) must_check;
/*
 * Issues the next version when this is it, with its audit row: for a licence
 * that ends soon, or is not of the tenant's tier.
 */
enum err tenant_license_renew(struct ctx *ctx, const struct uuid *id,
    int64_t version) must_check;
/*
 * In the open transaction: issues what follows from the last decision; a
 * revoked tenant gets nothing.  *standing is that decision.
 */
enum err tenant_license_issue(struct ctx *ctx, const struct tenant *tenant,
    const char **standing) must_check;
/*
 * tenant_revocations.c: signs the next list when other licences are revoked
 * than the newest list says.
 */
enum err tenant_revocations(struct ctx *ctx) must_check;
/* The public key by which servers verify it: 32 bytes, base64. */
enum err tenant_license_key(struct ctx *ctx, const char **base64) must_check;

/*
 * tenant_certificate.c: for the job that removes the tenant.  The link to the
 * certificate, made before its owners are mailed; and, in the transaction that
 * removes its rows, the certificate itself: how many rows, by table, as JSON.
 */
enum err tenant_certificate_link(struct ctx *ctx, const char **secret,
    const char **link) must_check;
enum err tenant_certificate(struct ctx *ctx, const char *rows,
    const char *secret) must_check;

/*
 * tenant_database.c: as whom tenants' servers work in the tenants' database.
 * Every role there can list all others, so their name tells nothing: "t_" and
 * 16 digits of a hash of the tenant's id.
 */
struct database_conf {
	const char	*tenant_db_host, *tenant_db_name;
	const char	*tenant_db_sslmode, *tenant_db_ca;
	int64_t		 tenant_db_port;
	int64_t		 tenant_db_connections;	/* of one tenant */
	int64_t		 tenant_db_connections_all;
	int64_t		 tenant_db_statement_s;
};
const struct database_conf *tenant_database(void);
/* A session there that may create schemas and roles; connects when used. */
struct sql *tenant_database_connect(struct ctx *ctx);
#define TENANT_ROLE_MAX	19	/* "t_", 16 digits, NUL */
#define TENANT_LOGIN_MAX (TENANT_ROLE_MAX + 1)
void tenant_role(const struct uuid *tenant, char name[TENANT_ROLE_MAX]);
/* The role itself in even turns, and in odd ones the second login. */
void tenant_login(const struct uuid *tenant, int64_t turn,
    char name[TENANT_LOGIN_MAX]);
/* The name of the secret that is its password. */
const char *tenant_database_secret(int64_t turn);

/*
 * tenant_sessions.c: ends sessions there that run a statement, or keep a
 * transaction open, longer than tenant_db_statement_s: a role can lift the
 * limits that its settings have.
 */
enum err tenant_sessions_end(struct ctx *ctx, const struct worker *worker)
    must_check;

/* tenant_server.c: container, address and readiness of cameleer-server. */
/* What its server is given; the lists are in ctx->mem. */
enum err tenant_server_describe(struct ctx *ctx, const struct tenant *tenant,
    const struct runtime_store *store, struct runtime_tenant *server)
    must_check;
/* The same without secrets, as the settings say: to compare. */
enum err tenant_server_wish(struct ctx *ctx, const struct tenant *tenant,
    struct runtime_tenant *server) must_check;
enum err tenant_server_ensure(struct ctx *ctx, const struct tenant *tenant,
    struct runtime_status *status) must_check;
/* The same; *upstream is ADDRESS:PORT, which may have changed. */
enum err tenant_server_upstream(struct ctx *ctx, const struct tenant *tenant,
    const char **upstream) must_check;
/* Is an agent of this instance connected to it? */
enum err tenant_server_agent(struct ctx *ctx, const struct tenant *tenant,
    const char *upstream, const char *instance, bool *there) must_check;
/* ERR_OK: healthy, accepts only our tokens, and its licence is active. */
enum err tenant_server_ready(struct ctx *ctx, const struct tenant *tenant,
    const char *upstream) must_check;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What a process has for its whole life: options, settings, keys, database. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/clock.h"
#include "libshared/base/connections.h"
#include "libshared/base/log.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/http.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/key.h"
#include "libshared/skeleton/process.h"

#include "libshared/skeleton/process.sql.h"

#define MMAP_FROM	(128 << 10)	/* glibc's start value; it would grow */
#define KEYS_AGAIN_S	60	/* limit for reads for unknown kids */
#define KEYS_MAX_AGE_S	30	/* a rotation is seen within this time */

struct process process;

struct room { int64_t room; const char *cluster; };

static const struct field room_view[] = {
	VIEW_INT(struct room, room),
	VIEW_TEXT(struct room, cluster),
	FIELD_END
};

struct public_key { const char *kid, *purpose, *state, *jwk; };

static const struct field public_key_view[] = {
	VIEW_TEXT(struct public_key, kid),
	VIEW_TEXT(struct public_key, purpose),
	VIEW_TEXT(struct public_key, state),
	VIEW_TEXT(struct public_key, jwk),
	FIELD_END
};

/*
 * options_read - sets *path and *check; false when the program must end with
 * *rc
 */
static bool
options_read(int argc, char *argv[], const char **path, bool *check, int *rc)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-c") == 0 && i + 1 < argc)
			*path = argv[++i];
		else if (strcmp(argv[i], "--check-config") == 0)
			*check = true;
		else if (strcmp(argv[i], "--version") == 0) {
			(void)printf("%s\n", PACKAGE_STRING);
			*rc = 0;
			return false;
		} else {
			(void)fprintf(stderr, "usage: %s [-c FILE] "
			    "[--routes | --check-config | --version]\n",
			    argv[0]);
			*rc = 2;
			return false;
		}
	}
	return true;
}

bool
process_init(int argc, char *argv[], const char *name, int *rc)
{
	const char *path = SYSCONFDIR "/cameleer/cameleer.conf";
	bool check = false;

	if (!options_read(argc, argv, &path, &check, rc))
		return false;
	if ((process.conf = conf_load(path, stderr)) == NULL) {
		*rc = 78;	/* EX_CONFIG */
		return false;
	}
	if (check) {
		*rc = 0;
		return false;
	}
	log_init(name, (enum log_level)process.conf->log_level);
	http_open_networks(process.conf->open_networks);
	/* Memory of one large request is returned to the system afterwards. */
	(void)mallopt(M_MMAP_THRESHOLD, MMAP_FROM);
	if (crypto_init() != 0) {
		*rc = 70;	/* EX_SOFTWARE */
		return false;
	}
	return true;
}

/* read_seeds - reads private halves in the processes that sign */
static enum err
read_seeds(struct ctx *ctx, struct keyring *ring)
{
	const char *path = conf_credential_path(ctx, "signing.keys"), *text;
	enum err e;

	if (path == NULL || (access(path, F_OK) != 0 && errno == ENOENT))
		return ERR_OK;	/* most processes have none */
	if ((e = conf_credential(ctx, "signing.keys", &text)) != ERR_OK)
		return e;
	return keyring_add_seeds(ctx, ring, text);
}

enum err
process_keys(struct ctx *ctx, bool again)
{
	int64_t now = clock_s(), age = now - process.keys_read_at;
	static struct keyring ring;
	struct public_key *rows;
	enum key_purpose purpose;
	enum key_state state;
	size_t i, n;
	enum err e;

	if (process.keys_read_at != 0 &&
	    age < (again ? KEYS_AGAIN_S : KEYS_MAX_AGE_S))
		return again ? ERR_CONFLICT : ERR_OK;
	memset(&ring, 0, sizeof(ring));
	if ((e = read_seeds(ctx, &ring)) != ERR_OK ||
	    (e = sql_many(ctx, &SQL_SIGNING_KEYS, public_key_view,
	    sizeof(*rows), &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		state = key_state_of(rows[i].state);
		if (!key_purpose_of(rows[i].purpose, &purpose) ||
		    state == KEY_STATE__MAX)
			return fail(ctx, ERR_INTERNAL, "internal",
			    "signing key %s is not understood", rows[i].kid);
		if ((e = keyring_add_public(ctx, &ring, rows[i].jwk, purpose,
		    state)) != ERR_OK)
			return e;
	}
	process.keys = ring;
	secret_wipe(&ring, sizeof(ring));
	process.keys_read_at = now;
	return ERR_OK;
}

void
process_certificate(struct ctx *ctx, const char *name,
    struct sql_config *config)
{
	char file[64];

	(void)snprintf(file, sizeof(file), "%s.cert", name);
	config->cert_file = conf_credential_path(ctx, file);
	(void)snprintf(file, sizeof(file), "%s.key", name);
	config->key_file = conf_credential_path(ctx, file);
}

struct sql *
process_sql(struct ctx *ctx, const char *user)
{
	const char *password = NULL;
	struct sql_config config = {
		.host = process.conf->db_host,
		.port = process.conf->db_port,
		.name = process.conf->db_name,
		.application = user,
		.sslmode = process.conf->db_sslmode,
		.ca_file = process.conf->db_ca,
		.statement_timeout_ms = 10000,
		.lock_timeout_ms = 2000,
	};
	struct sql *sql;

	config.user = text_printf(ctx->mem, "cameleer_%s", user);
	if (config.user == NULL)
		abort();
	if (conf_credential(ctx, "db.pass", &password) != ERR_OK)
		fail_clear(ctx);	/* peer authentication needs none */
	config.password = password;
	process_certificate(ctx, "db", &config);
	sql = sql_new(&config);
	return sql;
}

/* room_check - compares the sum for one cluster with what it allows */
static enum err
room_check(struct ctx *ctx, const char *whose, int64_t need,
    const struct room *room)
{
	if (need <= room->room)
		return ERR_OK;
	return fail(ctx, ERR_CONFLICT, "connections", "%s may get %" PRId64
	    " connections, PostgreSQL has room for %" PRId64 "; raise its "
	    "max_connections by %" PRId64 ", or lower "
	    "tenant_db_connections_all or processes", whose, need, room->room,
	    need - room->room);
}

enum err
process_connections(struct ctx *ctx, struct sql *tenants)
{
	int64_t ours = connections_platform(process.conf);
	int64_t theirs = connections_tenants(process.conf);
	struct room own, other;
	struct sql *db = ctx->db;
	enum err e;

	if ((e = sql_one(ctx, &SQL_CONNECTION_ROOM, room_view, &own)) != ERR_OK)
		return e;
	if (tenants == NULL)
		return room_check(ctx, "the platform", ours, &own);
	ctx->db = tenants;
	e = sql_one(ctx, &SQL_CONNECTION_ROOM, room_view, &other);
	ctx->db = db;
	if (e != ERR_OK)
		return e;
	if (strcmp(own.cluster, other.cluster) == 0)
		return room_check(ctx, "platform and tenants together",
		    ours + theirs, &own);
	if ((e = room_check(ctx, "the platform", ours, &own)) != ERR_OK)
		return e;
	return room_check(ctx, "the tenants' database", theirs, &other);
}

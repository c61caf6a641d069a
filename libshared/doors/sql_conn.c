/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection to PostgreSQL with fixed session settings, and one round trip
 * over it.
 *
 * A statement is prepared at its first use on a connection and then only
 * executed; BEGIN is sent in the same pipeline as the first statement.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libshared/base/log.h"
#include "libshared/doors/sql_conn.h"

#define CONNECT_TIMEOUT	"5"
#define SYSTEM_CA	"/etc/ssl/certs/ca-certificates.crt"

static char *
sql_conn_copy(const char *text)
{
	char *out;

	if (text == NULL)
		return NULL;
	if ((out = strdup(text)) == NULL)
		abort();
	return out;
}

struct sql *
sql_new(const struct sql_config *config)
{
	struct sql *sql;

	if ((sql = calloc(1, sizeof(*sql))) == NULL)
		abort();
	sql->config = *config;
	sql->config.host = sql_conn_copy(config->host);
	sql->config.name = sql_conn_copy(config->name);
	sql->config.user = sql_conn_copy(config->user);
	sql->config.password = sql_conn_copy(config->password);
	sql->config.application = sql_conn_copy(config->application);
	sql->config.sslmode = sql_conn_copy(config->sslmode);
	sql->config.ca_file = sql_conn_copy(config->ca_file);
	sql->config.cert_file = sql_conn_copy(config->cert_file);
	sql->config.key_file = sql_conn_copy(config->key_file);
	return sql;
}

void
sql_disconnect(struct sql *sql)
{
	if (sql->conn != NULL)
		PQfinish(sql->conn);
	sql->conn = NULL;
	sql->nprepared = 0;
	sql->tx = TX_NONE;
}

void
sql_free(struct sql **sql)
{
	if (*sql == NULL)
		return;
	sql_disconnect(*sql);
	if ((*sql)->config.password != NULL)
		explicit_bzero((void *)(uintptr_t)(*sql)->config.password,
		    strlen((*sql)->config.password));
	free((void *)(uintptr_t)(*sql)->config.host);
	free((void *)(uintptr_t)(*sql)->config.name);
	free((void *)(uintptr_t)(*sql)->config.user);
	free((void *)(uintptr_t)(*sql)->config.password);
	free((void *)(uintptr_t)(*sql)->config.application);
	free((void *)(uintptr_t)(*sql)->config.sslmode);
	free((void *)(uintptr_t)(*sql)->config.ca_file);
	free((void *)(uintptr_t)(*sql)->config.cert_file);
	free((void *)(uintptr_t)(*sql)->config.key_file);
	free(*sql);
	*sql = NULL;
}

const char *
sql_int_text(int64_t number, char *buf24)
{
	(void)snprintf(buf24, 24, "%" PRId64, number);
	return buf24;
}

static bool
text_given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

const char *
sql_sslmode(const struct sql_config *config)
{
	const char *host = config->host;

	if (text_given(config->sslmode))
		return config->sslmode;
	return host[0] == '/' || strcmp(host, "localhost") == 0 ||
	    strcmp(host, "::1") == 0 || (strncmp(host, "127.", 4) == 0 &&
	    host[strspn(host, "0123456789.")] == '\0') ?
	    "prefer" : "verify-full";
}

/*
 * trust_of - returns the file of CAs, or NULL: libpq would verify even where
 * only encryption was asked for
 */
static const char *
trust_of(const struct sql_config *config)
{
	if (strncmp(sql_sslmode(config), "verify-", 7) != 0)
		return NULL;
	return text_given(config->ca_file) ? config->ca_file : SYSTEM_CA;
}

/* refusal_keep - keeps the first line of libpq's reason */
static void
refusal_keep(struct sql *sql)
{
	const char *why = PQerrorMessage(sql->conn);
	int len = (int)strcspn(why, "\n");

	(void)snprintf(sql->refusal, sizeof(sql->refusal), "%.*s", len, why);
}

const char *
sql_refusal(const struct sql *sql)
{
	return sql->refusal;
}

/*
 * sql_connect - opens a session and sets all that would otherwise come from the
 * environment or the role
 */
bool
sql_connect(struct sql *sql)
{
	const struct sql_config *config = &sql->config;
	char port[24], options[256];
	const char *const names[] = { "host", "port", "dbname", "user",
	    "password", "application_name", "client_encoding",
	    "connect_timeout", "options", "keepalives_idle",
	    "tcp_user_timeout", "sslmode", "sslrootcert", "sslcert", "sslkey",
	    NULL };
	const char *const values[] = { config->host,
	    sql_int_text(config->port, port), config->name, config->user,
	    config->password, config->application, "UTF8", CONNECT_TIMEOUT,
	    options, "30", "10000", sql_sslmode(config), trust_of(config),
	    config->cert_file, config->key_file, NULL };
	size_t i;

	(void)snprintf(options, sizeof(options), "%s-c TimeZone=UTC "
	    "-c DateStyle=ISO -c statement_timeout=%d -c lock_timeout=%d "
	    "-c idle_in_transaction_session_timeout=15000",
	    config->is_tenant_database ? "" : "-c search_path=cameleer ",
	    config->statement_timeout_ms, config->lock_timeout_ms);
	sql_disconnect(sql);
	sql->conn = PQconnectdbParams(names, values, 0);
	if (sql->conn == NULL)
		abort();
	if (PQstatus(sql->conn) != CONNECTION_OK) {
		log_event(LOG_WARN, "sql_connect_failed",
		    LOG_TEXT("error", PQerrorMessage(sql->conn)));
		refusal_keep(sql);
		sql_disconnect(sql);
		return false;
	}
	sql->nsessions++;
	for (i = 0; i < sql->nchannels; i++) {
		char command[48];
		PGresult *res;

		(void)snprintf(command, sizeof(command), "LISTEN %s",
		    sql->channels[i]);
		res = PQexec(sql->conn, command);
		PQclear(res);
	}
	return true;
}

static bool
is_prepared(const struct sql *sql, const struct sql_query *query)
{
	size_t i;

	for (i = 0; i < sql->nprepared; i++)
		if (strcmp(sql->prepared[i]->name, query->name) == 0)
			return true;
	return false;
}

/*
 * settings_take - reads the next result of the pipeline; keeps the first
 * failure
 */
static bool
settings_take(struct sql *sql, PGresult **kept)
{
	PGresult *res = PQgetResult(sql->conn), *end;
	ExecStatusType status = PQresultStatus(res);

	if (*kept == NULL || (PQresultStatus(*kept) != PGRES_FATAL_ERROR &&
	    status != PGRES_PIPELINE_ABORTED)) {
		PQclear(*kept);
		*kept = res;
	} else
		PQclear(res);
	if (res != NULL && (end = PQgetResult(sql->conn)) != NULL)
		PQclear(end);
	return status == PGRES_COMMAND_OK;
}

/*
 * statement_remember - a statement stays prepared when its execution fails, and
 * after ROLLBACK
 */
static void
statement_remember(struct sql *sql, const struct sql_query *query)
{
	if (sql->nprepared < PREPARED_MAX)
		sql->prepared[sql->nprepared++] = query;
}

void
sql_settle(struct sql *sql)
{
	PGresult *res;

	while ((res = PQgetResult(sql->conn)) != NULL)
		PQclear(res);
}

/*
 * sql_execute - runs one round trip: BEGIN if wanted, PREPARE if new, EXECUTE
 */
PGresult *
sql_execute(struct sql *sql, const struct sql_query *query,
    const struct sql_arg *args)
{
	const char *values[SQL_PARAMS_MAX];
	bool begin = sql->tx == TX_WANTED, prepare = !is_prepared(sql, query);
	PGresult *kept = NULL, *sync;
	int i, sent = 0;

	for (i = 0; i < query->nparams; i++)
		values[i] = args[i].text;
	sql_settle(sql);
	if (PQenterPipelineMode(sql->conn) != 1)
		return NULL;
	if (begin)
		sent += PQsendQueryParams(sql->conn, sql->write ? "BEGIN" :
		    "BEGIN READ ONLY", 0, NULL, NULL, NULL, NULL, 0);
	if (prepare)
		sent += PQsendPrepare(sql->conn, query->name, query->text, 0,
		    NULL);
	sent += PQsendQueryPrepared(sql->conn, query->name, query->nparams,
	    values, NULL, NULL, 0);
	if (sent != 1 + begin + prepare || PQpipelineSync(sql->conn) != 1)
		return NULL;
	for (i = 0; i < sent; i++)
		if (settings_take(sql, &kept) && prepare && i == begin)
			statement_remember(sql, query);
	sync = PQgetResult(sql->conn);
	PQclear(sync);
	if (PQexitPipelineMode(sql->conn) != 1 ||
	    PQstatus(sql->conn) != CONNECTION_OK) {
		PQclear(kept);
		return NULL;
	}
	if (begin && PQtransactionStatus(sql->conn) != PQTRANS_IDLE)
		sql->tx = TX_OPEN;
	return kept;
}

void
sql_reset(struct ctx *ctx)
{
	sql_disconnect(ctx->db);
}

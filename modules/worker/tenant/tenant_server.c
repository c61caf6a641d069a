/* SPDX-License-Identifier: Apache-2.0 */
/* Container, address and readiness of a tenant's cameleer-server. */
#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "libshared/doors/json.h"
#include "libshared/proto/key.h"
#include "libshared/proto/token.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/place/place.h"
#include "modules/worker/runtime/runtime.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/tenant/tenant_secret.h"
#include "modules/worker/tenant/tenant_told.h"
#include "modules/worker/work.h"

#define TOKEN_TTL_S		120
#define CALL_MS			5000
#define ANSWER_MAX		((size_t)64 << 10)
#define CA_MAX			((size_t)256 << 10)
#define SERVER_ENV_MAX		10
#define APPS_MAX	2000	/* of a tenant without a limit */
#define SERVER_FILES	6
#define SERVER_PASSWORD	1	/* which of them */
#define LICENSE_PATH	"/api/v1/admin/license"

/* ca_read - reads the CA certificates by which containers trust the platform */
static enum err
ca_read(struct ctx *ctx, const char *path, const char **data, size_t *len)
{
	char *buf = arena_get(ctx->mem, CA_MAX);
	ssize_t n = -1;
	int fd;

	if (buf == NULL)
		return ERR_TOO_LARGE;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) != -1) {
		n = read(fd, buf, CA_MAX);
		(void)close(fd);
	}
	if (n <= 0 || (size_t)n == CA_MAX)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "ca_file %s cannot be read", path);
	*data = buf;
	*len = (size_t)n;
	return ERR_OK;
}

/* server_secrets - lists the files in /run/secrets of the server */
static enum err
server_secrets(struct ctx *ctx, const struct tenant *tenant,
    struct runtime_secret secrets[SERVER_FILES])
{
	const char *token, *previous, *password, *license, *ca = NULL;
	size_t len = 0, n = 0;
	enum err e;

	if ((e = tenant_secret(ctx, SECRET_BOOTSTRAP, &token)) != ERR_OK ||
	    (e = tenant_secret_previous(ctx, &previous)) != ERR_OK ||
	    (e = tenant_secret(ctx, tenant_database_secret(tenant->turn),
	    &password)) != ERR_OK ||
	    (e = tenant_license(ctx, tenant, &license)) != ERR_OK ||
	    (e = ca_read(ctx, tenant_server_conf()->ca_file, &ca, &len)) !=
	    ERR_OK)
		return e;
	secrets[n++] = (struct runtime_secret){ "bootstrap-token", token,
	    strlen(token) };
	secrets[n++] = (struct runtime_secret){ "db-password", password,
	    strlen(password) };
	if (license != NULL)
		secrets[n++] = (struct runtime_secret){ "license", license,
		    strlen(license) };
	secrets[n++] = (struct runtime_secret){ "ca.pem", ca, len };
	if (previous != NULL)
		secrets[n++] = (struct runtime_secret){ SECRET_PREVIOUS,
		    previous, strlen(previous) };
	secrets[n] = (struct runtime_secret){ NULL, NULL, 0 };
	return ERR_OK;
}

static bool
tls_wanted(const struct database_conf *database)
{
	const char *mode = database->tenant_db_sslmode;

	return mode[0] != '\0' && strcmp(mode, "disable") != 0;
}

/* server_env - lists the server's settings (see tests/peers/README.md) */
static enum err
server_env(struct ctx *ctx, const struct tenant *tenant,
    const struct runtime_store *store, struct runtime_pair env[SERVER_ENV_MAX])
{
	char role[TENANT_ROLE_MAX];
	const char *key;
	size_t n = 0;
	enum err e;

	if ((e = tenant_license_key(ctx, &key)) != ERR_OK)
		return e;
	tenant_role(&tenant->id, role);
	env[n++] = (struct runtime_pair){ "CAMELEER_SERVER_TENANT_ID",
	    tenant->slug };
	env[n++] = (struct runtime_pair){ "SPRING_DATASOURCE_URL",
	    text_printf(ctx->mem, "jdbc:postgresql://%s:%lld/%s"
	    "?currentSchema=%s&ApplicationName=%s%s",
	    store->host, (long long)store->port, store->name, role, role,
	    store->tls ? "&sslmode=require" : "") };
	env[n++] = (struct runtime_pair){ "SPRING_DATASOURCE_USERNAME",
	    arena_text(ctx->mem, store->login, strlen(store->login)) };
	env[n++] = (struct runtime_pair){
	    "CAMELEER_SERVER_SECURITY_OIDC_ISSUERURI", process.conf->base_url };
	env[n++] = (struct runtime_pair){
	    "CAMELEER_SERVER_SECURITY_OIDC_JWKSETURI", text_printf(ctx->mem,
	    "%s/.well-known/jwks.json", tenant_server_conf()->internal_url) };
	env[n++] = (struct runtime_pair){
	    "CAMELEER_SERVER_SECURITY_OIDC_AUDIENCE", text_printf(ctx->mem,
	    "cameleer-server:%s", tenant->slug) };
	env[n++] = (struct runtime_pair){ "CAMELEER_SERVER_LICENSE_PUBLICKEY",
	    key };
	env[n++] = (struct runtime_pair){ "CAMELEER_SERVER_SECRETS_DIR",
	    RUNTIME_SECRETS_DIR };
	env[n] = (struct runtime_pair){ NULL, NULL };
	return ERR_OK;
}

/* apps_max - of its plan; a plan without a limit has none to fill a quota */
static int64_t
apps_max(const struct tenant *tenant)
{
	int64_t n;

	return tenant->max_deployments != NULL && str_int(str_of(
	    tenant->max_deployments), 0, APPS_MAX, &n) ? n : APPS_MAX;
}

/* server_plain - everything but secrets */
static enum err
server_plain(struct ctx *ctx, const struct tenant *tenant,
    const struct runtime_store *store, struct runtime_tenant *server)
{
	struct runtime_pair *env = arena_array(ctx->mem, SERVER_ENV_MAX,
	    sizeof(*env));
	enum err e;

	if (env == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	if ((e = server_env(ctx, tenant, store, env)) != ERR_OK)
		return e;
	*server = (struct runtime_tenant){
		.id = tenant->id, .slug = tenant->slug, .tier = tenant->tier,
		.image = tenant_server_conf()->server_image, .env = env,
		.limits = { .memory_mb = tenant->memory_mb,
		    .cpu_millis = tenant->cpu_millis },
		.role = arena_text(ctx->mem, store->login,
		    strlen(store->login)),
		.connections = tenant_database()->tenant_db_connections,
		.apps_max = apps_max(tenant),
	};
	return ERR_OK;
}

/*
 * license_drop - a server that we look after is told its licence while it runs,
 * and keeps it in its schema: as a file it would be what was valid when its
 * container was made
 */
static enum err
license_drop(struct ctx *ctx, struct runtime_tenant *server)
{
	const struct runtime_secret *secret = server->secrets;
	struct runtime_secret *kept = arena_array(ctx->mem, SERVER_FILES,
	    sizeof(*kept));
	size_t n = 0;

	if (kept == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	for (; secret->name != NULL; secret++)
		if (strcmp(secret->name, "license") != 0)
			kept[n++] = *secret;
	kept[n] = (struct runtime_secret){ NULL, NULL, 0 };
	server->secrets = kept;
	return ERR_OK;
}

enum err
tenant_server_describe(struct ctx *ctx, const struct tenant *tenant,
    const struct runtime_store *store, struct runtime_tenant *server)
{
	struct runtime_secret *secrets = arena_array(ctx->mem,
	    SERVER_FILES, sizeof(*secrets));
	struct runtime_tenant made;
	enum err e;

	if (secrets == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	if ((e = server_plain(ctx, tenant, store, &made)) != ERR_OK ||
	    (e = server_secrets(ctx, tenant, secrets)) != ERR_OK)
		return e;
	made.secrets = secrets;
	made.password = secrets[SERVER_PASSWORD].data;
	*server = made;
	return ERR_OK;
}

/* store_configured - where its data is; writes the name of its login */
static struct runtime_store
store_configured(const struct tenant *tenant, char login[TENANT_LOGIN_MAX])
{
	const struct database_conf *database = tenant_database();

	tenant_login(&tenant->id, tenant->turn, login);
	return (struct runtime_store){ .host = database->tenant_db_host,
	    .name = database->tenant_db_name, .login = login,
	    .port = database->tenant_db_port, .tls = tls_wanted(database) };
}

enum err
tenant_server_wish(struct ctx *ctx, const struct tenant *tenant,
    struct runtime_tenant *server)
{
	char login[TENANT_LOGIN_MAX];
	const struct runtime_store store = store_configured(tenant, login);

	return server_plain(ctx, tenant, &store, server);
}

enum err
tenant_server_ensure(struct ctx *ctx, const struct tenant *tenant,
    struct runtime_status *status)
{
	char login[TENANT_LOGIN_MAX];
	struct runtime_store store = store_configured(tenant, login);
	struct runtime_tenant wanted;
	const struct runtime *runtime;
	enum err e;

	if ((e = place_runtime(ctx, &tenant->place, &runtime)) != ERR_OK)
		return e;
	if (runtime->store != NULL) {
		store = *runtime->store;
		store.login = login;
	}
	if ((e = tenant_server_describe(ctx, tenant, &store, &wanted)) !=
	    ERR_OK || (e = license_drop(ctx, &wanted)) != ERR_OK)
		return e;
	return runtime->ensure_tenant(ctx, runtime, &wanted, status);
}

enum err
tenant_server_upstream(struct ctx *ctx, const struct tenant *tenant,
    const char **upstream)
{
	struct runtime_status status = { 0 };
	enum err e;

	if ((e = tenant_server_ensure(ctx, tenant, &status)) != ERR_OK)
		return e;
	*upstream = text_printf(ctx->mem, "%s:%d", status.address,
	    status.port);
	return *upstream == NULL ? ERR_TOO_LARGE : ERR_OK;
}

/* machine_token - signs a token that is valid for this server only */
static enum err
machine_token(struct ctx *ctx, const struct tenant *tenant,
    const char **token)
{
	const struct key *key = keyring_signer(&process.keys, KEY_SERVER);
	struct json *claims = json_object(ctx), *roles = json_array(ctx);
	int64_t now = (int64_t)time(NULL);

	if (key == NULL)
		return fail(ctx, ERR_INTERNAL, "no_signing_key",
		    "no active key for server tokens");
	json_put_text(claims, "iss", process.conf->base_url);
	json_put_text(claims, "aud", text_printf(ctx->mem,
	    "cameleer-server:%s", tenant->slug));
	json_put_text(claims, "sub", "platform");
	json_put_text(claims, "tenant", tenant->slug);
	json_put_int(claims, "iat", now);
	json_put_int(claims, "nbf", now);
	json_put_int(claims, "exp", now + TOKEN_TTL_S);
	json_add_text(roles, "server:admin");
	json_put(claims, "roles", roles);
	json_put_text(claims, "scope", "server:admin");
	return token_sign(ctx, key, "at+jwt", claims, token);
}

struct question { const char *path, *token, *body; size_t len; };

/*
 * server_call - sends a GET, or a POST of JSON; ERR_UNAVAILABLE while nothing
 * answers
 */
static enum err
server_call(struct ctx *ctx, const char *upstream,
    const struct question *question, struct http_response *response)
{
	const struct http_header headers[] = {
		{ question->token == NULL ? NULL : "Authorization",
		    question->token == NULL ? NULL : text_printf(ctx->secrets,
		    "Bearer %s", question->token) },
		{ question->body == NULL ? NULL : "Content-Type",
		    "application/json" },
		{ NULL, NULL },
	};
	const struct http_request request = {
		HTTP_DEFAULTS,
		.method = question->body == NULL ? "GET" : "POST",
		.url = text_printf(ctx->mem, "http://%s%s", upstream,
		    question->path),
		.body = question->body, .body_len = question->len,
		.headers = headers, .policy = HTTP_CONFIGURED,
		.timeout_ms = CALL_MS, .max_body = ANSWER_MAX,
	};
	enum err e = http_call(ctx, &request, response);

	/* A server that is still starting does not answer. */
	if (e == ERR_PEER || e == ERR_TIMEOUT) {
		fail_clear(ctx);
		return fail(ctx, ERR_UNAVAILABLE, "server_starting",
		    "the tenant's server does not answer yet");
	}
	return e;
}

static enum err
server_ask(struct ctx *ctx, const char *upstream, const char *path,
    const char *token, struct http_response *response)
{
	return server_call(ctx, upstream, &(const struct question){
	    .path = path, .token = token }, response);
}

/* status_expect - ERR_UNAVAILABLE unless the answer has this status */
static enum err
status_expect(struct ctx *ctx, const struct http_response *response, int status,
    const char *what)
{
	if (response->status == status)
		return ERR_OK;
	return fail(ctx, ERR_UNAVAILABLE, "server_not_ready",
	    "%s: the tenant's server answers %d, not %d", what,
	    response->status, status);
}

static enum err
license_taken(struct ctx *ctx, const struct http_response *response)
{
	struct json *answer;
	const char *state;

	if (json_parse(ctx, response->body, response->body_len, &answer) !=
	    ERR_OK) {
		fail_clear(ctx);
		return fail(ctx, ERR_PEER, "server_broken",
		    "the tenant's server does not speak JSON");
	}
	state = json_member(answer, "state");
	if (state == NULL || strcmp(state, "ACTIVE") != 0)
		return fail(ctx, ERR_PEER, "license_not_taken",
		    "the tenant's server says its licence is %.20s",
		    state == NULL ? "unknown" : state);
	return ERR_OK;
}

enum err
tenant_server_license(struct ctx *ctx, const struct tenant *tenant,
    const char *upstream, const char *license)
{
	struct question question = { .path = LICENSE_PATH };
	struct json *body = json_object(ctx);
	struct http_response response;
	enum err e;

	json_put_text(body, "token", license);
	if ((e = json_print(ctx, body, &question.body, &question.len)) !=
	    ERR_OK || (e = machine_token(ctx, tenant, &question.token)) !=
	    ERR_OK || (e = server_call(ctx, upstream, &question,
	    &response)) != ERR_OK)
		return e;
	/* 400: it was read and refused, and the answer says so. */
	if (response.status != 400 && (e = status_expect(ctx, &response, 200,
	    "with our token")) != ERR_OK)
		return e;
	return license_taken(ctx, &response);
}

enum err
tenant_server_ready(struct ctx *ctx, const struct tenant *tenant,
    const char *upstream)
{
	struct http_response response;
	const char *license;
	enum err e;

	if ((e = server_ask(ctx, upstream, "/api/v1/health", NULL,
	    &response)) != ERR_OK ||
	    (e = status_expect(ctx, &response, 200, "health")) != ERR_OK ||
	    (e = server_ask(ctx, upstream, LICENSE_PATH, NULL, &response)) !=
	    ERR_OK ||
	    (e = status_expect(ctx, &response, 401, "without a token")) !=
	    ERR_OK || (e = tenant_license(ctx, tenant, &license)) != ERR_OK)
		return e;
	if (license == NULL)
		return fail(ctx, ERR_PEER, "license_not_taken",
		    "the tenant's licences are revoked");
	if ((e = tenant_server_license(ctx, tenant, upstream, license)) !=
	    ERR_OK)
		return e;
	return tenant_told_record(ctx, tenant, license);
}

enum err
tenant_server_settle(struct ctx *ctx, const struct tenant *tenant,
    const char **upstream)
{
	enum err e;

	if ((e = tenant_server_upstream(ctx, tenant, upstream)) != ERR_OK)
		return e;
	return tenant_server_ready(ctx, tenant, *upstream);
}

/* agent_find - in the server's list; what is malformed is not there */
static bool
agent_find(const struct json *list, const char *instance)
{
	const struct json *agent;
	const char *id;
	size_t i;

	for (i = 0; i < json_count(list); i++) {
		agent = json_at(list, i);
		id = json_member(agent, "instanceId");
		if (id != NULL && strcmp(id, instance) == 0)
			return true;
	}
	return false;
}

enum err
tenant_server_agent(struct ctx *ctx, const struct tenant *tenant,
    const char *upstream, const char *instance, bool *there)
{
	struct http_response response;
	struct json *list;
	const char *token;
	enum err e;

	*there = false;
	if ((e = machine_token(ctx, tenant, &token)) != ERR_OK ||
	    (e = server_ask(ctx, upstream, "/api/v1/agents", token,
	    &response)) != ERR_OK ||
	    (e = status_expect(ctx, &response, 200, "agents")) != ERR_OK)
		return e;
	if (json_parse(ctx, response.body, response.body_len, &list) !=
	    ERR_OK) {
		fail_clear(ctx);
		return ERR_OK;
	}
	*there = agent_find(list, instance);
	return ERR_OK;
}

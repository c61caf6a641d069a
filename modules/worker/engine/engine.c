/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls of the engine API: networks, images, start and end of containers.
 */
#include "config.h"

#include <stdarg.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/job.h"
#include "modules/worker/engine/engine_call.h"
#include "modules/worker/peer.h"
#include "modules/worker/tar.h"

#define TIMEOUT_MS	15000
#define START_MS	60000
#define PULL_MS		25000		/* shorter than a job's lease */
#define WORDS_MAX	300
#define SECRETS_MAX	16
#define PULL_LINE_MAX	((size_t)64 << 10)
#define CPU_PERIOD_US	100000

bool
engine_name_valid(const char *name)
{
	size_t len;

	if (name == NULL || strchr("_.-", name[0]) != NULL)
		return false;
	len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.-");
	return len <= ENGINE_NAME_MAX && name[len] == '\0';
}

enum err
engine_path(struct ctx *ctx, const char **path, const char *fmt, ...)
{
	struct buf buf;
	va_list ap;

	buf_init(&buf, ctx->mem, (size_t)16 << 10);
	buf_text(&buf, ENGINE_HOST);
	va_start(ap, fmt);
	buf_vprintf(&buf, fmt, ap);
	va_end(ap);
	if (buf.full)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a URL");
	*path = buf.p;
	return ERR_OK;
}

enum err
engine_failed(struct ctx *ctx, const char *what, const struct http_response *r)
{
	enum err e = ERR_PEER;
	struct json *root;
	const char *why;

	if ((why = peer_sentence(r->body)) != NULL && r->status == 400)
		return fail(ctx, ERR_PEER, "engine_failed", "%s", why);
	if (peer_json(ctx, "engine", r->body, r->body_len, &root) != ERR_OK) {
		fail_clear(ctx);
		root = NULL;
	}
	why = json_member(root, "message");
	if (r->status == 404)
		e = ERR_NOT_FOUND;
	else if (r->status == 409)
		e = ERR_CONFLICT;
	return fail(ctx, e, "engine_failed", "engine, %s: %d, %s", what,
	    r->status, peer_words(ctx, why, WORDS_MAX));
}

/* engine_unreached - the same failure in a sentence, when there is one */
static enum err
engine_unreached(struct ctx *ctx, enum err e)
{
	const char *why = peer_sentence(ctx->fault.detail);

	if (why == NULL)
		return e;
	fail_clear(ctx);
	return fail(ctx, e, "engine_failed", "%s", why);
}

enum err
engine_do(struct ctx *ctx, const struct engine *engine,
    const struct engine_call *call, struct http_response *r)
{
	static const struct http_header headers[] = {
		{ "Content-Type", "application/json" }, { NULL, NULL },
	};
	struct http_request rq = { HTTP_DEFAULTS, .method = call->method,
	    .url = call->path, .policy = HTTP_CONFIGURED,
	    .max_body = ENGINE_ANSWER_MAX,
	    .timeout_ms = call->timeout_ms > 0 ? call->timeout_ms :
	    TIMEOUT_MS };
	enum err e;
	size_t i;

	if ((e = job_still(ctx)) != ERR_OK)
		return e;
	if (call->body != NULL) {
		rq.headers = headers;
		if ((e = json_print(ctx, call->body, &rq.body,
		    &rq.body_len)) != ERR_OK)
			return e;
	}
	engine_aim(ctx, engine, &rq);
	if ((e = http_call(ctx, &rq, r)) != ERR_OK)
		return engine_unreached(ctx, e);
	for (i = 0; i < nitems(call->good); i++)
		if (r->status == call->good[i])
			return ERR_OK;
	return engine_failed(ctx, call->what, r);
}

/* Compares labels: the compat inspect of Podman does not show the bridge. */
static enum err
network_check(struct ctx *ctx, const struct engine_network *network,
    const struct http_response *r)
{
	const struct runtime_pair *label;
	const struct json *labels;
	struct json *root;
	const char *found;
	enum err e;

	if ((e = peer_json(ctx, "engine", r->body, r->body_len, &root)) !=
	    ERR_OK)
		return e;
	labels = json_get(root, "Labels");
	for (label = network->labels; label->name != NULL; label++) {
		found = json_member(labels, label->name);
		if (found == NULL || strcmp(found, label->value) != 0)
			return fail(ctx, ERR_CONFLICT, "network_taken",
			    "network '%s' exists and belongs to another tenant",
			    network->name);
	}
	return ERR_OK;
}

static struct json *
label_object(struct ctx *ctx, const struct runtime_pair *labels)
{
	struct json *object = json_object(ctx);

	for (; labels != NULL && labels->name != NULL; labels++)
		json_put_text(object, labels->name, labels->value);
	return object;
}

static enum err
network_create(struct ctx *ctx, const struct engine *engine,
    const struct engine_network *network)
{
	struct engine_call call = { .method = "POST", .good = { 200, 201 },
	    .what = "create a network" };
	struct json *options = json_object(ctx);
	struct http_response r;
	enum err e;

	if ((e = engine_path(ctx, &call.path, ENGINE_API
	    "/networks/create")) != ERR_OK)
		return e;
	json_put_text(options, "com.docker.network.bridge.name",
	    network->bridge);
	call.body = json_object(ctx);
	json_put_text(call.body, "Name", network->name);
	json_put_text(call.body, "Driver", "bridge");
	json_put_bool(call.body, "CheckDuplicate", true);
	json_put(call.body, "Options", options);
	json_put(call.body, "Labels", label_object(ctx, network->labels));
	return engine_do(ctx, engine, &call, &r);
}

enum err
engine_network_ensure(struct ctx *ctx, const struct engine *engine,
    const struct engine_network *network)
{
	struct engine_call call = { .method = "GET", .good = { 200, 404 },
	    .what = "look at a network" };
	struct http_response r;
	enum err e;

	if (!engine_name_valid(network->name) ||
	    !engine_name_valid(network->bridge) ||
	    strlen(network->bridge) > 15)
		return fail(ctx, ERR_INTERNAL, NULL,
		    "'%s' is not a name for a network", network->name);
	if ((e = engine_path(ctx, &call.path, ENGINE_API "/networks/%s",
	    network->name)) != ERR_OK ||
	    (e = engine_do(ctx, engine, &call, &r)) != ERR_OK)
		return e;
	if (r.status == 200)
		return network_check(ctx, network, &r);
	return network_create(ctx, engine, network);
}

enum err
engine_network_remove(struct ctx *ctx, const struct engine *engine,
    const char *name)
{
	struct engine_call call = { .method = "DELETE",
	    .good = { 200, 204, 404 }, .what = "remove a network" };
	struct http_response r;
	enum err e;

	if (!engine_name_valid(name))
		return fail(ctx, ERR_INTERNAL, NULL, "'%s' is not a name",
		    name);
	if ((e = engine_path(ctx, &call.path, ENGINE_API "/networks/%s",
	    name)) != ERR_OK)
		return e;
	return engine_do(ctx, engine, &call, &r);
}

/*
 * The answer is lines of JSON under status 200; a failure is one of the lines.
 */
struct pull {
	char	line[PULL_LINE_MAX];
	char	error[PULL_LINE_MAX];
	size_t	len;
	bool	cut;
};

static bool
pull_sink(void *arg, const void *data, size_t len)
{
	struct pull *pull = arg;
	const char *p = data;
	size_t i;

	for (i = 0; i < len; i++) {
		if (p[i] != '\n' && pull->len + 1 < sizeof(pull->line)) {
			pull->line[pull->len++] = p[i];
			continue;
		}
		if (p[i] != '\n') {
			pull->cut = true;
			continue;
		}
		pull->line[pull->len] = '\0';
		if (strstr(pull->line, "\"error\"") != NULL)
			memcpy(pull->error, pull->line, pull->len + 1);
		pull->len = 0;
	}
	return true;
}

static enum err
pull_result(struct ctx *ctx, const struct pull *pull, const char *image)
{
	struct json *root;
	const char *why = NULL;

	if (peer_json(ctx, "engine", pull->error, strlen(pull->error),
	    &root) == ERR_OK)
		why = json_member(root, "error");
	fail_clear(ctx);
	return fail(ctx, ERR_PEER, "image_unavailable",
	    "engine cannot pull %s: %s", image, peer_words(ctx, why,
	    WORDS_MAX));
}

/*
 * login_header - X-Registry-Auth: JSON as base64url with padding.  User and
 * password are letters and digits: no bits of such a text make a character in
 * which the two alphabets of base64 differ.
 */
static enum err
login_header(struct ctx *ctx, const struct runtime_login *login,
    const char **value)
{
	const char *text = text_printf(ctx->secrets,
	    "{\"username\":\"%s\",\"password\":\"%s\"}", login->user,
	    login->password);
	struct ctx secret = { .mem = ctx->secrets };

	if (text == NULL || base64_encode(&secret, text, strlen(text),
	    value) != ERR_OK)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a login");
	return ERR_OK;
}

static enum err
image_pull(struct ctx *ctx, const struct engine *engine, const char *image,
    const struct runtime_login *login)
{
	struct http_header headers[] = {
		{ "X-Registry-Auth", NULL }, { NULL, NULL },
	};
	struct http_request rq = { HTTP_DEFAULTS, .method = "POST",
	    .policy = HTTP_CONFIGURED,
	    .max_body = (size_t)64 << 20, .timeout_ms = PULL_MS,
	    .sink = pull_sink };
	struct pull *pull = arena_get(ctx->mem, sizeof(*pull));
	struct http_response r;
	const char *name;
	enum err e;

	if (pull == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory to pull");
	rq.sink_arg = pull;
	if (login != NULL) {
		rq.headers = headers;
		e = login_header(ctx, login, &headers[0].value);
		if (e != ERR_OK)
			return e;
	}
	if ((e = job_still(ctx)) != ERR_OK ||
	    (e = http_escape(ctx, image, &name)) != ERR_OK ||
	    (e = engine_path(ctx, &rq.url, ENGINE_API
	    "/images/create?fromImage=%s", name)) != ERR_OK)
		return e;
	engine_aim(ctx, engine, &rq);
	e = http_call(ctx, &rq, &r);
	if (e == ERR_TIMEOUT) {
		fail_clear(ctx);
		return fail(ctx, ERR_UNAVAILABLE, "image_pulling",
		    "the image is still being fetched");
	}
	if (e != ERR_OK)
		return e;
	if (r.status != 200)
		return engine_failed(ctx, "pull an image", &r);
	(void)pull_sink(pull, "\n", 1);
	return pull->error[0] != '\0' ? pull_result(ctx, pull, image) :
	    ERR_OK;
}

static enum err
image_exists(struct ctx *ctx, const struct engine *engine, const char *image,
    bool *exists)
{
	struct engine_call call = { .method = "GET", .good = { 200, 404 },
	    .what = "look at an image" };
	struct http_response r;
	enum err e;

	if ((e = engine_path(ctx, &call.path, ENGINE_API "/images/%s/json",
	    image)) != ERR_OK ||
	    (e = engine_do(ctx, engine, &call, &r)) != ERR_OK)
		return e;
	*exists = r.status == 200;
	return ERR_OK;
}

enum err
engine_image_ensure(struct ctx *ctx, const struct engine *engine,
    const char *image, const struct runtime_login *login)
{
	bool exists;
	enum err e;

	if ((e = image_exists(ctx, engine, image, &exists)) != ERR_OK ||
	    exists)
		return e;
	if ((e = image_pull(ctx, engine, image, login)) != ERR_OK ||
	    (e = image_exists(ctx, engine, image, &exists)) != ERR_OK)
		return e;
	return exists ? ERR_OK : fail(ctx, ERR_PEER, "image_unavailable",
	    "engine pulled %s and does not have it", image);
}

/* container_do - makes one call about one container */
static enum err
container_do(struct ctx *ctx, const struct engine *engine, const char *name,
    const char *rest, struct engine_call *call)
{
	struct http_response r;
	enum err e;

	if (!engine_name_valid(name))
		return fail(ctx, ERR_INTERNAL, NULL, "'%s' is not a name",
		    name);
	if ((e = engine_path(ctx, &call->path, ENGINE_API
	    "/containers/%s%s", name, rest)) != ERR_OK)
		return e;
	return engine_do(ctx, engine, call, &r);
}

enum err
engine_start(struct ctx *ctx, const struct engine *engine, const char *name)
{
	struct engine_call call = { .method = "POST", .good = { 204, 304 },
	    .timeout_ms = START_MS, .what = "start a container" };

	return container_do(ctx, engine, name, "/start", &call);
}

enum err
engine_stop(struct ctx *ctx, const struct engine *engine, const char *name)
{
	struct engine_call call = { .method = "POST", .good = { 204, 304, 404 },
	    .timeout_ms = ENGINE_STOP_GRACE_S * 1000 + TIMEOUT_MS,
	    .what = "stop a container" };
	const char *rest = text_printf(ctx->mem, "/stop?t=%d",
	    ENGINE_STOP_GRACE_S);

	if (rest == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a URL");
	return container_do(ctx, engine, name, rest, &call);
}

enum err
engine_remove(struct ctx *ctx, const struct engine *engine, const char *name)
{
	struct engine_call call = { .method = "DELETE",
	    .good = { 200, 204, 404 }, .timeout_ms = START_MS,
	    .what = "remove a container" };

	return container_do(ctx, engine, name, "?force=true&v=true", &call);
}

/*
 * Podman 4.3 has this call only in its own API, Docker only in the Docker API:
 * a 404 may mean no container or no such call.
 */
enum err
engine_update(struct ctx *ctx, const struct engine *engine, const char *name,
    const struct runtime_limits *limits)
{
	struct engine_call call = { .method = "POST", .good = { 200, 404 },
	    .what = "change limits" };
	struct json *memory = json_object(ctx), *cpu = json_object(ctx);
	int64_t bytes = limits->memory_mb << 20;
	struct http_response r;
	enum err e;

	if (!engine_name_valid(name))
		return fail(ctx, ERR_INTERNAL, NULL, "'%s' is not a name",
		    name);
	if ((e = engine_path(ctx, &call.path, ENGINE_API
	    "/containers/%s/update", name)) != ERR_OK)
		return e;
	call.body = json_object(ctx);
	json_put_int(call.body, "Memory", bytes);
	json_put_int(call.body, "MemorySwap", bytes);
	json_put_int(call.body, "NanoCpus", limits->cpu_millis * 1000000);
	if ((e = engine_do(ctx, engine, &call, &r)) != ERR_OK ||
	    r.status == 200)
		return e;
	call.good[1] = 201;
	if ((e = engine_path(ctx, &call.path, ENGINE_LIBPOD
	    "/containers/%s/update", name)) != ERR_OK)
		return e;
	json_put_int(memory, "limit", bytes);
	json_put_int(memory, "swap", bytes);
	json_put_int(cpu, "period", CPU_PERIOD_US);
	json_put_int(cpu, "quota", limits->cpu_millis * CPU_PERIOD_US / 1000);
	call.body = json_object(ctx);
	json_put(call.body, "memory", memory);
	json_put(call.body, "cpu", cpu);
	return engine_do(ctx, engine, &call, &r);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Reads descriptions of containers: list, inspect, statistics. */
#include "config.h"

#include <arpa/inet.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/clock.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/worker/engine/engine_call.h"
#include "modules/worker/engine/engine_log.h"
#include "modules/worker/log_text.h"
#include "modules/worker/peer.h"

static enum err
answer_lacks(struct ctx *ctx, const char *what)
{
	return fail(ctx, ERR_PEER, "engine_failed",
	    "engine describes a container without %s", what);
}

static bool
id_valid(const char *id)
{
	return id != NULL && strspn(id, "0123456789abcdef") == 64 &&
	    id[64] == '\0';
}

/* state_of - "created", "running", …: also words that only Podman uses */
static enum runtime_state
state_of(const char *word)
{
	static const struct { const char *word; enum runtime_state state; }
	    states[] = {
		{ "created", RUNTIME_CREATED },
		{ "configured", RUNTIME_CREATED },
		{ "initialized", RUNTIME_CREATED },
		{ "running", RUNTIME_RUNNING },
		{ "paused", RUNTIME_RUNNING },
		{ "restarting", RUNTIME_RUNNING },
		{ "stopping", RUNTIME_RUNNING },
		{ "removing", RUNTIME_STOPPED },
		{ "stopped", RUNTIME_STOPPED },
		{ "exited", RUNTIME_STOPPED },
		{ "dead", RUNTIME_STOPPED },
	};
	size_t i;

	for (i = 0; word != NULL && i < nitems(states); i++)
		if (strcmp(word, states[i].word) == 0)
			return states[i].state;
	return RUNTIME__MAX;
}

/* run_length - Podman may date an end a little before the start */
static int64_t
run_length(const char *started, const char *finished)
{
	int64_t from, to;
	size_t used;

	if (started == NULL || finished == NULL ||
	    !log_time(started, strlen(started), &from, &used) ||
	    !log_time(finished, strlen(finished), &to, &used) || to < from)
		return 0;
	return to - from;
}

static enum err
read_state(struct ctx *ctx, const struct json *root,
    struct engine_container *c)
{
	const struct json *state = json_get(root, "State");
	const char *started;
	int64_t code, from;
	size_t used;

	c->state = state_of(json_member(state, "Status"));
	if (c->state == RUNTIME__MAX)
		return answer_lacks(ctx, "a state that we know");
	if (!json_int(json_get(state, "ExitCode"), &code) || code < -1 ||
	    code > 255)
		return answer_lacks(ctx, "an exit code");
	c->exit_code = (int)code;
	if (!json_int(json_get(root, "RestartCount"), &c->restarts) ||
	    c->restarts < 0)
		c->restarts = 0;
	started = json_member(state, "StartedAt");
	if (c->state == RUNTIME_STOPPED)
		c->last_run_s = run_length(started, json_member(state,
		    "FinishedAt"));
	if (c->state == RUNTIME_RUNNING && started != NULL &&
	    log_time(started, strlen(started), &from, &used))
		c->running_s = (int64_t)clock_wall().tv_sec - from;
	if (started != NULL && strncmp(started, "0001-", 5) != 0)
		c->started_at = peer_words(ctx, started, 40);
	return ERR_OK;
}

/* address_of - accepts IPv4 addresses only, since we connect to them */
static const char *
address_of(const struct json *root, const char *network)
{
	const struct json *networks;
	struct in_addr parsed;
	const char *text;

	networks = json_get(json_get(root, "NetworkSettings"), "Networks");
	text = network == NULL ? NULL : json_member(json_get(networks,
	    network), "IPAddress");
	return text != NULL && inet_pton(AF_INET, text, &parsed) == 1 ?
	    text : NULL;
}

enum err
engine_describe(struct ctx *ctx, const struct engine *engine,
    const char *name, struct json **root)
{
	struct engine_call call = { .method = "GET", .good = { 200 },
	    .what = "look at a container" };
	struct http_response r;
	enum err e;

	if (!engine_name_valid(name))
		return fail(ctx, ERR_INTERNAL, NULL, "'%s' is not a name",
		    name);
	if ((e = engine_path(ctx, &call.path, ENGINE_API
	    "/containers/%s/json", name)) != ERR_OK ||
	    (e = engine_do(ctx, engine, &call, &r)) != ERR_OK)
		return e;
	return peer_json(ctx, "engine", r.body, r.body_len, root);
}

enum err
engine_inspect(struct ctx *ctx, const struct engine *engine, const char *name,
    const char *network, struct engine_container *container)
{
	struct engine_container c = { 0 };
	const struct json *config;
	struct json *root;
	enum err e;

	if ((e = engine_describe(ctx, engine, name, &root)) != ERR_OK ||
	    (e = read_state(ctx, root, &c)) != ERR_OK)
		return e;
	config = json_get(root, "Config");
	c.id = json_member(root, "Id");
	c.name = json_member(root, "Name");
	c.image = json_member(config, "Image");
	c.labels = json_get(config, "Labels");
	if (c.name != NULL && c.name[0] == '/')
		c.name++;
	if (!id_valid(c.id) || !engine_name_valid(c.name))
		return answer_lacks(ctx, "its id and name");
	if (c.state == RUNTIME_RUNNING)
		c.address = address_of(root, network);
	*container = c;
	return ERR_OK;
}

/* list_path - the path of a list, whose query takes filters */
static enum err
list_path(struct ctx *ctx, const char *list, const struct runtime_pair *labels,
    const char **path)
{
	struct json *filters = json_object(ctx), *wanted = json_array(ctx);
	const char *text, *escaped;
	enum err e;
	size_t len;

	for (; labels->name != NULL; labels++) {
		text = text_printf(ctx->mem, "%s=%s", labels->name,
		    labels->value);
		if (text == NULL)
			return fail(ctx, ERR_INTERNAL, NULL, "no memory");
		json_add_text(wanted, text);
	}
	json_put(filters, "label", wanted);
	if ((e = json_print(ctx, filters, &text, &len)) != ERR_OK ||
	    (e = http_escape(ctx, text, &escaped)) != ERR_OK)
		return e;
	return engine_path(ctx, path, ENGINE_API "%sfilters=%s", list,
	    escaped);
}

static enum err
read_row(struct ctx *ctx, const struct json *item, struct engine_row *row)
{
	row->id = json_member(item, "Id");
	row->name = json_text(json_at(json_get(item, "Names"), 0), NULL);
	row->labels = json_get(item, "Labels");
	row->state = state_of(json_member(item, "State"));
	if (row->name != NULL && row->name[0] == '/')
		row->name++;
	if (!id_valid(row->id) || !engine_name_valid(row->name) ||
	    row->state == RUNTIME__MAX ||
	    !json_int(json_get(item, "Created"), &row->created))
		return answer_lacks(ctx, "id, name, state or date");
	return ERR_OK;
}

/* has_labels - checks labels again: we do not rely on the request's filter */
static bool
has_labels(const struct json *has, const struct runtime_pair *labels)
{
	const char *value;

	for (; labels->name != NULL; labels++) {
		value = json_member(has, labels->name);
		if (value == NULL || strcmp(value, labels->value) != 0)
			return false;
	}
	return true;
}

static void
insert_newest_first(struct engine_row *rows, size_t *n,
    const struct engine_row *row)
{
	size_t i = (*n)++;

	while (i > 0 && (rows[i - 1].created < row->created ||
	    (rows[i - 1].created == row->created &&
	    strcmp(rows[i - 1].name, row->name) < 0))) {
		rows[i] = rows[i - 1];
		i--;
	}
	rows[i] = *row;
}

enum err
engine_list(struct ctx *ctx, const struct engine *engine,
    const struct runtime_pair *labels, struct engine_row **rows, size_t *n)
{
	struct engine_call call = { .method = "GET", .good = { 200 },
	    .what = "list containers" };
	struct engine_row row, *list;
	struct http_response r;
	struct json *root;
	size_t i, count;
	enum err e;

	if ((e = list_path(ctx, "/containers/json?all=true&", labels,
	    &call.path)) != ERR_OK ||
	    (e = engine_do(ctx, engine, &call, &r)) != ERR_OK ||
	    (e = peer_json(ctx, "engine", r.body, r.body_len, &root)) !=
	    ERR_OK)
		return e;
	count = json_is_array(root) ? json_count(root) : ENGINE_ROWS_MAX + 1;
	list = arena_array(ctx->mem, count + 1, sizeof(*list));
	if (count > ENGINE_ROWS_MAX || list == NULL)
		return fail(ctx, ERR_PEER, "engine_failed",
		    "engine lists no containers, or too many");
	*n = 0;
	for (i = 0; i < count; i++) {
		if ((e = read_row(ctx, json_at(root, i), &row)) != ERR_OK)
			return e;
		if (has_labels(row.labels, labels))
			insert_newest_first(list, n, &row);
	}
	*rows = list;
	return ERR_OK;
}

enum err
engine_networks(struct ctx *ctx, const struct engine *engine,
    const struct runtime_pair *labels, const char *const **names, size_t *n)
{
	struct engine_call call = { .method = "GET", .good = { 200 },
	    .what = "list networks" };
	const struct json *item;
	struct http_response r;
	struct json *root;
	const char **list;
	size_t i, count;
	enum err e;

	if ((e = list_path(ctx, "/networks?", labels, &call.path)) != ERR_OK ||
	    (e = engine_do(ctx, engine, &call, &r)) != ERR_OK ||
	    (e = peer_json(ctx, "engine", r.body, r.body_len, &root)) !=
	    ERR_OK)
		return e;
	count = json_is_array(root) ? json_count(root) : ENGINE_ROWS_MAX + 1;
	list = arena_array(ctx->mem, count + 1, sizeof(*list));
	if (count > ENGINE_ROWS_MAX || list == NULL)
		return fail(ctx, ERR_PEER, "engine_failed",
		    "engine lists no networks, or too many");
	*n = 0;
	for (i = 0; i < count; i++) {
		item = json_at(root, i);
		if (has_labels(json_get(item, "Labels"), labels) &&
		    engine_name_valid(json_member(item, "Name")))
			list[(*n)++] = json_member(item, "Name");
	}
	*names = list;
	return ERR_OK;
}

enum err
engine_stats(struct ctx *ctx, const struct engine *engine, const char *name,
    struct engine_stats *stats)
{
	struct engine_call call = { .method = "GET", .good = { 200 },
	    .what = "measure a container" };
	const struct json *cpu, *memory, *networks, *network;
	struct http_response r;
	struct json *root;
	enum err e;
	size_t i;

	if (!engine_name_valid(name))
		return fail(ctx, ERR_INTERNAL, NULL, "'%s' is not a name",
		    name);
	if ((e = engine_path(ctx, &call.path, ENGINE_API
	    "/containers/%s/stats?stream=false&one-shot=true", name)) !=
	    ERR_OK || (e = engine_do(ctx, engine, &call, &r)) != ERR_OK ||
	    (e = peer_json(ctx, "engine", r.body, r.body_len, &root)) !=
	    ERR_OK)
		return e;
	cpu = json_get(json_get(root, "cpu_stats"), "cpu_usage");
	memory = json_get(root, "memory_stats");
	networks = json_get(root, "networks");
	*stats = (struct engine_stats){
		.cpu_ns = engine_number(cpu, "total_usage"),
		.memory_bytes = engine_number(memory, "usage"),
		.memory_limit = engine_number(memory, "limit"),
		.pids = engine_number(json_get(root, "pids_stats"), "current"),
	};
	for (i = 0; json_is_object(networks) && i < json_count(networks);
	    i++) {
		(void)json_key_at(networks, i, &network);
		stats->rx_bytes += engine_number(network, "rx_bytes");
		stats->tx_bytes += engine_number(network, "tx_bytes");
	}
	return ERR_OK;
}

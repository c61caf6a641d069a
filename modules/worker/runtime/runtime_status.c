/* SPDX-License-Identifier: Apache-2.0 */
/* Status, health, logs and usage of a tenant's containers on the engine. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/worker/runtime/runtime_health.h"
#include "modules/worker/runtime/runtime_names.h"
#include "modules/worker/runtime/runtime_status.h"

#define ID_SHORT	12
#define EXIT_KILLED	137		/* 128 + SIGKILL */
#define EXIT_HEAP	3		/* -XX:+ExitOnOutOfMemoryError */

struct engine
status_engine(const struct runtime *rt)
{
	const struct runtime_engine *place = rt->place;

	return (struct engine){ place->socket, place->url, place->identity };
}

enum err
status_look(struct ctx *ctx, const struct runtime *rt,
    struct runtime_facts *facts)
{
	struct engine engine = status_engine(rt);

	return engine_look(ctx, &engine, facts);
}

static int64_t
release_of(const struct engine_container *c)
{
	struct str text = str_of(json_member(c->labels, LABEL_RELEASE));
	int64_t value;

	return str_int(text, 0, INT64_MAX, &value) ? value : 0;
}

bool
status_memory_suspected(const struct engine_container *c)
{
	return c->state == RUNTIME_STOPPED && (c->exit_code == EXIT_KILLED ||
	    c->exit_code == EXIT_HEAP);
}

void
status_fill(struct ctx *ctx, const struct engine_container *c,
    struct runtime_status *status)
{
	(void)ctx;
	*status = (struct runtime_status){
		.state = c->state, .exit_code = c->exit_code,
		.restarts = c->restarts, .release = release_of(c),
		.container = c->id,
		.image = json_member(c->labels, LABEL_IMAGE),
		.generation = json_member(c->labels, LABEL_GENERATION),
		.started_at = c->started_at, .address = c->address,
		.port = json_member(c->labels, LABEL_APP) == NULL ?
		    RUNTIME_SERVER_PORT : RUNTIME_HEALTH_PORT,
		.memory_suspected = status_memory_suspected(c),
	};
}

bool
status_probe(struct ctx *ctx, const struct engine_container *c,
    const char **why)
{
	const struct health_subject subject = {
		.address = c->address, .ran_s = c->running_s,
		.check = json_member(c->labels, LABEL_HEALTH),
	};

	*why = "the container does not run";
	return c->state == RUNTIME_RUNNING &&
	    runtime_health_probe(ctx, &subject, why);
}

/* rows_of - lists the containers that the reference names, newest first */
static enum err
rows_of(struct ctx *ctx, const struct engine *engine,
    const struct runtime_ref *ref, struct engine_row **rows, size_t *n)
{
	const struct runtime_pair *labels;
	enum err e;

	if ((e = runtime_selector(ctx, ref, &labels)) != ERR_OK)
		return e;
	return engine_list(ctx, engine, labels, rows, n);
}

enum err
status_read(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref, struct runtime_status *status)
{
	struct engine engine = status_engine(rt);
	struct engine_container c;
	struct engine_row *rows;
	const char *network;
	size_t i, n;
	enum err e;

	if ((e = rows_of(ctx, &engine, ref, &rows, &n)) != ERR_OK ||
	    (e = runtime_network(ctx, ref->slug, &network)) != ERR_OK)
		return e;
	*status = (struct runtime_status){ .state = RUNTIME_ABSENT };
	if (n == 0)
		return ERR_OK;
	for (i = 0; i + 1 < n && rows[i].state != RUNTIME_RUNNING; i++)
		;
	if (rows[i].state != RUNTIME_RUNNING)
		i = 0;
	e = engine_inspect(ctx, &engine, rows[i].name, network, &c);
	if (e == ERR_NOT_FOUND) {	/* removed after the list was made */
		fail_clear(ctx);
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	status_fill(ctx, &c, status);
	if (ref->name != NULL)
		status->healthy = status_probe(ctx, &c, &status->unwell);
	return ERR_OK;
}

/* cursor_read - reads "0123456789ab:second:seen" */
static bool
cursor_read(const char *text, char id[ID_SHORT + 1], struct engine_cursor *at)
{
	struct str rest = str_of(text), part = str_cut(&rest, ':');

	if (part.len != ID_SHORT)
		return false;
	memcpy(id, part.p, ID_SHORT);
	id[ID_SHORT] = '\0';
	if (strspn(id, "0123456789abcdef") != ID_SHORT)
		return false;
	part = str_cut(&rest, ':');
	return str_int(part, 0, INT64_C(1) << 40, &at->second) &&
	    str_int(rest, 0, INT64_C(1) << 40, &at->seen);
}

static void
cursor_write(const struct engine_row *row, const struct engine_cursor *at,
    char text[RUNTIME_CURSOR_MAX])
{
	snprintf(text, RUNTIME_CURSOR_MAX, "%.*s:%lld:%lld", ID_SHORT,
	    row->id, (long long)at->second, (long long)at->seen);
}

static enum err
log_read(struct ctx *ctx, const struct engine *engine,
    const struct engine_row *row, struct engine_cursor *at,
    struct runtime_log *log)
{
	enum err e;

	e = engine_logs(ctx, engine, row->id, at, log);
	if (e == ERR_OK)
		cursor_write(row, at, log->cursor);
	return e;
}

/*
 * status_logs - reads the container that the cursor names to its end, then the
 * next newer one.  When that container does not exist any more, the oldest one
 * is next.
 */
enum err
status_logs(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref, const char *cursor,
    struct runtime_log *log)
{
	struct engine engine = status_engine(rt);
	struct engine_cursor at = { -1, 0 };
	char id[ID_SHORT + 1] = "", given[RUNTIME_CURSOR_MAX] = "";
	struct engine_row *rows;
	size_t i, n;
	enum err e;

	if (cursor != NULL && cursor[0] != '\0' &&
	    !cursor_read(cursor, id, &at))
		return fail(ctx, ERR_BAD_INPUT, "cursor_invalid",
		    "the cursor is not one of this log");
	if (id[0] != '\0')
		snprintf(given, sizeof(given), "%s", cursor);
	*log = (struct runtime_log){ .max = log->max, .whole = log->whole };
	memcpy(log->cursor, given, sizeof(given));
	if ((e = rows_of(ctx, &engine, ref, &rows, &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_OK;
	if (id[0] == '\0' && !log->whole)
		return log_read(ctx, &engine, &rows[0], &at, log);
	for (i = 0; i < n; i++)
		if (strncmp(rows[i].id, id, ID_SHORT) == 0)
			break;
	if (i == n) {
		i = n - 1;
		at = (struct engine_cursor){ 0, 0 };
	}
	for (;;) {
		e = log_read(ctx, &engine, &rows[i], &at, log);
		if (e != ERR_OK || log->nlines > 0 || i == 0)
			break;
		i--;
		at = (struct engine_cursor){ 0, 0 };
	}
	if (e == ERR_OK && i > 0)
		log->more = true;
	return e;
}

static enum err
usage_measure(struct ctx *ctx, const struct engine *engine,
    const struct engine_row *row, struct runtime_usage *usage)
{
	struct engine_stats stats;
	enum err e;

	if ((e = engine_stats(ctx, engine, row->name, &stats)) != ERR_OK)
		return e;
	*usage = (struct runtime_usage){
		.ref = { .slug = json_member(row->labels, LABEL_TENANT),
		    .environment = json_member(row->labels, LABEL_ENV),
		    .name = json_member(row->labels, LABEL_APP) },
		.container = row->id, .cpu_ns = stats.cpu_ns,
		.memory_bytes = stats.memory_bytes,
		.memory_limit = stats.memory_limit, .pids = stats.pids,
		.rx_bytes = stats.rx_bytes, .tx_bytes = stats.tx_bytes,
	};
	return ERR_OK;
}

enum err
status_usage(struct ctx *ctx, const struct runtime *rt, const char *slug,
    struct runtime_usages *usages)
{
	const struct runtime_pair labels[] = {
		{ LABEL_TENANT, slug }, { NULL, NULL },
	};
	struct engine engine = status_engine(rt);
	struct runtime_usages made = { 0 };
	struct engine_row *rows;
	size_t i, n;
	enum err e;

	if ((e = engine_list(ctx, &engine, labels, &rows, &n)) != ERR_OK)
		return e;
	made.rows = arena_array(ctx->mem, n + 1, sizeof(*made.rows));
	if (made.rows == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory to measure");
	for (i = 0; i < n; i++) {
		if (rows[i].state != RUNTIME_RUNNING)
			continue;
		e = usage_measure(ctx, &engine, &rows[i], &made.rows[made.n]);
		if (e == ERR_OK)
			made.n++;
		else		/* it ended after the list was made */
			fail_clear(ctx);
	}
	*usages = made;
	return ERR_OK;
}

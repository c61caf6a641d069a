/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "modules/worker/runtime/runtime_drift.h"
#include "modules/worker/runtime/runtime_names.h"
#include "modules/worker/runtime/runtime_probe.h"
#include "tests/support/memory_place.h"
#include "tests/support/memory_runtime.h"

#define ID_SHORT	12

/* call_begin - begins each call; fails when the place is made to fail */
static enum err
call_begin(struct ctx *ctx, const char *slug)
{
	const char *unused;

	if (place.failures > 0) {
		place.failures--;
		return fail(ctx, place.failure, place.code,
		    "the place does not answer");
	}
	return slug == NULL ? ERR_OK : runtime_network(ctx, slug, &unused);
}

static enum err
ref_begin(struct ctx *ctx, const struct runtime_ref *ref)
{
	enum err e;

	if ((e = call_begin(ctx, ref->slug)) != ERR_OK)
		return e;
	return runtime_ref_check(ctx, ref);
}

static enum err
place_look(struct ctx *ctx, const struct runtime *rt,
    struct runtime_facts *facts)
{
	enum err e;

	(void)rt;
	if ((e = call_begin(ctx, NULL)) != ERR_OK)
		return e;
	*facts = (struct runtime_facts){ .version = "1", .cpu_millis = 4000,
	    .memory_mb = 8192, .free_mb = 4096, .images = 3 };
	return ERR_OK;
}

static void
status_fill_in(struct ctx *ctx, const struct box *box,
    struct runtime_status *status)
{
	bool app = box->name[0] != '\0';

	*status = (struct runtime_status){
		.state = box->state, .exit_code = box->exit_code,
		.restarts = box->restarts, .release = box->release,
		.container = text_printf(ctx->mem, "%s", box->id),
		.image = text_printf(ctx->mem, "%s", box->image),
		.generation = text_printf(ctx->mem, "%s", box->generation),
		.started_at = "2026-01-01T00:00:00Z",
		.address = place.address,
		.port = app ? RUNTIME_HEALTH_PORT : place.port,
		.healthy = app && box->state == RUNTIME_RUNNING &&
		    box->sleeps == 0,
	};
}

static enum err
tenant_ensure(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_tenant *tenant, struct runtime_status *status)
{
	const struct wanted w = { .ref = { .slug = tenant->slug },
	    .tenant = &tenant->id, .image = tenant->image,
	    .env = tenant->env, .secrets = tenant->secrets,
	    .limits = tenant->limits };
	struct box *box;
	enum err e;

	(void)rt;
	if ((e = ref_begin(ctx, &w.ref)) != ERR_OK ||
	    (e = network_ensure(ctx, &w)) != ERR_OK ||
	    (e = box_ensure(ctx, &w, &box)) != ERR_OK)
		return e;
	status_fill_in(ctx, box, status);
	return box->state == RUNTIME_RUNNING ? ERR_OK : fail(ctx,
	    ERR_UNAVAILABLE, "server_starting", "the server is being started");
}

/*
 * others_remove - removes all generations but this one; all: also running ones
 */
static void
others_remove(const struct runtime_ref *ref, const char *but, bool all)
{
	size_t i;

	for (i = place.nboxes; i-- > 0;)
		if (box_is(&place.boxes[i], ref) && (but == NULL ||
		    strcmp(place.boxes[i].generation, but) != 0) &&
		    (all || place.boxes[i].state != RUNTIME_RUNNING))
			box_remove(i);
}

static enum err
app_deploy(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_app *app, struct runtime_status *status)
{
	const struct wanted w = { .ref = app->ref, .tenant = &app->tenant,
	    .image = app->image, .generation = app->generation,
	    .env = app->env, .secrets = app->secrets,
	    .limits = app->limits, .release = app->release };
	struct box *box;
	enum err e;

	(void)rt;
	if ((e = ref_begin(ctx, &app->ref)) != ERR_OK ||
	    (e = network_ensure(ctx, &w)) != ERR_OK)
		return e;
	others_remove(&app->ref, app->generation, false);
	if ((e = box_ensure(ctx, &w, &box)) != ERR_OK)
		return e;
	status_fill_in(ctx, box, status);
	if (!status->healthy) {
		box->sleeps -= box->sleeps > 0;
		return fail(ctx, ERR_UNAVAILABLE, "app_starting",
		    "not healthy yet");
	}
	others_remove(&app->ref, app->generation, true);
	return ERR_OK;
}

/* boxes_stop - stops containers of the application, or of the whole tenant */
static void
boxes_stop(const char *slug, const struct runtime_ref *ref)
{
	struct box *box;

	for (box = place.boxes; box < place.boxes + place.nboxes; box++)
		if (box->state == RUNTIME_RUNNING && (ref == NULL ?
		    strcmp(box->slug, slug) == 0 : box_is(box, ref)))
			box->state = RUNTIME_STOPPED;
}

static enum err
tenant_suspend(struct ctx *ctx, const struct runtime *rt, const char *slug)
{
	enum err e;

	(void)rt;
	if ((e = call_begin(ctx, slug)) == ERR_OK)
		boxes_stop(slug, NULL);
	return e;
}

static enum err
tenant_gone(struct ctx *ctx, const struct runtime *rt, const char *slug)
{
	size_t i;
	enum err e;

	(void)rt;
	if ((e = call_begin(ctx, slug)) != ERR_OK)
		return e;
	for (i = place.nboxes; i-- > 0;)
		if (strcmp(place.boxes[i].slug, slug) == 0)
			box_remove(i);
	for (i = place.nnetworks; i-- > 0;)
		if (strcmp(place.networks[i].slug, slug) == 0)
			place.networks[i] = place.networks[--place.nnetworks];
	return ERR_OK;
}

static enum err
app_abandon(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref, const char *generation)
{
	struct box *box, *failed = NULL;
	size_t others = 0;
	enum err e;

	(void)rt;
	if ((e = ref_begin(ctx, ref)) != ERR_OK)
		return e;
	for (box = place.boxes; box < place.boxes + place.nboxes; box++) {
		if (box->state != RUNTIME_RUNNING || !box_is(box, ref))
			continue;
		if (strcmp(box->generation, generation) == 0)
			failed = box;
		else
			others++;
	}
	if (failed != NULL && others > 0)
		failed->state = RUNTIME_STOPPED;
	return ERR_OK;
}

static enum err
app_scale(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref, const struct runtime_limits *limits)
{
	struct box *box;
	enum err e;

	(void)rt;
	if ((e = ref_begin(ctx, ref)) != ERR_OK)
		return e;
	for (box = place.boxes; box < place.boxes + place.nboxes; box++)
		if (box->state == RUNTIME_RUNNING && box_is(box, ref))
			box->limits = *limits;
	return ERR_OK;
}

static enum err
app_stop(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref)
{
	enum err e;

	(void)rt;
	if ((e = ref_begin(ctx, ref)) == ERR_OK)
		boxes_stop(ref->slug, ref);
	return e;
}

static enum err
app_delete(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref)
{
	enum err e;

	(void)rt;
	if ((e = ref_begin(ctx, ref)) == ERR_OK)
		others_remove(ref, NULL, true);
	return e;
}

static enum err
app_status(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref, struct runtime_status *status)
{
	const struct box *box;
	enum err e;

	(void)rt;
	if ((e = ref_begin(ctx, ref)) != ERR_OK)
		return e;
	*status = (struct runtime_status){ .state = RUNTIME_ABSENT };
	if ((box = box_seen(ref)) != NULL)
		status_fill_in(ctx, box, status);
	return ERR_OK;
}

/*
 * log_begin - finds the line after the cursor, or the tail of the newest
 * container
 */
static bool
log_begin(const struct runtime_ref *ref, const char *cursor,
    const struct runtime_log *log, size_t *at, size_t *line)
{
	struct str rest = str_of(cursor), id = str_cut(&rest, ':');
	int64_t n = 0;
	size_t i;

	if (cursor[0] == '\0' && log->whole) {
		for (*at = *line = 0; !box_is(&place.boxes[*at], ref);)
			(*at)++;
		return true;
	}
	if (cursor[0] == '\0') {
		for (*at = place.nboxes - 1; !box_is(&place.boxes[*at], ref);)
			(*at)--;
		*line = place.boxes[*at].nlines;
		*line -= *line < log->max ? *line : log->max;
		return true;
	}
	if (id.len != ID_SHORT || !str_int(rest, 0, LINES_MAX, &n))
		return false;
	for (i = 0, *at = place.nboxes; i < place.nboxes; i++)
		if (box_is(&place.boxes[i], ref) &&
		    strncmp(place.boxes[i].id, id.p, ID_SHORT) == 0)
			*at = i;
	*line = (size_t)n;
	if (*at < place.nboxes)
		return true;
	/* The container is gone: the oldest remaining one is newer. */
	for (*at = *line = 0; !box_is(&place.boxes[*at], ref);)
		(*at)++;
	return true;
}

static void
line_read(struct ctx *ctx, const struct line *line, struct runtime_log *log)
{
	const char *text = text_printf(ctx->mem, "%s", line->text);

	log->lines[log->nlines++] = (struct runtime_line){
		.time = "2026-01-01T00:00:00Z", .error = line->error,
		.text = text, .len = strlen(text),
	};
}

static enum err
app_logs(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref, const char *cursor,
    struct runtime_log *log)
{
	const char *from = cursor == NULL ? "" : cursor;
	size_t at, line;
	enum err e;

	(void)rt;
	if ((e = ref_begin(ctx, ref)) != ERR_OK)
		return e;
	*log = (struct runtime_log){ .max = log->max, .whole = log->whole };
	log->lines = arena_array(ctx->mem, log->max + 1,
	    sizeof(*log->lines));
	(void)snprintf(log->cursor, sizeof(log->cursor), "%s", from);
	if (box_seen(ref) == NULL)
		return ERR_OK;
	if (!log_begin(ref, from, log, &at, &line))
		return fail(ctx, ERR_BAD_INPUT, "cursor_invalid",
		    "the cursor is not one of this log");
	for (; at < place.nboxes && log->nlines < log->max; at++, line = 0) {
		if (!box_is(&place.boxes[at], ref))
			continue;
		while (line < place.boxes[at].nlines &&
		    log->nlines < log->max)
			line_read(ctx, &place.boxes[at].lines[line++], log);
		(void)snprintf(log->cursor, sizeof(log->cursor), "%.*s:%zu",
		    ID_SHORT, place.boxes[at].id, line);
	}
	log->more = log->nlines == log->max;
	return ERR_OK;
}

static enum err
tenant_usage(struct ctx *ctx, const struct runtime *rt, const char *slug,
    struct runtime_usages *usages)
{
	const struct box *box;
	enum err e;

	(void)rt;
	if ((e = call_begin(ctx, slug)) != ERR_OK)
		return e;
	*usages = (struct runtime_usages){ .rows = arena_array(ctx->mem,
	    BOXES_MAX, sizeof(*usages->rows)) };
	for (box = place.boxes; box < place.boxes + place.nboxes; box++)
		if (strcmp(box->slug, slug) == 0 &&
		    box->state == RUNTIME_RUNNING)
			usages->rows[usages->n++] = (struct runtime_usage){
				.ref = { text_printf(ctx->mem, "%s", slug),
				    text_printf(ctx->mem, "%s",
				    box->environment), box->name[0] == '\0' ?
				    NULL : text_printf(ctx->mem, "%s",
				    box->name) },
				.container = text_printf(ctx->mem, "%s",
				    box->id),
				.cpu_ns = 1000, .memory_bytes = 1 << 20,
				.memory_limit = box->limits.memory_mb << 20,
				.pids = 1,
			};
	return ERR_OK;
}

void
memory_probe_says(const char *said)
{
	place.probe_says = said;
}

const char *
memory_probe_orders(void)
{
	return place.probe_run[0] == '\0' ? NULL : place.probe_orders;
}

/* A run begins at its first call, and has ended at the next. */
static enum err
tenant_probe(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_probe *probe, const char **said)
{
	enum err e;

	(void)rt;
	if ((e = call_begin(ctx, probe->slug)) != ERR_OK)
		return e;
	if (strcmp(place.probe_run, probe->run) != 0 ||
	    place.probe_says == NULL) {
		(void)snprintf(place.probe_run, sizeof(place.probe_run), "%s",
		    probe->run);
		(void)snprintf(place.probe_orders, sizeof(place.probe_orders),
		    "%s", probe->orders);
		return fail(ctx, ERR_UNAVAILABLE, NULL, "the probe runs");
	}
	place.probe_run[0] = '\0';
	*said = place.probe_says;
	return ERR_OK;
}

static enum err
tenant_probe_end(struct ctx *ctx, const struct runtime *rt, const char *slug)
{
	(void)rt;
	place.probe_run[0] = '\0';
	return call_begin(ctx, slug);
}

void
memory_differs(const char *object, const char *field, int64_t whose)
{
	place.differs = object;
	place.field = field;
	place.whose = whose;
}

const char *
memory_dropped(void)
{
	return place.dropped[0] == '\0' ? NULL : place.dropped;
}

static enum err
tenant_compare(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_wish *wish, struct runtime_diffs *diffs)
{
	enum err e;

	(void)rt;
	if ((e = call_begin(ctx, wish->slug)) != ERR_OK)
		return e;
	diffs->n = 0;
	if (place.differs != NULL)
		diffs->rows[diffs->n++] = (struct runtime_diff){
		    place.differs, place.field, "384", "128", place.whose };
	return ERR_OK;
}

static enum err
tenant_drop(struct ctx *ctx, const struct runtime *rt, const char *slug,
    const char *object)
{
	enum err e;

	(void)rt;
	if ((e = call_begin(ctx, slug)) == ERR_OK)
		(void)snprintf(place.dropped, sizeof(place.dropped), "%s",
		    object);
	return e;
}

static const char *
server_host(struct ctx *ctx, const char *slug)
{
	return text_printf(ctx->mem, "cameleer-server-%s", slug);
}

static enum err
place_open(struct ctx *ctx, const struct runtime_place *row,
    struct runtime *rt)
{
	(void)ctx;
	(void)row;
	*rt = (struct runtime){
		.name = "memory", .look = place_look,
		.server_host = server_host,
		.ensure_tenant = tenant_ensure, .suspend = tenant_suspend,
		.remove = tenant_gone, .deploy = app_deploy,
		.abandon = app_abandon, .scale = app_scale,
		.stop = app_stop, .delete = app_delete,
		.status = app_status, .logs = app_logs,
		.usage = tenant_usage, .probe = tenant_probe,
		.probe_end = tenant_probe_end, .compare = tenant_compare,
		.drop = tenant_drop,
	};
	return ERR_OK;
}

const struct runtime_kind runtimes[] = {
	{ "memory", place_open },
	{ NULL, NULL },
};

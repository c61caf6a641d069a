/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tenants on a container engine, of this machine unless the place says else.
 *
 * A tenant is a network (cml-<slug>), a server and applications in it.  A
 * deployment starts a container of the next generation beside the running one,
 * asks for its health over the tenant's network, and then removes the old one.
 * Both have the same alias, so that requests are answered throughout.  Objects
 * are found by name and labels; there is no other memory.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/clock.h"
#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/engine/engine.h"
#include "modules/worker/registry/registry.h"
#include "modules/worker/registry/registry_reader.h"
#include "modules/worker/runtime/runtime.h"
#include "modules/worker/runtime/runtime_container.h"
#include "modules/worker/runtime/runtime_drift.h"
#include "modules/worker/runtime/runtime_names.h"
#include "modules/worker/runtime/runtime_probe.h"
#include "modules/worker/runtime/runtime_status.h"

#define STOPPING_MAX_S		15	/* then the caller is asked again */
#define SOCKET_PATH_MAX		107	/* sun_path and its NUL */
#define UNIX_PREFIX		"unix:"

struct engine_conf { const char *engine_socket; };

static const struct setting engine_settings[] = {
	SETTING(engine_conf, engine_socket, PATH, "/run/podman/podman.sock", 1,
	    SOCKET_PATH_MAX,
	    "API socket of the container engine."),
	SETTINGS_END
};

static const struct runtime_engine *
place_of(const struct runtime *rt)
{
	return rt->place;
}

static enum err
network_ensure(struct ctx *ctx, const struct engine *engine,
    const struct uuid *tenant, const char *slug)
{
	const struct runtime_pair labels[] = {
		{ LABEL_TENANT, slug }, { LABEL_TENANT_ID, tenant->text },
		{ NULL, NULL },
	};
	struct engine_network network = { .labels = labels };
	char bridge[BRIDGE_NAME_MAX];
	enum err e;

	runtime_bridge(tenant, bridge);
	network.bridge = bridge;
	if ((e = runtime_network(ctx, slug, &network.name)) != ERR_OK)
		return e;
	return engine_network_ensure(ctx, engine, &network);
}

static enum err
tenant_ensure(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_tenant *tenant, struct runtime_status *status)
{
	struct engine engine = status_engine(rt);
	struct runtime_wanted w = { .engine = &engine,
	    .readers = place_of(rt)->readers, .secrets = tenant->secrets };
	struct engine_container c;
	enum err e;

	if ((e = runtime_server_spec(ctx, place_of(rt)->registry, tenant,
	    &w.spec)) != ERR_OK ||
	    (e = network_ensure(ctx, &engine, &tenant->id, tenant->slug)) !=
	    ERR_OK ||
	    (e = runtime_container_run(ctx, &w, &c)) != ERR_OK)
		return e;
	status_fill(ctx, &c, status);
	if (c.state != RUNTIME_RUNNING || c.address == NULL)
		return fail(ctx, ERR_UNAVAILABLE, "server_starting",
		    "the server is being started");
	return ERR_OK;
}

/*
 * generations_remove - removes the application's other containers; running ones
 * only with `all`
 */
static enum err
generations_remove(struct ctx *ctx, const struct engine *engine,
    const struct runtime_ref *ref, const char *but, bool all)
{
	const struct runtime_pair *labels;
	struct engine_row *rows;
	size_t i, n;
	enum err e;

	if ((e = runtime_selector(ctx, ref, &labels)) != ERR_OK ||
	    (e = engine_list(ctx, engine, labels, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		if (but != NULL && strcmp(rows[i].name, but) == 0)
			continue;
		if (!all && rows[i].state == RUNTIME_RUNNING)
			continue;
		if (rows[i].state == RUNTIME_RUNNING &&
		    (e = engine_stop(ctx, engine, rows[i].name)) != ERR_OK)
			return e;
		if ((e = engine_remove(ctx, engine, rows[i].name)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* app_probe - ERR_UNAVAILABLE, with what was asked, until it is healthy */
static enum err
app_probe(struct ctx *ctx, const struct runtime_app *app,
    const struct engine_container *c, struct runtime_status *status)
{
	enum err e;

	status->healthy = status_probe(ctx, c, &status->unwell);
	if (status->healthy && app->health.agent != NULL) {
		if ((e = app->health.agent(ctx, app->health.agent_arg,
		    &status->unwell)) != ERR_OK)
			return e;
		status->healthy = status->unwell == NULL;
	}
	if (status->healthy)
		return ERR_OK;
	if (c->restarts == 0)
		return fail(ctx, ERR_UNAVAILABLE, "app_starting", "%s",
		    status->unwell);
	return fail(ctx, ERR_UNAVAILABLE, "app_starting",
	    "%s; it has ended %lld times", status->unwell,
	    (long long)c->restarts);
}

static enum err
app_deploy(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_app *app, struct runtime_status *status)
{
	struct engine engine = status_engine(rt);
	struct runtime_wanted w = { .engine = &engine,
	    .readers = place_of(rt)->readers, .secrets = app->secrets };
	struct engine_container c;
	enum err e;

	if ((e = runtime_app_spec(ctx, place_of(rt)->registry, app,
	    &w.spec)) != ERR_OK ||
	    (e = network_ensure(ctx, &engine, &app->tenant,
	    app->ref.slug)) != ERR_OK ||
	    (e = generations_remove(ctx, &engine, &app->ref, w.spec.name,
	    false)) != ERR_OK ||
	    (e = runtime_container_run(ctx, &w, &c)) != ERR_OK)
		return e;
	status_fill(ctx, &c, status);
	if ((e = app_probe(ctx, app, &c, status)) != ERR_OK)
		return e;
	return generations_remove(ctx, &engine, &app->ref, w.spec.name, true);
}

/*
 * containers_end - stops, and with `remove` also removes, the containers with
 * these labels; ERR_UNAVAILABLE when that takes longer than STOPPING_MAX_S
 */
static enum err
containers_end(struct ctx *ctx, const struct engine *engine,
    const struct runtime_pair *labels, bool remove)
{
	int64_t end = clock_s() + STOPPING_MAX_S;
	struct engine_row *rows;
	size_t i, n;
	enum err e;

	if ((e = engine_list(ctx, engine, labels, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		if (clock_s() > end)
			return fail(ctx, ERR_UNAVAILABLE, "still_stopping",
			    "%zu of %zu are still to be stopped", n - i, n);
		if (rows[i].state == RUNTIME_RUNNING &&
		    (e = engine_stop(ctx, engine, rows[i].name)) != ERR_OK)
			return e;
		if (remove && (e = engine_remove(ctx, engine,
		    rows[i].name)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
tenant_suspend(struct ctx *ctx, const struct runtime *rt, const char *slug)
{
	const struct runtime_pair labels[] = {
		{ LABEL_TENANT, slug }, { NULL, NULL },
	};
	struct engine engine = status_engine(rt);
	const char *network;
	enum err e;

	if ((e = runtime_network(ctx, slug, &network)) != ERR_OK ||
	    (e = probe_end(ctx, rt, slug)) != ERR_OK)
		return e;
	return containers_end(ctx, &engine, labels, false);
}

static enum err
tenant_remove(struct ctx *ctx, const struct runtime *rt, const char *slug)
{
	const struct runtime_pair labels[] = {
		{ LABEL_TENANT, slug }, { NULL, NULL },
	};
	struct engine engine = status_engine(rt);
	const char *network;
	enum err e;

	if ((e = runtime_network(ctx, slug, &network)) != ERR_OK ||
	    (e = containers_end(ctx, &engine, labels, true)) != ERR_OK ||
	    (e = probe_end(ctx, rt, slug)) != ERR_OK)
		return e;
	if ((e = engine_network_remove(ctx, &engine, network)) != ERR_OK)
		return e;
	return registry_reader_forget(ctx, place_of(rt)->readers, slug);
}

static enum err
app_end(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref, bool remove)
{
	struct engine engine = status_engine(rt);
	const struct runtime_pair *labels;
	enum err e;

	if ((e = runtime_selector(ctx, ref, &labels)) != ERR_OK)
		return e;
	return containers_end(ctx, &engine, labels, remove);
}

static enum err
app_stop(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref)
{
	return app_end(ctx, rt, ref, false);
}

static enum err
app_delete(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref)
{
	return app_end(ctx, rt, ref, true);
}

static enum err
app_abandon(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref, const char *generation)
{
	struct engine engine = status_engine(rt);
	const struct runtime_pair *labels;
	const char *failed = NULL, *made;
	struct engine_row *rows;
	size_t i, n, others = 0;
	enum err e;

	if ((e = runtime_selector(ctx, ref, &labels)) != ERR_OK ||
	    (e = engine_list(ctx, &engine, labels, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		if (rows[i].state != RUNTIME_RUNNING)
			continue;
		made = json_member(rows[i].labels, LABEL_GENERATION);
		if (made != NULL && strcmp(made, generation) == 0)
			failed = rows[i].name;
		else
			others++;
	}
	if (failed == NULL || others == 0)
		return ERR_OK;
	return engine_stop(ctx, &engine, failed);
}

static enum err
app_scale(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref, const struct runtime_limits *limits)
{
	struct engine engine = status_engine(rt);
	const struct runtime_pair *labels;
	struct engine_row *rows;
	size_t i, n;
	enum err e;

	if ((e = runtime_selector(ctx, ref, &labels)) != ERR_OK ||
	    (e = engine_list(ctx, &engine, labels, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if (rows[i].state == RUNTIME_RUNNING &&
		    (e = engine_update(ctx, &engine, rows[i].name, limits)) !=
		    ERR_OK)
			return e;
	return ERR_OK;
}

void
runtime_engine_init(struct runtime *rt, const struct runtime_engine *place)
{
	*rt = (struct runtime){
		.name = "engine", .place = place, .look = status_look,
		.server_host = runtime_server_host,
		.ensure_tenant = tenant_ensure, .suspend = tenant_suspend,
		.remove = tenant_remove, .deploy = app_deploy,
		.abandon = app_abandon, .scale = app_scale,
		.stop = app_stop, .delete = app_delete,
		.status = status_read, .logs = status_logs,
		.usage = status_usage, .probe = probe_run,
		.probe_end = probe_end, .compare = drift_compare,
		.drop = drift_drop,
	};
}

enum err
runtime_engine_open(struct ctx *ctx, const struct runtime_place *place,
    struct runtime *rt)
{
	const struct engine_conf *conf = conf_part(process.conf,
	    engine_settings, sizeof(*conf));
	struct runtime_engine *engine = arena_get(ctx->mem, sizeof(*engine));
	struct http_identity *identity = arena_get(ctx->mem,
	    sizeof(*identity));

	if (engine == NULL || identity == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	*engine = (struct runtime_engine){ .socket = conf->engine_socket,
	    .registry = registry_conf()->registry_pull,
	    .readers = registry_conf()->registry_readers };
	if (place->endpoint != NULL && strncmp(place->endpoint, UNIX_PREFIX,
	    strlen(UNIX_PREFIX)) == 0) {
		engine->socket = place->endpoint + strlen(UNIX_PREFIX);
	} else if (place->endpoint != NULL) {
		*identity = (struct http_identity){ place->ca,
		    place->certificate, place->key };
		engine->url = place->endpoint;
		engine->identity = identity;
	}
	if (place->registry != NULL)
		engine->registry = place->registry;
	runtime_engine_init(rt, engine);
	return ERR_OK;
}

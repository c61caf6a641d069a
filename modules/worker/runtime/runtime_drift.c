/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares a tenant's containers and networks with their specifications.
 *
 * Values of the environment are compared and never shown.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/worker/engine/engine.h"
#include "modules/worker/runtime/runtime_cgroup.h"
#include "modules/worker/runtime/runtime_drift.h"
#include "modules/worker/runtime/runtime_names.h"
#include "modules/worker/runtime/runtime_status.h"

#define CONTAINER	"container "
#define NETWORK		"network "
#define YES_NO(b)	((b) ? "yes" : "no")

struct look {
	struct ctx			*ctx;
	struct engine			 engine;
	const struct engine_spec	*spec;
	const char			*object;
	int64_t				 whose;
	struct runtime_diffs		*diffs;
};

/* diff_add - adds a row, while there is room */
static void
diff_add(const struct look *look, const char *field, const char *wanted,
    const char *live)
{
	if (look->diffs->n < RUNTIME_DIFFS_MAX)
		look->diffs->rows[look->diffs->n++] = (struct runtime_diff){
		    look->object, field, wanted == NULL ? "" : wanted,
		    live == NULL ? "" : live, look->whose };
}

static void
text_compare(const struct look *look, const char *field, const char *wanted,
    const char *live)
{
	if (live == NULL || strcmp(wanted, live) != 0)
		diff_add(look, field, wanted, live == NULL ? "absent" : live);
}

/*
 * image_compare - by digest: Podman names an image after whichever repository
 * it was pulled from first
 */
static void
image_compare(const struct look *look, const char *live)
{
	const char *wanted = strrchr(look->spec->image, '@');
	const char *is = live == NULL ? NULL : strrchr(live, '@');

	if (is == NULL || strcmp(wanted, is) != 0)
		diff_add(look, "image", look->spec->image, live == NULL ?
		    "absent" : live);
}

static void
number_compare(const struct look *look, const char *field, int64_t wanted,
    int64_t live)
{
	if (wanted != live)
		diff_add(look, field, text_printf(look->ctx->mem, "%lld",
		    (long long)wanted), text_printf(look->ctx->mem, "%lld",
		    (long long)live));
}

static void
flag_compare(const struct look *look, const char *field, bool wanted,
    const struct json *live)
{
	bool is = !wanted;

	if (!json_bool(live, &is) || is != wanted)
		diff_add(look, field, YES_NO(wanted), YES_NO(is));
}

static void
labels_compare(const struct look *look, const struct json *labels)
{
	const struct runtime_pair *label = look->spec->labels;

	for (; label->name != NULL; label++)
		/* It changes with secrets, which are not compared. */
		if (strcmp(label->name, LABEL_SPEC) != 0)
			text_compare(look, text_printf(look->ctx->mem,
			    "label %s", label->name), label->value,
			    json_member(labels, label->name));
}

/* env_find - the value of a variable in ["NAME=value"], or NULL */
static const char *
env_find(const struct json *list, const char *name)
{
	size_t i, len = strlen(name);
	const char *line;

	for (i = 0; i < json_count(list); i++) {
		line = json_text(json_at(list, i), NULL);
		if (line != NULL && strncmp(line, name, len) == 0 &&
		    line[len] == '=')
			return line + len + 1;
	}
	return NULL;
}

static void
env_compare(const struct look *look, const struct json *list)
{
	const struct runtime_pair *pair = look->spec->env;
	const char *live;

	for (; pair != NULL && pair->name != NULL; pair++) {
		live = env_find(list, pair->name);
		if (live == NULL || strcmp(live, pair->value) != 0)
			diff_add(look, text_printf(look->ctx->mem,
			    "environment %s", pair->name), "as configured",
			    live == NULL ? "absent" : "another value");
	}
}

static void
networks_compare(const struct look *look, const struct json *networks)
{
	const struct json *end;
	const char *name;
	size_t i;

	if (json_get(networks, look->spec->network) == NULL)
		diff_add(look, "network", look->spec->network, "disconnected");
	for (i = 0; json_is_object(networks) && i < json_count(networks);
	    i++) {
		name = json_key_at(networks, i, &end);
		if (strcmp(name, look->spec->network) != 0)
			diff_add(look, "other network", "none", name);
	}
}

static void
security_compare(const struct look *look, const struct json *host)
{
	flag_compare(look, "read-only root", true, json_get(host,
	    "ReadonlyRootfs"));
	flag_compare(look, "privileged", false, json_get(host, "Privileged"));
	if (json_count(json_get(host, "CapAdd")) > 0)
		diff_add(look, "capabilities", "none", "some");
}

/*
 * limits_compare - of what runs on this machine as the kernel has them: Podman
 * 4.3 does not tell a change of them
 */
static void
limits_compare(const struct look *look, const struct json *host,
    const struct json *state)
{
	const struct runtime_limits *wanted = &look->spec->limits;
	struct cgroup_limits limits = { 0, 0 };
	int64_t pid = 0;

	(void)(json_int(json_get(host, "Memory"), &limits.memory_bytes) &&
	    json_int(json_get(host, "NanoCpus"), &limits.cpu_millis));
	limits.cpu_millis /= 1000000;
	if (look->engine.url == NULL && json_int(json_get(state, "Pid"), &pid))
		(void)cgroup_read("/proc", "/sys/fs/cgroup", pid, &limits);
	number_compare(look, "memory", wanted->memory_mb,
	    limits.memory_bytes >> 20);
	number_compare(look, "processors", wanted->cpu_millis,
	    limits.cpu_millis);
}

static enum err
container_compare(const struct look *look)
{
	const struct json *config, *host, *state;
	struct json *root;
	bool runs = false;
	enum err e;

	e = engine_describe(look->ctx, &look->engine, look->spec->name, &root);
	if (e == ERR_NOT_FOUND) {
		fail_clear(look->ctx);
		diff_add(look, "state", "running", "missing");
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	config = json_get(root, "Config");
	host = json_get(root, "HostConfig");
	state = json_get(root, "State");
	if (!json_bool(json_get(state, "Running"), &runs) || !runs)
		diff_add(look, "state", "running", json_member(state,
		    "Status"));
	image_compare(look, json_member(config, "Image"));
	labels_compare(look, json_get(config, "Labels"));
	env_compare(look, json_get(config, "Env"));
	security_compare(look, host);
	limits_compare(look, host, state);
	if (runs)
		networks_compare(look, json_get(json_get(root,
		    "NetworkSettings"), "Networks"));
	return ERR_OK;
}

static enum err
spec_compare(struct look *look, const struct engine_spec *spec,
    int64_t whose)
{
	look->spec = spec;
	look->whose = whose;
	look->object = text_printf(look->ctx->mem, CONTAINER "%s",
	    spec->name);
	return look->object == NULL ? fail(look->ctx, ERR_INTERNAL, NULL,
	    "no memory") : container_compare(look);
}

/* is_open - may it be there, because a job is not done with it? */
static bool
is_open(const struct runtime_wish *wish, const struct engine_row *row)
{
	size_t i;

	for (i = 0; i < wish->nopen; i++)
		if (json_member_is(row->labels, LABEL_APP,
		    wish->open[i].name) && json_member_is(row->labels,
		    LABEL_ENV, wish->open[i].environment))
			return true;
	return false;
}

/*
 * extra_add - a container that nobody wants; one that does not run may be the
 * last generation of an application, kept for its log
 */
static void
extra_add(struct look *look, const struct runtime_wish *wish,
    const struct engine_row *row, const struct engine_spec *specs)
{
	size_t i;

	for (i = 0; i <= wish->napps; i++)
		if (strcmp(specs[i].name, row->name) == 0)
			return;
	if (is_open(wish, row) || (row->state != RUNTIME_RUNNING &&
	    json_member(row->labels, LABEL_APP) != NULL))
		return;
	look->object = text_printf(look->ctx->mem, CONTAINER "%s", row->name);
	look->whose = RUNTIME_DIFF_NOBODY;
	diff_add(look, "existence", "none", row->state == RUNTIME_RUNNING ?
	    "running" : "stopped");
}

/* networks_look - the tenant's own network, and those that are too many */
static enum err
networks_look(struct look *look, const struct runtime_wish *wish)
{
	const struct runtime_pair labels[] = {
		{ LABEL_TENANT, wish->slug }, { NULL, NULL },
	};
	const char *own, *const *names;
	bool there = false;
	size_t i, n;
	enum err e;

	if ((e = runtime_network(look->ctx, wish->slug, &own)) != ERR_OK ||
	    (e = engine_networks(look->ctx, &look->engine, labels, &names,
	    &n)) != ERR_OK)
		return e;
	look->whose = RUNTIME_DIFF_NOBODY;
	for (i = 0; i < n; i++) {
		there = there || strcmp(names[i], own) == 0;
		look->object = text_printf(look->ctx->mem, NETWORK "%s",
		    names[i]);
		if (strcmp(names[i], own) != 0)
			diff_add(look, "existence", "none", "there");
	}
	look->whose = RUNTIME_DIFF_SERVER;
	look->object = text_printf(look->ctx->mem, NETWORK "%s", own);
	if (!there)
		diff_add(look, "existence", "there", "missing");
	return ERR_OK;
}

enum err
drift_compare(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_wish *wish, struct runtime_diffs *diffs)
{
	const struct runtime_engine *place = rt->place;
	const struct runtime_pair labels[] = {
		{ LABEL_TENANT, wish->slug }, { NULL, NULL },
	};
	struct engine_spec *specs = arena_array(ctx->mem, wish->napps + 1,
	    sizeof(*specs));
	struct look look = { .ctx = ctx, .engine = status_engine(rt),
	    .diffs = diffs };
	struct engine_row *rows;
	size_t i, n;
	enum err e;

	diffs->n = 0;
	if (specs == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	if ((e = runtime_server_spec(ctx, place->registry, wish->server,
	    &specs[0])) != ERR_OK ||
	    (e = spec_compare(&look, &specs[0], RUNTIME_DIFF_SERVER)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < wish->napps; i++)
		if ((e = runtime_app_spec(ctx, place->registry,
		    &wish->apps[i], &specs[i + 1])) != ERR_OK ||
		    (e = spec_compare(&look, &specs[i + 1], (int64_t)i)) !=
		    ERR_OK)
			return e;
	if ((e = engine_list(ctx, &look.engine, labels, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		extra_add(&look, wish, &rows[i], specs);
	return networks_look(&look, wish);
}

enum err
drift_drop(struct ctx *ctx, const struct runtime *rt, const char *slug,
    const char *object)
{
	const struct runtime_pair labels[] = {
		{ LABEL_TENANT, slug }, { NULL, NULL },
	};
	struct engine engine = status_engine(rt);
	struct engine_row *rows;
	size_t i, n;
	enum err e;

	if (strncmp(object, NETWORK, strlen(NETWORK)) == 0)
		return engine_network_remove(ctx, &engine, object +
		    strlen(NETWORK));
	if (strncmp(object, CONTAINER, strlen(CONTAINER)) != 0)
		return fail(ctx, ERR_INVALID, NULL, "nothing is called %s",
		    object);
	if ((e = engine_list(ctx, &engine, labels, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if (strcmp(rows[i].name, object + strlen(CONTAINER)) == 0)
			return engine_remove(ctx, &engine, rows[i].name);
	return ERR_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The place of an engine: what it says of itself.
 */
#include "config.h"

#include "libshared/base/arena.h"
#include "libshared/doors/json.h"
#include "modules/worker/engine/engine_call.h"
#include "modules/worker/peer.h"

#define LOOK_MS		5000
#define MIB		((int64_t)1 << 20)
/* More is a lie, and would not fit where rooms of places are counted. */
#define CORES_MAX	65536
#define MEMORY_MAX	((int64_t)1 << 50)

int64_t
engine_number(const struct json *object, const char *name)
{
	int64_t value;

	return json_int(json_get(object, name), &value) && value >= 0 ?
	    value : 0;
}

static enum err
info_read(struct ctx *ctx, const struct engine *engine, const char *api,
    struct json **root)
{
	struct engine_call call = { .method = "GET", .good = { 200, 404 },
	    .timeout_ms = LOOK_MS, .what = "look at the place" };
	struct http_response r;
	enum err e;

	*root = NULL;
	if ((e = engine_path(ctx, &call.path, "%s/info", api)) != ERR_OK ||
	    (e = engine_do(ctx, engine, &call, &r)) != ERR_OK ||
	    r.status == 404)
		return e;
	return peer_json(ctx, "engine", r.body, r.body_len, root);
}

/*
 * Podman alone tells free memory, without what caches would give back, and the
 * disk below its images: Docker answers 404.
 */
enum err
engine_look(struct ctx *ctx, const struct engine *engine,
    struct runtime_facts *facts)
{
	const struct json *host, *store;
	struct json *root, *more;
	enum err e;

	if ((e = info_read(ctx, engine, ENGINE_API, &root)) != ERR_OK ||
	    (e = info_read(ctx, engine, ENGINE_LIBPOD, &more)) != ERR_OK)
		return e;
	if (engine_number(root, "NCPU") == 0 ||
	    engine_number(root, "NCPU") > CORES_MAX ||
	    engine_number(root, "MemTotal") < MIB ||
	    engine_number(root, "MemTotal") > MEMORY_MAX)
		return fail(ctx, ERR_PEER, "engine_failed",
		    "it does not speak like a container engine");
	host = json_get(more, "host");
	store = json_get(more, "store");
	*facts = (struct runtime_facts){
		.version = peer_words(ctx, json_member(root,
		    "ServerVersion"), RUNTIME_VERSION_MAX),
		.cpu_millis = engine_number(root, "NCPU") * 1000,
		.memory_mb = engine_number(root, "MemTotal") / MIB,
		.images = engine_number(root, "Images"),
		.free_mb = engine_number(host, "memFree") / MIB,
		.disk_mb = engine_number(store, "graphRootAllocated") / MIB,
	};
	facts->disk_free_mb = facts->disk_mb -
	    engine_number(store, "graphRootUsed") / MIB;
	return ERR_OK;
}

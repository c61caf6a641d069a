/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The place of an engine: how it is reached, and what it says of itself.
 *
 * An engine of another machine is reached over mutual TLS.  The peer there is
 * a proxy in front of the engine's socket, since no engine checks certificates
 * the same way; what goes wrong is told in the words of an operator.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/worker/engine/engine_call.h"
#include "modules/worker/peer.h"

#define LOOK_MS		5000
#define MIB		((int64_t)1 << 20)

/* What libcurl, OpenSSL or nginx say, and what an operator should know. */
static const struct { const char *said, *means; } sentences[] = {
	{ "No required SSL certificate",
	    "it asks for a client certificate, and the place has none" },
	{ "certificate required",
	    "it asks for a client certificate, and the place has none" },
	{ "The SSL certificate error",
	    "it refuses our client certificate: another CA signed it, or it "
	    "has expired" },
	{ "unknown ca",
	    "it refuses our client certificate: another CA signed it" },
	{ "alert certificate expired",
	    "it refuses our client certificate, which has expired" },
	{ "bad certificate",
	    "it refuses our client certificate" },
	{ "certificate has expired",
	    "its certificate has expired" },
	{ "certificate is not yet valid",
	    "its certificate is not valid yet" },
	{ "subject name",
	    "its certificate is for another host name" },
	{ "unable to get local issuer certificate",
	    "its certificate was not signed by the CA of the place" },
	{ "self-signed certificate",
	    "its certificate was not signed by the CA of the place" },
	{ "self signed certificate",
	    "its certificate was not signed by the CA of the place" },
	{ "unable to set private key file",
	    "the key of the place does not belong to its certificate" },
	{ "could not load PEM client certificate",
	    "the client certificate of the place cannot be read" },
	{ "wrong version number", "it does not speak TLS" },
	{ "Couldn't connect", "nothing listens there" },
	{ "Could not connect", "nothing listens there" },
	{ "Could not resolve host", "its name is not known here" },
	{ "timed out", "it does not answer" },
};

void
engine_aim(struct ctx *ctx, const struct engine *engine,
    struct http_request *rq)
{
	const char *path = rq->url + strlen(ENGINE_HOST);

	if (engine->url == NULL) {
		rq->unix_socket = engine->socket;
		return;
	}
	rq->identity = engine->identity;
	rq->url = text_printf(ctx->mem, "%s%s", engine->url, path);
	/* A full arena: http_call() refuses a call without a URL. */
}

const char *
engine_sentence(const char *said)
{
	size_t i;

	for (i = 0; said != NULL && i < nitems(sentences); i++)
		if (strstr(said, sentences[i].said) != NULL)
			return sentences[i].means;
	return NULL;
}

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
	    engine_number(root, "MemTotal") < MIB)
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

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an engine is reached.
 *
 * An engine of another machine is reached over mutual TLS.  The peer there is
 * a proxy in front of the engine's socket, since no engine checks certificates
 * the same way.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "modules/worker/engine/engine_call.h"

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

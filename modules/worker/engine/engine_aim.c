/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an engine is reached.
 *
 * An engine of another machine is reached over mutual TLS.  The peer there is
 * a proxy in front of the engine's socket, since no engine checks certificates
 * the same way; what goes wrong is told in the words of an operator.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "modules/worker/engine/engine_call.h"

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

/* SPDX-License-Identifier: Apache-2.0 */
/* Reads answers of other programs. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/worker/peer.h"

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

enum err
peer_json(struct ctx *ctx, const char *peer, const char *text, size_t len,
    struct json **value)
{
	if (text != NULL && json_parse(ctx, text, len, value) == ERR_OK)
		return ERR_OK;
	fail_clear(ctx);	/* that fault blames the client */
	return fail(ctx, ERR_PEER, "peer_garbage",
	    "%s answered without valid JSON (%zu bytes)", peer, len);
}

const char *
peer_words(struct ctx *ctx, const char *text, size_t max)
{
	size_t i, len;
	char *words;

	if (text == NULL)
		return "no reason given";
	len = strnlen(text, max);
	words = arena_text(ctx->mem, text, len);
	if (words == NULL)
		return "no memory for the reason";
	for (i = 0; i < len; i++)
		if (words[i] < 0x20 || words[i] > 0x7e)
			words[i] = '?';
	return words;
}

const char *
peer_sentence(const char *said)
{
	size_t i;

	for (i = 0; said != NULL && i < nitems(sentences); i++)
		if (strstr(said, sentences[i].said) != NULL)
			return sentences[i].means;
	return NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Reads answers of other programs. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/doors/json.h"
#include "modules/worker/peer.h"

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

/* SPDX-License-Identifier: Apache-2.0 */
/* Bootstrap tokens as text. */
#include "config.h"

#include <string.h>

#include "libshared/doors/crypto.h"
#include "libshared/proto/agent_token.h"

#define RANDOM_BYTES	32

enum err
agent_token_new(struct ctx *ctx, const char **token)
{
	const char *random, *made;
	enum err e;

	if ((e = crypto_random_text(ctx, RANDOM_BYTES, &random)) != ERR_OK)
		return e;
	made = text_printf(ctx->secrets, "%s%s", AGENT_TOKEN_PREFIX, random);
	if (made == NULL)
		return fail(ctx, ERR_TOO_LARGE, NULL, "no room for a token");
	*token = made;
	return ERR_OK;
}

bool
agent_token_sound(struct str token)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t i;

	if (token.len != AGENT_TOKEN_LEN ||
	    !str_starts(token, AGENT_TOKEN_PREFIX))
		return false;
	for (i = 0; i < token.len; i++)
		if (memchr(letters, token.p[i], sizeof(letters) - 1) == NULL)
			return false;
	return true;
}

const char *
agent_token_bound(struct ctx *ctx, const struct uuid *tenant)
{
	return text_printf(ctx->mem, "agent-door|%s", tenant->text);
}

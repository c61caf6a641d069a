/* SPDX-License-Identifier: Apache-2.0 */
/* API tokens as text: makes them and recognizes them. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libshared/doors/crypto.h"
#include "libshared/proto/api_token.h"

#define RANDOM_BYTES	32
#define SUM_LEN		9	/* "_" and eight hex digits */
#define SUM_AT		(API_TOKEN_LEN - SUM_LEN)

/*
 * api_token_crc - CRC-32 as in zlib (ISO 3309), bit by bit, since it is 47
 * bytes
 */
static uint32_t
api_token_crc(const char *text, size_t len)
{
	uint32_t sum = UINT32_MAX;
	size_t i;
	int bit;

	for (i = 0; i < len; i++) {
		sum ^= (unsigned char)text[i];
		for (bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ ((sum & 1) != 0 ? 0xedb88320 : 0);
	}
	return ~sum;
}

enum err
api_token_new(struct ctx *ctx, const char **token)
{
	const char *random, *made;
	char head[SUM_AT + 1];
	enum err e;

	if ((e = crypto_random_text(ctx, RANDOM_BYTES, &random)) != ERR_OK)
		return e;
	(void)snprintf(head, sizeof(head), "%s%s", API_TOKEN_PREFIX, random);
	made = text_printf(ctx->secrets, "%s_%08" PRIx32, head,
	    api_token_crc(head, SUM_AT));
	secret_wipe(head, sizeof(head));
	if (made == NULL)
		return fail(ctx, ERR_TOO_LARGE, NULL, "no room for a token");
	*token = made;
	return ERR_OK;
}

bool
api_token_sound(struct str token)
{
	char sum[SUM_LEN + 1];

	if (token.len != API_TOKEN_LEN || !str_starts(token, API_TOKEN_PREFIX))
		return false;
	(void)snprintf(sum, sizeof(sum), "_%08" PRIx32,
	    api_token_crc(token.p, SUM_AT));
	return memcmp(token.p + SUM_AT, sum, SUM_LEN) == 0;
}

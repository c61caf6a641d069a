/* SPDX-License-Identifier: Apache-2.0 */
/* Compact JWS: the parts of a token, and the dates among its claims. */
#include "config.h"

#include "libshared/base/arena.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/proto/jws.h"

#define DATE_MAX	253402300799	/* 9999-12-31T23:59:59Z */

bool
jws_split(struct str token, struct jws *jws)
{
	struct str rest = token;
	size_t i, dots = 0;

	for (i = 0; i < token.len; i++)
		dots += token.p[i] == '.';
	if (dots != 2)
		return false;
	jws->header = str_cut(&rest, '.');
	jws->payload = str_cut(&rest, '.');
	jws->signature = rest;
	jws->signed_text = (struct str){ token.p, token.len - rest.len - 1 };
	return true;
}

const struct json *
jws_object(struct ctx *ctx, struct str part)
{
	uint8_t *raw = part.len == 0 ? NULL : arena_get(ctx->mem, part.len);
	struct json *value;
	size_t len;

	if (raw == NULL ||
	    !base64url_decode(part.p, part.len, raw, part.len, &len))
		return NULL;
	if (json_parse(ctx, (const char *)raw, len, &value) != ERR_OK) {
		fail_clear(ctx);
		return NULL;
	}
	return json_is_object(value) ? value : NULL;
}

bool
jws_date(const struct json *claims, const char *name, int64_t *date)
{
	int64_t value;

	if (!json_int(json_get(claims, name), &value) || value < 0 ||
	    value > DATE_MAX)
		return false;
	*date = value;
	return true;
}

bool
jws_date_cut(const struct json *claims, const char *name, int64_t *date)
{
	int64_t value;

	if (!json_whole(json_get(claims, name), &value) || value < 0 ||
	    value > DATE_MAX)
		return false;
	*date = value;
	return true;
}

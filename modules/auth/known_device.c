/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Known devices: see known_device.h.  One cookie of a browser may be known for
 * several accounts; the table has its digest only.
 */
#include "config.h"

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/known_device.h"

#include "modules/auth/known_device.sql.h"

#define DEVICE_COOKIE	"__Host-cameleer-device"
#define DEVICE_TTL_S	((int64_t)180 * 86400)
#define DEVICES_MAX	20	/* of one account */

struct known { bool known; };

static const struct field known_view[] = {
	VIEW_BOOL(struct known, known),
	FIELD_END
};

enum err
known_device_key(struct ctx *ctx, const char *email, const char **key)
{
	const char *token = req_cookie(ctx, DEVICE_COOKIE);
	char digest[SHA256_HEX_MAX];
	struct known row;
	enum err e;

	*key = NULL;
	if (token == NULL)
		return ERR_OK;
	token_digest(token, digest);
	if ((e = sql_one(ctx, &SQL_KNOWN_DEVICE_OF, known_view, &row,
	    ARG_TEXT(digest), ARG_TEXT(email))) != ERR_OK)
		return e;
	if (row.known)
		*key = text_printf(ctx->mem, "known|%s|%s", digest, email);
	return ERR_OK;
}

/* browser_token - returns the cookie that we gave to the browser, or another */
static enum err
browser_token(struct ctx *ctx, const char **token, char digest[SHA256_HEX_MAX])
{
	struct known row = { false };
	enum err e;

	if ((*token = req_cookie(ctx, DEVICE_COOKIE)) != NULL) {
		token_digest(*token, digest);
		if ((e = sql_one(ctx, &SQL_KNOWN_DEVICE_EXISTS, known_view,
		    &row, ARG_TEXT(digest))) != ERR_OK)
			return e;
	}
	if (row.known)
		return ERR_OK;
	if ((e = crypto_random_text(ctx, 32, token)) != ERR_OK)
		return e;
	token_digest(*token, digest);
	return ERR_OK;
}

enum err
known_device_keep(struct ctx *ctx, const struct uuid *account)
{
	char digest[SHA256_HEX_MAX];
	const char *token;
	enum err e;

	if ((e = browser_token(ctx, &token, digest)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_KNOWN_DEVICE_SET, NULL, ARG_TEXT(digest),
	    ARG_UUID(account), ARG_INT(DEVICE_TTL_S))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_KNOWN_DEVICE_TRIM, NULL,
	    ARG_UUID(account), ARG_INT(DEVICES_MAX))) != ERR_OK)
		return e;
	return reply_cookie(ctx, DEVICE_COOKIE, token, DEVICE_TTL_S);
}

enum err
known_devices_forget(struct ctx *ctx, const struct uuid *account)
{
	return sql_exec(ctx, &SQL_KNOWN_DEVICES_FORGET, NULL,
	    ARG_UUID(account));
}

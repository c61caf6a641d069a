/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signed list of revoked licences, for sites that ask nobody.  Each list
 * has a serial that is higher than the last, and holds all that count.
 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "libshared/base/conf.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/key.h"
#include "libshared/proto/license.h"
#include "libshared/proto/token.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/tenant/tenant.h"

#include "modules/worker/tenant/tenant.sql.h"

struct due { int64_t serial; const char *ids; bool same; };

static const struct field due_view[] = {
	VIEW_INT(struct due, serial),
	VIEW_TEXT(struct due, ids),
	VIEW_BOOL(struct due, same),
	FIELD_END
};

static enum err
list_sign(struct ctx *ctx, const struct due *due, const char **token)
{
	static const struct token_form form = { REVOCATIONS_TYP,
	    REVOCATIONS_MAX };
	const struct key *key = keyring_signer(&process.keys, KEY_LICENSE);
	struct json *claims = json_object(ctx);
	enum err e;

	if (key == NULL)
		return fail(ctx, ERR_INTERNAL, "no_signing_key",
		    "no active key for licences");
	json_put_text(claims, "iss", process.conf->base_url);
	json_put_text(claims, "aud", LICENSE_AUDIENCE);
	json_put_text(claims, "sub", REVOCATIONS_SUBJECT);
	json_put_int(claims, "iat", (int64_t)time(NULL));
	json_put_int(claims, "serial", due->serial + 1);
	if ((e = json_put_raw(ctx, claims, "revoked", due->ids)) != ERR_OK)
		return e;
	return token_sign_as(ctx, key, &form, claims, token);
}

enum err
tenant_revocations(struct ctx *ctx)
{
	struct due due;
	const char *token;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_REVOCATIONS_LOCK, NULL)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_REVOCATIONS_DUE, due_view, &due,
	    ARG_INT(REVOKED_MAX))) != ERR_OK || due.same)
		return e;
	if ((e = list_sign(ctx, &due, &token)) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_REVOCATIONS_ADD, NULL,
	    ARG_INT(due.serial + 1), ARG_TEXT(due.ids), ARG_TEXT(token));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* JWK sets: public keys from the database in one object. */
#include "config.h"

#include <string.h>

#include "libshared/doors/field_shape.h"
#include "libshared/skeleton/jwks.h"

struct jwk_row { const char *jwk; };

static const struct field jwk_view[] = {
	VIEW_TEXT(struct jwk_row, jwk),
	FIELD_END
};

struct key_set { const char *keys; };

static const struct field jwk_shape[] = {
	SHAPE_TEXT(kty),
	SHAPE_TEXT(crv),
	SHAPE_TEXT(x),
	SHAPE_TEXT_ABSENT(y),
	SHAPE_TEXT_ABSENT(kid),
	SHAPE_TEXT_ABSENT(alg),
	SHAPE_TEXT_ABSENT(use),
	SHAPE_END_MORE("PublicKey")
};

const struct field key_set_view[] = {
	VIEW_OBJECTS(struct key_set, keys, jwk_shape),
	FIELD_END_OF("KeySet")
};

enum err
jwks_read(struct ctx *ctx, const struct sql_query *query, struct json **set)
{
	struct json *top = json_object(ctx), *list = json_array(ctx), *jwk;
	struct jwk_row *rows;
	size_t i, n;
	enum err e;

	if ((e = sql_many(ctx, query, jwk_view, sizeof(*rows), &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		if ((e = json_parse(ctx, rows[i].jwk, strlen(rows[i].jwk),
		    &jwk)) != ERR_OK)
			return e;
		json_add(list, jwk);
	}
	json_put(top, "keys", list);
	*set = top;
	return ERR_OK;
}

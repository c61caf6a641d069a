/* SPDX-License-Identifier: Apache-2.0 */
/* JWK sets (RFC 7517) of keys from the database. */
#ifndef CAMELEER_JWKS_H
#define CAMELEER_JWKS_H

#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"

/* {"keys": [...]} from a query :many with the single column jwk. */
enum err jwks_read(struct ctx *ctx, const struct sql_query *query,
    struct json **set) must_check;
/* What such a set looks like. */
extern const struct field key_set_view[];

#endif

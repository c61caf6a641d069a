/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificate of deletion: says what was removed of a tenant, and what remains
 * and why.  The worker signs it with the key of the audit trail's checkpoints;
 * anybody verifies it offline with the public half.
 */
#ifndef CAMELEER_CERTIFICATE_H
#define CAMELEER_CERTIFICATE_H

#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"
#include "libshared/doors/field.h"

struct json;
struct key;
struct keyring;

#define CERTIFICATE_TYP		"cameleer-deletion+jwt"
#define CERTIFICATE_ISSUER	"cameleer"
#define CERTIFICATE_AUDIENCE	"cameleer-deletion"

/* id is that of the operation that removed the tenant; times in seconds. */
struct certificate {
	const char	*tenant, *id, *platform;
	int64_t		 serial, asked, at;
	const struct json *removed, *remains;	/* of one that was read */
};

/*
 * `removed` is an object, `remains` a list; both are handed over.  The text is
 * in ctx->secrets.
 */
struct certificate_parts { struct json *removed, *remains; };
enum err certificate_sign(struct ctx *ctx, const struct key *key,
    const struct certificate *certificate,
    const struct certificate_parts *parts, const char **token) must_check;
/* ERR_UNAUTHENTICATED when no key of the ring has signed it. */
enum err certificate_read(struct ctx *ctx, const struct keyring *ring,
    struct str token, struct certificate *certificate) must_check;

/* As it is stored, and as the API shows it. */
struct certificate_row {
	struct uuid	 tenant;
	int64_t		 serial;
	const char	*certificate, *created_at;
};
extern const struct field certificate_view[];

#endif

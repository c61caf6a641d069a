/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates of deletion: signed, and read again. */
#include "config.h"

#include "libshared/doors/json.h"
#include "libshared/proto/certificate.h"
#include "libshared/proto/key.h"
#include "libshared/proto/token.h"

/* It says what was once, so it does not end. */
#define CERTIFICATE_TTL_S	((int64_t)100 * 366 * 86400)

const struct field certificate_view[] = {
	VIEW_UUID(struct certificate_row, tenant),
	VIEW_INT(struct certificate_row, serial),
	VIEW_TEXT(struct certificate_row, certificate),
	VIEW_TIME(struct certificate_row, created_at),
	FIELD_END_OF("DeletionCertificate")
};

enum err
certificate_sign(struct ctx *ctx, const struct key *key,
    const struct certificate *certificate,
    const struct certificate_parts *parts, const char **token)
{
	struct json *claims = json_object(ctx);

	json_put_text(claims, "iss", CERTIFICATE_ISSUER);
	json_put_text(claims, "aud", CERTIFICATE_AUDIENCE);
	json_put_text(claims, "sub", certificate->tenant);
	json_put_text(claims, "jti", certificate->id);
	json_put_int(claims, "iat", certificate->at);
	json_put_int(claims, "nbf", 0);
	json_put_int(claims, "exp", certificate->at + CERTIFICATE_TTL_S);
	json_put_text(claims, "platform", certificate->platform);
	json_put_int(claims, "serial", certificate->serial);
	json_put_int(claims, "asked", certificate->asked);
	json_put(claims, "removed", parts->removed);
	json_put(claims, "remains", parts->remains);
	return token_sign(ctx, key, CERTIFICATE_TYP, claims, token);
}

enum err
certificate_read(struct ctx *ctx, const struct keyring *ring,
    struct str token, struct certificate *certificate)
{
	const struct token_rule rule = { ring, KEY_AUDIT, CERTIFICATE_TYP,
	    CERTIFICATE_ISSUER, CERTIFICATE_AUDIENCE, 0 };
	struct certificate read = { .tenant = NULL };
	const struct json *claims;
	enum err e;

	if ((e = token_verify(ctx, &rule, token, &claims, NULL)) != ERR_OK)
		return e;
	read.tenant = json_member(claims, "sub");
	read.id = json_member(claims, "jti");
	read.platform = json_member(claims, "platform");
	read.removed = json_get(claims, "removed");
	read.remains = json_get(claims, "remains");
	if (read.tenant == NULL || read.id == NULL || read.platform == NULL ||
	    !json_is_object(read.removed) || !json_is_array(read.remains) ||
	    !json_int(json_get(claims, "serial"), &read.serial) ||
	    !json_int(json_get(claims, "asked"), &read.asked) ||
	    !json_int(json_get(claims, "iat"), &read.at))
		return fail(ctx, ERR_UNAUTHENTICATED, "invalid_token",
		    "the certificate does not say what was removed");
	*certificate = read;
	return ERR_OK;
}

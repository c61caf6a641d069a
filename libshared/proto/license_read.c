/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verifies a licence, as JWT or as payload.signature, and the signed list of
 * those that were revoked.  Nothing is read before the signature is good.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/crypto_sign.h"
#include "libshared/doors/json.h"
#include "libshared/proto/jws.h"
#include "libshared/proto/key.h"
#include "libshared/proto/license.h"

#define WORD_MAX	64	/* bytes of an id, a tenant's name or a tier */
#define GRACE_DAYS_MAX	3650

/* key_named - the key for licences with this kid, or NULL */
static const struct key *
key_named(const struct keyring *ring, const struct json *header)
{
	size_t i;

	for (i = 0; i < ring->n; i++)
		if (ring->keys[i].purpose == KEY_LICENSE &&
		    ring->keys[i].state != KEY_RETIRED &&
		    json_member_is(header, "kid", ring->keys[i].kid))
			return &ring->keys[i];
	return NULL;
}

/* jwt_payload - verifies the signature; NULL or the reason */
static const char *
jwt_payload(struct ctx *ctx, const struct keyring *ring, struct jws *jws,
    const char *typ, const struct json **payload)
{
	const struct json *header = jws_object(ctx, jws->header);
	uint8_t signature[SIGNATURE_SIZE];
	const struct key *key;
	size_t n;

	if (header == NULL || json_count(header) != 3 ||
	    !json_member_is(header, "typ", typ) ||
	    (!json_member_is(header, "alg", "EdDSA") &&
	    !json_member_is(header, "alg", "Ed25519")))
		return "bad_header";
	if ((key = key_named(ring, header)) == NULL)
		return "unknown_key";
	if (!base64url_decode(jws->signature.p, jws->signature.len, signature,
	    sizeof(signature), &n) || n != sizeof(signature) ||
	    !ed25519_verify(key->pub, jws->signed_text.p,
	    jws->signed_text.len, signature))
		return "bad_signature";
	*payload = jws_object(ctx, jws->payload);
	return *payload != NULL ? NULL : "bad_payload";
}

/* word_of - a short text without control characters, or NULL */
static const char *
word_of(const struct json *object, const char *name)
{
	size_t len, i;
	const char *text = json_text(json_get(object, name), &len);

	if (text == NULL || len == 0 || len > WORD_MAX)
		return NULL;
	for (i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return NULL;
	return text;
}

static bool
object_of(const struct json *object, const char *name,
    const struct json **out)
{
	*out = json_get(object, name);
	return json_is_object(*out);
}

/* token_claims - what a JWT says; false: it does not say what it must */
static bool
token_claims(const struct json *claims, struct license *out)
{
	struct license_facts *facts = &out->facts;
	const char *word = word_of(claims, "state");
	enum license_state state;
	int64_t ends;

	out->token = true;
	if ((out->id = word_of(claims, "jti")) == NULL ||
	    (out->tenant = word_of(claims, "sub")) == NULL ||
	    (out->tier = word_of(claims, "tier")) == NULL || word == NULL ||
	    !json_member_is(claims, "aud", LICENSE_AUDIENCE) ||
	    !jws_date(claims, "iat", &out->issued) ||
	    !jws_date(claims, "nbf", &facts->starts) ||
	    !jws_date(claims, "valid_until", &facts->valid_until) ||
	    !jws_date(claims, "grace_until", &facts->grace_until) ||
	    !jws_date(claims, "exp", &ends) || ends != facts->grace_until ||
	    !json_int(json_get(claims, "lic_version"), &out->version) ||
	    out->version < 1)
		return false;
	state = license_state_of(word);
	if (state != LICENSE_ACTIVE && state != LICENSE_SUSPENDED)
		return false;
	facts->suspended = state == LICENSE_SUSPENDED;
	return object_of(claims, "features", &out->features) &&
	    object_of(claims, "limits", &out->limits) &&
	    object_of(claims, "entitlements", &out->entitlements);
}

/*
 * file_claims - what payload.signature says, by the names that servers know;
 * false: it does not say what it must
 */
static bool
file_claims(const struct json *payload, struct license *out)
{
	struct license_facts *facts = &out->facts;
	int64_t days;

	out->version = 0;
	out->features = out->entitlements = NULL;
	if ((out->id = word_of(payload, "licenseId")) == NULL ||
	    (out->tenant = word_of(payload, "tenantId")) == NULL ||
	    (out->tier = word_of(payload, "label")) == NULL ||
	    !jws_date(payload, "issuedAt", &out->issued) ||
	    !jws_date(payload, "expiresAt", &facts->valid_until) ||
	    !json_int(json_get(payload, "gracePeriodDays"), &days) ||
	    days < 0 || days > GRACE_DAYS_MAX)
		return false;
	facts->starts = out->issued;
	facts->grace_until = facts->valid_until + days * DAY_SECONDS;
	return object_of(payload, "limits", &out->limits);
}

static const char *
token_read(struct ctx *ctx, const struct keyring *ring, struct str text,
    struct license *out)
{
	const struct json *claims;
	struct jws jws;
	const char *why;

	if (!jws_split(text, &jws))
		return "bad_form";
	if ((why = jwt_payload(ctx, ring, &jws, LICENSE_TYP, &claims)) != NULL)
		return why;
	out->kid = json_member(jws_object(ctx, jws.header), "kid");
	return token_claims(claims, out) ? NULL : "bad_payload";
}

/* part_decode - base64 into ctx->mem; false: it is not, or it is empty */
static bool
part_decode(struct ctx *ctx, struct str part, struct str *out)
{
	uint8_t *raw = part.len == 0 ? NULL : arena_get(ctx->mem, part.len);
	size_t n;

	if (raw == NULL || !base64_decode(part.p, part.len, raw, part.len, &n))
		return false;
	*out = (struct str){ (const char *)raw, n };
	return true;
}

/* file_signer - which key for licences has signed the payload; or NULL */
static const struct key *
file_signer(const struct keyring *ring, struct str payload,
    struct str signature)
{
	size_t i;

	if (signature.len != SIGNATURE_SIZE)
		return NULL;
	for (i = 0; i < ring->n; i++)
		if (ring->keys[i].purpose == KEY_LICENSE &&
		    ring->keys[i].state != KEY_RETIRED &&
		    ed25519_verify(ring->keys[i].pub, payload.p, payload.len,
		    (const uint8_t *)signature.p))
			return &ring->keys[i];
	return NULL;
}

static const char *
file_read(struct ctx *ctx, const struct keyring *ring, struct str text,
    struct license *out)
{
	struct str body = str_cut(&text, '.'), payload, signature;
	const struct key *key;
	struct json *value;

	if (!part_decode(ctx, body, &payload) ||
	    !part_decode(ctx, text, &signature))
		return "bad_form";
	if ((key = file_signer(ring, payload, signature)) == NULL)
		return "bad_signature";
	if (json_parse(ctx, payload.p, payload.len, &value) != ERR_OK) {
		fail_clear(ctx);
		return "bad_payload";
	}
	out->kid = key->kid;
	out->token = false;
	return file_claims(value, out) ? NULL : "bad_payload";
}

/* text_trim - without the end of line that editors add */
static struct str
text_trim(struct str text)
{
	while (text.len > 0 && (text.p[text.len - 1] == '\n' ||
	    text.p[text.len - 1] == '\r'))
		text.len--;
	return text;
}

static size_t
dots_count(struct str text)
{
	size_t i, dots = 0;

	for (i = 0; i < text.len; i++)
		dots += text.p[i] == '.';
	return dots;
}

const char *
license_read(struct ctx *ctx, const struct keyring *ring, struct str text,
    struct license *license)
{
	struct license made = { .version = 0 };
	size_t dots;
	const char *why;

	if (text.len > LICENSE_MAX)
		return "too_large";
	text = text_trim(text);
	dots = dots_count(text);
	why = dots == 2 ? token_read(ctx, ring, text, &made) :
	    dots == 1 ? file_read(ctx, ring, text, &made) : "bad_form";
	if (why != NULL)
		return why;
	if (made.facts.starts > made.facts.valid_until ||
	    made.facts.valid_until > made.facts.grace_until)
		return "bad_dates";
	*license = made;
	return NULL;
}

/* ids_sound - is this an array of at most REVOKED_MAX short texts? */
static bool
ids_sound(const struct json *ids)
{
	size_t i, len, n = json_count(ids);

	if (!json_is_array(ids) || n > REVOKED_MAX)
		return false;
	for (i = 0; i < n; i++)
		if (json_text(json_at(ids, i), &len) == NULL || len == 0 ||
		    len > WORD_MAX)
			return false;
	return true;
}

const char *
revocations_read(struct ctx *ctx, const struct keyring *ring, struct str text,
    struct revocations *list)
{
	struct revocations made;
	const struct json *claims;
	const char *why;
	struct jws jws;

	if (text.len > REVOCATIONS_MAX)
		return "too_large";
	if (!jws_split(text_trim(text), &jws))
		return "bad_form";
	if ((why = jwt_payload(ctx, ring, &jws, REVOCATIONS_TYP, &claims)) !=
	    NULL)
		return why;
	if (!json_member_is(claims, "aud", LICENSE_AUDIENCE) ||
	    !json_member_is(claims, "sub", REVOCATIONS_SUBJECT) ||
	    !jws_date(claims, "iat", &made.issued) ||
	    !json_int(json_get(claims, "serial"), &made.serial) ||
	    made.serial < 1 || !ids_sound(json_get(claims, "revoked")))
		return "bad_payload";
	made.ids = json_get(claims, "revoked");
	*list = made;
	return NULL;
}

bool
revocations_hold(const struct revocations *list, const char *id)
{
	size_t i;

	for (i = 0; i < json_count(list->ids); i++)
		if (strcmp(json_text(json_at(list->ids, i), NULL), id) == 0)
			return true;
	return false;
}

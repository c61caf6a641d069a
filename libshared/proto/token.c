/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compact JWS tokens of ours: signs and verifies them.
 *
 * Reasons of a refusal go to the log; all clients get the same answer.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/crypto_sign.h"
#include "libshared/doors/json.h"
#include "libshared/proto/jws.h"
#include "libshared/proto/key.h"
#include "libshared/proto/token.h"

#define SUBJECT_MAX	255
#define AUDIENCES_MAX	8
#define PROVEN_MAX	256	/* signatures that are remembered */

/* unsigned_text - returns "header.payload" of a token that is not signed yet */
static enum err
unsigned_text(struct ctx *ctx, const struct key *key, const char *typ,
    const struct json *claims, const char **text)
{
	struct json *header = json_object(ctx);
	const char *header_text, *claims_text;
	size_t len;
	enum err e;

	json_put_text(header, "alg", key_alg(key->purpose));
	json_put_text(header, "kid", key->kid);
	json_put_text(header, "typ", typ);
	if ((e = json_print(ctx, header, &header_text, &len)) != ERR_OK ||
	    (e = base64url_encode(ctx, header_text, len,
	    &header_text)) != ERR_OK ||
	    (e = json_print(ctx, claims, &claims_text, &len)) != ERR_OK ||
	    (e = base64url_encode(ctx, claims_text, len,
	    &claims_text)) != ERR_OK)
		return e;
	*text = text_printf(ctx->mem, "%s.%s", header_text, claims_text);
	return *text == NULL ? ERR_TOO_LARGE : ERR_OK;
}

static bool
key_sign(const struct key *key, const char *text,
    uint8_t signature[SIGNATURE_SIZE])
{
	if (key->purpose == KEY_SERVER)
		return p256_sign(key->seed, text, strlen(text), signature);
	ed25519_sign(key->seed, text, strlen(text), signature);
	return true;
}

/*
 * proof_name - hashes key, signature and text together: the name of what was
 * verified
 */
static void
proof_name(const struct key *key, struct str text,
    const uint8_t signature[SIGNATURE_SIZE], uint8_t name[SHA256_SIZE])
{
	const uint8_t purpose = (uint8_t)key->purpose;
	struct sha256 *hash = sha256_new();

	sha256_add(hash, &purpose, sizeof(purpose));
	sha256_add(hash, key->pub, sizeof(key->pub));
	sha256_add(hash, signature, SIGNATURE_SIZE);
	sha256_add(hash, text.p, text.len);
	sha256_end(&hash, name);
}

/*
 * key_verify - remembers signatures that were good.  A client sends its token
 * with each request, and verifying a signature takes half of a request's time.
 * A good signature stays good, so only that is remembered; the state of the
 * key, the dates and the session are checked each time.
 */
static bool
key_verify(const struct key *key, struct str text,
    const uint8_t signature[SIGNATURE_SIZE])
{
	static uint8_t proven[PROVEN_MAX][SHA256_SIZE];
	uint8_t name[SHA256_SIZE], *place;

	proof_name(key, text, signature, name);
	place = proven[name[0] % PROVEN_MAX];
	if (secret_equal(place, name, sizeof(name)))
		return true;
	if (key->purpose == KEY_SERVER ?
	    !p256_verify(key->pub, text.p, text.len, signature) :
	    !ed25519_verify(key->pub, text.p, text.len, signature))
		return false;
	memcpy(place, name, sizeof(name));
	return true;
}

enum err
token_sign(struct ctx *ctx, const struct key *key, const char *typ,
    const struct json *claims, const char **token)
{
	return token_sign_as(ctx, key, &(struct token_form){ typ, TOKEN_MAX },
	    claims, token);
}

enum err
token_sign_as(struct ctx *ctx, const struct key *key,
    const struct token_form *form, const struct json *claims,
    const char **token)
{
	uint8_t signature[SIGNATURE_SIZE];
	const char *text, *tail, *out;
	enum err e;

	if (!key->has_seed || key->state == KEY_RETIRED ||
	    !json_is_object(claims))
		return fail(ctx, ERR_INTERNAL, NULL, "key %s cannot sign",
		    key->kid);
	if ((e = unsigned_text(ctx, key, form->typ, claims, &text)) != ERR_OK)
		return e;
	if (!key_sign(key, text, signature))
		return fail(ctx, ERR_INTERNAL, NULL, "signing with %s",
		    key->kid);
	if ((e = base64url_encode(ctx, signature, sizeof(signature),
	    &tail)) != ERR_OK)
		return e;
	if (strlen(text) + 1 + strlen(tail) > form->max)
		return fail(ctx, ERR_INTERNAL, NULL,
		    "a token of more than %zu bytes", form->max);
	out = text_printf(ctx->secrets, "%s.%s", text, tail);
	if (out == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "secrets are full");
	*token = out;
	return ERR_OK;
}

/*
 * header_check - the key decides the algorithm, the header must agree (RFC 8725
 * 3.1)
 */
static const char *
header_check(const struct json *header, const struct token_rule *rule,
    const struct key **key)
{
	const struct keyring *ring = rule->ring;
	const char *kid = json_member(header, "kid");
	const struct key *k;
	size_t i;

	if (json_count(header) != 3)
		return "header_member";
	if (!json_member_is(header, "typ", rule->typ))
		return "wrong_typ";
	if (kid == NULL)
		return "no_kid";
	for (i = 0; i < ring->n; i++)
		if (json_member_is(header, "kid", ring->keys[i].kid))
			break;
	if (i == ring->n)
		return "unknown_kid";
	k = &ring->keys[i];
	if (k->purpose != rule->purpose)
		return "wrong_purpose";
	if (k->state == KEY_PENDING && !k->published)
		return "unknown_kid";
	if (k->state == KEY_RETIRED)
		return "retired_key";
	if (!json_member_is(header, "alg", key_alg(k->purpose)) &&
	    (k->purpose == KEY_SERVER ||
	    !json_member_is(header, "alg", "Ed25519")))	/* RFC 9864 */
		return "wrong_alg";
	*key = k;
	return NULL;
}

/* audience_holds - aud is a string, or an array of strings only */
static bool
audience_holds(const struct json *aud, const char *expected)
{
	const char *text;
	size_t i, len, n;
	bool found = false;

	if (!json_is_array(aud)) {
		text = json_text(aud, &len);
		return text != NULL && str_is((struct str){ text, len },
		    expected);
	}
	if ((n = json_count(aud)) > AUDIENCES_MAX)
		return false;
	for (i = 0; i < n; i++) {
		if ((text = json_text(json_at(aud, i), &len)) == NULL)
			return false;
		found |= str_is((struct str){ text, len }, expected);
	}
	return found;
}

static const char *
claims_check(const struct json *claims, const struct token_rule *rule)
{
	const char *sub;
	int64_t exp, nbf, iat;
	size_t len;

	if (!jws_date(claims, "exp", &exp))
		return "bad_exp";
	if (!jws_date(claims, "nbf", &nbf))
		return "bad_nbf";
	if (json_get(claims, "iat") != NULL &&
	    !jws_date(claims, "iat", &iat))
		return "bad_iat";
	if (rule->now - TOKEN_LEEWAY_S >= exp)
		return "expired";
	if (nbf > rule->now + TOKEN_LEEWAY_S)
		return "not_yet";
	if (!json_member_is(claims, "iss", rule->issuer))
		return "wrong_issuer";
	if (!audience_holds(json_get(claims, "aud"), rule->audience))
		return "wrong_audience";
	sub = json_text(json_get(claims, "sub"), &len);
	if (sub == NULL || len == 0 || len > SUBJECT_MAX)
		return "bad_sub";
	return NULL;
}

/*
 * token_check - returns NULL, or the reason why not; reads the payload only
 * after the signature is verified
 */
static const char *
token_check(struct ctx *ctx, const struct token_rule *rule, struct str token,
    const struct json **claims)
{
	uint8_t signature[SIGNATURE_SIZE];
	const struct json *header, *payload;
	const struct key *key;
	struct jws jws;
	const char *why;
	size_t n;

	if (token.len > TOKEN_MAX)
		return "too_long";
	if (!jws_split(token, &jws))
		return "not_three_parts";
	if ((header = jws_object(ctx, jws.header)) == NULL)
		return "bad_header";
	if ((why = header_check(header, rule, &key)) != NULL)
		return why;
	if (!base64url_decode(jws.signature.p, jws.signature.len,
	    signature, sizeof(signature), &n) || n != sizeof(signature) ||
	    !key_verify(key, jws.signed_text, signature))
		return "bad_signature";
	if ((payload = jws_object(ctx, jws.payload)) == NULL)
		return "bad_payload";
	if ((why = claims_check(payload, rule)) != NULL)
		return why;
	*claims = payload;
	return NULL;
}

enum err
token_verify(struct ctx *ctx, const struct token_rule *rule, struct str token,
    const struct json **claims, const char **why)
{
	const char *reason;

	reason = token_check(ctx, rule, token, claims);
	if (why != NULL)
		*why = reason;
	if (reason == NULL)
		return ERR_OK;
	return fail(ctx, ERR_UNAUTHENTICATED, "invalid_token",
	    "the token is missing, wrong or expired");
}

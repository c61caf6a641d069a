/* SPDX-License-Identifier: Apache-2.0 */
/* Compact JWS that other parties signed: header, signature, claims. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "libshared/doors/crypto_rsa.h"
#include "libshared/doors/crypto_sign.h"
#include "libshared/doors/json.h"
#include "libshared/proto/jose.h"
#include "libshared/proto/jws.h"

#define AUDIENCES_MAX	16
#define LOGOUT_EVENT	"http://schemas.openid.net/event/backchannel-logout"

/*
 * header_check - a header may hold more than ours, but no parameter that
 * changes how the token is read (RFC 8725 3.1, 3.11).  Parameters that name a
 * source of keys (jku, jwk, x5u, x5c) are ignored: keys come from the set only
 */
static const char *
header_check(const struct json *header, const struct jose_rule *rule,
    enum jose_alg *alg)
{
	static const char *const refused[] = { "crit", "b64", "zip", "enc" };
	const char *typ = json_member(header, "typ");
	const char *name = json_member(header, "alg");
	bool logout = rule->kind == JOSE_LOGOUT_TOKEN;
	size_t i;

	for (i = 0; i < nitems(refused); i++)
		if (json_get(header, refused[i]) != NULL)
			return "header_member";
	if (json_get(header, "typ") != NULL && (typ == NULL ||
	    (strcasecmp(typ, "JWT") != 0 && !(logout &&
	    strcasecmp(typ, "logout+jwt") == 0))))
		return "wrong_typ";
	if (name == NULL || !jose_alg_of(name, alg))
		return "wrong_alg";
	if (json_get(header, "kid") != NULL &&
	    json_member(header, "kid") == NULL)
		return "unknown_kid";
	return NULL;
}

static bool
key_verify(const struct jose_key *key, struct str text, struct str signature)
{
	uint8_t raw[RSA_MAX];
	size_t n;

	if (!base64url_decode(signature.p, signature.len, raw, sizeof(raw),
	    &n))
		return false;
	if (key->alg == JOSE_RS256)
		return rsa_verify(&key->rsa, text.p, text.len, raw, n);
	if (n != SIGNATURE_SIZE)
		return false;
	return key->alg == JOSE_ES256 ?
	    p256_verify(key->pub, text.p, text.len, raw) :
	    ed25519_verify(key->pub, text.p, text.len, raw);
}

/*
 * signature_check - tries every key that fits when the header has no kid, or
 * when two keys share it
 */
static const char *
signature_check(const struct jose_rule *rule, const struct jws *jws,
    const char *kid, enum jose_alg alg)
{
	const struct jose_key *key;
	bool known = false, fits = false;
	size_t i;

	for (i = 0; i < rule->set->n; i++) {
		key = &rule->set->keys[i];
		if (kid != NULL && strcmp(key->kid, kid) != 0)
			continue;
		known = true;
		if (key->alg != alg)
			continue;
		fits = true;
		if (key_verify(key, jws->signed_text, jws->signature))
			return NULL;
	}
	if (!known)
		return "unknown_kid";
	return fits ? "bad_signature" : "wrong_alg";
}

/* audience_check - aud contains us; when it holds several, azp must name us */
static const char *
audience_check(const struct json *claims, const char *want)
{
	const struct json *aud = json_get(claims, "aud");
	size_t i, len, n = json_is_array(aud) ? json_count(aud) : 1;
	const char *text;
	bool found = false;

	if (n == 0 || n > AUDIENCES_MAX)
		return "wrong_audience";
	for (i = 0; i < n; i++) {
		text = json_text(json_is_array(aud) ? json_at(aud, i) : aud,
		    &len);
		if (text == NULL)
			return "wrong_audience";
		found |= strcmp(text, want) == 0;
	}
	if (!found)
		return "wrong_audience";
	if (json_get(claims, "azp") == NULL ? n > 1 :
	    !json_member_is(claims, "azp", want))
		return "wrong_azp";
	return NULL;
}

static const char *
dates_check(const struct json *claims, const struct jose_rule *rule)
{
	int64_t exp = 0, nbf, iat;

	if (!jws_date_cut(claims, "iat", &iat))
		return "bad_iat";
	if (json_get(claims, "exp") != NULL ||
	    rule->kind == JOSE_ID_TOKEN) {
		if (!jws_date_cut(claims, "exp", &exp))
			return "bad_exp";
	} else
		exp = iat + JOSE_LOGOUT_S;
	if (rule->now - JOSE_LEEWAY_S >= exp)
		return "expired";
	if (iat > rule->now + JOSE_LEEWAY_S)
		return "not_yet";
	if (json_get(claims, "nbf") == NULL)
		return NULL;
	if (!jws_date_cut(claims, "nbf", &nbf))
		return "bad_nbf";
	return nbf > rule->now + JOSE_LEEWAY_S ? "not_yet" : NULL;
}

static const char *
id_check(const struct json *claims, const struct jose_rule *rule)
{
	const char *nonce = json_member(claims, "nonce");

	if (json_get(claims, "events") != NULL)
		return "wrong_kind";
	if (rule->nonce == NULL || nonce == NULL ||
	    strlen(nonce) != strlen(rule->nonce) ||
	    !secret_equal(nonce, rule->nonce, strlen(nonce)))
		return "wrong_nonce";
	return NULL;
}

/*
 * logout_check - refuses an ID token (it has a nonce) and a token without the
 * logout event
 */
static const char *
logout_check(const struct json *claims)
{
	const struct json *events = json_get(claims, "events");

	if (json_get(claims, "nonce") != NULL ||
	    !json_is_object(json_get(events, LOGOUT_EVENT)))
		return "wrong_kind";
	if (json_member(claims, "jti") == NULL)
		return "bad_jti";
	if (json_member(claims, "sub") == NULL &&
	    json_member(claims, "sid") == NULL)
		return "bad_sub";
	return NULL;
}

/*
 * userinfo_check - iss and aud may be missing, and there is nothing that dates
 * it: it was asked for in this very request (OpenID Connect Core 5.3.2)
 */
static const char *
userinfo_check(const struct json *claims, const struct jose_rule *rule)
{
	if (json_get(claims, "events") != NULL ||
	    json_get(claims, "nonce") != NULL)
		return "wrong_kind";
	if (json_get(claims, "iss") != NULL &&
	    !json_member_is(claims, "iss", rule->issuer))
		return "wrong_issuer";
	return json_get(claims, "aud") == NULL ? NULL :
	    audience_check(claims, rule->audience);
}

static const char *
claims_check(const struct json *claims, const struct jose_rule *rule)
{
	const char *sub = json_member(claims, "sub"), *why;

	if (rule->kind == JOSE_USERINFO)
		return userinfo_check(claims, rule);
	if (!json_member_is(claims, "iss", rule->issuer))
		return "wrong_issuer";
	if ((why = audience_check(claims, rule->audience)) != NULL ||
	    (why = dates_check(claims, rule)) != NULL)
		return why;
	if (json_get(claims, "sub") == NULL ?
	    rule->kind == JOSE_ID_TOKEN : sub == NULL || sub[0] == '\0' ||
	    strlen(sub) > JOSE_SUBJECT_MAX)
		return "bad_sub";
	return rule->kind == JOSE_ID_TOKEN ? id_check(claims, rule) :
	    logout_check(claims);
}

static const char *
token_check(struct ctx *ctx, const struct jose_rule *rule, struct str token,
    const struct json **claims)
{
	const struct json *header, *payload;
	struct jws jws;
	enum jose_alg alg;
	const char *why;

	if (token.len > JOSE_TOKEN_MAX)
		return "too_long";
	if (!jws_split(token, &jws))
		return "not_three_parts";
	if ((header = jws_object(ctx, jws.header)) == NULL)
		return "bad_header";
	if ((why = header_check(header, rule, &alg)) != NULL ||
	    (why = signature_check(rule, &jws, json_member(header, "kid"),
	    alg)) != NULL)
		return why;
	if ((payload = jws_object(ctx, jws.payload)) == NULL)
		return "bad_payload";
	if ((why = claims_check(payload, rule)) != NULL)
		return why;
	*claims = payload;
	return NULL;
}

enum err
jose_verify(struct ctx *ctx, const struct jose_rule *rule, struct str token,
    const struct json **claims, const char **why)
{
	const char *reason = token_check(ctx, rule, token, claims);

	if (why != NULL)
		*why = reason;
	if (reason == NULL)
		return ERR_OK;
	return fail(ctx, ERR_UNAUTHENTICATED, "token_not_valid",
	    "the provider's token is not valid: %s", reason);
}

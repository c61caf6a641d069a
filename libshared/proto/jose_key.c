/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that others publish: reads a JWK set (RFC 7517) into usable keys. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/doors/crypto_rsa.h"
#include "libshared/doors/crypto_sign.h"
#include "libshared/doors/json.h"
#include "libshared/proto/jose.h"

static const char *const alg_names[] = {
	[JOSE_RS256] = "RS256",
	[JOSE_ES256] = "ES256",
	[JOSE_EDDSA] = "EdDSA",
};

const char *
jose_alg_name(enum jose_alg alg)
{
	return alg < JOSE_ALG__MAX ? alg_names[alg] : "";
}

bool
jose_alg_of(const char *name, enum jose_alg *alg)
{
	unsigned i;

	if (strcmp(name, "Ed25519") == 0) {
		*alg = JOSE_EDDSA;
		return true;
	}
	for (i = 0; i < JOSE_ALG__MAX; i++)
		if (strcmp(alg_names[i], name) == 0) {
			*alg = (enum jose_alg)i;
			return true;
		}
	return false;
}

/*
 * is_private - does the key show its private half?  Then anybody can sign with
 * it
 */
static bool
is_private(const struct json *jwk)
{
	static const char *const parts[] = { "d", "p", "q", "dp", "dq", "qi",
	    "oth", "k", "priv" };
	size_t i;

	for (i = 0; i < nitems(parts); i++)
		if (json_get(jwk, parts[i]) != NULL)
			return true;
	return false;
}

/* for_signatures - checks use and key_ops, both of which may be absent */
static bool
for_signatures(const struct json *jwk)
{
	const struct json *ops = json_get(jwk, "key_ops");
	const char *text;
	size_t i, len;

	if (json_get(jwk, "use") != NULL && !json_member_is(jwk, "use", "sig"))
		return false;
	if (ops == NULL)
		return true;
	if (!json_is_array(ops))
		return false;
	for (i = 0; i < json_count(ops); i++)
		if ((text = json_text(json_at(ops, i), &len)) != NULL &&
		    strcmp(text, "verify") == 0)
			return true;
	return false;
}

/* jose_key_part - decodes a base64url member and returns its length, or 0 */
static size_t
jose_key_part(const struct json *jwk, const char *name, uint8_t *out,
    size_t max)
{
	size_t len, n;
	const char *text = json_text(json_get(jwk, name), &len);

	if (text == NULL || !base64url_decode(text, len, out, max, &n))
		return 0;
	return n;
}

static bool
rsa_of(const struct json *jwk, struct jose_key *key)
{
	uint8_t n[RSA_MAX + 1], e[4];
	size_t len = jose_key_part(jwk, "n", n, sizeof(n)), i, skip;

	/* Encoders of signed big numbers put one zero byte in front. */
	skip = len > 0 && n[0] == 0;
	if (len - skip > RSA_MAX || len == 0)
		return false;
	memcpy(key->rsa.n, n + skip, len - skip);
	key->rsa.n_len = len - skip;
	len = jose_key_part(jwk, "e", e, sizeof(e));
	for (i = 0; i < len; i++)
		key->rsa.e = key->rsa.e << 8 | e[i];
	key->alg = JOSE_RS256;
	return rsa_sound(&key->rsa);
}

static bool
ec_of(const struct json *jwk, struct jose_key *key)
{
	key->alg = JOSE_ES256;
	return json_member_is(jwk, "crv", "P-256") &&
	    jose_key_part(jwk, "x", key->pub, 32) == 32 &&
	    jose_key_part(jwk, "y", key->pub + 32, 32) == 32;
}

static bool
okp_of(const struct json *jwk, struct jose_key *key)
{
	key->alg = JOSE_EDDSA;
	return json_member_is(jwk, "crv", "Ed25519") &&
	    jose_key_part(jwk, "x", key->pub, ED25519_PUBLIC) == ED25519_PUBLIC;
}

/* jose_key_usable - can we verify with this key?  Sets its algorithm */
static bool
jose_key_usable(const struct json *jwk, struct jose_key *key)
{
	enum jose_alg alg;
	const char *text, *kid;
	bool good = false;
	size_t len = 0;

	if (!json_is_object(jwk) || is_private(jwk) || !for_signatures(jwk))
		return false;
	if (json_get(jwk, "kid") != NULL) {
		kid = json_text(json_get(jwk, "kid"), &len);
		if (kid == NULL || len == 0 || len > JOSE_KID_MAX)
			return false;
		memcpy(key->kid, kid, len);
	}
	key->kid[len] = '\0';
	if (json_member_is(jwk, "kty", "RSA"))
		good = rsa_of(jwk, key);
	else if (json_member_is(jwk, "kty", "EC"))
		good = ec_of(jwk, key);
	else if (json_member_is(jwk, "kty", "OKP"))
		good = okp_of(jwk, key);
	if (!good || json_get(jwk, "alg") == NULL)
		return good;
	text = json_member(jwk, "alg");
	return text != NULL && jose_alg_of(text, &alg) && alg == key->alg;
}

enum err
jose_set_parse(struct ctx *ctx, const char *text, size_t len,
    struct jose_set *set)
{
	const struct json *list;
	struct jose_set found = { .n = 0 };
	struct json *top;
	size_t i, n, room;

	if (json_parse(ctx, text, len, &top) != ERR_OK) {
		fail_clear(ctx);
		return fail(ctx, ERR_PEER, "bad_keys", "the keys are not JSON");
	}
	list = json_get(top, "keys");
	if (!json_is_array(list))
		return fail(ctx, ERR_PEER, "bad_keys",
		    "the keys are not a list");
	n = json_count(list);
	room = n < JOSE_KEYS_MAX ? n : JOSE_KEYS_MAX;
	found.keys = arena_array(ctx->mem, room + 1, sizeof(*found.keys));
	if (found.keys == NULL)
		return fail(ctx, ERR_PEER, "bad_keys", "too many keys");
	for (i = 0; i < n && found.n < room; i++) {
		memset(&found.keys[found.n], 0, sizeof(*found.keys));
		found.n += jose_key_usable(json_at(list, i),
		    &found.keys[found.n]);
	}
	if (found.n == 0)
		return fail(ctx, ERR_PEER, "bad_keys", "none of the keys is "
		    "for RS256, ES256 or EdDSA");
	*set = found;
	return ERR_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Keys with a purpose: thumbprints, JWKs, and the key ring of a process. */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/crypto_sign.h"
#include "libshared/doors/json.h"
#include "libshared/proto/key.h"

static const struct {
	const char	*name, *alg;
	bool		 is_p256;
} purposes[] = {
	[KEY_ACCESS] = { "access", "EdDSA", false },
	[KEY_SERVER] = { "server", "ES256", true },
	[KEY_LICENSE] = { "license", "EdDSA", false },
	[KEY_AUDIT] = { "audit", "EdDSA", false },
};

static_assert(nitems(purposes) == KEY_PURPOSE__MAX, "purposes");

const char *
key_purpose_name(enum key_purpose purpose)
{
	return purposes[purpose].name;
}

static bool
purpose_of(struct str name, enum key_purpose *purpose)
{
	unsigned i;

	for (i = 0; i < nitems(purposes); i++)
		if (str_is(name, purposes[i].name)) {
			*purpose = (enum key_purpose)i;
			return true;
		}
	return false;
}

bool
key_purpose_of(const char *name, enum key_purpose *purpose)
{
	return purpose_of(str_of(name), purpose);
}

const char *
key_alg(enum key_purpose purpose)
{
	return purposes[purpose].alg;
}

/*
 * key_core - puts the members that identify the key, in lexical order (RFC
 * 7638)
 */
static enum err
key_core(struct ctx *ctx, const struct key *key, struct json *jwk)
{
	const char *x, *y;
	enum err e;

	if ((e = base64url_encode(ctx, key->pub, 32, &x)) != ERR_OK)
		return e;
	if (!purposes[key->purpose].is_p256) {
		json_put_text(jwk, "crv", "Ed25519");
		json_put_text(jwk, "kty", "OKP");
		json_put_text(jwk, "x", x);
		return ERR_OK;
	}
	if ((e = base64url_encode(ctx, key->pub + 32, 32, &y)) != ERR_OK)
		return e;
	json_put_text(jwk, "crv", "P-256");
	json_put_text(jwk, "kty", "EC");
	json_put_text(jwk, "x", x);
	json_put_text(jwk, "y", y);
	return ERR_OK;
}

static enum err
key_name(struct ctx *ctx, struct key *key)
{
	struct json *core = json_object(ctx);
	uint8_t digest[SHA256_SIZE];
	const char *text;
	size_t len;
	enum err e;

	if ((e = key_core(ctx, key, core)) != ERR_OK ||
	    (e = json_print(ctx, core, &text, &len)) != ERR_OK)
		return e;
	sha256_of(text, len, digest);
	if ((e = base64url_encode(ctx, digest, sizeof(digest),
	    &text)) != ERR_OK)
		return e;
	memcpy(key->kid, text, KID_MAX);
	return ERR_OK;
}

/* key_derive - computes the public half and the kid from purpose and seed */
static enum err
key_derive(struct ctx *ctx, struct key *key)
{
	if (!purposes[key->purpose].is_p256)
		ed25519_public(key->seed, key->pub);
	else if (!p256_public(key->seed, key->pub))
		return fail(ctx, ERR_INVALID, "bad_key",
		    "the seed is not a P-256 scalar");
	key->has_seed = true;
	return key_name(ctx, key);
}

enum err
key_generate(struct ctx *ctx, enum key_purpose purpose, struct key *key)
{
	struct key made = { .purpose = purpose, .state = KEY_PENDING };
	enum err e;

	if (!purposes[purpose].is_p256)
		crypto_random(made.seed, sizeof(made.seed));
	else if (!p256_new(made.seed))
		return fail(ctx, ERR_INTERNAL, NULL, "P-256 key generation");
	if ((e = key_derive(ctx, &made)) == ERR_OK)
		*key = made;
	secret_wipe(&made, sizeof(made));
	return e;
}

enum err
key_jwk(struct ctx *ctx, const struct key *key, struct json **jwk)
{
	struct json *out = json_object(ctx);
	enum err e;

	if ((e = key_core(ctx, key, out)) != ERR_OK)
		return e;
	json_put_text(out, "kid", key->kid);
	json_put_text(out, "use", "sig");
	json_put_text(out, "alg", key_alg(key->purpose));
	*jwk = out;
	return ERR_OK;
}

/* member_bytes - decodes a member that holds exactly 32 bytes as base64url */
static bool
member_bytes(const struct json *jwk, const char *name, uint8_t out[32])
{
	const char *text;
	size_t len, n;

	text = json_text(json_get(jwk, name), &len);
	return text != NULL && base64url_decode(text, len, out, 32, &n) &&
	    n == 32;
}

static bool
jwk_fits(const struct json *jwk, enum key_purpose purpose)
{
	static const char *const secret[] = { "d", "p", "q", "dp", "dq", "qi",
	    "oth", "k" };
	const struct json *use = json_get(jwk, "use");
	const struct json *alg = json_get(jwk, "alg");
	bool p256 = purposes[purpose].is_p256;
	unsigned i;

	for (i = 0; i < nitems(secret); i++)
		if (json_get(jwk, secret[i]) != NULL)
			return false;
	return json_is_object(jwk) &&
	    json_member_is(jwk, "kty", p256 ? "EC" : "OKP") &&
	    json_member_is(jwk, "crv", p256 ? "P-256" : "Ed25519") &&
	    (use == NULL || json_member_is(jwk, "use", "sig")) &&
	    (alg == NULL || json_member_is(jwk, "alg", key_alg(purpose)) ||
	    (!p256 && json_member_is(jwk, "alg", "Ed25519")));
}

enum err
key_of_jwk(struct ctx *ctx, const struct json *jwk, enum key_purpose purpose,
    struct key *key)
{
	struct key made = { .purpose = purpose, .state = KEY_PENDING };
	enum err e;

	if (!jwk_fits(jwk, purpose) || !member_bytes(jwk, "x", made.pub) ||
	    (purposes[purpose].is_p256 &&
	    !member_bytes(jwk, "y", made.pub + 32)))
		return fail(ctx, ERR_INVALID, "bad_key",
		    "this is not a public JWK for purpose %s",
		    key_purpose_name(purpose));
	if ((e = key_name(ctx, &made)) != ERR_OK)
		return e;
	if (!json_member_is(jwk, "kid", made.kid))
		return fail(ctx, ERR_INVALID, "bad_key",
		    "kid is not the thumbprint of the key");
	*key = made;
	return ERR_OK;
}

enum err
key_of_bytes(struct ctx *ctx, const uint8_t pub[ED25519_PUBLIC],
    enum key_purpose purpose, struct key *key)
{
	struct key made = { .purpose = purpose, .state = KEY_PENDING };
	enum err e;

	memcpy(made.pub, pub, ED25519_PUBLIC);
	if ((e = key_name(ctx, &made)) == ERR_OK)
		*key = made;
	return e;
}

static struct key *
ring_find(struct keyring *ring, const char *kid)
{
	size_t i;

	for (i = 0; i < ring->n; i++)
		if (strcmp(ring->keys[i].kid, kid) == 0)
			return &ring->keys[i];
	return NULL;
}

/*
 * ring_place - returns the entry of this key in the ring, a new one if needed;
 * the caller may change *out
 */
static enum err
ring_place(struct ctx *ctx, struct keyring *ring, const struct key *key,
    struct key **out)
{
	struct key *known = ring_find(ring, key->kid);

	if (known == NULL && ring->n == KEYS_MAX)
		return fail(ctx, ERR_INVALID, "too_many_keys",
		    "more than %d keys", KEYS_MAX);
	if (known != NULL && known->purpose != key->purpose)
		return fail(ctx, ERR_INVALID, "bad_key",
		    "key %s has two purposes, %s and %s", key->kid,
		    key_purpose_name(known->purpose),
		    key_purpose_name(key->purpose));
	if (known == NULL) {
		known = &ring->keys[ring->n++];
		*known = *key;
	}
	*out = known;
	return ERR_OK;
}

static enum err
seed_line(struct ctx *ctx, struct keyring *ring, struct str line, int number)
{
	struct key made = { .state = KEY_PENDING }, *place;
	struct str purpose = str_cut(&line, ' '), kid = str_cut(&line, ' ');
	size_t n = 0;
	enum err e;

	if (!purpose_of(purpose, &made.purpose) ||
	    !base64url_decode(line.p, line.len, made.seed, SEED_SIZE, &n) ||
	    n != SEED_SIZE) {
		secret_wipe(&made, sizeof(made));
		return fail(ctx, ERR_INVALID, "bad_key",
		    "signing.keys line %d is not `purpose kid seed`", number);
	}
	if ((e = key_derive(ctx, &made)) != ERR_OK)
		;
	else if (!str_is(kid, made.kid))
		e = fail(ctx, ERR_INVALID, "bad_key",
		    "signing.keys line %d: kid is not that of its seed",
		    number);
	else if ((e = ring_place(ctx, ring, &made, &place)) == ERR_OK) {
		memcpy(place->seed, made.seed, SEED_SIZE);
		place->has_seed = true;
	}
	secret_wipe(&made, sizeof(made));
	return e;
}

enum err
keyring_add_seeds(struct ctx *ctx, struct keyring *ring, const char *text)
{
	struct str rest = str_of(text), line;
	int number;
	enum err e;

	for (number = 1; rest.len > 0; number++) {
		line = str_cut(&rest, '\n');
		if (line.len == 0 || line.p[0] == '#')
			continue;
		if ((e = seed_line(ctx, ring, line, number)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
keyring_add_public(struct ctx *ctx, struct keyring *ring,
    const char *jwk_text, enum key_purpose purpose, enum key_state state)
{
	struct key made, *place;
	struct json *jwk;
	enum err e;

	if ((e = json_parse(ctx, jwk_text, strlen(jwk_text),
	    &jwk)) != ERR_OK ||
	    (e = key_of_jwk(ctx, jwk, purpose, &made)) != ERR_OK ||
	    (e = ring_place(ctx, ring, &made, &place)) != ERR_OK)
		return e;
	place->state = state;
	place->published = true;
	return ERR_OK;
}

const struct key *
keyring_signer(const struct keyring *ring, enum key_purpose purpose)
{
	const struct key *key;

	for (key = ring->keys; key < ring->keys + ring->n; key++)
		if (key->purpose == purpose && key->state == KEY_ACTIVE &&
		    key->has_seed)
			return key;
	return NULL;
}

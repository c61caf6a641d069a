/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input "T" token: unchanged.  Input "S" or "E", header, newline, payload:
 * signed with the access or the server key, so that the search gets past the
 * signature.  An accepted token has all properties that token.h names.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/crypto_sign.h"
#include "libshared/doors/json.h"
#include "libshared/proto/key.h"
#include "libshared/proto/token.h"

#define NOW	1700000000
#define ISSUER	"https://cameleer.example"
#define AUDIENCE	"cameleer"

/*
 * Made from the seeds 0, 1, 2 … and 1, 2, 3 …; the corpus contains their kids.
 */
static const char seeds[] =
    "access 1IG2tMH7J2wbJZnOf8LJzQitKf7LMvoAElsuDMVM54Y "
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"
    "server 6UoWwDCkLjV0J-pQG8c0THxbVhBcpR0AZDift1Yl5DM "
    "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA\n";

static struct keyring ring;

static void
ring_fill(struct ctx *ctx)
{
	const char *text;
	struct json *jwk;
	size_t i;

	must(crypto_init() == 0);
	must(keyring_add_seeds(ctx, &ring, seeds) == ERR_OK);
	for (i = 0; i < ring.n; i++) {
		must(key_jwk(ctx, &ring.keys[i], &jwk) == ERR_OK);
		must(json_print(ctx, jwk, &text, NULL) == ERR_OK);
		must(keyring_add_public(ctx, &ring, text,
		    ring.keys[i].purpose, KEY_ACTIVE) == ERR_OK);
	}
}

/* header.payload.signature in ctx->mem; NULL without a newline. */
static const char *
sign(struct ctx *ctx, const struct key *key, struct str input)
{
	struct str header = str_cut(&input, '\n');
	uint8_t signature[SIGNATURE_SIZE];
	const char *h, *p, *s, *text;

	if (base64url_encode(ctx, header.p, header.len, &h) != ERR_OK ||
	    base64url_encode(ctx, input.p, input.len, &p) != ERR_OK ||
	    (text = text_printf(ctx->mem, "%s.%s", h, p)) == NULL)
		return NULL;
	if (key->purpose == KEY_SERVER)
		must(p256_sign(key->seed, text, strlen(text), signature));
	else
		ed25519_sign(key->seed, text, strlen(text), signature);
	must(base64url_encode(ctx, signature, sizeof(signature), &s) ==
	    ERR_OK);
	return text_printf(ctx->mem, "%s.%s", text, s);
}

static bool
claim_is(const struct json *claims, const char *name, const char *value)
{
	const char *text = json_member(claims, name);

	return text != NULL && strcmp(text, value) == 0;
}

static void
check(struct ctx *ctx, const struct token_rule *rule, struct str token)
{
	const struct json *claims = NULL;
	const char *why = NULL, *sub;
	int64_t exp, nbf;
	enum err e;

	e = token_verify(ctx, rule, token, &claims, &why);
	if (e != ERR_OK) {
		must(e == ERR_UNAUTHENTICATED && why != NULL);
		must(claims == NULL && ctx->fault.err == e);
		must(strcmp(ctx->fault.code, "invalid_token") == 0);
		return;
	}
	must(why == NULL && ctx->fault.err == ERR_OK);
	must(token.len <= TOKEN_MAX);
	must(json_int(json_get(claims, "exp"), &exp) &&
	    exp > NOW - TOKEN_LEEWAY_S);
	must(json_int(json_get(claims, "nbf"), &nbf) &&
	    nbf <= NOW + TOKEN_LEEWAY_S);
	must(claim_is(claims, "iss", ISSUER));
	must(claim_is(claims, "aud", AUDIENCE) ||
	    json_is_array(json_get(claims, "aud")));
	sub = json_member(claims, "sub");
	must(sub != NULL && sub[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct token_rule rule = { &ring, KEY_ACCESS, "at+jwt", ISSUER,
	    AUDIENCE, NOW };
	struct ctx *ctx = ctx_new(4 << 20);
	struct str input = { (const char *)data, size };
	const char *token;

	if (ring.n == 0)
		ring_fill(ctx);
	if (size > 0) {
		input.p++;
		input.len--;
		if (data[0] == 'E')
			rule.purpose = KEY_SERVER;
		if (data[0] == 'T')
			check(ctx, &rule, input);
		else if ((token = sign(ctx, &ring.keys[data[0] == 'E'],
		    input)) != NULL)
			check(ctx, &rule, str_of(token));
	}
	ctx_free(&ctx);
	return 0;
}

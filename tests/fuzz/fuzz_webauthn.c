/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input "R" client data, newline, attestation object; or "A" client data,
 * newline, 2 bytes of length, authenticator data, signature: for the key with
 * the seed 0, 1, 2 … or, as "S", signed with it here, so that the search gets
 * past the signature.  An accepted input has all properties that webauthn.h
 * names.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/crypto_sign.h"
#include "libshared/doors/json.h"
#include "libshared/proto/webauthn.h"

#define ORIGIN		"https://localhost:18443"
#define RP_ID		"localhost"
#define CHALLENGE	"GvZ1RyBHgYzdVd5iAFBwOp7Cmb3hLxOqPqBJ6m8HAkY"
#define COUNT		7	/* of signatures so far */

static const struct webauthn_rule rule = { ORIGIN, RP_ID, CHALLENGE };

static bool
claim_is(const struct json *data, const char *name, const char *value)
{
	const char *text = json_member(data, name);

	return text != NULL && strcmp(text, value) == 0;
}

static void
client_data_kept(struct ctx *ctx, struct str text, const char *type)
{
	struct json *data;

	must(ctx->fault.err == ERR_OK);
	must(json_parse(ctx, text.p, text.len, &data) == ERR_OK);
	must(claim_is(data, "type", type));
	must(claim_is(data, "origin", ORIGIN));
	must(claim_is(data, "challenge", CHALLENGE));
}

/* An accepted proof must also be one that this credential can give. */
static void
registered(struct ctx *ctx, struct str client_data, struct str object)
{
	struct webauthn_credential made;
	const char *why;

	memset(&made, 0x55, sizeof(made));
	why = webauthn_register(ctx, &rule, client_data, object, &made);
	if (why != NULL) {
		must(made.id_len == (size_t)0x5555555555555555);
		must(ctx->fault.err == ERR_OK);
		return;
	}
	client_data_kept(ctx, client_data, "webauthn.create");
	must(made.id_len > 0 && made.id_len <= WEBAUTHN_ID_MAX);
	must((made.alg == WEBAUTHN_ES256 && made.key_len == P256_PUBLIC) ||
	    (made.alg == WEBAUTHN_EDDSA && made.key_len == ED25519_PUBLIC) ||
	    (made.alg == WEBAUTHN_RS256 && made.key_len == WEBAUTHN_KEY_MAX));
	must(made.backup_eligible || !made.backed_up);
	must(object.len <= WEBAUTHN_OBJECT_MAX);
}

static struct str
sign(struct ctx *ctx, const uint8_t *seed, const struct webauthn_proof *proof,
    uint8_t *signature)
{
	uint8_t hash[SHA256_SIZE];
	struct buf text;

	sha256_of(proof->client_data.p, proof->client_data.len, hash);
	buf_init(&text, ctx->mem, 1 << 20);
	buf_put(&text, proof->auth_data.p, proof->auth_data.len);
	buf_put(&text, hash, sizeof(hash));
	ed25519_sign(seed, text.p, text.len, signature);
	return (struct str){ (char *)signature, SIGNATURE_SIZE };
}

static void
asserted(struct ctx *ctx, char kind, struct webauthn_proof *proof)
{
	struct webauthn_credential made = { .alg = WEBAUTHN_EDDSA,
	    .key_len = ED25519_PUBLIC, .count = COUNT, .id_len = 1 };
	uint8_t seed[SEED_SIZE], signature[SIGNATURE_SIZE];
	const char *why;
	size_t i;

	for (i = 0; i < sizeof(seed); i++)
		seed[i] = (uint8_t)i;
	ed25519_public(seed, made.key);
	if (kind == 'S')
		proof->signature = sign(ctx, seed, proof, signature);
	why = webauthn_assert(ctx, &rule, proof, &made);
	if (why != NULL) {
		must(made.count == COUNT && !made.backed_up);
		must(ctx->fault.err == ERR_OK);
		return;
	}
	client_data_kept(ctx, proof->client_data, "webauthn.get");
	must(made.count > COUNT);
	must(!made.backed_up);
	must((proof->auth_data.p[32] & 0x45) == 0x05);
	must(ed25519_verify(made.key, "", 0,
	    (const uint8_t *)proof->signature.p) == false);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, size };
	struct webauthn_proof proof;
	struct ctx *ctx;
	size_t len;

	if (size == 0 || crypto_init() != 0)
		return 0;
	ctx = ctx_new(4 << 20);
	rest.p++;
	rest.len--;
	proof.client_data = str_cut(&rest, '\n');
	if (data[0] == 'R')
		registered(ctx, proof.client_data, rest);
	else if (rest.len >= 2) {
		len = (size_t)((uint8_t)rest.p[0] << 8 | (uint8_t)rest.p[1]);
		rest.p += 2;
		rest.len -= 2;
		if (len > rest.len)
			len = rest.len;
		proof.auth_data = (struct str){ rest.p, len };
		proof.signature = (struct str){ rest.p + len, rest.len - len };
		asserted(ctx, (char)data[0], &proof);
	}
	ctx_free(&ctx);
	return 0;
}

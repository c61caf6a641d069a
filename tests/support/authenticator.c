/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "libshared/base/arena.h"
#include "libshared/doors/crypto.h"
#include "tests/support/authenticator.h"

#define BYTES_MAX	16384

struct ctx *ctx;
struct authenticator authenticators[AUTHENTICATORS];
const struct webauthn_rule rule = { ORIGIN, RP_ID, CHALLENGE };

int
authenticator_group_setup(void **state)
{
	static const int64_t algs[AUTHENTICATORS] = { WEBAUTHN_ES256,
	    WEBAUTHN_EDDSA, WEBAUTHN_RS256, WEBAUTHN_ES256 };
	EVP_PKEY *key;
	size_t i;

	(void)state;
	if (crypto_init() != 0)
		return -1;
	for (i = 0; i < AUTHENTICATORS; i++) {
		key = algs[i] == WEBAUTHN_ES256 ? EVP_EC_gen("P-256") :
		    algs[i] == WEBAUTHN_EDDSA ?
		    EVP_PKEY_Q_keygen(NULL, NULL, "ED25519") :
		    EVP_RSA_gen(2048);
		if (key == NULL)
			return -1;
		authenticators[i] = (struct authenticator){ algs[i], key };
	}
	return 0;
}

int
authenticator_group_teardown(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < AUTHENTICATORS; i++)
		EVP_PKEY_free(authenticators[i].key);
	return 0;
}

int
authenticator_setup(void **state)
{
	(void)state;
	ctx = ctx_new(16 << 20);
	return 0;
}

int
authenticator_teardown(void **state)
{
	(void)state;
	ctx_free(&ctx);
	return 0;
}

struct said
authentic(const char *type)
{
	return (struct said){ .type = type, .challenge = CHALLENGE,
	    .origin = ORIGIN, .more = "", .rp_id = RP_ID, .flags = UP_UV,
	    .count = 1, .format = "none", .id = STR("credential-1"),
	    .extensions = { NULL, 0 } };
}

struct str
client_data_of(const struct said *said)
{
	const char *text = text_printf(ctx->mem, "{\"type\":\"%s\","
	    "\"challenge\":\"%s\",\"origin\":\"%s\"%s}", said->type,
	    said->challenge, said->origin, said->more);

	assert_non_null(text);
	return str_of(text);
}

static struct str
taken(const struct buf *buf)
{
	assert_false(buf->full);
	return (struct str){ buf->p, buf->len };
}

struct str
joined(struct str a, struct str b)
{
	struct buf out;

	buf_init(&out, ctx->mem, BYTES_MAX);
	buf_put(&out, a.p, a.len);
	buf_put(&out, b.p, b.len);
	return taken(&out);
}

struct str
flipped(struct str s, size_t i, uint8_t bits)
{
	char *copy = arena_text(ctx->mem, s.p, s.len);

	assert_non_null(copy);
	copy[i] = (char)(copy[i] ^ bits);
	return (struct str){ copy, s.len };
}

static void
put(struct buf *out, uint64_t number, int n)
{
	char byte;

	while (n-- > 0) {
		byte = (char)(number >> (8 * n));
		buf_put(out, &byte, 1);
	}
}

static void
put_head(struct buf *out, unsigned major, size_t number)
{
	if (number < 24)
		put(out, major << 5 | number, 1);
	else if (number < 256)
		put(out, (major << 5 | 24) << 8 | number, 2);
	else
		put(out, (major << 5 | 25) << 16 | number, 3);
}

static void
put_text(struct buf *out, const char *text)
{
	put_head(out, 3, strlen(text));
	buf_text(out, text);
}

static void
put_bytes(struct buf *out, const void *data, size_t len)
{
	put_head(out, 2, len);
	buf_put(out, data, len);
}

static void
put_param(struct buf *out, EVP_PKEY *key, const char *name, int size)
{
	unsigned char bytes[256];
	BIGNUM *number = NULL;

	assert_true(EVP_PKEY_get_bn_param(key, name, &number));
	assert_int_equal(BN_bn2binpad(number, bytes, size), size);
	put_bytes(out, bytes, (size_t)size);
	BN_free(number);
}

/* RFC 9052 7, RFC 9053 2 and 7: {1: kty, 3: alg, -1: crv, …} */
struct str
cose_key_of(const struct authenticator *authenticator)
{
	EVP_PKEY *key = authenticator->key;
	unsigned char pub[32];
	size_t len = sizeof(pub);
	struct buf out;

	buf_init(&out, ctx->mem, BYTES_MAX);
	if (authenticator->alg == WEBAUTHN_ES256) {
		buf_put(&out, "\xa5\x01\x02\x03\x26\x20\x01\x21", 8);
		put_param(&out, key, OSSL_PKEY_PARAM_EC_PUB_X, 32);
		put(&out, 0x22, 1);
		put_param(&out, key, OSSL_PKEY_PARAM_EC_PUB_Y, 32);
	} else if (authenticator->alg == WEBAUTHN_EDDSA) {
		assert_true(EVP_PKEY_get_raw_public_key(key, pub, &len));
		buf_put(&out, "\xa4\x01\x01\x03\x27\x20\x06\x21", 8);
		put_bytes(&out, pub, len);
	} else {
		buf_put(&out, "\xa4\x01\x03\x03\x39\x01\x00\x20", 8);
		put_param(&out, key, OSSL_PKEY_PARAM_RSA_N, 256);
		put(&out, 0x21, 1);
		put_param(&out, key, OSSL_PKEY_PARAM_RSA_E, 3);
	}
	return taken(&out);
}

struct str
auth_data_of(const struct said *said,
    const struct authenticator *authenticator)
{
	uint8_t hash[SHA256_SIZE];
	struct str key;
	struct buf out;

	sha256_of(said->rp_id, strlen(said->rp_id), hash);
	buf_init(&out, ctx->mem, BYTES_MAX);
	buf_put(&out, hash, sizeof(hash));
	put(&out, said->flags | (authenticator != NULL ? 0x40 : 0) |
	    (said->extensions.len > 0 ? 0x80 : 0), 1);
	put(&out, said->count, 4);
	if (authenticator != NULL) {
		key = cose_key_of(authenticator);
		buf_put(&out, "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17", 16);
		put(&out, said->id.len, 2);
		buf_put(&out, said->id.p, said->id.len);
		buf_put(&out, key.p, key.len);
	}
	buf_put(&out, said->extensions.p, said->extensions.len);
	return taken(&out);
}

struct str
signature_of(const struct authenticator *authenticator, struct str auth_data,
    struct str client_data)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	unsigned char out[512];
	uint8_t hash[SHA256_SIZE];
	size_t len = sizeof(out);
	struct str text;
	char *copy;

	sha256_of(client_data.p, client_data.len, hash);
	text = joined(auth_data, (struct str){ (char *)hash, sizeof(hash) });
	assert_true(EVP_DigestSignInit(md, NULL,
	    authenticator->alg == WEBAUTHN_EDDSA ? NULL : EVP_sha256(), NULL,
	    authenticator->key));
	assert_true(EVP_DigestSign(md, out, &len,
	    (const unsigned char *)text.p, text.len));
	EVP_MD_CTX_free(md);
	copy = arena_text(ctx->mem, (char *)out, len);
	assert_non_null(copy);
	return (struct str){ copy, len };
}

struct str
statement_of(const struct authenticator *authenticator, struct str auth_data,
    struct str client_data)
{
	struct str signature = signature_of(authenticator, auth_data,
	    client_data);
	struct buf out;

	buf_init(&out, ctx->mem, BYTES_MAX);
	put_head(&out, 5, 2);
	put_text(&out, "alg");
	put_head(&out, 1, (size_t)(-1 - authenticator->alg));
	put_text(&out, "sig");
	put_bytes(&out, signature.p, signature.len);
	return taken(&out);
}

struct str
object_of(const char *format, struct str statement, struct str auth_data)
{
	struct buf out;

	buf_init(&out, ctx->mem, BYTES_MAX);
	put_head(&out, 5, 3);
	put_text(&out, "fmt");
	put_text(&out, format);
	put_text(&out, "attStmt");
	buf_put(&out, statement.p, statement.len);
	put_text(&out, "authData");
	put_bytes(&out, auth_data.p, auth_data.len);
	return taken(&out);
}

struct str
attestation_of(const struct said *said,
    const struct authenticator *authenticator)
{
	struct str auth_data = auth_data_of(said, authenticator);
	struct str statement = STR("\xa0");

	if (strcmp(said->format, "none") != 0)
		statement = statement_of(authenticator, auth_data,
		    client_data_of(said));
	return object_of(said->format, statement, auth_data);
}

struct webauthn_proof
proof_of(const struct said *said, const struct authenticator *authenticator)
{
	struct webauthn_proof proof = { client_data_of(said),
	    auth_data_of(said, NULL), { NULL, 0 } };

	proof.signature = signature_of(authenticator, proof.auth_data,
	    proof.client_data);
	return proof;
}

void
enrolled(const struct authenticator *authenticator,
    struct webauthn_credential *credential)
{
	struct said said = authentic("webauthn.create");
	const char *why = webauthn_register(ctx, &rule,
	    client_data_of(&said), attestation_of(&said, authenticator),
	    credential);

	if (why != NULL)
		fail_msg("not registered: %s", why);
}

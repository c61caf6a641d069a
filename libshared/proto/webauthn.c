/* SPDX-License-Identifier: Apache-2.0 */
/* Registration and assertion: W3C Web Authentication Level 2, 7.1 and 7.2. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>

#include "libshared/base/cbor.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/crypto_sign.h"
#include "libshared/doors/json.h"
#include "libshared/proto/webauthn.h"

/*
 * Authenticator data (6.1): rpIdHash, flags, counter, and what the flags
 * announce.
 */
#define HEAD_SIZE	37
#define AAGUID_SIZE	16
#define FLAG_PRESENT	0x01
#define FLAG_VERIFIED	0x04
#define FLAG_BACKUP_ELIGIBLE	0x08
#define FLAG_BACKED_UP	0x10
#define FLAG_ATTESTED	0x40
#define FLAG_EXTENSIONS	0x80

#define COSE_ALG	3	/* label of the algorithm (RFC 9052 7.1) */

struct auth_data {
	struct str	 raw;
	const uint8_t	*rp_hash, *aaguid;
	uint8_t		 flags;
	uint32_t	 count;
	struct str	 id;
	struct cbor	 key;
};

static bool
member_is(const struct json *object, const char *name, const char *expected)
{
	size_t len;
	const char *text = json_text(json_get(object, name), &len);

	return text != NULL && len == strlen(expected) &&
	    secret_equal(text, expected, len);
}

/*
 * client_check - checks the client data, which the browser makes (7.1 steps
 * 5..10, 7.2 steps 9..13)
 */
static const char *
client_check(struct ctx *ctx, const struct webauthn_rule *rule,
    const char *type, struct str text)
{
	struct json *data;
	bool crossed;

	if (text.len > WEBAUTHN_CLIENT_MAX)
		return "client_data_size";
	if (json_parse(ctx, text.p, text.len, &data) != ERR_OK) {
		fail_clear(ctx);
		return "client_data_form";
	}
	if (!json_is_object(data))
		return "client_data_form";
	if (!member_is(data, "type", type))
		return "type";
	if (!member_is(data, "challenge", rule->challenge))
		return "challenge";
	if (!member_is(data, "origin", rule->origin))
		return "origin";
	if (json_get(data, "topOrigin") != NULL ||
	    (json_get(data, "crossOrigin") != NULL &&
	    (!json_bool(json_get(data, "crossOrigin"), &crossed) || crossed)))
		return "cross_origin";
	return NULL;
}

static struct str
webauthn_cut(struct str *rest, size_t n)
{
	struct str front = { rest->p, n };

	rest->p += n;
	rest->len -= n;
	return front;
}

static uint32_t
number_of(struct str bytes)
{
	uint32_t number = 0;
	size_t i;

	for (i = 0; i < bytes.len; i++)
		number = number << 8 | (uint8_t)bytes.p[i];
	return number;
}

/* attested_read - reads the attested credential data (6.5.1) */
static const char *
attested_read(struct str *rest, struct auth_data *data)
{
	size_t len;

	if (rest->len < AAGUID_SIZE + 2)
		return "auth_data_short";
	data->aaguid = (const uint8_t *)webauthn_cut(rest, AAGUID_SIZE).p;
	len = number_of(webauthn_cut(rest, 2));
	if (len == 0 || len > WEBAUTHN_ID_MAX)
		return "credential_id";
	if (rest->len < len)
		return "auth_data_short";
	data->id = webauthn_cut(rest, len);
	if (!cbor_take(rest, &data->key) || data->key.kind != CBOR_MAP)
		return "key_form";
	return NULL;
}

static const char *
auth_data_read(struct str raw, bool attested, struct auth_data *data)
{
	struct str rest = raw;
	struct cbor extensions;
	const char *why;

	if (raw.len < HEAD_SIZE)
		return "auth_data_short";
	data->raw = raw;
	data->rp_hash = (const uint8_t *)webauthn_cut(&rest, SHA256_SIZE).p;
	data->flags = (uint8_t)webauthn_cut(&rest, 1).p[0];
	data->count = number_of(webauthn_cut(&rest, 4));
	if (((data->flags & FLAG_ATTESTED) != 0) != attested)
		return "attested_data";
	if (attested && (why = attested_read(&rest, data)) != NULL)
		return why;
	if ((data->flags & FLAG_EXTENSIONS) != 0 &&
	    (!cbor_take(&rest, &extensions) || extensions.kind != CBOR_MAP))
		return "extensions_form";
	return rest.len == 0 ? NULL : "auth_data_trailing";
}

/* auth_data_check - 7.1 steps 13..15, 7.2 steps 15..17 */
static const char *
auth_data_check(const struct webauthn_rule *rule, const struct auth_data *data)
{
	uint8_t hash[SHA256_SIZE];

	sha256_of(rule->rp_id, strlen(rule->rp_id), hash);
	if (!secret_equal(data->rp_hash, hash, sizeof(hash)))
		return "rp_id";
	if ((data->flags & FLAG_PRESENT) == 0)
		return "user_not_present";
	if ((data->flags & FLAG_VERIFIED) == 0)
		return "user_not_verified";
	if ((data->flags & FLAG_BACKED_UP) != 0 &&
	    (data->flags & FLAG_BACKUP_ELIGIBLE) == 0)
		return "backup_flags";
	return NULL;
}

/* A public key as libfido2 holds it, one pointer for each type. */
struct key {
	int		 alg;
	es256_pk_t	*es256;
	eddsa_pk_t	*eddsa;
	rs256_pk_t	*rs256;
};

static void
key_free(struct key *key)
{
	es256_pk_free(&key->es256);
	eddsa_pk_free(&key->eddsa);
	rs256_pk_free(&key->rs256);
}

/*
 * key_load - returns the key for libfido2, or NULL when the bytes are not a key
 * of this type
 */
static const void *
key_load(const struct webauthn_credential *credential, struct key *key)
{
	const uint8_t *p = credential->key;
	size_t len = credential->key_len;

	*key = (struct key){ .alg = (int)credential->alg };
	switch (credential->alg) {
	case WEBAUTHN_ES256:
		key->es256 = es256_pk_new();
		return len == P256_PUBLIC && key->es256 != NULL &&
		    es256_pk_from_ptr(key->es256, p, len) == FIDO_OK ?
		    key->es256 : NULL;
	case WEBAUTHN_EDDSA:
		key->eddsa = eddsa_pk_new();
		return len == ED25519_PUBLIC && key->eddsa != NULL &&
		    eddsa_pk_from_ptr(key->eddsa, p, len) == FIDO_OK ?
		    key->eddsa : NULL;
	case WEBAUTHN_RS256:
		key->rs256 = rs256_pk_new();
		return len == WEBAUTHN_KEY_MAX && key->rs256 != NULL &&
		    rs256_pk_from_ptr(key->rs256, p, len) == FIDO_OK ?
		    key->rs256 : NULL;
	default:
		return NULL;
	}
}

static bool
key_good(const struct webauthn_credential *credential)
{
	struct key key;
	bool good = key_load(credential, &key) != NULL;

	key_free(&key);
	return good;
}

/*
 * cred_fill - hands libfido2 the key and, for packed attestation, the signature
 */
static const char *
cred_fill(fido_cred_t *cred, const struct auth_data *data,
    const struct cbor *statement, struct webauthn_credential *out)
{
	const uint8_t *p = (const uint8_t *)data->raw.p;
	bool packed = statement->number > 0;

	if (fido_cred_set_fmt(cred, packed ? "packed" : "none") != FIDO_OK ||
	    fido_cred_set_authdata_raw(cred, p, data->raw.len) != FIDO_OK ||
	    fido_cred_pubkey_len(cred) > sizeof(out->key) ||
	    fido_cred_pubkey_len(cred) == 0)
		return "key_form";
	out->key_len = fido_cred_pubkey_len(cred);
	memcpy(out->key, fido_cred_pubkey_ptr(cred), out->key_len);
	if (!key_good(out))
		return "key_value";
	if (packed && (fido_cred_set_attstmt(cred,
	    (const uint8_t *)statement->whole.p, statement->whole.len) !=
	    FIDO_OK || fido_cred_verify_self(cred) != FIDO_OK))
		return "attestation";
	return NULL;
}

static const char *
cred_read(const struct webauthn_rule *rule, const uint8_t *client_hash,
    const struct auth_data *data, const struct cbor *statement,
    struct webauthn_credential *out)
{
	fido_cred_t *cred = fido_cred_new();
	const char *why = "algorithm";

	if (cred == NULL)
		abort();
	if (cbor_label(&data->key, COSE_ALG, &out->alg) &&
	    (out->alg == WEBAUTHN_ES256 || out->alg == WEBAUTHN_EDDSA ||
	    out->alg == WEBAUTHN_RS256) &&
	    fido_cred_set_type(cred, (int)out->alg) == FIDO_OK &&
	    fido_cred_set_rp(cred, rule->rp_id, NULL) == FIDO_OK &&
	    fido_cred_set_uv(cred, FIDO_OPT_TRUE) == FIDO_OK &&
	    fido_cred_set_clientdata_hash(cred, client_hash, SHA256_SIZE) ==
	    FIDO_OK)
		why = cred_fill(cred, data, statement, out);
	fido_cred_free(&cred);
	return why;
}

/*
 * object_read - reads the attestation object (6.5.4): no attestation, or that
 * of the credential's own key
 */
static const char *
object_read(struct str object, struct auth_data *data, struct cbor *statement)
{
	struct cbor top, format, raw, other;
	bool none;

	if (object.len > WEBAUTHN_OBJECT_MAX)
		return "attestation_size";
	if (!cbor_take(&object, &top) || !cbor_member(&top, "fmt", CBOR_TEXT,
	    &format) || !cbor_member(&top, "attStmt", CBOR_MAP, statement) ||
	    !cbor_member(&top, "authData", CBOR_BYTES, &raw) ||
	    top.number != 3)
		return "attestation_form";
	if (object.len != 0)
		return "attestation_trailing";
	none = str_is(format.content, "none");
	if (!none && !str_is(format.content, "packed"))
		return "attestation";
	if (none != (statement->number == 0) ||
	    cbor_member(statement, "x5c", CBOR_ARRAY, &other))
		return "attestation";
	return auth_data_read(raw.content, true, data);
}

const char *
webauthn_register(struct ctx *ctx, const struct webauthn_rule *rule,
    struct str client_data, struct str attestation,
    struct webauthn_credential *credential)
{
	struct webauthn_credential made = { 0 };
	uint8_t client_hash[SHA256_SIZE];
	struct auth_data data;
	struct cbor statement;
	const char *why;

	if ((why = client_check(ctx, rule, "webauthn.create",
	    client_data)) != NULL ||
	    (why = object_read(attestation, &data, &statement)) != NULL ||
	    (why = auth_data_check(rule, &data)) != NULL)
		return why;
	sha256_of(client_data.p, client_data.len, client_hash);
	if ((why = cred_read(rule, client_hash, &data, &statement, &made)) !=
	    NULL)
		return why;
	made.id_len = data.id.len;
	memcpy(made.id, data.id.p, data.id.len);
	memcpy(made.aaguid, data.aaguid, AAGUID_SIZE);
	made.count = data.count;
	made.backup_eligible = (data.flags & FLAG_BACKUP_ELIGIBLE) != 0;
	made.backed_up = (data.flags & FLAG_BACKED_UP) != 0;
	*credential = made;
	return NULL;
}

static bool
signature_good(const struct webauthn_rule *rule,
    const struct webauthn_proof *proof,
    const struct webauthn_credential *credential)
{
	fido_assert_t *assert = fido_assert_new();
	uint8_t hash[SHA256_SIZE];
	struct key key;
	const void *pub = key_load(credential, &key);
	bool good;

	if (assert == NULL)
		abort();
	sha256_of(proof->client_data.p, proof->client_data.len, hash);
	good = pub != NULL &&
	    fido_assert_set_count(assert, 1) == FIDO_OK &&
	    fido_assert_set_rp(assert, rule->rp_id) == FIDO_OK &&
	    fido_assert_set_up(assert, FIDO_OPT_TRUE) == FIDO_OK &&
	    fido_assert_set_uv(assert, FIDO_OPT_TRUE) == FIDO_OK &&
	    fido_assert_set_clientdata_hash(assert, hash, sizeof(hash)) ==
	    FIDO_OK &&
	    fido_assert_set_authdata_raw(assert, 0,
	    (const uint8_t *)proof->auth_data.p, proof->auth_data.len) ==
	    FIDO_OK &&
	    fido_assert_set_sig(assert, 0,
	    (const uint8_t *)proof->signature.p, proof->signature.len) ==
	    FIDO_OK &&
	    fido_assert_verify(assert, 0, key.alg, pub) == FIDO_OK;
	fido_assert_free(&assert);
	key_free(&key);
	return good;
}

const char *
webauthn_assert(struct ctx *ctx, const struct webauthn_rule *rule,
    const struct webauthn_proof *proof, struct webauthn_credential *credential)
{
	struct auth_data data;
	const char *why;

	if ((why = client_check(ctx, rule, "webauthn.get",
	    proof->client_data)) != NULL ||
	    (why = auth_data_read(proof->auth_data, false, &data)) != NULL ||
	    (why = auth_data_check(rule, &data)) != NULL)
		return why;
	if (((data.flags & FLAG_BACKUP_ELIGIBLE) != 0) !=
	    credential->backup_eligible)
		return "backup_flags";
	if (proof->signature.len == 0 ||
	    proof->signature.len > WEBAUTHN_SIGNATURE_MAX ||
	    !signature_good(rule, proof, credential))
		return "signature";
	/* 7.2 step 21; an authenticator that does not count always sends 0. */
	if ((data.count != 0 || credential->count != 0) &&
	    data.count <= credential->count)
		return "sign_count";
	credential->count = data.count;
	credential->backed_up = (data.flags & FLAG_BACKED_UP) != 0;
	return NULL;
}

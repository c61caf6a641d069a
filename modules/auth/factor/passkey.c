/* SPDX-License-Identifier: Apache-2.0 */
/* A person's own passkeys: registration, list, name, removal. */
#include "config.h"

#include <string.h>

#include "libshared/doors/crypto.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/factor/factor.h"
#include "modules/auth/factor/passkey.h"
#include "modules/auth/notice.h"
#include "modules/auth/person.h"
#include "modules/auth/session/session.h"

#include "modules/auth/factor/factor.sql.h"
#include "modules/auth/factor/passkey.sql.h"
#include "modules/auth/person.sql.h"

struct add_in { const char *name, *challenge, *response; };
struct rename_in { const char *name; };

const struct field passkey_add_fields[] = {
	FIELD_TEXT(struct add_in, name, 1, PASSKEY_NAME_MAX, CHARSET_LABEL),
	FIELD_TEXT_OPT(struct add_in, challenge, 1, TOKEN_TEXT_MAX,
	    CHARSET_TOKEN),
	FIELD_OBJECT(struct add_in, response, passkey_attestation_shape,
	    PASSKEY_ANSWER_MAX),
	FIELD_END_OF("PasskeyCreate")
};

const struct field passkey_rename_fields[] = {
	FIELD_TEXT(struct rename_in, name, 1, PASSKEY_NAME_MAX, CHARSET_LABEL),
	FIELD_END_OF("PasskeyEdit")
};

struct passkey {
	struct uuid	 id;
	const char	*name, *created_at, *used_at;
	bool		 backed_up;
	int64_t		 version;
};

const struct field passkey_view[] = {
	VIEW_UUID(struct passkey, id),
	VIEW_TEXT(struct passkey, name),
	VIEW_BOOL(struct passkey, backed_up),
	VIEW_TIME(struct passkey, created_at),
	VIEW_TIME_OPT(struct passkey, used_at),
	VIEW_INT(struct passkey, version),
	FIELD_END_OF("Passkey")
};

/* For OpenAPI: PublicKeyCredentialCreationOptionsJSON. */
struct offer {
	const char	*rp, *user, *challenge, *pubKeyCredParams;
	int64_t		 timeout;
	const char	*excludeCredentials, *authenticatorSelection;
	const char	*attestation;
};

const struct field passkey_offer_view[] = {
	VIEW_OBJECT(struct offer, rp, passkey_rp_shape),
	VIEW_OBJECT(struct offer, user, passkey_user_shape),
	VIEW_TEXT(struct offer, challenge),
	VIEW_OBJECTS(struct offer, pubKeyCredParams, passkey_parameter_shape),
	VIEW_INT(struct offer, timeout),
	VIEW_OBJECTS(struct offer, excludeCredentials,
	    passkey_descriptor_shape),
	VIEW_OBJECT(struct offer, authenticatorSelection,
	    passkey_selection_shape),
	VIEW_TEXT(struct offer, attestation),
	FIELD_END_OF("PasskeyCreationOptions")
};

struct counted { int64_t n; };

static const struct field counted_view[] = {
	VIEW_INT(struct counted, n),
	FIELD_END
};

static struct asked
passkey_registering(const struct ctx *ctx)
{
	return (struct asked){ "register", ctx->who.account,
	    ctx->who.session };
}

/*
 * put_user - names the account for the browser; only its owner sees the names
 */
static enum err
put_user(struct ctx *ctx, struct json *options)
{
	struct json *rp = json_object(ctx), *user = json_object(ctx);
	struct account account;
	const char *handle;
	enum err e;

	if ((e = sql_one(ctx, &SQL_ACCOUNT_BY_ID, account_view, &account,
	    ARG_UUID(&ctx->who.account))) != ERR_OK ||
	    (e = passkey_handle(ctx, &ctx->who.account, &handle)) != ERR_OK)
		return e;
	json_put_text(rp, "id", passkey_rp_id(ctx));
	json_put_text(rp, "name", "Cameleer");
	json_put(options, "rp", rp);
	json_put_text(user, "id", handle);
	json_put_text(user, "name", account.email);
	json_put_text(user, "displayName", account.name);
	json_put(options, "user", user);
	return ERR_OK;
}

/* put_wishes - describes the kind of credential that we want */
static void
put_wishes(struct ctx *ctx, struct json *options)
{
	static const int64_t algs[] = { WEBAUTHN_EDDSA, WEBAUTHN_ES256,
	    WEBAUTHN_RS256 };
	struct json *list = json_array(ctx), *one = json_object(ctx);
	size_t i;

	json_put_text(one, "residentKey", "required");
	json_put_bool(one, "requireResidentKey", true);
	json_put_text(one, "userVerification", "required");
	json_put(options, "authenticatorSelection", one);
	for (i = 0; i < nitems(algs); i++) {
		one = json_object(ctx);
		json_put_text(one, "type", "public-key");
		json_put_int(one, "alg", algs[i]);
		json_add(list, one);
	}
	json_put(options, "pubKeyCredParams", list);
	json_put_text(options, "attestation", "none");
	json_put_int(options, "timeout", (int64_t)PASSKEY_TTL_S * 1000);
}

/* passkey_limit - checks that one more fits, and locks the account */
static enum err
passkey_limit(struct ctx *ctx)
{
	struct counted counted;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_PASSKEY_LOCK, NULL,
	    ARG_UUID(&ctx->who.account))) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_PASSKEY_COUNT, counted_view, &counted,
	    ARG_UUID(&ctx->who.account))) != ERR_OK)
		return e;
	if (counted.n >= PASSKEYS_MAX)
		return fail(ctx, ERR_CONFLICT, "too_many_passkeys",
		    "an account has at most %d passkeys: remove one first",
		    PASSKEYS_MAX);
	return ERR_OK;
}

enum err
passkey_offer(struct ctx *ctx)
{
	const struct asked asked = passkey_registering(ctx);
	struct json *options = json_object(ctx), *list;
	const char *challenge;
	enum err e;

	if ((e = passkey_limit(ctx)) != ERR_OK ||
	    (e = passkey_ask(ctx, &asked, &challenge)) != ERR_OK ||
	    (e = put_user(ctx, options)) != ERR_OK ||
	    (e = passkey_descriptors(ctx, &ctx->who.account, &list)) !=
	    ERR_OK)
		return e;
	put_wishes(ctx, options);
	json_put_text(options, "challenge", challenge);
	json_put(options, "excludeCredentials", list);
	return reply_json(ctx, 200, options);
}

/*
 * client_challenge - returns the challenge in the client data; it is checked by
 * digest
 */
static const char *
client_challenge(struct ctx *ctx, struct str client_data)
{
	const char *challenge;
	struct json *data;

	if (json_parse(ctx, client_data.p, client_data.len, &data) != ERR_OK) {
		fail_clear(ctx);
		return "";
	}
	challenge = json_member(data, "challenge");
	return challenge == NULL ? "" : challenge;
}

/* aaguid_text - formats it as a UUID */
static void
aaguid_text(const uint8_t bytes[16], struct uuid *uuid)
{
	char hex[33];

	hex_of(bytes, 16, hex);
	memcpy(uuid->text, hex, 8);
	memcpy(uuid->text + 9, hex + 8, 4);
	memcpy(uuid->text + 14, hex + 12, 4);
	memcpy(uuid->text + 19, hex + 16, 4);
	memcpy(uuid->text + 24, hex + 20, 13);
	uuid->text[8] = uuid->text[13] = uuid->text[18] = uuid->text[23] = '-';
}

static enum err
passkey_insert(struct ctx *ctx, const struct add_in *in,
    const struct answer *answer,
    const struct webauthn_credential *made)
{
	struct passkey passkey;
	const char *id, *key;
	struct uuid new_id, aaguid;
	enum err e;

	uuid7(&new_id);
	aaguid_text(made->aaguid, &aaguid);
	if ((e = base64url_encode(ctx, made->id, made->id_len, &id)) !=
	    ERR_OK ||
	    (e = base64url_encode(ctx, made->key, made->key_len, &key)) !=
	    ERR_OK)
		return e;
	e = sql_one(ctx, &SQL_PASSKEY_INSERT, passkey_view, &passkey,
	    ARG_UUID(&new_id), ARG_UUID(&ctx->who.account),
	    ARG_TEXT(in->name), ARG_TEXT(id), ARG_INT(made->alg),
	    ARG_TEXT(key), ARG_UUID(&aaguid), ARG_INT(made->count),
	    ARG_BOOL(made->backup_eligible), ARG_BOOL(made->backed_up),
	    ARG_TEXT(answer->transports));
	if (e == ERR_CONFLICT)
		return fail(ctx, ERR_CONFLICT, "passkey_exists",
		    "this passkey is registered already");
	if (e != ERR_OK)
		return e;
	audit_subject(ctx, "passkey", req_copy(ctx, passkey.id.text));
	audit_fact(ctx, "name", in->name);
	if ((e = session_prove(ctx, "hwk")) != ERR_OK ||
	    (e = notice_queue(ctx, &ctx->who.account, "A passkey was added: "
	    "whoever has it can sign in with it alone.")) != ERR_OK)
		return e;
	return reply(ctx, 201, passkey_view, &passkey);
}

/*
 * The offer was fresh and only its session may take it, so this request need
 * not be fresh again.
 */
enum err
passkey_add(struct ctx *ctx)
{
	const struct asked asked = passkey_registering(ctx);
	struct webauthn_rule rule = { process.conf->base_url,
	    passkey_rp_id(ctx), NULL };
	struct webauthn_credential made;
	struct answer answer;
	struct add_in in;
	const char *why;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = passkey_answer(ctx, in.response, true, &answer)) != ERR_OK)
		return e;
	rule.challenge = in.challenge != NULL ? in.challenge :
	    client_challenge(ctx, answer.client_data);
	if ((e = passkey_spend(ctx, &asked, rule.challenge)) != ERR_OK ||
	    (e = passkey_limit(ctx)) != ERR_OK)
		return e;
	if ((why = webauthn_register(ctx, &rule, answer.client_data,
	    answer.attestation, &made)) != NULL) {
		audit_fact(ctx, "reason", why);
		return fail(ctx, ERR_INVALID, "passkey_not_valid",
		    "what the browser sent is not a passkey for this site");
	}
	return passkey_insert(ctx, &in, &answer, &made);
}

enum err
passkey_list(struct ctx *ctx)
{
	return reply_listed(ctx, &SQL_PASSKEY_LIST, passkey_view,
	    sizeof(struct passkey), ARG_UUID(&ctx->who.account));
}

static enum err
no_such(struct ctx *ctx)
{
	return fail(ctx, ERR_NOT_FOUND, "no_such_passkey",
	    "there is no such passkey");
}

/*
 * passkey_get_own - finds the passkey of the path; a foreign one answers like
 * an unknown one
 */
static enum err
passkey_get_own(struct ctx *ctx, struct passkey *passkey)
{
	const char *id = req_param(ctx, "id");
	struct uuid uuid;
	bool found;
	enum err e;

	if (!uuid_set(&uuid, id))
		return no_such(ctx);
	if ((e = sql_opt(ctx, &SQL_PASSKEY_GET, passkey_view, passkey, &found,
	    ARG_UUID(&uuid), ARG_UUID(&ctx->who.account))) != ERR_OK)
		return e;
	audit_subject(ctx, "passkey", id);
	return found ? ERR_OK : no_such(ctx);
}

enum err
passkey_get(struct ctx *ctx)
{
	struct passkey passkey;
	enum err e;

	if ((e = passkey_get_own(ctx, &passkey)) != ERR_OK)
		return e;
	return reply(ctx, 200, passkey_view, &passkey);
}

enum err
passkey_rename(struct ctx *ctx)
{
	struct passkey passkey;
	struct rename_in in;
	int64_t version;
	bool found;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = req_version(ctx, &version)) != ERR_OK ||
	    (e = passkey_get_own(ctx, &passkey)) != ERR_OK)
		return e;
	if ((e = sql_opt(ctx, &SQL_PASSKEY_RENAME, passkey_view, &passkey,
	    &found, ARG_UUID(&passkey.id), ARG_UUID(&ctx->who.account),
	    ARG_INT(version), ARG_TEXT(in.name))) != ERR_OK)
		return e;
	if (!found)
		return req_stale(ctx, "passkey");
	audit_fact(ctx, "name", in.name);
	return reply(ctx, 200, passkey_view, &passkey);
}

/*
 * The recovery codes are removed with the last second factor, if that may go.
 */
enum err
passkey_delete(struct ctx *ctx)
{
	const struct uuid *account = &ctx->who.account;
	struct factors factors;
	struct passkey passkey;
	enum err e;

	if ((e = factors_lock(ctx, account, &factors)) != ERR_OK ||
	    (e = passkey_get_own(ctx, &passkey)) != ERR_OK)
		return e;
	if (!factors.totp && factors.passkeys == 1 &&
	    ((e = factors_may_go(ctx)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_RECOVERY_DROP, NULL,
	    ARG_UUID(account))) != ERR_OK))
		return e;
	if ((e = sql_exec(ctx, &SQL_PASSKEY_DELETE, NULL,
	    ARG_UUID(&passkey.id), ARG_UUID(account))) != ERR_OK ||
	    (e = notice_queue(ctx, account, "A passkey was removed: it cannot "
	    "sign in to this account any more.")) != ERR_OK)
		return e;
	audit_fact(ctx, "name", passkey.name);
	return reply_empty(ctx, 204);
}

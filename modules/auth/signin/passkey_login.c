/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A passkey becomes a session, alone or after a password; or it proves, within
 * a session, its owner again.
 *
 * The challenge is used up, and that is committed, before the proof is checked,
 * so that nobody can try twice.  All wrong proofs get the same answer; the
 * audit trail has the reason.  Wrong passwords do not lock this way to sign in:
 * nothing can be guessed here.
 */
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
#include "libshared/skeleton/words.h"
#include "modules/auth/factor/factor.h"
#include "modules/auth/factor/passkey.h"
#include "modules/auth/notice.h"
#include "modules/auth/person.h"
#include "modules/auth/session/session.h"
#include "modules/auth/signin/challenge.h"
#include "modules/auth/signin/signin.h"

#include "modules/auth/signin/passkey_login.sql.h"

struct ask_in { const char *second; };
struct login_in { const char *challenge, *response, *session, *second; };
struct prove_in { const char *challenge, *response; };

/* second: the challenge that followed the password. */
const struct field passkey_login_ask_fields[] = {
	FIELD_TEXT_OPT(struct ask_in, second, 1, TOKEN_TEXT_MAX,
	    CHARSET_TOKEN),
	FIELD_END_OF("PasskeyRequest")
};

const struct field passkey_prove_fields[] = {
	FIELD_TEXT(struct prove_in, challenge, 1, TOKEN_TEXT_MAX,
	    CHARSET_TOKEN),
	FIELD_OBJECT(struct prove_in, response, passkey_assertion_shape,
	    PASSKEY_ANSWER_MAX),
	FIELD_END_OF("PasskeyProof")
};

const struct field passkey_login_fields[] = {
	FIELD_TEXT(struct login_in, challenge, 1, TOKEN_TEXT_MAX,
	    CHARSET_TOKEN),
	FIELD_OBJECT(struct login_in, response, passkey_assertion_shape,
	    PASSKEY_ANSWER_MAX),
	FIELD_CHOICE_OPT(struct login_in, session, session_kinds),
	FIELD_TEXT_OPT(struct login_in, second, 1, TOKEN_TEXT_MAX,
	    CHARSET_TOKEN),
	FIELD_END_OF("PasskeyLogin")
};

/* For OpenAPI; options is PublicKeyCredentialRequestOptionsJSON. */
struct asking { const char *challenge, *options; };

const struct field passkey_asking_view[] = {
	VIEW_TEXT(struct asking, challenge),
	VIEW_OBJECT(struct asking, options, passkey_request_shape),
	FIELD_END_OF("PasskeyChallenge")
};

struct known {
	struct uuid	 id, account;
	const char	*credential, *public_key;
	int64_t		 alg, sign_count;
	bool		 backup_eligible;
};

static const struct field known_view[] = {
	VIEW_UUID(struct known, id),
	VIEW_UUID(struct known, account),
	VIEW_TEXT(struct known, credential),
	VIEW_INT(struct known, alg),
	VIEW_TEXT(struct known, public_key),
	VIEW_INT(struct known, sign_count),
	VIEW_BOOL(struct known, backup_eligible),
	FIELD_END
};

/*
 * passkey_login_asking - makes the options of navigator.credentials.get(), and
 * our name for the request
 */
static enum err
passkey_login_asking(struct ctx *ctx, const struct asked *asked)
{
	struct json *answer = json_object(ctx), *options = json_object(ctx);
	struct json *allowed = json_array(ctx);
	const char *challenge;
	enum err e;

	if (!uuid_empty(&asked->account) &&
	    (e = passkey_descriptors(ctx, &asked->account, &allowed)) !=
	    ERR_OK)
		return e;
	if ((e = passkey_ask(ctx, asked, &challenge)) != ERR_OK)
		return e;
	json_put_text(options, "challenge", challenge);
	json_put_int(options, "timeout", (int64_t)PASSKEY_TTL_S * 1000);
	json_put_text(options, "rpId", passkey_rp_id(ctx));
	json_put(options, "allowCredentials", allowed);
	json_put_text(options, "userVerification", "required");
	json_put_text(answer, "challenge", challenge);
	json_put(answer, "options", options);
	return reply_json(ctx, 200, answer);
}

/*
 * passkey_login_ask - without a password the browser knows which passkeys it
 * has; after a password the account is known, and its passkeys are named
 */
enum err
passkey_login_ask(struct ctx *ctx)
{
	struct asked asked = { .purpose = "login" };
	struct challenge challenge;
	struct ask_in in;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	if (in.second != NULL) {
		if ((e = challenge_find(ctx, in.second, &challenge)) != ERR_OK)
			return e;
		asked.purpose = "second";
		asked.account = challenge.opening.account;
	}
	if ((e = sql_begin(ctx, true)) != ERR_OK)
		return e;
	return passkey_login_asking(ctx, &asked);
}

static enum err
passkey_login_refused(struct ctx *ctx, const char *why)
{
	audit_fact(ctx, "reason", why);
	return fail(ctx, passkey_refusal(ctx), "passkey_refused",
	    "this passkey is not known here, or its proof is not valid");
}

/*
 * passkey_login_find - finds the owner of the passkey in the open transaction
 */
static enum err
passkey_login_find(struct ctx *ctx, const struct asked *asked,
    const struct answer *answer,
    struct known *known)
{
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_PASSKEY_FIND, known_view, known, &found,
	    ARG_TEXT(answer->credential))) != ERR_OK)
		return e;
	if (!found)
		return passkey_login_refused(ctx, "unknown_credential");
	if (!uuid_empty(&asked->account) &&
	    strcmp(known->account.text, asked->account.text) != 0)
		return passkey_login_refused(ctx, "foreign_credential");
	audit_subject(ctx, "account", req_copy(ctx, known->account.text));
	return ERR_OK;
}

/*
 * is_owner - the answer must name its owner, unless the account is known
 * already
 */
static bool
is_owner(const struct asked *asked, const struct answer *answer,
    const char *handle)
{
	if (answer->user_handle == NULL)
		return !uuid_empty(&asked->account);
	return strcmp(answer->user_handle, handle) == 0;
}

/* passkey_login_copied - tells the owner, whatever happens to the request */
static enum err
passkey_login_copied(struct ctx *ctx, const struct known *known)
{
	enum err e;

	if ((e = notice_queue(ctx, &known->account, "A passkey was refused: it "
	    "was used elsewhere meanwhile, so somebody may have a copy of it. "
	    "Remove it unless you know why.")) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK)
		return e;
	return passkey_login_refused(ctx, "sign_count");
}

/* passkey_login_verify - verifies the proof by what is stored of the passkey */
static enum err
passkey_login_verify(struct ctx *ctx, const char *challenge,
    const struct answer *answer,
    const struct known *known, struct webauthn_credential *credential)
{
	const struct webauthn_rule rule = { process.conf->base_url,
	    passkey_rp_id(ctx), challenge };
	const struct webauthn_proof proof = { answer->client_data,
	    answer->auth_data, answer->signature };
	const char *why;

	*credential = (struct webauthn_credential){ .alg = known->alg,
	    .count = (uint32_t)known->sign_count,
	    .backup_eligible = known->backup_eligible };
	if (!base64url_decode(known->public_key, strlen(known->public_key),
	    credential->key, sizeof(credential->key), &credential->key_len))
		return fail(ctx, ERR_INTERNAL, NULL, "passkey %s has no key",
		    known->id.text);
	why = webauthn_assert(ctx, &rule, &proof, credential);
	if (why != NULL && strcmp(why, "sign_count") == 0)
		return passkey_login_copied(ctx, known);
	return why == NULL ? ERR_OK : passkey_login_refused(ctx, why);
}

/*
 * passkey_login_used - stores the new count; of two proofs with the same count
 * the second is refused
 */
static enum err
passkey_login_used(struct ctx *ctx, const struct known *known,
    const struct webauthn_credential *credential)
{
	int64_t changed;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_PASSKEY_USED, &changed,
	    ARG_UUID(&known->id), ARG_INT(credential->count),
	    ARG_BOOL(credential->backed_up))) != ERR_OK)
		return e;
	return changed == 1 ? ERR_OK : passkey_login_refused(ctx, "sign_count");
}

/*
 * passkey_login_prove - runs from challenge to counter, in its own transactions
 */
static enum err
passkey_login_prove(struct ctx *ctx, const struct asked *asked,
    const char *challenge,
    const struct answer *answer, struct known *known)
{
	struct webauthn_credential credential;
	const char *handle;
	enum err e;

	/* Used up and committed first, so that nobody can try twice. */
	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = passkey_spend(ctx, asked, challenge)) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK ||
	    (e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = passkey_login_find(ctx, asked, answer, known)) != ERR_OK ||
	    (e = passkey_handle(ctx, &known->account, &handle)) != ERR_OK)
		return e;
	if (!is_owner(asked, answer, handle))
		return passkey_login_refused(ctx, "user_handle");
	if ((e = passkey_login_verify(ctx, challenge, answer, known,
	    &credential)) !=
	    ERR_OK ||
	    (e = passkey_login_used(ctx, known, &credential)) != ERR_OK)
		return e;
	audit_fact(ctx, "passkey", known->id.text);
	return sql_commit(ctx);
}

/* behind_password - adds one more method to the password's challenge */
static enum err
behind_password(struct ctx *ctx, const struct login_in *in,
    const struct answer *answer)
{
	struct asked asked = { .purpose = "second" };
	struct challenge challenge;
	struct known known;
	enum err e;

	if ((e = challenge_find(ctx, in->second, &challenge)) != ERR_OK)
		return e;
	ctx->who.by_cookie = strcmp(challenge.opening.kind, "cookie") == 0;
	asked.account = challenge.opening.account;
	if ((e = authn_origin(ctx)) != ERR_OK ||
	    (e = passkey_login_prove(ctx, &asked, in->challenge, answer,
	    &known)) != ERR_OK)
		return e;
	return challenge_accept(ctx, &challenge, "hwk");
}

enum err
passkey_login(struct ctx *ctx)
{
	const struct asked asked = { .purpose = "login" };
	struct opening opening;
	struct answer answer;
	struct known known;
	struct login_in in;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = passkey_answer(ctx, in.response, false, &answer)) != ERR_OK)
		return e;
	if (in.second != NULL)
		return behind_password(ctx, &in, &answer);
	/* A page of another site must not sign this browser in. */
	ctx->who.by_cookie = in.session != NULL &&
	    strcmp(in.session, "cookie") == 0;
	if ((e = authn_origin(ctx)) != ERR_OK ||
	    (e = passkey_login_prove(ctx, &asked, in.challenge, &answer,
	    &known)) != ERR_OK)
		return e;
	opening = (struct opening){ .account = known.account,
	    .kind = in.session == NULL ? "token" : in.session,
	    .methods = "{hwk}" };
	return session_open(ctx, &opening);
}

static struct asked
passkey_login_proving(const struct ctx *ctx)
{
	return (struct asked){ "step-up", ctx->who.account,
	    ctx->who.session };
}

enum err
passkey_prove_ask(struct ctx *ctx)
{
	const struct asked asked = passkey_login_proving(ctx);
	struct factors factors;
	enum err e;

	if ((e = factors_read(ctx, &asked.account, &factors)) != ERR_OK)
		return e;
	if (factors.passkeys == 0)
		return fail(ctx, ERR_CONFLICT, "no_passkey",
		    "this account has no passkey: add one, or prove "
		    "yourself as you signed in");
	return passkey_login_asking(ctx, &asked);
}

/* Step-up: must be the session's person, who proves it again now. */
enum err
passkey_prove(struct ctx *ctx)
{
	const struct asked asked = passkey_login_proving(ctx);
	struct answer answer;
	struct known known;
	struct prove_in in;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = passkey_answer(ctx, in.response, false, &answer)) != ERR_OK ||
	    (e = passkey_login_prove(ctx, &asked, in.challenge, &answer,
	    &known)) !=
	    ERR_OK ||
	    (e = authn_begin(ctx, true)) != ERR_OK)
		return e;
	audit_subject(ctx, "session", ctx->who.session.text);
	if ((e = session_prove(ctx, "hwk")) != ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registration, verification, and a new password.
 *
 * Nothing that was chosen before the mailbox is verified counts, because
 * somebody else may have registered the address first: name and password are
 * chosen behind the link, as with an invitation (threat T7).  No answer reveals
 * whether an address is known: only the mail does (threat T6).  The code that
 * answers does not know it either: the worker settles the request.  Links carry
 * 256 random bits, of which only the digest is stored, and lead only to the
 * configured base URL (T7).
 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/password.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/account/account.h"
#include "modules/auth/known_device.h"
#include "modules/auth/password_rule.h"
#include "modules/auth/person.h"
#include "modules/auth/session/session.h"

#include "modules/auth/account/account.sql.h"
#include "modules/auth/account/mail.sql.h"
#include "modules/auth/account/me.sql.h"
#include "modules/auth/guess.sql.h"
#include "modules/auth/notice.sql.h"
#include "modules/auth/person.sql.h"

#define VERIFY_TTL_S	86400
#define RESET_TTL_S	3600

struct register_in { const char *email; };
struct verify_in { const char *token, *name, *password; };
struct recover_in { const char *email; };
struct reset_in { const char *token, *password; };

const struct field register_fields[] = {
	FIELD_TEXT(struct register_in, email, 3, EMAIL_MAX, CHARSET_EMAIL),
	FIELD_END_OF("Registration")
};

const struct field verify_fields[] = {
	FIELD_TEXT(struct verify_in, token, 1, TOKEN_TEXT_MAX, CHARSET_TOKEN),
	FIELD_TEXT(struct verify_in, name, 1, 120, CHARSET_LABEL),
	FIELD_PASSWORD(struct verify_in, password, PASSWORD_MIN, PASSWORD_MAX),
	FIELD_END_OF("AccountProof")
};

const struct field recover_fields[] = {
	FIELD_TEXT(struct recover_in, email, 3, EMAIL_MAX, CHARSET_EMAIL),
	FIELD_END_OF("RecoveryRequest")
};

const struct field reset_fields[] = {
	FIELD_TEXT(struct reset_in, token, 1, TOKEN_TEXT_MAX, CHARSET_TOKEN),
	FIELD_PASSWORD(struct reset_in, password, PASSWORD_MIN, PASSWORD_MAX),
	FIELD_END_OF("PasswordReset")
};

/* The owner of a link: an account, or an address that has none yet. */
struct found { struct uuid account; const char *email; };

static const struct field found_view[] = {
	VIEW_UUID_OPT(struct found, account),
	VIEW_TEXT_OPT(struct found, email),
	FIELD_END
};

struct made { struct uuid id; };

static const struct field made_view[] = {
	VIEW_UUID(struct made, id),
	FIELD_END
};

/*
 * request_queue - queues the request for the worker.  Nothing here looks at an
 * account, so the answer takes the same time for a known address as for any
 * other
 */
static enum err
request_queue(struct ctx *ctx, const char *purpose, const char *email,
    int64_t ttl_s)
{
	const struct accepted out = { "check_your_mail" };
	char digest[SHA256_HEX_MAX];
	const char *token, *link;
	struct uuid id;
	enum err e;

	if ((e = crypto_random_text(ctx, 32, &token)) != ERR_OK)
		return e;
	token_digest(token, digest);
	uuid7(&id);
	link = text_printf(ctx->secrets, "%s/%s#token=%s",
	    process.conf->base_url, purpose, token);
	if ((e = sql_exec(ctx, &SQL_ACCOUNT_REQUEST, NULL, ARG_UUID(&id),
	    ARG_TEXT(purpose), ARG_TEXT(email), ARG_TEXT(link),
	    ARG_TEXT(digest), ARG_INT(ttl_s))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_MAIL_NOTIFY, NULL)) != ERR_OK)
		return e;
	return reply(ctx, 202, accepted_view, &out);
}

static enum err
link_refuse(struct ctx *ctx)
{
	return fail(ctx, ERR_INVALID, "link_not_valid",
	    "this link was used already or has expired");
}

/*
 * link_check - refuses a link that is not good before a password is hashed for
 * it, since few hashes run at once; in a transaction of its own
 */
static enum err
link_check(struct ctx *ctx, const char *token, const char *purpose)
{
	char digest[SHA256_HEX_MAX];
	int64_t alive;
	enum err e;

	token_digest(token, digest);
	if ((e = sql_begin(ctx, false)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_ONE_TIME_ALIVE, &alive, ARG_TEXT(digest),
	    ARG_TEXT(purpose))) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK)
		return e;
	return alive > 0 ? ERR_OK : link_refuse(ctx);
}

/* token_use - finds whose link this is, and uses the link up */
static enum err
token_use(struct ctx *ctx, const char *token, const char *purpose,
    struct found *found)
{
	char digest[SHA256_HEX_MAX];
	bool any;
	enum err e;

	token_digest(token, digest);
	if ((e = sql_opt(ctx, &SQL_ONE_TIME_USE, found_view, found, &any,
	    ARG_TEXT(digest), ARG_TEXT(purpose))) != ERR_OK)
		return e;
	if (!any)
		return link_refuse(ctx);
	if (!uuid_empty(&found->account))
		audit_subject(ctx, "account", req_copy(ctx,
		    found->account.text));
	return ERR_OK;
}

enum err
account_register(struct ctx *ctx)
{
	struct register_in in;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	return request_queue(ctx, "verify", in.email, VERIFY_TTL_S);
}

enum err
account_make(struct ctx *ctx, const struct newcomer *newcomer,
    struct uuid *account)
{
	struct made made;
	struct uuid id;
	bool any;
	enum err e;

	uuid7(&id);
	if ((e = sql_opt(ctx, &SQL_ACCOUNT_PROVE, made_view, &made, &any,
	    ARG_UUID(&id), ARG_TEXT(newcomer->email),
	    ARG_TEXT(newcomer->name), ARG_TEXT(newcomer->hash))) != ERR_OK)
		return e;
	if (!any)
		return fail(ctx, ERR_CONFLICT, "account_exists",
		    "there is an account with this address: sign in first");
	*account = made.id;
	if ((e = sql_exec(ctx, &SQL_ACCOUNT_LINKS_VOID, NULL,
	    ARG_UUID(&made.id), ARG_TEXT(newcomer->email))) != ERR_OK)
		return e;
	return session_end_all(ctx, &made.id);
}

enum err
account_verify(struct ctx *ctx)
{
	struct newcomer newcomer;
	struct account account;
	struct verify_in in;
	struct found found;
	struct uuid id;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = password_allow(ctx, "password", in.password)) != ERR_OK ||
	    (e = link_check(ctx, in.token, "verify")) != ERR_OK ||
	    (e = password_hash(ctx, in.password, &newcomer.hash)) != ERR_OK ||
	    (e = authn_begin(ctx, true)) != ERR_OK ||
	    (e = token_use(ctx, in.token, "verify", &found)) != ERR_OK)
		return e;
	newcomer.email = found.email;
	newcomer.name = in.name;
	if ((e = account_make(ctx, &newcomer, &id)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_ACCOUNT_BY_ID, account_view, &account,
	    ARG_UUID(&id))) != ERR_OK)
		return e;
	audit_subject(ctx, "account", req_copy(ctx, id.text));
	return reply(ctx, 200, account_view, &account);
}

enum err
account_recover(struct ctx *ctx)
{
	struct recover_in in;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	return request_queue(ctx, "reset", in.email, RESET_TTL_S);
}

/*
 * A new password ends every session, so that nobody stays in with the old one.
 */
enum err
account_reset(struct ctx *ctx)
{
	struct account account;
	struct found found;
	struct reset_in in;
	const struct uuid *id = &found.account;
	const char *hash;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = password_allow(ctx, "password", in.password)) != ERR_OK ||
	    (e = link_check(ctx, in.token, "reset")) != ERR_OK ||
	    (e = password_hash(ctx, in.password, &hash)) != ERR_OK ||
	    (e = authn_begin(ctx, true)) != ERR_OK ||
	    (e = token_use(ctx, in.token, "reset", &found)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ACCOUNT_SET_PASSWORD, NULL, ARG_UUID(id),
	    ARG_TEXT(hash))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ME_LINKS_VOID, NULL, ARG_UUID(id))) !=
	    ERR_OK ||
	    (e = sql_exec(ctx, &SQL_LOGIN_GOOD, NULL, ARG_UUID(id))) !=
	    ERR_OK ||
	    (e = session_end_all(ctx, id)) != ERR_OK ||
	    (e = known_devices_forget(ctx, id)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_ACCOUNT_BY_ID, account_view, &account,
	    ARG_UUID(id))) != ERR_OK)
		return e;
	return reply(ctx, 200, account_view, &account);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registration, verification, and a new password.
 *
 * No answer reveals whether an address is known: only the mail does (threat
 * T6). The code that answers does not know it either: the worker settles the
 * request. Links carry 256 random bits, of which only the digest is stored, and
 * lead only to the configured base URL (T7).
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
#include "modules/auth/password_rule.h"
#include "modules/auth/person.h"
#include "modules/auth/session/session.h"

#include "modules/auth/account/account.sql.h"
#include "modules/auth/account/mail.sql.h"
#include "modules/auth/guess.sql.h"
#include "modules/auth/notice.sql.h"
#include "modules/auth/person.sql.h"

#define VERIFY_TTL_S	86400
#define RESET_TTL_S	3600

struct register_in { const char *email, *password, *name; };
struct token_in { const char *token; };
struct recover_in { const char *email; };
/* The request to the worker; name and hash are set for a new account only. */
struct wanted {
	const char	*email, *name, *hash;
	int64_t		 ttl_s;		/* of the link */
};
struct reset_in { const char *token, *password; };

const struct field register_fields[] = {
	FIELD_TEXT(struct register_in, email, 3, EMAIL_MAX, CHARSET_EMAIL),
	FIELD_PASSWORD(struct register_in, password, PASSWORD_MIN,
	    PASSWORD_MAX),
	FIELD_TEXT(struct register_in, name, 1, 120, CHARSET_TEXT),
	FIELD_END_OF("Registration")
};

const struct field token_fields[] = {
	FIELD_TEXT(struct token_in, token, 1, TOKEN_TEXT_MAX, CHARSET_TOKEN),
	FIELD_END_OF("MailToken")
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

struct found { struct uuid id; };

static const struct field found_view[] = {
	VIEW_UUID(struct found, id),
	FIELD_END
};

/*
 * request_queue - queues the request for the worker.  Nothing here looks at an
 * account, so the answer takes the same time for a known address as for any
 * other
 */
static enum err
request_queue(struct ctx *ctx, const char *purpose, const struct wanted *wanted)
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
	    ARG_TEXT(purpose), ARG_TEXT(wanted->email), ARG_TEXT(wanted->name),
	    ARG_TEXT(wanted->hash), ARG_TEXT(link), ARG_TEXT(digest),
	    ARG_INT(wanted->ttl_s))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_MAIL_NOTIFY, NULL)) != ERR_OK)
		return e;
	return reply(ctx, 202, accepted_view, &out);
}

/* token_use - finds the account of this link, and uses the link up */
static enum err
token_use(struct ctx *ctx, const char *token, const char *purpose,
    struct uuid *account)
{
	char digest[SHA256_HEX_MAX];
	struct found found;
	bool any;
	enum err e;

	token_digest(token, digest);
	if ((e = sql_opt(ctx, &SQL_ONE_TIME_USE, found_view, &found, &any,
	    ARG_TEXT(digest), ARG_TEXT(purpose))) != ERR_OK)
		return e;
	if (!any)
		return fail_at(ctx, "token", fail(ctx, ERR_INVALID,
		    "link_not_valid",
		    "this link was used already or has expired"));
	*account = found.id;
	audit_subject(ctx, "account", req_copy(ctx, found.id.text));
	return ERR_OK;
}

/* account_register - makes the hash for a known address as well: equal time */
enum err
account_register(struct ctx *ctx)
{
	struct wanted wanted = { .ttl_s = VERIFY_TTL_S };
	struct register_in in;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = password_allow(ctx, "password", in.password)) != ERR_OK ||
	    (e = password_hash(ctx, in.password, &wanted.hash)) != ERR_OK ||
	    (e = authn_begin(ctx, true)) != ERR_OK)
		return e;
	wanted.email = in.email;
	wanted.name = in.name;
	return request_queue(ctx, "verify", &wanted);
}

enum err
account_verify(struct ctx *ctx)
{
	struct account account;
	struct token_in in;
	struct uuid id;
	bool change;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = email_follow(ctx, in.token, &id, &change)) != ERR_OK)
		return e;
	if (!change && ((e = token_use(ctx, in.token, "verify", &id)) !=
	    ERR_OK || (e = sql_exec(ctx, &SQL_ACCOUNT_VERIFY, NULL,
	    ARG_UUID(&id))) != ERR_OK))
		return e;
	if ((e = sql_one(ctx, &SQL_ACCOUNT_BY_ID, account_view, &account,
	    ARG_UUID(&id))) != ERR_OK)
		return e;
	return reply(ctx, 200, account_view, &account);
}

enum err
account_recover(struct ctx *ctx)
{
	struct wanted wanted = { .ttl_s = RESET_TTL_S };
	struct recover_in in;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	wanted.email = in.email;
	return request_queue(ctx, "reset", &wanted);
}

/*
 * A new password ends every session, so that nobody stays in with the old one.
 */
enum err
account_reset(struct ctx *ctx)
{
	struct account account;
	struct reset_in in;
	struct uuid id;
	const char *hash;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = password_allow(ctx, "password", in.password)) != ERR_OK ||
	    (e = password_hash(ctx, in.password, &hash)) != ERR_OK ||
	    (e = authn_begin(ctx, true)) != ERR_OK ||
	    (e = token_use(ctx, in.token, "reset", &id)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ACCOUNT_SET_PASSWORD, NULL, ARG_UUID(&id),
	    ARG_TEXT(hash))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_LOGIN_GOOD, NULL, ARG_UUID(&id))) !=
	    ERR_OK ||
	    (e = session_end_all(ctx, &id)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_ACCOUNT_BY_ID, account_view, &account,
	    ARG_UUID(&id))) != ERR_OK)
		return e;
	return reply(ctx, 200, account_view, &account);
}

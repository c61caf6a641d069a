/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change of address, which both addresses must confirm: whoever holds only
 * the session cannot take over the account, and nobody can set an address that
 * is not theirs.  Both links are followed in a session of that account:
 * otherwise an attacker's account, with the attacker's password, would get the
 * address of somebody who followed a link in good faith.
 *
 * No answer reveals whether another account has the new address: then its owner
 * gets no link, so the change never takes place.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/account/account.h"
#include "modules/auth/notice.h"
#include "modules/auth/person.h"

#include "modules/auth/account/account.sql.h"
#include "modules/auth/account/mail.sql.h"
#include "modules/auth/account/me.sql.h"
#include "modules/auth/notice.sql.h"
#include "modules/auth/person.sql.h"

#define CHANGE_TTL_S	86400

struct email_in { const char *email; };
struct token_in { const char *token; };

const struct field me_email_fields[] = {
	FIELD_TEXT(struct email_in, email, 3, EMAIL_MAX, CHARSET_EMAIL),
	FIELD_END_OF("EmailChange")
};

const struct field token_fields[] = {
	FIELD_TEXT(struct token_in, token, 1, TOKEN_TEXT_MAX, CHARSET_TOKEN),
	FIELD_END_OF("MailToken")
};

static const char *const accepted_words[] = { "check_your_mail", NULL };

const struct field accepted_view[] = {
	VIEW_CHOICE(struct accepted, status, accepted_words),
	FIELD_END_OF("Accepted")
};

struct followed { const char *email; bool both_said_yes; };

static const struct field followed_view[] = {
	VIEW_TEXT(struct followed, email),
	VIEW_BOOL(struct followed, both_said_yes),
	FIELD_END
};

/*
 * mail_yes - mails a link to one of the two addresses; the console's page opens
 * it
 */
static enum err
mail_yes(struct ctx *ctx, const struct account *account, const char *template,
    const char *address, const char *token)
{
	struct json *data = json_object(ctx);
	struct uuid id;
	const char *text;
	size_t len;
	enum err e;

	uuid7(&id);
	/* the name is the stranger's own: not for an address nobody proved */
	if (strcmp(template, "email_old") == 0)
		json_put_text(data, "name", account->name);
	json_put_text(data, "link", text_printf(ctx->secrets,
	    "%s/confirm#token=%s", process.conf->base_url, token));
	if ((e = json_print(ctx, data, &text, &len)) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_MAIL_INSERT, NULL, ARG_UUID(&id),
	    ARG_TEXT(address), ARG_TEXT(template), ARG_TEXT(text));
}

/* mail_permit - one more mail of this kind to this address */
static enum err
mail_permit(struct ctx *ctx, const char *address, const char *purpose)
{
	int64_t wait_s;
	enum err e;

	if ((e = sql_count(ctx, &SQL_MAIL_ROOM, &wait_s, ARG_TEXT(address),
	    ARG_TEXT(purpose))) != ERR_OK || wait_s == 0)
		return e;
	return fail(ctx, ERR_LIMIT, "mail_too_often",
	    "a mail went to one of both addresses just before: try again in "
	    "%s", req_wait(ctx, wait_s));
}

enum err
me_email(struct ctx *ctx)
{
	const struct accepted out = { "check_your_mail" };
	char old_digest[SHA256_HEX_MAX], new_digest[SHA256_HEX_MAX];
	struct account account, other;
	const char *old, *new;
	struct email_in in;
	bool taken;
	enum err e;

	audit_subject(ctx, "account", ctx->who.account.text);
	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = crypto_random_text(ctx, 32, &old)) != ERR_OK ||
	    (e = crypto_random_text(ctx, 32, &new)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_ACCOUNT_BY_ID, account_view, &account,
	    ARG_UUID(&ctx->who.account))) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_ACCOUNT_BY_EMAIL, account_view, &other,
	    &taken, ARG_TEXT(in.email))) != ERR_OK ||
	    (e = mail_permit(ctx, account.email, "email_old")) != ERR_OK ||
	    (e = mail_permit(ctx, in.email, "email_new")) != ERR_OK)
		return e;
	token_digest(old, old_digest);
	token_digest(new, new_digest);
	if ((e = sql_exec(ctx, &SQL_EMAIL_CHANGE_SET, NULL,
	    ARG_UUID(&account.id), ARG_TEXT(in.email), ARG_TEXT(old_digest),
	    ARG_TEXT(new_digest), ARG_INT(CHANGE_TTL_S))) != ERR_OK ||
	    (e = mail_yes(ctx, &account, "email_old", account.email, old)) !=
	    ERR_OK)
		return e;
	if (!taken && (e = mail_yes(ctx, &account, "email_new", in.email,
	    new)) != ERR_OK)
		return e;
	if ((e = sql_exec(ctx, &SQL_MAIL_NOTIFY, NULL)) != ERR_OK)
		return e;
	return reply(ctx, 202, accepted_view, &out);
}

/*
 * email_set - also ends links that set a password, since they were sent to the
 * old address
 */
static enum err
email_set(struct ctx *ctx, const char *email)
{
	const struct uuid *account = &ctx->who.account;
	enum err e;

	if ((e = notice_queue(ctx, account, "The address of this account was "
	    "changed; mails go to the new one from now on.")) != ERR_OK)
		return e;
	e = sql_exec(ctx, &SQL_ACCOUNT_SET_EMAIL, NULL, ARG_UUID(account),
	    ARG_TEXT(email));
	if (e == ERR_CONFLICT)
		return fail(ctx, ERR_CONFLICT, "address_taken",
		    "another account has this address by now");
	if (e != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ACCOUNT_LINKS_VOID, NULL,
	    ARG_UUID(account), ARG_TEXT(email))) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_EMAIL_CHANGE_DONE, NULL, ARG_UUID(account));
}

enum err
me_email_confirm(struct ctx *ctx)
{
	char digest[SHA256_HEX_MAX];
	struct followed followed;
	struct account account;
	struct token_in in;
	bool found;
	enum err e;

	audit_subject(ctx, "account", ctx->who.account.text);
	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	token_digest(in.token, digest);
	if ((e = sql_opt(ctx, &SQL_EMAIL_CHANGE_FOLLOW, followed_view,
	    &followed, &found, ARG_TEXT(digest),
	    ARG_UUID(&ctx->who.account))) != ERR_OK)
		return e;
	if (!found)
		return fail(ctx, ERR_INVALID, "link_not_valid",
		    "this link was used already, has expired, or is of another "
		    "account than the one you are signed in to");
	audit_fact(ctx, "email", followed.both_said_yes ? "changed" :
	    "one_said_yes");
	if (followed.both_said_yes &&
	    (e = email_set(ctx, followed.email)) != ERR_OK)
		return e;
	if ((e = sql_one(ctx, &SQL_ACCOUNT_BY_ID, account_view, &account,
	    ARG_UUID(&ctx->who.account))) != ERR_OK)
		return e;
	return reply(ctx, 200, account_view, &account);
}

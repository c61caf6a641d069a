/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What operators of the platform do for its users.
 *
 * Operators have separate accounts, made by `cameleerctl operators`, with
 * permissions named platform.…; they are not members of a tenant, and of a
 * tenant they see only that it exists.  A function of the database reads across
 * tenants and checks the operator's permission again.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/lifecycle.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/words.h"
#include "modules/auth/account/account.h"
#include "modules/auth/guess.h"
#include "modules/auth/person.h"
#include "modules/auth/session/session.h"

#include "modules/auth/account/platform.sql.h"
#include "modules/auth/guess.sql.h"

struct address_in { const char *email; };

struct seen {
	struct uuid	 id;
	const char	*kind, *email, *name, *state, *locked_until;
	const char	*created_at;
	bool		 verified;
	int64_t		 failures, sessions;
};

struct event_seen {
	struct uuid	 id, actor;
	const char	*at, *actor_kind, *action, *subject_type, *subject_id;
	const char	*client_ip, *result, *code, *facts, *request_id;
	const char	*service;
};

const struct field platform_account_query[] = {
	FIELD_TEXT(struct address_in, email, 3, EMAIL_MAX, CHARSET_EMAIL),
	FIELD_END
};

const struct field platform_account_view[] = {
	VIEW_UUID(struct seen, id),
	VIEW_CHOICE(struct seen, kind, account_kinds),
	VIEW_TEXT_OPT(struct seen, email),
	VIEW_TEXT(struct seen, name),
	VIEW_CHOICE(struct seen, state, account_states),
	VIEW_BOOL(struct seen, verified),
	VIEW_INT(struct seen, failures),
	VIEW_TIME_OPT(struct seen, locked_until),
	VIEW_INT(struct seen, sessions),
	VIEW_TIME(struct seen, created_at),
	FIELD_END_OF("PlatformAccount")
};

const struct field platform_audit_view[] = {
	VIEW_UUID(struct event_seen, id),
	VIEW_TIME(struct event_seen, at),
	VIEW_UUID_OPT(struct event_seen, actor),
	VIEW_CHOICE(struct event_seen, actor_kind, audit_actor_kinds),
	VIEW_TEXT(struct event_seen, action),
	VIEW_TEXT_OPT(struct event_seen, subject_type),
	VIEW_TEXT_OPT(struct event_seen, subject_id),
	VIEW_TEXT_OPT(struct event_seen, client_ip),
	VIEW_CHOICE(struct event_seen, result, audit_results),
	VIEW_TEXT_OPT(struct event_seen, code),
	VIEW_OPEN_OPT(struct event_seen, facts,
	    "Details of the event: the members depend on the action."),
	VIEW_TEXT_OPT(struct event_seen, request_id),
	VIEW_TEXT(struct event_seen, service),
	FIELD_END_OF("PlatformAuditEvent")
};

static enum err
no_account(struct ctx *ctx)
{
	return fail(ctx, ERR_NOT_FOUND, "no_such_account",
	    "there is no such account");
}

enum err
platform_account_get(struct ctx *ctx)
{
	struct address_in in = { NULL };
	struct seen account;
	bool found = false;
	enum err e;

	if ((e = req_query(ctx, &in)) != ERR_OK)
		return e;
	if (in.email == NULL) {
		fail_field(ctx, "email", "is missing");
		return fail(ctx, ERR_BAD_INPUT, "invalid_fields",
		    "Some fields are not acceptable; see errors.");
	}
	if ((e = sql_opt(ctx, &SQL_PLATFORM_ACCOUNT_GET,
	    platform_account_view, &account, &found, ARG_NULL,
	    ARG_TEXT(in.email))) != ERR_OK)
		return e;
	return found ? reply(ctx, 200, platform_account_view, &account) :
	    no_account(ctx);
}

/* account_of - reads the account of the path */
static enum err
account_of(struct ctx *ctx, struct seen *account)
{
	struct uuid id;
	bool found;
	enum err e;

	if (!uuid_set(&id, req_param(ctx, "id")))
		return no_account(ctx);
	if ((e = sql_opt(ctx, &SQL_PLATFORM_ACCOUNT_GET,
	    platform_account_view, account, &found, ARG_UUID(&id),
	    ARG_NULL)) != ERR_OK)
		return e;
	if (!found)
		return no_account(ctx);
	audit_subject(ctx, "account", req_copy(ctx, account->id.text));
	return ERR_OK;
}

/* platform_answer - answers the account as it is after the change */
static enum err
platform_answer(struct ctx *ctx)
{
	struct seen account;
	enum err e;

	if ((e = account_of(ctx, &account)) != ERR_OK)
		return e;
	return reply(ctx, 200, platform_account_view, &account);
}

/* Resets the counts of wrong passwords and of wrong codes. */
enum err
platform_account_unlock(struct ctx *ctx)
{
	struct seen account;
	enum err e;

	if ((e = account_of(ctx, &account)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_LOGIN_GOOD, NULL,
	    ARG_UUID(&account.id))) != ERR_OK ||
	    (e = guess_forget(ctx, guess_code_key(ctx, &account.id))) !=
	    ERR_OK)
		return e;
	return platform_answer(ctx);
}

/* The account becomes inactive: sessions end, API tokens are refused. */
enum err
platform_account_disable(struct ctx *ctx)
{
	struct seen account;
	enum err e;

	if ((e = account_of(ctx, &account)) != ERR_OK)
		return e;
	if (strcmp(account.id.text, ctx->who.account.text) == 0)
		return fail(ctx, ERR_CONFLICT, "own_account",
		    "you cannot disable your own account: another operator "
		    "can");
	if ((e = sql_exec(ctx, &SQL_ACCOUNT_SET_STATE, NULL,
	    ARG_UUID(&account.id), ARG_TEXT("disabled"))) != ERR_OK ||
	    (e = session_end_all(ctx, &account.id)) != ERR_OK)
		return e;
	return platform_answer(ctx);
}

enum err
platform_account_enable(struct ctx *ctx)
{
	struct seen account;
	enum err e;

	if ((e = account_of(ctx, &account)) != ERR_OK)
		return e;
	if (strcmp(account.kind, "person") != 0)
		return fail(ctx, ERR_CONFLICT, "not_a_person",
		    "a %s account cannot be enabled again: make another one",
		    account.kind);
	if ((e = sql_exec(ctx, &SQL_ACCOUNT_SET_STATE, NULL,
	    ARG_UUID(&account.id), ARG_TEXT("active"))) != ERR_OK)
		return e;
	return platform_answer(ctx);
}

enum err
platform_audit_list(struct ctx *ctx)
{
	return reply_paged(ctx, &SQL_PLATFORM_AUDIT_LIST, platform_audit_view,
	    sizeof(struct event_seen));
}

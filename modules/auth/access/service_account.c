/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Service accounts: members of one tenant without an address, a password or a
 * session.  They act by API tokens that a manager makes for them.
 *
 * A manager gives a service account neither a role that may do more than they
 * may, nor a token of one that could: else they could use it to exceed their
 * own role.
 */
#include "config.h"

#include <string.h>

#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authz.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/access/access.h"
#include "modules/auth/access/api_token.h"

#include "modules/auth/access/api_token.sql.h"
#include "modules/auth/access/service_account.sql.h"

#define SERVICE_ACCOUNTS_MAX	50	/* per tenant */

struct service_in { const char *name, *role; };
struct role_words { const char *words; };
struct done { bool done; };

struct service_account {
	struct uuid	 id;
	const char	*name, *role, *permissions, *created_at, *used_at;
	int64_t		 tokens;	/* valid tokens */
};

const struct field service_in_fields[] = {
	FIELD_TEXT(struct service_in, name, 1, 60, CHARSET_LABEL),
	FIELD_TEXT(struct service_in, role, 2, 39, CHARSET_NAME),
	FIELD_END_OF("ServiceAccountCreate")
};

const struct field service_view[] = {
	VIEW_UUID(struct service_account, id),
	VIEW_TEXT(struct service_account, name),
	VIEW_TEXT(struct service_account, role),
	VIEW_TIME(struct service_account, created_at),
	VIEW_INT(struct service_account, tokens),
	VIEW_TIME_OPT(struct service_account, used_at),
	FIELD_END_OF("ServiceAccount")
};

static const struct field service_row[] = {
	VIEW_UUID(struct service_account, id),
	VIEW_TEXT(struct service_account, name),
	VIEW_TEXT(struct service_account, role),
	VIEW_TEXT(struct service_account, permissions),
	VIEW_TIME(struct service_account, created_at),
	VIEW_INT(struct service_account, tokens),
	VIEW_TIME_OPT(struct service_account, used_at),
	FIELD_END
};

static const struct field role_words_view[] = {
	VIEW_TEXT_OPT(struct role_words, words),
	FIELD_END
};

static const struct field done_view[] = {
	VIEW_BOOL(struct done, done),
	FIELD_END
};

static enum err
not_there(struct ctx *ctx)
{
	return fail(ctx, ERR_NOT_FOUND, "no_such_service_account",
	    "there is no such service account");
}

/*
 * service_account_find - finds it by the path; a foreign one answers like an
 * unknown one
 */
static enum err
service_account_find(struct ctx *ctx, const char *id,
    struct service_account *account)
{
	struct uuid uuid;
	bool found;
	enum err e;

	if (!uuid_set(&uuid, id))
		return not_there(ctx);
	if ((e = sql_opt(ctx, &SQL_SERVICE_ACCOUNT_GET, service_row, account,
	    &found, ARG_UUID(&uuid))) != ERR_OK)
		return e;
	return found ? ERR_OK : not_there(ctx);
}

/* check_role - accepts an existing role, except owner, within the caller's */
static enum err
check_role(struct ctx *ctx, const char *role)
{
	struct role_words found;
	enum err e;

	if ((e = sql_one(ctx, &SQL_ROLE_WORDS, role_words_view, &found,
	    ARG_TEXT(role))) != ERR_OK)
		return e;
	if (found.words == NULL)
		return fail_at(ctx, "role", fail(ctx, ERR_INVALID,
		    "no_such_role", "there is no role '%s'", role));
	if (strcmp(role, "owner") == 0)
		return fail_at(ctx, "role", fail(ctx, ERR_INVALID,
		    "person_required", "only a person can own a tenant"));
	if (!authz_covers(ctx, found.words))
		return fail(ctx, ERR_FORBIDDEN, "role_above_yours",
		    "role %s may do more than you yourself; whoever may do "
		    "that can give it", role);
	return ERR_OK;
}

enum err
service_list(struct ctx *ctx)
{
	static const struct reply_search search = {
	    &SQL_SERVICE_ACCOUNT_LIST, &SQL_SERVICE_ACCOUNT_TOTAL,
	    service_view, sizeof(struct service_account), "name", NULL };

	return reply_searched(ctx, &search);
}

enum err
service_create(struct ctx *ctx)
{
	struct service_account made;
	struct service_in in;
	int64_t have;
	struct done joined;
	struct uuid id;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = check_role(ctx, in.role)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_SERVICE_ACCOUNT_LOCK, NULL)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_SERVICE_ACCOUNT_COUNT, &have)) != ERR_OK)
		return e;
	if (have >= SERVICE_ACCOUNTS_MAX)
		return fail(ctx, ERR_CONFLICT, "too_many_service_accounts",
		    "a tenant has at most %d service accounts: delete one "
		    "first", SERVICE_ACCOUNTS_MAX);
	uuid7(&id);
	if ((e = sql_exec(ctx, &SQL_SERVICE_ACCOUNT_INSERT, NULL,
	    ARG_UUID(&id), ARG_TEXT(in.name))) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_SERVICE_ACCOUNT_JOIN, done_view, &joined,
	    ARG_UUID(&id), ARG_TEXT(in.role))) != ERR_OK)
		return e;
	if (!joined.done)	/* the role was deleted just now */
		return fail_at(ctx, "role", fail(ctx, ERR_INVALID,
		    "no_such_role", "there is no role '%s'", in.role));
	if ((e = service_account_find(ctx, id.text, &made)) != ERR_OK)
		return e;
	audit_subject(ctx, "account", req_copy(ctx, id.text));
	audit_fact(ctx, "name", in.name);
	audit_fact(ctx, "role", in.role);
	return reply(ctx, 201, service_view, &made);
}

/* The account stays, without any right, so that the audit trail can name it. */
enum err
service_delete(struct ctx *ctx)
{
	struct service_account account;
	struct done left;
	enum err e;

	if ((e = service_account_find(ctx, req_param(ctx, "id"), &account)) !=
	    ERR_OK)
		return e;
	audit_subject(ctx, "account", req_copy(ctx, account.id.text));
	if ((e = sql_one(ctx, &SQL_SERVICE_ACCOUNT_LEAVE, done_view, &left,
	    ARG_UUID(&account.id))) != ERR_OK)
		return e;
	if (!left.done)
		return not_there(ctx);
	if ((e = sql_exec(ctx, &SQL_SERVICE_ACCOUNT_DISABLE, NULL,
	    ARG_UUID(&account.id))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_API_TOKEN_REVOKE_ALL, NULL,
	    ARG_UUID(&account.id))) != ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}

/* holder_of - finds the service account of the path, which holds the tokens */
static enum err
holder_of(struct ctx *ctx, struct holder *holder)
{
	struct service_account account;
	enum err e;

	if ((e = service_account_find(ctx, req_param(ctx, "id"), &account)) ==
	    ERR_OK)
		*holder = (struct holder){ account.id, account.permissions };
	return e;
}

enum err
service_token_list(struct ctx *ctx)
{
	struct holder holder;
	enum err e = holder_of(ctx, &holder);

	return e != ERR_OK ? e : holder_list(ctx, &holder);
}

enum err
service_token_create(struct ctx *ctx)
{
	struct holder holder;
	enum err e = holder_of(ctx, &holder);

	return e != ERR_OK ? e : holder_create(ctx, &holder);
}

enum err
service_token_rotate(struct ctx *ctx)
{
	struct holder holder;
	enum err e = holder_of(ctx, &holder);

	return e != ERR_OK ? e : holder_rotate(ctx, &holder, "token");
}

enum err
service_token_revoke(struct ctx *ctx)
{
	struct holder holder;
	enum err e = holder_of(ctx, &holder);

	return e != ERR_OK ? e : holder_revoke(ctx, &holder, "token");
}

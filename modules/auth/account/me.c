/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signed-in account and its permissions; changes of name and password.
 *
 * A change asks for the old password although the sign-in is fresh: whoever
 * finds an open browser must not be able to take over the account.  It counts
 * as a guess like every other, with the same limits.
 */
#include "config.h"

#include <string.h>

#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/password.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/account/account.h"
#include "modules/auth/guess.h"
#include "modules/auth/known_device.h"
#include "modules/auth/notice.h"
#include "modules/auth/password_rule.h"
#include "modules/auth/person.h"
#include "modules/auth/session/session.h"

#include "modules/auth/account/me.sql.h"
#include "modules/auth/person.sql.h"

/* For OpenAPI: the answer that me_get() composes. */
struct me {
	const char	*account, *tenants, *tenant, *rule, *permissions;
	const char	*token;
};

/* The API token that asks. */
struct shown_token {
	struct uuid	 id;
	const char	*name, *hint, *scopes, *created_at, *expires_at;
};

static const struct field shown_token_view[] = {
	VIEW_UUID(struct shown_token, id),
	VIEW_TEXT(struct shown_token, name),
	VIEW_TEXT(struct shown_token, hint),
	VIEW_LIST(struct shown_token, scopes),
	VIEW_TIME(struct shown_token, created_at),
	VIEW_TIME(struct shown_token, expires_at),
	FIELD_END_OF("ShownToken")
};

/* The account; a service account has no address. */
static const struct field self_view[] = {
	VIEW_UUID(struct account, id),
	VIEW_TEXT_OPT(struct account, email),
	VIEW_TEXT(struct account, name),
	VIEW_BOOL(struct account, verified),
	FIELD_END_OF("Self")
};

static const struct field permission_shape[] = {
	SHAPE_TEXT(name),
	SHAPE_TEXTS_OPT(environments),
	SHAPE_TEXTS_OPT(applications),
	FIELD_END_OF("EffectivePermission")
};

/*
 * tenant is the tenant of this request, or null.  permissions are valid there,
 * as [{name, environments, applications}]; null means no limit.  An operator
 * without a tenant has platform permissions.  rule names what the sign-in
 * policy still requires of this session, or is null: while there is a rule, no
 * permission can be used.
 */
const struct field me_view[] = {
	VIEW_OBJECT(struct me, account, self_view),
	VIEW_OBJECTS(struct me, tenants, membership_view),
	VIEW_TEXT_OPT(struct me, tenant),
	VIEW_TEXT_OPT(struct me, rule),
	VIEW_OBJECTS(struct me, permissions, permission_shape),
	VIEW_OBJECT_OPT(struct me, token, shown_token_view),
	FIELD_END_OF("Me")
};

struct granted { const char *permissions; };

static const struct field granted_view[] = {
	VIEW_JSON(struct granted, permissions),
	FIELD_END
};

struct rename_in { const char *name; };
struct password_in { const char *old, *new; };

const struct field me_rename_fields[] = {
	FIELD_TEXT(struct rename_in, name, 1, 120, CHARSET_LABEL),
	FIELD_END_OF("AccountEdit")
};

const struct field me_password_fields[] = {
	FIELD_PASSWORD(struct password_in, old, 1, PASSWORD_MAX),
	FIELD_PASSWORD(struct password_in, new, PASSWORD_MIN, PASSWORD_MAX),
	FIELD_END_OF("PasswordChange")
};

/* tenants_seen - lists all memberships; for an API token only its tenant */
static enum err
tenants_seen(struct ctx *ctx, struct json **list)
{
	struct membership *rows;
	size_t i, n;
	enum err e;

	if ((e = grant_tenants(ctx, &rows, &n)) != ERR_OK)
		return e;
	if (uuid_empty(&ctx->who.token))
		return grant_list(ctx, rows, n, list);
	for (i = 0; i < n; i++)
		if (strcmp(rows[i].id.text, ctx->who.tenant.text) == 0)
			return grant_list(ctx, &rows[i], 1, list);
	return grant_list(ctx, rows, 0, list);
}

/* put_token - says what the API token is that asks; null for a session */
static enum err
put_token(struct ctx *ctx, struct json *answer)
{
	struct shown_token token;
	struct json *one;
	enum err e;

	if (uuid_empty(&ctx->who.token)) {
		json_put_null(answer, "token");
		return ERR_OK;
	}
	if ((e = sql_one(ctx, &SQL_ME_TOKEN, shown_token_view, &token,
	    ARG_UUID(&ctx->who.token))) != ERR_OK ||
	    (e = field_encode(ctx, shown_token_view, &token, &one)) != ERR_OK)
		return e;
	json_put(answer, "token", one);
	return ERR_OK;
}

enum err
me_get(struct ctx *ctx)
{
	struct json *answer = json_object(ctx), *account, *tenants;
	const struct who *who = &ctx->who;
	struct granted granted;
	struct account self;
	enum err e;

	if ((e = sql_one(ctx, &SQL_ACCOUNT_BY_ID, self_view, &self,
	    ARG_UUID(&who->account))) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_ME_PERMISSIONS, granted_view, &granted,
	    ARG_TEXT(who->permissions), ARG_TEXT(who->scopes))) != ERR_OK ||
	    (e = tenants_seen(ctx, &tenants)) != ERR_OK ||
	    (e = field_encode(ctx, self_view, &self, &account)) != ERR_OK)
		return e;
	json_put(answer, "account", account);
	json_put(answer, "tenants", tenants);
	json_put_text(answer, "tenant", who->tenant_slug);
	json_put_text(answer, "rule", who->rule);
	if ((e = json_put_raw(ctx, answer, "permissions",
	    granted.permissions)) != ERR_OK ||
	    (e = put_token(ctx, answer)) != ERR_OK)
		return e;
	return reply_json(ctx, 200, answer);
}

enum err
me_rename(struct ctx *ctx)
{
	struct account account;
	struct rename_in in;
	enum err e;

	audit_subject(ctx, "account", ctx->who.account.text);
	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ME_RENAME, NULL,
	    ARG_UUID(&ctx->who.account), ARG_TEXT(in.name))) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_ACCOUNT_BY_ID, account_view, &account,
	    ARG_UUID(&ctx->who.account))) != ERR_OK)
		return e;
	return reply(ctx, 200, account_view, &account);
}

/* old_good - checks the present password; returns the reason why not */
static enum err
old_good(struct ctx *ctx, const char *old, struct person *person)
{
	struct guess guess;
	enum err e;

	if ((e = sql_begin(ctx, false)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_PERSON_GET, person_view, person,
	    ARG_UUID(&ctx->who.account))) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK)
		return e;
	if (person->email == NULL || person->password_hash == NULL)
		return fail(ctx, ERR_FORBIDDEN, "no_password",
		    "this account has no password: ask for a link to set one");
	if ((e = guess_count(ctx, GUESS_PASSWORD, person->email, &guess)) !=
	    ERR_OK)
		return e;
	if (guess.locked)
		return guess_refuse(ctx, GUESS_PASSWORD, guess.wait_s);
	if (!password_verify(ctx, person->password_hash, old, NULL))
		return ctx->fault.err != ERR_OK ? ctx->fault.err :
		    fail_at(ctx, "old", fail(ctx, ERR_INVALID,
		    "wrong_password", "the old password is wrong"));
	return ERR_OK;
}

/* me_change - sets the hash, and ends all that relied on the old password */
static enum err
me_change(struct ctx *ctx, const struct person *person, const char *hash)
{
	const struct uuid *account = &ctx->who.account;
	int64_t changed;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_ACCOUNT_REHASH, &changed,
	    ARG_UUID(account), ARG_TEXT(person->password_hash),
	    ARG_TEXT(hash))) != ERR_OK)
		return e;
	if (changed == 0)
		return fail(ctx, ERR_CONFLICT, "password_changed",
		    "the password was changed elsewhere meanwhile");
	if ((e = sql_exec(ctx, &SQL_ME_LINKS_VOID, NULL,
	    ARG_UUID(account))) != ERR_OK ||
	    (e = session_end_others(ctx, account, &ctx->who.session)) !=
	    ERR_OK ||
	    (e = known_devices_forget(ctx, account)) != ERR_OK ||
	    (e = guess_forget(ctx, person->email)) != ERR_OK)
		return e;
	if (ctx->who.by_cookie &&
	    (e = known_device_keep(ctx, account)) != ERR_OK)
		return e;
	return notice_queue(ctx, account, "The password was changed, and all "
	    "other sessions have ended.");
}

enum err
me_password(struct ctx *ctx)
{
	struct person person;
	struct password_in in;
	const char *hash;
	enum err e;

	audit_subject(ctx, "account", ctx->who.account.text);
	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = old_good(ctx, in.old, &person)) != ERR_OK ||
	    (e = password_allow(ctx, "new", in.new)) != ERR_OK ||
	    (e = password_hash(ctx, in.new, &hash)) != ERR_OK ||
	    (e = authn_begin(ctx, true)) != ERR_OK ||
	    (e = me_change(ctx, &person, hash)) != ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}

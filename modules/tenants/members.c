/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Members of the tenant: their roles, and how they leave.
 *
 * Changes wait for one another in members_begin().  A trigger of the table also
 * makes sure that a tenant keeps an owner, whatever else changes the table.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/lifecycle.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/common.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/words.h"
#include "modules/tenants/members.h"
#include "modules/tenants/tenants.h"

#include "modules/tenants/members.sql.h"

#define UNLOCKS_MAX	5	/* per member and day: limits guessing */

struct owner_in { struct uuid account; };
struct tie { const char *tie; };
struct flag { bool done; };

const struct field member_edit_fields[] = {
	ROLE_FIELDS(struct role_in),
	FIELD_END_OF("MemberEdit")
};

const struct field ownership_fields[] = {
	FIELD_UUID(struct owner_in, account),
	FIELD_END_OF("OwnershipTransfer")
};

static const struct field tie_view[] = {
	VIEW_TEXT_OPT(struct tie, tie),
	FIELD_END
};

static const struct field flag_view[] = {
	VIEW_BOOL(struct flag, done),
	FIELD_END
};

enum err
member_list(struct ctx *ctx)
{
	static const struct reply_search search = { &SQL_MEMBER_LIST,
	    &SQL_MEMBER_TOTAL, member_view, sizeof(struct member), "name",
	    "created_at" };

	return reply_searched(ctx, &search);
}

enum err
member_get(struct ctx *ctx)
{
	struct member member;
	enum err e;

	if ((e = member_of_path(ctx, "id", &member)) != ERR_OK)
		return e;
	return reply(ctx, 200, member_view, &member);
}

static bool
is_owner(const struct member *member)
{
	return strcmp(member->role, "owner") == 0;
}

static bool
is_me(const struct ctx *ctx, const struct member *member)
{
	return strcmp(member->id.text, ctx->who.account.text) == 0;
}

static enum err
refuse_tie(struct ctx *ctx, const char *tie)
{
	if (strcmp(tie, "break_glass") == 0)
		return fail(ctx, ERR_CONFLICT, "break_glass",
		    "this owner is the one who can sign in when the tenant's "
		    "provider fails: first name another owner in the sign-in "
		    "policy");
	return fail(ctx, ERR_CONFLICT, "last_owner",
	    "the tenant needs an owner who can sign in: make somebody else "
	    "an owner first, or delete the tenant");
}

/*
 * owner_check - an owner may give up the role only when the tenant has another
 */
static enum err
owner_check(struct ctx *ctx, const struct member *member)
{
	struct tie tie;
	enum err e;

	if (!is_owner(member))
		return ERR_OK;
	if ((e = sql_one(ctx, &SQL_MEMBER_TIE, tie_view, &tie,
	    ARG_UUID(&member->id))) != ERR_OK)
		return e;
	return tie.tie == NULL ? ERR_OK : refuse_tie(ctx, tie.tie);
}

/* audit_member - names this member and their role in the audit row */
static void
audit_member(struct ctx *ctx, const struct member *member)
{
	audit_subject(ctx, "account", req_copy(ctx, member->id.text));
	audit_fact(ctx, "role", member->role);
}

void
audit_withdrawn(struct ctx *ctx, int64_t count)
{
	char number[24];

	if (count > 0)
		audit_fact(ctx, "invitations_withdrawn", req_copy(ctx,
		    sql_int_text(count, number)));
}

static enum err
notify_member(struct ctx *ctx, const struct member *member,
    const char *template,
    const char *role)
{
	const struct notice notice = { .template = template,
	    .address = member->email, .name = member->name, .role = role };

	return notice_send(ctx, &notice);
}

/*
 * set_role - sets the role; invitations they sent with the old one are
 * withdrawn
 */
static enum err
set_role(struct ctx *ctx, const struct member *member,
    const struct role_found *role, int64_t version)
{
	int64_t changed, withdrawn;
	enum err e;

	e = sql_exec(ctx, &SQL_MEMBER_SET_ROLE, &changed,
	    ARG_UUID(&member->id), ARG_TEXT(role->preset),
	    ARG_UUID(&role->custom), version == 0 ? ARG_NULL :
	    ARG_INT(version));
	if (e == ERR_CONFLICT)
		return refuse_tie(ctx, "last_owner");
	if (e != ERR_OK)
		return e;
	if (changed == 0)
		return req_stale(ctx, "member");
	if ((e = sql_exec(ctx, &SQL_INVITATIONS_WITHDRAW, &withdrawn,
	    ARG_UUID(&member->id))) != ERR_OK)
		return e;
	audit_withdrawn(ctx, withdrawn);
	return notify_member(ctx, member, "role_changed", role->name);
}

/* becomes_owner - requires a person, and a caller who has just signed in */
static enum err
becomes_owner(struct ctx *ctx, const struct member *member)
{
	if (strcmp(member->kind, "person") != 0 ||
	    account_state_of(member->state) != ACCOUNT_ACTIVE)
		return fail(ctx, ERR_INVALID, "not_a_person",
		    "an owner must be a person who can sign in");
	return authz_fresh(ctx);
}

enum err
member_edit(struct ctx *ctx)
{
	struct role_found role;
	struct member member;
	struct role_in in;
	int64_t version;
	bool owner;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = req_version(ctx, &version)) != ERR_OK ||
	    (e = members_begin(ctx)) != ERR_OK ||
	    (e = member_of_path(ctx, "id", &member)) != ERR_OK)
		return e;
	audit_member(ctx, &member);
	if ((e = role_choose(ctx, &in, &role)) != ERR_OK ||
	    (e = member_within(ctx, &member)) != ERR_OK)
		return e;
	audit_fact(ctx, "new_role", role.name);
	owner = strcmp(role.name, "owner") == 0;
	e = owner ? becomes_owner(ctx, &member) : owner_check(ctx, &member);
	if (e != ERR_OK ||
	    (e = set_role(ctx, &member, &role, version)) != ERR_OK ||
	    (e = member_of_id(ctx, &member.id, &member)) != ERR_OK)
		return e;
	return reply(ctx, 200, member_view, &member);
}

/*
 * members_removable - others need the permission to remove; every member may
 * leave, but no token leaves for them without its scope
 */
static enum err
members_removable(struct ctx *ctx, const struct member *member)
{
	enum err e;

	if (is_me(ctx, member) && uuid_empty(&ctx->who.token))
		return ERR_OK;
	if ((e = authz_check(ctx, PERM_MEMBER_MANAGE)) != ERR_OK)
		return e;
	if (strcmp(member->kind, "service") == 0)
		return fail(ctx, ERR_CONFLICT, "service_account",
		    "this is a service account: delete it at "
		    "/api/auth/service-accounts");
	return member_within(ctx, member);
}

/*
 * Takes effect with the next request, since each request reads the membership.
 */
enum err
member_remove(struct ctx *ctx)
{
	struct member member;
	int64_t gone;
	enum err e;

	if ((e = members_begin(ctx)) != ERR_OK ||
	    (e = member_of_path(ctx, "id", &member)) != ERR_OK)
		return e;
	audit_member(ctx, &member);
	if ((e = members_removable(ctx, &member)) != ERR_OK ||
	    (e = owner_check(ctx, &member)) != ERR_OK)
		return e;
	if (!is_me(ctx, &member) && (e = notify_member(ctx, &member,
	    "member_removed", member.role)) != ERR_OK)
		return e;
	e = sql_exec(ctx, &SQL_MEMBER_DELETE, &gone, ARG_UUID(&member.id));
	if (e == ERR_CONFLICT)
		return refuse_tie(ctx, "last_owner");
	return e != ERR_OK ? e : reply_empty(ctx, 204);
}

/* The previous owner becomes an admin in the same transaction. */
enum err
ownership_transfer(struct ctx *ctx)
{
	const struct role_found owner = { .preset = "owner", .name = "owner" },
	    admin = { .preset = "admin", .name = "admin" };
	struct member member, me;
	struct owner_in in;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = members_begin(ctx)) != ERR_OK)
		return e;
	if (strcmp(ctx->who.role, "owner") != 0)
		return fail(ctx, ERR_FORBIDDEN, "owners_only",
		    "only an owner can transfer the ownership");
	if ((e = member_of_id(ctx, &in.account, &member)) != ERR_OK ||
	    (e = member_of_id(ctx, &ctx->who.account, &me)) != ERR_OK)
		return e;
	audit_member(ctx, &member);
	if (is_owner(&member))
		return fail(ctx, ERR_CONFLICT, "already_owner",
		    "this member is an owner already");
	if ((e = becomes_owner(ctx, &member)) != ERR_OK ||
	    (e = set_role(ctx, &member, &owner, 0)) != ERR_OK ||
	    (e = owner_check(ctx, &me)) != ERR_OK ||
	    (e = set_role(ctx, &me, &admin, 0)) != ERR_OK ||
	    (e = member_of_id(ctx, &member.id, &member)) != ERR_OK)
		return e;
	return reply(ctx, 200, member_view, &member);
}

/*
 * member_unlock - is limited by day, because the lock limits guessing: whoever
 * could unlock an account again and again could guess again and again, and a
 * member need not trust the owner of the tenant.
 */
enum err
member_unlock(struct ctx *ctx)
{
	struct member member;
	int64_t before;
	struct flag flag;
	enum err e;

	if ((e = members_begin(ctx)) != ERR_OK ||
	    (e = member_of_path(ctx, "id", &member)) != ERR_OK)
		return e;
	audit_member(ctx, &member);
	if ((e = member_within(ctx, &member)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_MEMBER_UNLOCKS, &before,
	    ARG_TEXT(member.id.text))) != ERR_OK)
		return e;
	if (before >= UNLOCKS_MAX)
		return fail(ctx, ERR_INVALID, "too_many_unlocks",
		    "a member can be unlocked %d times a day; the lock ends "
		    "by itself in some minutes", UNLOCKS_MAX);
	if ((e = sql_one(ctx, &SQL_MEMBER_UNLOCK, flag_view, &flag,
	    ARG_UUID(&member.id))) != ERR_OK)
		return e;
	audit_fact(ctx, "locked", member.locked_until == NULL ? "false" :
	    "true");
	return reply_empty(ctx, 204);
}

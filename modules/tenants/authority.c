/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may change whose membership.  Changes come one at a time, nobody grants
 * what they lack, and nobody changes a member who has more than they have.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/sql.h"
#include "libshared/plan/entitle.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/words.h"
#include "modules/tenants/members.h"

#include "modules/tenants/authority.sql.h"
#include "modules/tenants/members.sql.h"


const struct field member_view[] = {
	VIEW_UUID(struct member, id),
	VIEW_CHOICE(struct member, kind, account_kinds),
	VIEW_TEXT_OPT(struct member, email),
	VIEW_TEXT(struct member, name),
	VIEW_TEXT(struct member, role),
	VIEW_UUID_OPT(struct member, custom_role),
	VIEW_CHOICE(struct member, state, account_states),
	VIEW_TIME_OPT(struct member, locked_until),
	VIEW_INT(struct member, version),
	VIEW_TIME(struct member, created_at),
	FIELD_END_OF("Member")
};

struct standing { const char *role, *permissions; };

static const struct field standing_view[] = {
	VIEW_TEXT(struct standing, role),
	VIEW_TEXT(struct standing, permissions),
	FIELD_END
};

static const struct field role_found_view[] = {
	VIEW_UUID_OPT(struct role_found, custom),
	VIEW_TEXT_OPT(struct role_found, preset),
	VIEW_TEXT(struct role_found, name),
	VIEW_TEXT(struct role_found, words),
	FIELD_END
};

static const struct field entitled_view[] = {
	VIEW_TEXT(struct entitled, tier),
	VIEW_TEXT(struct entitled, custom_roles),
	VIEW_TEXT(struct entitled, teams),
	FIELD_END
};

static const struct field team_role_view[] = {
	VIEW_TEXT_OPT(struct role_in, role),
	VIEW_UUID_OPT(struct role_in, custom_role),
	FIELD_END
};

enum err
members_begin(struct ctx *ctx)
{
	struct standing mine = { 0 };
	bool found;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_MEMBERS_LOCK, NULL)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_MY_STANDING, standing_view, &mine,
	    &found)) != ERR_OK)
		return e;
	ctx->who.role = found ? mine.role : NULL;
	ctx->who.permissions = found ? mine.permissions : NULL;
	return authz_check(ctx, ctx->req->route->perm);
}

enum err
member_of_id(struct ctx *ctx, const struct uuid *id, struct member *member)
{
	bool found = false;
	enum err e;

	if (!uuid_empty(id) && (e = sql_opt(ctx, &SQL_MEMBER_GET, member_view,
	    member, &found, ARG_UUID(id))) != ERR_OK)
		return e;
	return found ? ERR_OK : fail(ctx, ERR_NOT_FOUND, "no_such_member",
	    "there is no such member");
}

enum err
member_of_path(struct ctx *ctx, const char *name, struct member *member)
{
	struct uuid id;

	if (!uuid_set(&id, req_param(ctx, name)))
		id = (struct uuid){ "" };
	return member_of_id(ctx, &id, member);
}

enum err
role_within(struct ctx *ctx, const char *name, const char *words)
{
	const char *lacking = authz_lacks(ctx, words);

	if (lacking == NULL)
		return ERR_OK;
	return fail(ctx, ERR_FORBIDDEN, "role_above_yours",
	    "role %s gives %s, which you do not have: somebody who has it, "
	    "such as an owner, can do this", name, lacking);
}

enum err
entitled_to(struct ctx *ctx, struct entitled *entitled)
{
	return sql_one(ctx, &SQL_ENTITLED, entitled_view, entitled);
}

enum err
custom_included(struct ctx *ctx)
{
	struct entitled entitled;
	enum err e;

	if ((e = entitled_to(ctx, &entitled)) != ERR_OK)
		return e;
	return entitle_check(ctx, &(const struct entitlement){
	    .feature = "custom_roles", .value = entitled.custom_roles,
	    .tier = entitled.tier });
}

enum err
role_find(struct ctx *ctx, const char *preset, const struct uuid *custom,
    struct role_found *role)
{
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_ROLE_FIND, role_found_view, role, &found,
	    ARG_TEXT(preset), ARG_UUID(custom))) != ERR_OK)
		return e;
	return found ? ERR_OK : fail(ctx, ERR_NOT_FOUND, "no_such_role",
	    "there is no such role");
}

enum err
role_choose(struct ctx *ctx, const struct role_in *in,
    struct role_found *role)
{
	bool custom = !uuid_empty(&in->custom_role);
	enum err e;

	if ((in->role != NULL) == custom)
		return fail(ctx, ERR_BAD_INPUT, "role_required",
		    "send either role, one of the four presets, or "
		    "custom_role, an id");
	if ((custom && (e = custom_included(ctx)) != ERR_OK) ||
	    (e = role_find(ctx, in->role, &in->custom_role, role)) != ERR_OK)
		return e;
	return role_within(ctx, role->name, role->words);
}

enum err
member_within(struct ctx *ctx, const struct member *member)
{
	const char *preset = uuid_empty(&member->custom_role) ? member->role :
	    NULL;
	struct role_found role;
	enum err e;

	if ((e = role_find(ctx, preset, &member->custom_role, &role)) !=
	    ERR_OK)
		return e;
	return role_within(ctx, role.name, role.words);
}

enum err
team_within(struct ctx *ctx, const struct uuid *team)
{
	struct role_found role;
	struct role_in has;
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_TEAM_ROLE, team_role_view, &has, &found,
	    ARG_UUID(team))) != ERR_OK)
		return e;
	if (!found)
		return fail(ctx, ERR_NOT_FOUND, "no_such_team",
		    "there is no such team");
	if ((e = role_find(ctx, has.role, &has.custom_role, &role)) != ERR_OK)
		return e;
	return role_within(ctx, role.name, role.words);
}

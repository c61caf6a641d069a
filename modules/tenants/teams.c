/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Teams: what a role grants, limited to some applications (M2.3).
 *
 * A member of a team has the team's role for its applications, in addition to
 * their own role everywhere.  Of the team's role only permissions about
 * applications count.
 */
#include "config.h"

#include <string.h>

#include "libshared/doors/crypto.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/plan/entitle.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/words.h"
#include "modules/tenants/members.h"
#include "modules/tenants/tenants.h"

#include "modules/tenants/teams.sql.h"

#define TEAMS_MAX	100	/* per tenant, where its tier has full teams */
#define TEAMS_BASIC	1	/* per tenant, where its tier has basic teams */

struct team_in { const char *name; struct role_in role; };

struct team {
	struct uuid	 id, custom_role;
	const char	*name, *role, *created_at, *members, *applications;
	int64_t		 version;
};

struct found { struct uuid id; };

#define TEAM_ROLE_FIELDS \
	{ "role", FIELD_KIND_TEXT, FIELD_OPTIONAL, CHARSET_TEXT, \
	    offsetof(struct team_in, role.role), 1, 64, \
	    .choices = role_presets }, \
	{ "custom_role", FIELD_KIND_UUID, FIELD_OPTIONAL, CHARSET_TEXT, \
	    offsetof(struct team_in, role.custom_role), 36, 36, \
	    .choices = NULL }

const struct field team_fields[] = {
	FIELD_TEXT(struct team_in, name, 1, 60, CHARSET_LABEL),
	TEAM_ROLE_FIELDS,
	FIELD_END_OF("TeamCreate")
};

const struct field team_edit_fields[] = {
	FIELD_TEXT_OPT(struct team_in, name, 1, 60, CHARSET_LABEL),
	TEAM_ROLE_FIELDS,
	FIELD_END_OF("TeamEdit")
};

const struct field team_view[] = {
	VIEW_UUID(struct team, id),
	VIEW_TEXT(struct team, name),
	VIEW_TEXT(struct team, role),
	VIEW_UUID_OPT(struct team, custom_role),
	VIEW_INT(struct team, version),
	VIEW_TIME(struct team, created_at),
	FIELD_END_OF("Team")
};

static const struct field team_member_shape[] = {
	SHAPE_UUID(id),
	SHAPE_TEXT(name),
	SHAPE_TEXT_OPT(email),
	FIELD_END_OF("TeamMember")
};

static const struct field team_application_shape[] = {
	SHAPE_TEXT(name),
	FIELD_END_OF("TeamApplication")
};

const struct field whole_team_view[] = {
	VIEW_UUID(struct team, id),
	VIEW_TEXT(struct team, name),
	VIEW_TEXT(struct team, role),
	VIEW_UUID_OPT(struct team, custom_role),
	VIEW_INT(struct team, version),
	VIEW_TIME(struct team, created_at),
	VIEW_OBJECTS(struct team, members, team_member_shape),
	VIEW_OBJECTS(struct team, applications, team_application_shape),
	FIELD_END_OF("TeamDetail")
};

static const struct field found_view[] = {
	VIEW_UUID(struct found, id),
	FIELD_END
};

enum err
team_list(struct ctx *ctx)
{
	static const struct reply_search search = { &SQL_TEAM_LIST,
	    &SQL_TEAM_TOTAL, team_view, sizeof(struct team), "name", NULL };

	return reply_searched(ctx, &search);
}

static struct uuid
id_of_path(struct ctx *ctx)
{
	struct uuid id;

	return uuid_set(&id, req_param(ctx, "id")) ? id : (struct uuid){ "" };
}

static enum err
team_show(struct ctx *ctx, const struct uuid *id, int status)
{
	struct team team;
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_TEAM_GET, whole_team_view, &team, &found,
	    ARG_UUID(id))) != ERR_OK)
		return e;
	if (!found)
		return fail(ctx, ERR_NOT_FOUND, "no_such_team",
		    "there is no such team");
	return reply(ctx, status, status == 200 ? whole_team_view : team_view,
	    &team);
}

enum err
team_get(struct ctx *ctx)
{
	const struct uuid id = id_of_path(ctx);

	return team_show(ctx, &id, 200);
}

/* room_for_one - more than one team requires a higher tier */
static enum err
room_for_one(struct ctx *ctx)
{
	struct entitled entitled;
	int64_t there;
	enum err e;

	if ((e = entitled_to(ctx, &entitled)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_TEAMS_COUNT, &there)) != ERR_OK)
		return e;
	if (there >= TEAMS_BASIC && (e = entitle_check(ctx,
	    &(const struct entitlement){ .feature = "teams", .needs = "full",
	    .value = entitled.teams, .tier = entitled.tier })) != ERR_OK)
		return e;
	if (there >= TEAMS_MAX)
		return fail(ctx, ERR_INVALID, "too_many_teams",
		    "a tenant has at most %d teams", TEAMS_MAX);
	return ERR_OK;
}

static enum err
name_taken(struct ctx *ctx)
{
	return fail_at(ctx, "name", fail(ctx, ERR_CONFLICT, "name_taken",
	    "there is a team of this name already"));
}

enum err
team_create(struct ctx *ctx)
{
	struct role_found role;
	struct team_in in;
	struct uuid id;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = members_begin(ctx)) != ERR_OK ||
	    (e = role_choose(ctx, &in.role, &role)) != ERR_OK ||
	    (e = room_for_one(ctx)) != ERR_OK)
		return e;
	uuid7(&id);
	e = sql_exec(ctx, &SQL_TEAM_INSERT, NULL, ARG_UUID(&id),
	    ARG_TEXT(in.name), ARG_TEXT(role.preset), ARG_UUID(&role.custom));
	if (e == ERR_CONFLICT)
		return name_taken(ctx);
	if (e != ERR_OK)
		return e;
	audit_subject(ctx, "team", req_copy(ctx, id.text));
	audit_fact(ctx, "name", in.name);
	audit_fact(ctx, "role", role.name);
	return team_show(ctx, &id, 201);
}

/*
 * team_begin - finds a team whose role is within the caller's, and locks
 * members
 */
static enum err
team_begin(struct ctx *ctx, struct uuid *id)
{
	enum err e;

	if ((e = members_begin(ctx)) != ERR_OK)
		return e;
	*id = id_of_path(ctx);
	audit_subject(ctx, "team", req_copy(ctx, id->text));
	return team_within(ctx, id);
}

enum err
team_edit(struct ctx *ctx)
{
	struct role_found role = { .name = NULL };
	struct team_in in;
	struct uuid id;
	int64_t version, changed;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = req_version(ctx, &version)) != ERR_OK ||
	    (e = team_begin(ctx, &id)) != ERR_OK)
		return e;
	if (in.role.role != NULL || !uuid_empty(&in.role.custom_role)) {
		if ((e = role_choose(ctx, &in.role, &role)) != ERR_OK)
			return e;
		audit_fact(ctx, "role", role.name);
	}
	e = sql_exec(ctx, &SQL_TEAM_EDIT, &changed, ARG_UUID(&id),
	    ARG_INT(version), ARG_TEXT(in.name), ARG_TEXT(role.preset),
	    ARG_UUID(&role.custom));
	if (e == ERR_CONFLICT)
		return name_taken(ctx);
	if (e != ERR_OK)
		return e;
	if (changed == 0)
		return req_stale(ctx, "team");
	return team_show(ctx, &id, 200);
}

enum err
team_delete(struct ctx *ctx)
{
	struct uuid id;
	enum err e;

	if ((e = team_begin(ctx, &id)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_TEAM_DELETE, NULL, ARG_UUID(&id))) !=
	    ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}

/* member_change - adds or removes the member of the path, by the given query */
static enum err
member_change(struct ctx *ctx, const struct sql_query *change)
{
	struct member member;
	struct uuid id;
	enum err e;

	if ((e = team_begin(ctx, &id)) != ERR_OK ||
	    (e = member_of_path(ctx, "account", &member)) != ERR_OK)
		return e;
	audit_fact(ctx, "account", req_copy(ctx, member.id.text));
	if ((e = sql_exec(ctx, change, NULL, ARG_UUID(&id),
	    ARG_UUID(&member.id))) != ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}

enum err
team_member_add(struct ctx *ctx)
{
	return member_change(ctx, &SQL_TEAM_MEMBER_ADD);
}

enum err
team_member_remove(struct ctx *ctx)
{
	return member_change(ctx, &SQL_TEAM_MEMBER_REMOVE);
}

/* app_of_path - finds an application of the tenant by its name */
static enum err
app_of_path(struct ctx *ctx, struct found *app)
{
	bool found;
	enum err e;

	audit_fact(ctx, "app", req_param(ctx, "app"));
	if ((e = sql_opt(ctx, &SQL_TEAM_APP, found_view, app, &found,
	    ARG_TEXT(req_param(ctx, "app")))) != ERR_OK)
		return e;
	return found ? ERR_OK : fail(ctx, ERR_NOT_FOUND, "no_such_app",
	    "there is no such application");
}

/* app_change - does the same for the application of the path */
static enum err
app_change(struct ctx *ctx, const struct sql_query *change)
{
	struct found app;
	struct uuid id;
	enum err e;

	if ((e = team_begin(ctx, &id)) != ERR_OK ||
	    (e = app_of_path(ctx, &app)) != ERR_OK ||
	    (e = sql_exec(ctx, change, NULL, ARG_UUID(&id),
	    ARG_UUID(&app.id))) != ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}

enum err
team_app_add(struct ctx *ctx)
{
	return app_change(ctx, &SQL_TEAM_APP_ADD);
}

enum err
team_app_remove(struct ctx *ctx)
{
	return app_change(ctx, &SQL_TEAM_APP_REMOVE);
}

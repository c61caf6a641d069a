/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roles: the four presets, and custom roles of a tenant (M2.9).
 *
 * A custom role is a list of grants: "app.read", or "app.deploy@dev" for one
 * environment only.  Nobody makes a role that grants more than they have.  Each
 * role lets its holders see the tenant, so that they can leave it.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/tenants/members.h"
#include "modules/tenants/tenants.h"

#include "modules/tenants/roles.sql.h"

#define ROLES_MAX	100	/* per tenant */
#define GRANTS_MAX	199	/* tenant.read is added to them */

struct new_role { const char *name, *about, *permissions; };

struct role {
	struct uuid	 id;
	const char	*name, *about, *permissions;
	int64_t		 members, version;
};

struct unknown { const char *name; };

const struct field role_fields[] = {
	FIELD_TEXT(struct new_role, name, 2, 39, CHARSET_NAME),
	FIELD_TEXT_OPT(struct new_role, about, 0, 500, CHARSET_TEXT),
	FIELD_LIST(struct new_role, permissions, 1, GRANTS_MAX),
	FIELD_END_OF("RoleCreate")
};

const struct field role_edit_fields[] = {
	FIELD_TEXT_OPT(struct new_role, name, 2, 39, CHARSET_NAME),
	FIELD_TEXT_OPT(struct new_role, about, 0, 500, CHARSET_TEXT),
	FIELD_LIST_OPT(struct new_role, permissions, 1, GRANTS_MAX),
	FIELD_END_OF("RoleEdit")
};

/* Presets have no id, and version 0: they belong to the platform. */
const struct field role_view[] = {
	VIEW_UUID_OPT(struct role, id),
	VIEW_TEXT(struct role, name),
	VIEW_TEXT(struct role, about),
	VIEW_LIST(struct role, permissions),
	VIEW_INT(struct role, members),
	VIEW_INT(struct role, version),
	FIELD_END_OF("Role")
};

static const struct field unknown_view[] = {
	VIEW_TEXT(struct unknown, name),
	FIELD_END
};

enum err
role_list(struct ctx *ctx)
{
	return reply_listed(ctx, &SQL_ROLE_LIST, role_view,
	    sizeof(struct role));
}

/*
 * grant_good - accepts a permission of a tenant, with a limit if it can have
 * one
 */
static bool
grant_good(struct ctx *ctx, struct str word)
{
	struct str name = str_cut(&word, '@');
	const char *text = arena_text(ctx->mem, name.p, name.len);
	enum perm perm;

	return text != NULL && perm_of(text, &perm) &&
	    perm_needs_tenant(perm) &&
	    (name.p[name.len] != '@' || perm_has_scope(perm));
}

/*
 * grants_good - checks each grant and writes them to words in the stored form
 */
static enum err
grants_good(struct ctx *ctx, const char *list, const char **words)
{
	struct str rest = list_words(list), word;
	struct unknown nowhere;
	struct buf text;
	bool any;
	enum err e;

	buf_init(&text, ctx->mem, 65536);
	while (rest.len > 0) {
		word = str_cut(&rest, ',');
		if (!grant_good(ctx, word))
			return fail_at(ctx, "permissions", fail(ctx,
			    ERR_INVALID, "no_such_permission",
			    "permissions: a role cannot grant '%.*s' in this "
			    "form; GET /api/tenants/permissions lists them",
			    (int)word.len, word.p));
		buf_printf(&text, "%.*s ", (int)word.len, word.p);
	}
	if ((e = sql_opt(ctx, &SQL_GRANT_NOWHERE, unknown_view, &nowhere,
	    &any, ARG_TEXT(list))) != ERR_OK)
		return e;
	*words = text.p;
	return !any ? ERR_OK : fail_at(ctx, "permissions", fail(ctx,
	    ERR_INVALID, "no_such_environment",
	    "permissions: '%s' names an environment that does not exist",
	    nowhere.name));
}

/*
 * permissions_check - checks that the name is free and the grants are within
 * the caller's
 */
static enum err
permissions_check(struct ctx *ctx, const struct new_role *in)
{
	const char *words = "";
	size_t i;
	enum err e;

	for (i = 0; in->name != NULL && role_presets[i] != NULL; i++)
		if (strcmp(role_presets[i], in->name) == 0)
			return fail_at(ctx, "name", fail(ctx, ERR_INVALID,
			    "name_reserved",
			    "'%s' is a role of the platform", in->name));
	if (in->permissions == NULL)
		return ERR_OK;
	if ((e = grants_good(ctx, in->permissions, &words)) != ERR_OK)
		return e;
	return role_within(ctx, in->name == NULL ? "as changed" : in->name,
	    words);
}

static enum err
name_taken(struct ctx *ctx, const char *name)
{
	return fail_at(ctx, "name", fail(ctx, ERR_CONFLICT, "name_taken",
	    "there is a role '%s' already", name));
}

static enum err
role_answer(struct ctx *ctx, int status, const struct role *role)
{
	audit_subject(ctx, "role", req_copy(ctx, role->id.text));
	audit_fact(ctx, "name", role->name);
	audit_fact(ctx, "permissions", role->permissions);
	return reply(ctx, status, role_view, role);
}

enum err
role_create(struct ctx *ctx)
{
	struct new_role in;
	int64_t there;
	struct role role;
	struct uuid id;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = members_begin(ctx)) != ERR_OK ||
	    (e = custom_included(ctx)) != ERR_OK ||
	    (e = permissions_check(ctx, &in)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_ROLES_COUNT, &there)) != ERR_OK)
		return e;
	if (there >= ROLES_MAX)
		return fail(ctx, ERR_INVALID, "too_many_roles",
		    "a tenant has at most %d custom roles", ROLES_MAX);
	uuid7(&id);
	e = sql_one(ctx, &SQL_ROLE_INSERT, role_view, &role, ARG_UUID(&id),
	    ARG_TEXT(in.name), ARG_TEXT(in.about == NULL ? "" : in.about),
	    ARG_TEXT(in.permissions));
	if (e == ERR_CONFLICT)
		return name_taken(ctx, in.name);
	return e != ERR_OK ? e : role_answer(ctx, 201, &role);
}

/*
 * role_of_path - finds a custom role whose present grants are within the
 * caller's
 */
static enum err
role_of_path(struct ctx *ctx, struct role_found *role)
{
	struct uuid id;
	enum err e;

	if (!uuid_set(&id, req_param(ctx, "id")))
		id = (struct uuid){ "" };
	if ((e = role_find(ctx, NULL, &id, role)) != ERR_OK)
		return e;
	audit_subject(ctx, "role", req_copy(ctx, id.text));
	return role_within(ctx, role->name, role->words);
}

/* Invitations that its holders sent by the old grants are withdrawn. */
enum err
role_edit(struct ctx *ctx)
{
	struct role_found before;
	struct new_role in;
	struct role role;
	int64_t version, withdrawn;
	bool found;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = req_version(ctx, &version)) != ERR_OK ||
	    (e = members_begin(ctx)) != ERR_OK ||
	    (e = custom_included(ctx)) != ERR_OK ||
	    (e = role_of_path(ctx, &before)) != ERR_OK ||
	    (e = permissions_check(ctx, &in)) != ERR_OK)
		return e;
	e = sql_opt(ctx, &SQL_ROLE_EDIT, role_view, &role, &found,
	    ARG_UUID(&before.custom), ARG_INT(version), ARG_TEXT(in.name),
	    ARG_TEXT(in.about), ARG_TEXT(in.permissions));
	if (e == ERR_CONFLICT)
		return name_taken(ctx, in.name);
	if (e != ERR_OK)
		return e;
	if (!found)
		return req_stale(ctx, "role");
	if ((e = sql_exec(ctx, &SQL_POLICY_RENAME, NULL,
	    ARG_TEXT(before.name), ARG_TEXT(role.name))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_INVITATIONS_OF_ROLE, &withdrawn,
	    ARG_UUID(&before.custom))) != ERR_OK)
		return e;
	audit_withdrawn(ctx, withdrawn);
	return role_answer(ctx, 200, &role);
}

enum err
role_delete(struct ctx *ctx)
{
	struct role_found role;
	enum err e;

	if ((e = members_begin(ctx)) != ERR_OK ||
	    (e = role_of_path(ctx, &role)) != ERR_OK)
		return e;
	audit_fact(ctx, "name", role.name);
	e = sql_exec(ctx, &SQL_ROLE_DELETE, NULL, ARG_UUID(&role.custom));
	if (e == ERR_CONFLICT)
		return fail(ctx, e, "role_in_use", "members, teams or "
		    "invitations have this role: give them another first");
	if (e != ERR_OK || (e = sql_exec(ctx, &SQL_POLICY_RENAME, NULL,
	    ARG_TEXT(role.name), ARG_NULL)) != ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of permissions, and the reason why somebody may or may not do
 * something.
 */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/tenants/tenants.h"

#include "modules/tenants/teams.sql.h"

struct permission { const char *name, *about, *scope; };

static const char *const scopes[] = { "tenant", "application", "environment",
    NULL };

const struct field permission_view[] = {
	VIEW_TEXT(struct permission, name),
	VIEW_TEXT(struct permission, about),
	VIEW_CHOICE(struct permission, scope, scopes),
	FIELD_END_OF("Permission")
};

/* One sentence for each permission that a role may hold. */
static const char *const sentences[] = {
	[PERM_TENANT_READ] =
	    "See the tenant and its operations; every role has this.",
	[PERM_TENANT_MANAGE] = "Rename the tenant.",
	[PERM_TENANT_DELETE] = "Delete the tenant, or transfer its ownership.",
	[PERM_MEMBER_READ] =
	    "See members, teams, roles, invitations and the sign-in policy.",
	[PERM_MEMBER_MANAGE] = ("Invite people, change their roles, unlock "
	    "and remove them; never beyond one's own permissions."),
	[PERM_TEAM_MANAGE] =
	    "Make teams, and choose their members and applications.",
	[PERM_ROLE_MANAGE] = "Make custom roles from one's own permissions.",
	[PERM_SSO_MANAGE] =
	    "Set the sign-in policy and the tenant's own identity provider.",
	[PERM_TOKEN_MANAGE] = "Make service accounts and their tokens.",
	[PERM_AUDIT_READ] = "Read the audit log.",
	[PERM_AUDIT_EXPORT] = "Export the audit log.",
	[PERM_APP_READ] = "See applications, releases and deployments.",
	[PERM_APP_MANAGE] = "Make, edit and delete applications.",
	[PERM_APP_DEPLOY] = "Upload releases; deploy, stop and start them.",
	[PERM_LOG_READ] = "Read the logs of applications.",
	[PERM_FINDING_ACKNOWLEDGE] =
	    "Keep a credential in a JAR that the platform refuses.",
	[PERM_BILLING_READ] = "See plan, usage and invoices.",
	[PERM_LICENSE_READ] = "See and download the licence.",
	[PERM_AGENT_CONNECT] =
	    "Make and revoke the tokens with which agents elsewhere report.",
	[PERM_SERVER_USE] = "Use the tenant's server.",
};
static_assert(nitems(sentences) == PERM__MAX,
    "a sentence for each permission");

/* scope_of - names what a grant of it can be limited to; "tenant": nothing */
static const char *
scope_of(enum perm perm)
{
	if (perm_has_scope(perm))
		return "environment";
	return strncmp(perm_name(perm), "app.", 4) == 0 ? "application" :
	    "tenant";
}

enum err
permission_list(struct ctx *ctx)
{
	struct permission rows[PERM__MAX];
	struct reply_page page = { .view = permission_view, .rows = rows,
	    .size = sizeof(rows[0]) };
	enum perm perm;

	for (perm = PERM_TENANT_READ; perm < PERM__MAX; perm++)
		rows[page.n++] = (struct permission){ perm_name(perm),
		    sentences[perm], scope_of(perm) };
	return reply_list(ctx, &page);
}

struct why_in { const char *permission, *environment, *application; };
struct why { bool allowed; const char *permission, *rule, *detail; };

const struct field why_query[] = {
	FIELD_TEXT(struct why_in, permission, 3, 64, CHARSET_TEXT),
	FIELD_TEXT_OPT(struct why_in, environment, 2, 16, CHARSET_NAME),
	FIELD_TEXT_OPT(struct why_in, application, 2, 39, CHARSET_NAME),
	FIELD_END
};

const struct field why_view[] = {
	VIEW_BOOL(struct why, allowed),
	VIEW_TEXT(struct why, permission),
	VIEW_TEXT(struct why, rule),
	VIEW_TEXT(struct why, detail),
	FIELD_END_OF("AccessReason")
};

struct team_name { const char *name; };

static const struct field team_name_view[] = {
	VIEW_TEXT(struct team_name, name),
	FIELD_END
};

/* by_role - does the role alone grant it, without any team? */
static bool
by_role(struct ctx *ctx, enum perm perm, const struct why_in *in)
{
	const char *name = perm_name(perm);

	if (perm < PERM_TENANT_READ || authz_lacks(ctx, name) == NULL)
		return true;
	return in->environment != NULL && authz_lacks(ctx,
	    text_printf(ctx->mem, "%s@%s", name, in->environment)) == NULL;
}

/* why_yes - names the role, or the teams when the role is not enough */
static enum err
why_yes(struct ctx *ctx, enum perm perm, const struct why_in *in,
    struct why *why)
{
	struct team_name *teams;
	struct buf text;
	size_t i, n;
	enum err e;

	if (by_role(ctx, perm, in)) {
		why->rule = perm == PERM_ACCOUNT || perm == PERM_PUBLIC ?
		    "signed_in" : "role";
		why->detail = text_printf(ctx->mem, "role %s gives it",
		    ctx->who.role == NULL ? "of everybody" : ctx->who.role);
		return ERR_OK;
	}
	if ((e = sql_many(ctx, &SQL_MY_TEAMS, team_name_view, sizeof(*teams),
	    &teams, &n, ARG_TEXT(in->application))) != ERR_OK)
		return e;
	why->rule = n > 0 ? "team" : "role";
	buf_init(&text, ctx->mem, 8192);
	buf_printf(&text, "role %s gives it in part", ctx->who.role);
	for (i = 0; i < n; i++)
		buf_printf(&text, "%s team %s", i == 0 ? ", with" : ",",
		    teams[i].name);
	why->detail = text.full ? "a team gives it" : text.p;
	return ERR_OK;
}

enum err
why_get(struct ctx *ctx)
{
	struct why_in in = { NULL, NULL, NULL };
	struct why why = { .allowed = false };
	enum perm perm;
	enum err e;

	if ((e = req_query(ctx, &in)) != ERR_OK)
		return e;
	if (in.permission == NULL || !perm_of(in.permission, &perm))
		return fail(ctx, ERR_BAD_INPUT, "no_such_permission",
		    "permission: name one of GET /api/tenants/permissions");
	why.permission = in.permission;
	if ((e = authz_check(ctx, perm)) == ERR_OK && perm_needs_tenant(perm))
		e = authz_scope(ctx, perm, in.environment, in.application);
	if (e == ERR_OK) {
		why.allowed = true;
		if ((e = why_yes(ctx, perm, &in, &why)) != ERR_OK)
			return e;
		return reply(ctx, 200, why_view, &why);
	}
	if (e != ERR_FORBIDDEN && e != ERR_BAD_INPUT)	/* no tenant given */
		return e;
	why.rule = ctx->fault.code;
	why.detail = ctx->fault.detail;
	fail_clear(ctx);
	return reply(ctx, 200, why_view, &why);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tenants.fcgi - the register of tenants.
 *
 * Owns tables tenant, membership, role, team, invitation and sign_in_policy.
 * Others write them in three cases only: the worker sets a tenant's state,
 * sso.fcgi sets in sign_in_policy whether the provider is enforced, and
 * SECURITY DEFINER functions of the schema gate change members and invitations.
 * Queues tenant.provision, tenant.leave, tenant.return, tenant.remove,
 * store.renew and mails.  Start reading at routes[], at the bottom.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/lifecycle.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/certificate.h"
#include "libshared/rows/drift_row.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/common.h"
#include "libshared/skeleton/job.h"
#include "libshared/skeleton/jwks.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/service.h"
#include "libshared/skeleton/words.h"
#include "modules/tenants/tenants.h"

#include "modules/tenants/tenants.sql.h"

#define OWNED_MAX	20	/* tenants per owner, unless we raise it */
#define REQUESTED_MAX	3	/* of them, how many may wait for a yes */

struct tenant_in { const char *slug, *name, *tier; };
struct rename_in { const char *name; };
struct membership {
	struct uuid	 id;
	const char	*slug, *name, *tier, *state, *role;
};

static const struct field tenant_in_fields[] = {
	FIELD_TEXT(struct tenant_in, slug, 3, 31, CHARSET_SLUG),
	FIELD_TEXT(struct tenant_in, name, 1, 120, CHARSET_LABEL),
	FIELD_CHOICE(struct tenant_in, tier, tier_words),
	FIELD_END_OF("TenantCreate")
};

static const struct field rename_fields[] = {
	FIELD_TEXT(struct rename_in, name, 1, 120, CHARSET_LABEL),
	FIELD_END_OF("TenantEdit")
};

static const struct field membership_view[] = {
	VIEW_UUID(struct membership, id),
	VIEW_TEXT(struct membership, slug),
	VIEW_TEXT(struct membership, name),
	VIEW_CHOICE(struct membership, tier, tier_words),
	VIEW_CHOICE(struct membership, state, tenant_states),
	VIEW_TEXT(struct membership, role),
	FIELD_END_OF("TenantMembership")
};

/* slug_permit - refuses reserved names: words of our paths, "admin", ... */
static enum err
slug_permit(struct ctx *ctx, const char *slug)
{
	int64_t reserved;
	enum err e;

	if ((e = sql_count(ctx, &SQL_SLUG_RESERVED, &reserved,
	    ARG_TEXT(slug))) != ERR_OK || reserved == 0)
		return e;
	return fail_at(ctx, "slug", fail(ctx, ERR_INVALID, "slug_reserved",
	    "slug '%s' is reserved", slug));
}

/*
 * owned_permit - refuses one more tenant than an account may own, or than it
 * may have waiting for an operator's yes
 */
static enum err
owned_permit(struct ctx *ctx, const char *tier)
{
	int64_t owned, waiting;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_TENANTS_LOCK, NULL)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_TENANTS_OWNED, &owned)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_TENANTS_WAITING, &waiting,
	    ARG_TEXT(tier))) != ERR_OK)
		return e;
	if (owned >= OWNED_MAX)
		return fail(ctx, ERR_INVALID, "too_many_tenants",
		    "one account owns at most %d tenants", OWNED_MAX);
	if (waiting >= REQUESTED_MAX)
		return fail(ctx, ERR_INVALID, "too_many_requested",
		    "at most %d tenants of one account wait for the "
		    "operator's yes", REQUESTED_MAX);
	return ERR_OK;
}

/* tenant_start - queues its provisioning, unless an operator must agree */
static enum err
tenant_start(struct ctx *ctx, const struct tenant *tenant,
    struct uuid *operation)
{
	operation->text[0] = '\0';
	if (tenant_state_of(tenant->state) == TENANT_REQUESTED)
		return ERR_OK;
	return job_queue(ctx, "tenant.provision", &tenant->id, operation);
}

/* owner_permit - an operator belongs to no tenant, so they own none either */
static enum err
owner_permit(struct ctx *ctx)
{
	if (strcmp(ctx->who.kind, "operator") != 0)
		return ERR_OK;
	return fail(ctx, ERR_FORBIDDEN, "not_a_person",
	    "an operator of the platform owns no tenant: register an account "
	    "of your own");
}

/* tenant_create - only records the tenant: the worker provisions it */
static enum err
tenant_create(struct ctx *ctx)
{
	struct uuid id, operation;
	struct tenant_in in;
	struct tenant tenant;
	enum err e;

	if ((e = owner_permit(ctx)) != ERR_OK ||
	    (e = req_body(ctx, &in)) != ERR_OK ||
	    (e = slug_permit(ctx, in.slug)) != ERR_OK ||
	    (e = owned_permit(ctx, in.tier)) != ERR_OK)
		return e;
	uuid7(&id);
	if ((e = authn_pin(ctx, &id, &ctx->who.account)) != ERR_OK)
		return e;
	e = sql_one(ctx, &SQL_TENANT_INSERT, tenant_view, &tenant,
	    ARG_UUID(&id), ARG_TEXT(in.slug), ARG_TEXT(in.name),
	    ARG_TEXT(in.tier));
	if (e == ERR_CONFLICT && sql_restricted(ctx))
		return fail(ctx, ERR_INVALID, "place_full",
		    "no place has room for another tenant: ask the operators "
		    "of the platform");
	if (e == ERR_CONFLICT)
		return fail_at(ctx, "slug", fail(ctx, e, "slug_taken",
		    "slug '%s' is taken", in.slug));
	if (e != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_TENANT_ADD_OWNER, NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_TENANT_ADD_ENVIRONMENTS, NULL,
	    ARG_TEXT(in.tier))) != ERR_OK ||
	    (e = tenant_start(ctx, &tenant, &operation)) != ERR_OK)
		return e;
	audit_fact(ctx, "slug", in.slug);
	audit_fact(ctx, "tier", in.tier);
	audit_fact(ctx, "state", tenant.state);
	return started_reply(ctx, &tenant, &operation);
}

static enum err
tenant_list(struct ctx *ctx)
{
	static const struct reply_search search = { &SQL_TENANTS_MINE,
	    &SQL_TENANTS_MINE_TOTAL, membership_view,
	    sizeof(struct membership), "name", NULL };

	return reply_searched(ctx, &search);
}

static enum err
tenant_get(struct ctx *ctx)
{
	struct tenant tenant;
	enum err e;

	if ((e = sql_one(ctx, &SQL_TENANT_GET, tenant_view, &tenant)) !=
	    ERR_OK)
		return e;
	return reply(ctx, 200, tenant_view, &tenant);
}

static enum err
tenant_rename(struct ctx *ctx)
{
	struct rename_in in;
	struct tenant tenant;
	int64_t version;
	bool found;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = req_version(ctx, &version)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_TENANT_RENAME, tenant_view, &tenant,
	    &found, ARG_TEXT(in.name), ARG_INT(version))) != ERR_OK)
		return e;
	if (!found)
		return req_stale(ctx, "tenant");
	audit_subject(ctx, "tenant", req_copy(ctx, tenant.id.text));
	audit_fact(ctx, "name", in.name);
	return reply(ctx, 200, tenant_view, &tenant);
}

static const struct route routes[] = {
	ROUTES_COMMON("tenants"),
	{ POST, "/api/tenants", PERM_ACCOUNT, tenant_create,
	    .about = "Makes a tenant; follow the operation until it is active. "
		"With plan high or business it waits for an operator's yes "
		"first, and there is no operation.",
	    .flags = ROUTE_WRITE, .audit = "tenant.create",
	    .input = tenant_in_fields, .output = started_view, .status = 202 },
	{ GET, "/api/tenants", PERM_ACCOUNT, tenant_list,
	    .about = "Lists the tenants of the account.",
	    .query = search_query, .output = membership_view, .list = true,
	    .counted = true },
	{ GET, "/api/tenants/current", PERM_TENANT_READ, tenant_get,
	    .about = "Shows the tenant that the request names.",
	    .output = tenant_view },
	{ PATCH, "/api/tenants/current", PERM_TENANT_MANAGE, tenant_rename,
	    .about = "Gives the tenant another name.",
	    .flags = ROUTE_WRITE | ROUTE_MATCH, .audit = "tenant.rename",
	    .input = rename_fields, .output = tenant_view },
	{ DELETE, "/api/tenants/current", PERM_TENANT_DELETE, tenant_delete,
	    .about = "Deletes the tenant: it stops at once, its data stay for "
		"7 days, and so long that can be taken back.",
	    .flags = ROUTE_WRITE | ROUTE_SUSPENDED | ROUTE_FRESH,
	    .audit = "tenant.delete", .output = started_view, .status = 202 },
	{ GET, "/api/tenants/data", PERM_TENANT_DELETE, tenant_data,
	    .about = "Downloads what there is of the tenant, without secrets; "
		"logs and the audit trail have downloads of their own.",
	    .flags = ROUTE_RECORDED | ROUTE_FILE, .audit = "tenant.data" },
	{ GET, "/api/tenants/deletion", PERM_TENANT_READ, deletion_get,
	    .about = "Shows since when the tenant is leaving, and when it is "
		"removed.",
	    .output = deletion_view },
	{ DELETE, "/api/tenants/deletion", PERM_TENANT_DELETE, deletion_undo,
	    .about = "Takes the deletion back: the tenant runs again as "
		"before.",
	    .flags = ROUTE_WRITE | ROUTE_SUSPENDED, .audit = "tenant.keep",
	    .output = started_view, .status = 202 },
	{ GET, "/api/tenants/certificates/{token}", PERM_PUBLIC,
	    certificate_get,
	    .about = "Shows the certificate of deletion behind the link of a "
		"mail: what was removed, what remains and why, signed.",
	    .output = certificate_view },
	{ GET, "/api/tenants/operations", PERM_TENANT_READ, operation_list,
	    .about = "Lists operations, newest first.",
	    .query = page_query, .output = operation_row_view, .list = true },
	{ GET, "/api/tenants/operations/{id}", PERM_TENANT_READ, operation_get,
	    .about = "Shows an operation with its steps; a token without the "
		"scope sees those that its account began.",
	    .flags = ROUTE_OWN,
	    .output = operation_view },
	{ GET, "/api/tenants/drift", PERM_TENANT_READ, drift_list,
	    .about = "Lists what the tenant has at its place and should not, "
		"or the other way round, with who changed the wish last.",
	    .output = drift_row_view, .list = true },
	{ POST, "/api/tenants/drift/restore", PERM_TENANT_MANAGE,
	    drift_restore,
	    .about = "Makes an object of the tenant what it should be; what "
		"runs there may be started anew.",
	    .flags = ROUTE_WRITE, .audit = "drift.restore_ask",
	    .input = drift_in_fields, .output = drift_started_view,
	    .status = 202 },
	{ GET, "/api/tenants/isolation", PERM_TENANT_READ, isolation_list,
	    .about = "Lists what the isolation probe found in the tenant's "
		"network, the last run first.",
	    .query = page_query, .output = isolation_view, .list = true },
	{ GET, "/api/tenants/stores", PERM_TENANT_READ, store_list,
	    .about = "Lists the stores of the tenant's server, and when their "
		"passwords were last renewed.",
	    .output = store_view, .list = true },
	{ POST, "/api/tenants/stores/renew", PERM_TENANT_MANAGE, store_renew,
	    .about = "Gives the tenant's server new passwords for its stores; "
		"it is started anew once.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "store.ask_renewal",
	    .output = renewal_view, .status = 202 },
	{ GET, "/api/tenants/members", PERM_MEMBER_READ, member_list,
	    .about = "Lists the members of the tenant.",
	    .query = search_query, .output = member_view, .list = true,
	    .counted = true },
	{ GET, "/api/tenants/members/{id}", PERM_MEMBER_READ, member_get,
	    .about = "Shows a member.",
	    .output = member_view },
	{ PATCH, "/api/tenants/members/{id}", PERM_MEMBER_MANAGE, member_edit,
	    .about = "Gives a member another role; none above one's own.",
	    .flags = ROUTE_WRITE | ROUTE_MATCH, .audit = "member.edit",
	    .input = member_edit_fields, .output = member_view },
	{ DELETE, "/api/tenants/members/{id}", PERM_TENANT_READ, member_remove,
	    .about = "Removes a member, which requires member.manage, or "
	    "oneself.",
	    .flags = ROUTE_WRITE | ROUTE_SUSPENDED | ROUTE_TOKEN,
	    .audit = "member.remove",
	    .status = 204 },
	{ POST, "/api/tenants/members/{id}/unlock", PERM_MEMBER_MANAGE,
	    member_unlock,
	    .about = "Lets a member try the password again.",
	    .flags = ROUTE_WRITE, .audit = "member.unlock", .status = 204 },
	{ POST, "/api/tenants/ownership", PERM_TENANT_DELETE,
	    ownership_transfer,
	    .about = "Makes another member the owner, and oneself an admin.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "tenant.ownership",
	    .input = ownership_fields, .output = member_view },
	{ GET, "/api/tenants/invitations", PERM_MEMBER_READ, invitation_list,
	    .about = "Lists open and expired invitations.",
	    .query = search_query, .output = invitation_view, .list = true,
	    .counted = true },
	{ POST, "/api/tenants/invitations", PERM_MEMBER_MANAGE,
	    invitation_create,
	    .about = "Invites an address by mail; the link is valid once, for "
		"a day.",
	    .flags = ROUTE_WRITE, .audit = "invitation.create",
	    .input = invitation_fields, .output = invitation_view,
	    .status = 201,
	    .location = "/api/tenants/invitations/{id}" },
	{ POST, "/api/tenants/invitations/{id}/resend", PERM_MEMBER_MANAGE,
	    invitation_resend,
	    .about = "Sends the mail again with a new link.",
	    .flags = ROUTE_WRITE, .audit = "invitation.resend",
	    .output = invitation_view },
	{ DELETE, "/api/tenants/invitations/{id}", PERM_MEMBER_MANAGE,
	    invitation_delete,
	    .about = "Withdraws an invitation.",
	    .flags = ROUTE_WRITE | ROUTE_SUSPENDED,
	    .audit = "invitation.delete", .status = 204 },
	{ GET, "/api/tenants/permissions", PERM_TENANT_READ, permission_list,
	    .about = "Lists the permissions that a role can grant.",
	    .output = permission_view, .list = true },
	{ GET, "/api/tenants/why", PERM_ACCOUNT, why_get,
	    .about = "Says whether the caller may do something, and by which "
	    "rule.",
	    .flags = ROUTE_TOKEN, .query = why_query, .output = why_view },
	{ GET, "/api/tenants/bootstrap-tokens", PERM_AGENT_CONNECT,
	    agent_token_list,
	    .about = "Lists the bootstrap tokens, with which agents outside "
		"of the platform register.",
	    .query = search_query, .output = agent_token_view, .list = true,
	    .counted = true },
	{ POST, "/api/tenants/bootstrap-tokens", PERM_AGENT_CONNECT,
	    agent_token_create,
	    .about = "Makes a bootstrap token; the answer shows it, and "
		"nothing does again.",
	    .flags = ROUTE_WRITE | ROUTE_SECRET, .audit = "agent_token.create",
	    .input = agent_token_fields, .output = agent_token_made_view,
	    .status = 201,
	    .location = "/api/tenants/bootstrap-tokens/{id}" },
	{ POST, "/api/tenants/bootstrap-tokens/{id}/rotate",
	    PERM_AGENT_CONNECT, agent_token_rotate,
	    .about = "Makes the token that replaces this one; agents may "
		"register with either until the overlap ends.",
	    .flags = ROUTE_WRITE | ROUTE_SECRET, .audit = "agent_token.rotate",
	    .input = agent_rotation_fields, .output = agent_token_made_view,
	    .status = 201,
	    .location = "/api/tenants/bootstrap-tokens/{id}" },
	{ DELETE, "/api/tenants/bootstrap-tokens/{id}", PERM_AGENT_CONNECT,
	    agent_token_revoke,
	    .about = "Revokes a bootstrap token: agents that registered with "
		"it are refused from their next request on.",
	    .flags = ROUTE_WRITE | ROUTE_SUSPENDED,
	    .audit = "agent_token.revoke", .status = 204 },
	{ GET, "/api/tenants/server-told", PERM_TENANT_READ, told_list,
	    .about = "Lists what the tenant's server was told, and when.",
	    .output = told_view, .list = true },
	{ GET, "/api/tenants/server-token", PERM_AGENT_CONNECT, rotation_get,
	    .about = "Says when the bootstrap token of the tenant's own "
		"server was replaced.",
	    .output = rotation_view },
	{ POST, "/api/tenants/server-token/rotate", PERM_AGENT_CONNECT,
	    rotation_start,
	    .about = "Replaces that token: the server is restarted, and "
		"running applications get the new one without a gap; the old "
		"one is taken until the overlap ends.",
	    .flags = ROUTE_WRITE, .audit = "server_token.rotate",
	    .input = rotation_fields, .output = rotating_view,
	    .status = 202 },
	{ GET, "/api/tenants/agent-setup", PERM_AGENT_CONNECT,
	    agent_setup_get,
	    .about = "Says how each tool gives an application the agent.",
	    .output = agent_setup_view },
	{ GET, "/api/tenants/sign-in-policy", PERM_MEMBER_READ, policy_get,
	    .about = "Shows the sign-in policy of the tenant.",
	    .output = policy_view },
	{ PATCH, "/api/tenants/sign-in-policy", PERM_SSO_MANAGE, policy_edit,
	    .about = "Sets which roles need a second factor.",
	    .flags = ROUTE_WRITE | ROUTE_MATCH | ROUTE_FRESH,
	    .audit = "policy.edit", .input = policy_fields,
	    .output = policy_view },
	{ GET, "/api/tenants/roles", PERM_MEMBER_READ, role_list,
	    .about = "Lists the roles, and what each may do.",
	    .output = role_view, .list = true },
	{ POST, "/api/tenants/roles", PERM_ROLE_MANAGE, role_create,
	    .about = "Makes a custom role from one's own permissions; "
		"app.deploy@dev is for one environment.",
	    .flags = ROUTE_WRITE, .audit = "role.create", .input = role_fields,
	    .output = role_view, .status = 201,
	    .location = "/api/tenants/roles/{id}" },
	{ PATCH, "/api/tenants/roles/{id}", PERM_ROLE_MANAGE, role_edit,
	    .about = "Changes a custom role, at once for its members.",
	    .flags = ROUTE_WRITE | ROUTE_MATCH, .audit = "role.edit",
	    .input = role_edit_fields, .output = role_view },
	{ DELETE, "/api/tenants/roles/{id}", PERM_ROLE_MANAGE, role_delete,
	    .about = "Deletes a custom role that nobody has.",
	    .flags = ROUTE_WRITE, .audit = "role.delete", .status = 204 },
	{ GET, "/api/tenants/teams", PERM_MEMBER_READ, team_list,
	    .about = "Lists the teams.",
	    .query = search_query, .output = team_view, .list = true,
	    .counted = true },
	{ POST, "/api/tenants/teams", PERM_TEAM_MANAGE, team_create,
	    .about = "Makes a team, which has a role for its applications.",
	    .flags = ROUTE_WRITE, .audit = "team.create", .input = team_fields,
	    .output = team_view, .status = 201,
	    .location = "/api/tenants/teams/{id}" },
	{ GET, "/api/tenants/teams/{id}", PERM_MEMBER_READ, team_get,
	    .about = "Shows a team with its members and applications.",
	    .output = whole_team_view },
	{ PATCH, "/api/tenants/teams/{id}", PERM_TEAM_MANAGE, team_edit,
	    .about = "Gives a team another name or role.",
	    .flags = ROUTE_WRITE | ROUTE_MATCH, .audit = "team.edit",
	    .input = team_edit_fields, .output = whole_team_view },
	{ DELETE, "/api/tenants/teams/{id}", PERM_TEAM_MANAGE, team_delete,
	    .about = "Deletes a team.",
	    .flags = ROUTE_WRITE, .audit = "team.delete", .status = 204 },
	{ PUT, "/api/tenants/teams/{id}/members/{account}", PERM_TEAM_MANAGE,
	    team_member_add,
	    .about = "Takes a member of the tenant into the team.",
	    .flags = ROUTE_WRITE, .audit = "team.member_add", .status = 204 },
	{ DELETE, "/api/tenants/teams/{id}/members/{account}", PERM_TEAM_MANAGE,
	    team_member_remove,
	    .about = "Takes a member out of the team.",
	    .flags = ROUTE_WRITE, .audit = "team.member_remove",
	    .status = 204 },
	{ PUT, "/api/tenants/teams/{id}/applications/{app}", PERM_TEAM_MANAGE,
	    team_app_add,
	    .about = "Gives the team an application.",
	    .flags = ROUTE_WRITE, .audit = "team.app_add", .status = 204 },
	{ DELETE, "/api/tenants/teams/{id}/applications/{app}",
	    PERM_TEAM_MANAGE, team_app_remove,
	    .about = "Takes an application from the team.",
	    .flags = ROUTE_WRITE, .audit = "team.app_remove", .status = 204 },
	{ GET, "/api/tenants/audit", PERM_AUDIT_READ, audit_list,
	    .about = "Lists the audit log of the tenant, newest first.",
	    .query = audit_query, .output = audit_view, .list = true },
	{ GET, "/api/tenants/audit/export", PERM_AUDIT_EXPORT, audit_file,
	    .about = "Downloads a page of the audit log; X-Cameleer-Next is "
		"`after` for the next page.",
	    .flags = ROUTE_RECORDED | ROUTE_FILE, .audit = "audit.export",
	    .query = export_query },
	{ GET, "/api/tenants/audit/checkpoints", PERM_AUDIT_READ, point_list,
	    .about = "Lists signed checkpoints of the audit log, newest first.",
	    .query = point_query, .output = point_view, .list = true },
	{ POST, "/api/tenants/audit/checkpoints", PERM_AUDIT_EXPORT, point_make,
	    .about = "Signs the audit log up to now; follow the operation.",
	    .flags = ROUTE_WRITE | ROUTE_SUSPENDED, .audit = "audit.sign",
	    .output = sign_view, .status = 202 },
	{ GET, "/api/tenants/audit/keys", PERM_AUDIT_READ, point_keys,
	    .about = "Shows the keys that checkpoints are signed with.",
	    .output = key_set_view },
};

int
main(int argc, char *argv[])
{
	static const struct service tenants = {
		.name = "tenants", .routes = routes, .nroutes = nitems(routes),
	};

	return service_main(argc, argv, &tenants);
}

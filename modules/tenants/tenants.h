/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of tenants.fcgi: handlers by file. */
#ifndef CAMELEER_TENANTS_H
#define CAMELEER_TENANTS_H

#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

/* started.c: a tenant, and the operation that a change of it began. */
struct tenant {
	struct uuid	 id;
	const char	*slug, *name, *tier, *state, *created_at;
	int64_t		 version;
};
extern const struct field tenant_view[], started_view[];
/* 202; without an operation there is none to follow. */
enum err started_reply(struct ctx *ctx, const struct tenant *tenant,
    const struct uuid *operation) must_check;

/* deletion.c: the tenant leaves, and may stay after all. */
enum err tenant_delete(struct ctx *ctx);
enum err deletion_get(struct ctx *ctx);
enum err deletion_undo(struct ctx *ctx);
enum err certificate_get(struct ctx *ctx);
enum err tenant_data(struct ctx *ctx);
extern const struct field deletion_view[];

/* operations.c: jobs, step by step. */
enum err operation_get(struct ctx *ctx);
enum err operation_list(struct ctx *ctx);
extern const struct field operation_view[], operation_row_view[];

/* drift.c: what differs from what the tenant should have. */
enum err drift_list(struct ctx *ctx);
enum err drift_restore(struct ctx *ctx);

/* isolation.c: runs of the isolation probe. */
enum err isolation_list(struct ctx *ctx);
extern const struct field isolation_view[];

/* stores.c: logins of the tenant's server at its stores. */
enum err store_list(struct ctx *ctx);
enum err store_renew(struct ctx *ctx);
extern const struct field store_view[], renewal_view[];

/* members.c: members of the tenant. */
enum err member_list(struct ctx *ctx);
enum err member_get(struct ctx *ctx);
enum err member_edit(struct ctx *ctx);
enum err member_remove(struct ctx *ctx);
enum err member_unlock(struct ctx *ctx);
enum err ownership_transfer(struct ctx *ctx);
extern const struct field member_view[], member_edit_fields[],
    ownership_fields[];

/* invitations.c: how somebody becomes a member. */
enum err invitation_list(struct ctx *ctx);
enum err invitation_create(struct ctx *ctx);
enum err invitation_resend(struct ctx *ctx);
enum err invitation_delete(struct ctx *ctx);
extern const struct field invitation_fields[], invitation_view[];

/* roles.c: presets and custom roles. */
enum err role_list(struct ctx *ctx);
enum err role_create(struct ctx *ctx);
enum err role_edit(struct ctx *ctx);
enum err role_delete(struct ctx *ctx);
extern const struct field role_fields[], role_edit_fields[], role_view[];

/* teams.c: what a role grants, limited to some applications. */
enum err team_list(struct ctx *ctx);
enum err team_get(struct ctx *ctx);
enum err team_create(struct ctx *ctx);
enum err team_edit(struct ctx *ctx);
enum err team_delete(struct ctx *ctx);
enum err team_member_add(struct ctx *ctx);
enum err team_member_remove(struct ctx *ctx);
enum err team_app_add(struct ctx *ctx);
enum err team_app_remove(struct ctx *ctx);
extern const struct field team_fields[], team_edit_fields[], team_view[],
    whole_team_view[];

/* access.c: the list of permissions, and why somebody has one. */
enum err permission_list(struct ctx *ctx);
enum err why_get(struct ctx *ctx);
extern const struct field permission_view[], why_query[], why_view[];

/* agents.c: how agents outside of the platform join the tenant's server. */
enum err agent_token_list(struct ctx *ctx);
enum err agent_token_create(struct ctx *ctx);
enum err agent_token_rotate(struct ctx *ctx);
enum err agent_token_revoke(struct ctx *ctx);
enum err agent_setup_get(struct ctx *ctx);
extern const struct field agent_token_fields[], agent_rotation_fields[],
    agent_token_view[], agent_token_made_view[], agent_setup_view[];

/* rotation.c: the bootstrap token of the tenant's own server. */
enum err rotation_get(struct ctx *ctx);
enum err rotation_start(struct ctx *ctx);
enum err told_list(struct ctx *ctx);
extern const struct field rotation_fields[], rotation_view[],
    rotating_view[], told_view[];

/* policy.c: the sign-in policy of the tenant. */
enum err policy_get(struct ctx *ctx);
enum err policy_edit(struct ctx *ctx);
extern const struct field policy_fields[], policy_view[];

/* trail.c: the audit trail of the tenant. */
enum err audit_list(struct ctx *ctx);
enum err audit_file(struct ctx *ctx);
enum err point_list(struct ctx *ctx);
enum err point_make(struct ctx *ctx);
enum err point_keys(struct ctx *ctx);
extern const struct field audit_query[], audit_view[], export_query[],
    point_query[], point_view[], sign_view[];

#endif

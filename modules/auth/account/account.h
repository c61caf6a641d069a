/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts: registration, changes by their owner, and erasure. */
#ifndef CAMELEER_AUTH_ACCOUNT_H
#define CAMELEER_AUTH_ACCOUNT_H

#include <stdbool.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

/* account.c: registration, verification, and a new password. */
enum err account_register(struct ctx *ctx);
enum err account_verify(struct ctx *ctx);
enum err account_recover(struct ctx *ctx);
enum err account_reset(struct ctx *ctx);
enum err account_forget(struct ctx *ctx);	/* erase.c */
/*
 * Somebody whose mailbox was proven just now, in the transaction that is open.
 * What was set for the address before ends, and its links.  ERR_CONFLICT
 * account_exists when somebody has proven it before.
 */
struct newcomer { const char *email, *name, *hash; };
enum err account_make(struct ctx *ctx, const struct newcomer *newcomer,
    struct uuid *account) must_check;
extern const struct field register_fields[], verify_fields[],
    recover_fields[], reset_fields[], accepted_view[];

/* me.c: the signed-in account, its permissions, name and password. */
enum err me_get(struct ctx *ctx);
enum err me_rename(struct ctx *ctx);
enum err me_password(struct ctx *ctx);
extern const struct field me_view[], me_rename_fields[], me_password_fields[];

/* email.c: the address. */
struct accepted { const char *status; };
enum err me_email(struct ctx *ctx);
enum err me_email_confirm(struct ctx *ctx);
extern const struct field me_email_fields[], token_fields[];

/* invitation.c: a person becomes a member of a tenant. */
enum err invitation_show(struct ctx *ctx);
enum err invitation_accept(struct ctx *ctx);
extern const struct field invitation_show_fields[], invitation_show_view[],
    invitation_accept_fields[], invitation_accept_view[];

/* platform.c: what operators of the platform do for its users. */
enum err platform_account_get(struct ctx *ctx);
enum err platform_account_unlock(struct ctx *ctx);
enum err platform_account_disable(struct ctx *ctx);
enum err platform_account_enable(struct ctx *ctx);
enum err platform_audit_list(struct ctx *ctx);
extern const struct field platform_account_query[], platform_account_view[],
    platform_audit_view[];

/* platform_drift.c: what differs from what tenants should have. */
enum err platform_drift_list(struct ctx *ctx);
enum err platform_drift_restore(struct ctx *ctx);

/* platform_isolation.c: what the isolation probe found, of all tenants. */
enum err platform_isolation_list(struct ctx *ctx);
enum err platform_isolation_run(struct ctx *ctx);
extern const struct field platform_isolation_view[];

/* platform_license.c: a tenant's licence, and operators' decisions. */
enum err platform_license_get(struct ctx *ctx);
enum err platform_license_issue(struct ctx *ctx);
enum err platform_license_suspend(struct ctx *ctx);
enum err platform_license_revoke(struct ctx *ctx);
enum err platform_license_reactivate(struct ctx *ctx);
extern const struct field platform_decision_fields[], platform_license_view[];

/* platform_operation.c: operations of all tenants, and decisions on them. */
enum err platform_operation_list(struct ctx *ctx);
enum err platform_operation_get(struct ctx *ctx);
enum err platform_operation_retry(struct ctx *ctx);
enum err platform_operation_skip(struct ctx *ctx);
enum err platform_operation_abort(struct ctx *ctx);
extern const struct field platform_operation_fields[],
    platform_operation_skip_fields[];

/* platform_place.c: the places where tenants run. */
enum err platform_place_list(struct ctx *ctx);
enum err platform_place_get(struct ctx *ctx);
enum err platform_place_add(struct ctx *ctx);
enum err platform_place_check(struct ctx *ctx);
enum err platform_place_drain(struct ctx *ctx);
enum err platform_place_undrain(struct ctx *ctx);
enum err platform_place_remove(struct ctx *ctx);

/* platform_tenant.c: the list of tenants, and answers to those that wait. */
enum err platform_tenant_list(struct ctx *ctx);
enum err platform_tenant_approve(struct ctx *ctx);
enum err platform_tenant_refuse(struct ctx *ctx);
enum err platform_tenant_keep(struct ctx *ctx);
enum err platform_tenant_shorten(struct ctx *ctx);
enum err platform_certificate_get(struct ctx *ctx);
extern const struct field platform_tenant_query[], platform_tenant_view[],
    platform_refuse_fields[], platform_leaving_fields[];
struct tenant_seen {
	struct uuid	 id;
	const char	*slug, *name, *tier, *state, *created_at;
	int64_t		 members;
};
/* Reads the tenant of the path; ERR_NOT_FOUND no_such_tenant. */
enum err platform_tenant_of(struct ctx *ctx, struct tenant_seen *tenant)
    must_check;

/* platform_plan.c: what the contract of a tenant says beside its plan. */
enum err platform_plan_get(struct ctx *ctx);
enum err platform_plan_change(struct ctx *ctx);
enum err platform_plan_override(struct ctx *ctx);
enum err platform_plan_restore(struct ctx *ctx);
extern const struct field platform_plan_view[], platform_override_fields[],
    platform_change_fields[];

#endif

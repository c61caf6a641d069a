/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tenant's plan limits: applications, deployments that run, releases
 * of a day; and what its place has room for, which a trigger decides.  Except
 * for a release that is still to be received, the check comes after the change,
 * in its transaction, which a refusal rolls back.
 */
#include "config.h"

#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "modules/apps/apps.h"

#include "modules/apps/quota.sql.h"

struct quota { const char *tier; int64_t used, most; };

static const struct field quota_view[] = {
	VIEW_TEXT(struct quota, tier),
	VIEW_INT(struct quota, used),
	VIEW_INT(struct quota, most),
	FIELD_END
};

enum err
quota_lock(struct ctx *ctx)
{
	return sql_exec(ctx, &SQL_QUOTA_LOCK, NULL);
}

enum err
quota_place(struct ctx *ctx, enum err e)
{
	if (e != ERR_CONFLICT || !sql_restricted(ctx))
		return e;
	return fail(ctx, ERR_INVALID, "place_full",
	    "there is no room where this tenant runs: stop a deployment, or "
	    "ask the operators of the platform");
}

/* quota_check - refuses when `more` of them pass the limit */
static enum err
quota_check(struct ctx *ctx, const struct sql_query *query, int64_t more,
    const char *code, const char *what)
{
	struct quota quota;
	enum err e;

	if ((e = sql_one(ctx, query, quota_view, &quota)) != ERR_OK)
		return e;
	if (quota.used + more <= quota.most)
		return ERR_OK;
	return fail(ctx, ERR_INVALID, code, "the plan %s, or the contract of "
	    "the tenant, limits %s to %lld", quota.tier, what,
	    (long long)quota.most);
}

enum err
quota_apps(struct ctx *ctx)
{
	return quota_check(ctx, &SQL_QUOTA_APPS, 0, "too_many_applications",
	    "applications");
}

enum err
quota_deployments(struct ctx *ctx)
{
	return quota_check(ctx, &SQL_QUOTA_DEPLOYMENTS, 0,
	    "too_many_deployments", "deployments that run at the same time");
}

enum err
quota_releases(struct ctx *ctx, int64_t more)
{
	return quota_check(ctx, &SQL_QUOTA_RELEASES, more,
	    "too_many_releases", "releases within 24 hours");
}

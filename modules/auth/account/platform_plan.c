/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What operators agree with one tenant: its plan, and beside it single limits
 * and features, each with a reason and, if the contract says so, a last day.
 *
 * A function of the database checks the operator's permission again.
 */
#include "config.h"

#include "libshared/doors/crypto.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/plan/plan_change.h"
#include "libshared/plan/plan_rows.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/words.h"
#include "modules/auth/account/account.h"

#include "modules/auth/account/platform_plan.sql.h"

struct override_in { const char *value, *reason, *last_day; };

struct change_in { const char *tier, *reason; };

struct plan_seen { const char *tenant, *tier, *rows; };

struct old { const char *old; };

static const struct field old_view[] = {
	VIEW_TEXT_OPT(struct old, old),
	FIELD_END
};

const struct field platform_override_fields[] = {
	FIELD_TEXT(struct override_in, value, 1, 64, CHARSET_TEXT),
	FIELD_TEXT(struct override_in, reason, 1, 300, CHARSET_LABEL),
	FIELD_TEXT_OPT(struct override_in, last_day, 10, 10, CHARSET_TEXT),
	FIELD_END_OF("PlanOverride")
};

const struct field platform_change_fields[] = {
	FIELD_CHOICE(struct change_in, tier, tier_words),
	FIELD_TEXT(struct change_in, reason, 1, 300, CHARSET_LABEL),
	FIELD_END_OF("PlanChange")
};

const struct field platform_plan_view[] = {
	VIEW_TEXT(struct plan_seen, tenant),
	VIEW_CHOICE(struct plan_seen, tier, tier_words),
	VIEW_OBJECTS(struct plan_seen, rows, plan_row_shape),
	FIELD_END_OF("PlatformPlan")
};

static enum err
plan_show(struct ctx *ctx, const struct tenant_seen *tenant)
{
	struct plan_seen seen = { .tenant = tenant->slug,
	    .tier = tenant->tier };
	struct plan_value *values;
	size_t n;
	enum err e;

	if ((e = sql_many(ctx, &SQL_PLATFORM_PLAN_TOLD, plan_value_view,
	    sizeof(*values), &values, &n, ARG_UUID(&tenant->id))) != ERR_OK ||
	    (e = plan_rows(ctx, values, n, &seen.rows)) != ERR_OK)
		return e;
	return reply(ctx, 200, platform_plan_view, &seen);
}

enum err
platform_plan_get(struct ctx *ctx)
{
	struct tenant_seen tenant;
	enum err e;

	if ((e = platform_tenant_of(ctx, &tenant)) != ERR_OK)
		return e;
	return plan_show(ctx, &tenant);
}

enum err
platform_plan_change(struct ctx *ctx)
{
	struct tenant_seen tenant;
	struct plan_changed changed;
	struct uuid operation;
	struct change_in in;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = platform_tenant_of(ctx, &tenant)) != ERR_OK)
		return e;
	uuid7(&operation);
	audit_subject(ctx, "tenant", req_copy(ctx, tenant.id.text));
	audit_fact(ctx, "slug", tenant.slug);
	audit_fact(ctx, "old", tenant.tier);
	audit_fact(ctx, "new", in.tier);
	audit_fact(ctx, "reason", in.reason);
	if ((e = sql_one(ctx, &SQL_PLATFORM_PLAN_CHANGE, plan_changed_view,
	    &changed, ARG_UUID(&tenant.id), ARG_TEXT(in.tier),
	    ARG_UUID(&operation), ARG_TEXT(in.reason),
	    ARG_TEXT(process.conf->base_url))) != ERR_OK ||
	    (e = plan_changed_check(ctx, &changed)) != ERR_OK)
		return e;
	tenant.tier = in.tier;
	return plan_show(ctx, &tenant);
}

/* override_begin - reads the tenant of the path, and names it in the trail */
static enum err
override_begin(struct ctx *ctx, struct tenant_seen *tenant, const char *key)
{
	enum err e;

	if ((e = platform_tenant_of(ctx, tenant)) != ERR_OK)
		return e;
	audit_subject(ctx, "tenant", req_copy(ctx, tenant->id.text));
	audit_fact(ctx, "slug", tenant->slug);
	audit_fact(ctx, "key", key);
	return ERR_OK;
}

static const char *
old_said(const struct old *old)
{
	return old->old == NULL ? "unlimited" : old->old;
}

enum err
platform_plan_override(struct ctx *ctx)
{
	const char *key = req_param(ctx, "key"), *json = NULL;
	struct tenant_seen tenant;
	struct override_in in;
	struct old old;
	bool done;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = override_begin(ctx, &tenant, key)) != ERR_OK ||
	    (e = plan_value_read(ctx, key, in.value, &json)) != ERR_OK ||
	    (in.last_day != NULL && (e = req_last_day(ctx, "last_day",
	    in.last_day)) != ERR_OK))
		return e;
	audit_fact(ctx, "new", in.value);
	audit_fact(ctx, "reason", in.reason);
	if (in.last_day != NULL)
		audit_fact(ctx, "last_day", in.last_day);
	if ((e = sql_opt(ctx, &SQL_PLATFORM_PLAN_SET, old_view, &old, &done,
	    ARG_UUID(&tenant.id), ARG_TEXT(key), ARG_TEXT(json),
	    ARG_TEXT(in.reason), ARG_TEXT(in.last_day))) != ERR_OK)
		return e;
	if (!done)
		return fail(ctx, ERR_LOCKED, "tenant_deleting",
		    "the tenant is being deleted");
	audit_fact(ctx, "old", old_said(&old));
	return plan_show(ctx, &tenant);
}

enum err
platform_plan_restore(struct ctx *ctx)
{
	const char *key = req_param(ctx, "key");
	struct tenant_seen tenant;
	struct old old;
	bool done;
	enum err e;

	if ((e = override_begin(ctx, &tenant, key)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_PLATFORM_PLAN_END, old_view, &old, &done,
	    ARG_UUID(&tenant.id), ARG_TEXT(key))) != ERR_OK)
		return e;
	if (!done)
		return fail(ctx, ERR_NOT_FOUND, "limit_not_set",
		    "the contract of '%s' says nothing about '%s'",
		    tenant.slug, key);
	audit_fact(ctx, "old", old_said(&old));
	return reply_empty(ctx, 204);
}

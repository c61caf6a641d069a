/* SPDX-License-Identifier: Apache-2.0 */
/*
 * billing.fcgi - what each tier costs and includes.
 *
 * The tier matrix is data (tier.list, table plan); nothing here writes yet.
 * Start reading at routes[], at the bottom.
 */
#include "config.h"

#include "libshared/base/tier.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/common.h"
#include "libshared/plan/plan_rows.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/service.h"
#include "libshared/skeleton/words.h"

#include "modules/billing/billing.sql.h"

/* A limit that is absent means unlimited. */
struct plan {
	const char	*tier, *infrastructure, *pricing, *environments;
	const char	*max_agents, *retention_days, *max_vaults;
	const char	*lineage_captures_minute, *max_debug_sessions;
	const char	*features, *support, *sla_milli;
	const char	*title, *about, *rows;	/* words for people */
	int64_t		 jar_bytes;
	int64_t		 max_apps, max_deployments, max_releases_day;
	bool		 custom_environments, vpn, approval;
};

static const char *const infrastructures[] = { "shared", "dedicated", NULL };
static const char *const pricings[] = { "usage", "committed", NULL };
static const char *const lineages[] = { "limited", "full", NULL };
static const char *const team_words[] = { "basic", "full", NULL };

static const struct field features_shape[] = {
	SHAPE_BOOL(topology),
	SHAPE_CHOICE(lineage, lineages),
	SHAPE_BOOL(correlation),
	SHAPE_BOOL(debugger),
	SHAPE_BOOL(replay),
	SHAPE_BOOL(sso),
	SHAPE_BOOL(custom_roles),
	SHAPE_CHOICE(teams, team_words),
	FIELD_END_OF("PlanFeatures")
};

#define PLAN_COLUMNS \
	VIEW_CHOICE(struct plan, tier, tier_words), \
	VIEW_CHOICE(struct plan, infrastructure, infrastructures), \
	VIEW_CHOICE(struct plan, pricing, pricings), \
	VIEW_TEXTS(struct plan, environments), \
	VIEW_BOOL(struct plan, custom_environments), \
	VIEW_INT_OPT(struct plan, max_agents), \
	VIEW_INT_OPT(struct plan, retention_days), \
	VIEW_INT_OPT(struct plan, max_vaults), \
	VIEW_INT(struct plan, jar_bytes), \
	VIEW_INT(struct plan, max_apps), \
	VIEW_INT(struct plan, max_deployments), \
	VIEW_INT(struct plan, max_releases_day), \
	VIEW_INT_OPT(struct plan, lineage_captures_minute), \
	VIEW_INT_OPT(struct plan, max_debug_sessions), \
	VIEW_OBJECT(struct plan, features, features_shape), \
	VIEW_TEXT(struct plan, support), \
	VIEW_INT_OPT(struct plan, sla_milli), \
	VIEW_BOOL(struct plan, vpn), \
	VIEW_BOOL(struct plan, approval)

static const struct field plan_row_view[] = { PLAN_COLUMNS, FIELD_END };

static const struct field plan_view[] = {
	PLAN_COLUMNS,
	VIEW_TEXT(struct plan, title),
	VIEW_TEXT(struct plan, about),
	VIEW_OBJECTS(struct plan, rows, plan_row_shape),
	FIELD_END_OF("Plan")
};

/* plan_name - adds title and sentence of the tier */
static enum err
plan_name(struct ctx *ctx, struct plan *plan, const struct tier **out)
{
	const struct tier *tier = tier_of(plan->tier);

	if (tier == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no tier is called %s",
		    plan->tier);
	plan->title = tier->title;
	plan->about = tier->about;
	*out = tier;
	return ERR_OK;
}

static enum err
plan_list(struct ctx *ctx)
{
	struct reply_page page = { .view = plan_view,
	    .size = sizeof(struct plan) };
	const struct tier *tier = NULL;
	struct plan *plans;
	size_t i;
	enum err e;

	if ((e = sql_many(ctx, &SQL_PLAN_LIST, plan_row_view, sizeof(*plans),
	    &plans, &page.n)) != ERR_OK)
		return e;
	for (i = 0; i < page.n; i++)
		if ((e = plan_name(ctx, &plans[i], &tier)) != ERR_OK ||
		    (e = plan_rows_of(ctx, tier, &plans[i].rows)) != ERR_OK)
			return e;
	page.rows = plans;
	page.limit = (int64_t)page.n;
	return reply_list(ctx, &page);
}

static enum err
plan_get(struct ctx *ctx)
{
	struct plan_value *values;
	const struct tier *tier = NULL;
	struct plan plan;
	size_t n;
	enum err e;

	if ((e = sql_one(ctx, &SQL_PLAN_OF_TENANT, plan_row_view, &plan)) !=
	    ERR_OK || (e = plan_name(ctx, &plan, &tier)) != ERR_OK ||
	    (e = sql_many(ctx, &SQL_PLAN_TOLD, plan_value_view,
	    sizeof(*values), &values, &n)) != ERR_OK ||
	    (e = plan_rows(ctx, values, n, &plan.rows)) != ERR_OK)
		return e;
	return reply(ctx, 200, plan_view, &plan);
}

static const struct route routes[] = {
	ROUTES_COMMON("billing"),
	{ GET, "/api/billing/plans", PERM_ACCOUNT, plan_list,
	    .about = "Lists what each tier includes, as numbers and in words.",
	    .output = plan_view, .list = true },
	{ GET, "/api/billing/plan", PERM_BILLING_READ, plan_get,
	    .about = "Shows what the tenant has, by its plan or its contract, "
		"from when and until when.",
	    .output = plan_view },
};

int
main(int argc, char *argv[])
{
	static const struct service billing = {
		.name = "billing", .routes = routes, .nroutes = nitems(routes),
	};

	return service_main(argc, argv, &billing);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * billing.fcgi - what each tier costs and includes.
 *
 * The tier matrix is data (table plan); nothing here writes yet.  Start reading
 * at routes[], at the bottom.
 */
#include "config.h"

#include "libshared/doors/field_shape.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/common.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/service.h"
#include "libshared/skeleton/words.h"

#include "modules/billing/billing.sql.h"

/* A limit that is absent means unlimited. */
struct plan {
	const char	*tier, *infrastructure, *pricing, *environments;
	const char	*max_agents, *retention_days, *max_vaults;
	const char	*features, *support, *sla_milli;
	int64_t		 jar_bytes;
	int64_t		 max_apps, max_deployments, max_releases_day;
	bool		 custom_environments;
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

static const struct field plan_view[] = {
	VIEW_CHOICE(struct plan, tier, tier_words),
	VIEW_CHOICE(struct plan, infrastructure, infrastructures),
	VIEW_CHOICE(struct plan, pricing, pricings),
	VIEW_TEXTS(struct plan, environments),
	VIEW_BOOL(struct plan, custom_environments),
	VIEW_INT_OPT(struct plan, max_agents),
	VIEW_INT_OPT(struct plan, retention_days),
	VIEW_INT_OPT(struct plan, max_vaults),
	VIEW_INT(struct plan, jar_bytes),
	VIEW_INT(struct plan, max_apps),
	VIEW_INT(struct plan, max_deployments),
	VIEW_INT(struct plan, max_releases_day),
	VIEW_OBJECT(struct plan, features, features_shape),
	VIEW_TEXT(struct plan, support),
	VIEW_INT_OPT(struct plan, sla_milli),
	FIELD_END_OF("Plan")
};

static enum err
plan_list(struct ctx *ctx)
{
	return reply_listed(ctx, &SQL_PLAN_LIST, plan_view,
	    sizeof(struct plan));
}

static enum err
plan_get(struct ctx *ctx)
{
	struct plan plan;
	enum err e;

	if ((e = sql_one(ctx, &SQL_PLAN_OF_TENANT, plan_view, &plan)) !=
	    ERR_OK)
		return e;
	return reply(ctx, 200, plan_view, &plan);
}

static const struct route routes[] = {
	ROUTES_COMMON("billing"),
	{ GET, "/api/billing/plans", PERM_ACCOUNT, plan_list,
	    .about = "Lists what each tier includes.",
	    .output = plan_view, .list = true },
	{ GET, "/api/billing/plan", PERM_BILLING_READ, plan_get,
	    .about = "Shows what the tenant's tier includes.",
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

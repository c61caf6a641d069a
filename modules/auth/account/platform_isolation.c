/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The isolation of all tenants, as operators of the platform see it: also the
 * addresses that could be reached.
 */
#include "config.h"

#include "libshared/base/isolation.h"
#include "libshared/base/lifecycle.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/account/account.h"

#include "modules/auth/account/platform_isolation.sql.h"

struct isolation {
	struct uuid	 tenant;
	const char	*slug, *place, *outcome, *error, *paths;
	const char	*started_at, *finished_at;
	bool		 running;
};

struct asked { bool done; };

static const struct field asked_view[] = {
	VIEW_BOOL(struct asked, done),
	FIELD_END
};

const struct field platform_isolation_view[] = {
	VIEW_UUID(struct isolation, tenant),
	VIEW_TEXT(struct isolation, slug),
	VIEW_TEXT(struct isolation, place),
	VIEW_CHOICE_OPT(struct isolation, outcome, isolation_outcomes),
	VIEW_TEXT_OPT(struct isolation, error),
	VIEW_TEXTS(struct isolation, paths),
	VIEW_BOOL(struct isolation, running),
	VIEW_TIME_OPT(struct isolation, started_at),
	VIEW_TIME_OPT(struct isolation, finished_at),
	FIELD_END_OF("PlatformIsolation")
};

enum err
platform_isolation_list(struct ctx *ctx)
{
	return reply_listed(ctx, &SQL_PLATFORM_ISOLATION_LIST,
	    platform_isolation_view, sizeof(struct isolation));
}

/* The worker begins it within seconds; the list says what came of it. */
enum err
platform_isolation_run(struct ctx *ctx)
{
	struct tenant_seen tenant;
	struct asked asked;
	enum err e;

	if ((e = platform_tenant_of(ctx, &tenant)) != ERR_OK)
		return e;
	audit_subject(ctx, "tenant", req_copy(ctx, tenant.id.text));
	audit_fact(ctx, "slug", tenant.slug);
	if (tenant_state_of(tenant.state) != TENANT_ACTIVE)
		return fail(ctx, ERR_CONFLICT, "tenant_not_active",
		    "the tenant is %s: there is nothing to probe",
		    tenant.state);
	if ((e = sql_one(ctx, &SQL_PLATFORM_ISOLATION_ASK, asked_view, &asked,
	    ARG_UUID(&tenant.id))) != ERR_OK)
		return e;
	return asked.done ? reply_empty(ctx, 204) : fail(ctx, ERR_NOT_FOUND,
	    "no_such_tenant", "there is no such tenant");
}

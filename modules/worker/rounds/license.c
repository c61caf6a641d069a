/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Renews the licences of active tenants well before they end, or when plan and
 * contract grant something else, signs the list of revoked ones, and counts the
 * tenants that wait for an operator.
 *
 * A licence of a tenant that is suspended, or being removed, just ends.  A
 * renewal that fails does not stop the others: the next round tries it again.
 */
#include "config.h"

#include "libshared/base/log.h"
#include "libshared/doors/field.h"
#include "libshared/doors/metrics.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/prefork.h"
#include "modules/worker/rounds/rounds.h"
#include "modules/worker/tenant/tenant.h"

#include "modules/worker/rounds/license.sql.h"

#define RENEW_DAYS	7	/* before the end; servers ask each 5 minutes */
#define RENEW_MEM_MAX	((size_t)1 << 20)

struct ending { struct uuid tenant; int64_t version; };

static const struct field ending_view[] = {
	VIEW_UUID(struct ending, tenant),
	VIEW_INT(struct ending, version),
	FIELD_END
};

static void
renewal_log(struct ctx *ctx, const struct ending *ending)
{
	sql_rollback(ctx);
	log_event(LOG_WARN, "license_not_renewed",
	    LOG_TEXT("tenant", ending->tenant.text),
	    LOG_TEXT("detail", ctx->fault.detail));
	fail_clear(ctx);
}

/* all_renew - each with the whole memory of its own context */
static void
all_renew(struct ctx *ctx, const struct ending *endings, size_t n)
{
	struct ctx *own = ctx_new(RENEW_MEM_MAX);
	size_t i;

	for (i = 0; i < n && !prefork_stopping(); i++) {
		ctx_part(own, ctx);
		if (tenant_license_renew(own, &endings[i].tenant,
		    endings[i].version) != ERR_OK)
			renewal_log(own, &endings[i]);
	}
	ctx_free(&own);
}

enum err
license_round(struct ctx *ctx)
{
	struct ending *endings;
	int64_t waiting;
	size_t n;
	enum err e;

	if ((e = sql_count(ctx, &SQL_TENANTS_REQUESTED, &waiting)) != ERR_OK)
		return e;
	metrics_set(METRIC_TENANTS_REQUESTED, (uint64_t)waiting);
	if ((e = sql_many(ctx, &SQL_LICENSES_ENDING, ending_view,
	    sizeof(*endings), &endings, &n, ARG_INT(RENEW_DAYS))) != ERR_OK)
		return e;
	all_renew(ctx, endings, n);
	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = tenant_revocations(ctx)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

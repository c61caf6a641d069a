/* SPDX-License-Identifier: Apache-2.0 */
/* All stores of a tenant, one after another. */
#include "config.h"

#include "libshared/doors/metrics.h"
#include "libshared/skeleton/job.h"
#include "modules/worker/store/store.h"
#include "modules/worker/tenant/tenant.h"

static const struct store *const stores[] = { &store_postgres, NULL };

/* call_count - counts a call, and apart from them one that failed */
static enum err
call_count(enum err e)
{
	metrics_add(METRIC_STORE_CALLS, 0, 1);
	if (e != ERR_OK)
		metrics_add(METRIC_STORE_FAILURES, 0, 1);
	return e;
}

enum err
stores_ensure(struct ctx *ctx, int64_t turn)
{
	const char *password;
	size_t i;
	enum err e = ERR_OK;

	for (i = 0; stores[i] != NULL && e == ERR_OK; i++)
		if ((e = tenant_secret(ctx, stores[i]->secret(turn),
		    &password)) == ERR_OK)
			e = call_count(stores[i]->ensure(ctx,
			    &ctx->job->tenant, turn, password));
	return e;
}

enum err
stores_retire(struct ctx *ctx, int64_t turn)
{
	size_t i;
	enum err e = ERR_OK;

	for (i = 0; stores[i] != NULL && e == ERR_OK; i++)
		e = call_count(stores[i]->retire(ctx, &ctx->job->tenant,
		    turn));
	return e;
}

enum err
stores_drop(struct ctx *ctx)
{
	size_t i;
	enum err e = ERR_OK;

	for (i = 0; stores[i] != NULL && e == ERR_OK; i++)
		e = call_count(stores[i]->drop(ctx, &ctx->job->tenant));
	return e;
}

enum err
stores_forget(struct ctx *ctx, int64_t turn)
{
	size_t i;
	enum err e = ERR_OK;

	for (i = 0; stores[i] != NULL && e == ERR_OK; i++)
		e = tenant_secret_forget(ctx, stores[i]->secret(turn));
	return e;
}

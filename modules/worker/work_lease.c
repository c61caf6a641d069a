/* SPDX-License-Identifier: Apache-2.0 */
/* The lease of a job: each transaction of it proves and renews the lease. */
#include "config.h"

#include "libshared/base/clock.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/authn.h"
#include "modules/worker/work.h"
#include "modules/worker/work_lease.h"

#include "modules/worker/work.sql.h"

enum err
work_begin_for(struct ctx *ctx, const struct uuid *tenant, bool write)
{
	const struct uuid nobody = { "" };
	enum err e;

	if ((e = sql_begin(ctx, write)) != ERR_OK)
		return e;
	return authn_pin(ctx, tenant, &nobody);
}

/*
 * lease_renew - extends the lease and takes the session's advisory lock, in
 * the open transaction; ERR_CONFLICT when another attempt has the job
 */
static enum err
lease_renew(struct ctx *ctx)
{
	int64_t n;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_LEASE, &n, ARG_UUID(&ctx->job->id),
	    ARG_INT(ctx->job->attempt), ARG_INT(LEASE_S))) != ERR_OK)
		return e;
	return n == 1 ? ERR_OK : fail(ctx, ERR_CONFLICT, "job_lost",
	    "another attempt has taken over");
}

enum err
work_begin(struct ctx *ctx, bool write)
{
	enum err e;

	if ((e = work_begin_for(ctx, &ctx->job->tenant, write)) != ERR_OK)
		return e;
	return write ? lease_renew(ctx) : ERR_OK;
}

void
lease_note(struct ctx *ctx, int64_t began)
{
	ctx->job->held_s = began;
	ctx->job->held_session = sql_session(ctx);
}

enum err
lease_check(struct ctx *ctx)
{
	int64_t began = clock_boot_s(), session = sql_session(ctx);
	enum err e;

	if (session != 0 && session == ctx->job->held_session &&
	    began - ctx->job->held_s < LEASE_S / 3)
		return ERR_OK;
	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK) {
		sql_rollback(ctx);
		return e;
	}
	lease_note(ctx, began);
	return ERR_OK;
}

void
lease_drop(struct ctx *ctx)
{
	sql_rollback(ctx);
	if (sql_exec(ctx, &SQL_CLAIM_UNMARK, NULL) != ERR_OK)
		fail_clear(ctx);	/* it ended with the connection */
}

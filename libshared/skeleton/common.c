/* SPDX-License-Identifier: Apache-2.0 */
/* The routes that every responder has: health, readiness, metrics. */
#include "config.h"

#include <string.h>

#include "libshared/base/clock.h"
#include "libshared/doors/json.h"
#include "libshared/doors/metrics.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/common.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/service.h"

#include "libshared/skeleton/service.sql.h"

#define FRESH_EACH_S	2	/* a session of its own, this often at most */

struct schema { int64_t version; };

static const struct field schema_view[] = {
	VIEW_INT(struct schema, version),
	FIELD_END
};

const struct field health_view[] = {
	VIEW_TEXT(struct health, status),
	FIELD_END_OF("Health")
};

enum err
health_get(struct ctx *ctx)
{
	const struct health up = { "up" };

	return reply(ctx, 200, health_view, &up);
}

/*
 * ready_fresh - what works in an old session may not work in a new one, when
 * PostgreSQL was updated under it; but nobody shall make sessions by asking
 */
static void
ready_fresh(struct ctx *ctx)
{
	static int64_t fresh_at;

	if (fresh_at != 0 && clock_s() - fresh_at < FRESH_EACH_S)
		return;
	fresh_at = clock_s();
	sql_reset(ctx);
}

/* ready_try - does what each request does: begin, identify, read, audit */
static enum err
ready_try(struct ctx *ctx)
{
	const struct audit row = { .action = "ready", .result = AUDIT_DONE };
	struct schema schema;
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = authn_try(ctx)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_SCHEMA_VERSION, schema_view, &schema)) !=
	    ERR_OK)
		return e;
	return audit_write(ctx, &row);
}

enum err
ready_get(struct ctx *ctx)
{
	const struct health ready = { "ready" };
	const char *why;
	enum err e;

	sql_rollback(ctx);
	ready_fresh(ctx);
	e = ready_try(ctx);
	sql_rollback(ctx);
	if (e == ERR_OK)
		return reply(ctx, 200, health_view, &ready);
	why = ctx->fault.detail;
	fail_clear(ctx);
	return fail(ctx, ERR_UNAVAILABLE, "unavailable", "%s",
	    why == NULL ? err_title(e) : why);
}

enum err
metrics_get(struct ctx *ctx)
{
	struct req *rq = ctx->req;
	enum err e;

	if ((e = metrics_print(ctx, ctx->service->name, &rq->body_out)) !=
	    ERR_OK)
		return e;
	rq->body_out_len = strlen(rq->body_out);
	rq->type_out = "text/plain; version=0.0.4; charset=utf-8";
	rq->status = 200;
	return ERR_OK;
}

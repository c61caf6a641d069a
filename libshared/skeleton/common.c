/* SPDX-License-Identifier: Apache-2.0 */
/* The routes that every responder has: health, readiness, metrics. */
#include "config.h"

#include <string.h>

#include "libshared/doors/json.h"
#include "libshared/doors/metrics.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/common.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/service.h"

#include "libshared/skeleton/service.sql.h"

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

enum err
ready_get(struct ctx *ctx)
{
	const struct health ready = { "ready" };
	struct schema schema;
	enum err e;

	if ((e = sql_one(ctx, &SQL_SCHEMA_VERSION, schema_view, &schema)) !=
	    ERR_OK)
		return e;
	return reply(ctx, 200, health_view, &ready);
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

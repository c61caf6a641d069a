/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tenant's own server: what it was told, and its bootstrap token, which
 * applications inside of the platform have.  Nobody sees that; the worker
 * replaces it.
 */
#include "config.h"

#include "libshared/base/lifecycle.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/job.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/tenants/tenants.h"

#include "modules/tenants/agents.sql.h"

#define OVERLAP_MAX_H	168

struct rotation_in { int64_t overlap_hours; };

struct rotation {
	const char	*asked_at, *rotated_at, *ends_at, *ended_at;
	int64_t		 overlap_hours;
};

struct rotating { struct uuid operation; };

const struct field rotation_fields[] = {
	FIELD_INT(struct rotation_in, overlap_hours, 1, OVERLAP_MAX_H),
	FIELD_END_OF("ServerTokenRotation")
};

/* All null: it was never replaced; overlap_hours is 0 then. */
const struct field rotation_view[] = {
	VIEW_INT(struct rotation, overlap_hours),
	VIEW_TIME_OPT(struct rotation, asked_at),
	VIEW_TIME_OPT(struct rotation, rotated_at),
	VIEW_TIME_OPT(struct rotation, ends_at),
	VIEW_TIME_OPT(struct rotation, ended_at),
	FIELD_END_OF("ServerToken")
};

const struct field rotating_view[] = {
	VIEW_UUID(struct rotating, operation),
	FIELD_END_OF("ServerTokenRotating")
};

enum err
rotation_get(struct ctx *ctx)
{
	struct rotation rotation = { .overlap_hours = 0 };
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_ROTATION_GET, rotation_view, &rotation,
	    &found)) != ERR_OK)
		return e;
	return reply(ctx, 200, rotation_view, &rotation);
}

/* rotation_permit - a server that does not run cannot be given a token */
static enum err
rotation_permit(struct ctx *ctx)
{
	if (tenant_state_of(ctx->who.tenant_state) == TENANT_ACTIVE)
		return ERR_OK;
	return fail(ctx, ERR_CONFLICT, "tenant_not_active",
	    "the tenant is %s", ctx->who.tenant_state);
}

enum err
rotation_start(struct ctx *ctx)
{
	struct rotating rotating;
	struct rotation_in in;
	int64_t asked, mails;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = rotation_permit(ctx)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ROTATION_ASK, &asked,
	    ARG_INT(in.overlap_hours))) != ERR_OK)
		return e;
	if (asked == 0)
		return fail(ctx, ERR_CONFLICT, "rotation_running",
		    "the overlap of the last rotation has not ended yet");
	if ((e = job_queue(ctx, "bootstrap.rotate", &ctx->who.tenant,
	    &rotating.operation)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_AGENT_TOKEN_TOLD, &mails,
	    ARG_TEXT("replaced"), ARG_TEXT("of the server"),
	    ARG_TEXT(process.conf->base_url))) != ERR_OK)
		return e;
	audit_subject(ctx, "tenant", req_copy(ctx, ctx->who.tenant.text));
	return reply(ctx, 202, rotating_view, &rotating);
}

struct told {
	const char	*item, *way, *told_at, *tried_at, *error;
	bool		 pending;
};

static const char *const told_items[] = { "issuer", "keys", "audience",
    "license_key", "database", "license", NULL };
static const char *const told_ways[] = { "start", "push", NULL };

const struct field told_view[] = {
	VIEW_CHOICE(struct told, item, told_items),
	VIEW_CHOICE(struct told, way, told_ways),
	VIEW_TIME(struct told, told_at),
	VIEW_BOOL(struct told, pending),
	VIEW_TIME_OPT(struct told, tried_at),
	VIEW_TEXT_OPT(struct told, error),
	FIELD_END_OF("ServerTold")
};

enum err
told_list(struct ctx *ctx)
{
	return reply_listed(ctx, &SQL_TOLD_LIST, told_view,
	    sizeof(struct told));
}

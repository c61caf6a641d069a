/* SPDX-License-Identifier: Apache-2.0 */
/* The audit trail. */
#include "config.h"

#include <assert.h>

#include "libshared/audit.h"
#include "libshared/crypto.h"
#include "libshared/job.h"
#include "libshared/json.h"
#include "libshared/req.h"
#include "libshared/service.h"
#include "libshared/sql.h"

#include "libshared/audit.sql.h"

static const char *const results[] = {
	[AUDIT_DONE] = "done",
	[AUDIT_REFUSED] = "refused",
	[AUDIT_FAILED] = "failed",
};

static const char *
actor_kind(const struct ctx *ctx)
{
	if (ctx->who.system)
		return "platform";
	return uuid_empty(&ctx->who.account) ? "anonymous" : "account";
}

enum err
audit_write(struct ctx *ctx, const struct audit *audit)
{
	struct uuid id;

	uuid7(&id);
	return sql_exec(ctx, &SQL_AUDIT_INSERT, NULL, ARG_UUID(&id),
	    ARG_TEXT(actor_kind(ctx)), ARG_TEXT(audit->action),
	    ARG_TEXT(audit->subject_type), ARG_TEXT(audit->subject_id),
	    ARG_TEXT(audit->environment), ARG_TEXT(ctx->client_ip),
	    ARG_TEXT(results[audit->result]), ARG_TEXT(audit->code),
	    ARG_TEXT(audit->facts), ARG_TEXT(ctx->request_id),
	    ARG_TEXT(ctx->service == NULL ? "worker" : ctx->service->name));
}

enum err
audit_request(struct ctx *ctx, enum audit_result result)
{
	const struct req *rq = ctx->req;
	struct audit audit = {
		.action = rq->route->audit != NULL ? rq->route->audit :
		    rq->route->path,
		.subject_type = rq->subject_type,
		.subject_id = rq->subject_id,
		.environment = rq->environment,
		.result = result,
	};
	size_t len;
	enum err e;

	if (result != AUDIT_DONE)
		audit.code = ctx->fault.code;
	if (rq->facts != NULL && (e = json_print(ctx, rq->facts, &audit.facts,
	    &len)) != ERR_OK)
		return e;
	return audit_write(ctx, &audit);
}

void
audit_subject(struct ctx *ctx, const char *type, const char *id)
{
	ctx->req->subject_type = type;
	ctx->req->subject_id = id;
}

void
audit_environment(struct ctx *ctx, const char *environment)
{
	ctx->req->environment = environment;
}

void
audit_fact(struct ctx *ctx, const char *name, const char *value)
{
	if (ctx->req->facts == NULL)
		ctx->req->facts = json_object(ctx);
	json_put_text(ctx->req->facts, name, value);
}

void
audit_skip(struct ctx *ctx)
{
	ctx->req->unrecorded = true;
}

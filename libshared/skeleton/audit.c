/* SPDX-License-Identifier: Apache-2.0 */
/* The audit trail. */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/job.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/service.h"

#include "libshared/skeleton/audit.sql.h"

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
	struct json *person = audit->person;
	const char *hidden = NULL;
	struct uuid id;
	enum err e;

	uuid7(&id);
	if (ctx->client_ip != NULL && person == NULL)
		person = json_object(ctx);
	if (ctx->client_ip != NULL)
		json_put_text(person, "client_ip", ctx->client_ip);
	if (person != NULL && (e = json_print(ctx, person, &hidden, NULL)) !=
	    ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_AUDIT_INSERT, NULL, ARG_UUID(&id),
	    ARG_TEXT(actor_kind(ctx)), ARG_TEXT(audit->action),
	    ARG_TEXT(audit->subject_type), ARG_TEXT(audit->subject_id),
	    ARG_TEXT(audit->environment), ARG_TEXT(hidden),
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
		.result = result, .person = rq->person,
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

struct flood { int64_t n; const char *durability; };

static const struct field flood_view[] = {
	VIEW_INT(struct flood, n),
	VIEW_TEXT_OPT(struct flood, durability),
	FIELD_END
};

enum err
audit_stranger(struct ctx *ctx, bool *counted)
{
	const struct req *rq = ctx->req;
	struct flood flood;
	enum err e;

	*counted = false;
	if (!uuid_empty(&ctx->who.account) || ctx->client_ip == NULL ||
	    rq->subject_id != NULL)
		return ERR_OK;
	if ((e = sql_one(ctx, &SQL_AUDIT_FLOOD, flood_view, &flood,
	    ARG_TEXT(ctx->client_ip), ARG_TEXT(rq->route->audit != NULL ?
	    rq->route->audit : rq->route->path), ARG_TEXT(ctx->fault.code),
	    ARG_INT(AUDIT_FLOOD_ROWS))) != ERR_OK)
		return e;
	*counted = flood.n > AUDIT_FLOOD_ROWS;
	return ERR_OK;
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

/* Facts with these names are personal data and can be erased (T25). */
static const char *const personal[] = { "address", "email", "full_name",
    "user_agent" };

void
audit_fact(struct ctx *ctx, const char *name, const char *value)
{
	size_t i;

	for (i = 0; i < nitems(personal); i++)
		if (strcmp(name, personal[i]) == 0) {
			if (ctx->req->person == NULL)
				ctx->req->person = json_object(ctx);
			json_put_text(ctx->req->person, name, value);
			return;
		}
	if (ctx->req->facts == NULL)
		ctx->req->facts = json_object(ctx);
	json_put_text(ctx->req->facts, name, value);
}

void
audit_skip(struct ctx *ctx)
{
	ctx->req->unrecorded = true;
}

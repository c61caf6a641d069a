/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deletion of a tenant (M3.7).  One that ran is stopped and left as it is for 7
 * days, in state leaving, so that an owner can take that back; afterwards a
 * round of the worker has everything removed.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/certificate.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/job.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/tenants/tenants.h"

#include "modules/tenants/deletion.sql.h"
#include "modules/tenants/tenants.sql.h"

struct outcome { bool done; };

static const struct field outcome_view[] = {
	VIEW_BOOL(struct outcome, done),
	FIELD_END
};

struct data { const char *data; };

static const struct field data_view[] = {
	VIEW_TEXT(struct data, data),
	FIELD_END
};

struct deletion {
	struct uuid	 asked_by;
	const char	*asked_at, *ends_at, *before;
};

const struct field deletion_view[] = {
	VIEW_UUID(struct deletion, asked_by),
	VIEW_TIME(struct deletion, asked_at),
	VIEW_TIME(struct deletion, ends_at),
	VIEW_CHOICE(struct deletion, before, tenant_states),
	FIELD_END_OF("TenantDeletion")
};

/* deletion_refused - why; the request may have waited for another's end */
static enum err
deletion_refused(struct ctx *ctx)
{
	struct tenant tenant;
	enum err e;

	if ((e = sql_one(ctx, &SQL_TENANT_GET, tenant_view, &tenant)) !=
	    ERR_OK)
		return e;
	if (tenant_state_of(tenant.state) == TENANT_LEAVING)
		return fail(ctx, ERR_CONFLICT, "tenant_leaving",
		    "the tenant is leaving already: GET /api/tenants/deletion "
		    "says until when it can stay");
	return fail(ctx, ERR_CONFLICT, "tenant_deleting",
	    "the tenant is being deleted");
}

/* deletion_begin - moves the tenant on; *kind is the job that follows */
static enum err
deletion_begin(struct ctx *ctx, const char **kind)
{
	struct outcome outcome;
	int64_t n;
	enum err e;

	*kind = "tenant.leave";
	if ((e = sql_one(ctx, &SQL_TENANT_LEAVE, outcome_view, &outcome,
	    ARG_TEXT(process.conf->base_url))) != ERR_OK || outcome.done)
		return e;
	*kind = "tenant.remove";
	if ((e = sql_exec(ctx, &SQL_TENANT_DELETE, &n)) != ERR_OK)
		return e;
	return n == 1 ? ERR_OK : deletion_refused(ctx);
}

/* deletion_answer - queues the job, and shows the tenant as it is now */
static enum err
deletion_answer(struct ctx *ctx, const char *kind)
{
	struct uuid operation;
	struct tenant tenant;
	enum err e;

	if ((e = sql_one(ctx, &SQL_TENANT_GET, tenant_view, &tenant)) !=
	    ERR_OK ||
	    (e = job_queue(ctx, kind, &tenant.id, &operation)) != ERR_OK)
		return e;
	audit_fact(ctx, "state", tenant.state);
	return started_reply(ctx, &tenant, &operation);
}

enum err
tenant_delete(struct ctx *ctx)
{
	const char *kind;
	enum err e;

	if ((e = deletion_begin(ctx, &kind)) != ERR_OK)
		return e;
	return deletion_answer(ctx, kind);
}

static enum err
deletion_absent(struct ctx *ctx)
{
	return fail(ctx, ERR_NOT_FOUND, "tenant_not_leaving",
	    "the tenant is not leaving");
}

enum err
deletion_get(struct ctx *ctx)
{
	struct deletion deletion;
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_DELETION_GET, deletion_view, &deletion,
	    &found)) != ERR_OK)
		return e;
	return found ? reply(ctx, 200, deletion_view, &deletion) :
	    deletion_absent(ctx);
}

enum err
deletion_undo(struct ctx *ctx)
{
	struct outcome outcome;
	enum err e;

	if ((e = sql_one(ctx, &SQL_TENANT_KEEP, outcome_view, &outcome,
	    ARG_TEXT(process.conf->base_url))) != ERR_OK)
		return e;
	return outcome.done ? deletion_answer(ctx, "tenant.return") :
	    deletion_absent(ctx);
}

/* Its owner has no tenant any more, so the link of the mail is the proof. */
enum err
certificate_get(struct ctx *ctx)
{
	const char *secret = req_param(ctx, "token");
	struct certificate_row seen;
	char digest[SHA256_HEX_MAX];
	bool found;
	enum err e;

	token_digest(secret, digest);
	if ((e = sql_opt(ctx, &SQL_CERTIFICATE_GET, certificate_view, &seen,
	    &found, ARG_TEXT(digest))) != ERR_OK)
		return e;
	return found ? reply(ctx, 200, certificate_view, &seen) :
	    fail(ctx, ERR_NOT_FOUND, "no_such_certificate",
	    "there is no certificate behind this link");
}

/* A file for the owner, before and while the tenant is leaving. */
enum err
tenant_data(struct ctx *ctx)
{
	struct req *rq = ctx->req;
	struct data data;
	enum err e;

	if ((e = sql_one(ctx, &SQL_TENANT_DATA, data_view, &data)) != ERR_OK)
		return e;
	audit_subject(ctx, "tenant", ctx->who.tenant.text);
	rq->status = 200;
	rq->type_out = "application/octet-stream";	/* as documented */
	rq->body_out = data.data;
	rq->body_out_len = strlen(data.data);
	return reply_header(ctx, "Content-Disposition", text_printf(ctx->mem,
	    "attachment; filename=\"%s.json\"", ctx->who.tenant_slug));
}

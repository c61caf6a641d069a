/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A failure as an RFC 9457 problem document.  Details of an internal failure
 * stay in the log: the document has the request id by which to find them.
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/problem.h"
#include "libshared/skeleton/problem_code.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"

#define RETRY_SOON_S	2	/* what ends when somebody else is done */
#define LAST_RESORT	"{\"type\":\"about:blank\",\"status\":500}"

/* keep_headers - drops all headers but those that belong to a failure */
static void
keep_headers(struct req *rq)
{
	size_t i, n = 0;

	for (i = 0; i < rq->nheaders; i++)
		if (strcmp(rq->headers[i].name, "Allow") == 0 ||
		    strncmp(rq->headers[i].name, "X-Cam-", 6) == 0 ||
		    strcmp(rq->headers[i].name, "Set-Cookie") == 0)
			rq->headers[n++] = rq->headers[i];
	rq->nheaders = n;
}

const char *
problem_upgrade_url(struct ctx *ctx)
{
	const char *tenant = ctx->fault.lacks.tenant != NULL ?
	    ctx->fault.lacks.tenant : ctx->who.tenant_slug;

	return text_printf(ctx->mem, "%s/tenants/%s/plan",
	    process.conf->base_url, tenant == NULL ? "" : tenant);
}

/* put_lacking - adds which plan has what this one lacks */
static void
put_lacking(struct ctx *ctx, struct json *top)
{
	const struct lacking *lacks = &ctx->fault.lacks;

	if (lacks->feature == NULL)
		return;
	json_put_text(top, "feature", lacks->feature);
	json_put_text(top, "required_tier", lacks->required);
	json_put_text(top, "current_tier", lacks->current);
	json_put_text(top, "upgrade_url", problem_upgrade_url(ctx));
}

static struct json *
problem_document(struct ctx *ctx, enum err e, int status)
{
	const struct fault *fault = &ctx->fault;
	const char *code = e == ERR_INTERNAL ? err_code(e) : fault->code;
	const struct problem_code *known = problem_code_find(code);
	struct json *top = json_object(ctx), *list, *one;
	size_t i;

	json_put_text(top, "type", text_printf(ctx->mem, "/problems/%s",
	    code));
	json_put_text(top, "title", known != NULL ? known->title :
	    err_title(e));
	json_put_int(top, "status", status);
	if (status < 500 && fault->detail != NULL)
		json_put_text(top, "detail", fault->detail);
	json_put_text(top, "code", code);
	if (ctx->request_id != NULL)
		json_put_text(top, "request_id", ctx->request_id);
	put_lacking(ctx, top);
	if (fault->nfields == 0)
		return top;
	list = json_array(ctx);
	for (i = 0; i < fault->nfields; i++) {
		one = json_object(ctx);
		json_put_text(one, "field", fault->fields[i].field);
		json_put_text(one, "detail", fault->fields[i].detail);
		json_add(list, one);
	}
	json_put(top, "errors", list);
	return top;
}

/* problem_redirect - answers 303 to the console, which explains the code */
static enum err
problem_redirect(struct ctx *ctx, enum err e)
{
	const char *code = e == ERR_INTERNAL ? err_code(e) : ctx->fault.code;
	const char *to = text_printf(ctx->mem, "/sign-in?problem=%s&request="
	    "%s", code, ctx->request_id == NULL ? "" : ctx->request_id);

	if (to == NULL || reply_header(ctx, "Location", to) != ERR_OK)
		return ERR_INTERNAL;
	return reply_empty(ctx, 303);
}

/* retry_say - the time that is known, else soon */
static void
retry_say(struct ctx *ctx, enum err e)
{
	int64_t wait_s = ctx->fault.retry_s;

	if (wait_s == 0 && (e == ERR_LIMIT || e == ERR_UNAVAILABLE))
		wait_s = RETRY_SOON_S;
	if (wait_s > 0)
		(void)reply_header(ctx, "Retry-After",
		    text_printf(ctx->mem, "%" PRId64, wait_s));
}

void
problem_reply(struct ctx *ctx, enum err e)
{
	struct req *rq = ctx->req;
	int status = err_status(e);

	keep_headers(rq);
	if (rq->route != NULL && (rq->route->flags & ROUTE_BROWSER) != 0 &&
	    problem_redirect(ctx, e) == ERR_OK)
		return;
	if (e == ERR_UNAUTHENTICATED)
		(void)reply_header(ctx, "WWW-Authenticate", "Bearer");
	retry_say(ctx, e);
	rq->type_out = "application/problem+json";
	if (reply_json(ctx, status, problem_document(ctx, e, status)) == ERR_OK)
		return;
	rq->status = 500;
	rq->body_out = LAST_RESORT;
	rq->body_out_len = strlen(LAST_RESORT);
}

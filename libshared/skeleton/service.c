/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The skeleton of every responder.  Read service_dispatch() first: it is the
 * order in which everything happens to a request.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/clock.h"
#include "libshared/base/connections.h"
#include "libshared/base/log.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/fcgi.h"
#include "libshared/doors/metrics.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/status.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/idempotency.h"
#include "libshared/skeleton/prefork.h"
#include "libshared/skeleton/problem.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/service.h"

#define REQUEST_MEM_MAX	(4u << 20)
#define BODY_MAX	(64u << 10)
#define TRIES_MAX	3	/* for a transaction that lost a race */

/* read_head - trusts CAM_*, which nginx sets; HTTP_* are the client's (T23) */
static enum err
read_head(struct ctx *ctx, struct fcgi *fcgi)
{
	struct req *rq = ctx->req;
	const char *length = fcgi_param(fcgi, "CONTENT_LENGTH");

	rq->fcgi = fcgi;
	ctx->request_id = fcgi_param(fcgi, "CAM_REQUEST_ID");
	ctx->client_ip = fcgi_param(fcgi, "CAM_CLIENT_IP");
	rq->query = fcgi_param(fcgi, "CAM_QUERY");
	rq->tenant_param = fcgi_param(fcgi, "CAM_TENANT");
	rq->tenant_header = fcgi_param(fcgi, "HTTP_CAMELEER_TENANT");
	rq->tenant_twice = fcgi_param_twice(fcgi, "HTTP_CAMELEER_TENANT");
	rq->forward_method = fcgi_param(fcgi, "CAM_FORWARD_METHOD");
	rq->forward_gate = fcgi_param(fcgi, "CAM_FORWARD_GATE");
	rq->content_type = fcgi_param(fcgi, "CONTENT_TYPE");
	rq->authorization = fcgi_param(fcgi, "HTTP_AUTHORIZATION");
	rq->cookie = fcgi_param(fcgi, "HTTP_COOKIE");
	rq->origin = fcgi_param(fcgi, "HTTP_ORIGIN");
	rq->csrf = fcgi_param(fcgi, "HTTP_X_CAMELEER_REQUEST");
	rq->if_match = fcgi_param(fcgi, "HTTP_IF_MATCH");
	rq->if_none_match = fcgi_param(fcgi, "HTTP_IF_NONE_MATCH");
	rq->idempotency_key = fcgi_param(fcgi, "HTTP_IDEMPOTENCY_KEY");
	rq->user_agent = fcgi_param(fcgi, "HTTP_USER_AGENT");
	rq->content_length = -1;
	rq->path = str_of(fcgi_param(fcgi, "CAM_PATH"));
	/* Drop a User-Agent that is not UTF-8; PostgreSQL would refuse it. */
	if (!str_utf8(str_of(rq->user_agent)))
		rq->user_agent = NULL;
	if (!str_utf8(rq->path))
		return fail(ctx, ERR_BAD_INPUT, "bad_path",
		    "the path is not UTF-8 text");
	if (length != NULL && !str_int(str_of(length), 0, INT64_MAX,
	    &rq->content_length))
		return fail(ctx, ERR_BAD_INPUT, "bad_content_length",
		    "Content-Length is not a number");
	if (!method_of(fcgi_param(fcgi, "CAM_METHOD"), &rq->method))
		rq->method = METHOD__MAX;	/* no route has this method */
	return ERR_OK;
}

/*
 * read_body - reads the whole body up to the route's limit.  A GET must have
 * none; a ROUTE_STREAM body is left to the handler.
 */
static enum err
read_body(struct ctx *ctx)
{
	struct req *rq = ctx->req;
	size_t max = rq->route->body_max == 0 ? BODY_MAX : rq->route->body_max;
	struct buf body;
	char piece[16384];
	long n;

	if (rq->content_length > 0 && rq->method == GET)
		return fail(ctx, ERR_BAD_INPUT, "bad_input",
		    "a GET has no body");
	if (rq->content_length > (int64_t)max)
		return fail(ctx, ERR_TOO_LARGE, "body_too_large",
		    "the body is larger than %zu bytes", max);
	if ((rq->route->flags & ROUTE_STREAM) != 0)
		return ERR_OK;
	buf_init(&body, ctx->mem, max);
	while ((n = fcgi_read(rq->fcgi, piece, sizeof(piece))) > 0)
		buf_put(&body, piece, (size_t)n);
	if (n < 0 || (rq->content_length >= 0 && !body.full &&
	    (uint64_t)rq->content_length != body.len))
		return fail(ctx, ERR_BAD_INPUT, "body_broken_off",
		    "the body ended before its announced length");
	if (body.full)
		return fail(ctx, ERR_TOO_LARGE, "body_too_large",
		    "the body is larger than %zu bytes", max);
	rq->body = (struct str){ body.p, body.len };
	return ERR_OK;
}

/* check_permission - makes every check that comes before the handler */
static enum err
check_permission(struct ctx *ctx, bool write)
{
	const struct route *route = ctx->req->route;
	enum err e;

	if (write && (e = authn_csrf(ctx)) != ERR_OK)
		return e;
	if ((e = authn_begin(ctx, write ||
	    (route->flags & ROUTE_RECORDED) != 0)) != ERR_OK)
		return e;
	return authz_route(ctx);
}

/* service_attempt - runs one transaction from BEGIN to COMMIT */
static enum err
service_attempt(struct ctx *ctx)
{
	const struct route *route = ctx->req->route;
	bool write = (route->flags & ROUTE_WRITE) != 0, replayed = false;
	bool remote = (route->flags & ROUTE_REMOTE) != 0;
	enum err e;

	if ((e = check_permission(ctx, write)) != ERR_OK)
		return e;
	if (remote && (e = sql_commit(ctx)) != ERR_OK)
		return e;
	if (!remote && (e = idempotency_begin(ctx, &replayed)) != ERR_OK)
		return e;
	if (!replayed) {
		if ((e = route->handler(ctx)) != ERR_OK)
			return e;
		if ((route->flags & (ROUTE_WRITE | ROUTE_RECORDED)) != 0 &&
		    !ctx->req->replayed &&
		    (e = audit_request(ctx, AUDIT_DONE)) != ERR_OK)
			return e;
		if ((e = idempotency_end(ctx)) != ERR_OK)
			return e;
	}
	if ((e = reply_finish(ctx)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

/* service_attempts - starts over when the transaction lost a race */
static enum err
service_attempts(struct ctx *ctx)
{
	const struct req req = *ctx->req;
	const struct who who = ctx->who;
	int tries = 0;
	enum err e;

	while ((e = service_attempt(ctx)) != ERR_OK && sql_may_retry(ctx) &&
	    (req.route->flags & ROUTE_STREAM) == 0 && ++tries < TRIES_MAX) {
		sql_rollback(ctx);
		fail_clear(ctx);
		*ctx->req = req;
		ctx->who = who;
	}
	return e;
}

/* is_refusal - is this failure to be recorded in the audit trail? */
static bool
is_refusal(const struct ctx *ctx, enum err e)
{
	const struct route *route = ctx->req->route;

	if (route == NULL || ctx->req->unrecorded)
		return false;
	return e == ERR_UNAUTHENTICATED || e == ERR_FORBIDDEN ||
	    authz_hidden(ctx) ||
	    (route->audit != NULL && err_status(e) < 500);
}

/*
 * record_refusal - writes the row in its own transaction.  A refusal of which
 * no row remains is not given: the answer is 503.
 */
static enum err
record_refusal(struct ctx *ctx, enum err refused)
{
	const struct fault fault = ctx->fault;
	struct who who = ctx->who;
	bool member = who.role != NULL || who.proven, counted = false;

	/* A refusal is attributed to a tenant only if the tenant was proven. */
	if (sql_begin(ctx, true) == ERR_OK &&
	    authn_pin(ctx, member ? &who.tenant : &(struct uuid){ "" },
	    &who.account) == ERR_OK &&
	    audit_stranger(ctx, &counted) == ERR_OK &&
	    (counted || audit_request(ctx, AUDIT_REFUSED) == ERR_OK) &&
	    sql_commit(ctx) == ERR_OK) {
		metrics_add(METRIC_REFUSALS, 0, 1);
		return refused;
	}
	sql_rollback(ctx);
	log_event(LOG_ERROR, "refusal_not_recorded",
	    LOG_TEXT("request_id", ctx->request_id),
	    LOG_TEXT("refusal", fault.code),
	    LOG_TEXT("detail", ctx->fault.detail));
	fail_clear(ctx);
	return fail(ctx, ERR_UNAVAILABLE, "refusal_unrecorded",
	    "the audit trail cannot be written");
}

static enum err
service_dispatch(struct ctx *ctx, struct fcgi *fcgi)
{
	const struct service *service = ctx->service;
	struct req *rq = ctx->req;
	const struct route_table table = { service->routes,
	    service->nroutes };
	struct match match = { .route = NULL };
	enum err e;

	if ((e = read_head(ctx, fcgi)) != ERR_OK)
		return e;
	e = route_match(ctx, &table, rq->method, rq->path, &match);
	rq->route = match.route;
	rq->params = match.params;
	if (e == ERR_METHOD)
		(void)reply_header(ctx, "Allow", match.allow);
	if (e != ERR_OK || (e = read_body(ctx)) != ERR_OK)
		return e;
	if ((rq->route->perm != PERM_PUBLIC ||
	    (rq->route->flags & (ROUTE_INTERNAL | ROUTE_BARE)) ==
	    ROUTE_INTERNAL) &&
	    (e = authn_token(ctx)) != ERR_OK)
		return e;
	return service_attempts(ctx);
}

/* service_send - status line, headers, body */
static void
service_send(struct ctx *ctx)
{
	struct req *rq = ctx->req;
	struct buf head;
	size_t i;

	buf_init(&head, ctx->secrets, 32768);
	buf_printf(&head, "Status: %d %s\r\n", rq->status,
	    status_reason(rq->status));
	if (rq->body_out_len > 0)
		buf_printf(&head, "Content-Type: %s\r\n"
		    "Content-Length: %zu\r\n", rq->type_out != NULL ?
		    rq->type_out : "application/json", rq->body_out_len);
	for (i = 0; i < rq->nheaders; i++)
		buf_printf(&head, "%s: %s\r\n", rq->headers[i].name,
		    rq->headers[i].value);
	buf_text(&head, "\r\n");
	if (head.full || fcgi_write(rq->fcgi, head.p, head.len) != 0 ||
	    fcgi_write(rq->fcgi, rq->body_out, rq->body_out_len) != 0)
		log_event(LOG_WARN, "reply_lost",
		    LOG_TEXT("request_id", ctx->request_id));
}

static void
log_request(const struct ctx *ctx, enum err e, int64_t us)
{
	const struct req *rq = ctx->req;
	bool ours = err_status(e) >= 500;

	metrics_add(METRIC_REQUESTS, (unsigned)rq->status / 100, 1);
	metrics_add(METRIC_REQUEST_SECONDS, 0, (uint64_t)us);
	log_event(ours ? LOG_ERROR : LOG_INFO, "request",
	    LOG_TEXT("request_id", ctx->request_id),
	    LOG_TEXT("method", method_name(rq->method)),
	    LOG_TEXT("route", rq->route == NULL ? NULL : rq->route->path),
	    LOG_INT("status", rq->status),
	    LOG_TEXT("code", e == ERR_OK ? NULL : ctx->fault.code),
	    LOG_TEXT("detail", ours ? ctx->fault.detail : NULL),
	    LOG_TEXT("account", ctx->who.account.text),
	    LOG_TEXT("tenant", ctx->who.tenant.text),
	    LOG_INT("bytes", (int64_t)rq->body_out_len),
	    LOG_INT("us", us));
}

/* wipe_body - overwrites the body, which may have held a password (T13) */
static void
wipe_body(struct ctx *ctx)
{
	const struct req *rq = ctx->req;
	const struct field *field;

	if (rq->route == NULL || rq->route->input == NULL ||
	    rq->body.p == NULL)
		return;
	for (field = rq->route->input; field->name != NULL; field++)
		if (field->kind == FIELD_KIND_SECRET)
			secret_wipe((void *)(uintptr_t)rq->body.p,
			    rq->body.len);
}

static void
service_serve(struct ctx *ctx, struct fcgi *fcgi)
{
	int64_t start = clock_us();
	enum err e;

	*ctx->req = (struct req){ 0 };
	e = service_dispatch(ctx, fcgi);
	if (e != ERR_OK) {
		sql_rollback(ctx);
		if (ctx->fault.err == ERR_OK)
			(void)fail(ctx, e, err_code(e), "%s", err_title(e));
		if (is_refusal(ctx, e))
			e = record_refusal(ctx, e);
		problem_reply(ctx, e);
	}
	reply_deprecated(ctx);
	service_send(ctx);
	log_request(ctx, e, clock_us() - start);
	fcgi_finish(fcgi);
	sql_rollback(ctx);
	authn_used(ctx);
	wipe_body(ctx);
}

struct child { const struct service *service; int listen_fd[2]; };

/* socket_of - chooses the socket of child i, and names the process for ps */
static int
socket_of(const struct child *self, int64_t i)
{
	bool second = self->service->second != NULL &&
	    i >= process.conf->processes;
	char name[16];

	(void)snprintf(name, sizeof(name), "%s%s%s", self->service->name,
	    second ? "-" : "", second ? self->service->second : "");
	(void)prctl(PR_SET_NAME, name, 0, 0, 0);
	if (self->listen_fd[!second] != -1)
		(void)close(self->listen_fd[!second]);
	return self->listen_fd[second];
}

static int
serve_child(void *arg, int64_t i)
{
	const struct child *self = arg;
	struct ctx *ctx = ctx_new(REQUEST_MEM_MAX);
	struct fcgi *fcgi = fcgi_new(socket_of(self, i));
	struct req req;
	int64_t left = process.conf->retire_after;
	int got;

	ctx->service = self->service;
	ctx->db = process_sql(ctx, self->service->name);
	ctx_reset(ctx);
	while (left > 0 && !prefork_stopping() &&
	    (got = fcgi_accept(fcgi)) != 0) {
		if (got < 0)
			continue;
		ctx->req = &req;
		service_serve(ctx, fcgi);
		ctx_reset(ctx);
		left--;
	}
	fcgi_free(&fcgi);
	sql_free(&ctx->db);
	ctx_free(&ctx);
	return 0;
}

/*
 * routes_ready - checks the route table and prints it if asked to; false when
 * the program must end with the exit code *rc
 */
static bool
routes_ready(int argc, char *argv[], const struct service *service, int *rc)
{
	bool dump = argc == 2 && strcmp(argv[1], "--routes") == 0;
	struct ctx *ctx = ctx_new(16u << 20);
	const char *text;

	*rc = 0;
	if ((text = route_check(ctx, service->routes, service->nroutes)) !=
	    NULL) {
		(void)fprintf(stderr, "%s: %s\n", service->name, text);
		*rc = 70;	/* EX_SOFTWARE */
	} else if (dump) {
		if (crypto_init() == 0 && route_dump(ctx, service->name,
		    service->routes, service->nroutes, &text) == ERR_OK)
			(void)puts(text);
		else
			*rc = 70;
	}
	ctx_free(&ctx);
	return *rc == 0 && !dump;
}

/* open_socket - binds NAME.sock, or NAME-SECOND.sock */
static int
open_socket(const char *name, const char *second)
{
	char path[108];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s%s%s.sock",
	    process.conf->run_dir, name, second == NULL ? "" : "-",
	    second == NULL ? "" : second);
	if ((fd = fcgi_listen(path)) == -1)
		log_event(LOG_ERROR, "start_failed", LOG_TEXT("socket", path));
	return fd;
}

static int64_t
children_count(const struct service *service)
{
	int64_t n = process.conf->processes;

	if (service->second_children != NULL)
		return n + service->second_children();
	return n * (service->second != NULL ? 2 : service->spread == 0 ? 1 :
	    service->spread);
}

/* children_fit - false, with a line in the log: connections.c counts fewer */
static bool
children_fit(const struct service *service, int64_t children)
{
	int64_t counted = connections_responder(process.conf, service->name);

	if (counted == 0 || children <= counted)
		return true;
	log_event(LOG_ERROR, "start_failed", LOG_TEXT("detail",
	    "connections.c counts fewer children of this responder"));
	return false;
}

int
service_main(int argc, char *argv[], const struct service *service)
{
	struct child self = { service, { -1, -1 } };
	struct prefork prefork = { service->name, 0, serve_child, &self };
	int rc;

	if (!routes_ready(argc, argv, service, &rc) ||
	    !process_init(argc, argv, service->name, &rc))
		return rc;
	prefork.children = children_count(service);
	if (!children_fit(service, prefork.children))
		return 70;	/* EX_SOFTWARE */
	if (metrics_init() != 0 ||
	    (service->setup != NULL && service->setup() != 0) ||
	    (self.listen_fd[0] = open_socket(service->name, NULL)) == -1 ||
	    (service->second != NULL && (self.listen_fd[1] = open_socket(
	    service->name, service->second)) == -1))
		return 71;	/* EX_OSERR */
	return prefork_run(&prefork);
}

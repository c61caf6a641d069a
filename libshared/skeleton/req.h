/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a handler may do with its request, and how it answers.
 */
#ifndef CAMELEER_REQ_H
#define CAMELEER_REQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/route.h"

#define REPLY_HEADERS_MAX	12
#define LIST_LIMIT		50	/* items when ?limit= is absent */
#define LIST_LIMIT_MAX		100

struct reply_header { const char *name, *value; };

struct req {
	const struct route	*route;
	enum method		 method;
	struct params		 params;
	struct str		 path;
	const char		*query;
	const char		*content_type;
	const char		*user_agent;
	const char		*authorization, *cookie, *origin;
	const char		*csrf, *if_match, *idempotency_key;
	const char		*tenant_param;	/* CAM_TENANT, from nginx */
	const char		*forward_method; /* of what nginx asks for */
	int64_t			 content_length;	/* -1: not announced */
	struct str		 body;
	struct fcgi		*fcgi;
	bool			 keyed;		/* the key is claimed by it */
	bool			 replayed;	/* the answer is a stored one */

	int			 status;
	int64_t			 no_sooner_us;	/* since it came */
	const char		*body_out;
	size_t			 body_out_len;
	const char		*type_out;	/* NULL: application/json */
	struct reply_header	 headers[REPLY_HEADERS_MAX];
	size_t			 nheaders;

	const char		*subject_type;	/* for the audit row */
	const char		*subject_id;
	const char		*environment;
	struct json		*facts;		/* metadata; never a secret */
	bool			 unrecorded;	/* see audit_skip() */
	struct json		*person;	/* of facts, what is personal */
};

/* Decodes the JSON body by route->input. */
enum err req_body(struct ctx *ctx, void *in) must_check;
/*
 * Decodes the query string by route->query; unknown names are refused, but of a
 * ROUTE_BROWSER.
 */
enum err req_query(struct ctx *ctx, void *in) must_check;
/*
 * Decodes the body of a ROUTE_FORM by route->input; what is missing stays as
 * it was in *in.
 */
enum err req_form(struct ctx *ctx, void *in) must_check;
/* A path parameter, NUL-terminated in ctx->mem; never NULL for a named one. */
const char *req_param(struct ctx *ctx, const char *name);
/* A text that must outlive the caller's frame; never NULL. */
const char *req_copy(struct ctx *ctx, const char *text);
/* The value of a cookie, or NULL. */
const char *req_cookie(struct ctx *ctx, const char *name);
/* The number in If-Match: "7"; ERR_PRECONDITION without, ERR_BAD_INPUT else. */
enum err req_version(struct ctx *ctx, int64_t *version) must_check;
/* ERR_STALE: the thing has another version by now. */
enum err req_stale(struct ctx *ctx, const char *thing);
/* ROUTE_STREAM: next piece of the body, 0 at the end; never over body_max. */
enum err req_read(struct ctx *ctx, void *buf, size_t max, size_t *n)
    must_check;

/* One object by the view; a field named `version` also becomes the ETag. */
enum err reply(struct ctx *ctx, int status, const struct field *view,
    const void *in) must_check;
enum err reply_json(struct ctx *ctx, int status, const struct json *value)
    must_check;
enum err reply_empty(struct ctx *ctx, int status) must_check;	/* 204 */
/*
 * {"items": […], "next": cursor}.  rows holds up to limit + 1 items of size
 * bytes each: one more than limit means that there is a next page, and its
 * cursor is the field `cursor_field` of the last item shown.
 */
struct reply_page {
	const struct field	*view;
	const void		*rows;
	size_t			 n, size;
	int64_t			 limit;
	const char		*cursor_field;
	bool			 cursor_always;	/* also on the last page */
};
enum err reply_list(struct ctx *ctx, const struct reply_page *page)
    must_check;
/*
 * The same of a query :many, whose columns are those of the view: the page of
 * the caller, all rows, or the page that the query string asks for (by
 * page_query; the query takes `after` and limit + 1, the cursor is the id).
 */
#define reply_rows(ctx, query, page, ...) \
	reply_rows_((ctx), (query), (page), SQL_ARGS(__VA_ARGS__))
#define reply_listed(ctx, query, view_, size_, ...) \
	reply_rows_((ctx), (query), &(struct reply_page){ .view = (view_), \
	    .size = (size_) }, SQL_ARGS(__VA_ARGS__))
enum err reply_paged(struct ctx *ctx, const struct sql_query *query,
    const struct field *view, size_t size) must_check;
enum err reply_rows_(struct ctx *ctx, const struct sql_query *query,
    struct reply_page *page, const struct sql_arg *args, size_t nargs)
    must_check;
extern const struct field page_query[];
/* CR and LF are refused; a failure is in the fault as well. */
enum err reply_header(struct ctx *ctx, const char *name, const char *value);
/* __Host- cookie: Secure, HttpOnly, SameSite=Lax, Path=/; age 0 deletes. */
enum err reply_cookie(struct ctx *ctx, const char *name, const char *value,
    int64_t age_s) must_check;

/* What the audit row of this request is about. */
void audit_subject(struct ctx *ctx, const char *type, const char *id);
void audit_environment(struct ctx *ctx, const char *environment);
void audit_fact(struct ctx *ctx, const char *name, const char *value);
/* "Not yet" to one who asks every few seconds is no event of the trail. */
void audit_skip(struct ctx *ctx);

#endif

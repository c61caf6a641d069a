/* SPDX-License-Identifier: Apache-2.0 */
/* What a handler may read of its request; reply.h answers. */
#ifndef CAMELEER_REQ_H
#define CAMELEER_REQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/skeleton/route.h"

#define REPLY_HEADERS_MAX	12

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
	const char		*csrf, *if_match, *if_none_match;
	const char		*idempotency_key;
	const char		*tenant_param;	/* CAM_TENANT, from nginx */
	const char		*tenant_header;	/* as the client says it */
	bool			 tenant_twice;	/* more than one of them */
	const char		*forward_method; /* of what nginx asks for */
	int64_t			 content_length;	/* -1: not announced */
	struct str		 body;
	struct fcgi		*fcgi;
	bool			 keyed;		/* the key is claimed by it */
	bool			 replayed;	/* the answer is a stored one */

	int			 status;
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
/*
 * The version in If-Match: "7", or "7.<digest>" as a GET gave it.
 * ERR_PRECONDITION without, ERR_BAD_INPUT else.
 */
enum err req_version(struct ctx *ctx, int64_t *version) must_check;
/* ERR_STALE: the thing has another version by now. */
enum err req_stale(struct ctx *ctx, const char *thing);
/* ROUTE_STREAM: next piece of the body, 0 at the end; never over body_max. */
enum err req_read(struct ctx *ctx, void *buf, size_t max, size_t *n)
    must_check;

#endif

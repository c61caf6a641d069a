/* SPDX-License-Identifier: Apache-2.0 */
/* What a handler may read of its request; it answers by reply.h. */
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
	const char		*tenant_header;	/* as the client sent it */
	bool			 tenant_twice;	/* occurs twice */
	const char		*forward_method; /* of the checked request */
	const char		*forward_gate;	/* $cam_gate of nginx */
	int64_t			 content_length;	/* -1: not given */
	struct str		 body;
	struct fcgi		*fcgi;
	bool			 keyed;		/* it claimed the key */
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
	struct json		*person;	/* personal facts */
};

/*
 * The words for a wait, "5 minutes", for the detail of an ERR_LIMIT; notes its
 * seconds for Retry-After.
 */
const char *req_wait(struct ctx *ctx, int64_t wait_s);
/* Decodes the JSON body by route->input. */
enum err req_body(struct ctx *ctx, void *in) must_check;
/*
 * Decodes the query string by route->query; unknown names are refused, except
 * on ROUTE_BROWSER routes.
 */
enum err req_query(struct ctx *ctx, void *in) must_check;
/*
 * Decodes the body of a ROUTE_FORM by route->input; members of *in that the
 * form lacks are not touched.
 */
enum err req_form(struct ctx *ctx, void *in) must_check;
/* A path parameter, NUL-terminated in ctx->mem; never NULL for a named one. */
const char *req_param(struct ctx *ctx, const char *name);
/* A copy that outlives the caller's frame; never NULL. */
const char *req_copy(struct ctx *ctx, const char *text);
/* The value of a cookie, or NULL. */
const char *req_cookie(struct ctx *ctx, const char *name);
/*
 * The version in If-Match: "7", or "7.<digest>" as a GET returned it.
 * ERR_PRECONDITION when it is missing, ERR_BAD_INPUT when it is malformed.
 */
enum err req_version(struct ctx *ctx, int64_t *version) must_check;
/*
 * Checks the field `name`, which is the last day of something: ERR_BAD_INPUT
 * invalid_fields when it is not a day, or is over (UTC).
 */
enum err req_last_day(struct ctx *ctx, const char *name, const char *day)
    must_check;
/* ERR_STALE: somebody else has changed the object. */
enum err req_stale(struct ctx *ctx, const char *thing);
/*
 * ROUTE_STREAM: reads the next piece of the body, 0 at the end; body_max holds.
 */
enum err req_read(struct ctx *ctx, void *buf, size_t max, size_t *n)
    must_check;

#endif

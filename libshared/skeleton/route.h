/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The route table: all decisions about a route that come before its handler are
 * columns here.  An incomplete row stops the start.
 */
#ifndef CAMELEER_ROUTE_H
#define CAMELEER_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/skeleton/authz.h"

/* METHOD__MAX is any other method: the answer lists those that the path has. */
enum method { GET, POST, PUT, PATCH, DELETE, METHOD__MAX };

typedef enum err (*handler_fn)(struct ctx *ctx);

#define ROUTE_WRITE	(1u << 0)	/* transaction may write; audited */
#define ROUTE_REMOTE	(1u << 1)	/* no transaction: handler begins it */
#define ROUTE_STREAM	(1u << 2)	/* body is read by the handler */
#define ROUTE_SECRET	(1u << 3)	/* answer holds a secret: not stored */
#define ROUTE_INTERNAL	(1u << 4)	/* for nginx itself, not in OpenAPI */
#define ROUTE_BARE	(1u << 15)	/* of those: not for accounts */
#define ROUTE_MATCH	(1u << 5)	/* If-Match is required */
/* Allowed while the tenant is suspended, and whatever its licence permits. */
#define ROUTE_SUSPENDED	(1u << 6)
#define ROUTE_FRESH	(1u << 7)	/* sign-in of the last 10 min (M1.11) */
/*
 * API tokens are accepted although PERM_ACCOUNT or ROUTE_FRESH would require a
 * person.
 */
#define ROUTE_OWN	(1u << 14)
#define ROUTE_TOKEN	(1u << 8)
/*
 * A PATCH of one value by its only owner has no If-Match: the last write wins,
 * on purpose.
 */
#define ROUTE_LAST	(1u << 12)

/*
 * A browser comes here by a link or from another site: a GET may write, unknown
 * query parameters are ignored, and a failure is shown as a page of ours.
 */
#define ROUTE_BROWSER	(1u << 9)
#define ROUTE_FORM	(1u << 10)	/* body: x-www-form-urlencoded */
#define ROUTE_RECORDED	(1u << 11)	/* a GET with an audit row */
#define ROUTE_FILE	(1u << 13)	/* answers a file, not JSON */

#define ROUTE_PARAMS_MAX	4
#define ROUTE_NOTICE_D		182	/* six months */

/*
 * A row gives the first four by position and the rest by name.  Defaults: no
 * body, no query, no answer, status 200.
 */
struct route {
	enum method		 method;
	const char		*path;		/* /api/apps/{app}/releases */
	enum perm		 perm;
	handler_fn		 handler;

	const char		*about;		/* one sentence for OpenAPI */
	unsigned		 flags;		/* ROUTE_* */
	const char		*audit;		/* action, for ROUTE_WRITE */
	const struct field	*input;		/* JSON body, or NULL */
	const struct field	*query;		/* query string, or NULL */
	const struct field	*output;	/* of a 2xx, or NULL */
	/* The answer is a page of outputs: {items, next}, see reply_list(). */
	bool			 list;
	bool			 counted;	/* the page has `total` */
	int			 status;	/* of a success; 0: 200 */
	/* For a 201: "/api/apps/{name}"; {:name} is from the request's path. */
	const char		*location;
	size_t			 body_max;	/* bytes; 0: 64 KiB */
	/*
	 * Days like "2026-06-01", both or none: since when nobody should use
	 * the route, and when it ends, at least ROUTE_NOTICE_D days later.
	 */
	const char		*deprecated, *sunset;
};

struct param { const char *name; struct str value; };

struct params { struct param list[ROUTE_PARAMS_MAX]; size_t n; };

const char *method_name(enum method method);
bool method_of(const char *name, enum method *method);

/* NULL when the table is complete, else what is wrong in which route. */
const char *route_check(struct ctx *ctx, const struct route *routes, size_t n);

/* A day of a row as the seconds of its first moment, UTC; false: no day. */
bool route_day(const char *day, int64_t *seconds) must_check;

struct route_table { const struct route *routes; size_t n; };

struct match {
	const struct route	*route;
	struct params		 params;
	const char		*allow;		/* "GET, PUT", for ERR_METHOD */
};

/*
 * ERR_NOT_FOUND, or ERR_METHOD when only the method differs.  A literal segment
 * has precedence over a parameter.
 */
enum err route_match(struct ctx *ctx, const struct route_table *table,
    enum method method, struct str path, struct match *match) must_check;

/* Prints the table with its schemas as JSON, for --routes. */
enum err route_dump(struct ctx *ctx, const char *service,
    const struct route *routes, size_t n, const char **text) must_check;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The route table: everything that is decided about a route before its
 * handler runs is a column here, and a table with a hole stops the start.
 */
#ifndef CAMELEER_ROUTE_H
#define CAMELEER_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/skeleton/authz.h"

/* METHOD__MAX is any other: a path that is there says which it takes. */
enum method { GET, POST, PUT, PATCH, DELETE, METHOD__MAX };

typedef enum err (*handler_fn)(struct ctx *ctx);

#define ROUTE_WRITE	(1u << 0)	/* transaction may write; audited */
#define ROUTE_REMOTE	(1u << 1)	/* no transaction: sql_begin yourself */
#define ROUTE_STREAM	(1u << 2)	/* body is read by the handler */
#define ROUTE_SECRET	(1u << 3)	/* answer holds a secret: not stored */
#define ROUTE_INTERNAL	(1u << 4)	/* for nginx itself, not in OpenAPI */
#define ROUTE_MATCH	(1u << 5)	/* If-Match is required */
#define ROUTE_SUSPENDED	(1u << 6)	/* writes although suspended */
#define ROUTE_FRESH	(1u << 7)	/* sign-in of the last 10 min (M1.11) */
/*
 * An API token may, too, where otherwise only a person may: of PERM_ACCOUNT
 * and ROUTE_FRESH.
 */
#define ROUTE_TOKEN	(1u << 8)
/* PATCH of one value by its only owner: of two the last wins, by intent. */
#define ROUTE_LAST	(1u << 12)

/*
 * A browser is sent here by a link or by another site: a GET may write, query
 * parameters of others are passed over, and a problem is a page of ours.
 */
#define ROUTE_BROWSER	(1u << 9)
#define ROUTE_FORM	(1u << 10)	/* body: x-www-form-urlencoded */
#define ROUTE_RECORDED	(1u << 11)	/* a GET with an audit row */
#define ROUTE_FILE	(1u << 13)	/* answers a file, not JSON */

#define ROUTE_PARAMS_MAX	4

/*
 * A row gives the first four by position and the rest by name; what is left
 * out is the usual: no body, no query, no answer, status 200.
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
	const struct field	*output;	/* of 2xx, or NULL */
	/* the answer is a page of outputs: {items, next}, see reply_list() */
	bool			 list;
	bool			 counted;	/* the page says `total`, too */
	int			 status;	/* of success; 0: 200 */
	/* of a 201: "/api/apps/{name}"; {:name} is of this path */
	const char		*location;
	size_t			 body_max;	/* bytes; 0: 64 KiB */
};

struct param { const char *name; struct str value; };

struct params { struct param list[ROUTE_PARAMS_MAX]; size_t n; };

const char *method_name(enum method method);
bool method_of(const char *name, enum method *method);

/* NULL when the table is whole, else what is wrong with which route. */
const char *route_check(struct ctx *ctx, const struct route *routes, size_t n);

struct route_table { const struct route *routes; size_t n; };

struct match {
	const struct route	*route;
	struct params		 params;
	const char		*allow;		/* "GET, PUT", of ERR_METHOD */
};

/*
 * ERR_NOT_FOUND, or ERR_METHOD when only the method differs.  A literal
 * segment wins over a parameter.
 */
enum err route_match(struct ctx *ctx, const struct route_table *table,
    enum method method, struct str path, struct match *match) must_check;

/* The table with its schemas as a JSON text, for --routes. */
enum err route_dump(struct ctx *ctx, const char *service,
    const struct route *routes, size_t n, const char **text) must_check;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The route table: checked at the start, matched segment by segment. */
#include "config.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/field_shape.h"
#include "libshared/skeleton/route.h"

#define DAY_S	86400

static const char *const methods[] = {
	[GET] = "GET", [POST] = "POST", [PUT] = "PUT", [PATCH] = "PATCH",
	[DELETE] = "DELETE",
};
static_assert(nitems(methods) == METHOD__MAX, "a name for each method");

const char *
method_name(enum method method)
{
	return method < METHOD__MAX ? methods[method] : "(other)";
}

bool
method_of(const char *name, enum method *method)
{
	unsigned i;

	if (name != NULL && strcmp(name, "HEAD") == 0)
		name = "GET";	/* nginx does not send the body */
	for (i = 0; name != NULL && i < METHOD__MAX; i++)
		if (strcmp(methods[i], name) == 0) {
			*method = (enum method)i;
			return true;
		}
	return false;
}

bool
route_day(const char *day, int64_t *seconds)
{
	struct tm tm = { .tm_mday = 0 };
	const char *end = strptime(day, "%Y-%m-%d", &tm);
	char again[sizeof("2026-06-01")];

	if (end == NULL || *end != '\0')
		return false;
	*seconds = timegm(&tm);
	/* the 31st of June would be the 1st of July */
	return strftime(again, sizeof(again), "%Y-%m-%d", &tm) != 0 &&
	    strcmp(again, day) == 0;
}

/* notice_error - names what is wrong with the days of a route, or NULL */
static const char *
notice_error(const struct route *route)
{
	int64_t since, until;

	if (route->deprecated == NULL && route->sunset == NULL)
		return NULL;
	if (route->deprecated == NULL || route->sunset == NULL)
		return "has one of deprecated and sunset, not both";
	if (!route_day(route->deprecated, &since) ||
	    !route_day(route->sunset, &until))
		return "is deprecated on a day that there is not";
	if (until - since < (int64_t)ROUTE_NOTICE_D * DAY_S)
		return "ends less than six months after it was deprecated";
	return NULL;
}

/* row_error - names what is missing in a route, or returns NULL */
static const char *
row_error(const struct route *route)
{
	bool write = (route->flags & ROUTE_WRITE) != 0;
	bool recorded = (route->flags & ROUTE_RECORDED) != 0;

	if (route->path == NULL || route->path[0] != '/')
		return "has no path";
	if (route->perm == PERM_UNSET || route->perm >= PERM__MAX)
		return "has no permission";
	if (route->handler == NULL)
		return "has no handler";
	if (route->about == NULL)
		return "has no description";
	if (write && route->audit == NULL)
		return "writes without an audit action";
	if (recorded && (route->method != GET || route->audit == NULL))
		return "is recorded without being a GET with an action";
	if (!write && !recorded && route->audit != NULL &&
	    (route->flags & ROUTE_INTERNAL) == 0)
		return "has an audit action but does not write";
	if (route->method != GET && !write &&
	    (route->flags & ROUTE_INTERNAL) == 0)
		return "changes state without ROUTE_WRITE";
	if (route->method == GET && write &&
	    (route->flags & ROUTE_BROWSER) == 0)
		return "writes in a GET";
	if (route->status == 201 && route->location == NULL)
		return "makes something and does not say where";
	if (route->input != NULL && (route->flags & ROUTE_STREAM) != 0)
		return "has both a decoded and a streamed body";
	if (route->method == PATCH &&
	    (route->flags & (ROUTE_MATCH | ROUTE_LAST)) == 0)
		return "edits without ROUTE_MATCH";
	return notice_error(route);
}

/*
 * schema_hole - names what the API's document cannot describe, or returns NULL
 */
static const char *
schema_hole(struct ctx *ctx, const struct route *route)
{
	const char *why = NULL;

	if ((route->flags & ROUTE_INTERNAL) != 0)
		return NULL;
	if (route->input != NULL)
		why = field_schema_hole(ctx, route->input);
	if (why == NULL && route->output != NULL)
		why = field_schema_hole(ctx, route->output);
	return why;
}

const char *
route_check(struct ctx *ctx, const struct route *routes, size_t n)
{
	const char *why;
	size_t i, j;

	if (n == 0)
		return "no routes";
	for (i = 0; i < n; i++) {
		if ((why = row_error(&routes[i])) != NULL ||
		    (why = schema_hole(ctx, &routes[i])) != NULL)
			return text_printf(ctx->mem, "route %s %s %s",
			    methods[routes[i].method],
			    routes[i].path ? routes[i].path : "?", why);
		for (j = 0; j < i; j++)
			if (routes[i].method == routes[j].method &&
			    strcmp(routes[i].path, routes[j].path) == 0)
				return text_printf(ctx->mem,
				    "route %s %s is there twice",
				    methods[routes[i].method], routes[i].path);
	}
	return NULL;
}

/* path_score - counts literal segments; -1 when the path does not match */
static int
path_score(const char *pattern, struct str path, struct params *params)
{
	struct str want = str_of(pattern), got, have;
	int score = 0;

	params->n = 0;
	/* A slash at the end is one more segment, which is empty. */
	if (path.len > 1 && path.p[path.len - 1] == '/')
		return -1;
	while (want.len > 0 || path.len > 0) {
		if (want.len == 0 || path.len == 0)
			return -1;
		got = str_cut(&want, '/');
		have = str_cut(&path, '/');
		if (got.len > 2 && got.p[0] == '{') {
			if (have.len == 0 || params->n == ROUTE_PARAMS_MAX)
				return -1;
			params->list[params->n++] = (struct param){
			    got.p + 1, have };
			continue;
		}
		if (got.len != have.len ||
		    memcmp(got.p, have.p, got.len) != 0)
			return -1;
		score++;
	}
	return score;
}

/* allow_header - prints a set of methods as "GET, PUT" */
static const char *
allow_header(struct ctx *ctx, unsigned set)
{
	struct buf text;
	unsigned i;

	buf_init(&text, ctx->mem, 64);
	for (i = 0; i < METHOD__MAX; i++)
		if ((set & 1u << i) != 0) {
			buf_text(&text, text.len > 0 ? ", " : "");
			buf_text(&text, methods[i]);
		}
	return text.p;
}

enum err
route_match(struct ctx *ctx, const struct route_table *table,
    enum method method, struct str path, struct match *match)
{
	const struct route *routes = table->routes;
	struct params found;
	unsigned others = 0;
	int best = -1, score;
	size_t i;

	for (i = 0; i < table->n; i++) {
		if ((score = path_score(routes[i].path, path, &found)) < 0)
			continue;
		if (routes[i].method != method)
			others |= 1u << routes[i].method;
		else if (score > best) {
			best = score;
			match->route = &routes[i];
			match->params = found;
		}
	}
	if (best >= 0)
		return ERR_OK;
	if (others == 0)
		return fail(ctx, ERR_NOT_FOUND, "no_such_route",
		    "there is nothing at this path");
	match->allow = allow_header(ctx, others);
	return fail(ctx, ERR_METHOD, "method_not_allowed",
	    "this path takes %s", match->allow);
}

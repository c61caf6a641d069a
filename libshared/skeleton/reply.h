/* SPDX-License-Identifier: Apache-2.0 */
/* How a handler answers: buffered, so that nothing leaves before COMMIT. */
#ifndef CAMELEER_REPLY_H
#define CAMELEER_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"

struct json;

#define LIST_LIMIT		50	/* items when ?limit= is absent */
#define LIST_LIMIT_MAX		100
/*
 * A cursor holds the name of a sort, an id and a name of somebody, which is
 * why it is encoded: clients put it into a query as it is.
 */
#define REPLY_CURSOR_MAX	600

/* One object by the view; a field named `version` also becomes the ETag. */
enum err reply(struct ctx *ctx, int status, const struct field *view,
    const void *in) must_check;
enum err reply_json(struct ctx *ctx, int status, const struct json *value)
    must_check;
enum err reply_empty(struct ctx *ctx, int status) must_check;	/* 204 */
/*
 * {"items": […], "next": cursor}, and "total" when the route counts.  rows
 * holds up to limit + 1 items of size bytes each: more than limit means that
 * there is a next page, and its cursor is the field `cursor_field` of the last
 * item shown.
 */
struct reply_page {
	const struct field	*view;
	const void		*rows;
	size_t			 n, size;
	int64_t			 limit;
	const char		*cursor_field;
	/* of a search: the cursor is sort, cursor_field and cursor_key */
	const char		*sort, *cursor_key;
	bool			 cursor_always;	/* on the last page as well */
	bool			 counted;	/* `total` is shown */
	int64_t			 total;		/* items on all pages */
};
enum err reply_list(struct ctx *ctx, const struct reply_page *page)
    must_check;
/*
 * The same from a query :many, whose columns are those of the view: the
 * caller's page, all rows, or the page that the query string asks for (by
 * page_query; the query takes `after`, limit + 1 and the arguments; the cursor
 * is the id).
 */
#define reply_rows(ctx, query, page, ...) \
	reply_rows_((ctx), (query), (page), SQL_ARGS(__VA_ARGS__))
#define reply_listed(ctx, query, view_, size_, ...) \
	reply_rows_((ctx), (query), &(struct reply_page){ .view = (view_), \
	    .size = (size_) }, SQL_ARGS(__VA_ARGS__))
#define reply_paged(ctx, query, view_, size_, ...) \
	reply_paged_((ctx), (query), &(const struct sql_rows){ (view_), \
	    (size_) }, SQL_ARGS(__VA_ARGS__))
enum err reply_rows_(struct ctx *ctx, const struct sql_query *query,
    struct reply_page *page, const struct sql_arg *args, size_t nargs)
    must_check;
enum err reply_paged_(struct ctx *ctx, const struct sql_query *query,
    const struct sql_rows *rows_of, const struct sql_arg *more, size_t nmore)
    must_check;
extern const struct field page_query[];
/*
 * A list that people search: `q`, `sort` (`name`, or `newest`) and `total`, by
 * search_query.  find takes the id and the key of the row before, limit + 1,
 * `q`, whether the newest are first, and the arguments; total takes `q` and
 * the arguments.  The key is the text of the field that is sorted by, which
 * need not be unique; NULL by_age: ids are in the order of creation.
 */
struct reply_search {
	const struct sql_query	*find, *total;
	const struct field	*view;
	size_t			 size;
	const char		*by_name, *by_age;
};
#define reply_searched(ctx, search, ...) \
	reply_searched_((ctx), (search), SQL_ARGS(__VA_ARGS__))
enum err reply_searched_(struct ctx *ctx, const struct reply_search *search,
    const struct sql_arg *more, size_t nmore) must_check;
extern const struct field search_query[];
/*
 * For a query table with a filter of its own behind SEARCH_FIELDS.  Its handler
 * reads the filter by req_query() and hands it on as an argument.
 */
struct search_in { int64_t limit; const char *after, *q, *sort, *state; };
#define SEARCH_FIELDS \
	FIELD_INT_OPT(struct search_in, limit, 1, LIST_LIMIT_MAX), \
	FIELD_TEXT_OPT(struct search_in, after, 1, REPLY_CURSOR_MAX, \
	    CHARSET_TOKEN), \
	FIELD_TEXT_OPT(struct search_in, q, 1, 120, CHARSET_TEXT), \
	FIELD_CHOICE_OPT(struct search_in, sort, reply_sorts)
extern const char *const reply_sorts[];
/*
 * In reply_finish.c.  Runs after the handler and before the commit: Location on
 * 201 and 202, the ETag of a GET, and 304 when If-None-Match names it.
 */
enum err reply_finish(struct ctx *ctx) must_check;
/*
 * Of a deprecated route, whatever the answer: since when (RFC 9745), and until
 * when (RFC 8594).
 */
void reply_deprecated(struct ctx *ctx);
/* Weak comparison with a list of entity tags (RFC 9110, 13.1.2). */
bool reply_tag_listed(const char *list, const char *tag);
/* Refuses CR and LF, and records the fault. */
enum err reply_header(struct ctx *ctx, const char *name, const char *value);
/* __Host- cookie: Secure, HttpOnly, SameSite=Lax, Path=/; age 0 deletes. */
enum err reply_cookie(struct ctx *ctx, const char *name, const char *value,
    int64_t age_s) must_check;

#endif

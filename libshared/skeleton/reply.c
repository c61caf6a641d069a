/* SPDX-License-Identifier: Apache-2.0 */
/* How a handler answers: buffered, so that nothing leaves before COMMIT. */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"

struct page_in { int64_t limit; struct uuid after; };

const struct field page_query[] = {
	FIELD_INT_OPT(struct page_in, limit, 1, LIST_LIMIT_MAX),
	FIELD_UUID_OPT(struct page_in, after),
	FIELD_END
};

enum err
reply_header(struct ctx *ctx, const char *name, const char *value)
{
	struct req *rq = ctx->req;

	if (rq->nheaders == REPLY_HEADERS_MAX || name == NULL ||
	    value == NULL || strpbrk(value, "\r\n") != NULL)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "header cannot be sent");
	rq->headers[rq->nheaders++] = (struct reply_header){ name, value };
	return ERR_OK;
}

enum err
reply_cookie(struct ctx *ctx, const char *name, const char *value,
    int64_t age_s)
{
	char *text = text_printf(ctx->secrets, "%s=%s; Path=/; Secure; "
	    "HttpOnly; SameSite=Lax; Max-Age=%" PRId64, name, value, age_s);

	if (strpbrk(value, "; ,\"\\") != NULL)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "cookie cannot be sent");
	return reply_header(ctx, "Set-Cookie", text);
}

enum err
reply_empty(struct ctx *ctx, int status)
{
	ctx->req->status = status;
	ctx->req->body_out_len = 0;
	return ERR_OK;
}

enum err
reply_json(struct ctx *ctx, int status, const struct json *value)
{
	struct req *rq = ctx->req;
	enum err e;

	if ((e = json_print(ctx, value, &rq->body_out, &rq->body_out_len)) !=
	    ERR_OK)
		return e;
	rq->status = status;
	return ERR_OK;
}

/* etag_of - makes the entity tag from the field `version` of an answer */
static enum err
etag_of(struct ctx *ctx, const struct field *view, const void *in)
{
	int64_t version;
	char *text;

	for (; view->name != NULL; view++)
		if (view->kind == FIELD_KIND_INT &&
		    strcmp(view->name, "version") == 0) {
			memcpy(&version, (const char *)in + view->offset,
			    sizeof(version));
			text = text_printf(ctx->mem, "\"%" PRId64 "\"",
			    version);
			return reply_header(ctx, "ETag", text);
		}
	return ERR_OK;
}

enum err
reply(struct ctx *ctx, int status, const struct field *view, const void *in)
{
	struct json *object;
	enum err e;

	if ((e = field_encode(ctx, view, in, &object)) != ERR_OK ||
	    (e = etag_of(ctx, view, in)) != ERR_OK)
		return e;
	return reply_json(ctx, status, object);
}

/* next_cursor - returns the text of one field of the last item shown */
static enum err
next_cursor(struct ctx *ctx, const struct reply_page *page, const char *item,
    struct json *top)
{
	const struct field *field;
	const char *text;
	int64_t number;

	for (field = page->view; field->name != NULL; field++)
		if (strcmp(field->name, page->cursor_field) == 0)
			break;
	item += field->offset;
	switch (field->kind) {
	case FIELD_KIND_UUID:
		text = ((const struct uuid *)(const void *)item)->text;
		break;
	case FIELD_KIND_INT:
		memcpy(&number, item, sizeof(number));
		text = text_printf(ctx->mem, "%" PRId64, number);
		break;
	case FIELD_KIND_TEXT:
	case FIELD_KIND_TIME:
		memcpy(&text, item, sizeof(text));
		break;
	default:
		return fail(ctx, ERR_INTERNAL, "internal",
		    "%s cannot be a cursor", page->cursor_field);
	}
	json_put_text(top, "next", text);
	return ERR_OK;
}

enum err
reply_list(struct ctx *ctx, const struct reply_page *page)
{
	struct json *top = json_object(ctx), *items = json_array(ctx), *one;
	size_t i, shown = page->n;
	const char *rows = page->rows;
	enum err e;

	if (page->limit > 0 && shown > (size_t)page->limit)
		shown = (size_t)page->limit;
	for (i = 0; i < shown; i++) {
		if ((e = field_encode(ctx, page->view, rows + i * page->size,
		    &one)) != ERR_OK)
			return e;
		json_add(items, one);
	}
	json_put(top, "items", items);
	json_put_null(top, "next");
	if (page->counted)
		json_put_int(top, "total", page->total);
	if (shown > 0 && (shown < page->n || page->cursor_always) &&
	    page->cursor_field != NULL &&
	    (e = next_cursor(ctx, page, rows + (shown - 1) * page->size,
	    top)) !=
	    ERR_OK)
		return e;
	return reply_json(ctx, 200, top);
}

enum err
reply_rows_(struct ctx *ctx, const struct sql_query *query,
    struct reply_page *page, const struct sql_arg *args, size_t nargs)
{
	const struct sql_rows rows_of = { page->view, page->size };
	void *rows;
	enum err e;

	if ((e = sql_many_(ctx, query, &rows_of, &rows, &page->n, args,
	    nargs)) != ERR_OK)
		return e;
	page->rows = rows;
	return reply_list(ctx, page);
}

enum err
reply_paged_(struct ctx *ctx, const struct sql_query *query,
    const struct sql_rows *rows_of, const struct sql_arg *more, size_t nmore)
{
	struct reply_page page = { .view = rows_of->view,
	    .size = rows_of->size, .cursor_field = "id" };
	struct sql_arg args[SQL_PARAMS_MAX];
	struct page_in in = { .limit = LIST_LIMIT };
	enum err e;

	if (nmore > nitems(args) - 2)
		return fail(ctx, ERR_INTERNAL, NULL, "%zu arguments", nmore);
	if ((e = req_query(ctx, &in)) != ERR_OK)
		return e;
	page.limit = in.limit;
	args[0] = ARG_UUID(&in.after);
	args[1] = ARG_INT(in.limit + 1);
	memcpy(args + 2, more, nmore * sizeof(*more));
	return reply_rows_(ctx, query, &page, args, nmore + 2);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* How a handler answers: buffered, so that nothing leaves before COMMIT. */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"

struct page_in { int64_t limit; struct uuid after; };

#define PLACE_MAX	(REPLY_CURSOR_MAX / 4 * 3)

const char *const reply_sorts[] = { "name", "newest", NULL };

const struct field search_query[] = {
	SEARCH_FIELDS,
	FIELD_END
};

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

/* field_words - returns the text of a field of an item, by name, or NULL */
static const char *
field_words(struct ctx *ctx, const struct field *view, const char *name,
    const char *item)
{
	const struct field *field;
	const char *text;
	int64_t number;

	for (field = view; field->name != NULL; field++)
		if (strcmp(field->name, name) == 0)
			break;
	item += field->offset;
	switch (field->kind) {
	case FIELD_KIND_UUID:
		return ((const struct uuid *)(const void *)item)->text;
	case FIELD_KIND_INT:
		memcpy(&number, item, sizeof(number));
		return text_printf(ctx->mem, "%" PRId64, number);
	case FIELD_KIND_TEXT:
	case FIELD_KIND_TIME:
		memcpy(&text, item, sizeof(text));
		return text;
	default:
		return NULL;
	}
}

/* next_cursor - puts the text that names the last item shown */
static enum err
next_cursor(struct ctx *ctx, const struct reply_page *page, const char *item,
    struct json *top)
{
	const char *text = field_words(ctx, page->view, page->cursor_field,
	    item), *key = "";
	enum err e = ERR_TOO_LARGE;

	if (page->cursor_key != NULL)
		key = field_words(ctx, page->view, page->cursor_key, item);
	if (text == NULL || key == NULL)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "%s cannot be a cursor", page->cursor_field);
	if (page->sort != NULL) {
		text = text_printf(ctx->mem, "%s:%s:%s", page->sort, text,
		    key);
		if (text == NULL || (e = base64url_encode(ctx, text,
		    strlen(text), &text)) != ERR_OK)
			return e;
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

/* The row before a page: its id, and the text of what is sorted by. */
struct place { struct uuid id; const char *key; };

/* place_read - reads "<id>:<key>"; PostgreSQL takes the key as text */
static bool
place_read(struct ctx *ctx, struct str rest, struct place *place)
{
	struct str id = str_cut(&rest, ':');
	const char *text = text_printf(ctx->mem, "%.*s", (int)id.len, id.p);

	place->key = text_printf(ctx->mem, "%.*s", (int)rest.len,
	    rest.len > 0 ? rest.p : "");
	return text != NULL && place->key != NULL &&
	    uuid_set(&place->id, text) && str_utf8(rest);
}

/* place_of - reads a cursor, which must be of this sort */
static enum err
place_of(struct ctx *ctx, const char *cursor, const char *sort,
    struct place *place)
{
	uint8_t plain[PLACE_MAX];
	struct str rest, word;
	size_t len;

	*place = (struct place){ .key = NULL };
	if (cursor == NULL)
		return ERR_OK;
	if (base64url_decode(cursor, strlen(cursor), plain, sizeof(plain),
	    &len)) {
		rest = (struct str){ (const char *)plain, len };
		word = str_cut(&rest, ':');
		if (str_is(word, sort) && place_read(ctx, rest, place))
			return ERR_OK;
	}
	fail_field(ctx, "after", "must be `next` of a page that was sorted "
	    "alike");
	return fail(ctx, ERR_BAD_INPUT, "invalid_fields",
	    "Some fields are not acceptable; see errors.");
}

enum err
reply_searched_(struct ctx *ctx, const struct reply_search *search,
    const struct sql_arg *more, size_t nmore)
{
	struct reply_page page = { .view = search->view,
	    .size = search->size, .cursor_field = "id", .counted = true };
	struct sql_arg args[SQL_PARAMS_MAX], *rest;
	struct search_in in = { .limit = LIST_LIMIT };
	struct place place;
	bool newest;
	enum err e;

	if (nmore > nitems(args) - 5)
		return fail(ctx, ERR_INTERNAL, NULL, "%zu arguments", nmore);
	if ((e = req_query(ctx, &in)) != ERR_OK)
		return e;
	page.sort = in.sort == NULL ? reply_sorts[0] : in.sort;
	newest = strcmp(page.sort, reply_sorts[0]) != 0;
	page.cursor_key = newest ? search->by_age : search->by_name;
	page.limit = in.limit;
	if ((e = place_of(ctx, in.after, page.sort, &place)) != ERR_OK)
		return e;
	rest = args + 4;
	rest[0] = ARG_TEXT(in.q);
	memcpy(rest + 1, more, nmore * sizeof(*more));
	if ((e = sql_one_(ctx, search->total, sql_count_view, &page.total,
	    rest, nmore + 1)) != ERR_OK)
		return e;
	args[0] = ARG_UUID(&place.id);
	args[1] = ARG_TEXT(place.key);
	args[2] = ARG_INT(in.limit + 1);
	args[3] = ARG_TEXT(in.q);
	args[4] = ARG_BOOL(newest);
	return reply_rows_(ctx, search->find, &page, args, nmore + 5);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The audit trail of the tenant: a list, newest first, and a file. */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/audit_chain.h"
#include "libshared/skeleton/audit_export.h"
#include "libshared/skeleton/job.h"
#include "libshared/skeleton/jwks.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/words.h"
#include "modules/tenants/tenants.h"
#include "modules/tenants/trail.h"

#include "modules/tenants/trail.sql.h"

#define EXPORT_MAX	(2u << 20)	/* bytes in a page */
#define NEXT		"X-Cameleer-Next"

static const char *const formats[] = { "csv", "ndjson", NULL };

struct event_in {
	int64_t		 limit;
	struct uuid	 after, actor;
	const char	*action, *subject_type, *subject_id, *result;
	const char	*environment, *from, *to, *request_id;
};

struct point { int64_t seq; const char *hash, *at, *token; };
struct point_in { int64_t limit, after; };
/* For OpenAPI. */
struct sign_out { struct uuid operation; };

struct export_in { const char *format, *after; struct event_in filter; };

/* Both queries use the same names; at: the offset of struct event_in. */
#define IN(at, m, k, lo, hi, ch) \
	{ #m, (k), FIELD_OPTIONAL, CHARSET_TEXT, \
	    (at) + offsetof(struct event_in, m), (lo), (hi), \
	    .choices = (ch) }
#define FILTERS(at) \
	IN(at, action, FIELD_KIND_TEXT, 1, 64, NULL), \
	IN(at, actor, FIELD_KIND_UUID, 36, 36, NULL), \
	IN(at, subject_type, FIELD_KIND_TEXT, 1, 64, NULL), \
	IN(at, subject_id, FIELD_KIND_TEXT, 1, 128, NULL), \
	IN(at, result, FIELD_KIND_TEXT, 1, 64, audit_results), \
	IN(at, environment, FIELD_KIND_TEXT, 1, 64, NULL), \
	IN(at, from, FIELD_KIND_TIME, 0, 0, NULL), \
	IN(at, to, FIELD_KIND_TIME, 0, 0, NULL), \
	IN(at, request_id, FIELD_KIND_TEXT, 1, 64, NULL)

const struct field audit_query[] = {
	IN(0, limit, FIELD_KIND_INT, 1, LIST_LIMIT_MAX, NULL),
	IN(0, after, FIELD_KIND_UUID, 36, 36, NULL),
	FILTERS(0),
	FIELD_END
};

#define AT_FILTER	offsetof(struct export_in, filter)
const struct field export_query[] = {
	FIELD_CHOICE_OPT(struct export_in, format, formats),
	FIELD_TEXT_OPT(struct export_in, after, 1, 36, CHARSET_TEXT),
	IN(AT_FILTER, limit, FIELD_KIND_INT, 1, AUDIT_PAGE_MAX, NULL),
	FILTERS(AT_FILTER),
	FIELD_END
};

const struct field audit_view[] = {
	VIEW_UUID(struct event, id),
	VIEW_TIME(struct event, at),
	VIEW_UUID_OPT(struct event, actor),
	VIEW_CHOICE(struct event, actor_kind, audit_actor_kinds),
	VIEW_TEXT(struct event, action),
	VIEW_TEXT_OPT(struct event, subject_type),
	VIEW_TEXT_OPT(struct event, subject_id),
	VIEW_TEXT_OPT(struct event, environment),
	VIEW_TEXT_OPT(struct event, client_ip),
	VIEW_CHOICE(struct event, result, audit_results),
	VIEW_TEXT_OPT(struct event, code),
	VIEW_OPEN_OPT(struct event, facts,
	    "Details of the event: the members depend on the action."),
	VIEW_OPEN_OPT(struct event, person,
	    "Personal data of the event; null once the person is erased."),
	VIEW_TEXT_OPT(struct event, request_id),
	FIELD_END_OF("AuditEvent")
};

const struct field point_view[] = {
	VIEW_INT(struct point, seq),
	VIEW_TEXT(struct point, hash),
	VIEW_TIME(struct point, at),
	VIEW_TEXT(struct point, token),
	FIELD_END_OF("Checkpoint")
};

const struct field sign_view[] = {
	VIEW_UUID(struct sign_out, operation),
	FIELD_END_OF("OperationRef")
};

const struct field point_query[] = {
	FIELD_INT_OPT(struct point_in, limit, 1, LIST_LIMIT_MAX),
	FIELD_INT_OPT(struct point_in, after, 0, INT64_MAX),
	FIELD_END
};

/* read_events - reads up to limit + 1 events that pass the filter */
static enum err
read_events(struct ctx *ctx, const struct event_in *in, struct event **rows,
    size_t *n)
{
	return sql_many(ctx, &SQL_AUDIT_LIST, audit_view, sizeof(**rows),
	    rows, n, ARG_UUID(&in->after), ARG_TEXT(in->action),
	    ARG_UUID(&in->actor), ARG_TEXT(in->subject_type),
	    ARG_TEXT(in->subject_id), ARG_TEXT(in->result),
	    ARG_TEXT(in->environment), ARG_TEXT(in->from), ARG_TEXT(in->to),
	    ARG_TEXT(in->request_id), ARG_INT(in->limit + 1));
}

enum err
audit_list(struct ctx *ctx)
{
	struct reply_page page = { .view = audit_view,
	    .size = sizeof(struct event), .cursor_field = "id" };
	struct event_in in = { .limit = LIST_LIMIT };
	struct event *rows;
	enum err e;

	if ((e = req_query(ctx, &in)) != ERR_OK ||
	    (e = read_events(ctx, &in, &rows, &page.n)) != ERR_OK)
		return e;
	page.rows = rows;
	page.limit = in.limit;
	return reply_list(ctx, &page);
}

/* trail_attach - answers the page as a file of this type */
static enum err
trail_attach(struct ctx *ctx, const struct buf *out, const char *type,
    const char *ending)
{
	struct req *rq = ctx->req;
	char *name = text_printf(ctx->mem, "attachment; filename=\"audit-%s"
	    ".%s\"", ctx->who.tenant_slug, ending);

	if (out->full)
		return fail(ctx, ERR_TOO_LARGE, "page_too_large",
		    "the page is too large: ask for a smaller limit");
	rq->status = 200;
	rq->type_out = type;
	rq->body_out = out->p;
	rq->body_out_len = out->len;
	return reply_header(ctx, "Content-Disposition", name);
}

static enum err
export_chain(struct ctx *ctx, const struct export_in *in)
{
	struct audit_range range = { ctx->who.tenant.text, 0,
	    in->filter.limit };
	struct buf out;
	int64_t last;
	enum err e;

	if (in->after != NULL && !str_int(str_of(in->after), 0, INT64_MAX,
	    &range.after))
		return fail(ctx, ERR_BAD_INPUT, "bad_cursor",
		    "after is the number of an event");
	buf_init(&out, ctx->mem, EXPORT_MAX);
	if ((e = audit_export(ctx, &range, &out, &last)) != ERR_OK)
		return e;
	if (last - range.after == range.limit && (e = reply_header(ctx,
	    NEXT, text_printf(ctx->mem, "%" PRId64, last))) != ERR_OK)
		return e;
	return trail_attach(ctx, &out, "application/x-ndjson", "ndjson");
}

static enum err
export_table(struct ctx *ctx, struct export_in *in)
{
	size_t limit = (size_t)in->filter.limit, n, i;
	struct event *rows;
	struct buf out;
	enum err e;

	if (in->after != NULL && !uuid_set(&in->filter.after, in->after))
		return fail(ctx, ERR_BAD_INPUT, "bad_cursor",
		    "after is the id of an event");
	if ((e = read_events(ctx, &in->filter, &rows, &n)) != ERR_OK)
		return e;
	buf_init(&out, ctx->mem, EXPORT_MAX);
	if (in->after == NULL)
		csv_head(&out);
	for (i = 0; i < n && i < limit; i++)
		csv_row(&out, &rows[i]);
	if (n > limit && (e = reply_header(ctx,
	    NEXT, rows[limit - 1].id.text)) != ERR_OK)
		return e;
	return trail_attach(ctx, &out, "text/csv; charset=utf-8", "csv");
}

enum err
audit_file(struct ctx *ctx)
{
	struct export_in in = { .format = "ndjson",
	    .filter = { .limit = AUDIT_PAGE_MAX } };
	enum err e;

	if ((e = req_query(ctx, &in)) != ERR_OK)
		return e;
	audit_subject(ctx, "tenant", ctx->who.tenant.text);
	audit_fact(ctx, "format", in.format);
	audit_fact(ctx, "after", in.after);
	return strcmp(in.format, "csv") == 0 ? export_table(ctx, &in) :
	    export_chain(ctx, &in);
}

enum err
point_list(struct ctx *ctx)
{
	struct reply_page page = { .view = point_view,
	    .size = sizeof(struct point), .cursor_field = "seq" };
	struct point_in in = { .limit = LIST_LIMIT, .after = INT64_MAX };
	enum err e;

	if ((e = req_query(ctx, &in)) != ERR_OK)
		return e;
	page.limit = in.limit;
	return reply_rows(ctx, &SQL_POINT_LIST, &page, ARG_INT(in.after),
	    ARG_INT(in.limit + 1));
}

/* The worker has the key; it signs in its next round. */
enum err
point_make(struct ctx *ctx)
{
	struct json *answer = json_object(ctx);
	struct uuid operation;
	enum err e;

	if ((e = job_queue(ctx, "audit.checkpoint", &ctx->who.tenant,
	    &operation)) != ERR_OK)
		return e;
	audit_subject(ctx, "tenant", ctx->who.tenant.text);
	json_put_text(answer, "operation", operation.text);
	return reply_json(ctx, 202, answer);
}

enum err
point_keys(struct ctx *ctx)
{
	struct json *set;
	enum err e;

	if ((e = jwks_read(ctx, &SQL_POINT_KEYS, &set)) != ERR_OK)
		return e;
	return reply_json(ctx, 200, set);
}

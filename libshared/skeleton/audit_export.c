/* SPDX-License-Identifier: Apache-2.0 */
/* A page of a chain as NDJSON. */
#include "config.h"

#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit_chain.h"
#include "libshared/skeleton/audit_export.h"

#include "libshared/skeleton/audit.sql.h"

struct before { const char *hash; };
struct point { int64_t seq; const char *token; };

static const struct field before_view[] = {
	VIEW_TEXT(struct before, hash),
	FIELD_END
};

static const struct field point_view[] = {
	VIEW_INT(struct point, seq),
	VIEW_TEXT(struct point, token),
	FIELD_END
};

static enum err
audit_export_put(struct ctx *ctx, struct buf *out, enum err e,
    const char *const *line)
{
	if (e != ERR_OK)
		return e;
	buf_text(out, *line);
	buf_text(out, "\n");
	return !out->full ? ERR_OK : fail(ctx, ERR_TOO_LARGE, "page_too_large",
	    "the page is too large: ask for a smaller limit");
}

static enum err
put_head(struct ctx *ctx, const struct audit_range *range, struct buf *out)
{
	struct audit_page page = { .tenant = range->tenant,
	    .after = range->after };
	struct before before;
	const char *line;
	enum err e;

	if ((e = sql_one(ctx, &SQL_AUDIT_BEFORE, before_view, &before,
	    ARG_TEXT(range->tenant), ARG_INT(range->after))) != ERR_OK)
		return e;
	page.hash = before.hash;
	e = audit_line_page(ctx, &page, &line);
	return audit_export_put(ctx, out, e, &line);
}

/* put_point - appends the checkpoint of this event, if there is one */
static enum err
put_point(struct ctx *ctx, const struct point *point, int64_t seq,
    struct buf *out)
{
	const char *line;
	enum err e;

	if (point->seq != seq)
		return ERR_OK;
	e = audit_line_checkpoint(ctx, point->token, &line);
	return audit_export_put(ctx, out, e, &line);
}

/* points_of - reads the checkpoints of a page */
static enum err
points_of(struct ctx *ctx, const struct audit_range *range, int64_t last,
    struct point **points, size_t *n)
{
	return sql_many(ctx, &SQL_AUDIT_POINTS, point_view, sizeof(**points),
	    points, n, ARG_TEXT(range->tenant), ARG_INT(range->after),
	    ARG_INT(last));
}

enum err
audit_export(struct ctx *ctx, const struct audit_range *range,
    struct buf *out, int64_t *last)
{
	struct audit_record *rows;
	struct point *points;
	const char *line;
	size_t n, npoints, i, at = 0;
	enum err e;

	if ((e = sql_many(ctx, &SQL_AUDIT_PAGE, audit_record_view,
	    sizeof(*rows), &rows, &n, ARG_TEXT(range->tenant),
	    ARG_INT(range->after), ARG_INT(range->limit))) != ERR_OK)
		return e;
	*last = n == 0 ? range->after : rows[n - 1].seq;
	if ((e = points_of(ctx, range, *last, &points, &npoints)) != ERR_OK ||
	    (e = put_head(ctx, range, out)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		e = audit_line_record(ctx, &rows[i], &line);
		if ((e = audit_export_put(ctx, out, e, &line)) != ERR_OK)
			return e;
		while (at < npoints && points[at].seq < rows[i].seq)
			at++;
		if (at < npoints && (e = put_point(ctx, &points[at],
		    rows[i].seq, out)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

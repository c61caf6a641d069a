/* SPDX-License-Identifier: Apache-2.0 */
/* The log of a running application.  The worker collects the lines. */
#include "config.h"

#include "libshared/doors/sql.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/apps/apps.h"

#include "modules/apps/applog.sql.h"

#define LINES_MAX	999	/* of an answer, and a remark */

struct log_in { int64_t limit, after; const char *environment, *level; };

/* platform: a remark of ours, as where lines were lost */
static const char *const streams[] = { "stdout", "stderr", "platform", NULL };
static const char *const levels[] = { "trace", "debug", "info", "warn",
    "error", "fatal", NULL };

const struct field log_query[] = {
	FIELD_INT_OPT(struct log_in, limit, 1, LINES_MAX),
	FIELD_INT_OPT(struct log_in, after, 0, INT64_MAX),
	FIELD_TEXT(struct log_in, environment, 2, 16, CHARSET_NAME),
	FIELD_CHOICE_OPT(struct log_in, level, levels),
	FIELD_END
};

struct log_line { int64_t seq; const char *time, *stream, *level, *line; };

const struct field log_view[] = {
	VIEW_INT(struct log_line, seq),
	VIEW_TIME(struct log_line, time),
	VIEW_CHOICE(struct log_line, stream, streams),
	VIEW_CHOICE_OPT(struct log_line, level, levels),
	VIEW_TEXT(struct log_line, line),
	FIELD_END_OF("LogLine")
};

/* `next` is present whenever there is a line: a client asks for newer ones. */
enum err
log_list(struct ctx *ctx)
{
	struct log_in in = { .limit = 200, .after = -1 };
	struct reply_page page = { .view = log_view,
	    .size = sizeof(struct log_line), .cursor_field = "seq",
	    .cursor_always = true };
	struct app app;
	enum err e;

	if ((e = req_query(ctx, &in)) != ERR_OK)
		return e;
	if (in.environment == NULL)
		return fail_at(ctx, "environment", fail(ctx, ERR_BAD_INPUT,
		    "environment_required",
		    "name the environment whose log it is"));
	if ((e = app_of_path(ctx, &app)) != ERR_OK ||
	    (e = app_permitted(ctx, app.name, in.environment)) != ERR_OK)
		return e;
	page.limit = in.limit;
	return reply_rows(ctx, &SQL_LOG_LIST, &page,
	    ARG_TEXT(req_param(ctx, "app")), ARG_TEXT(in.environment),
	    in.after < 0 ? ARG_NULL : ARG_INT(in.after), ARG_INT(in.limit),
	    ARG_TEXT(in.level));
}

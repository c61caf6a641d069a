/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of applications.  One request returns all that its page shows: each
 * application with its deployments.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/lifecycle.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/common.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/apps/apps.h"

#include "modules/apps/app_list.sql.h"

struct list_in {
	int64_t		 limit;
	const char	*after, *q, *sort;
};

static const char *const sorts[] = { "name", "newest", NULL };

const struct field app_list_query[] = {
	FIELD_INT_OPT(struct list_in, limit, 1, LIST_LIMIT_MAX),
	FIELD_TEXT_OPT(struct list_in, after, 1, 39, CHARSET_TOKEN),
	FIELD_TEXT_OPT(struct list_in, q, 1, 120, CHARSET_TEXT),
	FIELD_CHOICE_OPT(struct list_in, sort, sorts),
	FIELD_END
};

struct listed {
	struct uuid	 id;
	const char	*name, *display_name, *state, *created_at;
	int64_t		 version, last_release;
	const char	*deployments;
};

const struct field app_list_view[] = {
	VIEW_UUID(struct listed, id),
	VIEW_TEXT(struct listed, name),
	VIEW_TEXT(struct listed, display_name),
	VIEW_CHOICE(struct listed, state, application_states),
	VIEW_INT(struct listed, version),
	VIEW_INT(struct listed, last_release),
	VIEW_TIME(struct listed, created_at),
	VIEW_OBJECTS(struct listed, deployments, deployment_view),
	FIELD_END_OF("AppWithDeployments")
};

static enum err
list_by_age(struct ctx *ctx, struct reply_page *page,
    const struct list_in *in, const char *names)
{
	struct uuid after = { "" };

	if (in->after != NULL && !uuid_set(&after, in->after))
		return fail(ctx, ERR_BAD_INPUT, "invalid_fields",
		    "after must be `next` of a page with the same sort");
	page->cursor_field = "id";
	return reply_rows(ctx, &SQL_APP_LIST_BY_AGE, page, ARG_UUID(&after),
	    ARG_INT(in->limit + 1), ARG_TEXT(names), ARG_TEXT(in->q));
}

enum err
app_list(struct ctx *ctx)
{
	struct reply_page page = { .view = app_list_view,
	    .size = sizeof(struct listed), .cursor_field = "name",
	    .counted = true };
	struct list_in in = { .limit = LIST_LIMIT };
	const char *names;
	enum err e;

	if ((e = req_query(ctx, &in)) != ERR_OK ||
	    (e = app_reach(ctx, &names)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_APP_TOTAL, &page.total,
	    ARG_TEXT(names), ARG_TEXT(in.q))) != ERR_OK)
		return e;
	page.limit = in.limit;
	if (in.sort != NULL && strcmp(in.sort, "newest") == 0)
		return list_by_age(ctx, &page, &in, names);
	return reply_rows(ctx, &SQL_APP_LIST_BY_NAME, &page,
	    ARG_TEXT(in.after), ARG_INT(in.limit + 1), ARG_TEXT(names),
	    ARG_TEXT(in.q));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What happened in the tenant: the audit log, newest first. */
#include "config.h"

#include "libshared/req.h"
#include "libshared/sql.h"
#include "modules/tenants/tenants.h"

#include "modules/tenants/tenants.sql.h"

struct event {
	struct uuid	 id, actor;
	const char	*at, *actor_kind, *action, *subject_type, *subject_id;
	const char	*environment, *client_ip, *result, *code, *facts;
	const char	*request_id;
};

struct event_in { int64_t limit; struct uuid after; const char *action; };

const struct field audit_query[] = {
	FIELD_INT_OPT(struct event_in, limit, 1, LIST_LIMIT_MAX),
	FIELD_UUID_OPT(struct event_in, after),
	FIELD_TEXT_OPT(struct event_in, action, 1, 64, CHARSET_TEXT),
	FIELD_END
};

const struct field audit_view[] = {
	VIEW_UUID(struct event, id),
	VIEW_TIME(struct event, at),
	VIEW_UUID_OPT(struct event, actor),
	VIEW_TEXT(struct event, actor_kind),
	VIEW_TEXT(struct event, action),
	VIEW_TEXT_OPT(struct event, subject_type),
	VIEW_TEXT_OPT(struct event, subject_id),
	VIEW_TEXT_OPT(struct event, environment),
	VIEW_TEXT_OPT(struct event, client_ip),
	VIEW_TEXT(struct event, result),
	VIEW_TEXT_OPT(struct event, code),
	VIEW_JSON_OPT(struct event, facts),
	VIEW_TEXT_OPT(struct event, request_id),
	FIELD_END
};

enum err
audit_list(struct ctx *ctx)
{
	struct reply_page page = { .view = audit_view,
	    .size = sizeof(struct event), .cursor_field = "id" };
	struct event_in in = { .limit = LIST_LIMIT };
	struct event *rows;
	enum err e;

	if ((e = req_query(ctx, &in)) != ERR_OK ||
	    (e = sql_many(ctx, &SQL_AUDIT_LIST, audit_view, sizeof(*rows),
	    &rows, &page.n, ARG_UUID(&in.after), ARG_TEXT(in.action),
	    ARG_INT(in.limit + 1))) != ERR_OK)
		return e;
	page.rows = rows;
	page.limit = in.limit;
	return reply_list(ctx, &page);
}

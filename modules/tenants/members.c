/* SPDX-License-Identifier: Apache-2.0 */
/* Who is in the tenant. */
#include "config.h"

#include "libshared/req.h"
#include "libshared/sql.h"
#include "modules/tenants/tenants.h"

#include "modules/tenants/tenants.sql.h"

struct member {
	struct uuid	 id;
	const char	*kind, *email, *name, *role, *state, *created_at;
};

const struct field member_view[] = {
	VIEW_UUID(struct member, id),
	VIEW_TEXT(struct member, kind),
	VIEW_TEXT_OPT(struct member, email),
	VIEW_TEXT(struct member, name),
	VIEW_TEXT(struct member, role),
	VIEW_TEXT(struct member, state),
	VIEW_TIME(struct member, created_at),
	FIELD_END
};

enum err
member_list(struct ctx *ctx)
{
	struct reply_page page = { .view = member_view,
	    .size = sizeof(struct member), .cursor_field = "id" };
	struct member *rows;
	struct page_in in;
	enum err e;

	if ((e = page_read(ctx, &in)) != ERR_OK ||
	    (e = sql_many(ctx, &SQL_MEMBER_LIST, member_view, sizeof(*rows),
	    &rows, &page.n, ARG_UUID(&in.after), ARG_INT(in.limit + 1))) !=
	    ERR_OK)
		return e;
	page.rows = rows;
	page.limit = in.limit;
	return reply_list(ctx, &page);
}

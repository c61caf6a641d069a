/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mails about a membership: the member is told by us, not only by whoever
 * changed it.  Links lead to the configured base URL (T7).
 */
#include "config.h"

#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "modules/tenants/members.h"

#include "modules/tenants/notice.sql.h"

struct named { const char *tenant, *actor; };

static const struct field named_view[] = {
	VIEW_TEXT(struct named, tenant),
	VIEW_TEXT(struct named, actor),
	FIELD_END
};

enum err
notice_send(struct ctx *ctx, const struct notice *notice)
{
	struct json *data = json_object(ctx);
	struct named named;
	const char *text;
	struct uuid id;
	enum err e;

	if (notice->address == NULL)
		return ERR_OK;		/* a service account has no address */
	if ((e = sql_one(ctx, &SQL_NOTICE_NAMES, named_view, &named)) !=
	    ERR_OK)
		return e;
	uuid7(&id);
	json_put_text(data, "name", notice->name);
	json_put_text(data, "tenant", named.tenant);
	json_put_text(data, "actor", named.actor);
	json_put_text(data, "role", notice->role);
	json_put_text(data, "link", notice->link);
	if ((e = json_print(ctx, data, &text, NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_MAIL_INSERT, NULL, ARG_UUID(&id),
	    ARG_TEXT(notice->address), ARG_TEXT(notice->template),
	    ARG_TEXT(text))) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_MAIL_NOTIFY, NULL);
}

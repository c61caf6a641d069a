/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mails about a membership: the member is told by us, not only by whoever
 * changed it.  Links lead to the configured base URL (T7).
 */
#include "config.h"

#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/req.h"
#include "modules/tenants/members.h"

#include "modules/tenants/notice.sql.h"

struct named { const char *tenant, *actor; };

static const struct field named_view[] = {
	VIEW_TEXT(struct named, tenant),
	VIEW_TEXT(struct named, actor),
	FIELD_END
};

/* wait_of - 0 when one more mail may go; counted for each tenant, or for all */
static enum err
wait_of(struct ctx *ctx, const char *address, const char *purpose,
    bool each, int64_t *wait_s)
{
	return sql_count(ctx, &SQL_MAIL_ROOM, wait_s, ARG_TEXT(address),
	    ARG_TEXT(purpose), ARG_BOOL(each));
}

/* notice_put - queues it */
static enum err
notice_put(struct ctx *ctx, const struct notice *notice, struct json *data)
{
	const char *text;
	struct uuid id;
	enum err e;

	uuid7(&id);
	if ((e = json_print(ctx, data, &text, NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_MAIL_INSERT, NULL, ARG_UUID(&id),
	    ARG_TEXT(notice->address), ARG_TEXT(notice->template),
	    ARG_TEXT(text))) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_MAIL_NOTIFY, NULL);
}

enum err
notice_invite(struct ctx *ctx, const char *address, const char *link)
{
	const struct notice notice = { .template = "invitation",
	    .address = address };
	struct json *data = json_object(ctx);
	int64_t wait_s, all_s;
	enum err e;

	if ((e = wait_of(ctx, address, "invitation", true, &wait_s)) !=
	    ERR_OK ||
	    (e = wait_of(ctx, address, "invitation.all", false, &all_s)) !=
	    ERR_OK)
		return e;
	if (wait_s < all_s)
		wait_s = all_s;
	if (wait_s > 0)
		return fail(ctx, ERR_LIMIT, "mail_too_often",
		    "this address got an invitation just before, or as many "
		    "as it gets in a day: try again in %s",
		    req_wait(ctx, wait_s));
	json_put_text(data, "link", link);
	return notice_put(ctx, &notice, data);
}

enum err
notice_send(struct ctx *ctx, const struct notice *notice)
{
	struct json *data = json_object(ctx);
	struct named named;
	int64_t wait_s;
	enum err e;

	if (notice->address == NULL)
		return ERR_OK;		/* a service account has none */
	if ((e = wait_of(ctx, notice->address, "membership", true,
	    &wait_s)) != ERR_OK || wait_s > 0)
		return e;
	if ((e = sql_one(ctx, &SQL_NOTICE_NAMES, named_view, &named)) !=
	    ERR_OK)
		return e;
	json_put_text(data, "name", notice->name);
	json_put_text(data, "tenant", named.tenant);
	json_put_text(data, "actor", named.actor);
	json_put_text(data, "role", notice->role);
	return notice_put(ctx, notice, data);
}

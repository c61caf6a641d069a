/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mails to a person about their account: what was changed, when and from where,
 * so that a person who did not change it notices.
 */
#include "config.h"

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/process.h"
#include "modules/auth/notice.h"

#include "modules/auth/notice.sql.h"

enum err
notice_role(struct ctx *ctx, const struct uuid *account, const char *tenant,
    const char *role)
{
	struct uuid id;
	enum err e;

	uuid7(&id);
	if ((e = sql_exec(ctx, &SQL_NOTICE_ROLE, NULL, ARG_UUID(&id),
	    ARG_UUID(account), ARG_TEXT(tenant), ARG_TEXT(role))) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_MAIL_NOTIFY, NULL);
}

enum err
notice_queue(struct ctx *ctx, const struct uuid *account, const char *what)
{
	const char *link = text_printf(ctx->mem, "%s/recover",
	    process.conf->base_url);
	struct uuid id;
	enum err e;

	uuid7(&id);
	if ((e = sql_exec(ctx, &SQL_NOTICE_INSERT, NULL, ARG_UUID(&id),
	    ARG_UUID(account), ARG_TEXT(what), ARG_TEXT(ctx->client_ip),
	    ARG_TEXT(link))) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_MAIL_NOTIFY, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settles registrations and recoveries: makes the account, queues the mail, or
 * does nothing, because the address already has an account, or has none.
 * auth.fcgi answers before that is known, so that the time of its answer
 * reveals nothing (threat T6).
 */
#include "config.h"

#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "modules/worker/rounds/rounds.h"

#include "modules/worker/rounds/rounds.sql.h"

struct settled { const char *purpose, *made; };

static const struct field settled_view[] = {
	VIEW_TEXT(struct settled, purpose),
	VIEW_TEXT_OPT(struct settled, made),
	FIELD_END
};

enum err
request_one(struct ctx *ctx, bool *any)
{
	struct audit audit = { .action = "account.make",
	    .subject_type = "account", .result = AUDIT_DONE };
	struct settled settled;
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_REQUEST_SETTLE, settled_view, &settled,
	    any)) != ERR_OK)
		return e;
	audit.subject_id = *any ? settled.made : NULL;
	if (audit.subject_id != NULL && (e = audit_write(ctx, &audit)) !=
	    ERR_OK)
		return e;
	return sql_commit(ctx);
}

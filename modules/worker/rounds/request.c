/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settles registrations and recoveries: queues the mail with the link, or does
 * nothing, because the address already has an account, or has none, or got such
 * a mail shortly before.  auth.fcgi answers before that is known, so that the
 * time of its answer reveals nothing (threat T6).
 */
#include "config.h"

#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "modules/worker/rounds/rounds.h"

#include "modules/worker/rounds/rounds.sql.h"

struct settled {
	const char	*purpose;
	bool		 mailed;
	int64_t		 wait_s;
	struct uuid	 subject;
};

static const struct field settled_view[] = {
	VIEW_TEXT(struct settled, purpose),
	VIEW_BOOL(struct settled, mailed),
	VIEW_INT(struct settled, wait_s),
	VIEW_UUID_OPT(struct settled, subject),
	FIELD_END
};

/* refusal_write - whoever asked was not told, so the trail is */
static enum err
refusal_write(struct ctx *ctx, const struct settled *settled)
{
	struct audit audit = { .action = "account.mail",
	    .subject_type = "account", .result = AUDIT_REFUSED,
	    .code = "mail_too_often" };
	struct json *facts = json_object(ctx);
	enum err e;

	if (!uuid_empty(&settled->subject))
		audit.subject_id = settled->subject.text;
	json_put_text(facts, "purpose", settled->purpose);
	json_put_int(facts, "wait_s", settled->wait_s);
	if ((e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK)
		return e;
	return audit_write(ctx, &audit);
}

enum err
request_one(struct ctx *ctx, bool *any)
{
	struct settled settled;
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_REQUEST_SETTLE, settled_view, &settled,
	    any)) != ERR_OK)
		return e;
	if (*any && !settled.mailed && settled.wait_s > 0 &&
	    (e = refusal_write(ctx, &settled)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

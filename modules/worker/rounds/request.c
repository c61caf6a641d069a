/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settles registrations and recoveries: queues the mail with the link, or does
 * nothing, because the address already has an account, or has none, or got such
 * a mail shortly before.  One that cannot be settled is set aside, so that it
 * holds up no other, and is given up after some attempts.  auth.fcgi answers
 * before that is known, so that the time of its answer reveals nothing (threat
 * T6).
 */
#include "config.h"

#include "libshared/base/log.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/metrics.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "modules/worker/rounds/rounds.h"

#include "modules/worker/rounds/rounds.sql.h"

struct settled {
	struct uuid	 id, subject;
	const char	*purpose, *why;	/* why: it failed */
	bool		 mailed, given_up;
	int64_t		 wait_s, attempts;
};

static const struct field settled_view[] = {
	VIEW_UUID(struct settled, id),
	VIEW_TEXT(struct settled, purpose),
	VIEW_BOOL(struct settled, mailed),
	VIEW_INT(struct settled, wait_s),
	VIEW_UUID_OPT(struct settled, subject),
	VIEW_INT(struct settled, attempts),
	VIEW_TEXT_OPT(struct settled, why),
	VIEW_BOOL(struct settled, given_up),
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

/* failure_note - counts and logs it; the last attempt has its audit row */
static enum err
failure_note(struct ctx *ctx, const struct settled *settled)
{
	struct audit audit = { .action = "account.request",
	    .subject_type = "account_request", .result = AUDIT_FAILED,
	    .subject_id = settled->id.text, .code = "internal" };
	struct json *facts;
	enum err e;

	metrics_add(METRIC_REQUESTS_UNSETTLED, 0, 1);
	log_event(LOG_WARN, settled->given_up ? "request_given_up" :
	    "request_failed", LOG_TEXT("request", settled->id.text),
	    LOG_INT("attempts", settled->attempts),
	    LOG_TEXT("detail", settled->why));
	if (!settled->given_up)
		return ERR_OK;
	facts = json_object(ctx);
	json_put_text(facts, "purpose", settled->purpose);
	json_put_int(facts, "attempts", settled->attempts);
	json_put_text(facts, "why", settled->why);
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
	if (*any && settled.why != NULL)
		e = failure_note(ctx, &settled);
	else if (*any && !settled.mailed && settled.wait_s > 0)
		e = refusal_write(ctx, &settled);
	return e != ERR_OK ? e : sql_commit(ctx);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl provision: operations of all tenants, step by step, and what an
 * operator decides about one.
 *
 * Only cameleer_gate reads across tenants.  The change is that of a function of
 * the database, which the API calls as well.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/rows/operation_seen.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "modules/ctl/ctl.h"

#include "modules/ctl/provision/provision.sql.h"

struct decided { const char *answer; };

static const struct field decided_view[] = {
	VIEW_TEXT_OPT(struct decided, answer),
	FIELD_END
};

struct why { const char *reason; };

static const struct field reason_field = FIELD_TEXT(struct why, reason,
    OPERATION_REASON_MIN, OPERATION_REASON_MAX, CHARSET_LABEL);

struct decision { const char *name, *action, *says; };

static const struct decision
    retry_decision = { "retry", "operation.retry", "is tried again" },
    skip_decision = { "skip", "operation.skip", "goes on without the step" },
    abort_decision = { "abort", "operation.abort", "is being stopped; what "
    "it made of a tenant that never was active is removed" };

static const char *
text_or(const char *text, const char *other)
{
	return text == NULL ? other : text;
}

static int
provision_list(struct ctl *ctl)
{
	struct json *list = json_array(ctl->ctx), *one;
	struct operation_seen *rows;
	size_t i, n;

	if (sql_script(ctl->ctx, "SET ROLE cameleer_gate") != ERR_OK ||
	    sql_many(ctl->ctx, &SQL_PROVISION_LIST, operation_seen_view,
	    sizeof(*rows), &rows, &n) != ERR_OK)
		return ctl_bad(ctl);
	for (i = 0; i < n; i++) {
		if (!ctl->json) {
			(void)printf("%s  %-16s %-20s %-8s attempt %lld, step "
			    "%s  %s: %s\n", rows[i].id.text, rows[i].slug,
			    rows[i].kind, rows[i].ending ? "ending" :
			    rows[i].state, (long long)rows[i].attempt,
			    text_or(rows[i].step, "-"),
			    text_or(rows[i].error_code, "-"),
			    text_or(rows[i].error, "-"));
			continue;
		}
		if (field_encode(ctl->ctx, operation_seen_view, &rows[i],
		    &one) != ERR_OK)
			return ctl_bad(ctl);
		json_add(list, one);
	}
	return ctl->json ? ctl_print(ctl, list) : CTL_GOOD;
}

/* story_read - one operation; ERR_NOT_FOUND no_such_operation */
static enum err
story_read(struct ctx *ctx, const char *id, struct operation_seen *row)
{
	struct uuid operation;
	bool there = false;
	enum err e;

	if (!uuid_set(&operation, id))
		return fail(ctx, ERR_BAD_INPUT, "bad_id", "%s is not a UUID",
		    id);
	if ((e = sql_opt(ctx, &SQL_PROVISION_GET, operation_story_view, row,
	    &there, ARG_UUID(&operation))) != ERR_OK)
		return e;
	return there ? ERR_OK : fail(ctx, ERR_NOT_FOUND, "no_such_operation",
	    "there is no operation %s", id);
}

static void
step_print(const struct json *step)
{
	const struct json *value = json_get(step, "skippable");
	bool skippable = false;

	if (value == NULL || !json_bool(value, &skippable))
		skippable = false;
	(void)printf("  %-14s %-8s %s%s\n", json_member(step, "name"),
	    json_member(step, "state"), text_or(json_member(step, "detail"),
	    ""), skippable ? "  (can be skipped)" : "");
}

static void
event_print(const struct json *event)
{
	const char *reason = json_member(event, "reason");

	(void)printf("  %s  %-14s %-8s %s%s%s\n", json_member(event, "at"),
	    text_or(json_member(event, "step"), "-"),
	    json_member(event, "what"), text_or(json_member(event, "detail"),
	    ""), reason == NULL ? "" : "; because: ", text_or(reason, ""));
}

/* list_print - each object of the list on its line */
static enum err
list_print(struct ctx *ctx, const char *text,
    void (*print)(const struct json *))
{
	struct json *list;
	size_t i;
	enum err e;

	if ((e = json_parse(ctx, text, strlen(text), &list)) != ERR_OK)
		return e;
	for (i = 0; i < json_count(list); i++)
		print(json_at(list, i));
	return ERR_OK;
}

static int
provision_show(struct ctl *ctl)
{
	struct operation_seen row;
	struct json *one;

	if (sql_script(ctl->ctx, "SET ROLE cameleer_gate") != ERR_OK ||
	    story_read(ctl->ctx, ctl->args[0], &row) != ERR_OK)
		return ctl_bad(ctl);
	if (ctl->json) {
		if (field_encode(ctl->ctx, operation_story_view, &row, &one) !=
		    ERR_OK)
			return ctl_bad(ctl);
		return ctl_print(ctl, one);
	}
	(void)printf("%s of tenant %s: %s since %s, attempt %lld\n", row.kind,
	    row.slug, row.ending ? "ending" : row.state, row.created_at,
	    (long long)row.attempt);
	if (row.error != NULL)
		(void)printf("%s: %s\n", text_or(row.error_code, "-"),
		    row.error);
	(void)printf("steps\n");
	if (list_print(ctl->ctx, row.steps, step_print) != ERR_OK)
		return ctl_bad(ctl);
	(void)printf("events\n");
	return list_print(ctl->ctx, row.events, event_print) == ERR_OK ?
	    CTL_GOOD : ctl_bad(ctl);
}

/* decision_record - in the trail of the platform, and of the tenant */
static enum err
decision_record(struct ctx *ctx, const struct operation_seen *row,
    const struct decision *decision, const char *reason)
{
	const struct uuid nobody = { "" };
	struct json *facts = json_object(ctx);
	struct audit audit = { .action = decision->action,
	    .subject_type = "operation", .subject_id = row->id.text,
	    .result = AUDIT_DONE };
	enum err e;

	json_put_text(facts, "tenant", row->slug);
	json_put_text(facts, "kind", row->kind);
	json_put_text(facts, "reason", reason);
	if ((e = sql_script(ctx, "SET ROLE cameleer_owner")) != ERR_OK ||
	    (e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK ||
	    (e = audit_write(ctx, &audit)) != ERR_OK ||
	    (e = authn_pin(ctx, &row->tenant, &nobody)) != ERR_OK)
		return e;
	return audit_write(ctx, &audit);
}

static enum err
decision_take(struct ctl *ctl, const struct decision *decision,
    const char *step, const char *reason)
{
	struct ctx *ctx = ctl->ctx;
	struct operation_seen row;
	struct decided decided;
	enum err e;

	if ((e = sql_script(ctx, "SET ROLE cameleer_gate")) != ERR_OK ||
	    (e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = story_read(ctx, ctl->args[0], &row)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_PROVISION_DECIDE, decided_view, &decided,
	    ARG_UUID(&row.id), ARG_TEXT(decision->name), ARG_TEXT(step),
	    ARG_TEXT(reason))) != ERR_OK ||
	    (e = operation_decided(ctx, &row, decided.answer)) != ERR_OK ||
	    (e = decision_record(ctx, &row, decision, reason)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static int
operation_decide(struct ctl *ctl, const struct decision *decision,
    const char *step, const char *reason)
{
	const char *why = field_check_text(ctl->ctx, &reason_field, reason,
	    strlen(reason));
	struct json *one = json_object(ctl->ctx);

	if (why != NULL)
		return ctl_usage(ctl, "REASON %s", why);
	json_put_text(one, "id", ctl->args[0]);
	json_put_text(one, "decision", decision->name);
	return ctl_done(ctl, decision_take(ctl, decision, step, reason),
	    decision->says, one);
}

static int
provision_retry(struct ctl *ctl)
{
	return operation_decide(ctl, &retry_decision, NULL, ctl->args[1]);
}

static int
provision_skip(struct ctl *ctl)
{
	return operation_decide(ctl, &skip_decision, ctl->args[1],
	    ctl->args[2]);
}

static int
provision_abort(struct ctl *ctl)
{
	return operation_decide(ctl, &abort_decision, NULL, ctl->args[1]);
}

const struct command provision_commands[] = {
	{ "provision list", NULL, 0, 0, NEEDS_DB, provision_list,
	    "Lists operations that wait, run or have failed, newest first." },
	{ "provision show", "ID", 0, 0, NEEDS_DB, provision_show,
	    "Shows an operation with its steps and what happened." },
	{ "provision retry", "ID REASON", 0, 0, NEEDS_DB, provision_retry,
	    "Has an operation tried again that failed or waits." },
	{ "provision skip", "ID STEP REASON", 0, 0, NEEDS_DB, provision_skip,
	    "Has an operation go on without the step at which it is." },
	{ "provision abort", "ID REASON", 0, 0, NEEDS_DB, provision_abort,
	    "Stops an operation, and removes what it made." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operations of all tenants, as operators of the platform see them, and have
 * them retried, go on without a step, or stopped.
 *
 * A function of the database makes the change, and asks for the operator's
 * permission again.  It stands in the trail of the platform, and in that of the
 * tenant.
 */
#include "config.h"

#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/rows/operation_seen.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/account/account.h"

#include "modules/auth/account/platform_operation.sql.h"

struct decision_in { const char *reason, *step; };

struct decided { const char *answer; };

static const struct field decided_view[] = {
	VIEW_TEXT_OPT(struct decided, answer),
	FIELD_END
};

#define REASON_FIELD \
	FIELD_TEXT(struct decision_in, reason, OPERATION_REASON_MIN, \
	    OPERATION_REASON_MAX, CHARSET_LABEL)

const struct field platform_operation_fields[] = {
	REASON_FIELD,
	FIELD_END_OF("OperationDecision")
};

const struct field platform_operation_skip_fields[] = {
	REASON_FIELD,
	FIELD_TEXT(struct decision_in, step, 1, OPERATION_STEP_MAX,
	    CHARSET_LABEL),
	FIELD_END_OF("OperationSkip")
};

enum err
platform_operation_list(struct ctx *ctx)
{
	return reply_paged(ctx, &SQL_PLATFORM_OPERATION_LIST,
	    operation_seen_view, sizeof(struct operation_seen));
}

/* row_of - reads the operation of the path, with its steps and events */
static enum err
row_of(struct ctx *ctx, struct operation_seen *row)
{
	struct uuid id;
	bool found = false;
	enum err e;

	if (uuid_set(&id, req_param(ctx, "id")) &&
	    (e = sql_opt(ctx, &SQL_PLATFORM_OPERATION_GET,
	    operation_story_view, row, &found, ARG_UUID(&id))) != ERR_OK)
		return e;
	return found ? ERR_OK : fail(ctx, ERR_NOT_FOUND, "no_such_operation",
	    "there is no such operation");
}

enum err
platform_operation_get(struct ctx *ctx)
{
	struct operation_seen row;
	enum err e;

	if ((e = row_of(ctx, &row)) != ERR_OK)
		return e;
	return reply(ctx, 200, operation_story_view, &row);
}

/* tenant_record - the same in the trail of the tenant */
static enum err
tenant_record(struct ctx *ctx, const struct operation_seen *row,
    const char *action, const char *reason)
{
	const struct uuid nowhere = { "" };
	struct json *facts = json_object(ctx);
	struct audit audit = { .action = action, .subject_type = "operation",
	    .subject_id = row->id.text, .result = AUDIT_DONE };
	enum err e;

	json_put_text(facts, "kind", row->kind);
	json_put_text(facts, "reason", reason);
	if ((e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK ||
	    (e = authn_pin(ctx, &row->tenant, &ctx->who.account)) != ERR_OK ||
	    (e = audit_write(ctx, &audit)) != ERR_OK)
		return e;
	return authn_pin(ctx, &nowhere, &ctx->who.account);
}

/* operation_change - decides, and answers how the operation is afterwards */
static enum err
operation_change(struct ctx *ctx, const char *decision, const char *action)
{
	struct decision_in in = { NULL, NULL };
	struct operation_seen row;
	struct decided decided;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = row_of(ctx, &row)) != ERR_OK)
		return e;
	audit_subject(ctx, "operation", req_copy(ctx, row.id.text));
	audit_fact(ctx, "tenant", row.slug);
	audit_fact(ctx, "kind", row.kind);
	audit_fact(ctx, "reason", in.reason);
	if (in.step != NULL)
		audit_fact(ctx, "step", in.step);
	if ((e = sql_one(ctx, &SQL_PLATFORM_OPERATION_DECIDE, decided_view,
	    &decided, ARG_UUID(&row.id), ARG_TEXT(decision), ARG_TEXT(in.step),
	    ARG_TEXT(in.reason))) != ERR_OK ||
	    (e = operation_decided(ctx, &row, decided.answer)) != ERR_OK ||
	    (e = tenant_record(ctx, &row, action, in.reason)) != ERR_OK ||
	    (e = row_of(ctx, &row)) != ERR_OK)
		return e;
	return reply(ctx, 200, operation_story_view, &row);
}

enum err
platform_operation_retry(struct ctx *ctx)
{
	return operation_change(ctx, "retry", "operation.retry");
}

enum err
platform_operation_skip(struct ctx *ctx)
{
	return operation_change(ctx, "skip", "operation.skip");
}

enum err
platform_operation_abort(struct ctx *ctx)
{
	return operation_change(ctx, "abort", "operation.abort");
}

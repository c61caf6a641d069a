/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl tenants: those that there are, the answer to those whose plan
 * needs an operator's yes, and decisions about those that are leaving.
 *
 * Only cameleer_gate reads across tenants, and only its function answers.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/lifecycle.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/process.h"
#include "modules/ctl/ctl.h"

#include "modules/ctl/tenants.sql.h"

struct tenant {
	struct uuid	 id;
	const char	*slug, *name, *tier, *state, *owner, *created_at;
};

struct outcome { bool done; };

struct refusal { const char *reason; };

static const struct field tenant_view[] = {
	VIEW_UUID(struct tenant, id),
	VIEW_TEXT(struct tenant, slug),
	VIEW_TEXT(struct tenant, name),
	VIEW_TEXT(struct tenant, tier),
	VIEW_TEXT(struct tenant, state),
	VIEW_TEXT_OPT(struct tenant, owner),
	VIEW_TEXT(struct tenant, created_at),
	FIELD_END
};

static const struct field outcome_view[] = {
	VIEW_BOOL(struct outcome, done),
	FIELD_END
};

static const struct field reason_field = FIELD_TEXT(struct refusal, reason, 1,
    300, CHARSET_LABEL);

static bool
state_known(const char *state)
{
	size_t i;

	for (i = 0; tenant_states[i] != NULL; i++)
		if (strcmp(tenant_states[i], state) == 0)
			return true;
	return false;
}

static int
tenants_list(struct ctl *ctl)
{
	const char *state = ctl->options[OPTION_STATE];
	struct json *list = json_array(ctl->ctx), *one;
	struct tenant *rows;
	size_t i, n;

	if (state != NULL && !state_known(state))
		return ctl_usage(ctl, "no tenant is ever `%s'", state);
	if (sql_script(ctl->ctx, "SET ROLE cameleer_gate") != ERR_OK ||
	    sql_many(ctl->ctx, &SQL_TENANT_LIST, tenant_view, sizeof(*rows),
	    &rows, &n, ARG_TEXT(state)) != ERR_OK)
		return ctl_bad(ctl);
	for (i = 0; i < n; i++) {
		if (!ctl->json) {
			(void)printf("%-31s %-8s %-12s %s  %s\n",
			    rows[i].slug, rows[i].tier, rows[i].state,
			    rows[i].created_at,
			    rows[i].owner == NULL ? "-" : rows[i].owner);
			continue;
		}
		if (field_encode(ctl->ctx, tenant_view, &rows[i], &one) !=
		    ERR_OK)
			return ctl_bad(ctl);
		json_add(list, one);
	}
	return ctl->json ? ctl_print(ctl, list) : CTL_GOOD;
}

/* decision_record - writes the audit row, with the reason if there is one */
static enum err
decision_record(struct ctx *ctx, const struct tenant *tenant,
    const char *action, const char *reason)
{
	struct json *facts = json_object(ctx);
	struct audit audit = { .action = action,
		.subject_type = "tenant", .subject_id = tenant->id.text,
		.result = AUDIT_DONE };
	enum err e;

	json_put_text(facts, "slug", tenant->slug);
	json_put_text(facts, "tier", tenant->tier);
	if (reason != NULL)
		json_put_text(facts, "reason", reason);
	if ((e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK)
		return e;
	return audit_write(ctx, &audit);
}

/* tenant_settle - gives the answer, in one transaction with its audit row */
static enum err
tenant_settle(struct ctx *ctx, const char *slug, bool yes, const char *reason)
{
	struct tenant tenant;
	struct outcome outcome;
	struct uuid operation;
	bool there;
	enum err e;

	uuid7(&operation);
	if ((e = sql_script(ctx, "SET ROLE cameleer_gate")) != ERR_OK ||
	    (e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_TENANT_BY_SLUG, tenant_view, &tenant, &there,
	    ARG_TEXT(slug))) != ERR_OK)
		return e;
	if (!there)
		return fail(ctx, ERR_NOT_FOUND, "no_such_tenant",
		    "there is no tenant %s", slug);
	e = sql_one(ctx, &SQL_TENANT_ANSWER, outcome_view, &outcome,
	    ARG_UUID(&tenant.id), ARG_UUID(&operation), ARG_BOOL(yes),
	    ARG_TEXT(reason), ARG_TEXT(process.conf->base_url));
	if (e == ERR_CONFLICT && sql_restricted(ctx))
		return fail(ctx, ERR_INVALID, "place_full", "no place has "
		    "room for tenant %s: see cameleerctl places list", slug);
	if (e != ERR_OK)
		return e;
	if (!outcome.done)
		return fail(ctx, ERR_CONFLICT, "tenant_not_requested",
		    "tenant %s does not wait for an answer: it is %s", slug,
		    tenant.state);
	if ((e = sql_script(ctx, "SET ROLE cameleer_owner")) != ERR_OK ||
	    (e = decision_record(ctx, &tenant, yes ? "tenant.approve" :
	    "tenant.refuse", reason)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

/* What can be decided about a tenant that is leaving. */
struct leaving {
	const struct sql_query	*query;
	const char		*action, *says, *state;
};

/* leaving_decide - decides, in one transaction with the audit row */
static enum err
leaving_decide(struct ctx *ctx, const struct leaving *leaving,
    const char *slug, const char *reason)
{
	struct tenant tenant;
	struct outcome outcome;
	struct uuid operation;
	bool there;
	enum err e;

	uuid7(&operation);
	if ((e = sql_script(ctx, "SET ROLE cameleer_gate")) != ERR_OK ||
	    (e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_TENANT_BY_SLUG, tenant_view, &tenant, &there,
	    ARG_TEXT(slug))) != ERR_OK)
		return e;
	if (!there)
		return fail(ctx, ERR_NOT_FOUND, "no_such_tenant",
		    "there is no tenant %s", slug);
	if ((e = sql_one(ctx, leaving->query, outcome_view, &outcome,
	    ARG_UUID(&tenant.id), ARG_UUID(&operation), ARG_TEXT(reason),
	    ARG_TEXT(process.conf->base_url))) != ERR_OK)
		return e;
	if (!outcome.done)
		return fail(ctx, ERR_CONFLICT, "tenant_not_leaving",
		    "tenant %s is not leaving: it is %s", slug, tenant.state);
	if ((e = sql_script(ctx, "SET ROLE cameleer_owner")) != ERR_OK ||
	    (e = decision_record(ctx, &tenant, leaving->action, reason)) !=
	    ERR_OK)
		return e;
	return sql_commit(ctx);
}

/* settle_end - prints what was done, or why not */
static int
settle_end(struct ctl *ctl, enum err e, const char *what, const char *state)
{
	struct json *one = json_object(ctl->ctx);

	json_put_text(one, "slug", ctl->args[0]);
	json_put_text(one, "state", state);
	return ctl_done(ctl, e, what, one);
}

static int
tenants_approve(struct ctl *ctl)
{
	return settle_end(ctl, tenant_settle(ctl->ctx, ctl->args[0], true,
	    NULL), "is being provisioned; its owner gets a mail",
	    "provisioning");
}

static int
tenants_refuse(struct ctl *ctl)
{
	const char *reason = ctl->args[1];
	const char *why = field_check_text(ctl->ctx, &reason_field, reason,
	    strlen(reason));

	if (why != NULL)
		return ctl_usage(ctl, "REASON %s", why);
	return settle_end(ctl, tenant_settle(ctl->ctx, ctl->args[0], false,
	    reason), "is refused and removed; its owner gets a mail with the "
	    "reason", "deleting");
}

static int
leaving_end(struct ctl *ctl, const struct leaving *leaving)
{
	const char *reason = ctl->args[1];
	const char *why = field_check_text(ctl->ctx, &reason_field, reason,
	    strlen(reason));

	if (why != NULL)
		return ctl_usage(ctl, "REASON %s", why);
	return settle_end(ctl, leaving_decide(ctl->ctx, leaving, ctl->args[0],
	    reason), leaving->says, leaving->state);
}

static int
tenants_keep(struct ctl *ctl)
{
	static const struct leaving keep = { &SQL_TENANT_KEEP, "tenant.keep",
	    "stays; its owners get a mail with the reason", "kept" };

	return leaving_end(ctl, &keep);
}

static int
tenants_shorten(struct ctl *ctl)
{
	static const struct leaving shorten = { &SQL_TENANT_SHORTEN,
	    "tenant.shorten", "is being removed; its owners get a mail with "
	    "the reason", "deleting" };

	return leaving_end(ctl, &shorten);
}

const struct command tenant_commands[] = {
	{ "tenants list", NULL, 1u << OPTION_STATE, 0, NEEDS_DB, tenants_list,
	    "Lists tenants, the oldest first; with --state requested those "
	    "that wait for a yes." },
	{ "tenants approve", "SLUG", 0, 0, NEEDS_DB, tenants_approve,
	    "Says yes to a tenant that waits: it is provisioned." },
	{ "tenants refuse", "SLUG REASON", 0, 0, NEEDS_DB, tenants_refuse,
	    "Says no to a tenant that waits: it is removed." },
	{ "tenants keep", "SLUG REASON", 0, 0, NEEDS_DB, tenants_keep,
	    "Takes back the deletion of a tenant that is leaving." },
	{ "tenants shorten", "SLUG REASON", 0, 0, NEEDS_DB, tenants_shorten,
	    "Removes a tenant that is leaving before its 7 days are over." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl tenants limits: what a tenant has by its plan, and what its
 * contract says otherwise; operators set both.
 *
 * Only cameleer_gate reads across tenants, and only its functions change.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/clock.h"
#include "libshared/base/str.h"
#include "libshared/base/tier.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/plan/plan_change.h"
#include "libshared/plan/plan_rows.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/req.h"
#include "modules/ctl/ctl.h"

#include "modules/ctl/plan/limits.sql.h"

struct tenant { struct uuid id; const char *slug, *tier; };

struct old { const char *old; };

/* What is recorded, and printed with --json. */
struct change { const char *slug, *key, *old, *new, *reason, *last_day; };

static const struct field tenant_view[] = {
	VIEW_UUID(struct tenant, id),
	VIEW_TEXT(struct tenant, slug),
	VIEW_TEXT(struct tenant, tier),
	FIELD_END
};

static const struct field old_view[] = {
	VIEW_TEXT_OPT(struct old, old),
	FIELD_END
};

static const struct field reason_field = FIELD_TEXT(struct change, reason, 1,
    300, CHARSET_LABEL);

static enum err
tenant_named(struct ctx *ctx, const char *slug, struct tenant *tenant)
{
	bool there;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_LIMIT_TENANT, tenant_view, tenant, &there,
	    ARG_TEXT(slug))) != ERR_OK)
		return e;
	return there ? ERR_OK : fail(ctx, ERR_NOT_FOUND, "no_such_tenant",
	    "there is no tenant %s", slug);
}

/* last_day - the day after which it ends, as --until takes it */
static const char *
last_day(struct ctx *ctx, const char *ends_at)
{
	char text[CLOCK_TEXT_MAX];
	int64_t end;

	if (ends_at == NULL)
		return "taken back";
	if (!clock_of_text(ends_at, &end))
		return ends_at;
	clock_text(end - 1, text);
	return text_printf(ctx->mem, "%.10s", text);
}

/* limits_print - prints a line for each row of the matrix */
static void
limits_print(struct ctx *ctx, const struct plan_value *values, size_t n)
{
	const struct plan_value *has;
	const struct tier_row *rows;
	size_t i, j, nrows;

	rows = tier_rows(&nrows);
	for (i = 0; i < nrows; i++) {
		for (j = 0; j < n && strcmp(values[j].key, rows[i].key) != 0;
		    j++)
			;
		if (j == n)
			continue;
		has = &values[j];
		(void)printf("%-24s %s", rows[i].key, tier_say(ctx->mem,
		    &rows[i], has->value));
		if (has->reason != NULL)
			(void)printf("  (plan: %s; until %s: %s)",
			    tier_say(ctx->mem, &rows[i], has->plan_value),
			    last_day(ctx, has->ends_at), has->reason);
		(void)putchar('\n');
	}
}

static int
limits_list(struct ctl *ctl)
{
	struct ctx *ctx = ctl->ctx;
	struct json *one = json_object(ctx);
	struct plan_value *values;
	struct tenant tenant;
	const char *rows;
	size_t n;

	if (sql_script(ctx, "SET ROLE cameleer_gate") != ERR_OK ||
	    tenant_named(ctx, ctl->args[0], &tenant) != ERR_OK ||
	    sql_many(ctx, &SQL_LIMIT_LIST, plan_value_view, sizeof(*values),
	    &values, &n, ARG_UUID(&tenant.id)) != ERR_OK)
		return ctl_bad(ctl);
	if (!ctl->json) {
		limits_print(ctx, values, n);
		return CTL_GOOD;
	}
	json_put_text(one, "tenant", tenant.slug);
	json_put_text(one, "tier", tenant.tier);
	if (plan_rows(ctx, values, n, &rows) != ERR_OK ||
	    json_put_raw(ctx, one, "rows", rows) != ERR_OK)
		return ctl_bad(ctl);
	return ctl_print(ctl, one);
}

static struct json *
change_json(struct ctx *ctx, const struct change *change)
{
	struct json *facts = json_object(ctx);

	json_put_text(facts, "slug", change->slug);
	json_put_text(facts, "key", change->key);
	json_put_text(facts, "old", change->old == NULL ? "unlimited" :
	    change->old);
	if (change->new != NULL)
		json_put_text(facts, "new", change->new);
	if (change->reason != NULL)
		json_put_text(facts, "reason", change->reason);
	if (change->last_day != NULL)
		json_put_text(facts, "last_day", change->last_day);
	return facts;
}

static enum err
change_record(struct ctx *ctx, const char *action, const struct uuid *tenant,
    const struct change *change)
{
	struct audit audit = { .action = action,
		.subject_type = "tenant", .subject_id = tenant->text,
		.result = AUDIT_DONE };
	enum err e;

	if ((e = sql_script(ctx, "SET ROLE cameleer_owner")) != ERR_OK ||
	    (e = json_print(ctx, change_json(ctx, change), &audit.facts,
	    NULL)) != ERR_OK || (e = audit_write(ctx, &audit)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static enum err
change_begin(struct ctx *ctx, const struct change *change,
    struct tenant *tenant)
{
	enum err e;

	if ((e = sql_script(ctx, "SET ROLE cameleer_gate")) != ERR_OK ||
	    (e = sql_begin(ctx, true)) != ERR_OK)
		return e;
	return tenant_named(ctx, change->slug, tenant);
}

/* limit_set - sets the value, in one transaction with its audit row */
static enum err
limit_set(struct ctx *ctx, struct change *change)
{
	struct tenant tenant;
	const char *json = NULL;
	struct old old;
	bool done;
	enum err e;

	if ((e = plan_value_read(ctx, change->key, change->new, &json)) !=
	    ERR_OK || (change->last_day != NULL && (e = req_last_day(
	    ctx, "--until", change->last_day)) != ERR_OK) ||
	    (e = change_begin(ctx, change, &tenant)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_LIMIT_SET, old_view, &old, &done,
	    ARG_UUID(&tenant.id), ARG_TEXT(change->key), ARG_TEXT(json),
	    ARG_TEXT(change->reason), ARG_TEXT(change->last_day))) != ERR_OK)
		return e;
	if (!done)
		return fail(ctx, ERR_LOCKED, "tenant_deleting",
		    "tenant %s is being deleted", change->slug);
	change->old = old.old;
	return change_record(ctx, "plan.override", &tenant.id, change);
}

static enum err
limit_unset(struct ctx *ctx, struct change *change)
{
	struct tenant tenant;
	struct old old;
	bool done;
	enum err e;

	if ((e = change_begin(ctx, change, &tenant)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_LIMIT_END, old_view, &old, &done,
	    ARG_UUID(&tenant.id), ARG_TEXT(change->key))) != ERR_OK)
		return e;
	if (!done)
		return fail(ctx, ERR_NOT_FOUND, "limit_not_set",
		    "the contract of %s says nothing about %s", change->slug,
		    change->key);
	change->old = old.old;
	return change_record(ctx, "plan.restore", &tenant.id, change);
}

/* tier_set - gives another plan, in one transaction with its audit row */
static enum err
tier_set(struct ctx *ctx, struct change *change)
{
	struct plan_changed changed;
	struct tenant tenant;
	struct uuid operation;
	enum err e;

	uuid7(&operation);
	if ((e = change_begin(ctx, change, &tenant)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_PLAN_CHANGE, plan_changed_view, &changed,
	    ARG_UUID(&tenant.id), ARG_TEXT(change->new), ARG_UUID(&operation),
	    ARG_TEXT(change->reason), ARG_TEXT(process.conf->base_url))) !=
	    ERR_OK || (e = plan_changed_check(ctx, &changed)) != ERR_OK)
		return e;
	change->old = changed.old;
	return change_record(ctx, "plan.change", &tenant.id, change);
}

static int
tiers_set(struct ctl *ctl)
{
	struct change change = { ctl->args[0], "tier", NULL, ctl->args[1],
	    ctl->args[2], NULL };
	const char *why = field_check_text(ctl->ctx, &reason_field,
	    change.reason, strlen(change.reason));
	enum err e;

	if (why != NULL)
		return ctl_usage(ctl, "REASON %s", why);
	if (tier_of(change.new) == NULL)
		return ctl_usage(ctl, "no plan is called `%s'", change.new);
	e = tier_set(ctl->ctx, &change);
	return ctl_done(ctl, e, text_printf(ctl->ctx->mem, "has plan %s now; "
	    "its owners get a mail with the reason", change.new),
	    change_json(ctl->ctx, &change));
}

static int
limits_set(struct ctl *ctl)
{
	struct change change = { ctl->args[0], ctl->args[1], NULL,
	    ctl->args[2], ctl->args[3], ctl->options[OPTION_UNTIL] };
	const char *why = field_check_text(ctl->ctx, &reason_field,
	    change.reason, strlen(change.reason));
	enum err e;

	if (why != NULL)
		return ctl_usage(ctl, "REASON %s", why);
	e = limit_set(ctl->ctx, &change);
	return ctl_done(ctl, e, text_printf(ctl->ctx->mem, "%s is %s now",
	    change.key, change.new), change_json(ctl->ctx, &change));
}

static int
limits_unset(struct ctl *ctl)
{
	struct change change = { .slug = ctl->args[0], .key = ctl->args[1] };
	enum err e = limit_unset(ctl->ctx, &change);

	return ctl_done(ctl, e, text_printf(ctl->ctx->mem,
	    "%s is what the plan says", change.key),
	    change_json(ctl->ctx, &change));
}

const struct command limit_commands[] = {
	{ "tenants set-tier", "SLUG TIER REASON", 0, 0, NEEDS_DB, tiers_set,
	    "Gives a tenant another plan; refused while it uses more than that "
	    "has." },
	{ "tenants limits", "SLUG", 0, 0, NEEDS_DB, limits_list,
	    "Shows what a tenant has by its plan and its contract." },
	{ "tenants set-limit", "SLUG KEY VALUE REASON", 1u << OPTION_UNTIL, 0,
	    NEEDS_DB, limits_set,
	    "Sets a limit or a feature of one tenant, as its contract says." },
	{ "tenants unset-limit", "SLUG KEY", 0, 0, NEEDS_DB, limits_unset,
	    "Takes a limit or a feature back: the plan decides again." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};

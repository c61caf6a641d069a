/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl stores: passwords of tenants' servers at their stores.
 *
 * Only cameleer_gate reads across tenants.  The worker makes the passwords; a
 * renewal is asked for here, as the owner of the table, pinned to the tenant.
 */
#include "config.h"

#include <stdio.h>

#include "libshared/base/lifecycle.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/job.h"
#include "modules/ctl/ctl.h"

#include "modules/ctl/store/stores.sql.h"

struct store {
	struct uuid	 id;
	const char	*slug, *state, *kind, *renewed_at;
	bool		 renewing, under_way;
};

/* The route of tenants.fcgi has the same. */
static const char renewal_action[] = "store.ask_renewal";

static const struct field store_view[] = {
	VIEW_UUID(struct store, id),
	VIEW_TEXT(struct store, slug),
	VIEW_TEXT(struct store, state),
	VIEW_TEXT(struct store, kind),
	VIEW_TEXT_OPT(struct store, renewed_at),
	VIEW_BOOL(struct store, renewing),
	VIEW_BOOL(struct store, under_way),
	FIELD_END
};

/* change_of - what is being done about the passwords */
static const char *
change_of(const struct store *store)
{
	if (store->under_way)
		return "is renewed";
	return store->renewing ? "half renewed" : "-";
}

static int
stores_list(struct ctl *ctl)
{
	struct json *list = json_array(ctl->ctx), *one;
	struct store *rows;
	size_t i, n;

	if (sql_script(ctl->ctx, "SET ROLE cameleer_gate") != ERR_OK ||
	    sql_many(ctl->ctx, &SQL_STORE_LIST, store_view, sizeof(*rows),
	    &rows, &n, ARG_NULL) != ERR_OK)
		return ctl_bad(ctl);
	for (i = 0; i < n; i++) {
		if (!ctl->json) {
			(void)printf("%-31s %-12s %-12s %-20s %s\n",
			    rows[i].slug, rows[i].state, rows[i].kind,
			    rows[i].renewed_at == NULL ? "never renewed" :
			    rows[i].renewed_at, change_of(&rows[i]));
			continue;
		}
		if (field_encode(ctl->ctx, store_view, &rows[i], &one) !=
		    ERR_OK)
			return ctl_bad(ctl);
		json_add(list, one);
	}
	return ctl->json ? ctl_print(ctl, list) : CTL_GOOD;
}

/* store_find - the tenant, whose passwords can be renewed now */
static enum err
store_find(struct ctx *ctx, const char *slug, struct store *store)
{
	struct store *rows;
	size_t n;
	enum err e;

	if ((e = sql_script(ctx, "SET ROLE cameleer_gate")) != ERR_OK ||
	    (e = sql_many(ctx, &SQL_STORE_LIST, store_view, sizeof(*rows),
	    &rows, &n, ARG_TEXT(slug))) != ERR_OK)
		return e;
	if (n == 0)
		return fail(ctx, ERR_NOT_FOUND, "no_such_tenant",
		    "there is no tenant %s that has a place", slug);
	*store = rows[0];
	if (tenant_state_of(store->state) != TENANT_ACTIVE)
		return fail(ctx, ERR_CONFLICT, "tenant_not_active",
		    "tenant %s is %s", slug, store->state);
	if (store->under_way)
		return fail(ctx, ERR_CONFLICT, "store_renewing",
		    "new passwords of tenant %s are being made already",
		    slug);
	return sql_script(ctx, "SET ROLE cameleer_owner");
}

/* renewal_ask - the job and its audit row, or neither */
static enum err
renewal_ask(struct ctx *ctx, const struct store *store,
    struct uuid *operation)
{
	const struct uuid nobody = { "" };
	const struct audit audit = { .action = renewal_action,
	    .subject_type = "tenant", .subject_id = store->id.text,
	    .result = AUDIT_DONE };
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = authn_pin(ctx, &store->id, &nobody)) != ERR_OK ||
	    (e = job_queue(ctx, "store.renew", &store->id, operation)) !=
	    ERR_OK || (e = audit_write(ctx, &audit)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static int
stores_renew(struct ctl *ctl)
{
	struct json *one = json_object(ctl->ctx);
	struct uuid operation = { "" };
	struct store store;
	enum err e;

	if ((e = store_find(ctl->ctx, ctl->args[0], &store)) == ERR_OK)
		e = renewal_ask(ctl->ctx, &store, &operation);
	json_put_text(one, "slug", ctl->args[0]);
	json_put_text(one, "operation", operation.text);
	return ctl_done(ctl, e, "gets new passwords for its stores; "
	    "cameleerctl provision list shows how far", one);
}

const struct command store_commands[] = {
	{ "stores list", NULL, 0, 0, NEEDS_DB, stores_list,
	    "Lists tenants' stores, and when their passwords were renewed." },
	{ "stores renew", "SLUG", 0, 0, NEEDS_DB, stores_renew,
	    "Gives a tenant's server new passwords for its stores." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};

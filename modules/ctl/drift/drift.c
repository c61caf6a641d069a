/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl drift: what tenants have and should not, or the other way round.
 *
 * Only cameleer_gate reads across tenants.  The worker compares and restores.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/rows/drift_row.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/process.h"
#include "modules/ctl/ctl.h"

#include "modules/ctl/drift/drift.sql.h"

struct unseen { const char *slug, *why; };

static const struct field unseen_view[] = {
	VIEW_TEXT(struct unseen, slug),
	VIEW_TEXT(struct unseen, why),
	FIELD_END
};

struct tenant { struct uuid id; };

static const struct field tenant_view[] = {
	VIEW_UUID(struct tenant, id),
	FIELD_END
};

static void
row_print(const struct drift_row *row)
{
	(void)printf("%s: %s: %s: wanted %s, is %s, since %s%s\n", row->slug,
	    row->object, row->field, row->wanted, row->live, row->since,
	    row->restoring ? ", being restored" : "");
	if (row->changed_at != NULL)
		(void)printf("    wanted by %s, %s\n", row->changed_by == NULL ?
		    "somebody who is erased" : row->changed_by,
		    row->changed_at);
}

static int
rows_print(struct ctl *ctl, const struct drift_row *rows, size_t n)
{
	struct json *list = json_array(ctl->ctx), *one;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!ctl->json)
			row_print(&rows[i]);
		else if (field_encode(ctl->ctx, drift_row_view, &rows[i],
		    &one) != ERR_OK)
			return ctl_bad(ctl);
		else
			json_add(list, one);
	}
	return ctl->json ? ctl_print(ctl, list) : CTL_GOOD;
}

/* unseen_print - on standard error, so that --json stays JSON */
static enum err
unseen_print(struct ctl *ctl, size_t *n)
{
	struct unseen *rows;
	int64_t every_s = 0;
	size_t i;
	enum err e;

	if (!str_int(str_of(conf_value(process.conf, "drift_every_s")), 1,
	    INT64_MAX / 4, &every_s))
		return ERR_INTERNAL;
	if ((e = sql_many(ctl->ctx, &SQL_DRIFT_UNSEEN, unseen_view,
	    sizeof(*rows), &rows, n, ARG_INT(3 * every_s + 60),
	    ARG_TEXT(ctl->options[OPTION_TENANT]))) != ERR_OK)
		return e;
	for (i = 0; i < *n; i++)
		(void)fprintf(stderr, "%s: not known: %s\n", rows[i].slug,
		    rows[i].why);
	return ERR_OK;
}

static int
drift_list(struct ctl *ctl)
{
	struct drift_row *rows;
	size_t n, unseen;

	if (sql_script(ctl->ctx, "SET ROLE cameleer_gate") != ERR_OK ||
	    sql_many(ctl->ctx, &SQL_DRIFT_LIST, drift_row_view, sizeof(*rows),
	    &rows, &n, ARG_TEXT(ctl->options[OPTION_TENANT])) != ERR_OK ||
	    unseen_print(ctl, &unseen) != ERR_OK)
		return ctl_bad(ctl);
	if (rows_print(ctl, rows, n) != CTL_GOOD)
		return CTL_BAD;
	return n + unseen == 0 ? CTL_GOOD : CTL_BAD;
}

/* restore_queue - queues the job, with its audit row */
static enum err
restore_queue(struct ctl *ctl, struct uuid *operation)
{
	struct json *facts = json_object(ctl->ctx);
	struct audit audit = { .action = "drift.restore_ask",
	    .subject_type = "operation", .result = AUDIT_DONE };
	struct ctx *ctx = ctl->ctx;
	struct drift_done done;
	struct tenant tenant;
	struct uuid id;
	bool found;
	enum err e;

	uuid7(&id);
	json_put_text(facts, "slug", ctl->args[0]);
	json_put_text(facts, "object", ctl->args[1]);
	json_put_text(facts, "reason", ctl->args[2]);
	if ((e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK ||
	    (e = sql_script(ctx, "SET ROLE cameleer_gate")) != ERR_OK ||
	    (e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_DRIFT_TENANT, tenant_view, &tenant, &found,
	    ARG_TEXT(ctl->args[0]))) != ERR_OK)
		return e;
	if (!found)
		return fail(ctx, ERR_NOT_FOUND, "no_such_tenant",
		    "there is no active tenant %s", ctl->args[0]);
	if ((e = sql_one(ctx, &SQL_DRIFT_RESTORE, drift_done_view, &done,
	    ARG_UUID(&tenant.id), ARG_TEXT(ctl->args[1]),
	    ARG_UUID(&id))) != ERR_OK)
		return e;
	if (uuid_empty(&done.operation))
		return fail(ctx, ERR_NOT_FOUND, "no_such_drift",
		    "nothing differs there, or it is being restored");
	*operation = done.operation;
	audit.subject_id = operation->text;
	if ((e = sql_script(ctx, "SET ROLE cameleer_owner")) != ERR_OK ||
	    (e = audit_write(ctx, &audit)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static int
drift_restore(struct ctl *ctl)
{
	struct json *one = json_object(ctl->ctx);
	struct uuid operation = { "" };
	enum err e = restore_queue(ctl, &operation);

	json_put_text(one, "operation", operation.text);
	return ctl_done(ctl, e, "is being restored: cameleerctl drift list",
	    one);
}

const struct command drift_commands[] = {
	{ "drift list", NULL, 1u << OPTION_TENANT, 0, NEEDS_DB, drift_list,
	    "Shows what tenants have and should not, or the other way round; "
	    "fails when something differs, or is not known." },
	{ "drift restore", "TENANT OBJECT REASON", 0, 0, NEEDS_DB,
	    drift_restore,
	    "Has the worker make an object of a tenant what it should be." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl accounts: erases people (threat T25).
 *
 * A backup still contains them: store the output of `accounts erased' outside
 * the backup, and give it to `accounts replay' after each restore.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "modules/ctl/ctl.h"

#include "modules/ctl/accounts.sql.h"

#define LIST_MAX	(16u << 20)
#define PAGE		500

struct person { const char *id; };
struct outcome { const char *outcome; };
struct erased { const char *id, *at; };

static const struct field person_view[] = {
	VIEW_TEXT(struct person, id),
	FIELD_END
};

static const struct field outcome_view[] = {
	VIEW_TEXT(struct outcome, outcome),
	FIELD_END
};

static const struct field erased_view[] = {
	VIEW_TEXT(struct erased, id),
	VIEW_TEXT(struct erased, at),
	FIELD_END
};

/*
 * account_erase - in one transaction; *found is false when the account is
 * unknown
 */
static enum err
account_erase(struct ctx *ctx, const char *who, bool *found)
{
	struct person person;
	struct outcome done;
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_PERSON_FIND, person_view, &person, found,
	    ARG_TEXT(who))) != ERR_OK)
		return e;
	if (!*found)
		return sql_commit(ctx);
	if ((e = sql_one(ctx, &SQL_PERSON_ERASE, outcome_view, &done,
	    ARG_TEXT(person.id))) != ERR_OK)
		return e;
	if (strcmp(done.outcome, "needed") == 0)
		return fail(ctx, ERR_CONFLICT, "last_owner",
		    "%s is the last owner of a tenant, or the one who may "
		    "sign in without its provider", person.id);
	if ((e = audit_write(ctx, &(const struct audit){
	    .action = "account.erase", .subject_type = "account",
	    .subject_id = person.id, .result = AUDIT_DONE })) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static int
accounts_erase(struct ctl *ctl)
{
	bool found = false;

	if (account_erase(ctl->ctx, ctl->args[0], &found) != ERR_OK) {
		sql_rollback(ctl->ctx);
		return ctl_bad(ctl);
	}
	if (!found) {
		(void)fail(ctl->ctx, ERR_NOT_FOUND, "no_such_account",
		    "there is no person %s", ctl->args[0]);
		return ctl_bad(ctl);
	}
	(void)puts("forgotten");
	return CTL_GOOD;
}

static int
accounts_erased(struct ctl *ctl)
{
	const char *after = NULL;
	struct erased *rows;
	size_t i, n = PAGE;

	while (n == PAGE) {
		if (sql_many(ctl->ctx, &SQL_ERASED_LIST, erased_view,
		    sizeof(*rows), &rows, &n, ARG_TEXT(after)) != ERR_OK)
			return ctl_bad(ctl);
		for (i = 0; i < n; i++)
			(void)printf("%s %s\n", rows[i].id, rows[i].at);
		if (n > 0)
			after = rows[n - 1].id;
	}
	return CTL_GOOD;
}

/* An unknown account is not in this backup: nothing to do. */
static int
accounts_replay(struct ctl *ctl)
{
	struct str text, line;
	unsigned done = 0;
	bool found;
	char *id;

	if (ctl_read_file(ctl->ctx, ctl->ctx->mem, ctl->args[0], LIST_MAX,
	    &text) != ERR_OK)
		return ctl_bad(ctl);
	while (text.len > 0) {
		line = str_cut(&text, '\n');
		line = str_cut(&line, ' ');
		if (line.len == 0)
			continue;
		id = text_printf(ctl->ctx->mem, "%.*s", (int)line.len,
		    line.p);
		if (!uuid_valid(line.p, line.len))
			return ctl_usage(ctl, "%s is not a list of `accounts "
			    "erased'", ctl->args[0]);
		if (account_erase(ctl->ctx, id, &found) != ERR_OK) {
			sql_rollback(ctl->ctx);
			return ctl_bad(ctl);
		}
		done += found;
	}
	(void)printf("%u forgotten\n", done);
	return CTL_GOOD;
}

const struct command erase_commands[] = {
	{ "accounts erase", "EMAIL-OR-ID", 0, 0, NEEDS_DB, accounts_erase,
	    "Erases a person." },
	{ "accounts erased", NULL, 0, 0, NEEDS_DB, accounts_erased,
	    "Lists erased persons; store the list outside of backups." },
	{ "accounts replay", "FILE", 0, 0, NEEDS_DB, accounts_replay,
	    "Erases again, after a restore, the persons in the list." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};

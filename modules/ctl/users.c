/* SPDX-License-Identifier: Apache-2.0 */
/* cameleerctl users: support for a person by an operator. */
#include "config.h"

#include <stdio.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/process.h"
#include "modules/ctl/ctl.h"

#include "modules/ctl/accounts.sql.h"

struct person { const char *id; };

static const struct field person_view[] = {
	VIEW_TEXT(struct person, id),
	FIELD_END
};

/* users_record - writes the audit row, or fails when nobody has this address */
static enum err
users_record(struct ctl *ctl, bool found, const char *action,
    const struct person *person)
{
	struct ctx *ctx = ctl->ctx;
	enum err e;

	if (!found)
		return fail(ctx, ERR_NOT_FOUND, "no_such_account",
		    "there is no account %s", ctl->args[0]);
	if ((e = audit_write(ctx, &(const struct audit){
	    .action = action, .subject_type = "account",
	    .subject_id = person->id, .result = AUDIT_DONE })) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

/* user_print - prints the result */
static int
user_print(struct ctl *ctl, enum err e, const struct person *person,
    const char *what)
{
	struct json *one = json_object(ctl->ctx);

	if (e == ERR_OK)
		json_put_text(one, "account", person->id);
	return ctl_done(ctl, e, what, one);
}

static int
users_unlock(struct ctl *ctl)
{
	struct person person;
	bool found;
	enum err e;

	if ((e = sql_begin(ctl->ctx, true)) == ERR_OK &&
	    (e = sql_opt(ctl->ctx, &SQL_ACCOUNT_UNLOCK, person_view, &person,
	    &found, ARG_TEXT(ctl->args[0]))) == ERR_OK)
		e = users_record(ctl, found, "account.unlock", &person);
	return user_print(ctl, e, &person, "may sign in again");
}

static int
users_remove_factors(struct ctl *ctl)
{
	struct ctx *ctx = ctl->ctx;
	const char *link = text_printf(ctx->mem, "%s/recover",
	    process.conf->base_url);
	struct person person;
	bool found;
	enum err e;

	if ((e = sql_begin(ctx, true)) == ERR_OK &&
	    (e = sql_opt(ctx, &SQL_ACCOUNT_BARE, person_view, &person, &found,
	    ARG_TEXT(ctl->args[0]), ARG_TEXT(link))) == ERR_OK &&
	    (e = sql_exec(ctx, &SQL_ACCOUNT_BARE_NOTIFY, NULL)) == ERR_OK)
		e = users_record(ctl, found, "account.remove_factors", &person);
	return user_print(ctl, e, &person,
	    "signs in with the password alone; all "
	    "sessions are ended");
}

const struct command user_commands[] = {
	{ "users unlock", "EMAIL", 0, 0, NEEDS_DB, users_unlock,
	    "Resets the counts of wrong passwords and codes, so that the "
	    "person may sign in." },
	{ "users remove-factors", "EMAIL", 0, 0, NEEDS_DB,
	    users_remove_factors, "Removes app, recovery codes and passkeys "
	    "of somebody who lost them." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};

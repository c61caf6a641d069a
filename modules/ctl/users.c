/* SPDX-License-Identifier: Apache-2.0 */
/* cameleerctl users: what an operator does for a person. */
#include "config.h"

#include <stdio.h>

#include "libshared/audit.h"
#include "libshared/json.h"
#include "libshared/sql.h"
#include "modules/ctl/ctl.h"

#include "modules/ctl/ctl.sql.h"

struct person { const char *id; };

static const struct field person_view[] = {
	VIEW_TEXT(struct person, id),
	FIELD_END
};

static enum err
unlock(struct ctx *ctx, const char *email, struct person *person)
{
	bool found;
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_ACCOUNT_UNLOCK, person_view, person,
	    &found, ARG_TEXT(email))) != ERR_OK)
		return e;
	if (!found)
		return fail(ctx, ERR_NOT_FOUND, "no_such_account",
		    "there is no account %s", email);
	if ((e = audit_write(ctx, &(const struct audit){
	    .action = "account.unlock", .subject_type = "account",
	    .subject_id = person->id, .result = AUDIT_DONE })) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static int
users_unlock(struct ctl *ctl)
{
	struct person person;
	struct json *one;

	if (unlock(ctl->ctx, ctl->args[0], &person) != ERR_OK) {
		sql_rollback(ctl->ctx);
		return ctl_bad(ctl);
	}
	if (!ctl->json) {
		(void)printf("%s: may sign in again\n", ctl->args[0]);
		return CTL_GOOD;
	}
	one = json_object(ctl->ctx);
	json_put_text(one, "account", person.id);
	return ctl_print(ctl, one);
}

const struct command user_commands[] = {
	{ "users unlock", "EMAIL", 0, 0, NEEDS_DB, users_unlock,
	    "Forgets wrong passwords, so that the person may sign in." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};

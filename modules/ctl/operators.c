/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl operators: accounts of those who run the platform.
 *
 * An operator has a separate account, never a person's account with more
 * rights. They set their password by a link that is valid once, and need a
 * second factor before they may do anything.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/idn.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authz.h"
#include "libshared/skeleton/process.h"
#include "modules/ctl/ctl.h"

#include "modules/ctl/accounts.sql.h"

#define LINK_TTL_S	86400

struct operator {
	struct uuid	 id;
	const char	*email, *name, *state, *permissions, *created_at;
};

struct address { struct uuid id; const char *kind; };

static const struct field operator_view[] = {
	VIEW_UUID(struct operator, id),
	VIEW_TEXT(struct operator, email),
	VIEW_TEXT(struct operator, name),
	VIEW_TEXT(struct operator, state),
	VIEW_LIST(struct operator, permissions),
	VIEW_TEXT(struct operator, created_at),
	FIELD_END
};

static const struct field address_view[] = {
	VIEW_UUID(struct address, id),
	VIEW_TEXT(struct address, kind),
	FIELD_END
};

static const struct field email_field = FIELD_TEXT(struct operator, email, 3,
    254, CHARSET_EMAIL);
static const struct field name_field = FIELD_TEXT(struct operator, name, 1,
    120, CHARSET_LABEL);

static const char everything[] = "platform.account.read,"
    "platform.account.manage,platform.tenant.read,platform.tenant.manage,"
    "platform.operation.read,platform.operation.manage,"
    "platform.place.read,platform.place.manage,platform.audit.read";

/*
 * permissions_of - converts "a,b" or "all" to a PostgreSQL array of permissions
 */
static enum err
permissions_of(struct ctx *ctx, const char *text, const char **list)
{
	const char *words = strcmp(text, "all") == 0 ? everything : text;
	struct str rest = str_of(words), word;
	const char *name;
	enum perm perm;

	while (rest.len > 0) {
		word = str_cut(&rest, ',');
		name = text_printf(ctx->mem, "%.*s", (int)word.len, word.p);
		if (name == NULL || !perm_of(name, &perm) ||
		    !perm_is_platform(perm))
			return fail(ctx, ERR_BAD_INPUT, "no_such_permission",
			    "`%s' is none of: %s", name == NULL ? "" : name,
			    everything);
	}
	*list = text_printf(ctx->mem, "{%s}", words);
	return *list == NULL ? ERR_TOO_LARGE : ERR_OK;
}

static enum err
permissions_check(struct ctx *ctx, const struct field *field, const char *text)
{
	const char *why = field_check_text(ctx, field, text, strlen(text));

	return why == NULL ? ERR_OK : fail(ctx, ERR_BAD_INPUT,
	    "invalid_fields", "%s %s", field->name, why);
}

static enum err
operator_record(struct ctx *ctx, const char *action, const struct uuid *id,
    const char *permissions)
{
	struct json *facts = json_object(ctx);
	struct audit audit = { .action = action, .subject_type = "account",
	    .subject_id = id->text, .result = AUDIT_DONE };
	enum err e;

	json_put_text(facts, "permissions", permissions);
	if ((e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK)
		return e;
	return audit_write(ctx, &audit);
}

/* link_mail - sends a link to set a password, valid once and for a day */
static enum err
link_mail(struct ctx *ctx, const struct uuid *id, const char *email,
    const char *name)
{
	struct json *data = json_object(ctx);
	char digest[SHA256_HEX_MAX];
	const char *token, *text;
	struct uuid mail;
	enum err e;

	if ((e = crypto_random_text(ctx, 32, &token)) != ERR_OK)
		return e;
	token_digest(token, digest);
	uuid7(&mail);
	json_put_text(data, "name", name);
	json_put_text(data, "link", text_printf(ctx->secrets,
	    "%s/reset#token=%s", process.conf->base_url, token));
	if ((e = json_print(ctx, data, &text, NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_OPERATOR_LINK, NULL, ARG_TEXT(digest),
	    ARG_UUID(id), ARG_INT(LINK_TTL_S))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_OPERATOR_MAIL, NULL, ARG_UUID(&mail),
	    ARG_TEXT(email), ARG_TEXT(text))) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_ACCOUNT_BARE_NOTIFY, NULL);
}

/* operator_find - finds an operator by their address */
static enum err
operator_find(struct ctx *ctx, const char *email, struct address *found)
{
	bool there;
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_ADDRESS_FIND, address_view, found, &there,
	    ARG_TEXT(email))) != ERR_OK)
		return e;
	if (!there || strcmp(found->kind, "operator") != 0)
		return fail(ctx, ERR_NOT_FOUND, "no_such_operator",
		    "%s is not an operator", email);
	return ERR_OK;
}

static enum err
operator_add(struct ctx *ctx, const char *email, const char *name,
    const char *permissions)
{
	struct address account;
	const char *list;
	bool there;
	enum err e;

	if ((email = idn_ascii(ctx, str_of(email))) == NULL)
		return ERR_TOO_LARGE;
	if ((e = permissions_check(ctx, &email_field, email)) != ERR_OK ||
	    (e = permissions_check(ctx, &name_field, name)) != ERR_OK ||
	    (e = permissions_of(ctx, permissions, &list)) != ERR_OK ||
	    (e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_ADDRESS_FIND, address_view, &account,
	    &there, ARG_TEXT(email))) != ERR_OK)
		return e;
	if (there && strcmp(account.kind, "operator") != 0)
		return fail(ctx, ERR_CONFLICT, "address_taken",
		    "%s is the address of a person: an operator has one of "
		    "their own", email);
	if (!there)
		uuid7(&account.id);
	if ((e = sql_exec(ctx, &SQL_OPERATOR_ACCOUNT, NULL,
	    ARG_UUID(&account.id), ARG_TEXT(email), ARG_TEXT(name))) !=
	    ERR_OK ||
	    (e = sql_exec(ctx, &SQL_OPERATOR_GRANT, NULL,
	    ARG_UUID(&account.id), ARG_TEXT(list))) != ERR_OK ||
	    (e = link_mail(ctx, &account.id, email, name)) != ERR_OK ||
	    (e = operator_record(ctx, "operator.add", &account.id, list)) !=
	    ERR_OK)
		return e;
	return sql_commit(ctx);
}

static enum err
operator_grant(struct ctx *ctx, const char *email, const char *permissions)
{
	struct address account;
	const char *list;
	enum err e;

	if ((e = permissions_of(ctx, permissions, &list)) != ERR_OK ||
	    (e = operator_find(ctx, email, &account)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_OPERATOR_GRANT, NULL,
	    ARG_UUID(&account.id), ARG_TEXT(list))) != ERR_OK ||
	    (e = operator_record(ctx, "operator.grant", &account.id, list)) !=
	    ERR_OK)
		return e;
	return sql_commit(ctx);
}

/* The account stays for the audit trail; nobody can sign in with it. */
static enum err
operators_removal(struct ctx *ctx, const char *email)
{
	struct address account;
	enum err e;

	if ((e = operator_find(ctx, email, &account)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_OPERATOR_REMOVE, NULL,
	    ARG_UUID(&account.id))) != ERR_OK ||
	    (e = operator_record(ctx, "operator.remove", &account.id, NULL)) !=
	    ERR_OK)
		return e;
	return sql_commit(ctx);
}

/* operator_end - prints what was done, or why not */
static int
operator_end(struct ctl *ctl, enum err e, const char *what)
{
	struct json *one = json_object(ctl->ctx);

	json_put_text(one, "email", ctl->args[0]);
	return ctl_done(ctl, e, what, one);
}

static int
operators_add(struct ctl *ctl)
{
	return operator_end(ctl, operator_add(ctl->ctx, ctl->args[0],
	    ctl->args[1],
	    ctl->args[2]), "is an operator; a mail has the link to set a "
	    "password with");
}

static int
operators_grant(struct ctl *ctl)
{
	return operator_end(ctl, operator_grant(ctl->ctx, ctl->args[0],
	    ctl->args[1]),
	    "has these permissions from now on");
}

static int
operators_remove(struct ctl *ctl)
{
	return operator_end(ctl, operators_removal(ctl->ctx, ctl->args[0]),
	    "is not an operator any more");
}

static int
operators_list(struct ctl *ctl)
{
	struct json *list = json_array(ctl->ctx), *one;
	struct operator *rows;
	size_t i, n;

	if (sql_many(ctl->ctx, &SQL_OPERATOR_LIST, operator_view,
	    sizeof(*rows), &rows, &n) != ERR_OK)
		return ctl_bad(ctl);
	for (i = 0; i < n; i++) {
		if (!ctl->json) {
			(void)printf("%-40s %-8s %.*s\n", rows[i].email,
			    rows[i].state,
			    (int)list_words(rows[i].permissions).len,
			    list_words(rows[i].permissions).p);
			continue;
		}
		if (field_encode(ctl->ctx, operator_view, &rows[i], &one) !=
		    ERR_OK)
			return ctl_bad(ctl);
		json_add(list, one);
	}
	return ctl->json ? ctl_print(ctl, list) : CTL_GOOD;
}

const struct command operator_commands[] = {
	{ "operators add", "EMAIL NAME PERMISSIONS", 0, 0, NEEDS_DB,
	    operators_add, "Makes an operator of the platform; PERMISSIONS "
	    "are names with commas, or all." },
	{ "operators grant", "EMAIL PERMISSIONS", 0, 0, NEEDS_DB,
	    operators_grant, "Sets what an operator may do." },
	{ "operators remove", "EMAIL", 0, 0, NEEDS_DB, operators_remove,
	    "Ends an operator's account and its sessions." },
	{ "operators list", NULL, 0, 0, NEEDS_DB, operators_list,
	    "Lists the operators and what each may do." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl agents: how agents outside of the platform are set up, and the
 * tokens with which they register.
 *
 * Only cameleer_gate reads across tenants.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/proto/agent_setup.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/process.h"
#include "modules/ctl/ctl.h"

#include "modules/ctl/agents/agents.sql.h"

struct tenant { struct uuid id; const char *slug; };

struct token {
	struct uuid	 id;
	const char	*name, *hint, *created_at, *expires_at;
	const char	*used_at, *used_from;
};

struct ended { const char *name; };

static const struct field tenant_view[] = {
	VIEW_UUID(struct tenant, id),
	VIEW_TEXT(struct tenant, slug),
	FIELD_END
};

static const struct field token_view[] = {
	VIEW_UUID(struct token, id),
	VIEW_TEXT(struct token, name),
	VIEW_TEXT(struct token, hint),
	VIEW_TIME(struct token, created_at),
	VIEW_TIME_OPT(struct token, expires_at),
	VIEW_TIME_OPT(struct token, used_at),
	VIEW_TEXT_OPT(struct token, used_from),
	FIELD_END
};

static const struct field ended_view[] = {
	VIEW_TEXT(struct ended, name),
	FIELD_END
};

static const struct field slug_field = FIELD_TEXT(struct tenant, slug, 3, 31,
    CHARSET_SLUG);

static const struct agent_tool *
tool_named(const char *name)
{
	const struct agent_tool *tool = agent_tools;

	while (tool->name != NULL && strcmp(tool->name, name) != 0)
		tool++;
	return tool->name == NULL ? NULL : tool;
}

static int
agents_connect(struct ctl *ctl)
{
	const char *name = ctl->options[OPTION_FOR], *endpoint, *text;
	const struct agent_tool *tool = tool_named(name == NULL ? "java" :
	    name);
	struct ctx *ctx = ctl->ctx;
	const char *why = field_check_text(ctx, &slug_field, ctl->args[0],
	    strlen(ctl->args[0]));
	struct json *one;

	if (why != NULL)
		return ctl_usage(ctl, "SLUG %s", why);
	if (tool == NULL)
		return ctl_usage(ctl, "--for: java, docker, compose, maven, "
		    "gradle, systemd or kubernetes");
	endpoint = agent_endpoint(ctx, process.conf->base_url, ctl->args[0]);
	text = agent_tool_text(ctx, tool, endpoint);
	if (!ctl->json) {
		(void)fputs(text, stdout);
		return CTL_GOOD;
	}
	one = json_object(ctx);
	json_put_text(one, "endpoint", endpoint);
	json_put_text(one, "name", tool->name);
	json_put_text(one, "title", tool->title);
	json_put_text(one, "text", text);
	return ctl_print(ctl, one);
}

static enum err
tenant_named(struct ctx *ctx, const char *slug, struct tenant *tenant)
{
	bool there;
	enum err e;

	if ((e = sql_script(ctx, "SET ROLE cameleer_gate")) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_AGENTS_TENANT, tenant_view, tenant, &there,
	    ARG_TEXT(slug))) != ERR_OK)
		return e;
	return there ? ERR_OK : fail(ctx, ERR_NOT_FOUND, "no_such_tenant",
	    "there is no tenant %s", slug);
}

static int
agents_list(struct ctl *ctl)
{
	struct ctx *ctx = ctl->ctx;
	struct json *list = json_array(ctx), *one;
	struct tenant tenant;
	struct token *tokens;
	size_t i, n;

	if (tenant_named(ctx, ctl->args[0], &tenant) != ERR_OK ||
	    sql_many(ctx, &SQL_AGENTS_TOKENS, token_view, sizeof(*tokens),
	    &tokens, &n, ARG_UUID(&tenant.id)) != ERR_OK)
		return ctl_bad(ctl);
	for (i = 0; i < n; i++) {
		if (!ctl->json)
			(void)printf("%s  %s...  used %s from %s  ends %s  "
			    "%s\n", tokens[i].id.text, tokens[i].hint,
			    tokens[i].used_at == NULL ? "never" :
			    tokens[i].used_at, tokens[i].used_from == NULL ?
			    "nowhere" : tokens[i].used_from,
			    tokens[i].expires_at == NULL ? "never" :
			    tokens[i].expires_at, tokens[i].name);
		else if (field_encode(ctx, token_view, &tokens[i], &one) !=
		    ERR_OK)
			return ctl_bad(ctl);
		else
			json_add(list, one);
	}
	return ctl->json ? ctl_print(ctl, list) : CTL_GOOD;
}

static enum err
revoke_record(struct ctx *ctx, const struct tenant *tenant,
    const struct uuid *id, struct json *facts)
{
	struct audit audit = { .action = "agent_token.revoke",
	    .subject_type = "bootstrap_token", .subject_id = id->text,
	    .result = AUDIT_DONE };
	enum err e;

	if ((e = sql_script(ctx, "SET ROLE cameleer_owner")) != ERR_OK ||
	    (e = authn_pin(ctx, &tenant->id, &(struct uuid){ "" })) !=
	    ERR_OK || (e = json_print(ctx, facts, &audit.facts, NULL)) !=
	    ERR_OK || (e = audit_write(ctx, &audit)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

/* token_revoke - in one transaction with its audit row and the owners' mail */
static enum err
token_revoke(struct ctx *ctx, const char *slug, const struct uuid *id,
    struct json *facts)
{
	struct tenant tenant;
	struct ended ended;
	int64_t mails;
	bool there;
	enum err e;

	if ((e = sql_script(ctx, "SET ROLE cameleer_gate")) != ERR_OK ||
	    (e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = tenant_named(ctx, slug, &tenant)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_AGENTS_REVOKE, ended_view, &ended, &there,
	    ARG_UUID(&tenant.id), ARG_UUID(id))) != ERR_OK)
		return e;
	if (!there)
		return fail(ctx, ERR_NOT_FOUND, "no_such_agent_token",
		    "tenant %s has no such bootstrap token", slug);
	json_put_text(facts, "slug", slug);
	json_put_text(facts, "name", ended.name);
	if ((e = sql_count(ctx, &SQL_AGENTS_TOLD, &mails,
	    ARG_UUID(&tenant.id), ARG_TEXT(ended.name),
	    ARG_TEXT(process.conf->base_url))) != ERR_OK)
		return e;
	return revoke_record(ctx, &tenant, id, facts);
}

static int
agents_revoke(struct ctl *ctl)
{
	struct json *facts = json_object(ctl->ctx);
	struct uuid id;
	enum err e;

	if (!uuid_set(&id, ctl->args[1]))
		return ctl_usage(ctl, "ID: cameleerctl agents list shows it");
	e = token_revoke(ctl->ctx, ctl->args[0], &id, facts);
	return ctl_done(ctl, e, "revoked: agents that registered with it are "
	    "refused from their next request on", facts);
}

const struct command agent_commands[] = {
	{ "agents connect", "SLUG", 1u << OPTION_FOR, 0, NEEDS_CONF,
	    agents_connect,
	    "Says how a tool gives an application elsewhere the agent." },
	{ "agents list", "SLUG", 0, 0, NEEDS_DB, agents_list,
	    "Lists the bootstrap tokens of a tenant, with their last use." },
	{ "agents revoke", "SLUG ID", 0, 0, NEEDS_DB, agents_revoke,
	    "Revokes a bootstrap token, and mails the owners." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};

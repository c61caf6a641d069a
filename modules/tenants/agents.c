/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bootstrap tokens, with which agents outside of the platform join the tenant's
 * server, and how each tool is told about it (M2.4, M6.6).
 *
 * The secret is shown once and stored as a digest.  auth.fcgi takes the tokens;
 * the tenant's own server never sees them.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/agent_setup.h"
#include "libshared/proto/agent_token.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/tenants/tenants.h"

#include "modules/tenants/agents.sql.h"

#define AGENT_TOKENS_MAX	20	/* valid ones per tenant */
#define DAYS_MAX		366
#define OVERLAP_MAX_H		168

struct agent_token_in { const char *name; int64_t expires_in_days; };
struct agent_rotation { int64_t overlap_hours; };

struct agent_token {
	struct uuid	 id, replaced_by;
	const char	*name, *hint, *created_at, *expires_at;
	const char	*used_at, *used_from;
	const char	*token;		/* for a new token only */
};

const struct field agent_token_fields[] = {
	FIELD_TEXT(struct agent_token_in, name, 1, 60, CHARSET_LABEL),
	FIELD_INT_OPT(struct agent_token_in, expires_in_days, 1, DAYS_MAX),
	FIELD_END_OF("BootstrapTokenCreate")
};

const struct field agent_rotation_fields[] = {
	FIELD_INT(struct agent_rotation, overlap_hours, 0, OVERLAP_MAX_H),
	FIELD_END_OF("BootstrapTokenRotation")
};

const struct field agent_token_view[] = {
	VIEW_UUID(struct agent_token, id),
	VIEW_TEXT(struct agent_token, name),
	VIEW_TEXT(struct agent_token, hint),
	VIEW_UUID_OPT(struct agent_token, replaced_by),
	VIEW_TIME(struct agent_token, created_at),
	VIEW_TIME_OPT(struct agent_token, expires_at),
	VIEW_TIME_OPT(struct agent_token, used_at),
	VIEW_TEXT_OPT(struct agent_token, used_from),
	FIELD_END_OF("BootstrapToken")
};

const struct field agent_token_made_view[] = {
	VIEW_AT(struct agent_token, token, FIELD_KIND_SECRET),
	VIEW_UUID(struct agent_token, id),
	VIEW_TEXT(struct agent_token, name),
	VIEW_TEXT(struct agent_token, hint),
	VIEW_TIME(struct agent_token, created_at),
	VIEW_TIME_OPT(struct agent_token, expires_at),
	FIELD_END_OF("BootstrapTokenCreated")
};

static enum err
not_there(struct ctx *ctx)
{
	return fail(ctx, ERR_NOT_FOUND, "no_such_agent_token",
	    "there is no such bootstrap token");
}

/* token_find - a foreign one answers like none */
static enum err
token_find(struct ctx *ctx, const struct uuid *id, struct agent_token *token)
{
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_AGENT_TOKEN_FIND, agent_token_view, token,
	    &found, ARG_UUID(id))) != ERR_OK)
		return e;
	return found ? ERR_OK : not_there(ctx);
}

/* token_told - records what was done with the token, and mails the owners */
static enum err
token_told(struct ctx *ctx, const struct agent_token *token, const char *what)
{
	int64_t mails;

	audit_subject(ctx, "bootstrap_token", req_copy(ctx, token->id.text));
	audit_fact(ctx, "name", token->name);
	if (token->expires_at != NULL)
		audit_fact(ctx, "expires_at", token->expires_at);
	return sql_count(ctx, &SQL_AGENT_TOKEN_TOLD, &mails, ARG_TEXT(what),
	    ARG_TEXT(token->name), ARG_TEXT(process.conf->base_url));
}

/* check_number - counts after the change, so that ended tokens do not count */
static enum err
check_number(struct ctx *ctx)
{
	int64_t alive;
	enum err e;

	if ((e = sql_count(ctx, &SQL_AGENT_TOKEN_COUNT, &alive)) != ERR_OK)
		return e;
	if (alive > AGENT_TOKENS_MAX)
		return fail(ctx, ERR_CONFLICT, "too_many_agent_tokens",
		    "a tenant has at most %d bootstrap tokens: revoke one "
		    "first", AGENT_TOKENS_MAX);
	return ERR_OK;
}

struct fresh { const char *secret; char digest[SHA256_HEX_MAX]; char *hint; };

/* fresh_make - the secret, its digest, and the hint that lists show */
static enum err
fresh_make(struct ctx *ctx, struct fresh *fresh)
{
	enum err e;

	if ((e = agent_token_new(ctx, &fresh->secret)) != ERR_OK)
		return e;
	token_digest(fresh->secret, fresh->digest);
	fresh->hint = text_printf(ctx->mem, "%.*s", AGENT_TOKEN_HINT_LEN,
	    fresh->secret);
	return ERR_OK;
}

static enum err
changes_begin(struct ctx *ctx)
{
	enum err e;

	if ((e = sql_exec(ctx, &SQL_AGENT_TOKEN_LOCK, NULL)) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_AGENT_TOKEN_FORGET, NULL);
}

/* token_made - answers 201 with the secret, for the only time */
static enum err
token_made(struct ctx *ctx, const struct uuid *id, const struct fresh *fresh,
    const char *what)
{
	struct agent_token token = { .token = NULL };
	enum err e;

	if ((e = check_number(ctx)) != ERR_OK ||
	    (e = token_find(ctx, id, &token)) != ERR_OK ||
	    (e = token_told(ctx, &token, what)) != ERR_OK)
		return e;
	token.token = fresh->secret;
	return reply(ctx, 201, agent_token_made_view, &token);
}

enum err
agent_token_list(struct ctx *ctx)
{
	static const struct reply_search search = { &SQL_AGENT_TOKEN_LIST,
	    &SQL_AGENT_TOKEN_TOTAL, agent_token_view,
	    sizeof(struct agent_token), "name", NULL };

	return reply_searched(ctx, &search);
}

enum err
agent_token_create(struct ctx *ctx)
{
	struct agent_token_in in = { .expires_in_days = 0 };
	struct fresh fresh;
	struct uuid id;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = fresh_make(ctx, &fresh)) != ERR_OK ||
	    (e = changes_begin(ctx)) != ERR_OK)
		return e;
	uuid7(&id);
	if ((e = sql_exec(ctx, &SQL_AGENT_TOKEN_INSERT, NULL, ARG_UUID(&id),
	    ARG_TEXT(in.name), ARG_TEXT(fresh.digest), ARG_TEXT(fresh.hint),
	    ARG_INT(in.expires_in_days))) != ERR_OK)
		return e;
	return token_made(ctx, &id, &fresh, "made");
}

enum err
agent_token_rotate(struct ctx *ctx)
{
	struct agent_rotation in;
	struct agent_token old;
	struct uuid id, old_id;
	struct fresh fresh;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	if (!uuid_set(&old_id, req_param(ctx, "id")))
		return not_there(ctx);
	if ((e = fresh_make(ctx, &fresh)) != ERR_OK ||
	    (e = changes_begin(ctx)) != ERR_OK ||
	    (e = token_find(ctx, &old_id, &old)) != ERR_OK)
		return e;
	if (!uuid_empty(&old.replaced_by))
		return fail(ctx, ERR_CONFLICT, "agent_token_replaced",
		    "this bootstrap token has been replaced: rotate the one "
		    "that took its place");
	uuid7(&id);
	if ((e = sql_exec(ctx, &SQL_AGENT_TOKEN_SUCCEED, NULL, ARG_UUID(&id),
	    ARG_UUID(&old_id), ARG_TEXT(fresh.digest),
	    ARG_TEXT(fresh.hint))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_AGENT_TOKEN_REPLACE, NULL,
	    ARG_UUID(&old_id), ARG_UUID(&id), ARG_INT(in.overlap_hours))) !=
	    ERR_OK)
		return e;
	audit_fact(ctx, "replaces", old.id.text);
	return token_made(ctx, &id, &fresh, "replaced");
}

enum err
agent_token_revoke(struct ctx *ctx)
{
	struct agent_token token;
	struct uuid id;
	enum err e;

	if (!uuid_set(&id, req_param(ctx, "id")))
		return not_there(ctx);
	if ((e = changes_begin(ctx)) != ERR_OK ||
	    (e = token_find(ctx, &id, &token)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_AGENT_TOKEN_REVOKE, NULL,
	    ARG_UUID(&id))) != ERR_OK ||
	    (e = token_told(ctx, &token, "revoked")) != ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}

/* For OpenAPI, and for the answer: tools is a JSON text. */
struct agent_setup { const char *endpoint, *tools; };

static const struct field tool_shape[] = {
	SHAPE_TEXT(name),
	SHAPE_TEXT(title),
	SHAPE_TEXT(text),
	FIELD_END_OF("AgentTool")
};

const struct field agent_setup_view[] = {
	VIEW_TEXT(struct agent_setup, endpoint),
	VIEW_OBJECTS(struct agent_setup, tools, tool_shape),
	FIELD_END_OF("AgentSetup")
};

enum err
agent_setup_get(struct ctx *ctx)
{
	struct agent_setup setup = { agent_endpoint(ctx,
	    process.conf->base_url, ctx->who.tenant_slug), NULL };
	struct json *tools = json_array(ctx), *one;
	size_t i;
	enum err e;

	for (i = 0; agent_tools[i].name != NULL; i++) {
		one = json_object(ctx);
		json_put_text(one, "name", agent_tools[i].name);
		json_put_text(one, "title", agent_tools[i].title);
		json_put_text(one, "text", agent_tool_text(ctx,
		    &agent_tools[i], setup.endpoint));
		json_add(tools, one);
	}
	if ((e = json_print(ctx, tools, &setup.tools, NULL)) != ERR_OK)
		return e;
	return reply(ctx, 200, agent_setup_view, &setup);
}

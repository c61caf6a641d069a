/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of nginx for agents that run outside of the platform (M6.6).
 *
 * An agent registers with a bootstrap token of its tenant, and works from then
 * on with a token of the tenant's server, which only that server can verify.
 * So the gate passes it on, and refuses those that are older than the end of a
 * bootstrap token: whoever held that one registers again, and fails, while all
 * others succeed.  An unknown tenant and a wrong token get the same answer
 * (threat T1).
 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/agent_token.h"
#include "libshared/proto/jws.h"
#include "libshared/proto/sealed.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authz.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/access/access.h"

#include "modules/auth/access/agent.sql.h"

#define GATE_KEY	"gate.key"	/* opens what the worker seals */
#define BEARER_LEN	7		/* "Bearer " */
#define SKEW_S		5	/* by which a server's clock may be ahead */

struct entry {
	struct uuid	 tenant, token;
	const char	*tenant_state, *upstream, *box, *public_key;
	const char	*license_state;
	int64_t		 ended_s, license_valid_s, license_grace_s;
	bool		 good, open;
};

static const struct field entry_view[] = {
	VIEW_UUID(struct entry, tenant),
	VIEW_TEXT(struct entry, tenant_state),
	VIEW_UUID_OPT(struct entry, token),
	VIEW_BOOL(struct entry, good),
	VIEW_BOOL(struct entry, open),
	VIEW_INT(struct entry, ended_s),
	VIEW_TEXT_OPT(struct entry, upstream),
	VIEW_TEXT_OPT(struct entry, box),
	VIEW_TEXT_OPT(struct entry, public_key),
	VIEW_TEXT_OPT(struct entry, license_state),
	VIEW_INT(struct entry, license_valid_s),
	VIEW_INT(struct entry, license_grace_s),
	FIELD_END
};

static enum err
agent_refused(struct ctx *ctx)
{
	return fail(ctx, ERR_UNAUTHENTICATED, "invalid_token",
	    "a bootstrap token of the tenant is required, or a token of its "
	    "server that is younger than the end of any");
}

static const char *
bearer_of(const struct ctx *ctx)
{
	const char *value = ctx->req->authorization;

	return value != NULL && strncasecmp(value, "Bearer ", BEARER_LEN) == 0
	    ? value + BEARER_LEN : "";
}

/* entry_find - reads what the gate knows; digest NULL: it is not a first one */
static enum err
entry_find(struct ctx *ctx, const char *digest, struct entry *entry)
{
	struct who *who = &ctx->who;
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_AGENT_ENTRY, entry_view, entry, &found,
	    ARG_TEXT(ctx->req->tenant_param), ARG_TEXT(digest))) != ERR_OK)
		return e;
	if (!found)
		return agent_refused(ctx);
	who->license_state = entry->license_state;
	who->license_valid_s = entry->license_valid_s;
	who->license_grace_s = entry->license_grace_s;
	return ERR_OK;
}

/* state_admits - may agents of the tenant come in now? nginx says why not */
static enum err
state_admits(struct ctx *ctx, const struct entry *entry)
{
	const char *method = ctx->req->forward_method;
	enum err e;

	if (tenant_state_of(entry->tenant_state) != TENANT_ACTIVE ||
	    entry->upstream == NULL) {
		(void)reply_header(ctx, "X-Cam-Code", "unavailable");
		return fail(ctx, ERR_FORBIDDEN, "server_not_running",
		    "the tenant's server does not run");
	}
	e = authz_license(ctx, PERM_SERVER_USE, method == NULL ||
	    strcmp(method, "GET") != 0);
	if (e == ERR_FORBIDDEN && ctx->fault.code != NULL)
		(void)reply_header(ctx, "X-Cam-Code", ctx->fault.code);
	return e;
}

static enum err
agent_admit(struct ctx *ctx, const struct entry *entry, const char *token)
{
	enum err e;

	if ((e = reply_header(ctx, "X-Cam-Upstream", entry->upstream)) !=
	    ERR_OK || (e = reply_header(ctx, "X-Cam-Token", token)) != ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}

/* issued_of - when the token says it was made; its server verifies that */
static bool
issued_of(struct ctx *ctx, const char *token, int64_t *issued_s)
{
	const struct json *claims;
	struct jws jws;

	return jws_split(str_of(token), &jws) &&
	    (claims = jws_object(ctx, jws.payload)) != NULL &&
	    jws_date_cut(claims, "iat", issued_s);
}

enum err
agent_authorize(struct ctx *ctx)
{
	const char *token = bearer_of(ctx);
	struct entry entry;
	int64_t issued_s;
	enum err e;

	if (!issued_of(ctx, token, &issued_s))
		return agent_refused(ctx);
	if ((e = entry_find(ctx, NULL, &entry)) != ERR_OK)
		return e;
	if (!entry.open || (entry.ended_s > 0 &&
	    issued_s <= entry.ended_s + SKEW_S))
		return agent_refused(ctx);
	if ((e = state_admits(ctx, &entry)) != ERR_OK)
		return e;
	return agent_admit(ctx, &entry, token);
}

/*
 * door_open - the token of the tenant's server; when it is sealed for another
 * key, or not yet, says for whom it is to be
 */
static enum err
door_open(struct ctx *ctx, const struct entry *entry, struct str *token)
{
	const char *public;
	enum err e;

	if ((e = sealed_public(ctx, GATE_KEY, &public)) != ERR_OK)
		return e;
	if (entry->box != NULL && strcmp(entry->public_key, public) == 0)
		return sealed_collect(ctx, GATE_KEY, agent_token_bound(ctx,
		    &entry->tenant), entry->box, token);
	if ((e = sql_exec(ctx, &SQL_AGENT_SEAL_SET, NULL,
	    ARG_TEXT(public))) != ERR_OK || (e = sql_commit(ctx)) != ERR_OK)
		return e;
	(void)reply_header(ctx, "X-Cam-Code", "unavailable");
	return fail(ctx, ERR_FORBIDDEN, "server_not_running",
	    "the worker has not sealed the server's token yet");
}

/* token_admits - a token that has ended is told to its tenant's owners */
static enum err
token_admits(struct ctx *ctx, const struct entry *entry)
{
	if (uuid_empty(&entry->token))
		return agent_refused(ctx);
	ctx->who.tenant = entry->tenant;
	ctx->who.proven = true;
	audit_fact(ctx, "bootstrap_token", entry->token.text);
	return entry->good ? ERR_OK : agent_refused(ctx);
}

enum err
agent_enroll(struct ctx *ctx)
{
	const char *token = bearer_of(ctx);
	char digest[SHA256_HEX_MAX];
	struct entry entry;
	struct str opened;
	enum err e;

	if (!agent_token_sound(str_of(token)))
		return agent_refused(ctx);
	token_digest(token, digest);
	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = entry_find(ctx, digest, &entry)) != ERR_OK ||
	    (e = token_admits(ctx, &entry)) != ERR_OK ||
	    (e = state_admits(ctx, &entry)) != ERR_OK ||
	    (e = door_open(ctx, &entry, &opened)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_BOOTSTRAP_TOKEN_USED, NULL,
	    ARG_UUID(&entry.tenant), ARG_UUID(&entry.token),
	    ARG_TEXT(ctx->client_ip))) != ERR_OK)
		return e;
	return agent_admit(ctx, &entry, opened.p);
}

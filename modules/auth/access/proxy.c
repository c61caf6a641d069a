/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of nginx for /t/<tenant>/, and the public keys.
 *
 * The answer is either an address and a token, or the reason of a refusal.  An
 * unknown tenant and a foreign one get the same answer (threat T1).
 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/key.h"
#include "libshared/proto/token.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/authz.h"
#include "libshared/plan/entitle.h"
#include "libshared/skeleton/jwks.h"
#include "libshared/skeleton/problem.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/access/access.h"

#include "modules/auth/access/proxy.sql.h"

#define SERVER_TTL_S	300

#define GATE_MAX	64	/* bytes of "feature=word" */

struct upstream { const char *upstream, *tier, *value; };

static const struct field upstream_view[] = {
	VIEW_TEXT_OPT(struct upstream, upstream),
	VIEW_TEXT(struct upstream, tier),
	VIEW_TEXT_OPT(struct upstream, value),
	FIELD_END
};

struct suspension { const char *reason, *until; };

static const struct field suspension_view[] = {
	VIEW_TEXT(struct suspension, reason),
	VIEW_TIME_OPT(struct suspension, until),
	FIELD_END
};

/* Roles of the platform, and their names at the tenant's server. */
static const struct { const char *role, *server; } roles[] = {
	{ "owner", "server:admin" },
	{ "admin", "server:admin" },
	{ "developer", "server:operator" },
	{ "viewer", "server:viewer" },
};

/*
 * server_role - returns the member's role; for an API token at most the role
 * that its scopes allow: without app.deploy it is a viewer
 */
static const char *
server_role(const struct ctx *ctx)
{
	const char *server = "server:viewer";
	size_t i;

	for (i = 0; i < nitems(roles); i++)
		if (strcmp(roles[i].role, ctx->who.role) == 0)
			server = roles[i].server;
	if (ctx->who.scopes == NULL ||
	    authz_may(ctx, PERM_TENANT_MANAGE, NULL, NULL))
		return server;
	return authz_may(ctx, PERM_APP_DEPLOY, NULL, NULL) &&
	    strcmp(server, "server:viewer") != 0 ? "server:operator" :
	    "server:viewer";
}

static enum err
proxy_hidden(struct ctx *ctx)
{
	(void)reply_header(ctx, "X-Cam-Code", "not_found");
	return fail(ctx, ERR_FORBIDDEN, "no_such_tenant",
	    "there is no such tenant, or you are not a member");
}

/* proxy_refused - nginx says why to the client */
static enum err
proxy_refused(struct ctx *ctx, enum err e)
{
	const struct lacking *lacks = &ctx->fault.lacks;

	if (e == ERR_FORBIDDEN && ctx->fault.code != NULL)
		(void)reply_header(ctx, "X-Cam-Code", ctx->fault.code);
	if (e != ERR_FORBIDDEN || lacks->feature == NULL)
		return e;
	(void)reply_header(ctx, "X-Cam-Feature", lacks->feature);
	(void)reply_header(ctx, "X-Cam-Required", lacks->required);
	(void)reply_header(ctx, "X-Cam-Current", lacks->current);
	(void)reply_header(ctx, "X-Cam-Upgrade", problem_upgrade_url(ctx));
	return e;
}

/* json_inside - the text as it stands between the quotes of a JSON string */
static enum err
json_inside(struct ctx *ctx, const char *text, const char **inside)
{
	static const char head[] = "{\"a\":\"", tail[] = "\"}";
	struct json *object = json_object(ctx);
	const char *whole;
	size_t len;
	enum err e;

	json_put_text(object, "a", text);
	if ((e = json_print(ctx, object, &whole, &len)) != ERR_OK)
		return e;
	*inside = text_printf(ctx->mem, "%.*s",
	    (int)(len - strlen(head) - strlen(tail)), whole + strlen(head));
	return *inside == NULL ? ERR_TOO_LARGE : ERR_OK;
}

/*
 * proxy_suspended - nothing of the tenant runs; nginx says why, and until when
 * the tenant can be read
 */
static enum err
proxy_suspended(struct ctx *ctx)
{
	struct suspension why = { NULL, NULL };
	const char *detail, *inside;
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_TENANT_SUSPENSION, suspension_view, &why,
	    &found)) != ERR_OK)
		return e;
	detail = text_printf(ctx->mem, "The tenant is suspended: %s%s%s",
	    found ? why.reason : "an operator decided it.",
	    why.until == NULL ? "" : " The console can be read until ",
	    why.until == NULL ? "" : why.until);
	if (detail == NULL)
		return ERR_TOO_LARGE;
	if ((e = json_inside(ctx, detail, &inside)) != ERR_OK ||
	    (e = reply_header(ctx, "X-Cam-Detail", inside)) != ERR_OK ||
	    (e = reply_header(ctx, "X-Cam-Code", "tenant_suspended")) !=
	    ERR_OK)
		return e;
	return fail(ctx, ERR_FORBIDDEN, "tenant_suspended", "%s", detail);
}

/*
 * gate_of - reads "feature" or "feature=word", as nginx's map has them; false:
 * the path needs no feature
 */
static bool
gate_of(struct ctx *ctx, const char **feature, const char **needs)
{
	struct str rest = str_of(ctx->req->forward_gate), first;

	if (rest.len == 0 || rest.len > GATE_MAX)
		return false;
	first = str_cut(&rest, '=');
	*feature = text_printf(ctx->mem, "%.*s", (int)first.len, first.p);
	*needs = rest.len == 0 ? NULL : rest.p;
	return true;
}

/*
 * server_token - signs with ES256, since servers do not verify EdDSA; the token
 * is valid for one server
 */
static enum err
server_token(struct ctx *ctx, const char **token)
{
	const char *role = server_role(ctx);
	const struct key *key;
	struct json *claims = json_object(ctx), *list = json_array(ctx);
	int64_t now = (int64_t)time(NULL);
	enum err e;

	/* With an API token the keys have not been read yet. */
	if ((e = process_keys(ctx, false)) != ERR_OK)
		return e;
	if ((key = keyring_signer(&process.keys, KEY_SERVER)) == NULL)
		return fail(ctx, ERR_UNAVAILABLE, "no_signing_key",
		    "no active key for server tokens: cameleerctl keys list");
	json_put_text(claims, "iss", process.conf->base_url);
	json_put_text(claims, "aud", text_printf(ctx->mem,
	    "cameleer-server:%s", ctx->who.tenant_slug));
	json_put_text(claims, "sub", ctx->who.account.text);
	json_put_text(claims, "tenant", ctx->who.tenant_slug);
	json_put_int(claims, "iat", now);
	json_put_int(claims, "nbf", now);
	json_put_int(claims, "exp", now + SERVER_TTL_S);
	json_add_text(list, role);
	json_put(claims, "roles", list);
	json_put_text(claims, "scope", role);
	return token_sign(ctx, key, "at+jwt", claims, token);
}

static bool
forward_reads(const struct ctx *ctx)
{
	const char *method = ctx->req->forward_method;

	return method != NULL && (strcmp(method, "GET") == 0 ||
	    strcmp(method, "HEAD") == 0);
}

/*
 * forward_csrf - decides what a browser may send with its cookie, since the
 * tenant's server always gets a bearer token (threat T9).  Reading needs no
 * header, else links would not work; a page of another site may do nothing.
 */
static enum err
forward_csrf(struct ctx *ctx)
{
	return forward_reads(ctx) ? authn_origin(ctx) : authn_csrf(ctx);
}

enum err
proxy_authorize(struct ctx *ctx)
{
	const char *asked = ctx->req->tenant_param, *token;
	const char *feature = NULL, *needs = NULL;
	struct upstream upstream;
	bool gated = gate_of(ctx, &feature, &needs);
	enum err e;

	if (uuid_empty(&ctx->who.account))
		return fail(ctx, ERR_UNAUTHENTICATED, "sign_in_required",
		    "an access token is required");
	if (asked == NULL || ctx->who.tenant_slug == NULL ||
	    strcmp(asked, ctx->who.tenant_slug) != 0)
		return proxy_hidden(ctx);
	if ((e = authz_check(ctx, PERM_SERVER_USE)) != ERR_OK ||
	    (e = forward_csrf(ctx)) != ERR_OK)
		return proxy_refused(ctx, e);
	if (tenant_state_of(ctx->who.tenant_state) == TENANT_SUSPENDED)
		return proxy_suspended(ctx);
	if ((e = authz_license(ctx, PERM_SERVER_USE,
	    !forward_reads(ctx))) != ERR_OK)
		return proxy_refused(ctx, e);
	if ((e = sql_one(ctx, &SQL_TENANT_UPSTREAM, upstream_view, &upstream,
	    ARG_TEXT(feature))) != ERR_OK)
		return e;
	if (gated && (e = entitle_check(ctx, &(const struct entitlement){
	    .feature = feature, .needs = needs, .value = upstream.value,
	    .tier = upstream.tier })) != ERR_OK)
		return proxy_refused(ctx, e);
	if (tenant_state_of(ctx->who.tenant_state) == TENANT_LEAVING)
		return proxy_refused(ctx, fail(ctx, ERR_FORBIDDEN,
		    "tenant_leaving", "the tenant is leaving: its server is "
		    "stopped"));
	if (upstream.upstream == NULL) {
		(void)reply_header(ctx, "X-Cam-Code", "unavailable");
		return fail(ctx, ERR_FORBIDDEN, "server_not_running",
		    "the tenant's server does not run");
	}
	if ((e = server_token(ctx, &token)) != ERR_OK ||
	    (e = reply_header(ctx, "X-Cam-Upstream", upstream.upstream)) !=
	    ERR_OK ||
	    (e = reply_header(ctx, "X-Cam-Token", token)) != ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}

enum err
jwks_get(struct ctx *ctx)
{
	struct json *set;
	enum err e;

	if ((e = jwks_read(ctx, &SQL_KEYS_PUBLIC, &set)) != ERR_OK ||
	    (e = reply_header(ctx, "Cache-Control", "public, max-age=300")) !=
	    ERR_OK)
		return e;
	return reply_json(ctx, 200, set);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the tenant of an address, and redirects to its provider (RFC 6749
 * 4.1.1, 7636, OpenID Connect Core 3.1.2.1).  No answer reveals whether an
 * address has an account.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/http.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/sso/oidc.h"
#include "modules/sso/sso.h"

#include "modules/sso/login.sql.h"

#define COOKIE_S	600
#define LOGINS_MAX	1000	/* per tenant, open at the same time */
#define RETURN_MAX	512
#define LOCATION_MAX	8192

struct discover_in { const char *email; };
struct discovered { const char *tenant; };
struct start_in { const char *tenant, *email, *return_to; };

const struct field discover_query[] = {
	FIELD_TEXT(struct discover_in, email, 3, 254, CHARSET_EMAIL),
	FIELD_END
};

const struct field discover_view[] = {
	VIEW_TEXT_OPT(struct discovered, tenant),
	FIELD_END_OF("SsoDiscovery")
};

const struct field start_query[] = {
	FIELD_TEXT_OPT(struct start_in, tenant, 3, 31, CHARSET_SLUG),
	FIELD_TEXT_OPT(struct start_in, email, 3, 254, CHARSET_EMAIL),
	/* "return" is a keyword of C. */
	{ "return", FIELD_KIND_TEXT, FIELD_OPTIONAL, CHARSET_TEXT,
	    offsetof(struct start_in, return_to), 1, RETURN_MAX,
	    .choices = NULL },
	FIELD_END
};

/*
 * by_domain - finds the tenant that speaks for an address; NULL: no tenant does
 */
static enum err
by_domain(struct ctx *ctx, const char *email, const char **tenant)
{
	struct discovered row;
	const char *at = strrchr(email, '@');
	bool found;
	enum err e;

	*tenant = NULL;
	if (at == NULL)
		return ERR_OK;
	if ((e = sql_opt(ctx, &SQL_DISCOVER, discover_view, &row, &found,
	    ARG_TEXT(at + 1))) != ERR_OK)
		return e;
	if (found)
		*tenant = row.tenant;
	return ERR_OK;
}

enum err
sso_discover(struct ctx *ctx)
{
	struct discover_in in = { NULL };
	struct discovered out;
	enum err e;

	if ((e = req_query(ctx, &in)) != ERR_OK)
		return e;
	if (in.email == NULL)
		return fail(ctx, ERR_BAD_INPUT, "email_required",
		    "say ?email=");
	if ((e = by_domain(ctx, in.email, &out.tenant)) != ERR_OK)
		return e;
	return reply(ctx, 200, discover_view, &out);
}

/* path_is_local - accepts a path of the console: no other site, not the API */
static bool
path_is_local(const char *path)
{
	const char *p;

	if (path[0] != '/' || path[1] == '/' ||
	    strncmp(path, "/api/", 5) == 0 || strncmp(path, "/t/", 3) == 0)
		return false;
	for (p = path; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~' || *p == '\\')
			return false;
	return true;
}

/*
 * not_offered - gives an unknown tenant and one without a provider the same
 * answer
 */
static enum err
not_offered(struct ctx *ctx)
{
	return fail(ctx, ERR_NOT_FOUND, "sso_not_offered",
	    "there is no sign-in by a provider here");
}

static enum err
provider_choose(struct ctx *ctx, const struct start_in *in,
    struct sso_tenant *tenant)
{
	const char *slug = in->tenant;
	bool found;
	enum err e;

	if (slug == NULL && in->email == NULL)
		return fail(ctx, ERR_BAD_INPUT, "tenant_required",
		    "name ?tenant= or ?email=");
	if (slug == NULL) {
		if ((e = sql_begin(ctx, false)) != ERR_OK ||
		    (e = by_domain(ctx, in->email, &slug)) != ERR_OK ||
		    (e = sql_commit(ctx)) != ERR_OK)
			return e;
		if (slug == NULL)
			return not_offered(ctx);
	}
	if ((e = tenant_find(ctx, slug, tenant, &found)) != ERR_OK)
		return e;
	return found && tenant->entitled ? ERR_OK : not_offered(ctx);
}

enum err
value_derived(struct ctx *ctx, const char *purpose, const char *browser,
    const char *state, const char **text)
{
	const char *all = text_printf(ctx->secrets, "%s|%s|%s", purpose,
	    browser, state);
	uint8_t digest[SHA256_SIZE];

	if (all == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "secrets are full");
	sha256_of(all, strlen(all), digest);
	return base64url_encode(ctx, digest, sizeof(digest), text);
}

/* login_remember - stores what the provider's answer must match */
static enum err
login_remember(struct ctx *ctx, const struct oidc_session *session,
    const char *state, const char *browser, const char *return_to)
{
	char state_digest[SHA256_HEX_MAX], browser_digest[SHA256_HEX_MAX];
	int64_t count;
	enum err e;

	token_digest(state, state_digest);
	token_digest(browser, browser_digest);
	if ((e = tenant_begin(ctx, &session->tenant, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_LOGIN_SWEEP, NULL)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_LOGIN_COUNT, &count)) != ERR_OK)
		return e;
	if (count >= LOGINS_MAX)
		return fail(ctx, ERR_LIMIT, "sso_busy", "too many sign-ins "
		    "of this tenant are under way: try again later");
	return sql_exec(ctx, &SQL_LOGIN_ADD, NULL, ARG_TEXT(state_digest),
	    ARG_TEXT(browser_digest), ARG_TEXT(session->provider.issuer),
	    ARG_TEXT(return_to));
}

static enum err
location_build(struct ctx *ctx, const struct oidc_session *session,
    const char *slug, const char *const keys[3], const char **out)
{
	const char *endpoint = session->metadata.authorization_endpoint;
	uint8_t digest[SHA256_SIZE];
	const char *challenge, *id, *uri;
	struct buf text;
	enum err e;

	sha256_of(keys[1], strlen(keys[1]), digest);
	if ((e = base64url_encode(ctx, digest, sizeof(digest),
	    &challenge)) != ERR_OK ||
	    (e = http_escape(ctx, session->provider.client_id, &id)) !=
	    ERR_OK ||
	    (e = http_escape(ctx, redirect_uri(ctx, slug), &uri)) != ERR_OK)
		return e;
	buf_init(&text, ctx->mem, LOCATION_MAX);
	buf_printf(&text, "%s%cresponse_type=code&client_id=%s"
	    "&redirect_uri=%s&scope=openid%%20email%%20profile&state=%s"
	    "&nonce=%s&code_challenge=%s&code_challenge_method=S256",
	    endpoint, strchr(endpoint, '?') == NULL ? '?' : '&',
	    id, uri, keys[0], keys[2], challenge);
	*out = text.p;
	return text.full ? fail(ctx, ERR_PEER, NULL,
	    "the provider's address is too long") : ERR_OK;
}

/*
 * login_leave - sets state and cookie, and redirects; the transaction stays
 * open
 */
static enum err
login_leave(struct ctx *ctx, const struct oidc_session *session,
    const char *slug, const char *return_to)
{
	const char *keys[3], *browser, *to;
	enum err e;

	if ((e = crypto_random_text(ctx, 32, &keys[0])) != ERR_OK ||
	    (e = crypto_random_text(ctx, 32, &browser)) != ERR_OK ||
	    (e = value_derived(ctx, "verifier", browser, keys[0], &keys[1])) !=
	    ERR_OK ||
	    (e = value_derived(ctx, "nonce", browser, keys[0], &keys[2])) !=
	    ERR_OK ||
	    (e = location_build(ctx, session, slug, keys, &to)) != ERR_OK ||
	    (e = login_remember(ctx, session, keys[0], browser, return_to)) !=
	    ERR_OK ||
	    (e = reply_cookie(ctx, SSO_COOKIE, browser, COOKIE_S)) !=
	    ERR_OK ||
	    (e = reply_header(ctx, "Location", to)) != ERR_OK)
		return e;
	return reply_empty(ctx, 303);
}

enum err
sso_start(struct ctx *ctx)
{
	struct start_in in = { .return_to = "/" };
	struct sso_tenant tenant;
	struct oidc_session session;
	enum err e;

	if ((e = req_query(ctx, &in)) != ERR_OK)
		return e;
	if (!path_is_local(in.return_to))
		return fail(ctx, ERR_BAD_INPUT, "bad_return",
		    "return is a path of the console");
	if ((e = provider_choose(ctx, &in, &tenant)) != ERR_OK)
		return e;
	audit_subject(ctx, "tenant", req_copy(ctx, tenant.id.text));
	e = oidc_session_begin(ctx, &tenant.id, &session);
	if (e == ERR_OK && (e = oidc_metadata(ctx, &session)) !=
	    ERR_OK)
		e = provider_failed(ctx, &session, e);
	oidc_session_end(ctx, &session);
	if (e != ERR_OK)
		return e;
	return login_leave(ctx, &session, tenant.slug, in.return_to);
}

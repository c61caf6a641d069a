/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The provider's answer (OpenID Connect Core 3.1.2.5 to 3.1.3.7, RFC 9207).
 *
 * Until the state is found, refusals are not attributed to a tenant.  A state
 * is found once, for the browser that began the sign-in, at the address of its
 * tenant. From then on a failure is recorded in the audit trail of that tenant.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/sso/oidc.h"
#include "modules/sso/sso.h"

#include "modules/sso/login.sql.h"

#define TICKET_S	60
#define CODE_MAX	8192
#define SAYS_MAX	8192	/* bytes of what the provider says … */
#define SAID_MAX	200	/* … and of what the trail keeps of it */
#define FINISH		"/api/auth/sso/finish"

struct callback_in {
	const char *state, *code, *iss, *error, *error_description;
};
struct login { const char *issuer, *return_path; };

/* One answer while it is checked. */
struct answer {
	struct callback_in	 in;
	struct sso_tenant	 tenant;
	struct login		 login;
	const char		*browser;	/* secret of its cookie */
};

const struct field callback_query[] = {
	FIELD_TEXT_OPT(struct callback_in, state, 1, 128, CHARSET_TOKEN),
	FIELD_TEXT_OPT(struct callback_in, code, 1, CODE_MAX, CHARSET_TEXT),
	FIELD_TEXT_OPT(struct callback_in, iss, 1, ISSUER_MAX, CHARSET_TEXT),
	FIELD_TEXT_OPT(struct callback_in, error, 1, 128, CHARSET_TEXT),
	FIELD_TEXT_OPT(struct callback_in, error_description, 0, SAYS_MAX,
	    CHARSET_ANY),	/* Entra ID's has several lines */
	FIELD_END
};

static const struct field login_view[] = {
	VIEW_TEXT(struct login, issuer),
	VIEW_TEXT(struct login, return_path),
	FIELD_END
};

static enum err
unknown_state(struct ctx *ctx)
{
	return fail(ctx, ERR_FORBIDDEN, "sso_state_not_valid",
	    "this sign-in is over, or began in another browser: begin again");
}

/* login_take - finds and deletes the sign-in that this browser began */
static enum err
login_take(struct ctx *ctx, struct answer *answer)
{
	char state_digest[SHA256_HEX_MAX], browser_digest[SHA256_HEX_MAX];
	const struct uuid nobody = { "" };
	bool found;
	enum err e;

	token_digest(answer->in.state, state_digest);
	token_digest(answer->browser, browser_digest);
	if ((e = tenant_begin(ctx, &answer->tenant.id, true)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_LOGIN_TAKE, login_view, &answer->login,
	    &found, ARG_TEXT(state_digest), ARG_TEXT(browser_digest))) !=
	    ERR_OK)
		return e;
	if (found)
		return sql_commit(ctx);
	ctx->who.tenant = nobody;
	ctx->who.proven = false;
	return unknown_state(ctx);
}

/* callback_check - checks state, browser, tenant and plan before any call */
static enum err
callback_check(struct ctx *ctx, struct answer *answer)
{
	bool found;
	enum err e;

	answer->browser = req_cookie(ctx, SSO_COOKIE);
	if (answer->in.state == NULL || answer->browser == NULL)
		return unknown_state(ctx);
	if ((e = tenant_find(ctx, req_param(ctx, "tenant"), &answer->tenant,
	    &found)) != ERR_OK)
		return e;
	if (!found)
		return unknown_state(ctx);
	if ((e = login_take(ctx, answer)) != ERR_OK)
		return e;
	return sso_included(ctx, &answer->tenant);
}

/*
 * answer_denied - the tenant's trail keeps what the provider says.  It names no
 * mailbox: a row is not the place for addresses of people (threat T25)
 */
static enum err
answer_denied(struct ctx *ctx, const struct callback_in *in)
{
	const char *text = in->error_description == NULL ? in->error :
	    text_printf(ctx->mem, "%s: %s", in->error, in->error_description);
	struct str rest = str_of(text);
	struct buf said;
	uint32_t point;
	size_t n;

	buf_init(&said, ctx->mem, SAID_MAX + 1);
	for (; rest.len > 0; rest.p += n, rest.len -= n) {
		n = str_utf8_next(rest, &point);
		if (n == 0 || said.len + n > SAID_MAX)
			break;
		if (point < ' ' || (point >= 0x7f && point <= 0x9f))
			buf_text(&said, " ");
		else if (point != '@')
			buf_put(&said, rest.p, n);
		else
			while (said.len > 0 && strchr(" '\"<(:",
			    said.p[said.len - 1]) == NULL)
				said.p[--said.len] = '\0';
	}
	audit_fact(ctx, "reason", said.p);
	return fail(ctx, ERR_FORBIDDEN, "sso_denied",
	    "the provider did not let you in");
}

/* answer_check - checks the issuer, and that the answer has a code */
static enum err
answer_check(struct ctx *ctx, const struct answer *answer,
    const struct oidc_session *session)
{
	const char *issuer = session->provider.issuer;
	const struct callback_in *in = &answer->in;

	if (strcmp(issuer, answer->login.issuer) != 0)
		return fail(ctx, ERR_FORBIDDEN, "sso_provider_changed",
		    "the tenant has another provider now: begin again");
	if (in->iss != NULL ? strcmp(in->iss, issuer) != 0 :
	    session->metadata.says_issuer)
		return fail(ctx, ERR_FORBIDDEN, "sso_wrong_issuer",
		    "the answer does not come from this provider");
	if (in->error != NULL)
		return answer_denied(ctx, in);
	if (in->code == NULL)
		return fail(ctx, ERR_FORBIDDEN, "sso_denied",
		    "the provider's answer has no code");
	return ERR_OK;
}

/*
 * token_exchange - exchanges the code for an ID token and verifies its claims
 */
static enum err
token_exchange(struct ctx *ctx, struct oidc_session *session,
    const struct answer *answer, struct claims *claims)
{
	struct exchange exchange = { .code = answer->in.code,
	    .redirect_uri = redirect_uri(ctx, answer->tenant.slug) };
	struct jose_rule rule = { .kind = JOSE_ID_TOKEN,
	    .issuer = session->provider.issuer,
	    .audience = session->provider.client_id };
	struct tokens tokens;
	enum err e;

	if ((e = value_derived(ctx, "verifier", answer->browser,
	    answer->in.state,
	    &exchange.verifier)) != ERR_OK ||
	    (e = value_derived(ctx, "nonce", answer->browser, answer->in.state,
	    &rule.nonce)) != ERR_OK ||
	    (e = oidc_exchange(ctx, session, &exchange, &tokens)) != ERR_OK ||
	    (e = oidc_verify(ctx, session, &rule, tokens.id, &claims->token)) !=
	    ERR_OK)
		return e;
	claims->asked = session->metadata.userinfo_endpoint != NULL &&
	    claims_lack(&session->provider, claims->token);
	if (!claims->asked)
		return ERR_OK;
	return oidc_userinfo(ctx, session, tokens.access,
	    json_member(claims->token, "sub"), &claims->info);
}

/* answer_read - reads metadata, token and keys within one session */
static enum err
answer_read(struct ctx *ctx, struct oidc_session *session,
    const struct answer *answer, struct identity *identity)
{
	struct claims claims = { .token = NULL };
	enum err e;

	if ((e = oidc_metadata(ctx, session)) != ERR_OK)
		return provider_failed(ctx, session, e);
	if ((e = answer_check(ctx, answer, session)) != ERR_OK)
		return e;
	if ((e = token_exchange(ctx, session, answer, &claims)) != ERR_OK)
		return provider_failed(ctx, session, e);
	return claims_read(ctx, &session->provider, &claims, identity);
}

/*
 * leave_ticket - leaves a ticket for auth.fcgi in the browser; valid for a
 * minute
 */
static enum err
leave_ticket(struct ctx *ctx, const struct oidc_session *session,
    const struct login *login, const struct identity *identity)
{
	char digest[SHA256_HEX_MAX];
	const char *ticket;
	enum err e;

	if ((e = crypto_random_text(ctx, 32, &ticket)) != ERR_OK)
		return e;
	token_digest(ticket, digest);
	if ((e = tenant_begin(ctx, &session->tenant, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_TICKET_SWEEP, NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_TICKET_ADD, NULL, ARG_TEXT(digest),
	    ARG_TEXT(session->provider.issuer), ARG_TEXT(identity->subject),
	    ARG_TEXT(identity->email), ARG_TEXT(identity->email_proof),
	    ARG_TEXT(identity->name),
	    ARG_TEXT(identity->role), ARG_TEXT(identity->sid),
	    ARG_TEXT(login->return_path))) != ERR_OK ||
	    (e = reply_cookie(ctx, SSO_COOKIE, ticket, TICKET_S)) != ERR_OK ||
	    (e = reply_header(ctx, "Location", FINISH)) != ERR_OK)
		return e;
	audit_subject(ctx, "identity", req_copy(ctx, identity->subject));
	return reply_empty(ctx, 303);
}

enum err
sso_callback(struct ctx *ctx)
{
	struct answer answer = { 0 };
	struct oidc_session session;
	struct identity identity = { 0 };
	enum err e;

	if ((e = req_query(ctx, &answer.in)) != ERR_OK ||
	    (e = callback_check(ctx, &answer)) != ERR_OK)
		return e;
	e = oidc_session_begin(ctx, &answer.tenant.id, &session);
	if (e == ERR_OK)
		e = answer_read(ctx, &session, &answer, &identity);
	oidc_session_end(ctx, &session);
	return e == ERR_OK ? leave_ticket(ctx, &session, &answer.login,
	    &identity) :
	    e;
}

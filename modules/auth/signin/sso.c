/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ticket of sso.fcgi becomes a session.  sso_finish() in the database decides
 * whose account it is and says how.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/plan/entitle.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/words.h"
#include "modules/auth/notice.h"
#include "modules/auth/session/session.h"
#include "modules/auth/signin/signin.h"

#include "modules/auth/signin/sso.sql.h"

#define SSO_COOKIE	"__Host-cameleer-sso"

struct finished {
	const char	*refused, *how, *return_path, *email_proof;
	const char	*was, *becomes;		/* roles */
	const char	*tenant_name, *tenant_slug, *tier;
	struct uuid	 account, tenant;
	int64_t		 withdrawn;		/* invitations */
	bool		 disarmed;		/* a password was deleted */
};

static const struct field finished_view[] = {
	VIEW_TEXT_OPT(struct finished, refused),
	VIEW_UUID_OPT(struct finished, account),
	VIEW_UUID_OPT(struct finished, tenant),
	VIEW_TEXT_OPT(struct finished, how),
	VIEW_TEXT_OPT(struct finished, return_path),
	VIEW_TEXT_OPT(struct finished, email_proof),
	VIEW_TEXT_OPT(struct finished, was),
	VIEW_TEXT_OPT(struct finished, becomes),
	VIEW_TEXT_OPT(struct finished, tenant_name),
	VIEW_TEXT_OPT(struct finished, tenant_slug),
	VIEW_TEXT_OPT(struct finished, tier),
	VIEW_INT(struct finished, withdrawn),
	VIEW_BOOL(struct finished, disarmed),
	FIELD_END
};

struct finish_in { const char *session; };

const struct field sso_finish_fields[] = {
	FIELD_CHOICE_OPT(struct finish_in, session, session_kinds),
	FIELD_END_OF("SsoFinish")
};

static const struct { const char *code, *detail; } refusals[] = {
	{ "sso_ticket_not_valid", "this sign-in is over: begin again" },
	{ "sso_address_not_verified", "the provider says that your address is "
	    "not verified: its administrator can mark it as verified" },
	{ "sso_address_missing", "the provider sends no address: its "
	    "administrator can enter one for you, and let the claim email be "
	    "sent" },
	{ "sso_userinfo_failed", "the provider sends your address on a second "
	    "question only, and did not answer it: an owner of the tenant "
	    "sees why in the audit log" },
	{ "sso_issuer_shared", "anybody can get an account with this provider, "
	    "and it does not say that your organisation gave you yours: "
	    "sign in with your organisation's account, or an owner of the "
	    "tenant names the issuer of your organisation's own directory" },
	{ "sso_domain_not_verified", "the tenant has not proven the domain of "
	    "your address: an owner can, by POST /api/sso/domains" },
	{ "sso_link_refused", "an account with your address belongs to other "
	    "tenants as well: sign in with its own password" },
	{ "sso_role_gone", "the role that the provider gives does not exist "
	    "any more: an owner can name another" },
	{ "account_disabled", "this account is disabled: an operator of the "
	    "platform can enable it" },
};

static enum err
ticket_refuse(struct ctx *ctx, const char *code)
{
	size_t i;

	for (i = 0; i < nitems(refusals); i++)
		if (strcmp(refusals[i].code, code) == 0)
			return fail(ctx, ERR_FORBIDDEN, refusals[i].code,
			    "%s", refusals[i].detail);
	return fail(ctx, ERR_INTERNAL, NULL, "sso_finish() says %s", code);
}

static enum err
ticket_refused(struct ctx *ctx, const struct finished *finished)
{
	if (strcmp(finished->refused, "not_entitled") != 0)
		return ticket_refuse(ctx, finished->refused);
	return entitle_check(ctx, &(const struct entitlement){
	    .feature = "sso", .value = "false", .tier = finished->tier,
	    .tenant = finished->tenant_slug });
}

/*
 * ticket_take - reads the browser's ticket; it is used up unless the request
 * fails
 */
static enum err
ticket_take(struct ctx *ctx, char digest[SHA256_HEX_MAX],
    struct finished *finished)
{
	const char *ticket = req_cookie(ctx, SSO_COOKIE);
	struct uuid fresh;
	enum err e;

	if (ticket == NULL)
		return ticket_refuse(ctx, "sso_ticket_not_valid");
	token_digest(ticket, digest);
	uuid7(&fresh);
	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_SSO_FINISH, finished_view, finished,
	    ARG_TEXT(digest), ARG_UUID(&fresh))) != ERR_OK)
		return e;
	if (!uuid_empty(&finished->tenant)) {
		/*
		 * The provider has proved the person: the tenant's trail
		 * records the rest.
		 */
		ctx->who.tenant = finished->tenant;
		ctx->who.proven = true;
	}
	return finished->refused == NULL ? ERR_OK :
	    ticket_refused(ctx, finished);
}

/*
 * role_record - a change of rights has a row of its own, like a change by hand,
 * and the member is told
 */
static enum err
role_record(struct ctx *ctx, const struct finished *finished)
{
	struct audit audit = { .subject_type = "account",
	    .subject_id = finished->account.text, .result = AUDIT_DONE };
	struct json *facts = json_object(ctx);
	bool joins = finished->was == NULL;
	enum err e;

	if (finished->becomes == NULL)
		return ERR_OK;
	audit.action = joins ? "member.join" : "member.edit";
	if (!joins)
		json_put_text(facts, "role", finished->was);
	json_put_text(facts, joins ? "role" : "new_role", finished->becomes);
	json_put_text(facts, "by", "the provider");
	if (finished->withdrawn > 0)
		json_put_int(facts, "invitations_withdrawn",
		    finished->withdrawn);
	if ((e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK ||
	    (e = audit_write(ctx, &audit)) != ERR_OK)
		return e;
	return joins ? ERR_OK : notice_role(ctx, &finished->account,
	    finished->tenant_name, finished->becomes);
}

static enum err
ticket_finish(struct ctx *ctx, const char *kind, struct finished *finished)
{
	char digest[SHA256_HEX_MAX];
	struct opening opening;
	enum err e;

	if ((e = ticket_take(ctx, digest, finished)) != ERR_OK)
		return e;
	opening = (struct opening){ .account = finished->account,
	    .kind = kind, .methods = "{sso}",
	    .sso_tenant = finished->tenant };
	audit_subject(ctx, "account", req_copy(ctx, finished->account.text));
	audit_fact(ctx, "how", finished->how);
	audit_fact(ctx, "email_proof", finished->email_proof);
	if (finished->disarmed)
		audit_fact(ctx, "password", "removed");
	if ((e = session_enter(ctx, &opening)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_SSO_BIND, NULL, ARG_TEXT(digest),
	    ARG_UUID(&ctx->who.session))) != ERR_OK ||
	    (e = reply_cookie(ctx, SSO_COOKIE, "", 0)) != ERR_OK ||
	    (e = authn_pin(ctx, &finished->tenant, &finished->account)) !=
	    ERR_OK)
		return e;
	return role_record(ctx, finished);
}

/* For a browser that comes back from the provider. */
enum err
sso_finish_page(struct ctx *ctx)
{
	struct finished finished = { 0 };
	enum err e;

	if ((e = ticket_finish(ctx, "cookie", &finished)) != ERR_OK ||
	    (e = reply_header(ctx, "Location", finished.return_path)) !=
	    ERR_OK)
		return e;
	return reply_empty(ctx, 303);
}

enum err
sso_finish(struct ctx *ctx)
{
	struct finished finished = { 0 };
	struct finish_in in;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	ctx->who.by_cookie = true;
	if ((e = authn_csrf(ctx)) != ERR_OK)
		return e;
	return ticket_finish(ctx, in.session == NULL ? "token" : in.session,
	    &finished);
}

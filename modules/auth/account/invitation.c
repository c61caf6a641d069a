/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The link of an invitation: shown to whoever has it, accepted by the invited
 * person.
 *
 * Its token proves the mailbox.  For an address without an account, accepting
 * makes one. Whoever has an account must be signed in to it, so that a
 * forwarded mail gives nobody access (threat T7).  An account that was never
 * verified has no proven owner: its password is replaced, since anybody may
 * have set it.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/lifecycle.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/password.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/account/account.h"
#include "modules/auth/password_rule.h"
#include "modules/auth/person.h"

#include "modules/auth/account/invitation.sql.h"

struct show_in { const char *token; };
struct accept_in { const char *token, *name, *password; };

struct offer {
	const char	*slug, *tenant, *email, *role, *inviter, *expires_at;
	bool		 account_exists;
	struct uuid	 account;
};

struct joined {
	struct uuid	 id, account;
	const char	*slug, *tenant, *role, *state;
	bool		 account_made;
};

const struct field invitation_show_fields[] = {
	FIELD_TEXT(struct show_in, token, 1, TOKEN_TEXT_MAX, CHARSET_TOKEN),
	FIELD_END_OF("InvitationToken")
};

const struct field invitation_accept_fields[] = {
	FIELD_TEXT(struct accept_in, token, 1, TOKEN_TEXT_MAX, CHARSET_TOKEN),
	FIELD_TEXT_OPT(struct accept_in, name, 1, 120, CHARSET_LABEL),
	FIELD_SECRET_OPT(struct accept_in, password, PASSWORD_MIN,
	    PASSWORD_MAX, CHARSET_ANY),
	FIELD_END_OF("InvitationAcceptance")
};

static const struct field offer_row[] = {
	VIEW_TEXT(struct offer, slug),
	VIEW_TEXT(struct offer, tenant),
	VIEW_TEXT(struct offer, email),
	VIEW_TEXT(struct offer, role),
	VIEW_TEXT(struct offer, inviter),
	VIEW_BOOL(struct offer, account_exists),
	VIEW_UUID_OPT(struct offer, account),
	VIEW_TIME(struct offer, expires_at),
	FIELD_END
};

const struct field invitation_show_view[] = {
	VIEW_TEXT(struct offer, slug),
	VIEW_TEXT(struct offer, tenant),
	VIEW_TEXT(struct offer, email),
	VIEW_TEXT(struct offer, role),
	VIEW_TEXT(struct offer, inviter),
	VIEW_BOOL(struct offer, account_exists),
	VIEW_TIME(struct offer, expires_at),
	FIELD_END_OF("InvitationOffer")
};

static const struct field joined_row[] = {
	VIEW_UUID(struct joined, id),
	VIEW_TEXT(struct joined, slug),
	VIEW_TEXT(struct joined, tenant),
	VIEW_TEXT(struct joined, role),
	VIEW_TEXT(struct joined, state),
	FIELD_END
};

const struct field invitation_accept_view[] = {
	VIEW_TEXT(struct joined, slug),
	VIEW_TEXT(struct joined, tenant),
	VIEW_TEXT(struct joined, role),
	VIEW_UUID(struct joined, account),
	VIEW_BOOL(struct joined, account_made),
	FIELD_END_OF("InvitationAccepted")
};

static enum err
not_valid(struct ctx *ctx)
{
	return fail_at(ctx, "token", fail(ctx, ERR_INVALID, "link_not_valid",
	    "this invitation was accepted or withdrawn already, or has "
	    "expired: whoever sent it can send it again"));
}

static enum err
offer_of(struct ctx *ctx, const char *token, struct offer *offer)
{
	char digest[SHA256_HEX_MAX];
	bool found;
	enum err e;

	token_digest(token, digest);
	if ((e = sql_opt(ctx, &SQL_INVITATION_SHOW, offer_row, offer, &found,
	    ARG_TEXT(digest))) != ERR_OK)
		return e;
	return found ? ERR_OK : not_valid(ctx);
}

enum err
invitation_show(struct ctx *ctx)
{
	struct show_in in;
	struct offer offer;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = offer_of(ctx, in.token, &offer)) != ERR_OK)
		return e;
	return reply(ctx, 200, invitation_show_view, &offer);
}

/* as_myself - requires that the owner of the account is signed in to it */
static enum err
as_myself(struct ctx *ctx, const struct offer *offer)
{
	enum err e;

	if ((e = authn_token(ctx)) != ERR_OK ||
	    (e = authn_csrf(ctx)) != ERR_OK ||
	    (e = authn_begin(ctx, true)) != ERR_OK ||
	    (e = authz_check(ctx, PERM_ACCOUNT)) != ERR_OK)
		return e;
	if (strcmp(ctx->who.account.text, offer->account.text) != 0)
		return fail(ctx, ERR_FORBIDDEN, "other_account",
		    "this invitation is for %s: sign in with that address",
		    offer->email);
	return ERR_OK;
}

/* as_newcomer - makes a verified account, since the link proves the address */
static enum err
as_newcomer(struct ctx *ctx, const struct accept_in *in,
    const struct offer *offer)
{
	struct newcomer newcomer = { .email = offer->email,
	    .name = in->name };
	enum err e;

	if (in->name == NULL || in->password == NULL)
		return fail(ctx, ERR_BAD_INPUT, "account_required",
		    "there is no account with this address yet: send name "
		    "and password to make one");
	if ((e = password_allow(ctx, "password", in->password)) != ERR_OK ||
	    (e = password_hash(ctx, in->password, &newcomer.hash)) !=
	    ERR_OK ||
	    (e = authn_begin(ctx, true)) != ERR_OK)
		return e;
	return account_make(ctx, &newcomer, &ctx->who.account);
}

/*
 * invitation_join - joins in the open transaction; the tenant's trail records
 * it
 */
static enum err
invitation_join(struct ctx *ctx, const char *token, struct joined *joined)
{
	const struct uuid none = { "" };
	char digest[SHA256_HEX_MAX];
	bool found;
	enum err e;

	token_digest(token, digest);
	if ((e = authn_pin(ctx, &none, &ctx->who.account)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_INVITATION_ACCEPT, joined_row, joined,
	    &found, ARG_TEXT(digest))) != ERR_OK)
		return e;
	if (!found)
		return not_valid(ctx);
	if (tenant_state_of(joined->state) == TENANT_SUSPENDED)
		return fail(ctx, ERR_LOCKED, "tenant_suspended",
		    "the tenant is suspended: nobody can join it now");
	if (tenant_state_of(joined->state) == TENANT_LEAVING)
		return fail(ctx, ERR_LOCKED, "tenant_leaving",
		    "the tenant is leaving: nobody can join it now");
	joined->account = ctx->who.account;
	audit_subject(ctx, "account", req_copy(ctx, joined->account.text));
	audit_fact(ctx, "role", joined->role);
	return authn_pin(ctx, &joined->id, &ctx->who.account);
}

enum err
invitation_accept(struct ctx *ctx)
{
	struct joined joined = { .account_made = false };
	struct accept_in in;
	struct offer offer;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = sql_begin(ctx, false)) != ERR_OK ||
	    (e = offer_of(ctx, in.token, &offer)) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK)
		return e;
	joined.account_made = !offer.account_exists;
	e = offer.account_exists ? as_myself(ctx, &offer) :
	    as_newcomer(ctx, &in, &offer);
	if (e != ERR_OK || (e = invitation_join(ctx, in.token, &joined)) !=
	    ERR_OK)
		return e;
	return reply(ctx, 200, invitation_accept_view, &joined);
}

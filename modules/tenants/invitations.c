/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invitations: a mail with a link by which somebody becomes a member.
 *
 * The link's token has 256 random bits, and only its digest is stored.  It is
 * valid once, for a day, and leads only to the configured base URL (T7).
 * auth.fcgi accepts it, since accepting may have to create an account.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/words.h"
#include "modules/tenants/members.h"
#include "modules/tenants/tenants.h"

#include "modules/tenants/invitations.sql.h"

#define MAILS_DAY_MAX	100	/* per tenant, against abuse of our mail */
#define SENT_MAX	5	/* mails per invitation */
#define EMAIL_MAX	254

struct invitation_in {
	const char	*email;
	struct role_in	 role;
	struct uuid	 team;
};

struct invitation {
	struct uuid	 id, custom_role, team;
	const char	*email, *role, *team_name, *inviter;
	const char	*sent_at, *expires_at, *created_at;
	int64_t		 sent;
	bool		 expired;
};


const struct field invitation_fields[] = {
	FIELD_TEXT(struct invitation_in, email, 3, EMAIL_MAX, CHARSET_EMAIL),
	{ "role", FIELD_KIND_TEXT, FIELD_OPTIONAL, CHARSET_TEXT,
	    offsetof(struct invitation_in, role.role), 1, 64,
	    .choices = role_presets },
	{ "custom_role", FIELD_KIND_UUID, FIELD_OPTIONAL, CHARSET_TEXT,
	    offsetof(struct invitation_in, role.custom_role), 36, 36,
	    .choices = NULL },
	FIELD_UUID_OPT(struct invitation_in, team),
	FIELD_END_OF("InvitationCreate")
};

const struct field invitation_view[] = {
	VIEW_UUID(struct invitation, id),
	VIEW_TEXT(struct invitation, email),
	VIEW_TEXT(struct invitation, role),
	VIEW_UUID_OPT(struct invitation, custom_role),
	VIEW_UUID_OPT(struct invitation, team),
	VIEW_TEXT_OPT(struct invitation, team_name),
	VIEW_TEXT(struct invitation, inviter),
	VIEW_INT(struct invitation, sent),
	VIEW_TIME(struct invitation, sent_at),
	VIEW_TIME(struct invitation, expires_at),
	VIEW_BOOL(struct invitation, expired),
	VIEW_TIME(struct invitation, created_at),
	FIELD_END_OF("Invitation")
};

enum err
invitation_list(struct ctx *ctx)
{
	static const struct reply_search search = { &SQL_INVITATION_LIST,
	    &SQL_INVITATION_TOTAL, invitation_view,
	    sizeof(struct invitation), "email", NULL };

	return reply_searched(ctx, &search);
}

static enum err
invitation_of(struct ctx *ctx, const struct uuid *id,
    struct invitation *invitation)
{
	bool found = false;
	enum err e;

	if (!uuid_empty(id) && (e = sql_opt(ctx, &SQL_INVITATION_GET,
	    invitation_view, invitation, &found, ARG_UUID(id))) != ERR_OK)
		return e;
	if (!found)
		return fail(ctx, ERR_NOT_FOUND, "no_such_invitation",
		    "there is no such invitation (any more)");
	return ERR_OK;
}

static enum err
invitation_of_path(struct ctx *ctx, struct invitation *invitation)
{
	struct uuid id;

	if (!uuid_set(&id, req_param(ctx, "id")))
		id = (struct uuid){ "" };
	return invitation_of(ctx, &id, invitation);
}

/* mails_left - counts in the audit trail, from which nobody can delete a row */
static enum err
mails_left(struct ctx *ctx)
{
	int64_t sent;
	enum err e;

	if ((e = sql_count(ctx, &SQL_INVITATIONS_OF_DAY, &sent)) != ERR_OK)
		return e;
	return sent < MAILS_DAY_MAX ? ERR_OK : fail(ctx, ERR_INVALID,
	    "too_many_invitations", "a tenant sends at most %d invitations a "
	    "day: continue tomorrow", MAILS_DAY_MAX);
}

/* free_address - refuses the address of a member or of an invited person */
static enum err
free_address(struct ctx *ctx, const char *email)
{
	int64_t members;
	enum err e;

	if ((e = sql_count(ctx, &SQL_MEMBERS_OF_ADDRESS, &members,
	    ARG_TEXT(email))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_INVITATIONS_FORGET, NULL,
	    ARG_TEXT(email))) != ERR_OK)
		return e;
	return members == 0 ? ERR_OK : fail_at(ctx, "email", fail(ctx,
	    ERR_CONFLICT, "already_member",
	    "somebody with this address is a member "
	    "already: change the role instead"));
}

/* for_team - checks that the team exists and its role is within the caller's */
static enum err
for_team(struct ctx *ctx, const struct uuid *team)
{
	enum err e;

	if (uuid_empty(team))
		return ERR_OK;
	if ((e = authz_check(ctx, PERM_TEAM_MANAGE)) != ERR_OK)
		return e;
	return team_within(ctx, team);
}

/* link_new - makes the mail's link, and the digest that is stored */
static enum err
link_new(struct ctx *ctx, const char **link, char digest[SHA256_HEX_MAX])
{
	const char *token;
	enum err e;

	if ((e = crypto_random_text(ctx, 32, &token)) != ERR_OK)
		return e;
	token_digest(token, digest);
	*link = text_printf(ctx->secrets, "%s/invitation#token=%s",
	    process.conf->base_url, token);
	return ERR_OK;
}

/* invitation_post - queues the mail, and answers the invitation as it is now */
static enum err
invitation_post(struct ctx *ctx, const struct uuid *id, const char *link,
    int status)
{
	struct invitation invitation;
	enum err e;

	if ((e = invitation_of(ctx, id, &invitation)) != ERR_OK)
		return e;
	audit_subject(ctx, "invitation", req_copy(ctx, id->text));
	audit_fact(ctx, "role", invitation.role);
	if ((e = notice_invite(ctx, invitation.email, link)) !=
	    ERR_OK)
		return e;
	return reply(ctx, status, invitation_view, &invitation);
}

/*
 * invitation_permit - the role must be within the caller's; the role owner
 * needs more
 */
static enum err
invitation_permit(struct ctx *ctx, const struct role_in *in,
    struct role_found *role)
{
	enum err e;

	if ((e = role_choose(ctx, in, role)) != ERR_OK)
		return e;
	return strcmp(role->name, "owner") == 0 ? authz_fresh(ctx) : ERR_OK;
}

enum err
invitation_create(struct ctx *ctx)
{
	char digest[SHA256_HEX_MAX];
	struct invitation_in in;
	struct role_found role;
	const char *link;
	struct uuid id;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = members_begin(ctx)) != ERR_OK ||
	    (e = invitation_permit(ctx, &in.role, &role)) != ERR_OK ||
	    (e = for_team(ctx, &in.team)) != ERR_OK ||
	    (e = mails_left(ctx)) != ERR_OK ||
	    (e = free_address(ctx, in.email)) != ERR_OK ||
	    (e = link_new(ctx, &link, digest)) != ERR_OK)
		return e;
	uuid7(&id);
	e = sql_exec(ctx, &SQL_INVITATION_INSERT, NULL, ARG_UUID(&id),
	    ARG_TEXT(in.email), ARG_TEXT(role.preset), ARG_UUID(&role.custom),
	    ARG_UUID(&in.team), ARG_TEXT(digest));
	if (e == ERR_CONFLICT)
		return fail_at(ctx, "email", fail(ctx, e, "already_invited",
		    "there is an open "
		    "invitation to this address: send it again, or withdraw "
		    "it first"));
	return e != ERR_OK ? e : invitation_post(ctx, &id, link, 201);
}

/*
 * The old link becomes invalid; whoever sends the mail again is the new sender
 * of the invitation.
 */
enum err
invitation_resend(struct ctx *ctx)
{
	char digest[SHA256_HEX_MAX];
	struct invitation invitation;
	struct role_found role;
	struct role_in in;
	const char *link;
	enum err e;

	if ((e = members_begin(ctx)) != ERR_OK ||
	    (e = invitation_of_path(ctx, &invitation)) != ERR_OK)
		return e;
	audit_subject(ctx, "invitation", req_copy(ctx, invitation.id.text));
	in = (struct role_in){ .custom_role = invitation.custom_role,
	    .role = uuid_empty(&invitation.custom_role) ? invitation.role :
	    NULL };
	if ((e = invitation_permit(ctx, &in, &role)) != ERR_OK ||
	    (e = for_team(ctx, &invitation.team)) != ERR_OK ||
	    (e = mails_left(ctx)) != ERR_OK)
		return e;
	if (invitation.sent >= SENT_MAX)
		return fail(ctx, ERR_INVALID, "sent_too_often",
		    "an invitation is mailed at most %d times: ask the person "
		    "whether the address is right", SENT_MAX);
	if ((e = link_new(ctx, &link, digest)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_INVITATION_RENEW, NULL,
	    ARG_UUID(&invitation.id), ARG_TEXT(digest))) != ERR_OK)
		return e;
	return invitation_post(ctx, &invitation.id, link, 200);
}

enum err
invitation_delete(struct ctx *ctx)
{
	struct invitation invitation;
	enum err e;

	if ((e = members_begin(ctx)) != ERR_OK ||
	    (e = invitation_of_path(ctx, &invitation)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_INVITATION_DELETE, NULL,
	    ARG_UUID(&invitation.id))) != ERR_OK)
		return e;
	audit_subject(ctx, "invitation", req_copy(ctx, invitation.id.text));
	audit_fact(ctx, "role", invitation.role);
	return reply_empty(ctx, 204);
}

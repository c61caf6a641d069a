/* SPDX-License-Identifier: Apache-2.0 */
/* Permissions: what a route requires and what a role grants. */
#include "config.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include "libshared/base/arena.h"
#include "libshared/base/clock.h"
#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/proto/license.h"
#include "libshared/skeleton/authz.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/route.h"

static const char *const names[] = {
	[PERM_UNSET] = "",
	[PERM_PUBLIC] = "public",
	[PERM_ACCOUNT] = "account",
	[PERM_PLATFORM_ACCOUNT_READ] = "platform.account.read",
	[PERM_PLATFORM_ACCOUNT_MANAGE] = "platform.account.manage",
	[PERM_PLATFORM_TENANT_READ] = "platform.tenant.read",
	[PERM_PLATFORM_TENANT_MANAGE] = "platform.tenant.manage",
	[PERM_PLATFORM_OPERATION_READ] = "platform.operation.read",
	[PERM_PLATFORM_OPERATION_MANAGE] = "platform.operation.manage",
	[PERM_PLATFORM_PLACE_READ] = "platform.place.read",
	[PERM_PLATFORM_PLACE_MANAGE] = "platform.place.manage",
	[PERM_PLATFORM_AUDIT_READ] = "platform.audit.read",
	[PERM_TENANT_READ] = "tenant.read",
	[PERM_TENANT_MANAGE] = "tenant.manage",
	[PERM_TENANT_DELETE] = "tenant.delete",
	[PERM_MEMBER_READ] = "member.read",
	[PERM_MEMBER_MANAGE] = "member.manage",
	[PERM_TEAM_MANAGE] = "team.manage",
	[PERM_ROLE_MANAGE] = "role.manage",
	[PERM_SSO_MANAGE] = "sso.manage",
	[PERM_TOKEN_MANAGE] = "token.manage",
	[PERM_AUDIT_READ] = "audit.read",
	[PERM_AUDIT_EXPORT] = "audit.export",
	[PERM_APP_READ] = "app.read",
	[PERM_APP_MANAGE] = "app.manage",
	[PERM_APP_DEPLOY] = "app.deploy",
	[PERM_LOG_READ] = "log.read",
	[PERM_FINDING_ACKNOWLEDGE] = "finding.acknowledge",
	[PERM_BILLING_READ] = "billing.read",
	[PERM_LICENSE_READ] = "license.read",
	[PERM_AGENT_CONNECT] = "agent.connect",
	[PERM_SERVER_USE] = "server.use",
};
static_assert(nitems(names) == PERM__MAX, "a name for each permission");

const char *
perm_name(enum perm perm)
{
	return perm < PERM__MAX ? names[perm] : "";
}

bool
perm_of(const char *name, enum perm *perm)
{
	unsigned i;

	for (i = PERM_PUBLIC; i < PERM__MAX; i++)
		if (strcmp(names[i], name) == 0) {
			*perm = i;
			return true;
		}
	return false;
}

bool
perm_needs_tenant(enum perm perm)
{
	return perm >= PERM_TENANT_READ;
}

bool
perm_is_platform(enum perm perm)
{
	return perm > PERM_ACCOUNT && perm < PERM_TENANT_READ;
}

bool
perm_is_product(enum perm perm)
{
	return perm == PERM_SERVER_USE ||
	    (perm >= PERM_APP_READ && perm <= PERM_FINDING_ACKNOWLEDGE);
}

bool
perm_reads(enum perm perm)
{
	const char *kind = strrchr(perm_name(perm), '.');

	return kind != NULL && (strcmp(kind, ".read") == 0 ||
	    strcmp(kind, ".export") == 0);
}

bool
perm_has_scope(enum perm perm)
{
	return perm == PERM_APP_DEPLOY || perm == PERM_LOG_READ;
}

/*
 * part_fits - cuts "@env" or ":app" off the end of a word; a missing part fits
 * any wanted value
 */
static bool
part_fits(struct str *word, char mark, const char *want)
{
	const char *at = memchr(word->p, mark, word->len);
	struct str part;

	if (at == NULL)
		return true;
	part = (struct str){ at + 1,
	    word->len - (size_t)(at + 1 - word->p) };
	word->len = (size_t)(at - word->p);
	return want == NULL || str_is(part, want);
}

/*
 * role_grants - searches " a.b c.d@env e.f:app g.h@env:app "; NULL fits any
 * part
 */
static bool
role_grants(const char *words, const char *name, const char *environment,
    const char *application)
{
	struct str rest = str_of(words), word;

	while (rest.len > 0) {
		word = str_cut(&rest, ' ');
		if (part_fits(&word, ':', application) &&
		    part_fits(&word, '@', environment) && str_is(word, name))
			return true;
	}
	return false;
}

static enum err
refuse_stranger(struct ctx *ctx)
{
	return fail(ctx, ERR_FORBIDDEN, "not_a_member",
	    "this account is not a member of the tenant (any more)");
}

/* refuse_rule - names the tenant's sign-in rule that is not satisfied */
static enum err
refuse_rule(struct ctx *ctx)
{
	const char *rule = ctx->who.rule;

	if (strcmp(rule, "sso_required") == 0)
		return fail(ctx, ERR_FORBIDDEN, "sso_required",
		    "the tenant's sign-in policy asks for its own provider: "
		    "sign in by it; an owner can change the policy");
	return fail(ctx, ERR_FORBIDDEN, "second_factor_required",
	    "the sign-in policy asks role %s for a second factor: set one up "
	    "and sign in with it; an owner can change the policy",
	    ctx->who.role == NULL ? "operator" : ctx->who.role);
}

/*
 * check_named - is the account in the tenant that the request names?  If not,
 * the answer is the same whether or not that tenant exists (threat T1)
 */
static enum err
check_named(struct ctx *ctx)
{
	const struct who *who = &ctx->who;

	if (who->named == NULL || (who->tenant_slug != NULL &&
	    strcmp(who->tenant_slug, who->named) == 0))
		return ERR_OK;
	/*
	 * A session from one tenant's provider is not valid in another tenant.
	 */
	if (who->rule != NULL && strcmp(who->rule, "sso_session_bound") == 0)
		return fail(ctx, ERR_FORBIDDEN, "sso_session_bound",
		    "the provider of another tenant opened this session, which "
		    "is valid there only: sign in to this tenant in another "
		    "way");
	if (!who->bound)
		return fail(ctx, ERR_NOT_FOUND, "no_such_tenant",
		    "there is no such tenant, or you are not a member");
	if (who->tenant_slug == NULL)
		return refuse_stranger(ctx);
	return fail(ctx, ERR_FORBIDDEN, "token_of_other_tenant",
	    "this token is valid for tenant '%s' only", who->tenant_slug);
}

bool
authz_hidden(const struct ctx *ctx)
{
	return ctx->fault.err == ERR_NOT_FOUND && ctx->who.named != NULL &&
	    !ctx->who.bound && uuid_empty(&ctx->who.tenant);
}

/* check_person - accepts an API token only where the route does */
static enum err
check_person(struct ctx *ctx)
{
	const struct req *rq = ctx->req;

	if (!uuid_empty(&ctx->who.token) && (rq == NULL ||
	    rq->route == NULL || (rq->route->flags & ROUTE_TOKEN) == 0))
		return fail(ctx, ERR_FORBIDDEN, "token_not_allowed",
		    "an API token may not do this: sign in as a person");
	return ERR_OK;
}

/* check_write - a scope that only reads is none for a route that writes */
static enum err
check_write(struct ctx *ctx, enum perm perm)
{
	const struct req *rq = ctx->req;

	if (rq == NULL || rq->route == NULL || perm != rq->route->perm ||
	    (rq->route->flags & ROUTE_WRITE) == 0 || !perm_reads(perm))
		return ERR_OK;
	return check_person(ctx);
}

/* is_own - the handler asks whose it is, in place of the token's scopes */
static bool
is_own(const struct ctx *ctx, enum perm perm)
{
	const struct req *rq = ctx->req;

	return rq != NULL && rq->route != NULL && perm == rq->route->perm &&
	    (rq->route->flags & ROUTE_OWN) != 0 &&
	    ctx->who.permissions != NULL && role_grants(ctx->who.permissions,
	    perm_name(perm), NULL, NULL);
}

static enum err
check_platform(struct ctx *ctx, enum perm perm)
{
	const char *kind = ctx->who.kind;

	if (kind == NULL || strcmp(kind, "operator") != 0)
		return fail(ctx, ERR_FORBIDDEN, "operators_only",
		    "only an operator of the platform may do this");
	if (ctx->who.rule != NULL)
		return refuse_rule(ctx);
	if (ctx->who.permissions == NULL ||
	    !role_grants(ctx->who.permissions, perm_name(perm), NULL, NULL))
		return fail(ctx, ERR_FORBIDDEN, "not_permitted",
		    "this operator does not have %s; cameleerctl operators "
		    "can give it", perm_name(perm));
	return ERR_OK;
}

bool
authz_may(const struct ctx *ctx, enum perm perm, const char *environment,
    const char *application)
{
	return ctx->who.permissions != NULL &&
	    role_grants(ctx->who.permissions, perm_name(perm), environment,
	    application) && (ctx->who.scopes == NULL ||
	    role_grants(ctx->who.scopes, perm_name(perm), NULL, NULL));
}

/*
 * cut_part - cuts off "env" of "name@env" or "app" of "name:app"; empty when
 * absent
 */
static struct str
cut_part(struct str *word, char mark)
{
	struct str name = str_cut(word, mark), part = *word;

	*word = name;
	return part;
}

/* part_within - is the wanted part the one we have, or do we have all? */
static bool
part_within(struct str have, struct str want)
{
	return have.len == 0 || (have.len == want.len &&
	    memcmp(have.p, want.p, want.len) == 0);
}

/* scope_covers - is one word within the given words, whose limits count? */
static bool
scope_covers(const char *words, struct str want)
{
	struct str app = cut_part(&want, ':'), env = cut_part(&want, '@');
	struct str rest = str_of(words), have;

	while (rest.len > 0) {
		have = str_cut(&rest, ' ');
		if (part_within(cut_part(&have, ':'), app) &&
		    part_within(cut_part(&have, '@'), env) &&
		    have.len == want.len &&
		    memcmp(have.p, want.p, want.len) == 0)
			return true;
	}
	return false;
}

/*
 * first_lacking - returns the first of the words that the caller lacks, or an
 * empty text
 */
static struct str
first_lacking(const struct ctx *ctx, const char *words)
{
	struct str rest = str_of(words), word, name;

	while (rest.len > 0) {
		name = word = str_cut(&rest, ' ');
		if (word.len == 0)
			continue;
		if (!scope_covers(ctx->who.permissions, word))
			return word;
		(void)cut_part(&name, ':');
		(void)cut_part(&name, '@');
		if (ctx->who.scopes != NULL && !scope_covers(ctx->who.scopes,
		    name))
			return word;
	}
	return (struct str){ NULL, 0 };
}

bool
authz_covers(const struct ctx *ctx, const char *words)
{
	return first_lacking(ctx, words).len == 0;
}

const char *
authz_lacks(struct ctx *ctx, const char *words)
{
	const struct str word = first_lacking(ctx, words);
	const char *name;

	if (word.len == 0)
		return NULL;
	name = arena_text(ctx->mem, word.p, word.len);
	return name == NULL ? "a permission" : name;
}

/*
 * refuse_scope - says which rule refused: the token's scopes, the role, or the
 * environment and application
 */
static enum err
refuse_scope(struct ctx *ctx, enum perm perm, const char *environment,
    const char *application)
{
	const char *name = perm_name(perm);

	if (ctx->who.scopes != NULL &&
	    !role_grants(ctx->who.scopes, name, NULL, NULL))
		return fail(ctx, ERR_FORBIDDEN, "not_permitted",
		    "this API token does not have scope %s; whoever made it "
		    "can make another", name);
	if (environment == NULL && application == NULL)
		return fail(ctx, ERR_FORBIDDEN, "not_permitted",
		    "role %s does not give %s; an owner can give another role",
		    ctx->who.role, name);
	return fail(ctx, ERR_FORBIDDEN, "not_permitted",
	    "role %s does not give %s%s%s%s%s; an owner can give another role "
	    "or team", ctx->who.role, name,
	    environment == NULL ? "" : " in environment ",
	    environment == NULL ? "" : environment,
	    application == NULL ? "" : " for application ",
	    application == NULL ? "" : application);
}

enum err
authz_scope(struct ctx *ctx, enum perm perm, const char *environment,
    const char *application)
{
	if (!authz_may(ctx, perm, environment, application))
		return refuse_scope(ctx, perm, environment, application);
	return ERR_OK;
}

enum err
authz_check(struct ctx *ctx, enum perm perm)
{
	enum err e;

	if (perm == PERM_PUBLIC)
		return ERR_OK;
	if (perm == PERM_UNSET || perm >= PERM__MAX)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "a route without a permission");
	if (uuid_empty(&ctx->who.account))
		return fail(ctx, ERR_UNAUTHENTICATED, "sign_in_required",
		    "an access token is required");
	if ((e = check_named(ctx)) != ERR_OK)
		return e;
	if (perm == PERM_ACCOUNT)
		return check_person(ctx);
	if (perm_is_platform(perm))
		return check_platform(ctx, perm);
	if (uuid_empty(&ctx->who.tenant) && !ctx->who.bound)
		return fail(ctx, ERR_BAD_INPUT, "tenant_required",
		    "name the tenant in header Cameleer-Tenant");
	if (ctx->who.role == NULL || ctx->who.tenant_state == NULL)
		return refuse_stranger(ctx);
	if (ctx->who.rule != NULL)
		return refuse_rule(ctx);
	if ((e = check_write(ctx, perm)) != ERR_OK || is_own(ctx, perm))
		return e;
	return authz_scope(ctx, perm, NULL, NULL);
}

/* tenant_changeable - refuses writes to a tenant in a state of no change */
static enum err
tenant_changeable(struct ctx *ctx)
{
	enum tenant_state state = tenant_state_of(ctx->who.tenant_state);

	if (state == TENANT_SUSPENDED)
		return fail(ctx, ERR_LOCKED, "tenant_suspended",
		    "the tenant is suspended: it can be read, not changed");
	if (state == TENANT_REQUESTED)
		return fail(ctx, ERR_LOCKED, "tenant_requested",
		    "the tenant waits for the operator's yes");
	if (state == TENANT_LEAVING)
		return fail(ctx, ERR_LOCKED, "tenant_leaving",
		    "the tenant is leaving: it can be read, and its owner can "
		    "take the deletion back");
	if (state == TENANT_DELETING)
		return fail(ctx, ERR_LOCKED, "tenant_deleting",
		    "the tenant is being deleted");
	return ERR_OK;
}

enum err
authz_license(struct ctx *ctx, enum perm perm, bool write)
{
	const struct who *who = &ctx->who;
	const struct license_clock clock = { .now = (int64_t)time(NULL) };
	struct license_facts facts = { 0, who->license_valid_s,
	    who->license_grace_s, false, false };
	struct license_ruling ruling;
	char until[CLOCK_TEXT_MAX];

	if (who->license_state == NULL)
		return ERR_OK;		/* it is still being provisioned */
	facts.suspended = license_state_of(who->license_state) ==
	    LICENSE_SUSPENDED;
	facts.revoked = license_state_of(who->license_state) ==
	    LICENSE_REVOKED;
	ruling = license_decide(&facts, &clock);
	if (write ? ruling.write : ruling.read || !perm_is_product(perm))
		return ERR_OK;
	clock_text(ruling.until, until);
	if (ruling.read)
		return fail(ctx, ERR_FORBIDDEN, "license_read_only",
		    "the tenant's licence is %s; reading is possible until %s",
		    license_verdicts[ruling.verdict], until);
	return fail(ctx, ERR_FORBIDDEN, "license_ended",
	    "the tenant's licence is %s", license_verdicts[ruling.verdict]);
}

enum err
authz_fresh(struct ctx *ctx)
{
	if (!uuid_empty(&ctx->who.token))
		return check_person(ctx);
	if (!ctx->who.fresh)
		return fail(ctx, ERR_FORBIDDEN, "fresh_login_required",
		    "this needs a sign-in of the last 10 minutes: "
		    "POST /api/auth/step-up");
	return ERR_OK;
}

enum err
authz_route(struct ctx *ctx)
{
	const struct route *route = ctx->req->route;
	bool write = (route->flags & ROUTE_WRITE) != 0;
	enum err e;

	if ((e = authz_check(ctx, route->perm)) != ERR_OK)
		return e;
	if ((route->flags & ROUTE_FRESH) != 0 &&
	    (e = authz_fresh(ctx)) != ERR_OK)
		return e;
	if ((route->flags & ROUTE_SUSPENDED) != 0 ||
	    !perm_needs_tenant(route->perm))
		return ERR_OK;
	e = write ? tenant_changeable(ctx) : ERR_OK;
	return e != ERR_OK ? e : authz_license(ctx, route->perm, write);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sign-in policy of the tenant.
 *
 * A change takes effect with the next request: libshared/skeleton/authn.c reads
 * the policy for each request.
 */
#include "config.h"

#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/tenants/members.h"
#include "modules/tenants/tenants.h"

#include "modules/tenants/policy.sql.h"

struct policy_in { const char *second_factor; };
struct policy {
	const char	*second_factor;
	bool		 sso_enforced;
	struct uuid	 break_glass;
	int64_t		 version;
};
struct unknown { const char *name; };

const struct field policy_fields[] = {
	FIELD_LIST(struct policy_in, second_factor, 0, 100),
	FIELD_END_OF("SignInPolicyEdit")
};

const struct field policy_view[] = {
	VIEW_LIST(struct policy, second_factor),
	VIEW_BOOL(struct policy, sso_enforced),
	VIEW_UUID_OPT(struct policy, break_glass),
	VIEW_INT(struct policy, version),
	FIELD_END_OF("SignInPolicy")
};

static const struct field unknown_view[] = {
	VIEW_TEXT(struct unknown, name),
	FIELD_END
};

enum err
policy_get(struct ctx *ctx)
{
	struct policy policy;
	enum err e;

	if ((e = sql_one(ctx, &SQL_POLICY_GET, policy_view, &policy)) !=
	    ERR_OK)
		return e;
	return reply(ctx, 200, policy_view, &policy);
}

/* policy_known - refuses a name that is not a role: it would apply to nobody */
static enum err
policy_known(struct ctx *ctx, const char *roles)
{
	struct unknown unknown;
	bool any;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_POLICY_UNKNOWN, unknown_view, &unknown,
	    &any, ARG_TEXT(roles))) != ERR_OK)
		return e;
	return !any ? ERR_OK : fail_at(ctx, "second_factor", fail(ctx,
	    ERR_INVALID, "no_such_role",
	    "second_factor: there is no role '%s'; * is everybody",
	    unknown.name));
}

/*
 * kept_in - the policy must still admit whoever changes it; else perhaps nobody
 * could change it back
 */
static enum err
kept_in(struct ctx *ctx)
{
	struct unknown rule;
	enum err e;

	if ((e = sql_one(ctx, &SQL_POLICY_RULE, unknown_view, &rule,
	    ARG_UUID(&ctx->who.session), ARG_UUID(&ctx->who.account),
	    ARG_UUID(&ctx->who.tenant))) != ERR_OK)
		return e;
	return rule.name[0] == '\0' ? ERR_OK : fail(ctx, ERR_CONFLICT,
	    "locks_you_out", "this would shut out the session that asks for "
	    "it (%s): sign in that way first", rule.name);
}

enum err
policy_edit(struct ctx *ctx)
{
	struct policy policy;
	struct policy_in in;
	int64_t version;
	bool found;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = req_version(ctx, &version)) != ERR_OK ||
	    (e = members_begin(ctx)) != ERR_OK ||
	    (e = policy_known(ctx, in.second_factor)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_POLICY_BEGIN, NULL)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_POLICY_EDIT, policy_view, &policy, &found,
	    ARG_TEXT(in.second_factor), ARG_INT(version))) != ERR_OK)
		return e;
	if (!found)
		return req_stale(ctx, "policy");
	if ((e = kept_in(ctx)) != ERR_OK)
		return e;
	audit_subject(ctx, "tenant", req_copy(ctx, ctx->who.tenant.text));
	audit_fact(ctx, "second_factor", policy.second_factor);
	return reply(ctx, 200, policy_view, &policy);
}

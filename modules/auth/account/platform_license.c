/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Licences as operators of the platform see them, and their decisions.
 *
 * A function of the database remembers a decision and checks the operator's
 * permission again; the worker, which alone has the key, signs what follows.
 */
#include "config.h"

#include "libshared/base/lifecycle.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/words.h"
#include "modules/auth/account/account.h"

#include "modules/auth/account/platform_license.sql.h"

struct decision_in { const char *reason; };

struct license_seen {
	int64_t		 version;
	const char	*tier, *state, *valid_until, *grace_until;
	const char	*standing, *reason, *changed_at;
	struct uuid	 changed_by;
};

struct outcome { bool done; };

static const struct field outcome_view[] = {
	VIEW_BOOL(struct outcome, done),
	FIELD_END
};

const struct field platform_decision_fields[] = {
	FIELD_TEXT(struct decision_in, reason, 1, 300, CHARSET_LABEL),
	FIELD_END_OF("LicenseDecision")
};

const struct field platform_license_view[] = {
	VIEW_INT(struct license_seen, version),
	VIEW_CHOICE(struct license_seen, tier, tier_words),
	VIEW_CHOICE(struct license_seen, state, license_states),
	VIEW_TIME(struct license_seen, valid_until),
	VIEW_TIME(struct license_seen, grace_until),
	VIEW_CHOICE(struct license_seen, standing, standing_states),
	VIEW_TEXT_OPT(struct license_seen, reason),
	VIEW_UUID_OPT(struct license_seen, changed_by),
	VIEW_TIME_OPT(struct license_seen, changed_at),
	FIELD_END_OF("PlatformLicense")
};

/* license_of - reads the newest licence of the tenant of the path */
static enum err
license_of(struct ctx *ctx, struct uuid *tenant, struct license_seen *license)
{
	bool found = false;
	enum err e;

	if (uuid_set(tenant, req_param(ctx, "id")) &&
	    (e = sql_opt(ctx, &SQL_PLATFORM_LICENSE_GET,
	    platform_license_view, license, &found, ARG_UUID(tenant))) !=
	    ERR_OK)
		return e;
	return found ? ERR_OK : fail(ctx, ERR_NOT_FOUND, "no_license",
	    "there is no such tenant, or it has no licence yet");
}

enum err
platform_license_get(struct ctx *ctx)
{
	struct license_seen license;
	struct uuid tenant;
	enum err e;

	if ((e = license_of(ctx, &tenant, &license)) != ERR_OK)
		return e;
	return reply(ctx, 200, platform_license_view, &license);
}

/* license_decide_on - remembers the decision; answers what holds afterwards */
static enum err
license_decide_on(struct ctx *ctx, const char *decision)
{
	struct license_seen license;
	struct uuid tenant, operation;
	struct outcome outcome;
	struct decision_in in;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = license_of(ctx, &tenant, &license)) != ERR_OK)
		return e;
	uuid7(&operation);
	audit_subject(ctx, "tenant", req_copy(ctx, tenant.text));
	audit_fact(ctx, "reason", in.reason);
	if ((e = sql_one(ctx, &SQL_PLATFORM_LICENSE_DECISION, outcome_view,
	    &outcome, ARG_UUID(&tenant), ARG_UUID(&operation),
	    ARG_TEXT(decision), ARG_TEXT(in.reason),
	    ARG_TEXT(process.conf->base_url))) != ERR_OK ||
	    (e = license_of(ctx, &tenant, &license)) != ERR_OK)
		return e;
	if (!outcome.done)
		return fail(ctx, ERR_CONFLICT, "license_state_differs",
		    "the licence is %s, so this changes nothing",
		    license.standing);
	return reply(ctx, 200, platform_license_view, &license);
}

enum err
platform_license_issue(struct ctx *ctx)
{
	return license_decide_on(ctx, "issue");
}

enum err
platform_license_suspend(struct ctx *ctx)
{
	return license_decide_on(ctx, "suspend");
}

enum err
platform_license_revoke(struct ctx *ctx)
{
	return license_decide_on(ctx, "revoke");
}

enum err
platform_license_reactivate(struct ctx *ctx)
{
	return license_decide_on(ctx, "reactivate");
}

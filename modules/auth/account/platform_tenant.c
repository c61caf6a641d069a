/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tenants as operators of the platform see them, the answer to those whose plan
 * needs an operator's yes, and decisions about those that are leaving.
 *
 * The state is changed by a function of the database, which checks the
 * operator's permission again, queues the job and mails the owners.
 */
#include "config.h"

#include "libshared/base/lifecycle.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/certificate.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/words.h"
#include "modules/auth/account/account.h"

#include "modules/auth/account/platform_tenant.sql.h"

struct refuse_in { const char *reason; };

struct outcome { bool done; };

static const struct field outcome_view[] = {
	VIEW_BOOL(struct outcome, done),
	FIELD_END
};

const struct field platform_tenant_query[] = {
	SEARCH_FIELDS,
	FIELD_CHOICE_OPT(struct search_in, state, tenant_states),
	FIELD_END
};

const struct field platform_refuse_fields[] = {
	FIELD_TEXT(struct refuse_in, reason, 1, 300, CHARSET_LABEL),
	FIELD_END_OF("TenantRefusal")
};

const struct field platform_leaving_fields[] = {
	FIELD_TEXT(struct refuse_in, reason, 1, 300, CHARSET_LABEL),
	FIELD_END_OF("TenantDecision")
};

const struct field platform_tenant_view[] = {
	VIEW_UUID(struct tenant_seen, id),
	VIEW_TEXT(struct tenant_seen, slug),
	VIEW_TEXT(struct tenant_seen, name),
	VIEW_CHOICE(struct tenant_seen, tier, tier_words),
	VIEW_CHOICE(struct tenant_seen, state, tenant_states),
	VIEW_INT(struct tenant_seen, members),
	VIEW_TIME(struct tenant_seen, created_at),
	FIELD_END_OF("PlatformTenant")
};

enum err
platform_tenant_list(struct ctx *ctx)
{
	static const struct reply_search search = {
	    &SQL_PLATFORM_TENANT_LIST, &SQL_PLATFORM_TENANT_TOTAL,
	    platform_tenant_view, sizeof(struct tenant_seen), "name", NULL };
	struct search_in in = { .limit = LIST_LIMIT };
	enum err e;

	if ((e = req_query(ctx, &in)) != ERR_OK)
		return e;
	return reply_searched(ctx, &search, ARG_TEXT(in.state));
}

enum err
platform_tenant_of(struct ctx *ctx, struct tenant_seen *tenant)
{
	struct uuid id;
	bool found = false;
	enum err e;

	if (uuid_set(&id, req_param(ctx, "id")) &&
	    (e = sql_opt(ctx, &SQL_PLATFORM_TENANT_GET, platform_tenant_view,
	    tenant, &found, ARG_UUID(&id))) != ERR_OK)
		return e;
	return found ? ERR_OK : fail(ctx, ERR_NOT_FOUND, "no_such_tenant",
	    "there is no such tenant");
}

/* tenant_answer - moves the tenant on; answers how it is afterwards */
static enum err
tenant_answer(struct ctx *ctx, bool yes, const char *reason)
{
	struct tenant_seen tenant;
	struct outcome outcome;
	struct uuid operation;
	enum err e;

	if ((e = platform_tenant_of(ctx, &tenant)) != ERR_OK)
		return e;
	uuid7(&operation);
	audit_subject(ctx, "tenant", req_copy(ctx, tenant.id.text));
	audit_fact(ctx, "slug", tenant.slug);
	audit_fact(ctx, "tier", tenant.tier);
	e = sql_one(ctx, &SQL_PLATFORM_TENANT_ANSWER, outcome_view,
	    &outcome, ARG_UUID(&tenant.id), ARG_UUID(&operation),
	    ARG_BOOL(yes), ARG_TEXT(reason), ARG_TEXT(process.conf->base_url));
	if (e == ERR_CONFLICT && sql_restricted(ctx))
		return fail(ctx, ERR_INVALID, "place_full",
		    "no place has room for tenant '%s': register one, or make "
		    "room", tenant.slug);
	if (e != ERR_OK)
		return e;
	if (!outcome.done)
		return fail(ctx, ERR_CONFLICT, "tenant_not_requested",
		    "tenant '%s' does not wait for an answer: it is %s",
		    tenant.slug, tenant.state);
	if ((e = platform_tenant_of(ctx, &tenant)) != ERR_OK)
		return e;
	return reply(ctx, 200, platform_tenant_view, &tenant);
}

enum err
platform_tenant_approve(struct ctx *ctx)
{
	return tenant_answer(ctx, true, NULL);
}

/* The worker removes it, so that nothing is left but its name. */
enum err
platform_tenant_refuse(struct ctx *ctx)
{
	struct refuse_in in;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	audit_fact(ctx, "reason", in.reason);
	return tenant_answer(ctx, false, in.reason);
}

/* leaving_decide - ends the days of a tenant that is leaving, in either way */
static enum err
leaving_decide(struct ctx *ctx, const struct sql_query *decision)
{
	struct tenant_seen tenant;
	struct outcome outcome;
	struct uuid operation;
	struct refuse_in in;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = platform_tenant_of(ctx, &tenant)) != ERR_OK)
		return e;
	uuid7(&operation);
	audit_subject(ctx, "tenant", req_copy(ctx, tenant.id.text));
	audit_fact(ctx, "slug", tenant.slug);
	audit_fact(ctx, "reason", in.reason);
	if ((e = sql_one(ctx, decision, outcome_view, &outcome,
	    ARG_UUID(&tenant.id), ARG_UUID(&operation), ARG_TEXT(in.reason),
	    ARG_TEXT(process.conf->base_url))) != ERR_OK)
		return e;
	if (!outcome.done)
		return fail(ctx, ERR_CONFLICT, "tenant_not_leaving",
		    "tenant '%s' is not leaving: it is %s", tenant.slug,
		    tenant.state);
	if ((e = platform_tenant_of(ctx, &tenant)) != ERR_OK)
		return e;
	return reply(ctx, 200, platform_tenant_view, &tenant);
}

enum err
platform_tenant_keep(struct ctx *ctx)
{
	return leaving_decide(ctx, &SQL_PLATFORM_TENANT_KEEP);
}

enum err
platform_tenant_shorten(struct ctx *ctx)
{
	return leaving_decide(ctx, &SQL_PLATFORM_TENANT_SHORTEN);
}

enum err
platform_certificate_get(struct ctx *ctx)
{
	struct certificate_row seen;
	struct uuid tenant;
	bool found = false;
	enum err e;

	if (uuid_set(&tenant, req_param(ctx, "id")) &&
	    (e = sql_opt(ctx, &SQL_PLATFORM_CERTIFICATE_GET,
	    certificate_view, &seen, &found, ARG_UUID(&tenant))) !=
	    ERR_OK)
		return e;
	return found ? reply(ctx, 200, certificate_view, &seen) :
	    fail(ctx, ERR_NOT_FOUND, "no_such_certificate",
	    "there is no such tenant, or it is not removed");
}

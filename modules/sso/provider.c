/* SPDX-License-Identifier: Apache-2.0 */
/* What a tenant says of its OpenID provider. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/http.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/sealed.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/sso/oidc.h"
#include "modules/sso/sso.h"

#include "modules/sso/provider.sql.h"

#define GROUP_ROLES_BYTES	((int64_t)32 << 10)
#define GROUP_MAX	255

struct provider_in {
	const char	*issuer, *client_id, *client_secret, *default_role;
	const char	*group_claim, *group_roles;
};

struct shown {
	const char	*issuer, *client_id, *default_role, *group_claim;
	const char	*group_roles, *proven_at, *redirect_uri, *logout_uri;
	struct uuid	 break_glass;
	bool		 enforced;
	int64_t		 version;
};

struct kept { const char *issuer, *client_id, *secret_box; bool proven; };
struct policy { bool enforced; struct uuid break_glass; };
struct tested { bool good; const char *problem, *algorithms; int64_t keys; };

const struct field provider_fields[] = {
	FIELD_TEXT(struct provider_in, issuer, 9, ISSUER_MAX, CHARSET_TEXT),
	FIELD_TEXT(struct provider_in, client_id, 1, CLIENT_ID_MAX,
	    CHARSET_TEXT),
	FIELD_SECRET_OPT(struct provider_in, client_secret, 1,
	    CLIENT_SECRET_MAX, CHARSET_TEXT),
	FIELD_TEXT(struct provider_in, default_role, 1, 39, CHARSET_NAME),
	FIELD_TEXT_OPT(struct provider_in, group_claim, 1, 64, CHARSET_TEXT),
	FIELD_TEXT_MAP_OPT(struct provider_in, group_roles,
	    GROUP_ROLES_BYTES),
	FIELD_END_OF("SsoProviderEdit")
};

static const struct field shown_row[] = {
	VIEW_TEXT(struct shown, issuer),
	VIEW_TEXT(struct shown, client_id),
	VIEW_TEXT(struct shown, default_role),
	VIEW_TEXT(struct shown, group_claim),
	VIEW_TEXT_MAP(struct shown, group_roles),
	VIEW_TIME_OPT(struct shown, proven_at),
	VIEW_BOOL(struct shown, enforced),
	VIEW_UUID_OPT(struct shown, break_glass),
	VIEW_INT(struct shown, version),
	FIELD_END
};

const struct field provider_view[] = {
	VIEW_TEXT(struct shown, issuer),
	VIEW_TEXT(struct shown, client_id),
	VIEW_TEXT(struct shown, default_role),
	VIEW_TEXT(struct shown, group_claim),
	VIEW_TEXT_MAP(struct shown, group_roles),
	VIEW_TIME_OPT(struct shown, proven_at),
	VIEW_BOOL(struct shown, enforced),
	VIEW_UUID_OPT(struct shown, break_glass),
	VIEW_TEXT(struct shown, redirect_uri),
	VIEW_TEXT(struct shown, logout_uri),
	VIEW_INT(struct shown, version),
	FIELD_END_OF("SsoProvider")
};

static const struct field kept_view[] = {
	VIEW_TEXT(struct kept, issuer),
	VIEW_TEXT(struct kept, client_id),
	VIEW_TEXT(struct kept, secret_box),
	VIEW_BOOL(struct kept, proven),
	FIELD_END
};

static const struct field policy_view[] = {
	VIEW_BOOL(struct policy, enforced),
	VIEW_UUID_OPT(struct policy, break_glass),
	FIELD_END
};

const struct field tested_view[] = {
	VIEW_BOOL(struct tested, good),
	VIEW_TEXT_OPT(struct tested, problem),
	VIEW_INT(struct tested, keys),
	VIEW_TEXT_OPT(struct tested, algorithms),
	FIELD_END_OF("SsoProviderTest")
};

static enum err
shown_read(struct ctx *ctx, struct shown *shown, bool *found)
{
	enum err e;

	if ((e = sql_opt(ctx, &SQL_PROVIDER_GET, shown_row, shown, found)) !=
	    ERR_OK)
		return e;
	shown->redirect_uri = redirect_uri(ctx, ctx->who.tenant_slug);
	shown->logout_uri = logout_uri(ctx, ctx->who.tenant_slug);
	return ERR_OK;
}

static enum err
provider_none(struct ctx *ctx)
{
	return fail(ctx, ERR_NOT_FOUND, "no_provider",
	    "the tenant has named no provider yet");
}

enum err
provider_get(struct ctx *ctx)
{
	struct shown shown;
	bool found;
	enum err e;

	if ((e = shown_read(ctx, &shown, &found)) != ERR_OK)
		return e;
	return found ? reply(ctx, 200, provider_view,
	    &shown) : provider_none(ctx);
}

/* mapping_check - {"group": "role"}, and every role is one we may give */
static enum err
mapping_check(struct ctx *ctx, const struct provider_in *in)
{
	const struct json *value;
	int64_t unknown;
	struct json *map;
	const char *group;
	size_t i;
	enum err e;

	if ((e = json_parse(ctx, in->group_roles, strlen(in->group_roles),
	    &map)) != ERR_OK)
		return e;
	if (!json_is_object(map) || json_count(map) > GROUP_ROLES_MAX)
		return fail(ctx, ERR_BAD_INPUT, "bad_group_roles",
		    "group_roles is an object of at most %d groups",
		    GROUP_ROLES_MAX);
	for (i = 0; i < json_count(map); i++) {
		group = json_key_at(map, i, &value);
		if (group == NULL || group[0] == '\0' ||
		    strlen(group) > GROUP_MAX || json_text(value, NULL) ==
		    NULL)
			return fail(ctx, ERR_BAD_INPUT, "bad_group_roles",
			    "group_roles gives each group the name of a role");
	}
	if ((e = sql_count(ctx, &SQL_ROLES_UNKNOWN, &unknown,
	    ARG_TEXT(in->group_roles), ARG_TEXT(in->default_role))) != ERR_OK)
		return e;
	if (unknown > 0)
		return fail(ctx, ERR_INVALID, "no_such_role", "a role is not "
		    "one of the tenant's, or is owner, which no provider "
		    "gives");
	return ERR_OK;
}

/* replace_check - what must not change while nobody gets in without it */
static enum err
replace_check(struct ctx *ctx, const struct provider_in *in,
    const struct kept *kept)
{
	struct policy policy;
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_POLICY_GET, policy_view, &policy,
	    &found)) != ERR_OK)
		return e;
	if (found && policy.enforced && (in == NULL ||
	    strcmp(in->issuer, kept->issuer) != 0 ||
	    strcmp(in->client_id, kept->client_id) != 0))
		return fail(ctx, ERR_CONFLICT, "sso_enforced", "members come "
		    "by this provider only: an owner can end that first, by "
		    "PUT /api/sso/enforce");
	return ERR_OK;
}

static enum err
input_check(struct ctx *ctx, struct provider_in *in)
{
	if (!http_url_public(in->issuer) ||
	    strpbrk(in->issuer, "?") != NULL)
		return fail(ctx, ERR_INVALID, "issuer_refused", "an issuer is "
		    "https://name on port 443, 8200 or 8443, without a query");
	if (in->group_claim == NULL)
		in->group_claim = "groups";
	if (in->group_roles == NULL)
		in->group_roles = "{}";
	return mapping_check(ctx, in);
}

enum err
provider_put(struct ctx *ctx)
{
	struct provider_in in;
	struct shown shown;
	struct kept kept;
	const char *box;
	bool found;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = plan_entitles(ctx)) != ERR_OK ||
	    (e = input_check(ctx, &in)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_PROVIDER_LOCK, kept_view, &kept,
	    &found)) != ERR_OK ||
	    (found && (e = replace_check(ctx, &in, &kept)) != ERR_OK))
		return e;
	/* A secret goes to the host that it was given for, and no other. */
	if (in.client_secret == NULL && (!found ||
	    strcmp(in.issuer, kept.issuer) != 0))
		return fail(ctx, ERR_INVALID, "client_secret_required",
		    "another issuer needs its own client_secret");
	if (in.client_secret == NULL)
		box = kept.secret_box;
	else if ((e = sealed_new(ctx, SSO_KEY,
	    client_secret_bound(ctx, &ctx->who.tenant),
	    str_of(in.client_secret), &box)) != ERR_OK)
		return e;
	audit_subject(ctx, "provider", in.issuer);
	audit_fact(ctx, "client_id", in.client_id);
	audit_fact(ctx, "secret", in.client_secret == NULL ? "kept" : "new");
	if ((e = sql_exec(ctx, &SQL_PROVIDER_PUT, NULL, ARG_TEXT(in.issuer),
	    ARG_TEXT(in.client_id), ARG_TEXT(box), ARG_TEXT(in.default_role),
	    ARG_TEXT(in.group_claim), ARG_TEXT(in.group_roles))) != ERR_OK ||
	    (e = shown_read(ctx, &shown, &found)) != ERR_OK)
		return e;
	return found ? reply(ctx, 200, provider_view, &shown) : ERR_INTERNAL;
}

enum err
provider_delete(struct ctx *ctx)
{
	struct kept kept;
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_PROVIDER_LOCK, kept_view, &kept,
	    &found)) != ERR_OK)
		return e;
	if (!found)
		return provider_none(ctx);
	audit_subject(ctx, "provider", req_copy(ctx, kept.issuer));
	if ((e = replace_check(ctx, NULL, &kept)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_PROVIDER_DELETE, NULL)) != ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}

/* provider_algorithms - "RS256 ES256" of a set */
static const char *
provider_algorithms(struct ctx *ctx, const struct jose_set *set)
{
	bool seen[JOSE_ALG__MAX] = { false };
	struct buf text;
	unsigned alg;
	size_t i;

	for (i = 0; i < set->n; i++)
		seen[set->keys[i].alg] = true;
	buf_init(&text, ctx->mem, 64);
	for (alg = 0; alg < JOSE_ALG__MAX; alg++)
		if (seen[alg])
			buf_printf(&text, "%s%s", text.len > 0 ? " " : "",
			    jose_alg_name((enum jose_alg)alg));
	return text.p;
}

/* provider_ask - both documents, as new as they can be */
static enum err
provider_ask(struct ctx *ctx, struct visit *visit, struct jose_set *set)
{
	enum err e;

	visit->provider.metadata = visit->provider.keys = NULL;
	if ((e = oidc_metadata(ctx, visit)) != ERR_OK)
		return e;
	return oidc_keys(ctx, visit, set);
}

/* What the provider did wrong is the answer, not a failure of the request. */
enum err
provider_test(struct ctx *ctx)
{
	struct tested tested = { .good = true };
	struct visit visit;
	struct jose_set set = { .n = 0 };
	enum err e;

	if ((e = sql_begin(ctx, false)) != ERR_OK ||
	    (e = plan_entitles(ctx)) != ERR_OK || (e = sql_commit(ctx)) !=
	    ERR_OK)
		return e;
	e = visit_begin(ctx, &ctx->who.tenant, &visit);
	if (e == ERR_OK)
		e = provider_ask(ctx, &visit, &set);
	visit_end(ctx, &visit);
	if (e == ERR_PEER || e == ERR_TIMEOUT || e == ERR_FORBIDDEN) {
		tested.good = false;
		tested.problem = text_printf(ctx->mem, "%.200s",
		    ctx->fault.detail == NULL ? "" : ctx->fault.detail);
		fail_clear(ctx);
	} else if (e != ERR_OK)
		return e;
	tested.keys = (int64_t)set.n;
	tested.algorithms = set.n > 0 ? provider_algorithms(ctx, &set) : NULL;
	audit_fact(ctx, "good", tested.good ? "yes" : "no");
	if ((e = authn_begin(ctx, true)) != ERR_OK)
		return e;
	return reply(ctx, 200, tested_view, &tested);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of a tenant's OpenID provider. */
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
	const char	*group_claim, *group_roles, *metadata_url;
};

struct provider_out {
	const char	*issuer, *client_id, *default_role, *group_claim;
	const char	*group_roles, *proven_at, *redirect_uri, *logout_uri;
	const char	*metadata_url;
	struct uuid	 break_glass;
	bool		 enforced;
	int64_t		 version;
};

struct stored {
	const char	*issuer, *metadata_url, *client_id, *secret_box;
	bool		 proven;
};
struct policy { bool enforced; struct uuid break_glass; };

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
	FIELD_TEXT_OPT(struct provider_in, metadata_url, 9, HTTP_URL_MAX,
	    CHARSET_TEXT),
	FIELD_END_OF("SsoProviderEdit")
};

static const struct field provider_out_row[] = {
	VIEW_TEXT(struct provider_out, issuer),
	VIEW_TEXT_OPT(struct provider_out, metadata_url),
	VIEW_TEXT(struct provider_out, client_id),
	VIEW_TEXT(struct provider_out, default_role),
	VIEW_TEXT(struct provider_out, group_claim),
	VIEW_TEXT_MAP(struct provider_out, group_roles),
	VIEW_TIME_OPT(struct provider_out, proven_at),
	VIEW_BOOL(struct provider_out, enforced),
	VIEW_UUID_OPT(struct provider_out, break_glass),
	VIEW_INT(struct provider_out, version),
	FIELD_END
};

const struct field provider_view[] = {
	VIEW_TEXT(struct provider_out, issuer),
	VIEW_TEXT_OPT(struct provider_out, metadata_url),
	VIEW_TEXT(struct provider_out, client_id),
	VIEW_TEXT(struct provider_out, default_role),
	VIEW_TEXT(struct provider_out, group_claim),
	VIEW_TEXT_MAP(struct provider_out, group_roles),
	VIEW_TIME_OPT(struct provider_out, proven_at),
	VIEW_BOOL(struct provider_out, enforced),
	VIEW_UUID_OPT(struct provider_out, break_glass),
	VIEW_TEXT(struct provider_out, redirect_uri),
	VIEW_TEXT(struct provider_out, logout_uri),
	VIEW_INT(struct provider_out, version),
	FIELD_END_OF("SsoProvider")
};

static const struct field stored_view[] = {
	VIEW_TEXT(struct stored, issuer),
	VIEW_TEXT_OPT(struct stored, metadata_url),
	VIEW_TEXT(struct stored, client_id),
	VIEW_TEXT(struct stored, secret_box),
	VIEW_BOOL(struct stored, proven),
	FIELD_END
};

static const struct field policy_view[] = {
	VIEW_BOOL(struct policy, enforced),
	VIEW_UUID_OPT(struct policy, break_glass),
	FIELD_END
};

static enum err
provider_read(struct ctx *ctx, struct provider_out *answer, bool *found)
{
	enum err e;

	if ((e = sql_opt(ctx, &SQL_PROVIDER_GET, provider_out_row, answer,
	    found)) != ERR_OK)
		return e;
	answer->redirect_uri = redirect_uri(ctx, ctx->who.tenant_slug);
	answer->logout_uri = logout_uri(ctx, ctx->who.tenant_slug);
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
	struct provider_out answer;
	bool found;
	enum err e;

	if ((e = provider_read(ctx, &answer, &found)) != ERR_OK)
		return e;
	return found ? reply(ctx, 200, provider_view,
	    &answer) : provider_none(ctx);
}

/* mapping_check - {"group": "role"} with roles that a provider may give only */
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

/* place_same - does the metadata lie where it lay? */
static bool
place_same(const struct provider_in *in, const struct stored *stored)
{
	return strcmp(in->issuer, stored->issuer) == 0 &&
	    strcmp(in->metadata_url == NULL ? "" : in->metadata_url,
	    stored->metadata_url == NULL ? "" : stored->metadata_url) == 0;
}

/* replace_check - refuses another provider while sign-in requires this one */
static enum err
replace_check(struct ctx *ctx, const struct provider_in *in,
    const struct stored *stored)
{
	struct policy policy;
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_POLICY_GET, policy_view, &policy,
	    &found)) != ERR_OK)
		return e;
	if (found && policy.enforced && (in == NULL ||
	    !place_same(in, stored) ||
	    strcmp(in->client_id, stored->client_id) != 0))
		return fail(ctx, ERR_CONFLICT, "sso_enforced", "members come "
		    "by this provider only: an owner can end that first, by "
		    "PUT /api/sso/enforce");
	return ERR_OK;
}

static enum err
input_check(struct ctx *ctx, struct provider_in *in)
{
	if (!provider_url_sound(in->issuer) ||
	    strpbrk(in->issuer, "?") != NULL)
		return fail_at(ctx, "issuer", fail(ctx, ERR_INVALID,
		    "issuer_refused", "an issuer is https://name on port 443, "
		    "8200 or 8443, without a query; an address instead of a "
		    "name is not called"));
	if (in->metadata_url != NULL && !provider_url_sound(in->metadata_url))
		return fail_at(ctx, "metadata_url", fail(ctx, ERR_INVALID,
		    "metadata_url_refused", "metadata_url is https://name on "
		    "port 443, 8200 or 8443; an address instead of a name is "
		    "not called"));
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
	struct provider_out answer;
	struct stored stored;
	const char *box;
	bool found;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = plan_entitles(ctx)) != ERR_OK ||
	    (e = input_check(ctx, &in)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_PROVIDER_LOCK, stored_view, &stored,
	    &found)) != ERR_OK ||
	    (found && (e = replace_check(ctx, &in, &stored)) != ERR_OK))
		return e;
	/*
	 * A secret is sent only to the issuer for which it was given: the
	 * metadata says where.
	 */
	if (in.client_secret == NULL && (!found || !place_same(&in, &stored)))
		return fail_at(ctx, "client_secret", fail(ctx, ERR_INVALID,
		    "client_secret_required", "another issuer or metadata_url "
		    "needs its own client_secret"));
	if (in.client_secret == NULL)
		box = stored.secret_box;
	else if ((e = sealed_new(ctx, SSO_KEY,
	    client_secret_bound(ctx, &ctx->who.tenant),
	    str_of(in.client_secret), &box)) != ERR_OK)
		return e;
	audit_subject(ctx, "provider", in.issuer);
	audit_fact(ctx, "client_id", in.client_id);
	if (in.metadata_url != NULL)
		audit_fact(ctx, "metadata_url", in.metadata_url);
	audit_fact(ctx, "secret", in.client_secret == NULL ? "kept" : "new");
	if ((e = sql_exec(ctx, &SQL_PROVIDER_PUT, NULL, ARG_TEXT(in.issuer),
	    ARG_TEXT(in.client_id), ARG_TEXT(box), ARG_TEXT(in.default_role),
	    ARG_TEXT(in.group_claim), ARG_TEXT(in.group_roles),
	    ARG_TEXT(in.metadata_url))) != ERR_OK ||
	    (e = provider_read(ctx, &answer, &found)) != ERR_OK)
		return e;
	return found ? reply(ctx, 200, provider_view, &answer) : ERR_INTERNAL;
}

enum err
provider_delete(struct ctx *ctx)
{
	struct stored stored;
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_PROVIDER_LOCK, stored_view, &stored,
	    &found)) != ERR_OK)
		return e;
	if (!found)
		return provider_none(ctx);
	audit_subject(ctx, "provider", req_copy(ctx, stored.issuer));
	if ((e = replace_check(ctx, NULL, &stored)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_PROVIDER_DELETE, NULL)) != ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}

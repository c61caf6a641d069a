/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The licence of a tenant: the same decision in two forms.
 *
 * The JWT carries features, limits and its dates.  The file form,
 * payload.signature in standard base64 with sorted keys, is what servers read
 * offline today; it has limits only.
 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "libshared/base/conf.h"
#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/crypto_sign.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/key.h"
#include "libshared/proto/license.h"
#include "libshared/proto/token.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#include "modules/worker/tenant/tenant.sql.h"

#define VALID_DAYS	30	/* a round renews it while it is active */

struct license_row {
	const char	*tier, *file;
	int64_t		 version;
	bool		 outdated;	/* it grants something else */
};

static const struct field license_view[] = {
	VIEW_INT(struct license_row, version),
	VIEW_TEXT(struct license_row, tier),
	VIEW_TEXT_OPT(struct license_row, file),
	VIEW_BOOL(struct license_row, outdated),
	FIELD_END
};

struct term {
	int64_t		 version, from, until, grace;
	struct uuid	 id;
	const char	*standing;
};

static const struct field term_view[] = {
	VIEW_INT(struct term, version),
	VIEW_TEXT(struct term, standing),
	FIELD_END
};

/* put_limit - writes a limit; without a number there is none */
static void
put_limit(struct json *limits, const char *name, const char *value,
    bool as_number)
{
	int64_t number;

	if (value != NULL && str_int(str_of(value), 0, INT64_MAX, &number))
		json_put_int(limits, name, number);
	else if (as_number)
		json_put_int(limits, name, LICENSE_UNLIMITED);
	else
		json_put_null(limits, name);
}

/*
 * limits_of - writes limits in the order of their names, for the canonical
 * form.  A server takes a limit that is not named for that of a server without
 * a licence, so "no limit" is a number where it reads numbers only.
 */
static enum err
limits_of(struct ctx *ctx, const struct tenant *tenant, bool as_number,
    struct json **out)
{
	struct json *limits = json_object(ctx), *environments;
	const char *many = NULL;
	enum err e;

	if ((e = json_parse(ctx, tenant->environments,
	    strlen(tenant->environments), &environments)) != ERR_OK)
		return e;
	if (!tenant->custom_environments)
		many = text_printf(ctx->mem, "%zu",
		    json_count(environments));
	put_limit(limits, "jar_bytes", tenant->jar_bytes, as_number);
	put_limit(limits, "lineage_captures_minute",
	    tenant->lineage_captures_minute, as_number);
	put_limit(limits, "max_agents", tenant->max_agents, as_number);
	put_limit(limits, "max_apps", tenant->max_apps, as_number);
	put_limit(limits, "max_debug_sessions", tenant->max_debug_sessions,
	    as_number);
	put_limit(limits, "max_deployments", tenant->max_deployments,
	    as_number);
	put_limit(limits, "max_environments", many, as_number);
	put_limit(limits, "max_releases_day", tenant->max_releases_day,
	    as_number);
	put_limit(limits, "max_vaults", tenant->max_vaults, as_number);
	put_limit(limits, "retention_days", tenant->retention_days,
	    as_number);
	*out = limits;
	return ERR_OK;
}

/* entitlements_of - what a server asks for before it shows a whole part */
static enum err
entitlements_of(struct ctx *ctx, const struct tenant *tenant,
    struct json **out)
{
	static const char *const names[] = { "custom_roles", "sso" };
	struct json *made = json_object(ctx), *features;
	size_t i;
	bool has;
	enum err e;

	if ((e = json_parse(ctx, tenant->features, strlen(tenant->features),
	    &features)) != ERR_OK)
		return e;
	for (i = 0; i < nitems(names); i++)
		json_put_bool(made, names[i], json_bool(json_get(features,
		    names[i]), &has) && has);
	*out = made;
	return ERR_OK;
}

static enum err
sign_token(struct ctx *ctx, const struct key *key,
    const struct tenant *tenant, const struct term *term, const char **token)
{
	struct json *claims = json_object(ctx), *limits, *entitlements;
	enum err e;

	json_put_text(claims, "iss", process.conf->base_url);
	json_put_text(claims, "aud", LICENSE_AUDIENCE);
	json_put_text(claims, "sub", tenant->slug);
	json_put_text(claims, "tenant_id", tenant->id.text);
	json_put_text(claims, "jti", term->id.text);
	json_put_int(claims, "iat", term->from);
	json_put_int(claims, "nbf", term->from);
	json_put_int(claims, "exp", term->grace);
	json_put_int(claims, "lic_version", term->version);
	json_put_text(claims, "state", term->standing);
	json_put_text(claims, "tier", tenant->tier);
	json_put_int(claims, "valid_until", term->until);
	json_put_int(claims, "grace_until", term->grace);
	if ((e = json_put_raw(ctx, claims, "features", tenant->features)) !=
	    ERR_OK || (e = entitlements_of(ctx, tenant, &entitlements)) !=
	    ERR_OK || (e = limits_of(ctx, tenant, false, &limits)) != ERR_OK)
		return e;
	json_put(claims, "entitlements", entitlements);
	json_put(claims, "limits", limits);
	return token_sign(ctx, key, LICENSE_TYP, claims, token);
}

static enum err
sign_file(struct ctx *ctx, const struct key *key, const struct tenant *tenant,
    const struct term *term, const char **file)
{
	struct json *payload = json_object(ctx), *limits;
	uint8_t signature[SIGNATURE_SIZE];
	const char *text, *body, *tail;
	size_t len;
	enum err e;

	if ((e = limits_of(ctx, tenant, true, &limits)) != ERR_OK)
		return e;
	json_put_int(payload, "expiresAt", term->until);
	json_put_int(payload, "gracePeriodDays", LICENSE_GRACE_DAYS);
	json_put_int(payload, "issuedAt", term->from);
	json_put_text(payload, "label", tenant->tier);
	json_put_text(payload, "licenseId", term->id.text);
	json_put(payload, "limits", limits);
	json_put_text(payload, "tenantId", tenant->slug);
	if ((e = json_print(ctx, payload, &text, &len)) != ERR_OK)
		return e;
	ed25519_sign(key->seed, text, len, signature);
	if ((e = base64_encode(ctx, text, len, &body)) != ERR_OK ||
	    (e = base64_encode(ctx, signature, sizeof(signature), &tail)) !=
	    ERR_OK)
		return e;
	*file = text_printf(ctx->secrets, "%s.%s", body, tail);
	return *file == NULL ? ERR_TOO_LARGE : ERR_OK;
}

/* term_begin - locks out other decisions; says what the next licence is */
static enum err
term_begin(struct ctx *ctx, struct term *term)
{
	bool suspended;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_LICENSE_LOCK, NULL)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_LICENSE_NEXT, term_view, term)) != ERR_OK)
		return e;
	suspended = standing_state_of(term->standing) == STANDING_SUSPENDED;
	uuid7(&term->id);
	term->from = (int64_t)time(NULL);
	term->until = term->from + (suspended ? 0 : VALID_DAYS * DAY_SECONDS);
	term->grace = term->until + LICENSE_GRACE_DAYS * DAY_SECONDS;
	return ERR_OK;
}

/* license_add - signs the version and stores it in the open transaction */
static enum err
license_add(struct ctx *ctx, const struct tenant *tenant,
    const struct term *term)
{
	const struct key *key = keyring_signer(&process.keys, KEY_LICENSE);
	const char *token, *file;
	enum err e;

	if (key == NULL)
		return fail(ctx, ERR_INTERNAL, "no_signing_key",
		    "no active key for licences");
	if ((e = sign_token(ctx, key, tenant, term, &token)) != ERR_OK ||
	    (e = sign_file(ctx, key, tenant, term, &file)) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_LICENSE_ADD, NULL, ARG_INT(term->version),
	    ARG_UUID(&term->id), ARG_TEXT(tenant->tier),
	    ARG_TEXT(term->standing), ARG_INT(term->until),
	    ARG_INT(term->grace), ARG_TEXT(token), ARG_TEXT(file),
	    ARG_TEXT(tenant->grants));
}

enum err
tenant_license_issue(struct ctx *ctx, const struct tenant *tenant,
    const char **standing)
{
	struct term term = { .version = 0 };
	enum err e;

	if ((e = term_begin(ctx, &term)) != ERR_OK)
		return e;
	*standing = term.standing;
	if (standing_state_of(term.standing) == STANDING_REVOKED)
		return ERR_OK;
	return license_add(ctx, tenant, &term);
}

static enum err
license_issue(struct ctx *ctx, const struct tenant *tenant)
{
	const char *standing;
	enum err e;

	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = tenant_license_issue(ctx, tenant, &standing)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

/* renewal_record - writes the audit row, with the version that is new */
static enum err
renewal_record(struct ctx *ctx, const struct tenant *tenant, int64_t version)
{
	struct json *facts = json_object(ctx);
	struct audit audit = { .action = "license.renew",
	    .subject_type = "tenant", .subject_id = tenant->id.text,
	    .result = AUDIT_DONE };
	enum err e;

	json_put_int(facts, "version", version);
	json_put_text(facts, "tier", tenant->tier);
	if ((e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK)
		return e;
	return audit_write(ctx, &audit);
}

enum err
tenant_license_renew(struct ctx *ctx, const struct uuid *id, int64_t version)
{
	struct term term = { .version = 0 };
	struct tenant tenant;
	enum err e;

	if ((e = work_begin_for(ctx, id, true)) != ERR_OK ||
	    (e = tenant_load(ctx, &tenant)) != ERR_OK ||
	    (e = term_begin(ctx, &term)) != ERR_OK)
		return e;
	/* It was suspended or renewed just now. */
	if (tenant_state_of(tenant.state) != TENANT_ACTIVE ||
	    standing_state_of(term.standing) != STANDING_ACTIVE ||
	    term.version != version)
		return sql_commit(ctx);
	if ((e = license_add(ctx, &tenant, &term)) != ERR_OK ||
	    (e = renewal_record(ctx, &tenant, version)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static enum err
license_current(struct ctx *ctx, const struct tenant *tenant,
    struct license_row *license, bool *found)
{
	enum err e;

	if ((e = work_begin(ctx, false)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_LICENSE_CURRENT, license_view, license,
	    found, ARG_TEXT(tenant->grants))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

enum err
tenant_license(struct ctx *ctx, const struct tenant *tenant,
    const char **file)
{
	struct license_row license = { .version = 0 };
	bool found;
	enum err e;

	if ((e = license_current(ctx, tenant, &license, &found)) != ERR_OK)
		return e;
	if ((!found || strcmp(license.tier, tenant->tier) != 0 ||
	    license.outdated) &&
	    ((e = license_issue(ctx, tenant)) != ERR_OK ||
	    (e = license_current(ctx, tenant, &license, &found)) != ERR_OK))
		return e;
	*file = license.file;
	return found ? ERR_OK : ERR_INTERNAL;
}

enum err
tenant_license_key(struct ctx *ctx, const char **base64)
{
	const struct key *key = keyring_signer(&process.keys, KEY_LICENSE);

	if (key == NULL)
		return fail(ctx, ERR_INTERNAL, "no_signing_key",
		    "no active key for licences");
	return base64_encode(ctx, key->pub, ED25519_PUBLIC, base64);
}

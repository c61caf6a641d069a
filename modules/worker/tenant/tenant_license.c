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
#include "libshared/proto/token.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#include "modules/worker/tenant/tenant.sql.h"

#define VALID_DAYS	30	/* a round renews it while it is active */
#define GRACE_DAYS	7	/* read only for so long, then refused */
#define DAY_S		86400

struct license { int64_t version; const char *tier, *file; };

static const struct field license_view[] = {
	VIEW_INT(struct license, version),
	VIEW_TEXT(struct license, tier),
	VIEW_TEXT(struct license, file),
	FIELD_END
};

struct term { int64_t version, from, until, grace; };

/* put_limit - writes a limit if it exists, under the name that servers know */
static void
put_limit(struct json *limits, const char *name, const char *value)
{
	int64_t number;

	if (value != NULL && str_int(str_of(value), 0, INT64_MAX, &number))
		json_put_int(limits, name, number);
}

/*
 * limits_of - writes limits in the order of their names, for the canonical form
 */
static enum err
limits_of(struct ctx *ctx, const struct tenant *tenant, struct json **out)
{
	struct json *limits = json_object(ctx), *environments;
	enum err e;

	if ((e = json_parse(ctx, tenant->environments,
	    strlen(tenant->environments), &environments)) != ERR_OK)
		return e;
	put_limit(limits, "max_agents", tenant->max_agents);
	if (strstr(tenant->features, "\"custom_roles\": true") == NULL)
		json_put_int(limits, "max_environments",
		    (int64_t)json_count(environments));
	put_limit(limits, "max_vaults", tenant->max_vaults);
	put_limit(limits, "retention_days", tenant->retention_days);
	*out = limits;
	return ERR_OK;
}

static enum err
sign_token(struct ctx *ctx, const struct key *key,
    const struct tenant *tenant, const struct term *term, const char **token)
{
	struct json *claims = json_object(ctx), *limits;
	struct uuid id;
	enum err e;

	uuid7(&id);
	json_put_text(claims, "iss", process.conf->base_url);
	json_put_text(claims, "aud", "cameleer-license");
	json_put_text(claims, "sub", tenant->slug);
	json_put_text(claims, "tenant_id", tenant->id.text);
	json_put_text(claims, "jti", id.text);
	json_put_int(claims, "iat", term->from);
	json_put_int(claims, "nbf", term->from);
	json_put_int(claims, "exp", term->grace);
	json_put_int(claims, "lic_version", term->version);
	json_put_text(claims, "state", "active");
	json_put_text(claims, "tier", tenant->tier);
	json_put_int(claims, "valid_until", term->until);
	json_put_int(claims, "grace_until", term->grace);
	if ((e = json_put_raw(ctx, claims, "features", tenant->features)) !=
	    ERR_OK || (e = limits_of(ctx, tenant, &limits)) != ERR_OK)
		return e;
	json_put(claims, "limits", limits);
	return token_sign(ctx, key, "cameleer-license+jwt", claims, token);
}

static enum err
sign_file(struct ctx *ctx, const struct key *key, const struct tenant *tenant,
    const struct term *term, const char **file)
{
	struct json *payload = json_object(ctx), *limits;
	uint8_t signature[SIGNATURE_SIZE];
	const char *text, *body, *tail;
	struct uuid id;
	size_t len;
	enum err e;

	uuid7(&id);
	if ((e = limits_of(ctx, tenant, &limits)) != ERR_OK)
		return e;
	json_put_int(payload, "expiresAt", term->until);
	json_put_int(payload, "gracePeriodDays", GRACE_DAYS);
	json_put_int(payload, "issuedAt", term->from);
	json_put_text(payload, "label", tenant->tier);
	json_put_text(payload, "licenseId", id.text);
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

/* license_add - signs the version and stores it in the open transaction */
static enum err
license_add(struct ctx *ctx, const struct tenant *tenant, int64_t version)
{
	const struct key *key = keyring_signer(&process.keys, KEY_LICENSE);
	struct term term = { .version = version, .from = (int64_t)time(NULL) };
	const char *token, *file;
	enum err e;

	if (key == NULL)
		return fail(ctx, ERR_INTERNAL, "no_signing_key",
		    "no active key for licences");
	term.until = term.from + (int64_t)VALID_DAYS * DAY_S;
	term.grace = term.until + (int64_t)GRACE_DAYS * DAY_S;
	if ((e = sign_token(ctx, key, tenant, &term, &token)) != ERR_OK ||
	    (e = sign_file(ctx, key, tenant, &term, &file)) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_LICENSE_ADD, NULL, ARG_INT(version),
	    ARG_TEXT(tenant->tier), ARG_INT(term.until), ARG_INT(term.grace),
	    ARG_TEXT(token), ARG_TEXT(file));
}

static enum err
license_issue(struct ctx *ctx, const struct tenant *tenant, int64_t version)
{
	enum err e;

	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = license_add(ctx, tenant, version)) != ERR_OK)
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
	struct tenant tenant;
	enum err e;

	if ((e = work_begin_for(ctx, id, true)) != ERR_OK ||
	    (e = tenant_load(ctx, &tenant)) != ERR_OK)
		return e;
	if (tenant_state_of(tenant.state) != TENANT_ACTIVE)
		return sql_commit(ctx);	/* it was suspended just now */
	if ((e = license_add(ctx, &tenant, version)) != ERR_OK ||
	    (e = renewal_record(ctx, &tenant, version)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static enum err
license_current(struct ctx *ctx, struct license *license, bool *found)
{
	enum err e;

	if ((e = work_begin(ctx, false)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_LICENSE_CURRENT, license_view, license,
	    found)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

enum err
tenant_license(struct ctx *ctx, const struct tenant *tenant,
    const char **file)
{
	struct license license = { .version = 0 };
	bool found;
	enum err e;

	if ((e = license_current(ctx, &license, &found)) != ERR_OK)
		return e;
	if ((!found || strcmp(license.tier, tenant->tier) != 0) &&
	    ((e = license_issue(ctx, tenant, license.version + 1)) != ERR_OK ||
	    (e = license_current(ctx, &license, &found)) != ERR_OK))
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

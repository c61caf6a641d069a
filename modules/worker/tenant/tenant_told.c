/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a tenant's server is told: the settings that all servers share, and a
 * record of what each one knows, as digests (M6.2).
 */
#include "config.h"

#include <string.h>

#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/tenant/tenant_told.h"
#include "modules/worker/work.h"

#include "modules/worker/tenant/tenant.sql.h"

static const struct setting server_settings[] = {
	SETTING(server_conf, server_image, IMAGE, "", 0, 255,
	    "Image of cameleer-server, in the registry, by digest."),
	SETTING(server_conf, internal_url, URL, "", 0, 255,
	    "Address under which tenants' containers reach the platform."),
	SETTING(server_conf, ca_file, PATH, "", 0, 255,
	    "CA certificates (PEM) by which containers trust the platform."),
	SETTINGS_END
};

const struct server_conf *
tenant_server_conf(void)
{
	return conf_part(process.conf, server_settings,
	    sizeof(struct server_conf));
}

/* item_add - what is compared is a digest of the value */
static void
item_add(struct ctx *ctx, struct json *items, const char *const name_way[2],
    const char *value)
{
	char digest[SHA256_HEX_MAX];
	struct json *one = json_object(ctx);

	sha256_hex(value, strlen(value), digest);
	json_put_text(one, "item", name_way[0]);
	json_put_text(one, "way", name_way[1]);
	json_put_text(one, "digest", digest);
	json_add(items, one);
}

/* common_add - what each server reads when it starts, and all read the same */
static enum err
common_add(struct ctx *ctx, struct json *items)
{
	const struct database_conf *database = tenant_database();
	const char *key;
	enum err e;

	if ((e = tenant_license_key(ctx, &key)) != ERR_OK)
		return e;
	item_add(ctx, items, (const char *const[]){ "issuer", "start" },
	    process.conf->base_url);
	item_add(ctx, items, (const char *const[]){ "keys", "start" },
	    tenant_server_conf()->internal_url);
	item_add(ctx, items, (const char *const[]){ "license_key", "start" },
	    key);
	item_add(ctx, items, (const char *const[]){ "database", "start" },
	    text_printf(ctx->mem, "%s:%lld/%s", database->tenant_db_host,
	    (long long)database->tenant_db_port, database->tenant_db_name));
	return ERR_OK;
}

enum err
tenant_told_common(struct ctx *ctx, const char **text)
{
	struct json *items = json_array(ctx);
	enum err e;

	if ((e = common_add(ctx, items)) != ERR_OK)
		return e;
	return json_print(ctx, items, text, NULL);
}

/* items_record - in a transaction of its own */
static enum err
items_record(struct ctx *ctx, const struct tenant *tenant,
    const struct json *items)
{
	const char *text;
	enum err e;

	if ((e = json_print(ctx, items, &text, NULL)) != ERR_OK ||
	    (e = work_begin_for(ctx, &tenant->id, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_TOLD_SET, NULL, ARG_TEXT(text))) !=
	    ERR_OK)
		return e;
	return sql_commit(ctx);
}

enum err
tenant_told_license(struct ctx *ctx, const struct tenant *tenant,
    const char *license)
{
	struct json *items = json_array(ctx);

	item_add(ctx, items, (const char *const[]){ "license", "push" },
	    license);
	return items_record(ctx, tenant, items);
}

enum err
tenant_told_record(struct ctx *ctx, const struct tenant *tenant,
    const char *license)
{
	struct json *items = json_array(ctx);
	enum err e;

	if ((e = common_add(ctx, items)) != ERR_OK)
		return e;
	item_add(ctx, items, (const char *const[]){ "audience", "start" },
	    tenant->slug);
	item_add(ctx, items, (const char *const[]){ "license", "push" },
	    license);
	return items_record(ctx, tenant, items);
}

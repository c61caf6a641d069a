/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tenant's row and secrets.
 *
 * A secret is sealed with the worker's master key and bound to tenant and
 * name, so that a row cannot be put in another's place (threat T13).
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#include "modules/worker/tenant/tenant.sql.h"

#define SECRET_MAX	128

static const struct field tenant_view[] = {
	VIEW_UUID(struct tenant, id),
	VIEW_TEXT(struct tenant, slug),
	VIEW_TEXT(struct tenant, name),
	VIEW_TEXT(struct tenant, tier),
	VIEW_TEXT(struct tenant, state),
	VIEW_TEXT(struct tenant, environments),
	VIEW_TEXT_OPT(struct tenant, max_agents),
	VIEW_TEXT_OPT(struct tenant, retention_days),
	VIEW_TEXT_OPT(struct tenant, max_vaults),
	VIEW_TEXT(struct tenant, features),
	FIELD_END
};

struct sealed { const char *box; };

static const struct field sealed_view[] = {
	VIEW_TEXT(struct sealed, box),
	FIELD_END
};

enum err
tenant_read(struct ctx *ctx, struct tenant *tenant)
{
	enum err e;

	if ((e = work_begin(ctx, false)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_TENANT_GET, tenant_view, tenant)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static enum err
master_key(struct ctx *ctx, uint8_t key[SEAL_KEY_SIZE])
{
	const char *text;
	size_t n;
	enum err e;

	if ((e = conf_credential(ctx, "master.key", &text)) != ERR_OK)
		return e;
	if (!base64url_decode(text, strlen(text), key, SEAL_KEY_SIZE, &n) ||
	    n != SEAL_KEY_SIZE)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "credential master.key is not 32 bytes of base64url");
	return ERR_OK;
}

static const char *
bound_to(struct ctx *ctx, const char *name)
{
	const char *text = text_printf(ctx->mem, "tenant|%s|%s",
	    ctx->job->tenant.text, name);

	return text == NULL ? "" : text;
}

/* open_box - the secret in clear, from its sealed form */
static enum err
open_box(struct ctx *ctx, const char *name, const char *box,
    const char **text)
{
	uint8_t key[SEAL_KEY_SIZE], sealed[SECRET_MAX + SEAL_EXTRA];
	char *clear;
	size_t n;
	bool good;
	enum err e;

	if ((e = master_key(ctx, key)) != ERR_OK)
		return e;
	if ((clear = arena_get(ctx->secrets, SECRET_MAX + 1)) == NULL)
		return ERR_TOO_LARGE;
	good = base64url_decode(box, strlen(box), sealed, sizeof(sealed),
	    &n) && n > SEAL_EXTRA &&
	    unseal(key, bound_to(ctx, name), sealed, n, clear);
	secret_wipe(key, sizeof(key));
	if (!good)
		return fail(ctx, ERR_INTERNAL, "secret_unreadable",
		    "secret %s does not open with the master key", name);
	*text = clear;
	return ERR_OK;
}

/* make_box - 32 random bytes as text, sealed */
static enum err
make_box(struct ctx *ctx, const char *name, const char **box,
    char digest[SHA256_HEX_MAX])
{
	uint8_t key[SEAL_KEY_SIZE], sealed[SECRET_MAX + SEAL_EXTRA];
	const char *text;
	enum err e;

	if ((e = crypto_random_text(ctx, 32, &text)) != ERR_OK ||
	    (e = master_key(ctx, key)) != ERR_OK)
		return e;
	seal(key, bound_to(ctx, name), text, strlen(text), sealed);
	secret_wipe(key, sizeof(key));
	token_digest(text, digest);
	return base64url_encode(ctx, sealed, strlen(text) + SEAL_EXTRA, box);
}

/* read_box - *found says whether there is one */
static enum err
read_box(struct ctx *ctx, const char *name, struct sealed *sealed,
    bool *found)
{
	enum err e;

	if ((e = work_begin(ctx, false)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_SECRET_GET, sealed_view, sealed, found,
	    ARG_TEXT(name))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

enum err
tenant_secret(struct ctx *ctx, const char *name, const char **text)
{
	char digest[SHA256_HEX_MAX];
	struct sealed sealed;
	const char *box;
	bool found;
	enum err e;

	if ((e = read_box(ctx, name, &sealed, &found)) != ERR_OK)
		return e;
	if (found)
		return open_box(ctx, name, sealed.box, text);
	if ((e = make_box(ctx, name, &box, digest)) != ERR_OK ||
	    (e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_SECRET_ADD, NULL, ARG_TEXT(name),
	    ARG_TEXT(box), ARG_TEXT(strcmp(name, SECRET_BOOTSTRAP) == 0 ?
	    digest : NULL))) != ERR_OK || (e = sql_commit(ctx)) != ERR_OK ||
	    (e = read_box(ctx, name, &sealed, &found)) != ERR_OK)
		return e;
	return found ? open_box(ctx, name, sealed.box, text) : ERR_INTERNAL;
}

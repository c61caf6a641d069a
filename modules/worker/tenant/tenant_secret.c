/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The secrets of a tenant.
 *
 * A secret is sealed with the worker's master key and bound to tenant and name,
 * so that a row cannot be used in place of another (threat T13).
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/sealed.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/tenant/tenant_secret.h"
#include "modules/worker/work.h"

#include "modules/worker/tenant/tenant.sql.h"

#define MASTER_KEY	"master.key"

struct sealed { const char *box; };

static const struct field sealed_view[] = {
	VIEW_TEXT(struct sealed, box),
	FIELD_END
};

static const char *
bound_to(struct ctx *ctx, const struct uuid *tenant, const char *name)
{
	return text_printf(ctx->mem, "tenant|%s|%s", tenant->text, name);
}

enum err
tenant_secret_open(struct ctx *ctx, const struct uuid *tenant,
    const char *name, const char *box, const char **text)
{
	struct str clear;
	enum err e;

	if ((e = sealed_open(ctx, MASTER_KEY, bound_to(ctx, tenant, name),
	    box, &clear)) != ERR_OK)
		return e;
	*text = clear.p;
	return ERR_OK;
}

/* make_box - makes 32 random bytes as text, and seals them */
static enum err
make_box(struct ctx *ctx, const char *name, const char **box,
    char digest[SHA256_HEX_MAX])
{
	const char *text;
	enum err e;

	if ((e = crypto_random_text(ctx, 32, &text)) != ERR_OK)
		return e;
	token_digest(text, digest);
	return sealed_new(ctx, MASTER_KEY, bound_to(ctx, &ctx->job->tenant,
	    name), str_of(text), box);
}

/* read_box - reads the sealed secret; *found says whether it exists */
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
		return tenant_secret_open(ctx, &ctx->job->tenant, name,
		    sealed.box, text);
	if ((e = make_box(ctx, name, &box, digest)) != ERR_OK ||
	    (e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_SECRET_ADD, NULL, ARG_TEXT(name),
	    ARG_TEXT(box), ARG_TEXT(strcmp(name, SECRET_BOOTSTRAP) == 0 ?
	    digest : NULL))) != ERR_OK || (e = sql_commit(ctx)) != ERR_OK ||
	    (e = read_box(ctx, name, &sealed, &found)) != ERR_OK)
		return e;
	return !found ? ERR_INTERNAL : tenant_secret_open(ctx,
	    &ctx->job->tenant, name, sealed.box, text);
}

enum err
tenant_secret_previous(struct ctx *ctx, const char **text)
{
	struct sealed sealed;
	bool found;
	enum err e;

	*text = NULL;
	if ((e = read_box(ctx, SECRET_PREVIOUS, &sealed, &found)) != ERR_OK ||
	    !found)
		return e;
	/* It was sealed when it was the present one. */
	return tenant_secret_open(ctx, &ctx->job->tenant, SECRET_BOOTSTRAP,
	    sealed.box, text);
}

enum err
tenant_secret_rotate(struct ctx *ctx)
{
	char digest[SHA256_HEX_MAX];
	const char *box;
	enum err e;

	if ((e = make_box(ctx, SECRET_BOOTSTRAP, &box, digest)) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_SECRET_ROTATE, NULL, ARG_TEXT(box),
	    ARG_TEXT(digest));
}

enum err
tenant_secret_forget(struct ctx *ctx, const char *name)
{
	return sql_exec(ctx, &SQL_SECRET_FORGET, NULL, ARG_TEXT(name));
}

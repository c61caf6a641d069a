/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificate of deletion of a tenant: what the steps of its removal did,
 * how many rows went, and what remains and why (docs/deletion.md).
 */
#include "config.h"

#include <time.h>

#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/certificate.h"
#include "libshared/proto/key.h"
#include "libshared/skeleton/job.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/tenant/tenant.h"

#include "modules/worker/tenant/tenant.sql.h"

#define SECRET_BYTES	32

struct done { const char *name, *detail, *at; };

static const struct field done_view[] = {
	VIEW_TEXT(struct done, name),
	VIEW_TEXT_OPT(struct done, detail),
	VIEW_TEXT_OPT(struct done, at),
	FIELD_END
};

struct facts { int64_t serial, asked; };

static const struct field facts_view[] = {
	VIEW_INT(struct facts, serial),
	VIEW_INT(struct facts, asked),
	FIELD_END
};

static const struct { const char *what, *why; } kept[] = {
	{ "audit trail", "who did what is kept for at least a year, and its "
	    "chain can be verified; personal values in it are encrypted under "
	    "a key of that person, and end with it" },
	{ "numbers, tiers and dates of licences", "the list of revoked "
	    "licences names them" },
	{ "digest of the tenant's name", "no other tenant gets the name" },
	{ "copies of images at its place", "the container engine keeps what "
	    "it pulled until its operator prunes that" },
	{ "identifier and dates of the tenant and of this operation",
	    "the audit trail and this certificate refer to them" },
};

static struct json *
kept_list(struct ctx *ctx)
{
	struct json *list = json_array(ctx), *one;
	size_t i;

	for (i = 0; i < nitems(kept); i++) {
		one = json_object(ctx);
		json_put_text(one, "what", kept[i].what);
		json_put_text(one, "why", kept[i].why);
		json_add(list, one);
	}
	return list;
}

/* removed_list - the steps that are done, and the rows that went just now */
static enum err
removed_list(struct ctx *ctx, const char *rows, struct json **out)
{
	struct json *made = json_object(ctx), *list = json_array(ctx), *one;
	struct done *steps;
	size_t i, n;
	enum err e;

	if ((e = sql_many(ctx, &SQL_REMOVAL_DONE, done_view, sizeof(*steps),
	    &steps, &n, ARG_UUID(&ctx->job->id))) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		if ((e = field_encode(ctx, done_view, &steps[i], &one)) !=
		    ERR_OK)
			return e;
		json_add(list, one);
	}
	json_put(made, "steps", list);
	*out = made;
	return json_put_raw(ctx, made, "rows", rows);
}

enum err
tenant_certificate_link(struct ctx *ctx, const char **secret,
    const char **link)
{
	uint8_t random[SECRET_BYTES];
	enum err e;

	crypto_random(random, sizeof(random));
	if ((e = base64url_encode(ctx, random, sizeof(random), secret)) !=
	    ERR_OK)
		return e;
	*link = text_printf(ctx->secrets, "%s/api/tenants/certificates/%s",
	    process.conf->base_url, *secret);
	return *link == NULL ? ERR_TOO_LARGE : ERR_OK;
}

enum err
tenant_certificate(struct ctx *ctx, const char *rows, const char *secret)
{
	const struct key *key = keyring_signer(&process.keys, KEY_AUDIT);
	struct certificate made = { .tenant = ctx->job->tenant.text,
	    .id = ctx->job->id.text, .platform = process.conf->base_url,
	    .at = (int64_t)time(NULL) };
	struct certificate_parts parts = { NULL, kept_list(ctx) };
	char digest[SHA256_HEX_MAX];
	struct facts facts;
	const char *token;
	enum err e;

	if (key == NULL)
		return fail(ctx, ERR_INTERNAL, "no_signing_key",
		    "no active key for checkpoints and certificates");
	token_digest(secret, digest);
	if ((e = sql_one(ctx, &SQL_CERTIFICATE_BEGIN, facts_view, &facts,
	    ARG_TEXT(digest), ARG_UUID(&ctx->job->id))) != ERR_OK ||
	    (e = removed_list(ctx, rows, &parts.removed)) != ERR_OK)
		return e;
	made.serial = facts.serial;
	made.asked = facts.asked;
	if ((e = certificate_sign(ctx, key, &made, &parts, &token)) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_CERTIFICATE_END, NULL, ARG_TEXT(token));
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * license.fcgi - the licence of a tenant, for its server and its owners.
 *
 * This process only reads: the worker issues licences, and only the worker has
 * the signing key.  A tenant's server asks every five minutes and authenticates
 * with its bootstrap token.  Start reading at routes[], at the bottom.
 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/common.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/service.h"
#include "libshared/skeleton/words.h"

#include "modules/license/license.sql.h"

struct license {
	const char	*tier, *state, *token, *file;
	const char	*valid_until, *grace_until;
	int64_t		 version;
};

static const struct field license_row[] = {
	VIEW_INT(struct license, version),
	VIEW_TEXT(struct license, tier),
	VIEW_TEXT(struct license, state),
	VIEW_TEXT(struct license, token),
	VIEW_TEXT(struct license, file),
	VIEW_TIME(struct license, valid_until),
	VIEW_TIME(struct license, grace_until),
	FIELD_END
};

static const struct field license_view[] = {
	VIEW_INT(struct license, version),
	VIEW_CHOICE(struct license, tier, tier_words),
	VIEW_CHOICE(struct license, state, license_states),
	VIEW_TEXT(struct license, token),
	VIEW_TIME(struct license, valid_until),
	VIEW_TIME(struct license, grace_until),
	FIELD_END_OF("License")
};

struct issued {
	const char	*tier, *state;
	const char	*valid_until, *grace_until, *created_at;
	int64_t		 version;
};

static const struct field issued_view[] = {
	VIEW_INT(struct issued, version),
	VIEW_CHOICE(struct issued, tier, tier_words),
	VIEW_CHOICE(struct issued, state, license_states),
	VIEW_TIME(struct issued, valid_until),
	VIEW_TIME(struct issued, grace_until),
	VIEW_TIME(struct issued, created_at),
	FIELD_END_OF("LicenseIssue")
};

struct asked { struct uuid id; };

static const struct field asked_view[] = {
	VIEW_UUID_OPT(struct asked, id),
	FIELD_END
};

struct proof { bool good; };

static const struct field proof_view[] = {
	VIEW_BOOL(struct proof, good),
	FIELD_END
};

/* license_current - reads the newest licence of the pinned tenant */
static enum err
license_current(struct ctx *ctx, struct license *license)
{
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_LICENSE_CURRENT, license_row, license,
	    &found)) != ERR_OK)
		return e;
	if (!found)
		return fail(ctx, ERR_NOT_FOUND, "no_license",
		    "the tenant has no licence yet");
	return ERR_OK;
}

static enum err
license_get(struct ctx *ctx)
{
	struct license license;
	enum err e;

	if ((e = license_current(ctx, &license)) != ERR_OK)
		return e;
	return reply(ctx, 200, license_view, &license);
}

static enum err
license_list(struct ctx *ctx)
{
	return reply_listed(ctx, &SQL_LICENSE_LIST, issued_view,
	    sizeof(struct issued));
}

/* license_download - answers payload.signature, which servers verify offline */
static enum err
license_download(struct ctx *ctx)
{
	struct req *rq = ctx->req;
	struct license license;
	enum err e;

	if ((e = license_current(ctx, &license)) != ERR_OK ||
	    (e = reply_header(ctx, "Content-Disposition", text_printf(
	    ctx->mem, "attachment; filename=\"%s.license\"",
	    ctx->who.tenant_slug))) != ERR_OK)
		return e;
	rq->body_out = license.file;
	rq->body_out_len = strlen(license.file);
	rq->type_out = "text/plain; charset=utf-8";
	rq->status = 200;
	return ERR_OK;
}

/* refuse_poll - gives an unknown tenant and a wrong token the same answer */
static enum err
refuse_poll(struct ctx *ctx)
{
	return fail(ctx, ERR_UNAUTHENTICATED, "invalid_token",
	    "the bootstrap token of the tenant is required");
}

static enum err
license_poll(struct ctx *ctx)
{
	const char *proof = ctx->req->authorization;
	const struct uuid nobody = { "" };
	char digest[SHA256_HEX_MAX];
	struct license license;
	struct asked asked = { { "" } };
	struct proof known;
	enum err e;

	if (proof == NULL || strncasecmp(proof, "Bearer ", 7) != 0)
		return refuse_poll(ctx);
	token_digest(proof + 7, digest);
	if ((e = sql_one(ctx, &SQL_LICENSE_TENANT_ID, asked_view, &asked,
	    ARG_TEXT(req_param(ctx, "tenant")))) != ERR_OK)
		return e;
	if (uuid_empty(&asked.id))
		return refuse_poll(ctx);
	if ((e = authn_pin(ctx, &asked.id, &nobody)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_LICENSE_PROOF, proof_view, &known,
	    ARG_TEXT(digest))) != ERR_OK)
		return e;
	if (!known.good)
		return refuse_poll(ctx);
	if ((e = license_current(ctx, &license)) != ERR_OK)
		return e;
	return reply(ctx, 200, license_view, &license);
}

static const struct route routes[] = {
	ROUTES_COMMON("license"),
	{ GET, "/api/license", PERM_LICENSE_READ, license_get,
	    .about = "Shows the tenant's licence.",
	    .output = license_view },
	{ GET, "/api/license/download", PERM_LICENSE_READ, license_download,
	    .about = "Downloads the licence for servers without a network.",
	    .flags = ROUTE_FILE },
	{ GET, "/api/license/versions", PERM_LICENSE_READ, license_list,
	    .about = "Lists the licences that were issued, newest first.",
	    .output = issued_view, .list = true },
	{ GET, "/api/license/{tenant}", PERM_PUBLIC, license_poll,
	    .about = "Gives a tenant's server its licence, for the bootstrap "
		"token.",
	    .output = license_view },
};

int
main(int argc, char *argv[])
{
	static const struct service license = {
		.name = "license", .routes = routes, .nroutes = nitems(routes),
	};

	return service_main(argc, argv, &license);
}

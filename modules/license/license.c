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
#include <time.h>

#include "libshared/base/clock.h"
#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/license.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/common.h"
#include "libshared/skeleton/jwks.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/service.h"
#include "libshared/skeleton/words.h"

#include "modules/license/license.sql.h"

/* Seconds for which a server may keep an answer before it asks again. */
#define POLL_CACHE	"private, max-age=300"
#define LIST_CACHE	"public, max-age=300"

struct license_row {
	const char	*id, *tier, *state, *token, *file;
	const char	*valid_until, *grace_until;
	const char	*verdict, *reason, *until;
	int64_t		 version, valid_s, grace_s;
	bool		 read, write;
};

static const struct field license_columns[] = {
	VIEW_INT(struct license_row, version),
	VIEW_TEXT(struct license_row, id),
	VIEW_TEXT(struct license_row, tier),
	VIEW_TEXT(struct license_row, state),
	VIEW_TEXT_OPT(struct license_row, token),
	VIEW_TEXT_OPT(struct license_row, file),
	VIEW_TIME(struct license_row, valid_until),
	VIEW_TIME(struct license_row, grace_until),
	VIEW_INT(struct license_row, valid_s),
	VIEW_INT(struct license_row, grace_s),
	FIELD_END
};

/* token is null when the licence is revoked; until, when nothing changes. */
static const struct field license_view[] = {
	VIEW_INT(struct license_row, version),
	VIEW_TEXT(struct license_row, id),
	VIEW_CHOICE(struct license_row, tier, tier_words),
	VIEW_CHOICE(struct license_row, state, license_states),
	VIEW_TEXT_OPT(struct license_row, token),
	VIEW_TIME(struct license_row, valid_until),
	VIEW_TIME(struct license_row, grace_until),
	VIEW_CHOICE(struct license_row, verdict, license_verdicts),
	VIEW_TEXT(struct license_row, reason),
	VIEW_BOOL(struct license_row, read),
	VIEW_BOOL(struct license_row, write),
	VIEW_TIME_OPT(struct license_row, until),
	FIELD_END_OF("License")
};

struct issued {
	const char	*id, *tier, *state;
	const char	*valid_until, *grace_until, *created_at;
	int64_t		 version;
};

static const struct field issued_view[] = {
	VIEW_INT(struct issued, version),
	VIEW_TEXT(struct issued, id),
	VIEW_CHOICE(struct issued, tier, tier_words),
	VIEW_CHOICE(struct issued, state, license_states),
	VIEW_TIME(struct issued, valid_until),
	VIEW_TIME(struct issued, grace_until),
	VIEW_TIME(struct issued, created_at),
	FIELD_END_OF("LicenseIssue")
};

struct revoked_list {
	const char	*token, *created_at;
	int64_t		 serial, revoked;
};

static const struct field revoked_view[] = {
	VIEW_INT(struct revoked_list, serial),
	VIEW_TEXT(struct revoked_list, token),
	VIEW_INT(struct revoked_list, revoked),
	VIEW_TIME(struct revoked_list, created_at),
	FIELD_END_OF("LicenseRevocations")
};

static const char *const form_words[] = { "file", "jwt", NULL };

struct download_in { const char *format; };

static const struct field download_query[] = {
	FIELD_CHOICE_OPT(struct download_in, format, form_words),
	FIELD_END
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

/* license_judge - what the licence permits now, and until when */
static void
license_judge(struct ctx *ctx, struct license_row *license)
{
	const enum license_state state = license_state_of(license->state);
	const struct license_facts facts = { 0, license->valid_s,
	    license->grace_s, state == LICENSE_SUSPENDED,
	    state == LICENSE_REVOKED };
	const struct license_clock clock = { .now = (int64_t)time(NULL) };
	const struct license_ruling ruling = license_decide(&facts, &clock);
	char until[CLOCK_TEXT_MAX];

	clock_text(ruling.until, until);
	license->verdict = license_verdicts[ruling.verdict];
	license->reason = license_says(ruling.reason);
	license->read = ruling.read;
	license->write = ruling.write;
	license->until = ruling.until == 0 ? NULL : req_copy(ctx, until);
}

/* license_current - reads the newest licence of the pinned tenant */
static enum err
license_current(struct ctx *ctx, struct license_row *license)
{
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_LICENSE_CURRENT, license_columns, license,
	    &found)) != ERR_OK)
		return e;
	if (!found)
		return fail(ctx, ERR_NOT_FOUND, "no_license",
		    "the tenant has no licence yet");
	license_judge(ctx, license);
	return ERR_OK;
}

static enum err
license_get(struct ctx *ctx)
{
	struct license_row license;
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

/* license_download - answers either form, which servers verify offline */
static enum err
license_download(struct ctx *ctx)
{
	struct download_in in = { "file" };
	struct req *rq = ctx->req;
	struct license_row license;
	bool jwt;
	enum err e;

	if ((e = req_query(ctx, &in)) != ERR_OK ||
	    (e = license_current(ctx, &license)) != ERR_OK)
		return e;
	jwt = strcmp(in.format, "jwt") == 0;
	rq->body_out = jwt ? license.token : license.file;
	if (rq->body_out == NULL)
		return fail(ctx, ERR_FORBIDDEN, "license_ended",
		    "the tenant's licence is revoked");
	if ((e = reply_header(ctx, "Content-Disposition", text_printf(
	    ctx->mem, "attachment; filename=\"%s.%s\"",
	    ctx->who.tenant_slug, jwt ? "jwt" : "license"))) != ERR_OK)
		return e;
	rq->body_out_len = strlen(rq->body_out);
	rq->type_out = "text/plain; charset=utf-8";
	rq->status = 200;
	return ERR_OK;
}

static enum err
license_keys(struct ctx *ctx)
{
	struct json *set;
	enum err e;

	if ((e = jwks_read(ctx, &SQL_LICENSE_KEYS, &set)) != ERR_OK ||
	    (e = reply_header(ctx, "Cache-Control", LIST_CACHE)) != ERR_OK)
		return e;
	return reply_json(ctx, 200, set);
}

static enum err
revocations_get(struct ctx *ctx)
{
	struct revoked_list list;
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_REVOCATIONS_NEWEST, revoked_view, &list,
	    &found)) != ERR_OK)
		return e;
	if (!found) {
		fail_retry(ctx, 60);
		return fail(ctx, ERR_UNAVAILABLE, "no_revocations",
		    "the first list is not signed yet");
	}
	if ((e = reply_header(ctx, "Cache-Control", LIST_CACHE)) != ERR_OK)
		return e;
	return reply(ctx, 200, revoked_view, &list);
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
	struct license_row license;
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
	if ((e = license_current(ctx, &license)) != ERR_OK ||
	    (e = reply_header(ctx, "Cache-Control", POLL_CACHE)) != ERR_OK)
		return e;
	return reply(ctx, 200, license_view, &license);
}

static const struct route routes[] = {
	ROUTES_COMMON("license"),
	{ GET, "/api/license", PERM_LICENSE_READ, license_get,
	    .about = "Shows the tenant's licence.",
	    .output = license_view },
	{ GET, "/api/license/download", PERM_LICENSE_READ, license_download,
	    .about = "Downloads the licence for servers without a network, as "
		"payload.signature or as JWT.",
	    .query = download_query, .flags = ROUTE_FILE },
	{ GET, "/api/license/keys", PERM_PUBLIC, license_keys,
	    .about = "Public keys of the licences (RFC 7517).",
	    .output = key_set_view },
	{ GET, "/api/license/revocations", PERM_PUBLIC, revocations_get,
	    .about = "Shows the newest signed list of revoked licences; "
		"`token` is what a site without a network takes.",
	    .output = revoked_view },
	{ GET, "/api/license/versions", PERM_LICENSE_READ, license_list,
	    .about = "Lists the newest 100 licences that were issued.",
	    .output = issued_view, .list = true },
	{ GET, "/api/license/{tenant}", PERM_PUBLIC, license_poll,
	    .about = "Gives a tenant's server its licence; the proof is the "
		"tenant's bootstrap token, as a bearer.",
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

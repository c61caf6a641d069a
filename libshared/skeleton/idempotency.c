/* SPDX-License-Identifier: Apache-2.0 */
/* A POST that is sent twice happens once. */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/idempotency.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"

#include "libshared/skeleton/service.sql.h"

struct stored { const char *fingerprint, *body; int64_t status; };

static const struct field stored_view[] = {
	VIEW_TEXT(struct stored, fingerprint),
	VIEW_INT(struct stored, status),
	VIEW_TEXT(struct stored, body),
	FIELD_END
};

/*
 * idempotency_applies - is not used for answers with secrets, which are never
 * stored
 */
static bool
idempotency_applies(const struct ctx *ctx)
{
	const struct req *rq = ctx->req;

	return rq->idempotency_key != NULL && rq->method == POST &&
	    (rq->route->flags & ROUTE_SECRET) == 0 &&
	    !uuid_empty(&ctx->who.account);
}

static enum err
idempotency_replay(struct ctx *ctx, const char *fingerprint)
{
	struct req *rq = ctx->req;
	struct stored stored;
	enum err e;

	if ((e = sql_one(ctx, &SQL_IDEMPOTENCY_GET, stored_view, &stored,
	    ARG_UUID(&ctx->who.account), ARG_UUID(&ctx->who.tenant),
	    ARG_TEXT(rq->route->path), ARG_TEXT(rq->idempotency_key))) !=
	    ERR_OK)
		return e;
	if (strcmp(stored.fingerprint, fingerprint) != 0)
		return fail(ctx, ERR_INVALID, "idempotency_key_reused",
		    "this Idempotency-Key was used for another request");
	rq->status = (int)stored.status;
	rq->body_out = stored.body;
	rq->body_out_len = stored.body == NULL ? 0 : strlen(stored.body);
	return reply_header(ctx, "Idempotency-Replayed", "true");
}

/*
 * idempotency_part - hashes the length first, so that two parts cannot be read
 * as one
 */
static void
idempotency_part(struct sha256 *hash, struct str text)
{
	uint64_t len = text.len;

	sha256_add(hash, &len, sizeof(len));
	if (len > 0)
		sha256_add(hash, text.p, text.len);
}

void
idempotency_fingerprint(const struct req *rq, char hex[SHA256_HEX_MAX])
{
	struct sha256 *hash = sha256_new();
	uint8_t digest[SHA256_SIZE];
	size_t i;

	for (i = 0; i < rq->params.n; i++)
		idempotency_part(hash, rq->params.list[i].value);
	idempotency_part(hash, str_of(rq->query));
	idempotency_part(hash, rq->body);
	sha256_end(&hash, digest);
	hex_of(digest, sizeof(digest), hex);
}

enum err
idempotency_begin(struct ctx *ctx, bool *replayed)
{
	struct req *rq = ctx->req;
	char fingerprint[SHA256_HEX_MAX];
	int64_t claimed = 0;
	enum err e;

	*replayed = false;
	if (!idempotency_applies(ctx))
		return ERR_OK;
	if (strlen(rq->idempotency_key) > IDEMPOTENCY_KEY_MAX ||
	    !str_utf8(str_of(rq->idempotency_key)))
		return fail(ctx, ERR_BAD_INPUT, "bad_idempotency_key",
		    "Idempotency-Key is longer than %d characters, or no "
		    "UTF-8", IDEMPOTENCY_KEY_MAX);
	idempotency_fingerprint(rq, fingerprint);
	e = sql_exec(ctx, &SQL_IDEMPOTENCY_CLAIM, &claimed,
	    ARG_UUID(&ctx->who.account), ARG_UUID(&ctx->who.tenant),
	    ARG_TEXT(rq->route->path), ARG_TEXT(rq->idempotency_key),
	    ARG_TEXT(fingerprint));
	if (e == ERR_UNAVAILABLE && strcmp(sql_state(ctx), "55P03") == 0) {
		fail_clear(ctx);
		return fail(ctx, ERR_CONFLICT, "request_in_flight",
		    "a request with this Idempotency-Key is still under way");
	}
	rq->keyed = e == ERR_OK && claimed == 1;
	if (e != ERR_OK || rq->keyed)
		return e;
	*replayed = rq->replayed = true;
	return idempotency_replay(ctx, fingerprint);
}

enum err
idempotency_end(struct ctx *ctx)
{
	const struct req *rq = ctx->req;
	enum err e;

	if (!rq->keyed)
		return ERR_OK;
	/*
	 * The handler may have pinned a tenant that it created: pin the old one
	 * again.
	 */
	if ((e = authn_pin(ctx, &ctx->who.tenant, &ctx->who.account)) !=
	    ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_IDEMPOTENCY_STORE, NULL,
	    ARG_UUID(&ctx->who.account), ARG_UUID(&ctx->who.tenant),
	    ARG_TEXT(rq->route->path), ARG_TEXT(rq->idempotency_key),
	    ARG_INT(rq->status), ARG_TEXT(rq->body_out));
}

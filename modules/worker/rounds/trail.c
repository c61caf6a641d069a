/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seals the audit trail: newly committed events become part of their tenant's
 * chain, and the end of the chain is signed (threat T24).
 *
 * A request does not do this itself: it would hold the lock of the chain until
 * its commit is on disk, so that requests of one tenant would run one after
 * another (docs/decisions/0005).
 */
#include "config.h"

#include <time.h>

#include "libshared/base/log.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/key.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/audit_chain.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/rounds/rounds.h"

#include "modules/worker/rounds/trail.sql.h"

#define BATCH		250	/* events in one transaction */
#define BATCHES_MAX	20	/* batches of one chain in one round */
#define ROUND_S		5	/* then other work runs */

struct chain { const char *tenant; };
struct head { int64_t seq, signed_seq; const char *hash; };
struct flood {
	const char	*network, *action, *code, *minute;
	int64_t		 n;
};

static const struct field chain_view[] = {
	VIEW_TEXT(struct chain, tenant),
	FIELD_END
};

static const struct field head_view[] = {
	VIEW_INT(struct head, seq),
	VIEW_INT(struct head, signed_seq),
	VIEW_TEXT(struct head, hash),
	FIELD_END
};

static const struct field flood_view[] = {
	VIEW_TEXT(struct flood, network),
	VIEW_TEXT(struct flood, action),
	VIEW_TEXT(struct flood, code),
	VIEW_TEXT(struct flood, minute),
	VIEW_INT(struct flood, n),
	FIELD_END
};

/* chain_begin - reads the head of a chain and locks it until the commit */
static enum err
chain_begin(struct ctx *ctx, const char *tenant, struct head *head)
{
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_SEAL_HEAD_ADD, NULL, ARG_TEXT(tenant))) !=
	    ERR_OK)
		return e;
	return sql_one(ctx, &SQL_SEAL_HEAD, head_view, head,
	    ARG_TEXT(tenant));
}

/* link_one - adds the next link to the batch; logs an event that is missing */
static void
link_one(struct ctx *ctx, struct head *head, struct audit_record *record,
    struct json *batch)
{
	struct json *one = json_object(ctx);
	char hash[SHA256_HEX_MAX];

	record->seq = ++head->seq;
	audit_hash(record, head->hash, hash);
	head->hash = text_printf(ctx->mem, "%s", hash);
	json_put_int(one, "seq", record->seq);
	json_put_text(one, "event_id", record->id);
	json_put_text(one, "hash", hash);
	json_add(batch, one);
	if (record->action == NULL)
		log_event(LOG_ERROR, "audit_event_missing",
		    LOG_TEXT("tenant", record->tenant_id),
		    LOG_TEXT("event", record->id));
}

/* seal_batch - seals at most BATCH events of one chain; *n: how many */
static enum err
seal_batch(struct ctx *ctx, const char *tenant, size_t *n)
{
	struct json *batch = json_array(ctx);
	struct audit_record *rows;
	struct head head;
	const char *text;
	size_t i;
	enum err e;

	if ((e = chain_begin(ctx, tenant, &head)) != ERR_OK ||
	    (e = sql_many(ctx, &SQL_SEAL_EVENTS, audit_record_view,
	    sizeof(*rows), &rows, n, ARG_TEXT(tenant), ARG_INT(BATCH))) !=
	    ERR_OK)
		return e;
	for (i = 0; i < *n; i++)
		link_one(ctx, &head, &rows[i], batch);
	if (*n == 0)
		return sql_commit(ctx);
	if ((e = json_print(ctx, batch, &text, NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_SEAL_LINKS, NULL, ARG_TEXT(tenant),
	    ARG_TEXT(text))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_SEAL_DONE, NULL, ARG_TEXT(tenant),
	    ARG_TEXT(text))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_SEAL_HEAD_SET, NULL, ARG_TEXT(tenant),
	    ARG_INT(head.seq), ARG_TEXT(head.hash))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

enum err
trail_chain(struct ctx *ctx, const char *tenant)
{
	size_t n = BATCH, i;
	enum err e = ERR_OK;

	for (i = 0; i < BATCHES_MAX && n == BATCH && e == ERR_OK; i++)
		e = seal_batch(ctx, tenant, &n);
	return e;
}

/*
 * trail_sign - signs a checkpoint at the head of the chain.  The checkpoint is
 * also logged, and logs are stored elsewhere, so deleting it here is not enough
 * to hide it.
 */
enum err
trail_sign(struct ctx *ctx, const char *tenant)
{
	const struct key *key = keyring_signer(&process.keys, KEY_AUDIT);
	struct audit_checkpoint point = { .tenant = tenant,
	    .at = (int64_t)time(NULL) };
	struct head head;
	const char *token;
	enum err e;

	if (key == NULL)
		return fail(ctx, ERR_INTERNAL, "no_signing_key",
		    "no active key for checkpoints: keys init makes one");
	if ((e = chain_begin(ctx, tenant, &head)) != ERR_OK)
		return e;
	if (head.seq == head.signed_seq)
		return sql_commit(ctx);
	point.seq = head.seq;
	point.hash = head.hash;
	if ((e = audit_checkpoint_sign(ctx, key, &point, &token)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_SEAL_POINT, NULL, ARG_TEXT(tenant),
	    ARG_INT(point.seq), ARG_TEXT(point.hash), ARG_TEXT(token))) !=
	    ERR_OK ||
	    (e = sql_exec(ctx, &SQL_SEAL_SIGNED, NULL, ARG_TEXT(tenant),
	    ARG_INT(point.seq))) != ERR_OK || (e = sql_commit(ctx)) != ERR_OK)
		return e;
	log_event(LOG_INFO, "audit_checkpoint", LOG_TEXT("tenant", tenant),
	    LOG_INT("seq", point.seq), LOG_TEXT("token", token));
	return ERR_OK;
}

/* chains_each - calls act for each chain of a query, for ROUND_S at most */
static enum err
chains_each(struct ctx *ctx, const struct sql_query *query,
    enum err (*act)(struct ctx *, const char *))
{
	time_t end = time(NULL) + ROUND_S;
	struct chain *chains;
	size_t i, n;
	enum err e;

	if ((e = sql_many(ctx, query, chain_view, sizeof(*chains), &chains,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n && time(NULL) < end && e == ERR_OK; i++)
		e = act(ctx, chains[i].tenant);
	return e;
}

/* flood_one - writes an audit row for the refusals counted in a minute */
static enum err
flood_one(struct ctx *ctx, const struct flood *flood)
{
	struct json *facts = json_object(ctx);
	struct audit audit = { .action = "request.flood",
	    .result = AUDIT_REFUSED, .code = flood->code };
	enum err e;

	json_put_text(facts, "action", flood->action);
	json_put_int(facts, "count", flood->n);
	json_put_text(facts, "minute", flood->minute);
	if ((e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK)
		return e;
	ctx->client_ip = flood->network;
	e = audit_write(ctx, &audit);
	ctx->client_ip = NULL;
	return e;
}

/* floods_record - writes one audit row for each minute that has ended */
static enum err
floods_record(struct ctx *ctx)
{
	struct flood *rows;
	size_t i, n;
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_many(ctx, &SQL_FLOOD_TAKE, flood_view, sizeof(*rows),
	    &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n && e == ERR_OK; i++)
		if (rows[i].n > AUDIT_FLOOD_ROWS)
			e = flood_one(ctx, &rows[i]);
	return e != ERR_OK ? e : sql_commit(ctx);
}

enum err
trail_seal(struct ctx *ctx)
{
	enum err e;

	if ((e = floods_record(ctx)) != ERR_OK ||
	    (e = chains_each(ctx, &SQL_SEAL_UNSEALED, trail_chain)) != ERR_OK)
		return e;
	return chains_each(ctx, &SQL_SEAL_DUE, trail_sign);
}

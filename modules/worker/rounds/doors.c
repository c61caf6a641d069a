/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seals the bootstrap token of each tenant's server for the gate, which shows
 * it there in place of what an agent outside of the platform has shown (M6.6).
 *
 * The gate publishes its key when the first agent comes; a new key, and a new
 * token of a server, are found here, and so is the end of an overlap.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/log.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/agent_token.h"
#include "libshared/proto/sealed.h"
#include "libshared/skeleton/prefork.h"
#include "modules/worker/rounds/rounds.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/tenant/tenant_secret.h"
#include "modules/worker/work.h"

#include "modules/worker/rounds/doors.sql.h"

struct door { struct uuid tenant; const char *box, *digest, *public_key; };

static const struct field door_view[] = {
	VIEW_UUID(struct door, tenant),
	VIEW_TEXT(struct door, box),
	VIEW_TEXT(struct door, digest),
	VIEW_TEXT(struct door, public_key),
	FIELD_END
};

struct ended { struct uuid tenant; };

static const struct field ended_view[] = {
	VIEW_UUID(struct ended, tenant),
	FIELD_END
};

static enum err
door_seal(struct ctx *ctx, const struct door *door)
{
	const char *token, *box;
	enum err e;

	if ((e = tenant_secret_open(ctx, &door->tenant, SECRET_BOOTSTRAP,
	    door->box, &token)) != ERR_OK ||
	    (e = sealed_post(ctx, door->public_key, agent_token_bound(ctx,
	    &door->tenant), str_of(token), &box)) != ERR_OK ||
	    (e = work_begin_for(ctx, &door->tenant, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_DOOR_SET, NULL, ARG_TEXT(door->digest),
	    ARG_TEXT(door->public_key), ARG_TEXT(box))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

/* overlaps_end - queues the end of each overlap of a server's two tokens */
static enum err
overlaps_end(struct ctx *ctx)
{
	struct ended *ended;
	struct uuid operation;
	size_t i, n;
	enum err e;

	if ((e = sql_many(ctx, &SQL_OVERLAPS_ENDED, ended_view,
	    sizeof(*ended), &ended, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if ((e = work_begin_for(ctx, &ended[i].tenant, true)) !=
		    ERR_OK || (e = job_queue(ctx, "bootstrap.retire",
		    &ended[i].tenant, &operation)) != ERR_OK ||
		    (e = sql_commit(ctx)) != ERR_OK)
			return e;
	return ERR_OK;
}

enum err
doors_round(struct ctx *ctx)
{
	struct door *doors;
	size_t i, n;
	enum err e;

	if ((e = sql_many(ctx, &SQL_DOORS_DUE, door_view, sizeof(*doors),
	    &doors, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n && !prefork_stopping(); i++) {
		if (door_seal(ctx, &doors[i]) == ERR_OK)
			continue;
		sql_rollback(ctx);
		log_event(LOG_WARN, "door_not_sealed",
		    LOG_TEXT("tenant", doors[i].tenant.text),
		    LOG_TEXT("detail", ctx->fault.detail));
		fail_clear(ctx);
	}
	return overlaps_end(ctx);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may wait for a host that a tenant named.  A child that waits serves
 * nobody else, so that waiting has rooms with seats: a quarter of the children
 * for hosts that were silent or never answered yet, a half for hosts that
 * answer; the others never wait.  Each tenant has two places besides, one while
 * its host is silent (threat T10).
 */
#include "config.h"

#include "libshared/doors/sql.h"
#include "libshared/skeleton/process.h"
#include "modules/sso/room.h"
#include "modules/sso/sso.h"

#include "modules/sso/room.sql.h"

#define PLACES	2	/* of a tenant whose host answers */
#define RETRY_S	5	/* most calls have ended by then */

struct given { bool given; };

static const struct field given_view[] = {
	VIEW_BOOL(struct given, given),
	FIELD_END
};

static int64_t
seats_of(bool answers)
{
	int64_t children = (int64_t)process.conf->processes * SPREAD;

	return children / (answers ? 2 : 4);
}

static enum err
room_full(struct ctx *ctx, const char *why)
{
	fail_retry(ctx, RETRY_S);
	return fail(ctx, ERR_LIMIT, "sso_busy", "%s", why);
}

enum err
room_enter(struct ctx *ctx, const struct uuid *tenant, bool answers,
    struct room *room)
{
	struct room taken = { .name = answers ? "answers" : "silent" };
	enum err e;

	if ((e = sql_begin(ctx, false)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_PLACE_TAKE, &taken.place,
	    ARG_TEXT(tenant->text), ARG_INT(answers ? PLACES : 1))) != ERR_OK)
		return e;
	*room = taken;
	if (taken.place == 0)
		return room_full(ctx, "others of this tenant wait for its "
		    "provider: try again");
	if ((e = sql_count(ctx, &SQL_PLACE_TAKE, &room->seat,
	    ARG_TEXT(taken.name), ARG_INT(seats_of(answers)))) != ERR_OK)
		return e;
	if (room->seat == 0)
		return room_full(ctx, "many wait for their providers just "
		    "now: try again");
	return sql_commit(ctx);
}

/* The database session holds the places, so a failure here cannot lose them. */
void
room_leave(struct ctx *ctx, const struct uuid *tenant, struct room *room)
{
	struct given given;

	if (room->place == 0)
		return;
	sql_rollback(ctx);
	if (sql_begin(ctx, false) != ERR_OK ||
	    sql_one(ctx, &SQL_PLACE_GIVE, given_view, &given,
	    ARG_TEXT(tenant->text), ARG_INT(room->place)) != ERR_OK ||
	    (room->seat != 0 && sql_one(ctx, &SQL_PLACE_GIVE, given_view,
	    &given, ARG_TEXT(room->name), ARG_INT(room->seat)) != ERR_OK) ||
	    sql_commit(ctx) != ERR_OK)
		sql_reset(ctx);
	*room = (struct room){ .name = NULL };
}

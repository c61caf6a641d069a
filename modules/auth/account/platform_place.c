/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places where tenants run, as operators of the platform register, check, drain
 * and remove them.
 *
 * Functions of the database change them, after asking for the operator's
 * permission again.  The worker checks a place; here it is only asked to.
 */
#include "config.h"

#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "libshared/rows/place_row.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/auth/account/account.h"

#include "modules/auth/account/platform_place.sql.h"

struct public { const char *public_key; };

static const struct field public_view[] = {
	VIEW_TEXT(struct public, public_key),
	FIELD_END
};

struct added { bool done; };

static const struct field added_view[] = {
	VIEW_BOOL(struct added, done),
	FIELD_END
};

struct moved { const char *answer; };

static const struct field moved_view[] = {
	VIEW_TEXT(struct moved, answer),
	FIELD_END
};

enum err
platform_place_list(struct ctx *ctx)
{
	return reply_listed(ctx, &SQL_PLATFORM_PLACE_LIST, place_row_view,
	    sizeof(struct place_row));
}

static enum err
row_read(struct ctx *ctx, const struct uuid *id, struct place_row *row)
{
	bool found = false;
	enum err e;

	if (!uuid_empty(id) && (e = sql_opt(ctx, &SQL_PLATFORM_PLACE_GET,
	    place_row_view, row, &found, ARG_UUID(id))) != ERR_OK)
		return e;
	if (!found)
		return fail(ctx, ERR_NOT_FOUND, "no_such_place",
		    "there is no such place");
	audit_subject(ctx, "place", req_copy(ctx, row->id.text));
	audit_fact(ctx, "name", row->name);
	return ERR_OK;
}

/* row_of - reads the place of the path */
static enum err
row_of(struct ctx *ctx, struct place_row *row)
{
	struct uuid id = { "" };

	if (!uuid_set(&id, req_param(ctx, "id")))
		id.text[0] = '\0';
	return row_read(ctx, &id, row);
}

enum err
platform_place_get(struct ctx *ctx)
{
	struct place_row row;
	enum err e;

	if ((e = row_of(ctx, &row)) != ERR_OK)
		return e;
	return reply(ctx, 200, place_row_view, &row);
}

/* place_insert - ERR_CONFLICT place_taken, ERR_NOT_FOUND no_such_tenant */
static enum err
place_insert(struct ctx *ctx, const struct uuid *id, const char *text,
    const struct place_in *in)
{
	struct added added;
	enum err e;

	e = sql_one(ctx, &SQL_PLATFORM_PLACE_ADD, added_view, &added,
	    ARG_UUID(id), ARG_TEXT(text));
	if (e == ERR_CONFLICT)
		return fail_at(ctx, "name", fail(ctx, e, "place_taken",
		    "there is a place '%s' already", in->name));
	if (e == ERR_OK && !added.done)
		return fail_at(ctx, "tenant", fail(ctx, ERR_NOT_FOUND,
		    "no_such_tenant", "there is no tenant '%s'",
		    in->tenant == NULL ? "" : in->tenant));
	return e;
}

enum err
platform_place_add(struct ctx *ctx)
{
	struct public public = { NULL };
	struct place_in in;
	struct place_row row;
	struct uuid id;
	const char *text;
	bool found;
	enum err e;

	uuid7(&id);
	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_PLATFORM_PLACE_PUBLIC, public_view,
	    &public, &found)) != ERR_OK ||
	    (e = place_row_make(ctx, &id, &in, public.public_key, &text)) !=
	    ERR_OK || (e = place_insert(ctx, &id, text, &in)) != ERR_OK ||
	    (e = row_read(ctx, &id, &row)) != ERR_OK)
		return e;
	audit_fact(ctx, "endpoint", in.endpoint == NULL ? "" : in.endpoint);
	return reply(ctx, 201, place_row_view, &row);
}

/* place_move - moves it on, and reads how it is afterwards */
static enum err
place_move(struct ctx *ctx, const char *to, struct place_row *row)
{
	struct moved moved;
	enum err e;

	if ((e = row_of(ctx, row)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_PLATFORM_PLACE_MOVE, moved_view, &moved,
	    ARG_UUID(&row->id), ARG_TEXT(to))) != ERR_OK)
		return e;
	return place_moved(ctx, row, moved.answer);
}

static enum err
place_answer(struct ctx *ctx, const char *to)
{
	struct place_row row;
	enum err e;

	if ((e = place_move(ctx, to, &row)) != ERR_OK ||
	    (e = row_of(ctx, &row)) != ERR_OK)
		return e;
	return reply(ctx, 200, place_row_view, &row);
}

enum err
platform_place_check(struct ctx *ctx)
{
	return place_answer(ctx, NULL);
}

enum err
platform_place_drain(struct ctx *ctx)
{
	return place_answer(ctx, "draining");
}

enum err
platform_place_undrain(struct ctx *ctx)
{
	return place_answer(ctx, "ready");
}

enum err
platform_place_remove(struct ctx *ctx)
{
	struct place_row row;
	enum err e;

	if ((e = place_move(ctx, "removed", &row)) != ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the runtime of a place by its row.
 *
 * The key that is shown there was sealed for the worker when the place was
 * registered, and is bound to the place (threat T13).
 */
#include "config.h"

#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "libshared/rows/place_row.h"
#include "libshared/proto/sealed.h"
#include "modules/worker/place/place.h"
#include "modules/worker/runtime/runtime.h"
#include "modules/worker/work.h"

#include "modules/worker/place/place.sql.h"

struct found { struct runtime_place place; const char *key_box; };
struct noted { const char *git_commit; };

static const struct field noted_view[] = {
	VIEW_TEXT_OPT(struct noted, git_commit),
	FIELD_END
};

static const struct field found_view[] = {
	VIEW_TEXT(struct runtime_place, name),
	VIEW_TEXT(struct runtime_place, kind),
	VIEW_TEXT_OPT(struct runtime_place, endpoint),
	VIEW_TEXT_OPT(struct runtime_place, registry),
	VIEW_TEXT_OPT(struct runtime_place, ca),
	VIEW_TEXT_OPT(struct runtime_place, certificate),
	VIEW_TEXT_OPT(struct runtime_place, cluster),
	VIEW_TEXT_OPT(struct runtime_place, seal_certificate),
	VIEW_TEXT_OPT(struct found, key_box),
	FIELD_END
};

static enum err
key_open(struct ctx *ctx, const struct uuid *id, struct found *found)
{
	struct str key;
	enum err e;

	if ((e = sealed_collect(ctx, PLACE_SEAL_KEY, place_bound(ctx, id),
	    found->key_box, &key)) != ERR_OK)
		return e;
	found->place.key = key.p;
	return ERR_OK;
}

/* notes_begin - *mine: a transaction was begun, and has to end */
static enum err
notes_begin(struct ctx *ctx, bool write, bool *mine)
{
	*mine = !sql_in_transaction(ctx);
	return *mine ? work_begin(ctx, write) : ERR_OK;
}

static enum err
commit_get(struct ctx *ctx, const char **commit)
{
	struct noted noted = { NULL };
	bool found, mine;
	enum err e;

	*commit = NULL;
	if (ctx->job == NULL)
		return ERR_OK;
	if ((e = notes_begin(ctx, false, &mine)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_COMMIT_GET, noted_view, &noted,
	    &found)) != ERR_OK)
		return e;
	*commit = noted.git_commit;
	return mine ? sql_commit(ctx) : ERR_OK;
}

static enum err
commit_set(struct ctx *ctx, const char *commit)
{
	bool mine;
	enum err e;

	if (ctx->job == NULL)
		return ERR_OK;
	if ((e = notes_begin(ctx, true, &mine)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_COMMIT_SET, NULL, ARG_TEXT(commit))) !=
	    ERR_OK)
		return e;
	return mine ? sql_commit(ctx) : ERR_OK;
}

static const struct runtime_notes notes = { commit_get, commit_set };

enum err
place_runtime(struct ctx *ctx, const struct uuid *place,
    const struct runtime **rt)
{
	struct found found = { .place = { .notes = &notes } };
	enum err e;

	if ((e = sql_one(ctx, &SQL_PLACE_GET, found_view, &found,
	    ARG_UUID(place))) != ERR_OK || (found.key_box != NULL &&
	    (e = key_open(ctx, place, &found)) != ERR_OK))
		return e;
	return runtime_of(ctx, &found.place, rt);
}

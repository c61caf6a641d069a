/* SPDX-License-Identifier: Apache-2.0 */
/* Public halves in table signing_key, and the audit rows of their changes. */
#include "config.h"

#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/key.h"
#include "libshared/skeleton/audit.h"
#include "modules/ctl/keys.h"

#include "modules/ctl/keys.sql.h"

static const struct field key_row_view[] = {
	VIEW_TEXT(struct key_row, kid),
	VIEW_TEXT(struct key_row, purpose),
	VIEW_TEXT(struct key_row, holder),
	VIEW_TEXT(struct key_row, state),
	VIEW_INT(struct key_row, age_s),
	VIEW_INT(struct key_row, state_age_s),
	VIEW_TEXT(struct key_row, created_at),
	VIEW_TEXT(struct key_row, changed_at),
	FIELD_END
};

struct named { const char *kid; };

static const struct field named_view[] = {
	VIEW_TEXT(struct named, kid),
	FIELD_END
};

enum err
key_row_get(struct ctx *ctx, const char *kid, struct key_row *row,
    bool *found)
{
	return sql_opt(ctx, &SQL_KEY_GET, key_row_view, row, found,
	    ARG_TEXT(kid));
}

enum err
key_row_list(struct ctx *ctx, struct key_row **rows, size_t *n)
{
	return sql_many(ctx, &SQL_KEY_LIST, key_row_view, sizeof(**rows),
	    rows, n);
}

enum err
key_row_newest(struct ctx *ctx, const struct key_row *like,
    const char *state, const char **kid)
{
	struct named *rows;
	size_t n;
	enum err e;

	if ((e = sql_many(ctx, &SQL_KEY_IN_STATE, named_view, sizeof(*rows),
	    &rows, &n, ARG_TEXT(like->purpose), ARG_TEXT(like->holder),
	    ARG_TEXT(state))) != ERR_OK)
		return e;
	*kid = n == 0 ? NULL : rows[0].kid;
	return ERR_OK;
}

/* key_row_record - writes the platform's audit row of a change */
static enum err
key_row_record(struct ctx *ctx, const char *action, const struct key_row *row,
    const char *state)
{
	struct json *facts = json_object(ctx);
	struct audit audit = {
		.action = action, .subject_type = "key",
		.subject_id = row->kid, .result = AUDIT_DONE,
	};
	enum err e;

	json_put_text(facts, "purpose", row->purpose);
	json_put_text(facts, "holder", row->holder);
	json_put_text(facts, "from", row->state);
	json_put_text(facts, "to", state);
	if ((e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK)
		return e;
	return audit_write(ctx, &audit);
}

enum err
key_row_add(struct ctx *ctx, const struct key *key, const char *holder,
    enum key_state state, bool *added)
{
	const struct key_row row = {
		.kid = key->kid, .holder = holder,
		.purpose = key_purpose_name(key->purpose),
	};
	int64_t count;
	struct json *jwk;
	const char *text;
	int64_t n = 0;
	enum err e;

	if ((e = key_jwk(ctx, key, &jwk)) != ERR_OK ||
	    (e = json_print(ctx, jwk, &text, NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_KEY_INSERT, &n, ARG_TEXT(key->kid),
	    ARG_TEXT(row.purpose), ARG_TEXT(key_state_word(state)),
	    ARG_TEXT(text), ARG_TEXT(holder))) != ERR_OK)
		return e;
	*added = n == 1;
	if (!*added)
		return ERR_OK;
	if ((e = sql_count(ctx, &SQL_KEY_COUNT, &count)) != ERR_OK)
		return e;
	if (count > KEYS_MAX)
		return fail(ctx, ERR_INVALID, "too_many_keys",
		    "a process holds %d keys at most: retire passive ones "
		    "first", KEYS_MAX);
	return key_row_record(ctx, "key.add", &row, key_state_word(state));
}

enum err
key_row_move(struct ctx *ctx, const struct key_row *row, const char *state,
    const char *action)
{
	int64_t n = 0;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_KEY_MOVE, &n, ARG_TEXT(row->kid),
	    ARG_TEXT(row->state), ARG_TEXT(state))) != ERR_OK)
		return e;
	if (n != 1)
		return fail(ctx, ERR_CONFLICT, "key_changed",
		    "key %s is not %s any more", row->kid, row->state);
	return key_row_record(ctx, action, row, state);
}

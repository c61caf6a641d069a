/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the tier matrix: each with what a tenant has, and why. */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"
#include "libshared/plan/plan_rows.h"

const struct field plan_value_view[] = {
	VIEW_TEXT(struct plan_value, key),
	VIEW_TEXT_OPT(struct plan_value, plan_value),
	VIEW_TEXT_OPT(struct plan_value, value),
	VIEW_TEXT_OPT(struct plan_value, reason),
	VIEW_TIME_OPT(struct plan_value, since),
	VIEW_TIME_OPT(struct plan_value, ends_at),
	FIELD_END
};

const struct field plan_row_shape[] = {
	SHAPE_TEXT(key),
	SHAPE_TEXT(title),
	SHAPE_TEXT(about),
	SHAPE_BOOL(negotiable),
	SHAPE_TEXT_OPT(value),
	SHAPE_TEXT(words),
	SHAPE_TEXT(plan_words),
	SHAPE_TEXT_OPT(reason),
	SHAPE_TIME_OPT(since),
	SHAPE_TIME_OPT(ends_at),
	FIELD_END_OF("PlanRow")
};

static struct json *
row_json(struct ctx *ctx, const struct tier_row *row,
    const struct plan_value *has)
{
	struct json *one = json_object(ctx);

	json_put_text(one, "key", row->key);
	json_put_text(one, "title", row->title);
	json_put_text(one, "about", row->about);
	json_put_bool(one, "negotiable", row->part != TIER_FACT);
	json_put_text(one, "value", has->value);
	json_put_text(one, "words", tier_say(ctx->mem, row, has->value));
	json_put_text(one, "plan_words", tier_say(ctx->mem, row,
	    has->plan_value));
	json_put_text(one, "reason", has->reason);
	json_put_text(one, "since", has->since);
	json_put_text(one, "ends_at", has->ends_at);
	return one;
}

enum err
plan_rows(struct ctx *ctx, const struct plan_value *values, size_t n,
    const char **text)
{
	struct json *list = json_array(ctx);
	const struct tier_row *rows;
	size_t i, j, nrows;

	rows = tier_rows(&nrows);
	for (i = 0; i < nrows; i++) {
		for (j = 0; j < n && strcmp(values[j].key, rows[i].key) != 0;
		    j++)
			;
		if (j == n)
			return fail(ctx, ERR_INTERNAL, NULL,
			    "the database does not know %s", rows[i].key);
		json_add(list, row_json(ctx, &rows[i], &values[j]));
	}
	return json_print(ctx, list, text, NULL);
}

enum err
plan_rows_of(struct ctx *ctx, const struct tier *tier, const char **text)
{
	struct json *list = json_array(ctx);
	const struct tier_row *rows;
	struct plan_value has = { 0 };
	size_t i, n;

	rows = tier_rows(&n);
	for (i = 0; i < n; i++) {
		has.value = has.plan_value = rows[i].values[tier -
		    tier_list()];
		json_add(list, row_json(ctx, &rows[i], &has));
	}
	return json_print(ctx, list, text, NULL);
}

enum err
plan_value_read(struct ctx *ctx, const char *key, const char *value,
    const char **json)
{
	const struct tier_row *row = tier_row_of(key);
	const char *why;

	if (row == NULL)
		return fail(ctx, ERR_NOT_FOUND, "no_such_limit",
		    "no limit and no feature is called '%s': docs/tiers.md "
		    "lists their keys", key);
	if ((why = tier_read(ctx->mem, row, value, json)) != NULL)
		return fail_at(ctx, "value", fail(ctx, ERR_BAD_INPUT,
		    "invalid_fields", "value %s", why));
	return *json == NULL ? ERR_TOO_LARGE : ERR_OK;
}

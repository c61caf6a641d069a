/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of text become structs by a view table. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_row.h"

struct count { int64_t n; };

const struct field sql_count_view[] = {
	VIEW_INT(struct count, n),
	FIELD_END
};

/* put_text - copies a text; a secret one into ctx->secrets */
static enum err
put_text(struct ctx *ctx, const struct field *field, const char *value,
    void *at)
{
	struct arena *mem = field->kind == FIELD_KIND_SECRET ? ctx->secrets :
	    ctx->mem;
	char *copy = NULL;

	if (value != NULL &&
	    (copy = arena_text(mem, value, strlen(value))) == NULL)
		return fail(ctx, ERR_TOO_LARGE, "too_much_data",
		    "the result does not fit into memory of the request");
	memcpy(at, &copy, sizeof(copy));
	return ERR_OK;
}

/* put_value - stores one column in one member; NULL becomes zero */
static enum err
put_value(struct ctx *ctx, const struct field *field, const char *value,
    void *at)
{
	int64_t number = 0;
	bool flag = false;

	switch (field->kind) {
	case FIELD_KIND_TEXT:
	case FIELD_KIND_TIME:
	case FIELD_KIND_JSON:
	case FIELD_KIND_SECRET:
	case FIELD_KIND_LIST:
		return put_text(ctx, field, value, at);
	case FIELD_KIND_UUID:
		if (value == NULL)
			memset(at, 0, sizeof(struct uuid));
		if (value == NULL || uuid_set(at, value))
			return ERR_OK;
		break;
	case FIELD_KIND_INT:
		if (value != NULL && !str_int(str_of(value), INT64_MIN,
		    INT64_MAX, &number))
			break;
		memcpy(at, &number, sizeof(number));
		return ERR_OK;
	case FIELD_KIND_BOOL:
		if (value != NULL && strcmp(value, "t") != 0 &&
		    strcmp(value, "f") != 0)
			break;
		flag = value != NULL && value[0] == 't';
		memcpy(at, &flag, sizeof(flag));
		return ERR_OK;
	case FIELD__END:
		break;
	}
	return fail(ctx, ERR_INTERNAL, "internal",
	    "column %s does not hold what its view says", field->name);
}

enum err
sql_row(struct ctx *ctx, const struct sql_table *table, int row,
    const struct field *view, void *out)
{
	const struct field *field;
	int col, used = 0;
	enum err e;

	for (field = view; field->name != NULL; field++) {
		for (col = 0; col < table->ncols; col++)
			if (strcmp(table->name(table->from, col),
			    field->name) == 0)
				break;
		if (col == table->ncols)
			return fail(ctx, ERR_INTERNAL, "internal",
			    "no column for field %s", field->name);
		used++;
		if ((e = put_value(ctx, field,
		    table->value(table->from, row, col),
		    (char *)out + field->offset)) != ERR_OK)
			return e;
	}
	if (used != table->ncols)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "%d columns for %d fields", table->ncols, used);
	return ERR_OK;
}

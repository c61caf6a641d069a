/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of text become structs by a view table.  For sql.c and the scripted
 * database of the unit tests.
 */
#ifndef CAMELEER_SQL_ROW_H
#define CAMELEER_SQL_ROW_H

#include <stddef.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

struct sql_table {
	const void	*from;
	int		 ncols;
	const char	*(*name)(const void *from, int col);
	const char	*(*value)(const void *from, int row, int col);
};

/*
 * Fills *out from one row; a column or field without a partner is ERR_INTERNAL.
 */
enum err sql_row(struct ctx *ctx, const struct sql_table *table, int row,
    const struct field *view, void *out) must_check;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * States as enums, and the changes between them as rows.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/base/lifecycle.h"

static size_t
state_index(const char *const *words, size_t n, const char *word)
{
	size_t i;

	for (i = 0; word != NULL && i < n; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return n;
}

#include "libshared/base/lifecycle.rows.h"	/* from lifecycle.list */

const struct lifecycle_row *
lifecycle_rows(size_t *n)
{
	*n = nitems(lifecycle_list);
	return lifecycle_list;
}

bool
lifecycle_allows(const char *noun, const char *from, const char *to)
{
	const struct lifecycle_row *row;
	size_t i;

	for (i = 0; i < nitems(lifecycle_list); i++) {
		row = &lifecycle_list[i];
		if (strcmp(row->noun, noun) == 0 &&
		    strcmp(row->from, from) == 0 && strcmp(row->to, to) == 0)
			return true;
	}
	return false;
}

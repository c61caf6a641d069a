/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life cycles of lifecycle.list.  Each noun has an enum of its states,
 * NOUN_state_of(word), NOUN_state_word(state), and NOUN_states, which lists all
 * words and ends with NULL.  The words are those of the database and of the
 * API; the database refuses a change that is not listed.
 *
 * A word that is NULL or not a state becomes NOUN_STATE__MAX; the word of
 * NOUN_STATE__MAX is NULL.
 */
#ifndef CAMELEER_LIFECYCLE_H
#define CAMELEER_LIFECYCLE_H

#include <stdbool.h>
#include <stddef.h>

#include "libshared/base/lifecycle.list.h"

struct lifecycle_row {
	const char	*noun;
	const char	*from, *to;	/* from "-": it is created */
	const char	*who;		/* processes, separated by commas */
	const char	*why;
};

const struct lifecycle_row *lifecycle_rows(size_t *n);
/* Is this change listed? */
bool lifecycle_allows(const char *noun, const char *from, const char *to);

#endif

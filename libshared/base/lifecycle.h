/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life cycles of lifecycle.list: for each noun an enum with its states,
 * NOUN_state_of(word) and NOUN_state_word(state), and NOUN_states, all words
 * and NULL.  The words are those of the database and of the API; the database
 * refuses a change that is not listed.
 *
 * A word that is NULL or not a state is NOUN_STATE__MAX, and the word of that
 * is NULL.
 */
#ifndef CAMELEER_LIFECYCLE_H
#define CAMELEER_LIFECYCLE_H

#include <stdbool.h>
#include <stddef.h>

#include "libshared/base/lifecycle.list.h"

struct lifecycle_row {
	const char	*noun;
	const char	*from, *to;	/* from "-": not there yet */
	const char	*who;		/* processes, with commas */
	const char	*why;
};

const struct lifecycle_row *lifecycle_rows(size_t *n);
/* Is there a row for this change? */
bool lifecycle_allows(const char *noun, const char *from, const char *to);

#endif

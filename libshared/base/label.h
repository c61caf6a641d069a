/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Labels: names that people give to themselves and to things, and that others
 * read.  One rule for the form and for what an OpenID provider says.
 */
#ifndef CAMELEER_LABEL_H
#define CAMELEER_LABEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/str.h"

/*
 * True for UTF-8 in which at least one character can be seen, and none is
 * hidden: no control character, none that turns the direction of the text, and
 * none without a glyph.  Joiners count as hidden beside ASCII only, since other
 * scripts and emoji need them.
 */
bool label_sound(struct str text);
/*
 * Copies the text without its hidden characters, whole characters up to max - 1
 * bytes and a NUL; an empty string when nothing that can be seen is left.
 */
void label_clean(struct str text, char *out, size_t max);

#endif

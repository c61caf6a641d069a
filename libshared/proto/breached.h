/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Breached passwords: a sorted list inside the program, searched in memory, so
 * that no outside service sees a password (data/breached/README.md names its
 * source).
 */
#ifndef CAMELEER_BREACHED_H
#define CAMELEER_BREACHED_H

#include <stdbool.h>
#include <stddef.h>

#include "libshared/base/err.h"

/*
 * True for a password that is on the list (in any case), that surrounds a
 * listed word with digits and signs or repeats it, that repeats one unit of up
 * to four characters, or that is a row like abcdef (SP 800-63B 3.1.1.2).
 */
bool password_breached(const char *password) must_check;
size_t breached_count(void);		/* records in the list */

#endif

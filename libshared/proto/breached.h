/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords that others tried before: a list that is part of the program,
 * sorted, asked by binary search, and without anybody's help
 * (data/breached/README.md says where it is from).
 */
#ifndef CAMELEER_BREACHED_H
#define CAMELEER_BREACHED_H

#include <stdbool.h>
#include <stddef.h>

#include "libshared/base/err.h"

/*
 * On the list in any case of its letters, or made from a word of it by digits
 * and signs around it or by saying it again; one unit of up to four characters
 * said again and again; or nothing but a row like abcdef (SP 800-63B 3.1.1.2).
 */
bool password_breached(const char *password) must_check;
size_t breached_count(void);		/* records of the list */

#endif

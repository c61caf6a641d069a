/* SPDX-License-Identifier: Apache-2.0 */
/* For tests that iterate over a table: prints the row that failed. */
#ifndef CAMELEER_TESTS_ROWS_H
#define CAMELEER_TESTS_ROWS_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/unit.h"

#define assert_row(condition, row) do { \
	if (!(condition)) \
		fail_msg("row '%s': %s", (row), #condition); \
} while (0)

#endif

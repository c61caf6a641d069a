/* SPDX-License-Identifier: Apache-2.0 */
/* Test vectors of standards, which print bytes as hexadecimal digits. */
#ifndef CAMELEER_TESTS_UNIT_HEX_H
#define CAMELEER_TESTS_UNIT_HEX_H

#include <string.h>

#include "tests/support/unit.h"

static void
bytes_of(const char *hex, uint8_t *out, size_t len)
{
	char pair[3] = { 0 };
	size_t i;

	assert_int_equal(strlen(hex), 2 * len);
	for (i = 0; i < len; i++) {
		memcpy(pair, hex + 2 * i, 2);
		out[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
}

#endif

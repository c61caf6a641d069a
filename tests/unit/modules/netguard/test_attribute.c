/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "modules/netguard/attribute.h"
#include "tests/support/unit.h"

/* Attributes as a little-endian kernel writes them. */
static void
test_attributes_are_walked_to_the_end(void **state)
{
	static const char bytes[] = "\x08\x00\x03\x00" "abc\0"
	    "\x04\x00\x01\x80" "\x05\x00\x02\x00" "x";
	struct attributes a = { .p = bytes, .left = sizeof(bytes) - 1 };

	(void)state;
	assert_true(attribute_next(&a));
	assert_int_equal(a.type, 3);
	assert_int_equal(a.len, 4);
	assert_string_equal(a.data, "abc");
	assert_true(attribute_next(&a));
	assert_int_equal(a.type, 1);		/* without the nested bit */
	assert_int_equal(a.len, 0);
	assert_true(attribute_next(&a));	/* the last has no padding */
	assert_int_equal(a.type, 2);
	assert_memory_equal(a.data, "x", 1);
	assert_false(attribute_next(&a));
}

static void
test_odd_message_ends_the_walk(void **state)
{
	static const struct { const char *bytes; size_t n; } bad[] = {
		{ "", 0 }, { "\x08\x00\x03", 3 },
		{ "\x03\x00\x03\x00", 4 },	/* shorter than its head */
		{ "\x00\x00\x00\x00", 4 },
		{ "\x09\x00\x03\x00" "abcd", 8 },	/* longer than it is */
		{ "\xff\xff\x03\x00", 4 },
	};
	struct attributes a;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(bad); i++) {
		a = (struct attributes){ .p = bad[i].bytes,
		    .left = bad[i].n };
		assert_false(attribute_next(&a));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attributes_are_walked_to_the_end),
		cmocka_unit_test(test_odd_message_ends_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

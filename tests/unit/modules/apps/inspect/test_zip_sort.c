/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/support/unit.h"

#include "libshared/base/arena.h"
#include "modules/apps/inspect/zip_private.h"

static int
by_header(const struct zip_entry *a, const struct zip_entry *b)
{
	return (a->header > b->header) - (a->header < b->header);
}

static void
test_any_length_is_sorted_and_equal_ones_keep_their_order(void **state)
{
	struct ctx *ctx = ctx_new((size_t)64 << 20);
	uint32_t random = 1;
	struct zip zip;
	size_t n, i;

	(void)state;
	for (n = 0; n < 200; n++) {
		zip = (struct zip){ .count = n, .entries =
		    arena_array(ctx->mem, n + 1, sizeof(*zip.entries)) };
		assert_non_null(zip.entries);
		for (i = 0; i < n; i++) {
			random = random * 1664525 + 1013904223;
			zip.entries[i].header = random >> 24;
			zip.entries[i].crc = (uint32_t)i;
		}
		assert_int_equal(zip_sort(ctx, &zip, by_header), ERR_OK);
		for (i = 1; i < n; i++) {
			assert_true(zip.entries[i - 1].header <=
			    zip.entries[i].header);
			if (zip.entries[i - 1].header == zip.entries[i].header)
				assert_true(zip.entries[i - 1].crc <
				    zip.entries[i].crc);
		}
		assert_int_equal(zip_sort(ctx, &zip, by_header), ERR_OK);
	}
	ctx_free(&ctx);
}

static void
test_memory_for_it_is_bounded(void **state)
{
	struct ctx *ctx = ctx_new(500);
	struct zip_entry entries[20] = { { .header = 5 } };	/* unsorted */
	struct zip zip = { .count = 20, .entries = entries };

	(void)state;
	assert_int_equal(zip_sort(ctx, &zip, by_header), ERR_INVALID);
	assert_string_equal(ctx->fault.code, "jar_too_complex");
	ctx_free(&ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_any_length_is_sorted_and_equal_ones_keep_their_order),
		cmocka_unit_test(test_memory_for_it_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

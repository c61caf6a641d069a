/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/support/rows.h"
#include "tests/support/unit_ctx.h"

#include "modules/apps/inspect/zip_private.h"

/* Refused archives are in tests/fuzz/corpus/zip; see test_jar.c. */
static void
test_plain_relative_names_are_taken(void **state)
{
	static const char *const names[] = { "a", "a/", "a/b", "a/b/",
	    "...", "..a", "a..b/c", "a b", "x/C:y", ".a", "\xc3\xa4.txt",
	    "META-INF/services/javax.x", "$a", "1:", "~", "a'b" };
	struct zip_record record = { .method = ZIP_STORED };
	size_t i;

	(void)state;
	for (i = 0; i < nitems(names); i++) {
		record.name = str_of(names[i]);
		assert_row(zip_rule_record(ctx, &record) == ERR_OK,
		    names[i]);
	}
}

static void
test_ratio_counts_above_the_floor_only(void **state)
{
	static const struct {
		const char *row;
		uint32_t packed, size;
		enum err e;
	} rows[] = {
		{ "small", 10, ZIP_RATIO_FLOOR, ERR_OK },
		{ "one more", 10, ZIP_RATIO_FLOOR + 1, ERR_INVALID },
		{ "at the ratio", 10000, 200 * 10000 - 1, ERR_OK },
		{ "over it", 10000, 200 * 10000, ERR_INVALID },
		{ "largest", 0xfffffffe, 0xfffffffe, ERR_OK },
	};
	struct zip_record record = { .name = STR("a"),
	    .method = ZIP_DEFLATED };
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		record.packed = rows[i].packed;
		record.size = rows[i].size;
		fail_clear(ctx);
		assert_row(zip_rule_record(ctx, &record) == rows[i].e,
		    rows[i].row);
	}
}

static void
test_every_flag_but_the_known_is_refused(void **state)
{
	struct zip_record record = { .name = STR("a") };
	unsigned bit;
	bool known;

	(void)state;
	for (bit = 0; bit < 16; bit++) {
		known = bit == 1 || bit == 2 || bit == 3 || bit == 11;
		record.flags = (uint16_t)(1u << bit);
		fail_clear(ctx);
		assert_true((zip_rule_record(ctx, &record) == ERR_OK) ==
		    known);
	}
}

static void
test_every_type_but_files_and_directories_is_refused(void **state)
{
	struct zip_record record = { .name = STR("a") };
	uint32_t type;

	(void)state;
	for (type = 0; type < 16; type++) {
		record.mode = type << 12 | 0644;
		fail_clear(ctx);
		assert_true((zip_rule_record(ctx, &record) == ERR_OK) ==
		    (type == 0 || type == 4 || type == 8));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_plain_relative_names_are_taken),
		CTX_TEST(test_ratio_counts_above_the_floor_only),
		CTX_TEST(test_every_flag_but_the_known_is_refused),
		CTX_TEST(test_every_type_but_files_and_directories_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

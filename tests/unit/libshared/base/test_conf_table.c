/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"

#include "libshared/base/conf.h"
#include "libshared/base/str.h"

static void
test_presets_satisfy_their_own_rules(void **state)
{
	const struct setting *setting;
	size_t n = 0;

	(void)state;
	for (setting = conf_known; setting->name != NULL; setting++, n++) {
		if (setting->preset == NULL)
			continue;
		assert_row(conf_check(setting, str_of(setting->preset)) ==
		    NULL, setting->name);
	}
	assert_true(n > 20);
}

static void
test_names_differ(void **state)
{
	const struct setting *one, *other;

	(void)state;
	for (one = conf_known; one->name != NULL; one++)
		for (other = conf_known; other != one; other++)
			assert_string_not_equal(one->name, other->name);
}

static const struct setting *
known_of(const char *name)
{
	const struct setting *known = conf_known;

	while (known->name != NULL && strcmp(known->name, name) != 0)
		known++;
	return known;
}

/* The table that the build collects equals the modules' tables. */
static void
test_each_row_is_known_as_it_stands(void **state)
{
	const struct setting *row, *known;

	(void)state;
	for (row = base_settings; row->name != NULL; row++) {
		known = known_of(row->name);
		assert_row(known->name != NULL, row->name);
		assert_row(known->kind == row->kind, row->name);
		assert_row(known->min == row->min && known->max == row->max,
		    row->name);
		assert_row((known->preset == NULL) == (row->preset == NULL),
		    row->name);
		if (row->preset != NULL)
			assert_string_equal(known->preset, row->preset);
	}
	assert_null(known_of("colour")->name);
}

/* A member without a row would stay NULL for every file. */
static void
test_each_member_has_a_row(void **state)
{
	size_t n = 0;

	(void)state;
	while (base_settings[n].name != NULL)
		n++;
	assert_int_equal(n * sizeof(void *), offsetof(struct conf, file));
}

static void
test_each_setting_is_explained(void **state)
{
	const struct setting *setting;
	size_t len;

	(void)state;
	for (setting = base_settings; setting->name != NULL; setting++) {
		len = strlen(setting->about);
		assert_row(len > 10, setting->name);
		assert_row(setting->about[len - 1] == '.', setting->name);
		assert_row(setting->min < setting->max, setting->name);
		assert_int_equal(strspn(setting->name,
		    "abcdefghijklmnopqrstuvwxyz_"), strlen(setting->name));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_presets_satisfy_their_own_rules),
		cmocka_unit_test(test_names_differ),
		cmocka_unit_test(test_each_row_is_known_as_it_stands),
		cmocka_unit_test(test_each_member_has_a_row),
		cmocka_unit_test(test_each_setting_is_explained),
	};

	return cmocka_run_group_tests_name("conf_table", tests, NULL, NULL);
}

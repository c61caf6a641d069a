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
	for (setting = settings; setting->name != NULL; setting++, n++) {
		if (setting->preset == NULL)
			continue;
		assert_row(conf_check(setting, str_of(setting->preset)) ==
		    NULL, setting->name);
	}
	assert_true(n > 20);
}

static void
test_names_differ_and_members_too(void **state)
{
	const struct setting *one, *other;

	(void)state;
	for (one = settings; one->name != NULL; one++)
		for (other = settings; other != one; other++) {
			assert_string_not_equal(one->name, other->name);
			assert_int_not_equal(one->offset, other->offset);
		}
}

/* A member without a row would stay NULL, whatever the file says. */
static void
test_each_member_has_a_row(void **state)
{
	size_t n = 0;

	(void)state;
	while (settings[n].name != NULL)
		n++;
	assert_int_equal(n * sizeof(void *), sizeof(struct conf));
}

static void
test_each_setting_is_explained(void **state)
{
	const struct setting *setting;
	size_t len;

	(void)state;
	for (setting = settings; setting->name != NULL; setting++) {
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
		cmocka_unit_test(test_names_differ_and_members_too),
		cmocka_unit_test(test_each_member_has_a_row),
		cmocka_unit_test(test_each_setting_is_explained),
	};

	return cmocka_run_group_tests_name("conf_table", tests, NULL, NULL);
}

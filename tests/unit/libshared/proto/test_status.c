/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit.h"

#include "libshared/base/err.h"
#include "libshared/proto/status.h"

static void
test_known_ones_have_the_words_of_the_standard(void **state)
{
	(void)state;
	assert_string_equal(status_reason(200), "OK");
	assert_string_equal(status_reason(404), "Not Found");
	assert_string_equal(status_reason(422), "Unprocessable Content");
	assert_string_equal(status_reason(507), "Insufficient Storage");
	assert_string_equal(status_reason(299), "Status");
}

/* Every error has a reason phrase, also one that is added later. */
static void
test_every_error_has_its_own(void **state)
{
	int e;

	(void)state;
	for (e = 0; e < ERR__MAX; e++)
		assert_string_not_equal(status_reason(err_status(
		    (enum err)e)), "Status");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_known_ones_have_the_words_of_the_standard),
		cmocka_unit_test(test_every_error_has_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

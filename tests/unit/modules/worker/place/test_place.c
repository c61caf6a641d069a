/* SPDX-License-Identifier: Apache-2.0 */
/* The row of a place leads to the runtime that works there. */
#include "config.h"

#include <string.h>

#include "modules/worker/place/place.h"
#include "tests/support/job_stage.h"

static void
test_the_row_names_the_runtime(void **state)
{
	const struct runtime *rt = NULL;
	struct uuid id;

	(void)state;
	assert_true(uuid_set(&id, PLACE));
	expect_place();
	assert_int_equal(place_runtime(ctx, &id, &rt), ERR_OK);
	assert_string_equal(rt->name, "memory");
}

static void
test_a_kind_that_is_not_here_is_named(void **state)
{
	const struct runtime *rt = NULL;
	struct uuid id;

	(void)state;
	assert_true(uuid_set(&id, PLACE));
	fake_expect("place_get", PLACE);
	fake_row("name", "attic", "kind", "punchcards", "endpoint", FAKE_NULL,
	    "registry", FAKE_NULL);
	assert_int_equal(place_runtime(ctx, &id, &rt), ERR_INTERNAL);
	assert_non_null(strstr(ctx->fault.detail, "attic"));
	assert_null(rt);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_the_row_names_the_runtime),
		JOB_TEST(test_a_kind_that_is_not_here_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

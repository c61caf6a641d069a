/* SPDX-License-Identifier: Apache-2.0 */
/* The row of a place leads to the runtime that works there. */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/proto/sealed.h"
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
	    "registry", FAKE_NULL, "ca", FAKE_NULL, "certificate",
	    FAKE_NULL, "cluster", FAKE_NULL, "seal_certificate", FAKE_NULL,
	    "key_box", FAKE_NULL);
	assert_int_equal(place_runtime(ctx, &id, &rt), ERR_INTERNAL);
	assert_non_null(strstr(ctx->fault.detail, "attic"));
	assert_null(rt);
}

static enum err
sealed_place(const char *bound, const struct runtime **rt)
{
	const char *public, *box;
	struct uuid id;

	assert_true(uuid_set(&id, PLACE));
	assert_int_equal(sealed_public(ctx, PLACE_SEAL_KEY, &public), ERR_OK);
	assert_int_equal(sealed_post(ctx, public, bound, STR("the key"), &box),
	    ERR_OK);
	fake_expect("place_get", PLACE);
	fake_row("name", "east", "kind", "memory", "endpoint",
	    "https://east.test", "registry", FAKE_NULL, "ca", "c",
	    "certificate", "c", "cluster", FAKE_NULL, "seal_certificate",
	    FAKE_NULL, "key_box", box);
	return place_runtime(ctx, &id, rt);
}

static void
test_its_key_is_opened(void **state)
{
	const struct runtime *rt = NULL;

	(void)state;
	assert_int_equal(sealed_place("place|" PLACE, &rt), ERR_OK);
	assert_non_null(rt);
}

/* Somebody with access to the database moved the box to another place. */
static void
test_the_key_of_another_place_is_not(void **state)
{
	const struct runtime *rt = NULL;

	(void)state;
	assert_int_equal(sealed_place("place|" JOB, &rt), ERR_INTERNAL);
	assert_fault(ERR_INTERNAL, "secret_unreadable");
	assert_null(rt);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_the_row_names_the_runtime),
		JOB_TEST(test_a_kind_that_is_not_here_is_named),
		JOB_TEST(test_its_key_is_opened),
		JOB_TEST(test_the_key_of_another_place_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

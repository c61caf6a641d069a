/* SPDX-License-Identifier: Apache-2.0 */
/* A place's runtime is found by its kind; that in memory meets the contract. */
#include "config.h"

#include <string.h>

#include "tests/support/memory_runtime.h"
#include "tests/support/request.h"
#include "tests/support/runtime_contract.h"

static void
pause_none(int ms)
{
	(void)ms;
}

static int
memory_setup(void **state)
{
	if (request_setup(state) != 0)
		return -1;
	memory_reset();
	contract = (struct contract){ .ctx = ctx, .image = memory_image,
	    .pause = pause_none };
	return runtime_of(ctx, MEMORY_PLACE, &contract.rt) == ERR_OK ? 0 : -1;
}

static void
test_a_runtime_is_found_by_the_kind_of_its_place(void **state)
{
	const struct runtime *rt = NULL;

	(void)state;
	assert_int_equal(runtime_of(ctx, MEMORY_PLACE, &rt), ERR_OK);
	assert_string_equal(rt->name, "memory");
}

static void
test_an_unknown_kind_is_a_fault_of_ours(void **state)
{
	const struct runtime_place place = { .name = "attic",
	    .kind = "punchcards" };
	const struct runtime *rt = NULL;

	(void)state;
	assert_int_equal(runtime_of(ctx, &place, &rt), ERR_INTERNAL);
	assert_non_null(strstr(ctx->fault.detail, "attic"));
	assert_non_null(strstr(ctx->fault.detail, "punchcards"));
	assert_null(rt);
}

static void
test_a_place_that_is_down_says_so(void **state)
{
	struct runtime_facts facts;

	(void)state;
	memory_fail(1, ERR_UNAVAILABLE, "engine_unavailable");
	assert_int_equal(contract.rt->look(ctx, contract.rt, &facts),
	    ERR_UNAVAILABLE);
	fail_clear(ctx);
	assert_int_equal(contract.rt->look(ctx, contract.rt, &facts), ERR_OK);
}

#define MEMORY_TEST(f) \
	cmocka_unit_test_setup_teardown(f, memory_setup, request_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		MEMORY_TEST(test_a_runtime_is_found_by_the_kind_of_its_place),
		MEMORY_TEST(test_an_unknown_kind_is_a_fault_of_ours),
		MEMORY_TEST(test_a_place_that_is_down_says_so),
		CONTRACT_TESTS(MEMORY_TEST),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

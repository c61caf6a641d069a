/* SPDX-License-Identifier: Apache-2.0 */
/* The contract of every runtime, tested with a real engine. */
#include "config.h"

#include "tests/engine/runtime_stage.h"

#define ENGINE_TEST(f)	cmocka_unit_test_setup(f, runtime_reset)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CONTRACT_TESTS(ENGINE_TEST),
	};

	return cmocka_run_group_tests(tests, runtime_begin, stage_end);
}

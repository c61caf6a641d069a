/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit_ctx.h"

#include <string.h>

#include "libshared/plan/plan_change.h"

static void
says(const struct plan_changed *changed, const char *code, const char *words)
{
	fail_clear(ctx);
	assert_int_equal(plan_changed_check(ctx, changed), ERR_CONFLICT);
	assert_string_equal(ctx->fault.code, code);
	assert_non_null(strstr(ctx->fault.detail, words));
}

static void
test_each_outcome_has_its_answer(void **state)
{
	(void)state;
	assert_int_equal(plan_changed_check(ctx,
	    &(const struct plan_changed){ "done", "low", NULL }), ERR_OK);
	says(&(const struct plan_changed){ "same", "low", NULL }, "plan_same",
	    "plan low already");
	says(&(const struct plan_changed){ "beyond", "mid",
	    "21 applications of 20" }, "plan_too_small",
	    "21 applications of 20");
	says(&(const struct plan_changed){ "leaving", "mid", NULL },
	    "tenant_not_active", "is leaving");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_each_outcome_has_its_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

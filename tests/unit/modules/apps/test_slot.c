/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit_ctx.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "modules/apps/slot.h"

#define SLOTS	6

static int
start(void **state)
{
	return ctx_setup(state) != 0 || slots_init(SLOTS) != 0;
}

/* Takes a slot for the n-th tenant and account; returns the result. */
static enum err
take(int tenant, int account)
{
	fail_clear(ctx);
	(void)snprintf(ctx->who.tenant.text, UUID_TEXT_MAX, "tenant-%d",
	    tenant);
	(void)snprintf(ctx->who.account.text, UUID_TEXT_MAX, "account-%d",
	    account);
	return slot_take(ctx);
}

static void
test_a_tenant_has_its_number(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < SLOTS_TENANT_MAX; i++)
		assert_int_equal(take(1, i), ERR_OK);
	assert_int_equal(take(1, 99), ERR_LIMIT);
	assert_string_equal(ctx->fault.code, "too_many_uploads");
	assert_int_equal(take(2, 99), ERR_OK);
}

static void
test_an_account_has_its_number(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < SLOTS_ACCOUNT_MAX; i++)
		assert_int_equal(take(i, 1), ERR_OK);
	assert_int_equal(take(99, 1), ERR_LIMIT);
	assert_int_equal(take(99, 2), ERR_OK);
}

static void
test_when_all_are_taken_others_wait(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < SLOTS; i++)
		assert_int_equal(take(i, i), ERR_OK);
	assert_int_equal(take(99, 99), ERR_UNAVAILABLE);
	assert_string_equal(ctx->fault.code, "uploads_busy");
	/* the request ends */
	arena_reset(ctx->mem);
	assert_int_equal(take(99, 99), ERR_OK);
}

static void
test_a_child_that_was_killed_leaves_its_slots(void **state)
{
	int i, status;
	pid_t pid;

	(void)state;
	if ((pid = fork()) == 0) {
		for (i = 0; i < SLOTS; i++)
			if (take(i, i) != ERR_OK)
				_exit(1);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(take(1, 1), ERR_OK);
}

#define SLOT_TEST(f)	cmocka_unit_test_setup_teardown(f, start, ctx_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SLOT_TEST(test_a_tenant_has_its_number),
		SLOT_TEST(test_an_account_has_its_number),
		SLOT_TEST(test_when_all_are_taken_others_wait),
		SLOT_TEST(test_a_child_that_was_killed_leaves_its_slots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

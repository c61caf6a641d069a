/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/support/job_stage.h"

extern const struct job_kind job_audit_checkpoint;

/* one literal: a list of texts follows where it is used */
#define HASH \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* expect_head - expects a query for the chain's end, which is signed */
static void
expect_head(const char *signed_seq)
{
	fake_expect("seal_head_add", TENANT);
	fake_expect("seal_head", TENANT);
	fake_row("seq", "7", "signed_seq", signed_seq, "hash", HASH);
}

static void
test_the_end_of_the_chain_is_signed_at_once(void **state)
{
	(void)state;
	expect_step("sign");
	expect_head("5");
	fake_expect("seal_events", TENANT, FAKE_ANY);
	expect_head("5");
	fake_expect("seal_point", TENANT, "7", HASH, FAKE_ANY);
	fake_expect("seal_signed", TENANT, "7");
	expect_step_end("sign", "done", FAKE_NULL);
	assert_int_equal(job_run(&job_audit_checkpoint), ERR_OK);
}

static void
test_what_is_signed_already_is_left(void **state)
{
	(void)state;
	expect_step("sign");
	expect_head("7");
	fake_expect("seal_events", TENANT, FAKE_ANY);
	expect_head("7");
	expect_step_end("sign", "done", FAKE_NULL);
	assert_int_equal(job_run(&job_audit_checkpoint), ERR_OK);
}

static void
test_a_chain_that_cannot_be_read_is_not_signed(void **state)
{
	(void)state;
	expect_step("sign");
	expect_head("5");
	fake_expect("seal_events", TENANT, FAKE_ANY);
	fake_error(ERR_UNAVAILABLE, "57P01");
	expect_step_end("sign", "running", FAKE_ANY);
	assert_int_equal(job_run(&job_audit_checkpoint), ERR_UNAVAILABLE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_the_end_of_the_chain_is_signed_at_once),
		JOB_TEST(test_what_is_signed_already_is_left),
		JOB_TEST(test_a_chain_that_cannot_be_read_is_not_signed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/support/job_stage.h"

extern const struct job_kind job_tenant_return;

/* expect_queued - expects that a job of this kind is queued for a subject */
static void
expect_queued(const char *kind, const char *subject)
{
	fake_expect("job_queue", FAKE_ANY, kind, subject);
	fake_row("id", SUBJECT);
	fake_expect("job_notify", kind);
}

static void
expect_busy(const char *busy)
{
	expect_tenant("active");
	expect_step("queue");
	expect_write();
	fake_expect("tenant_busy", JOB);
	fake_row("n", busy);
}

static void
test_server_and_deployments_are_started(void **state)
{
	(void)state;
	expect_busy("0");
	expect_queued("tenant.provision", TENANT);
	fake_expect("deployments_rest");
	fake_expect("deployments_resting");
	fake_row("id", SUBJECT);
	fake_row("id", PLACE);
	expect_queued("deployment.apply", SUBJECT);
	expect_queued("deployment.apply", PLACE);
	fake_expect("step_end", JOB, "queue", "done",
	    FAKE_HAS("2 deployments"));
	assert_int_equal(job_run(&job_tenant_return), ERR_OK);
}

/* The job that stops the tenant would stop what was started. */
static void
test_jobs_under_way_are_waited_for(void **state)
{
	(void)state;
	expect_busy("1");
	expect_step_end("queue", "running", FAKE_HAS("1 jobs"));
	assert_int_equal(job_run(&job_tenant_return), ERR_UNAVAILABLE);
	assert_fault(ERR_UNAVAILABLE, "tenant_busy");
}

static void
test_nothing_starts_in_one_that_does_not_run(void **state)
{
	static const char *const others[] = { "suspended", "failed",
	    "leaving", "deleting" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		expect_tenant(others[i]);
		assert_int_equal(job_run(&job_tenant_return), ERR_OK);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_server_and_deployments_are_started),
		JOB_TEST(test_jobs_under_way_are_waited_for),
		JOB_TEST(test_nothing_starts_in_one_that_does_not_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

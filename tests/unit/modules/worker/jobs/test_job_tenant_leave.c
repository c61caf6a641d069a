/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/support/job_stage.h"
#include "tests/support/runtime_contract.h"

extern const struct job_kind job_tenant_leave;

static const struct runtime_ref server = { .slug = SLUG };

/* server_start - starts the tenant's server */
static void
server_start(void)
{
	struct runtime_tenant tenant = contract_tenant(SLUG,
	    stage.server_image);
	struct runtime_status status;

	assert_int_equal(stage.rt->ensure_tenant(ctx, stage.rt, &tenant,
	    &status), ERR_OK);
}

static void
assert_server(enum runtime_state state)
{
	struct runtime_status status = { 0 };

	assert_int_equal(stage.rt->status(ctx, stage.rt, &server, &status),
	    ERR_OK);
	assert_int_equal(status.state, state);
}

static void
expect_stop(const char *busy)
{
	expect_tenant("leaving");
	expect_step("stop");
	expect_read();
	fake_expect("tenant_busy", JOB);
	fake_row("n", busy);
}

static void
expect_records(void)
{
	expect_step("records");
	expect_write();
	fake_expect("endpoint_delete");
	fake_expect("deployments_rest");
	fake_expect("step_end", JOB, "records", "done", FAKE_NULL);
}

static void
test_it_stops_and_keeps_everything(void **state)
{
	(void)state;
	server_start();
	expect_stop("0");
	expect_place();
	expect_step_end("stop", "done", FAKE_NULL);
	expect_records();
	assert_int_equal(job_run(&job_tenant_leave), ERR_OK);
	assert_server(RUNTIME_STOPPED);
	assert_int_equal(memory_containers(SLUG), 1);
}

/* They would start what is stopped here. */
static void
test_jobs_under_way_are_waited_for(void **state)
{
	(void)state;
	server_start();
	expect_stop("1");
	expect_step_end("stop", "running", FAKE_HAS("1 jobs"));
	assert_int_equal(job_run(&job_tenant_leave), ERR_UNAVAILABLE);
	assert_fault(ERR_UNAVAILABLE, "tenant_busy");
	assert_server(RUNTIME_RUNNING);
}

static void
test_after_a_crash_only_the_rest_is_done(void **state)
{
	(void)state;
	server_start();
	expect_tenant("leaving");
	expect_step_done("stop");
	expect_records();
	assert_int_equal(job_run(&job_tenant_leave), ERR_OK);
	assert_server(RUNTIME_RUNNING);
}

static void
test_one_that_stays_or_goes_is_left_alone(void **state)
{
	static const char *const others[] = { "active", "suspended",
	    "deleting" };
	size_t i;

	(void)state;
	server_start();
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		expect_tenant(others[i]);
		assert_int_equal(job_run(&job_tenant_leave), ERR_OK);
	}
	assert_server(RUNTIME_RUNNING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_it_stops_and_keeps_everything),
		JOB_TEST(test_jobs_under_way_are_waited_for),
		JOB_TEST(test_after_a_crash_only_the_rest_is_done),
		JOB_TEST(test_one_that_stays_or_goes_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

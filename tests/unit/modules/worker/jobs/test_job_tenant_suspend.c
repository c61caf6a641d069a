/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/support/job_stage.h"
#include "tests/support/runtime_contract.h"

extern const struct job_kind job_tenant_suspend;

/* tenant_start - starts the tenant's server and an application */
static void
tenant_start(const char *slug)
{
	struct runtime_tenant tenant = contract_tenant(slug,
	    stage.server_image);
	struct runtime_app app = contract_app(slug, "orders", "00000001",
	    memory_image("acme/orders", "say up\n"));
	struct runtime_status status;

	assert_int_equal(stage.rt->ensure_tenant(ctx, stage.rt, &tenant,
	    &status), ERR_OK);
	assert_int_equal(stage.rt->deploy(ctx, stage.rt, &app, &status),
	    ERR_OK);
}

static enum runtime_state
server_state(const char *slug)
{
	const struct runtime_ref server = { .slug = slug };
	struct runtime_status status = { 0 };

	assert_int_equal(stage.rt->status(ctx, stage.rt, &server, &status),
	    ERR_OK);
	return status.state;
}

static void
expect_job(const char *tenant_state, const char *standing)
{
	expect_tenant(tenant_state);
	expect_read();
	fake_expect("standing_get");
	fake_row("standing", standing);
}

static void
expect_state_step(void)
{
	expect_step("state");
	expect_write();
	fake_expect("tenant_state", "suspended", "active");
	fake_expect("step_end", JOB, "state", "done", FAKE_ANY);
}

static void
expect_containers_step(const char *busy)
{
	expect_step("containers");
	expect_read();
	fake_expect("apps_busy");
	fake_row("n", busy);
	if (busy[0] == '0')
		expect_place();
}

static void
expect_records_step(void)
{
	expect_step("records");
	expect_write();
	fake_expect("endpoint_delete");
	fake_expect("deployments_hold", "the tenant is suspended");
	fake_affected(2);
	fake_expect("step_end", JOB, "records", "done",
	    "2 deployments are to run again afterwards");
}

static void
test_all_that_it_runs_stops_and_stays(void **state)
{
	(void)state;
	tenant_start(SLUG);
	tenant_start("beta");
	expect_job("active", "suspended");
	expect_state_step();
	expect_containers_step("0");
	expect_step_end("containers", "done", FAKE_ANY);
	expect_records_step();
	assert_int_equal(job_run(&job_tenant_suspend), ERR_OK);
	assert_int_equal(memory_containers(SLUG), 2);
	assert_int_equal(server_state(SLUG), RUNTIME_STOPPED);
	assert_int_equal(server_state("beta"), RUNTIME_RUNNING);
}

/* The state is changed already when the worker comes back. */
static void
test_after_a_crash_it_goes_on(void **state)
{
	(void)state;
	tenant_start(SLUG);
	expect_job("suspended", "revoked");
	expect_step_done("state");
	expect_containers_step("0");
	expect_step_end("containers", "done", FAKE_ANY);
	expect_records_step();
	assert_int_equal(job_run(&job_tenant_suspend), ERR_OK);
	assert_int_equal(server_state(SLUG), RUNTIME_STOPPED);
}

static void
test_what_is_being_started_is_waited_for(void **state)
{
	(void)state;
	tenant_start(SLUG);
	expect_job("active", "suspended");
	expect_state_step();
	expect_containers_step("1");
	expect_step_end("containers", "running", FAKE_HAS("1 jobs"));
	assert_int_equal(job_run(&job_tenant_suspend), ERR_UNAVAILABLE);
	assert_fault(ERR_UNAVAILABLE, "tenant_busy");
	assert_int_equal(server_state(SLUG), RUNTIME_RUNNING);
}

static void
test_a_place_that_does_not_answer_is_asked_again(void **state)
{
	(void)state;
	tenant_start(SLUG);
	expect_job("active", "suspended");
	expect_state_step();
	expect_containers_step("0");
	memory_fail(1, ERR_UNAVAILABLE, "engine_unavailable");
	expect_step_end("containers", "running", FAKE_ANY);
	assert_int_equal(job_run(&job_tenant_suspend), ERR_UNAVAILABLE);
	assert_fault(ERR_UNAVAILABLE, "engine_unavailable");
}

static void
test_what_was_taken_back_or_is_removed_is_left_alone(void **state)
{
	static const char *const states[] = { "provisioning", "failed",
	    "deleting", "requested" };
	size_t i;

	(void)state;
	tenant_start(SLUG);
	expect_job("active", "active");
	assert_int_equal(job_run(&job_tenant_suspend), ERR_OK);
	for (i = 0; i < sizeof(states) / sizeof(*states); i++) {
		expect_job(states[i], "suspended");
		assert_int_equal(job_run(&job_tenant_suspend), ERR_OK);
	}
	assert_int_equal(server_state(SLUG), RUNTIME_RUNNING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_all_that_it_runs_stops_and_stays),
		JOB_TEST(test_after_a_crash_it_goes_on),
		JOB_TEST(test_what_is_being_started_is_waited_for),
		JOB_TEST(test_a_place_that_does_not_answer_is_asked_again),
		JOB_TEST(test_what_was_taken_back_or_is_removed_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

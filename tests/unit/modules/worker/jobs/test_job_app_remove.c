/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/support/job_stage.h"
#include "tests/support/runtime_contract.h"

extern const struct job_kind job_app_remove;

/* app_deploy - deploys the tenant's application in environment prod */
static void
app_deploy(const char *slug, const char *name)
{
	struct runtime_app app = contract_app(slug, name, "00000001",
	    memory_image("acme/orders", "say up\n"));
	struct runtime_status status;

	assert_int_equal(stage.rt->deploy(ctx, stage.rt, &app, &status),
	    ERR_OK);
}

static void
expect_app(void)
{
	expect_read();
	fake_expect("app_get", SUBJECT);
	fake_row("app", "orders", "slug", SLUG, "place", PLACE);
}

static void
expect_runtime_step(const char *busy)
{
	expect_step("runtime");
	expect_read();
	fake_expect("app_busy", SUBJECT);
	fake_row("n", busy);
}

static void
expect_environments(void)
{
	fake_expect("app_environments", SUBJECT);
	fake_row("name", "dev");
	fake_row("name", "prod");
	expect_place();
}

static void
test_it_runs_nowhere_and_its_rows_are_gone(void **state)
{
	(void)state;
	app_deploy(SLUG, "orders");
	app_deploy(SLUG, "other");
	app_deploy("beta", "orders");
	expect_app();
	expect_runtime_step("0");
	expect_environments();
	expect_step_end("runtime", "done", FAKE_NULL);
	expect_step("records");
	expect_write();
	fake_expect("app_delete_deployments", SUBJECT);
	fake_expect("app_delete_releases", SUBJECT);
	fake_expect("app_delete", SUBJECT);
	fake_expect("step_end", JOB, "records", "done", FAKE_NULL);
	assert_int_equal(job_run(&job_app_remove), ERR_OK);
	assert_int_equal(memory_containers(SLUG), 1);
	assert_int_equal(memory_containers("beta"), 1);
}

static void
test_a_deployment_under_way_is_waited_for(void **state)
{
	(void)state;
	app_deploy(SLUG, "orders");
	expect_app();
	expect_runtime_step("1");
	expect_step_end("runtime", "running",
	    "waits for a deployment that is under way");
	assert_int_equal(job_run(&job_app_remove), ERR_UNAVAILABLE);
	assert_fault(ERR_UNAVAILABLE, "app_busy");
	assert_int_equal(memory_containers(SLUG), 1);
}

/* Rows stay while the application may still run. */
static void
test_rows_stay_when_the_runtime_does_not_answer(void **state)
{
	(void)state;
	app_deploy(SLUG, "orders");
	expect_app();
	expect_runtime_step("0");
	expect_environments();
	memory_fail(1, ERR_UNAVAILABLE, "engine_unavailable");
	expect_step_end("runtime", "running", FAKE_ANY);
	assert_int_equal(job_run(&job_app_remove), ERR_UNAVAILABLE);
	assert_int_equal(memory_containers(SLUG), 1);
}

static void
test_an_application_that_is_gone_is_done(void **state)
{
	(void)state;
	expect_read();
	fake_expect("app_get", SUBJECT);
	assert_int_equal(job_run(&job_app_remove), ERR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_it_runs_nowhere_and_its_rows_are_gone),
		JOB_TEST(test_a_deployment_under_way_is_waited_for),
		JOB_TEST(test_rows_stay_when_the_runtime_does_not_answer),
		JOB_TEST(test_an_application_that_is_gone_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

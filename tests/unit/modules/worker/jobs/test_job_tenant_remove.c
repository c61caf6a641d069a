/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/support/job_stage.h"
#include "tests/support/runtime_contract.h"

extern const struct job_kind job_tenant_remove;

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

static void
expect_runtime_step(const char *busy)
{
	expect_tenant("deleting");
	expect_step("runtime");
	expect_read();
	fake_expect("tenant_busy", JOB);
	fake_row("n", busy);
	if (busy[0] == '0')
		expect_place();
}

static void
expect_records_gone(void)
{
	expect_step("records");
	expect_write();
	fake_expect("endpoint_delete");
	fake_expect("secrets_delete");
	fake_expect("export_clear");
	fake_expect("export_forget");
	fake_expect("overrides_delete");
	fake_expect("app_delete_deployments", FAKE_NULL);
	fake_expect("app_delete_releases", FAKE_NULL);
	fake_expect("app_delete", FAKE_NULL);
	fake_expect("environments_delete");
	fake_expect("tenant_state", "deleted", "deleting");
	fake_expect("step_end", JOB, "records", "done", FAKE_NULL);
}

static void
test_nothing_of_it_is_left(void **state)
{
	(void)state;
	tenant_start(SLUG);
	tenant_start("beta");
	expect_runtime_step("0");
	expect_step_end("runtime", "done", FAKE_NULL);
	expect_step("database");
	fake_expect("script",
	    FAKE_HAS("DROP SCHEMA IF EXISTS \"t_4fcc8240fb9daed1\" CASCADE"));
	expect_step_end("database", "done", FAKE_NULL);
	expect_records_gone();
	assert_int_equal(job_run(&job_tenant_remove), ERR_OK);
	assert_int_equal(memory_containers(SLUG), 0);
	assert_int_equal(memory_containers("beta"), 2);
}

static void
test_jobs_under_way_are_waited_for(void **state)
{
	(void)state;
	tenant_start(SLUG);
	expect_runtime_step("2");
	expect_step_end("runtime", "running", FAKE_HAS("2 jobs"));
	assert_int_equal(job_run(&job_tenant_remove), ERR_UNAVAILABLE);
	assert_fault(ERR_UNAVAILABLE, "tenant_busy");
	assert_int_equal(memory_containers(SLUG), 2);
}

/* The tenant's data stay while its server may still write. */
static void
test_data_stays_when_the_runtime_does_not_answer(void **state)
{
	(void)state;
	tenant_start(SLUG);
	expect_runtime_step("0");
	memory_fail(1, ERR_TIMEOUT, "engine_timeout");
	expect_step_end("runtime", "running", FAKE_ANY);
	assert_int_equal(job_run(&job_tenant_remove), ERR_TIMEOUT);
	assert_int_equal(memory_containers(SLUG), 2);
}

static void
test_a_step_that_is_done_is_not_done_again(void **state)
{
	(void)state;
	expect_tenant("deleting");
	expect_step_done("runtime");
	expect_step_done("database");
	expect_records_gone();
	assert_int_equal(job_run(&job_tenant_remove), ERR_OK);
}

/* One that was refused before it was made has no place. */
static void
test_who_never_ran_is_stopped_nowhere(void **state)
{
	(void)state;
	expect_read();
	fake_expect("tenant_get");
	fake_row("id", TENANT, "slug", SLUG, "name", "Acme", "tier", "high",
	    "state", "deleting", "environments", "[]", "max_agents",
	    FAKE_NULL, "retention_days", "90", "max_vaults", FAKE_NULL,
	    "max_apps", "500", "max_deployments", "500",
	    "max_releases_day", "1000", "jar_bytes", "268435456",
	    "max_debug_sessions", FAKE_NULL, "lineage_captures_minute",
	    FAKE_NULL, "custom_environments", "t", "features", "{}",
	    "grants", "{}", "place", FAKE_NULL, "cpu_millis", "1000",
	    "memory_mb", "384");
	expect_step("runtime");
	expect_read();
	fake_expect("tenant_busy", JOB);
	fake_row("n", "0");
	expect_step_end("runtime", "done", FAKE_NULL);
	expect_step_done("database");
	expect_records_gone();
	assert_int_equal(job_run(&job_tenant_remove), ERR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_nothing_of_it_is_left),
		JOB_TEST(test_jobs_under_way_are_waited_for),
		JOB_TEST(test_data_stays_when_the_runtime_does_not_answer),
		JOB_TEST(test_a_step_that_is_done_is_not_done_again),
		JOB_TEST(test_who_never_ran_is_stopped_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

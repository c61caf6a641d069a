/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/proto/certificate.h"
#include "libshared/skeleton/process.h"
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

/* expect_certificate - expects that one is signed and stored */
static void
expect_certificate(void)
{
	fake_expect("certificate_begin", FAKE_ANY, JOB);
	fake_row("serial", "7", "asked", "1000000");
	fake_expect("removal_done", JOB);
	fake_row("name", "database", "detail", "schema and role t_x", "at",
	    "2026-03-02T09:15:10Z");
	fake_expect("certificate_end", FAKE_KEEP);
}

static void
expect_records_gone(bool ran)
{
	expect_step("records");
	expect_write();
	if (ran)
		fake_expect("removed_mail",
		    FAKE_HAS("/api/tenants/certificates/"));
	fake_expect("answers_forget");
	fake_expect("tenant_erase", JOB);
	fake_row("rows", "{\"application\": 3}");
	expect_certificate();
	fake_expect("step_end", JOB, "records", "done", FAKE_NULL);
}

/* expect_no_images - the settings name no registry */
static void
expect_no_images(void)
{
	expect_step("images");
	expect_step_end("images", "done", FAKE_NULL);
}

/* assert_certificate - it names the tenant, what went and what stays */
static void
assert_certificate(void)
{
	struct certificate read;
	int64_t n;

	assert_int_equal(certificate_read(ctx, &process.keys,
	    str_of(fake_kept()), &read), ERR_OK);
	assert_string_equal(read.tenant, TENANT);
	assert_string_equal(read.id, JOB);
	assert_int_equal(read.serial, 7);
	assert_int_equal(read.asked, 1000000);
	assert_true(json_int(json_get(json_get(read.removed, "rows"),
	    "application"), &n));
	assert_int_equal(n, 3);
	assert_string_equal(json_member(json_at(json_get(read.removed,
	    "steps"), 0), "detail"), "schema and role t_x");
	assert_true(json_count(read.remains) > 2);
}

static void
test_nothing_of_it_is_left(void **state)
{
	(void)state;
	tenant_start(SLUG);
	tenant_start("beta");
	expect_runtime_step("0");
	expect_step_end("runtime", "done", FAKE_HAS("containers"));
	expect_step("database");
	fake_expect("script",
	    FAKE_HAS("DROP SCHEMA IF EXISTS \"t_4fcc8240fb9daed1\" CASCADE"));
	expect_step_end("database", "done", FAKE_HAS("t_4fcc8240fb9daed1"));
	expect_no_images();
	expect_records_gone(true);
	assert_int_equal(job_run(&job_tenant_remove), ERR_OK);
	assert_certificate();
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
	expect_step_done("images");
	expect_records_gone(true);
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
	    "memory_mb", "384", "turn", "0", "turning", "f");
	expect_step("runtime");
	expect_read();
	fake_expect("tenant_busy", JOB);
	fake_row("n", "0");
	expect_step_end("runtime", "done", FAKE_NULL);
	expect_step_done("database");
	expect_no_images();
	expect_records_gone(false);
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

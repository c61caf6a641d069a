/* SPDX-License-Identifier: Apache-2.0 */
/* What differs is removed or set, and what makes it again is queued. */
#include "config.h"

#include <string.h>

#include "tests/support/job_stage.h"
#include "tests/support/runtime_contract.h"

#define DEPLOYMENT	"00000000-0000-7000-8000-0000000000a9"
#define APP		"container acme-prod-orders-00000001"

extern const struct job_kind job_drift_restore;

static void
expect_object(const char *object, const char *subject, const char *limits)
{
	expect_tenant("active");
	expect_read();
	fake_expect("drift_restoring", JOB);
	fake_row("object", object, "subject", subject, "limits", limits);
	expect_place();
}

static void
expect_made(const char *kind, const char *subject)
{
	expect_step("make");
	expect_write();
	if (kind != NULL) {
		fake_expect("job_queue", FAKE_ANY, kind, subject);
		fake_row("id", DEPLOYMENT);
		fake_expect("job_notify", FAKE_ANY);
	}
	fake_expect("drift_look_soon");
	fake_expect("step_end", JOB, "make", "done", FAKE_ANY);
}

static void
test_a_container_is_removed_and_made_again(void **state)
{
	(void)state;
	expect_object(APP, DEPLOYMENT, "f");
	expect_step("remove");
	expect_step_end("remove", "done", FAKE_NULL);
	expect_made("deployment.apply", DEPLOYMENT);
	assert_int_equal(job_run(&job_drift_restore), ERR_OK);
	assert_string_equal(memory_dropped(), APP);
}

static void
test_what_nobody_wants_is_removed_for_good(void **state)
{
	(void)state;
	expect_object("container intruder", FAKE_NULL, "f");
	expect_step("remove");
	expect_step_end("remove", "done", FAKE_NULL);
	expect_made(NULL, NULL);
	assert_int_equal(job_run(&job_drift_restore), ERR_OK);
	assert_string_equal(memory_dropped(), "container intruder");
}

static void
test_limits_are_set_on_what_runs(void **state)
{
	struct runtime_app app = contract_app(SLUG, "orders", "00000001",
	    memory_image("acme/orders", "say up\n"));
	struct runtime_status status;
	struct runtime_usages usages;

	(void)state;
	assert_int_equal(stage.rt->deploy(ctx, stage.rt, &app, &status),
	    ERR_OK);
	expect_object(APP, DEPLOYMENT, "t");
	expect_step("remove");
	expect_read();
	fake_expect("drift_app", DEPLOYMENT);
	fake_row("app", "orders", "environment", "prod", "cpu_millis", "1000",
	    "memory_mb", "512");
	expect_step_end("remove", "done", FAKE_NULL);
	expect_made(NULL, NULL);
	assert_int_equal(job_run(&job_drift_restore), ERR_OK);
	assert_null(memory_dropped());
	assert_int_equal(stage.rt->usage(ctx, stage.rt, SLUG, &usages),
	    ERR_OK);
	assert_int_equal(usages.rows[0].memory_limit, INT64_C(512) << 20);
}

static void
test_a_missing_schema_is_only_made(void **state)
{
	(void)state;
	expect_object("database", TENANT, "f");
	expect_step("remove");
	expect_step_end("remove", "done", FAKE_NULL);
	expect_made("tenant.provision", TENANT);
	assert_int_equal(job_run(&job_drift_restore), ERR_OK);
	assert_null(memory_dropped());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_a_container_is_removed_and_made_again),
		JOB_TEST(test_what_nobody_wants_is_removed_for_good),
		JOB_TEST(test_limits_are_set_on_what_runs),
		JOB_TEST(test_a_missing_schema_is_only_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

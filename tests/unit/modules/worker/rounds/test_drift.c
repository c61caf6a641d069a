/* SPDX-License-Identifier: Apache-2.0 */
/* A round compares a tenant, and records what differs. */
#include "config.h"

#include <string.h>

#include "modules/worker/rounds/rounds.h"
#include "modules/worker/runtime/runtime_drift.h"
#include "tests/support/job_stage.h"

#define DEPLOYMENT	"00000000-0000-7000-8000-0000000000a9"
#define SERVER		"container cameleer-server-acme"

static void
expect_due(void)
{
	fake_expect("drift_sweep");
	fake_expect("drift_due", "60");
	fake_row("tenant", TENANT, "slug", SLUG, "place", PLACE);
}

static void
expect_wish(void)
{
	expect_tenant("active");
	fake_expect("drift_apps");
	fake_row("id", DEPLOYMENT, "app", "orders", "environment", "dev",
	    "release", "3", "image", "acme/orders@sha256:0", "generation",
	    "0a1b2c3d", "settled", "t", "health_check", "http",
	    "health_port", "9876", "health_path", "/observe/health",
	    "cpu_millis", "1000", "memory_mb", "512");
	expect_place();
}

static void
expect_database(const char *schema)
{
	fake_expect("drift_database", FAKE_ANY);
	fake_row("role", "t", "schema", schema);
}

static void
expect_put(const char *object, const char *field, const char *subject,
    const char *new)
{
	fake_expect("drift_put", object, field, FAKE_ANY, FAKE_ANY, subject);
	fake_row("n", new);
}

static void
expect_end(int64_t gone)
{
	fake_expect("drift_gone");
	fake_affected(gone);
	fake_expect("drift_looked", FAKE_NULL);
}

static void
expect_change(const char *result, const char *code)
{
	fake_expect("audit_insert", FAKE_ANY, "platform", "drift.change",
	    "tenant", TENANT, FAKE_NULL, FAKE_NULL, result, code,
	    FAKE_HAS("\"found\""), FAKE_ANY, FAKE_ANY);
}

static void
round_run(void)
{
	struct worker worker = { .tenants_db = ctx->db };

	fail_clear(ctx);
	assert_int_equal(drift_round(ctx, &worker), ERR_OK);
}

static void
test_what_is_as_it_should_be_is_only_looked_at(void **state)
{
	(void)state;
	expect_due();
	expect_wish();
	expect_database("t");
	expect_read();
	expect_end(0);
	round_run();
}

static void
test_a_difference_is_in_the_trail_when_it_is_new(void **state)
{
	(void)state;
	memory_differs(SERVER, "memory", RUNTIME_DIFF_SERVER);
	expect_due();
	expect_wish();
	expect_database("t");
	expect_read();
	expect_put(SERVER, "memory", TENANT, "1");
	expect_end(0);
	expect_change("failed", "drift_found");
	round_run();
	expect_due();
	expect_wish();
	expect_database("t");
	expect_read();
	expect_put(SERVER, "memory", TENANT, "0");
	expect_end(0);
	round_run();
}

static void
test_whose_wish_it_is_goes_with_it(void **state)
{
	(void)state;
	memory_differs("container acme-dev-orders-0a1b2c3d", "memory", 0);
	expect_due();
	expect_wish();
	expect_database("f");
	expect_read();
	expect_put(FAKE_ANY, "memory", DEPLOYMENT, "0");
	expect_put("database", "schema", TENANT, "0");
	expect_end(1);
	expect_change("done", FAKE_NULL);
	round_run();
	memory_differs("container intruder", "existence",
	    RUNTIME_DIFF_NOBODY);
	expect_due();
	expect_wish();
	expect_database("t");
	expect_read();
	expect_put("container intruder", "existence", FAKE_NULL, "0");
	expect_end(0);
	round_run();
}

static void
test_a_place_that_does_not_answer_changes_nothing(void **state)
{
	(void)state;
	memory_fail(1, ERR_PEER, "engine_failed");
	expect_due();
	expect_wish();
	expect_read();
	fake_expect("drift_looked", FAKE_HAS("does not answer"));
	round_run();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_what_is_as_it_should_be_is_only_looked_at),
		JOB_TEST(test_a_difference_is_in_the_trail_when_it_is_new),
		JOB_TEST(test_whose_wish_it_is_goes_with_it),
		JOB_TEST(test_a_place_that_does_not_answer_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

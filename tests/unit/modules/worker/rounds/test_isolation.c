/* SPDX-License-Identifier: Apache-2.0 */
/* A round goes on with probes that run, and begins those that are due. */
#include "config.h"

#include <string.h>

#include "modules/worker/rounds/rounds.h"
#include "tests/support/job_stage.h"

#define RUN	"00000000-0000-7000-8000-0000000000f1"
#define ORDERS	("[{\"check\": \"own_server\", \"order\": \"tcp s 8081\"}, " \
		"{\"check\": \"machine\", \"order\": \"tcp gateway 22\"}]")

static void
expect_running(const char *active, const char *age_s)
{
	fake_expect("isolation_sweep");
	fake_expect("isolation_running");
	fake_row("id", RUN, "tenant", TENANT, "slug", SLUG, "place", PLACE,
	    "active", active, "orders", ORDERS, "age_s", age_s);
}

static void
expect_none_due(void)
{
	fake_expect("isolation_due", "4");
}

static void
expect_before(const char *outcome)
{
	expect_read();
	fake_expect("isolation_before", RUN);
	if (outcome != NULL)
		fake_row("outcome", outcome);
}

static void
expect_end(const char *outcome, const char *error, const char *paths)
{
	fake_expect("isolation_end", RUN, outcome, error, FAKE_ANY, paths);
	fake_expect("isolation_prune");
}

/* expect_change - expects the row of the trail */
static void
expect_change(const char *result, const char *code)
{
	fake_expect("audit_insert", FAKE_ANY, "platform", "isolation.probe",
	    "tenant", TENANT, FAKE_NULL, FAKE_NULL, result, code,
	    FAKE_HAS("\"outcome\""), FAKE_ANY, FAKE_ANY);
}

static void
round_run(void)
{
	fail_clear(ctx);
	assert_int_equal(isolation_round(ctx), ERR_OK);
}

/* probe_ran - a round that began the probe, which will have said this */
static void
probe_ran(const char *said)
{
	memory_probe_says(said);
	expect_running("t", "2");
	expect_place();
	expect_none_due();
	round_run();
	assert_string_equal(memory_probe_orders(),
	    "tcp s 8081\ntcp gateway 22\n");
	expect_running("t", "4");
	expect_place();
}

static void
test_one_that_is_due_is_recorded_before_it_runs(void **state)
{
	(void)state;
	fake_expect("isolation_sweep");
	fake_expect("isolation_running");
	fake_expect("isolation_due", "4");
	fake_row("tenant", TENANT, "slug", SLUG, "place", PLACE);
	fake_expect("isolation_others", PLACE, TENANT);
	expect_place();
	expect_read();
	fake_expect("isolation_begin", FAKE_ANY, PLACE,
	    FAKE_HAS("tcp cameleer-server-acme 8081"), "900");
	round_run();
	assert_null(memory_probe_orders());
}

static void
test_an_isolated_tenant_stays_out_of_the_trail(void **state)
{
	(void)state;
	probe_ran("0 open 1\n1 silent 3000\n");
	expect_before("isolated");
	expect_end("isolated", FAKE_NULL, "[]");
	expect_none_due();
	round_run();
}

static void
test_an_open_path_is_told_once(void **state)
{
	const char *path = FAKE_HAS("machine: tcp gateway 22");

	(void)state;
	probe_ran("0 open 1\n1 open 3\n");
	expect_before(NULL);
	expect_change("failed", "isolation_open");
	fake_expect("isolation_tell", path, BASE_URL);
	expect_end("open", FAKE_NULL, path);
	expect_none_due();
	round_run();
	probe_ran("0 open 1\n1 open 3\n");
	expect_before("open");
	expect_end("open", FAKE_NULL, path);
	expect_none_due();
	round_run();
}

static void
test_isolated_again_is_in_the_trail(void **state)
{
	(void)state;
	probe_ran("0 open 1\n1 silent 3000\n");
	expect_before("open");
	expect_change("done", FAKE_NULL);
	expect_end("isolated", FAKE_NULL, "[]");
	expect_none_due();
	round_run();
}

static void
test_a_probe_that_could_not_run_is_not_isolated(void **state)
{
	(void)state;
	memory_fail(2, ERR_PEER, "engine_failed");
	expect_running("t", "2");
	expect_place();
	expect_place();
	expect_read();
	expect_end("failed", FAKE_HAS("does not answer"), "[]");
	expect_none_due();
	round_run();
}

static void
test_a_probe_that_never_ends_has_failed(void **state)
{
	(void)state;
	expect_running("t", "90");
	expect_place();
	expect_none_due();
	round_run();
	expect_running("t", "91");
	expect_place();
	expect_place();
	expect_read();
	expect_end("failed", FAKE_HAS("the probe runs"), "[]");
	expect_none_due();
	round_run();
	assert_null(memory_probe_orders());
}

static void
test_nothing_is_started_for_a_tenant_that_goes(void **state)
{
	(void)state;
	expect_running("f", "2");
	expect_read();
	expect_end("failed", FAKE_HAS("not active"), "[]");
	expect_none_due();
	round_run();
	assert_null(memory_probe_orders());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_one_that_is_due_is_recorded_before_it_runs),
		JOB_TEST(test_an_isolated_tenant_stays_out_of_the_trail),
		JOB_TEST(test_an_open_path_is_told_once),
		JOB_TEST(test_isolated_again_is_in_the_trail),
		JOB_TEST(test_a_probe_that_could_not_run_is_not_isolated),
		JOB_TEST(test_a_probe_that_never_ends_has_failed),
		JOB_TEST(test_nothing_is_started_for_a_tenant_that_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A round checks one place, and records what changed. */
#include "config.h"

#include <string.h>

#include "libshared/doors/metrics.h"
#include "modules/worker/rounds/rounds.h"
#include "tests/support/job_stage.h"

static void
expect_due(const char *state, const char *error)
{
	fake_expect("place_own", "1600", "150", "0");
	fake_expect("place_seal_set", FAKE_ANY);
	fake_expect("place_due", "15");
	fake_row("id", PLACE, "name", "east", "state", state, "error", error);
	expect_place();
}

static void
expect_good(void)
{
	fake_expect("place_checked", PLACE, FAKE_NULL, "1", "4000", "8192",
	    "4096", "0", "0", "3", FAKE_NULL);
}

static void
expect_silent(void)
{
	fake_expect("place_checked", PLACE, FAKE_HAS("not answer"), FAKE_NULL,
	    "0", "0", "0", "0", "0", "0", FAKE_NULL);
}

/* expect_change - expects the row of the trail */
static void
expect_change(const char *result, const char *code)
{
	const char *facts = FAKE_HAS("\"name\":\"east\"");

	fake_expect("audit_insert", FAKE_ANY, "platform", "place.answer",
	    "place", PLACE, FAKE_NULL, FAKE_NULL, result, code, facts,
	    FAKE_ANY, FAKE_ANY);
}

static void
expect_gauges(void)
{
	fake_expect("place_gauges");
	fake_row("name", "east", "up", "t", "tenants", "2", "cpu_used", "1000",
	    "cpu_most", "4000", "memory_used", "384", "memory_most", "8192",
	    "paths_open", "3", "probe_age_s", "60",
	    "drift", "2");
}

static void
round_run(void)
{
	fail_clear(ctx);
	assert_int_equal(places_round(ctx), ERR_OK);
}

static void
test_the_first_good_check_is_in_the_trail(void **state)
{
	const char *text;

	(void)state;
	assert_int_equal(metrics_init(), 0);
	expect_due("registered", FAKE_NULL);
	expect_good();
	expect_change("done", FAKE_NULL);
	expect_gauges();
	round_run();
	assert_int_equal(metrics_print(ctx, "worker", &text), ERR_OK);
	assert_non_null(strstr(text,
	    "cameleer_place_tenants{service=\"worker\",place=\"east\"} 2\n"));
	assert_non_null(strstr(text, "cameleer_place_isolation_open_paths{"
	    "service=\"worker\",place=\"east\"} 3\n"));
}

static void
test_one_that_stays_well_is_not(void **state)
{
	(void)state;
	expect_due("ready", FAKE_NULL);
	expect_good();
	expect_gauges();
	round_run();
}

static void
test_silence_and_its_end_are(void **state)
{
	(void)state;
	memory_fail(1, ERR_PEER, "engine_failed");
	expect_due("ready", FAKE_NULL);
	expect_silent();
	expect_change("failed", "place_silent");
	expect_gauges();
	round_run();
	memory_fail(1, ERR_TIMEOUT, "engine_failed");
	expect_due("ready", "it does not answer");
	expect_silent();
	expect_gauges();
	round_run();
	expect_due("draining", "it does not answer");
	expect_good();
	expect_change("done", FAKE_NULL);
	expect_gauges();
	round_run();
}

static void
test_nothing_is_due(void **state)
{
	(void)state;
	fake_expect("place_own", FAKE_ANY, FAKE_ANY, FAKE_ANY);
	fake_expect("place_seal_set", FAKE_ANY);
	fake_expect("place_due", FAKE_ANY);
	expect_gauges();
	round_run();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_the_first_good_check_is_in_the_trail),
		JOB_TEST(test_one_that_stays_well_is_not),
		JOB_TEST(test_silence_and_its_end_are),
		JOB_TEST(test_nothing_is_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

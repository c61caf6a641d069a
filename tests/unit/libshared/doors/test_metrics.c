/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "libshared/doors/metrics.h"

static int
setup(void **state)
{
	if (ctx_setup(state) != 0)
		return -1;
	return metrics_init();
}

static const char *
printed(void)
{
	const char *text = NULL;

	assert_int_equal(metrics_print(ctx, "things", &text), ERR_OK);
	return text;
}

static void
says(const char *line)
{
	const char *text = printed();

	if (strstr(text, line) == NULL)
		fail_msg("'%s' is not in:\n%s", line, text);
}

static void
test_counters_begin_at_zero(void **state)
{
	(void)state;
	says("cameleer_requests_total{service=\"things\",class=\"2xx\"} 0\n");
	says("cameleer_refusals_total{service=\"things\"} 0\n");
	says("cameleer_request_seconds_total{service=\"things\"} 0.000000\n");
}

static void
test_counters_add_up_by_label(void **state)
{
	(void)state;
	metrics_add(METRIC_REQUESTS, 2, 1);
	metrics_add(METRIC_REQUESTS, 2, 2);
	metrics_add(METRIC_REQUESTS, 5, 1);
	says("cameleer_requests_total{service=\"things\",class=\"2xx\"} 3\n");
	says("cameleer_requests_total{service=\"things\",class=\"5xx\"} 1\n");
	says("cameleer_requests_total{service=\"things\",class=\"4xx\"} 0\n");
}

static void
test_time_is_told_in_seconds(void **state)
{
	(void)state;
	metrics_add(METRIC_REQUEST_SECONDS, 0, 1500007);
	says("cameleer_request_seconds_total{service=\"things\"} "
	    "1.500007\n");
}

static void
test_places_are_told_apart(void **state)
{
	static const struct metrics_place places[] = {
		{ "east", { [PLACE_UP] = 1, [PLACE_MEMORY_USED] = 384 } },
		{ "west", { [PLACE_TENANTS] = 5 } },
	};

	(void)state;
	assert_null(strstr(printed(), "cameleer_place"));
	metrics_places(places, 2);
	says("cameleer_place_up{service=\"things\",place=\"east\"} 1\n");
	says("cameleer_place_up{service=\"things\",place=\"west\"} 0\n");
	says("cameleer_place_tenants{service=\"things\",place=\"west\"} 5\n");
	says("cameleer_place_memory_promised_bytes{service=\"things\","
	    "place=\"east\"} 402653184\n");
	metrics_places(places, 1);
	assert_null(strstr(printed(), "west"));
	metrics_places(places, METRICS_PLACES_MAX + 1);
	says("place=\"east\"} 1\n");
}

static void
test_operations_are_told_by_kind_and_state(void **state)
{
	static const struct metrics_kind kinds[] = {
		{ "tenant.provision", { [KIND_QUEUED] = 2, [KIND_FAILED] = 1,
		    [KIND_OLDEST] = 17 } },
		{ "tenant.suspend", { [KIND_RUNNING] = 3 } },
	};

	(void)state;
	assert_null(strstr(printed(), "cameleer_operation"));
	metrics_kinds(kinds, 2);
	says("cameleer_operations{service=\"things\","
	    "kind=\"tenant.provision\",state=\"queued\"} 2\n");
	says("cameleer_operations{service=\"things\","
	    "kind=\"tenant.provision\",state=\"failed\"} 1\n");
	says("cameleer_operations{service=\"things\","
	    "kind=\"tenant.suspend\",state=\"running\"} 3\n");
	says("cameleer_operation_oldest_seconds{service=\"things\","
	    "kind=\"tenant.provision\"} 17\n");
	metrics_kinds(kinds, 1);
	assert_null(strstr(printed(), "tenant.suspend"));
	metrics_kinds(kinds, METRICS_KINDS_MAX + 1);
	says("cameleer_operation_oldest_seconds{service=\"things\","
	    "kind=\"tenant.provision\"} 17\n");
}

static void
test_a_label_that_is_none_counts_nothing(void **state)
{
	char *before;

	(void)state;
	before = strdup(printed());
	metrics_add(METRIC_REFUSALS, 1, 1);
	metrics_add(METRIC_REQUESTS, 6, 1);
	metrics_add(METRIC_REQUESTS, 1000000, 1);
	assert_string_equal(printed(), before);
	free(before);
}

static void
test_children_count_together(void **state)
{
	int i, status;

	(void)state;
	for (i = 0; i < 4; i++)
		if (fork() == 0) {
			metrics_add(METRIC_JOBS_DONE, 0, 10);
			_exit(0);
		}
	while (wait(&status) > 0)
		assert_int_equal(status, 0);
	says("cameleer_jobs_done_total{service=\"things\"} 40\n");
}

static void
test_a_gauge_says_what_it_was_set_to_last(void **state)
{
	(void)state;
	says("# TYPE cameleer_tenants_requested gauge\n");
	metrics_set(METRIC_TENANTS_REQUESTED, 7);
	metrics_set(METRIC_TENANTS_REQUESTED, 3);
	says("cameleer_tenants_requested{service=\"things\"} 3\n");
}

/* Exposition format 0.0.4: HELP and TYPE once, before the samples. */
static void
test_each_metric_is_declared_before_its_samples(void **state)
{
	struct str rest, line;
	char name[64] = "";
	size_t len, declared = 0, samples = 0;

	(void)state;
	for (rest = str_of(printed()); rest.len > 0;) {
		line = str_cut(&rest, '\n');
		if (str_starts(line, "# HELP "))
			continue;
		if (str_starts(line, "# TYPE ")) {
			line.p += 7;
			len = (size_t)(strchr(line.p, ' ') - line.p);
			assert_true(strncmp(line.p + len, " counter\n",
			    9) == 0 || strncmp(line.p + len, " gauge\n",
			    7) == 0);
			(void)snprintf(name, sizeof(name), "%.*s", (int)len,
			    line.p);
			declared++;
			continue;
		}
		assert_true(str_starts(line, name));
		assert_int_equal(line.p[strlen(name)], '{');
		samples++;
	}
	assert_int_equal(declared, METRIC__MAX);
	assert_true(samples >= declared);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, ctx_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_counters_begin_at_zero),
		TEST(test_counters_add_up_by_label),
		TEST(test_time_is_told_in_seconds),
		TEST(test_a_gauge_says_what_it_was_set_to_last),
		TEST(test_a_label_that_is_none_counts_nothing),
		TEST(test_places_are_told_apart),
		TEST(test_operations_are_told_by_kind_and_state),
		TEST(test_children_count_together),
		TEST(test_each_metric_is_declared_before_its_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

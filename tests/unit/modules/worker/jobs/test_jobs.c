/* SPDX-License-Identifier: Apache-2.0 */
/* The table of all kinds of jobs, as the worker and cameleerctl read it. */
#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "libshared/doors/json.h"
#include "tests/support/request.h"
#include "modules/worker/work.h"

static void
test_each_kind_is_whole_and_there_once(void **state)
{
	const struct job_kind *kind;
	size_t i, j;

	(void)state;
	for (i = 0; job_kinds[i] != NULL; i++) {
		kind = job_kinds[i];
		assert_non_null(strchr(kind->name, '.'));
		assert_non_null(kind->run);
		assert_non_null(kind->steps[0].name);
		assert_true(kind->attempts > 0);
		assert_int_equal(kind->about[strlen(kind->about) - 1], '.');
		for (j = 0; j < i; j++)
			assert_string_not_equal(kind->name,
			    job_kinds[j]->name);
	}
	assert_true(i >= 6);
}

static void
steps_are_told(const struct job_kind *kind, const struct json *steps)
{
	const struct json *step;
	int64_t number;
	bool flag;
	size_t i;

	for (i = 0; kind->steps[i].name != NULL; i++) {
		step = json_at(steps, i);
		assert_string_equal(json_member(step, "name"),
		    kind->steps[i].name);
		assert_true(json_int(json_get(step, "timeout_s"), &number));
		assert_in_range(number, 1, STEP_MAX_S);
		assert_true(json_int(json_get(step, "attempts"), &number));
		assert_in_range(number, 1, 100);
		assert_true(json_int(json_get(step, "backoff_s"), &number));
		assert_in_range(number, 1, BACKOFF_MAX_S);
		assert_true(json_bool(json_get(step, "skippable"), &flag));
		/* Without it nobody would use what was made. */
		assert_false(flag && strcmp(kind->steps[i].name,
		    "activate") == 0);
		assert_true(json_bool(json_get(step, "undone"), &flag));
		assert_int_equal(flag, kind->steps[i].undo != NULL);
	}
	assert_int_equal(json_count(steps), i);
}

static void
test_the_table_is_printed_as_json(void **state)
{
	const struct json *jobs;
	struct json *top;
	const char *text;
	size_t i;

	(void)state;
	assert_int_equal(jobs_dump(ctx, &text), ERR_OK);
	assert_int_equal(json_parse(ctx, text, strlen(text), &top), ERR_OK);
	assert_string_equal(json_member(top, "service"), "worker");
	jobs = json_get(top, "jobs");
	for (i = 0; job_kinds[i] != NULL; i++) {
		assert_string_equal(json_member(json_at(jobs, i), "action"),
		    job_kinds[i]->name);
		assert_string_equal(json_member(json_at(jobs, i), "about"),
		    job_kinds[i]->about);
		steps_are_told(job_kinds[i], json_get(json_at(jobs, i),
		    "steps"));
	}
	assert_int_equal(json_count(jobs), i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REQUEST_TEST(test_each_kind_is_whole_and_there_once),
		REQUEST_TEST(test_the_table_is_printed_as_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

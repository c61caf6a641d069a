/* SPDX-License-Identifier: Apache-2.0 */
/* The table of all kinds of jobs, as the worker and cameleerctl read it. */
#include "config.h"

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

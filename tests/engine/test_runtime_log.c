/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs of a real engine, whose lines have whole seconds only.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "tests/engine/runtime_stage.h"

static void
test_log_is_read_in_order_without_loss_or_repetition(void **state)
{
	struct stage *stage = *state;
	char cursor[RUNTIME_CURSOR_MAX] = "", line[32];
	struct runtime_status status;
	struct runtime_app app;
	struct runtime_log log;
	struct image image;
	size_t i, next = 1;
	int rounds;

	stage_app(stage, "acme/logs", 1, "count 2500\nsleep 1\ncount 300\n",
	    &image);
	app = app_of("acme", "logs", "00000001", &image);
	(void)rt.deploy(stage->ctx, &rt, &app, &status);
	fail_clear(stage->ctx);
	/* From the container's beginning: a cursor before all lines. */
	assert_ok(stage, rt.status(stage->ctx, &rt, &app.ref, &status));
	snprintf(cursor, sizeof(cursor), "%.12s:0:0", status.container);
	for (rounds = 0; rounds < 400 && next <= 2800; rounds++) {
		ctx_reset(stage->ctx);
		log.max = rounds % 3 == 0 ? 7 : 100;
		assert_ok(stage, rt.logs(stage->ctx, &rt, &app.ref, cursor,
		    &log));
		for (i = 0; i < log.nlines; i++, next++) {
			snprintf(line, sizeof(line), "line %zu",
			    next <= 2500 ? next : next - 2500);
			assert_int_equal(log.lines[i].len, strlen(line));
			assert_memory_equal(log.lines[i].text, line,
			    strlen(line));
		}
		memcpy(cursor, log.cursor, sizeof(cursor));
		if (log.nlines == 0)
			stage_sleep(50);
	}
	assert_int_equal(next, 2801);
}

static void
test_log_without_cursor_is_its_tail(void **state)
{
	struct stage *stage = *state;
	const struct runtime_ref ref = { "acme", "prod", "logs" };
	struct runtime_log log = { .max = 3 };

	assert_ok(stage, rt.logs(stage->ctx, &rt, &ref, "", &log));
	assert_int_equal(log.nlines, 3);
	assert_memory_equal(log.lines[0].text, "line 298", 8);
	assert_memory_equal(log.lines[2].text, "line 300", 8);
	assert_false(log.lines[2].error);
	assert_int_equal(strlen(log.lines[2].time), 20);
	assert_ok(stage, rt.logs(stage->ctx, &rt, &ref, log.cursor, &log));
	assert_int_equal(log.nlines, 0);
	assert_false(log.more);
	assert_int_equal(rt.logs(stage->ctx, &rt, &ref, "x:1:2", &log),
	    ERR_BAD_INPUT);
}

int
main(void)
{
#define T(name)	cmocka_unit_test_setup(name, runtime_reset)
	const struct CMUnitTest tests[] = {
		T(test_log_is_read_in_order_without_loss_or_repetition),
		T(test_log_without_cursor_is_its_tail),
	};

	return cmocka_run_group_tests(tests, runtime_begin, stage_end);
}

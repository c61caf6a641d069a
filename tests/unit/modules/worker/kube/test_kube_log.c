/* SPDX-License-Identifier: Apache-2.0 */
/* The log of a pod: which lines are new, and what of them is shown. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "modules/worker/kube/kube_log.h"
#include "tests/support/unit_ctx.h"

#define AT(second, text)	"2026-01-01T00:00:0" second "Z " text "\n"
#define FIRST_NS		INT64_C(1767225601000000000)

static struct runtime_log
log_of(struct str text, bool cut, size_t max, int64_t *at)
{
	struct runtime_log log = { .max = max };

	log.lines = arena_array(ctx->mem, max + 1, sizeof(*log.lines));
	assert_int_equal(kube_log_read(ctx, text, cut, at, &log), ERR_OK);
	return log;
}

static void
test_lines_after_the_cursor_are_read(void **state)
{
	struct str text = STR(AT("1.000000001", "one") AT("1.5", "WARN two")
	    AT("3", "three"));
	int64_t at = 0;
	struct runtime_log log = log_of(text, false, 10, &at);

	(void)state;
	assert_int_equal(log.nlines, 3);
	assert_string_equal(log.lines[0].text, "one");
	assert_string_equal(log.lines[0].time, "2026-01-01T00:00:01Z");
	assert_string_equal(log.lines[1].level, "warn");
	assert_int_equal(at, FIRST_NS + INT64_C(2000000000));
	at = FIRST_NS + 1;
	log = log_of(text, false, 10, &at);
	assert_int_equal(log.nlines, 2);
	assert_string_equal(log.lines[0].text, "WARN two");
	log = log_of(text, false, 10, &at);
	assert_int_equal(log.nlines, 0);
	assert_false(log.more);
}

static void
test_more_lines_than_were_asked_for_come_next(void **state)
{
	struct str text = STR(AT("1", "one") AT("2", "two") AT("3", "three"));
	int64_t at = 0;
	struct runtime_log log = log_of(text, false, 2, &at);

	(void)state;
	assert_int_equal(log.nlines, 2);
	assert_true(log.more);
	log = log_of(text, false, 2, &at);
	assert_int_equal(log.nlines, 1);
	assert_string_equal(log.lines[0].text, "three");
	assert_false(log.more);
}

static void
test_a_line_that_was_cut_off_is_left_for_later(void **state)
{
	int64_t at = 0;
	struct runtime_log log = log_of(STR(AT("1", "one")
	    "2026-01-01T00:00:02Z tw"), true, 9, &at);

	(void)state;
	assert_int_equal(log.nlines, 1);
	assert_true(log.more);
	at = 0;
	log = log_of(STR(AT("1", "one") "2026-01-01T00:00:02Z two"), false, 9,
	    &at);
	assert_int_equal(log.nlines, 2);
}

static void
test_time_zones_and_what_is_no_line(void **state)
{
	int64_t at = 0, ns;
	size_t used;
	struct runtime_log log = log_of(STR("unable to retrieve logs\n\n"
	    "2026-01-01T02:00:01.25+02:00 \x1b[31mred\x1b[0m\xff\n"), false,
	    9, &at);

	(void)state;
	assert_int_equal(log.nlines, 1);
	assert_string_equal(log.lines[0].text, "red?");
	assert_string_equal(log.lines[0].time, "2026-01-01T00:00:01Z");
	assert_int_equal(at, FIRST_NS + 250000000);
	assert_false(kube_log_time(STR("2026-01-01"), &ns, &used));
	assert_false(kube_log_time(STR("9999-01-01T00:00:00Z"), &ns, &used));
}

static void
test_a_long_line_ends_with_a_mark(void **state)
{
	char *text = arena_get(ctx->mem, KUBE_LINE_BYTES + 100);
	size_t head = strlen("2026-01-01T00:00:01Z ");
	struct runtime_log log;
	int64_t at = 0;

	(void)state;
	memcpy(text, "2026-01-01T00:00:01Z ", head);
	memset(text + head, 'x', KUBE_LINE_BYTES + 5);
	log = log_of(str_of(text), false, 2, &at);
	assert_int_equal(log.nlines, 1);
	assert_non_null(strstr(log.lines[0].text, "[5 bytes more]"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_lines_after_the_cursor_are_read),
		CTX_TEST(test_more_lines_than_were_asked_for_come_next),
		CTX_TEST(test_a_line_that_was_cut_off_is_left_for_later),
		CTX_TEST(test_time_zones_and_what_is_no_line),
		CTX_TEST(test_a_long_line_ends_with_a_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

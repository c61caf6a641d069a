/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libshared/base/str.h"
#include "modules/worker/engine/engine_log.h"
#include "modules/worker/log_text.h"
#include "tests/support/unit.h"

#define MAX	8

static struct ctx *ctx;
static struct log_parser *parser;
static struct runtime_line lines[MAX];
static unsigned char stream[65536];
static size_t len;

static int
setup(void **state)
{
	(void)state;
	ctx = ctx_new(4 << 20);
	parser = calloc(1, sizeof(*parser));
	*parser = (struct log_parser){ .ctx = ctx, .lines = lines,
	    .max = MAX, .passed = true };
	len = 0;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	ctx_free(&ctx);
	free(parser);
	return 0;
}

/* Appends a frame to the stream. */
static void
frame(int to, const char *text, size_t n)
{
	unsigned char *p = stream + len;

	assert_true(len + 8 + n <= sizeof(stream));
	memset(p, 0, 8);
	p[0] = (unsigned char)to;
	p[6] = (unsigned char)(n >> 8);
	p[7] = (unsigned char)n;
	memcpy(p + 8, text, n);
	len += 8 + n;
}
#define FRAME(to, text)	frame((to), (text), sizeof(text) - 1)

/* Feeds the stream in pieces of this many bytes. */
static bool
feed(size_t step)
{
	size_t at, n;

	for (at = 0; at < len; at += n) {
		n = step < len - at ? step : len - at;
		if (!log_parse(parser, stream + at, n))
			return false;
	}
	return true;
}

static void
assert_line(size_t i, const char *time, const char *text)
{
	assert_true(i < parser->nlines);
	assert_string_equal(lines[i].time, time);
	assert_string_equal(lines[i].text, text);
	assert_int_equal(lines[i].len, strlen(text));
}

static void
test_lines_are_the_same_wherever_the_stream_is_cut(void **state)
{
	size_t step;

	for (step = 1; step < 40; step++) {
		teardown(state);
		setup(state);
		FRAME(1, "2026-11-22T15:59:47Z one\n");
		FRAME(2, "2026-11-22T15:59:48Z two\r\n");
		FRAME(1, "2026-11-22T15:59:48Z \n");
		FRAME(1, "2026-11-22T15:59:49Z a\n2026-11-22T15:59:50Z b\n");
		assert_true(feed(step));
		assert_int_equal(parser->nlines, 5);
		assert_line(0, "2026-11-22T15:59:47Z", "one");
		assert_false(lines[0].error);
		assert_line(1, "2026-11-22T15:59:48Z", "two");
		assert_true(lines[1].error);
		assert_line(2, "2026-11-22T15:59:48Z", "");
		assert_line(4, "2026-11-22T15:59:50Z", "b");
	}
}

static void
test_line_in_several_frames_loses_their_times(void **state)
{
	(void)state;
	FRAME(1, "2026-11-22T15:59:47.123456789Z first ");
	FRAME(2, "2026-11-22T15:59:47Z other\n");
	FRAME(1, "2026-11-22T15:59:48.2Z second ");
	FRAME(1, "no time, ");
	FRAME(1, "x");
	FRAME(1, "\n");
	assert_true(feed(7));
	assert_int_equal(parser->nlines, 2);
	assert_line(0, "2026-11-22T15:59:47Z", "other");
	assert_line(1, "2026-11-22T15:59:47Z", "first second no time, x");
}

static void
test_bytes_that_are_no_text_become_question_marks(void **state)
{
	(void)state;
	FRAME(1, "2026-11-22T15:59:47Z a\tb\x1b[31m\x00\xff\xc3\xa4\xe2\x82 "
	    "\xed\xa0\x80\x7f \xc3\xa4\x01z\n");
	assert_true(feed(9));
	assert_line(0, "2026-11-22T15:59:47Z",
	    "a\tb??\xc3\xa4?? ???? \xc3\xa4?z");
}

static void
test_long_line_is_cut(void **state)
{
	static char text[20000];

	(void)state;
	memcpy(text, "2026-11-22T15:59:47Z ", 21);
	memset(text + 21, 'x', sizeof(text) - 22);
	text[sizeof(text) - 1] = '\n';
	frame(1, text, sizeof(text));
	FRAME(1, "2026-11-22T15:59:48Z next\n");
	assert_true(feed(1000));
	assert_int_equal(parser->nlines, 2);
	assert_int_equal(strspn(lines[0].text, "x"), LOG_LINE_BYTES - 21);
	assert_string_equal(lines[0].text + LOG_LINE_BYTES - 21,
	    " \xe2\x80\xa6 [11807 bytes more]");
	assert_line(1, "2026-11-22T15:59:48Z", "next");
}

static void
test_stream_that_is_no_log_is_refused(void **state)
{
	static const struct { const char *bytes; size_t n; } bad[] = {
		{ "\3\0\0\0\0\0\0\1x", 9 }, { "\1\1\0\0\0\0\0\1x", 9 },
		{ "\1\0\0\0\x7f\0\0\1x", 9 }, { "HTTP/1.1 200 OK", 15 },
		{ "\1\0\0\0\0\0\0\5hell\n", 13 },
		{ "\1\0\0\0\0\0\0\1\n", 9 },
	};
	size_t i;

	for (i = 0; i < nitems(bad); i++) {
		teardown(state);
		setup(state);
		memcpy(stream, bad[i].bytes, bad[i].n);
		len = bad[i].n;
		assert_false(feed(3));
		assert_true(parser->broken);
		assert_int_equal(parser->nlines, 0);
	}
}

static void
test_cursor_passes_over_what_was_seen(void **state)
{
	(void)state;
	parser->passed = false;
	assert_true(log_time("2026-11-22T15:59:48Z", 20,
	    &parser->from.second, &(size_t){ 0 }));
	parser->from.seen = 2;
	FRAME(1, "2026-11-22T15:59:47Z old\n");
	FRAME(1, "2026-11-22T15:59:48Z seen 1\n");
	FRAME(2, "2026-11-22T15:59:48Z seen 2\n");
	FRAME(1, "2026-11-22T15:59:48Z new in the same second\n");
	FRAME(1, "2026-11-22T15:59:48Z and another\n");
	assert_true(feed(100));
	assert_int_equal(parser->nlines, 2);
	assert_line(0, "2026-11-22T15:59:48Z", "new in the same second");
	assert_int_equal(parser->at.second, parser->from.second);
	assert_int_equal(parser->at.seen, 4);
}

/* The engine has deleted the lines after the cursor: the caller is told. */
static void
test_lines_that_are_gone_are_noticed(void **state)
{
	(void)state;
	parser->passed = false;
	parser->from = (struct engine_cursor){ 1795363187, 2 };
	FRAME(1, "2026-11-22T15:59:50Z much later\n");
	assert_true(feed(100));
	assert_int_equal(parser->nlines, 1);
	assert_true(parser->lost);

	teardown(state);
	setup(state);
	parser->passed = false;
	parser->from = (struct engine_cursor){ 1795363187, 2 };
	FRAME(1, "2026-11-22T15:59:47Z seen 1\n");
	FRAME(1, "2026-11-22T15:59:47Z seen 2\n");
	FRAME(1, "2026-11-22T15:59:50Z new\n");
	assert_true(feed(100));
	assert_int_equal(parser->nlines, 1);
	assert_false(parser->lost);
}

static void
test_full_stops_before_the_line_that_does_not_fit(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < MAX + 3; i++)
		FRAME(1, "2026-11-22T15:59:48Z line\n");
	assert_false(feed(1000));
	assert_true(parser->full);
	assert_false(parser->broken);
	assert_int_equal(parser->nlines, MAX);
	assert_int_equal(parser->at.seen, MAX);
}

static void
test_counting_keeps_nothing(void **state)
{
	(void)state;
	parser->lines = NULL;
	FRAME(1, "2026-11-22T15:59:48Z line\n");
	FRAME(1, "2026-11-22T15:59:48Z line\n");
	assert_true(feed(5));
	assert_int_equal(parser->seen, 2);
	assert_int_equal(parser->nlines, 0);
}

static void
test_times_are_read_whatever_their_zone(void **state)
{
	static const struct { const char *text; int64_t second; size_t used; }
	    good[] = {
		{ "1970-01-01T00:00:00Z", 0, 20 },
		{ "2026-11-22T15:59:47Z x", 1795363187, 20 },
		{ "2026-11-22T16:59:47+01:00 x", 1795363187, 25 },
		{ "2026-11-22T10:29:47.123456789-05:30 x", 1795363187, 35 },
	};
	static const char *const bad[] = { "", "2026-11-22T15:59:47",
	    "2026-11-22 15:59:47Z", "2026-13-22T15:59:47Z",
	    "2026-11-00T15:59:47Z", "2026-11-22T24:59:47Z",
	    "2026-11-22T15:60:47Z", "1969-11-22T15:59:47Z",
	    "2026-11-22T15:59:47+1:00", "2026-11-22T15:59:47+24:00",
	    "-026-11-22T15:59:47Z", "1970-01-01T00:00:00+01:00" };
	int64_t second;
	size_t i, used;

	(void)state;
	for (i = 0; i < nitems(good); i++) {
		assert_true(log_time(good[i].text, strlen(good[i].text),
		    &second, &used));
		assert_int_equal(second, good[i].second);
		assert_int_equal(used, good[i].used);
	}
	for (i = 0; i < nitems(bad); i++)
		if (log_time(bad[i], strlen(bad[i]), &second, &used))
			fail_msg("taken: %s", bad[i]);
}

int
main(void)
{
#define T(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_lines_are_the_same_wherever_the_stream_is_cut),
		T(test_line_in_several_frames_loses_their_times),
		T(test_bytes_that_are_no_text_become_question_marks),
		T(test_long_line_is_cut),
		T(test_stream_that_is_no_log_is_refused),
		T(test_cursor_passes_over_what_was_seen),
		T(test_lines_that_are_gone_are_noticed),
		T(test_full_stops_before_the_line_that_does_not_fit),
		T(test_counting_keeps_nothing),
		T(test_times_are_read_whatever_their_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

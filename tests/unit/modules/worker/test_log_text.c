/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "modules/worker/log_text.h"
#include "tests/support/unit.h"

static void
test_line_is_what_a_terminal_shows(void **state)
{
	static const struct { const char *raw, *shown; } rows[] = {
		{ "plain", "plain" },
		{ "\x1b[32mINFO\x1b[0;39m ready", "INFO ready" },
		{ "\x1b[38;2;255;0;0mred\x1b[m", "red" },
		{ "\x1b]0;title\x07text", "text" },
		{ "\x1b]8;;https://x\x1b\\link\x1b]8;;\x1b\\", "link" },
		{ "\x1b(Btext", "text" }, { "\x1b" "ctext", "text" },
		{ "\x1b", "" }, { "end\x1b[", "end" }, { "end\x1b[3", "end" },
		{ "\x1b]0;never ended", "" },
		{ "10 %\r50 %\r100 %", "100 %" },
		{ "windows\r", "windows" }, { "windows\r\r", "windows" },
		{ "a\rb\r", "b" },
		{ "tab\there", "tab\there" },
		{ "bell\x07", "bell?" }, { "del\x7f", "del?" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xab", "\xc3\xa4\xe2\x82"
		    "\xac\xf0\x9f\x90\xab" },
		{ "bad\xff\xc3", "bad??" },
		{ "c1\xc2\x85", "c1?" },
		/* U+202E reorders what follows */
		{ "gpj.\xe2\x80\xaetxt", "gpj.?txt" },
		{ "\xe2\x81\xa6x\xe2\x81\xa9", "?x?" },
	};
	char text[128];
	size_t i, len;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		len = strlen(rows[i].raw);
		memcpy(text, rows[i].raw, len + 1);
		len = log_text_clean(text, len);
		assert_string_equal(text, rows[i].shown);
		assert_int_equal(len, strlen(rows[i].shown));
	}
}

static void
test_level_is_the_first_one_that_is_named(void **state)
{
	static const struct { const char *line, *level; } rows[] = {
		{ "2026-11-30 10:00:00.000  INFO 1 --- [main] x", "info" },
		{ "10:00:00 [main] WARN  org.apache.camel - ERROR", "warn" },
		{ "ERROR: x", "error" }, { "[DEBUG] x", "debug" },
		{ "SEVERE: x", "error" }, { "WARNING: x", "warn" },
		{ "INFORMATION about it", NULL }, { "no level", NULL },
		{ "info in small letters", NULL }, { "", NULL },
		{ "an exception, FATAL_ERROR", NULL },
	};
	const char *level;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		level = log_text_level(rows[i].line, strlen(rows[i].line));
		if (rows[i].level == NULL)
			assert_null(level);
		else
			assert_string_equal(level, rows[i].level);
	}
}

static void
test_level_is_looked_for_at_the_beginning(void **state)
{
	char line[400];

	(void)state;
	memset(line, '.', sizeof(line));
	memcpy(line + 200, " ERROR ", 7);
	assert_null(log_text_level(line, sizeof(line)));
	memcpy(line + 100, " ERROR ", 7);
	assert_string_equal(log_text_level(line, sizeof(line)), "error");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line_is_what_a_terminal_shows),
		cmocka_unit_test(test_level_is_the_first_one_that_is_named),
		cmocka_unit_test(test_level_is_looked_for_at_the_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

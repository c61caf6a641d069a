/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of the runtime's contract that is about logs.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "tests/support/runtime_contract.h"

/*
 * log_read - returns the lines after the cursor as one text; moves the cursor
 */
static const char *
log_read(const struct runtime_ref *ref, char cursor[RUNTIME_CURSOR_MAX],
    size_t max)
{
	struct runtime_log log = { .max = max };
	const char *text = "";
	size_t i;

	assert_done(contract.rt->logs(contract.ctx, contract.rt, ref, cursor,
	    &log));
	assert_true(log.nlines <= max);
	for (i = 0; i < log.nlines; i++)
		text = text_printf(contract.ctx->mem, "%s%s%.*s\n", text,
		    log.lines[i].error ? "!" : "", (int)log.lines[i].len,
		    log.lines[i].text);
	memcpy(cursor, log.cursor, RUNTIME_CURSOR_MAX);
	return text;
}

/*
 * log_shows - asserts that the wanted lines come after the cursor. Each try
 * reads from the same cursor; only a try that succeeds moves it.
 */
static void
log_shows(const struct runtime_ref *ref, char cursor[RUNTIME_CURSOR_MAX],
    size_t max, const char *wanted)
{
	char tried[RUNTIME_CURSOR_MAX];
	const char *text = "";
	int ms;

	for (ms = 0; ms < SHORT_WAIT_MS && strcmp(text, wanted) != 0;
	    ms += 100) {
		if (ms > 0)
			contract.pause(100);
		memcpy(tried, cursor, RUNTIME_CURSOR_MAX);
		text = log_read(ref, tried, max);
	}
	assert_string_equal(text, wanted);
	memcpy(cursor, tried, RUNTIME_CURSOR_MAX);
}

void
test_log_goes_on_behind_its_cursor(void **state)
{
	struct runtime_app app = contract_app("acme", "tells", "00000001",
	    contract.image("acme/tells", "say one\nsay two\nsay three\n"));
	char cursor[RUNTIME_CURSOR_MAX] = "";
	struct runtime_status status;
	struct runtime_log log = { .max = 3 };

	(void)state;
	assert_done(contract_deploy(&app, &status));
	log_shows(&app.ref, cursor, 2, "two\nthree\n");
	assert_string_equal(log_read(&app.ref, cursor, 2), "");
	assert_string_equal(log_read(&app.ref, cursor, 2), "");
	contract_failed(contract.rt->logs(contract.ctx, contract.rt, &app.ref,
	    "x:1:2", &log), ERR_BAD_INPUT, "cursor_invalid");
	contract_away("acme");
}

void
test_whole_log_is_read_from_its_beginning(void **state)
{
	struct runtime_app app = contract_app("acme", "whole", "00000001",
	    contract.image("acme/whole", "say one\nsay two\nsay three\n"));
	struct runtime_log log = { .max = 2, .whole = true };
	char cursor[RUNTIME_CURSOR_MAX] = "";
	struct runtime_status status;

	(void)state;
	assert_done(contract_deploy(&app, &status));
	log_shows(&app.ref, cursor, 3, "one\ntwo\nthree\n");
	assert_done(contract.rt->logs(contract.ctx, contract.rt, &app.ref, "",
	    &log));
	assert_int_equal(log.nlines, 2);
	assert_string_equal(log.lines[0].text, "one");
	assert_true(log.more);
	assert_false(log.lost);
	log_shows(&app.ref, log.cursor, 2, "three\n");
	contract_away("acme");
}

void
test_log_goes_on_in_the_next_generation(void **state)
{
	struct runtime_app app = contract_app("acme", "grown", "00000001",
	    contract.image("acme/grown", "warn one\n"));
	char cursor[RUNTIME_CURSOR_MAX] = "";
	struct runtime_status status;

	(void)state;
	assert_done(contract_deploy(&app, &status));
	log_shows(&app.ref, cursor, 10, "!one\n");
	app = contract_app("acme", "grown", "00000002",
	    contract.image("acme/grown", "say two\n"));
	assert_done(contract_deploy(&app, &status));
	log_shows(&app.ref, cursor, 10, "two\n");
	contract_away("acme");
}

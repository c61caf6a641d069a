/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Standard error is a pipe here, whose pieces show each write(2).
 */
#include "config.h"

#include "tests/support/rows.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "libshared/base/ctx.h"
#include "libshared/base/log.h"
#include "libshared/doors/json.h"

static int saved_stderr, pipe_end;

static int
capture(void **state)
{
	int fds[2];

	(void)state;
	/* O_DIRECT: one read(2) gives what one write(2) wrote. */
	if (pipe2(fds, O_DIRECT | O_NONBLOCK) == -1)
		return -1;
	saved_stderr = dup(STDERR_FILENO);
	pipe_end = fds[0];
	if (dup2(fds[1], STDERR_FILENO) == -1)
		return -1;
	log_init("tester", LOG_INFO);
	return close(fds[1]);
}

static int
restore(void **state)
{
	(void)state;
	(void)dup2(saved_stderr, STDERR_FILENO);
	return close(saved_stderr) + close(pipe_end);
}

/* Returns one written piece, or "" when nothing was written. */
static const char *
piece(void)
{
	static char buf[8192];
	ssize_t n;

	n = read(pipe_end, buf, sizeof(buf) - 1);
	buf[n > 0 ? n : 0] = '\0';
	return buf;
}

/* Returns the last line as JSON, in a context that the caller frees. */
static struct json *
line_of(struct ctx **ctx)
{
	const char *text = piece();
	struct json *line = NULL;
	size_t len = strlen(text);

	*ctx = ctx_new(1 << 20);
	assert_true(len > 0);
	assert_int_equal(text[len - 1], '\n');
	assert_null(memchr(text, '\n', len - 1));
	assert_true(len <= LOG_LINE_MAX);
	assert_int_equal(json_parse(*ctx, text, len - 1, &line), ERR_OK);
	assert_string_equal(piece(), "");
	return line;
}

static void
test_line_has_its_fixed_fields(void **state)
{
	const char *time;
	struct json *line;
	struct ctx *ctx;
	int64_t number;

	(void)state;
	log_event(LOG_WARN, "job_done", LOG_TEXT("kind", "a"),
	    LOG_INT("ms", -12));
	line = line_of(&ctx);
	time = json_member(line, "time");
	assert_int_equal(strlen(time), 24);
	assert_int_equal(time[10], 'T');
	assert_int_equal(time[19], '.');
	assert_int_equal(time[23], 'Z');
	assert_string_equal(json_member(line, "level"), "warn");
	assert_string_equal(json_member(line, "process"), "tester");
	assert_string_equal(json_member(line, "event"), "job_done");
	assert_string_equal(json_member(line, "kind"), "a");
	assert_true(json_int(json_get(line, "ms"), &number));
	assert_int_equal(number, -12);
	assert_true(json_int(json_get(line, "pid"), &number));
	assert_int_equal(number, getpid());
	ctx_free(&ctx);
}

static void
test_levels_below_the_chosen_one_are_silent(void **state)
{
	(void)state;
	log_event(LOG_DEBUG, "x");
	assert_string_equal(piece(), "");
	log_init("tester", LOG_ERROR);
	log_event(LOG_WARN, "x");
	assert_string_equal(piece(), "");
	log_event(LOG_ERROR, "x");
	assert_string_not_equal(piece(), "");
}

static void
test_nothing_breaks_out_of_its_string(void **state)
{
	static const char evil[] = "a\"},\n{\"level\":\"x\\\r\t\x01\x7f"
	    "\xc2\x9b" "\xe2\x80\xa8" "\xc3\xa9/";
	struct json *line;
	struct ctx *ctx;

	(void)state;
	log_event(LOG_INFO, "x", LOG_TEXT("text", evil));
	line = line_of(&ctx);
	assert_string_equal(json_member(line, "text"), evil);
	assert_string_equal(json_member(line, "level"), "info");
	ctx_free(&ctx);
}

static void
test_controls_are_escaped_for_terminals(void **state)
{
	const char *text;

	(void)state;
	log_event(LOG_INFO, "x", LOG_TEXT("t", "\x1b[2J\x7f\xc2\x9b\xe2\x80"
	    "\xa9"));
	text = piece();
	assert_non_null(strstr(text, "\\u001b[2J\\u007f\\u009b\\u2029"));
}

static void
test_malformed_utf8_is_replaced(void **state)
{
	struct json *line;
	struct ctx *ctx;

	(void)state;
	log_event(LOG_INFO, "x", LOG_TEXT("text", "a\xff" "b\xc3"));
	line = line_of(&ctx);
	assert_string_equal(json_member(line, "text"),
	    "a\xef\xbf\xbd" "b\xef\xbf\xbd");
	ctx_free(&ctx);
}

static void
test_long_lines_are_cut_and_say_so(void **state)
{
	static const char *const fills[] = { "x", "\n", "\xe2\x82\xac", "\"" };
	static char text[3 * LOG_LINE_MAX + 10];
	size_t i, len, step;
	struct json *line;
	struct ctx *ctx;
	bool cut;

	(void)state;
	for (i = 0; i < 4; i++) {
		step = strlen(fills[i]);
		for (len = 0; len + step < sizeof(text); len += step)
			memcpy(text + len, fills[i], step + 1);
		/*
		 * Tries lengths around the limit, so that no boundary is
		 * missed.
		 */
		for (len = 600; len < sizeof(text); len += step * 17) {
			text[len - len % step] = '\0';
			log_event(LOG_INFO, "x", LOG_TEXT("a", text),
			    LOG_TEXT("b", "c"), LOG_INT("n", INT64_MIN));
			line = line_of(&ctx);
			cut = !json_is_null(json_get(line, "cut"));
			assert_int_equal(cut, json_is_null(json_get(line,
			    "n")) || strcmp(json_member(line, "a"), text) != 0);
			ctx_free(&ctx);
			memcpy(text + (len - len % step), fills[i], step);
		}
	}
}

static void
test_every_length_near_the_limit_fits(void **state)
{
	static char text[LOG_LINE_MAX + 1];
	struct json *line;
	struct ctx *ctx;
	size_t len;

	(void)state;
	memset(text, 'x', LOG_LINE_MAX);
	for (len = LOG_LINE_MAX - 400; len < LOG_LINE_MAX; len++) {
		text[len] = '\0';
		log_event(LOG_INFO, "x", LOG_TEXT("a", text),
		    LOG_TEXT("b", "c"), LOG_INT("n", INT64_MIN));
		line = line_of(&ctx);
		assert_non_null(line);
		ctx_free(&ctx);
		text[len] = 'x';
	}
}

static void
test_secrets_are_hidden_by_name(void **state)
{
	const char *text;

	(void)state;
	log_event(LOG_INFO, "x", LOG_TEXT("password", "hunter2"),
	    LOG_TEXT("token", "hunter2"), LOG_TEXT("authorization", "hunter2"),
	    LOG_TEXT("cookie", "hunter2"), LOG_TEXT("token_kind", "shown"));
	text = piece();
	assert_null(strstr(text, "hunter2"));
	assert_non_null(strstr(text, "shown"));
}

static void
test_errno_is_kept(void **state)
{
	(void)state;
	errno = ENOSPC;
	(void)close(STDERR_FILENO);
	errno = ENOSPC;
	log_event(LOG_ERROR, "x", LOG_TEXT("a", NULL));
	assert_int_equal(errno, ENOSPC);
}

static void
test_levels_have_names(void **state)
{
	int level;

	(void)state;
	for (level = 0; level < LOG__MAX; level++)
		assert_int_equal(log_level_of(log_level_name(
		    (enum log_level)level)), level);
	assert_int_equal(log_level_of("INFO"), -1);
	assert_int_equal(log_level_of(""), -1);
}

#define captured(test)	cmocka_unit_test_setup_teardown(test, capture, restore)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		captured(test_line_has_its_fixed_fields),
		captured(test_levels_below_the_chosen_one_are_silent),
		captured(test_nothing_breaks_out_of_its_string),
		captured(test_controls_are_escaped_for_terminals),
		captured(test_malformed_utf8_is_replaced),
		captured(test_long_lines_are_cut_and_say_so),
		captured(test_every_length_near_the_limit_fits),
		captured(test_secrets_are_hidden_by_name),
		captured(test_errno_is_kept),
		cmocka_unit_test(test_levels_have_names),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}

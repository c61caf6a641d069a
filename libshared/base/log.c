/* SPDX-License-Identifier: Apache-2.0 */
/* Log lines: each is built in a buffer on the stack and written at once. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/clock.h"
#include "libshared/base/log.h"
#include "libshared/base/str.h"

#define TAIL_CUT	",\"cut\":true}\n"
#define NUMBER_MAX	24	/* characters of an int64_t and the NUL */

struct line {
	char	p[LOG_LINE_MAX];
	size_t	len;
	bool	cut;
};

static const char *const level_names[LOG__MAX] = {
	[LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
};

/*
 * Fields that are never logged, whoever passes them: the last defence against
 * secrets in the log (threat T13).
 */
static const char *const secret_names[] = {
	"authorization", "cookie", "password", "secret", "seed", "token",
};

static const char *log_process = "?";
static enum log_level log_level = LOG_INFO;

void
log_init(const char *process, enum log_level level)
{
	log_process = process;
	log_level = level;
}

int
log_level_of(const char *name)
{
	int i;

	for (i = 0; i < LOG__MAX; i++)
		if (strcmp(level_names[i], name) == 0)
			return i;
	return -1;
}

const char *
log_level_name(enum log_level level)
{
	return level_names[level];
}

/*
 * log_room - returns the bytes left before the tail; sizeof counts the NUL of
 * the tail, and that byte is kept for a closing quote
 */
static size_t
log_room(const struct line *line)
{
	size_t limit = sizeof(line->p) - sizeof(TAIL_CUT);

	return line->len < limit ? limit - line->len : 0;
}

/*
 * log_put - appends data; false, and nothing appended, when the tail would not
 * fit any more
 */
static bool
log_put(struct line *line, const char *data, size_t len)
{
	if (len > log_room(line)) {
		line->cut = true;
		return false;
	}
	memcpy(line->p + line->len, data, len);
	line->len += len;
	return true;
}

/*
 * put_escaped - appends one character of s as JSON; false when there is no room
 */
static bool
put_escaped(struct line *line, struct str s, size_t *used)
{
	char text[16];
	uint32_t point;
	size_t n;
	int len;

	n = str_utf8_next(s, &point);
	*used = n == 0 ? 1 : n;
	if (n == 0)
		point = 0xfffd;
	if (point == '"' || point == '\\')
		len = snprintf(text, sizeof(text), "\\%c", (char)point);
	else if (point < 0x20 || (point >= 0x7f && point < 0xa0) ||
	    point == 0xfffd || point == 0x2028 || point == 0x2029)
		len = snprintf(text, sizeof(text), "\\u%04" PRIx32, point);
	else
		return log_put(line, s.p, n);
	return log_put(line, text, (size_t)len);
}

/*
 * put_string - appends a JSON string, cut where the line is full; room for the
 * closing quote is reserved
 */
static void
put_string(struct line *line, const char *text)
{
	struct str s = str_of(text);
	size_t used;

	line->p[line->len++] = '"';
	while (s.len > 0 && put_escaped(line, s, &used)) {
		s.p += used;
		s.len -= used;
	}
	line->p[line->len++] = '"';
}

/*
 * put_name - appends a name if a number, or the quotes of a text, fit after it
 */
static bool
put_name(struct line *line, const char *name)
{
	size_t len = strlen(name);

	if (len + NUMBER_MAX + 4 > log_room(line)) {
		line->cut = true;
		return false;
	}
	if (line->len > 1)
		(void)log_put(line, ",", 1);
	(void)log_put(line, "\"", 1);
	(void)log_put(line, name, len);
	return log_put(line, "\":", 2);
}

static void
put_text(struct line *line, const char *name, const char *text)
{
	if (put_name(line, name))
		put_string(line, text);
}

static void
put_number(struct line *line, const char *name, int64_t number)
{
	char text[NUMBER_MAX];
	int len;

	len = snprintf(text, sizeof(text), "%" PRId64, number);
	if (put_name(line, name))
		(void)log_put(line, text, (size_t)len);
}

static void
put_time(struct line *line)
{
	struct timespec now = clock_wall();
	struct tm tm;
	char text[80];

	(void)gmtime_r(&now.tv_sec, &tm);
	(void)snprintf(text, sizeof(text),
	    "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
	    (int)(now.tv_nsec / 1000000));
	put_text(line, "time", text);
}

static bool
is_secret(const char *name)
{
	size_t i;

	for (i = 0; i < nitems(secret_names); i++)
		if (strcmp(secret_names[i], name) == 0)
			return true;
	return false;
}

static void
put_fields(struct line *line, const struct log_field *field)
{
	for (; field->name != NULL; field++) {
		if (is_secret(field->name))
			put_text(line, field->name, "(hidden)");
		else if (field->text != NULL)
			put_text(line, field->name, field->text);
		else
			put_number(line, field->name, field->number);
	}
}

void
log_fields(enum log_level level, const char *event,
    const struct log_field *fields)
{
	const char *tail;
	struct line line;
	int saved = errno;

	if (level > log_level)
		return;
	line.len = 0;
	line.cut = false;
	(void)log_put(&line, "{", 1);
	put_time(&line);
	put_text(&line, "level", level_names[level]);
	put_text(&line, "process", log_process);
	put_number(&line, "pid", getpid());
	put_text(&line, "event", event);
	put_fields(&line, fields);
	tail = line.cut ? TAIL_CUT : "}\n";
	memcpy(line.p + line.len, tail, strlen(tail));
	line.len += strlen(tail);
	while (write(STDERR_FILENO, line.p, line.len) == -1 && errno == EINTR)
		;
	errno = saved;
}

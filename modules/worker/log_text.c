/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "libshared/base/str.h"
#include "modules/worker/log_text.h"

#define ESCAPE		0x1b
#define BELL		0x07
#define LEVEL_WITHIN	160	/* bytes in which a level is looked for */

/* character_size - length of the UTF-8 character; 1 for an invalid byte */
static size_t
character_size(const char *text, size_t len)
{
	unsigned char lead = (unsigned char)text[0];
	size_t n = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

	return n <= len && str_utf8((struct str){ text, n }) ? n : 1;
}

/* control_sequence - length of ESC [ parameters, intermediates, final byte */
static size_t
control_sequence(const char *text, size_t len)
{
	size_t n = 2;

	while (n < len && text[n] >= 0x20 && text[n] <= 0x3f)
		n++;
	return n < len && text[n] >= 0x40 && text[n] <= 0x7e ? n + 1 : n;
}

/* control_string - length of a title or the like, up to BEL or ESC \ */
static size_t
control_string(const char *text, size_t len)
{
	size_t n;

	for (n = 2; n < len; n++) {
		if (text[n] == BELL)
			return n + 1;
		if (text[n] == ESCAPE)
			return n + 1 < len && text[n + 1] == '\\' ? n + 2 : n;
	}
	return n;
}

/* short_sequence - length of ESC, intermediates, final byte */
static size_t
short_sequence(const char *text, size_t len)
{
	size_t n = 1;

	while (n < len && text[n] >= 0x20 && text[n] <= 0x2f)
		n++;
	return n < len && text[n] >= 0x30 && text[n] <= 0x7e ? n + 1 : n;
}

/* escape_size - length of the escape sequence at the beginning, or 0 */
static size_t
escape_size(const char *text, size_t len)
{
	if (text[0] != ESCAPE)
		return 0;
	if (len == 1)
		return 1;
	if (text[1] == '[')
		return control_sequence(text, len);
	if (strchr("]PX^_", text[1]) != NULL)
		return control_string(text, len);
	return short_sequence(text, len);
}

static bool
reorders_text(uint32_t point)
{
	return point == 0x061c || (point >= 0x200e && point <= 0x200f) ||
	    (point >= 0x202a && point <= 0x202e) ||
	    (point >= 0x2066 && point <= 0x2069);
}

static bool
is_shown(const char *text, size_t n)
{
	unsigned char c = (unsigned char)text[0];
	uint32_t point = 0;

	if (n == 1)
		return c == '\t' || (c >= 0x20 && c < 0x7f);
	(void)str_utf8_next((struct str){ text, n }, &point);
	return point >= 0xa0 && !reorders_text(point);
}

/* last_part - begin of what a terminal shows after carriage returns */
static size_t
last_part(const char *text, size_t len)
{
	size_t i, begin = 0;

	for (i = 0; i + 1 < len; i++)
		if (text[i] == '\r' && text[i + 1] != '\r')
			begin = i + 1;
	return begin;
}

size_t
log_text_clean(char *text, size_t len)
{
	size_t from, to = 0, n;

	for (; len > 0 && text[len - 1] == '\r'; len--)
		;
	for (from = last_part(text, len); from < len; from += n) {
		if ((n = escape_size(text + from, len - from)) > 0)
			continue;
		n = character_size(text + from, len - from);
		if (is_shown(text + from, n)) {
			memmove(text + to, text + from, n);
			to += n;
		} else
			text[to++] = '?';
	}
	text[to] = '\0';
	return to;
}

static bool
is_word(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '_';
}

const char *
log_text_level(const char *text, size_t len)
{
	static const struct { const char *word, *level; } words[] = {
		{ "INFO", "info" }, { "WARN", "warn" }, { "WARNING", "warn" },
		{ "ERROR", "error" }, { "DEBUG", "debug" },
		{ "TRACE", "trace" }, { "FATAL", "fatal" },
		{ "SEVERE", "error" }, { "FINE", "debug" },
	};
	size_t at, end, i;

	len = len < LEVEL_WITHIN ? len : LEVEL_WITHIN;
	for (at = 0; at < len; at = end + 1) {
		for (end = at; end < len && is_word(text[end]); end++)
			;
		for (i = 0; end > at && i < nitems(words); i++)
			if (end - at == strlen(words[i].word) &&
			    memcmp(text + at, words[i].word, end - at) == 0)
				return words[i].level;
	}
	return NULL;
}

static bool
digits_read(const char *p, size_t n, int *value)
{
	int v = 0;

	for (; n > 0; n--, p++) {
		if (*p < '0' || *p > '9')
			return false;
		v = v * 10 + (*p - '0');
	}
	*value = v;
	return true;
}

/* read_zone - reads "Z", "+hh:mm" or "-hh:mm"; returns its length, or 0 */
static size_t
read_zone(const char *p, size_t len, int *offset_s)
{
	int hours, minutes;

	*offset_s = 0;
	if (len >= 1 && p[0] == 'Z')
		return 1;
	if (len < 6 || (p[0] != '+' && p[0] != '-') || p[3] != ':' ||
	    !digits_read(p + 1, 2, &hours) ||
	    !digits_read(p + 4, 2, &minutes) ||
	    hours > 23 || minutes > 59)
		return 0;
	*offset_s = (hours * 60 + minutes) * 60 * (p[0] == '-' ? -1 : 1);
	return 6;
}

bool
log_time(const char *p, size_t len, int64_t *second, size_t *used)
{
	struct tm tm = { 0 };
	size_t at = 19, zone;
	int offset_s;

	if (len < 20 || !digits_read(p, 4, &tm.tm_year) || p[4] != '-' ||
	    !digits_read(p + 5, 2, &tm.tm_mon) || p[7] != '-' ||
	    !digits_read(p + 8, 2, &tm.tm_mday) || p[10] != 'T' ||
	    !digits_read(p + 11, 2, &tm.tm_hour) || p[13] != ':' ||
	    !digits_read(p + 14, 2, &tm.tm_min) || p[16] != ':' ||
	    !digits_read(p + 17, 2, &tm.tm_sec) || tm.tm_year < 1970 ||
	    tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 ||
	    tm.tm_mday > 31 || tm.tm_hour > 23 || tm.tm_min > 59 ||
	    tm.tm_sec > 60)
		return false;
	if (p[at] == '.')
		for (at++; at < len && p[at] >= '0' && p[at] <= '9'; at++)
			;
	zone = read_zone(p + at, len - at, &offset_s);
	if (zone == 0)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*second = timegm(&tm) - offset_s;
	*used = at + zone;
	return *second >= 0;
}

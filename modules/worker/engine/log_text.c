/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "libshared/base/str.h"
#include "modules/worker/engine/log_text.h"

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

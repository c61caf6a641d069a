/* SPDX-License-Identifier: Apache-2.0 */
/* Text with a length, a growing buffer, and strict parsing of numbers. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"

struct str
str_of(const char *text)
{
	return (struct str){ text, text == NULL ? 0 : strlen(text) };
}

bool
str_is(struct str s, const char *text)
{
	size_t len = strlen(text);

	return s.len == len && (len == 0 || memcmp(s.p, text, len) == 0);
}

bool
str_media(const char *value, const char *type)
{
	size_t len = strlen(type);

	if (value == NULL || strncasecmp(value, type, len) != 0)
		return false;
	value += len;
	value += strspn(value, " \t");
	return *value == '\0' || *value == ';';
}

bool
str_starts(struct str s, const char *prefix)
{
	size_t len = strlen(prefix);

	return s.len >= len && (len == 0 || memcmp(s.p, prefix, len) == 0);
}

struct str
str_cut(struct str *rest, char sep)
{
	struct str head = *rest;
	const char *at;

	at = rest->len == 0 ? NULL : memchr(rest->p, sep, rest->len);
	if (at == NULL) {
		rest->p = rest->len == 0 ? rest->p : rest->p + rest->len;
		rest->len = 0;
		return head;
	}
	head.len = (size_t)(at - rest->p);
	rest->p = at + 1;
	rest->len -= head.len + 1;
	return head;
}

struct str
str_trim(struct str s)
{
	while (s.len > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t'))
		s.len--;
	return s;
}

bool
str_int(struct str s, int64_t min, int64_t max, int64_t *value)
{
	bool negative = s.len > 0 && s.p[0] == '-';
	int64_t number = 0;
	size_t i = negative ? 1 : 0;
	int digit;

	if (i == s.len)
		return false;
	if (s.p[i] == '0' && (negative || s.len > 1))
		return false;
	for (; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		digit = s.p[i] - '0';
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, negative ? -digit : digit,
		    &number))
			return false;
	}
	if (number < min || number > max)
		return false;
	*value = number;
	return true;
}

/*
 * utf8_sequence - returns the length of the well-formed sequence at p, or 0
 * (Unicode 15, table 3-7): no overlong form, no surrogate, nothing above
 * U+10FFFF
 */
static size_t
utf8_sequence(const unsigned char *p, size_t len)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t need, i;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	need = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (need > len)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < need; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	return need;
}

size_t
str_utf8_next(struct str s, uint32_t *point)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n;

	n = s.len == 0 ? 0 : utf8_sequence(p, s.len);
	switch (n) {
	case 1:
		*point = p[0];
		break;
	case 2:
		*point = (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
		break;
	case 3:
		*point = (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 |
		    (p[2] & 0x3fu);
		break;
	case 4:
		*point = (p[0] & 0x07u) << 18 | (p[1] & 0x3fu) << 12 |
		    (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
		break;
	}
	return n;
}

bool
str_utf8(struct str s)
{
	size_t n;

	while (s.len > 0) {
		n = utf8_sequence((const unsigned char *)s.p, s.len);
		if (n == 0)
			return false;
		s.p += n;
		s.len -= n;
	}
	return true;
}

void
buf_init(struct buf *buf, struct arena *mem, size_t max)
{
	static char nothing[1];		/* never written: cap is 0 */

	*buf = (struct buf){ .mem = mem, .p = nothing, .max = max };
}

/* buf_room - makes room for n more bytes and the NUL */
static bool
buf_room(struct buf *buf, size_t n)
{
	size_t cap;
	char *p;

	if (buf->full || n > buf->max - buf->len) {
		buf->full = true;
		return false;
	}
	if (buf->len + n < buf->cap)
		return true;
	cap = buf->cap < 32 ? 64 : buf->cap;
	cap = cap > buf->max / 2 ? buf->max : cap * 2;
	if (cap < buf->len + n)
		cap = buf->len + n;
	p = cap == SIZE_MAX ? NULL : arena_get(buf->mem, cap + 1);
	if (p == NULL) {
		buf->full = true;
		return false;
	}
	if (buf->len > 0)
		memcpy(p, buf->p, buf->len);
	buf->p = p;
	buf->cap = cap + 1;
	return true;
}

void
buf_put(struct buf *buf, const void *data, size_t len)
{
	if (len == 0 || !buf_room(buf, len))
		return;
	memcpy(buf->p + buf->len, data, len);
	buf->len += len;
	buf->p[buf->len] = '\0';
}

void
buf_text(struct buf *buf, const char *text)
{
	buf_put(buf, text, strlen(text));
}

void
buf_vprintf(struct buf *buf, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0) {
		buf->full = true;
		return;
	}
	if (n == 0 || !buf_room(buf, (size_t)n))
		return;
	(void)vsnprintf(buf->p + buf->len, (size_t)n + 1, fmt, ap);
	buf->len += (size_t)n;
}

void
buf_printf(struct buf *buf, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(buf, fmt, ap);
	va_end(ap);
}

char *
text_printf(struct arena *mem, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return NULL;
	text = arena_get(mem, (size_t)n + 1);
	if (text == NULL)
		return NULL;
	va_start(ap, fmt);
	(void)vsnprintf(text, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return text;
}

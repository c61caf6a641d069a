/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which characters a label may have.  The ranges are the Default_Ignorable and
 * Bidi_Control characters of Unicode, control characters, separators, and the
 * fillers that have no glyph.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/label.h"

#define JOINER_NONE	0x200c	/* zero width non-joiner */
#define JOINER		0x200d	/* zero width joiner */

struct range { uint32_t first, last; };

static const struct range hidden[] = {
	{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x34f, 0x34f },
	{ 0x61c, 0x61c }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f }, { 0x200b, 0x200b }, { 0x200e, 0x200f },
	{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 },
	{ 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb },
	{ 0xfffe, 0xffff }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
	{ 0xe0000, 0x10ffff },
};

/* They take up room, and nothing is seen there. */
static const struct range blank[] = {
	{ 0x20, 0x20 }, { 0xa0, 0xa0 }, { 0x1680, 0x1680 },
	{ 0x2000, 0x200d }, { 0x202f, 0x202f }, { 0x205f, 0x205f },
	{ 0x2800, 0x2800 }, { 0x3000, 0x3000 }, { 0xfe00, 0xfe0f },
};

static bool
is_within(const struct range *ranges, size_t n, uint32_t point)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (point >= ranges[i].first && point <= ranges[i].last)
			return true;
	return false;
}

static bool
is_joiner(uint32_t point)
{
	return point == JOINER_NONE || point == JOINER;
}

/* is_hidden - judges a character by what stands before it and after it */
static bool
is_hidden(uint32_t before, uint32_t point, struct str after)
{
	uint32_t next = 0;

	if (!is_joiner(point))
		return is_within(hidden, nitems(hidden), point);
	return before < 0x80 || str_utf8_next(after, &next) == 0 ||
	    next < 0x80;
}

bool
label_sound(struct str text)
{
	uint32_t before = 0, point;
	bool seen = false;
	struct str after;
	size_t n;

	for (; text.len > 0; text = after, before = point) {
		if ((n = str_utf8_next(text, &point)) == 0)
			return false;
		after = (struct str){ text.p + n, text.len - n };
		if (is_hidden(before, point, after))
			return false;
		seen = seen || !is_within(blank, nitems(blank), point);
	}
	return seen;
}

void
label_clean(struct str text, char *out, size_t max)
{
	uint32_t before = 0, point;
	struct str after;
	size_t n, len = 0;

	for (; text.len > 0; text = after) {
		if ((n = str_utf8_next(text, &point)) == 0 || len + n >= max)
			break;
		after = (struct str){ text.p + n, text.len - n };
		if (is_hidden(before, point, after))
			continue;
		memcpy(out + len, text.p, n);
		len += n;
		before = point;
	}
	out[len] = '\0';
	if (!label_sound(str_of(out)))
		out[0] = '\0';
}

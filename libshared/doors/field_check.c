/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks a text by kind, length, charset and choices.
 *
 * Written by hand, not by regular expressions: linear time, and readable as a
 * list.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/label.h"
#include "libshared/doors/field.h"

#define EMAIL_LOCAL_MAX		64	/* RFC 5321 4.5.3.1.1 */
#define EMAIL_DOMAIN_MAX	189	/* 64 + 1 + 189 = 254, RFC 3696 */
#define LABEL_MAX		63	/* RFC 1035 2.3.4 */

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z');
}

/*
 * is_unprintable - controls, separators, and marks that change the direction of
 * text
 */
static bool
is_unprintable(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0) ||
	    point == 0x2028 || point == 0x2029 || point == 0xfeff ||
	    (point >= 0x202a && point <= 0x202e) ||
	    (point >= 0x2066 && point <= 0x2069);
}

static bool
text_valid(struct str s)
{
	uint32_t point;
	size_t n;

	for (; s.len > 0; s.p += n, s.len -= n) {
		n = str_utf8_next(s, &point);
		if (n == 0 || is_unprintable(point))
			return false;
	}
	return true;
}

static bool
slug_valid(struct str s)
{
	size_t i;

	if (s.len < 3 || s.len > 31 || !is_lower(s.p[0]))
		return false;
	for (i = 1; i < s.len; i++)
		if (!is_lower(s.p[i]) && !is_digit(s.p[i]))
			return false;
	return true;
}

static bool
name_valid(struct str s)
{
	size_t i;

	if (s.len < 2 || !is_lower(s.p[0]) || s.p[s.len - 1] == '-')
		return false;
	for (i = 1; i < s.len; i++)
		if (!is_lower(s.p[i]) && !is_digit(s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

static bool
token_valid(struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (!is_alnum(s.p[i]) && strchr("-_.", s.p[i]) == NULL)
			return false;
	return true;
}

/* dot-atom of RFC 5322 3.2.3: no quoted form, no comment. */
static bool
email_local_valid(struct str s)
{
	struct str atom;
	size_t i;

	if (s.len < 1 || s.len > EMAIL_LOCAL_MAX || s.p[s.len - 1] == '.')
		return false;
	while (s.len > 0) {
		atom = str_cut(&s, '.');
		if (atom.len == 0)
			return false;
		for (i = 0; i < atom.len; i++)
			if (!is_alnum(atom.p[i]) && (atom.p[i] == '\0' ||
			    strchr("!#$%&'*+-/=?^_`{|}~", atom.p[i]) == NULL))
				return false;
	}
	return true;
}

/*
 * email_domain_valid - at least two labels, as in DNS: no address literal, no
 * bare host name
 */
static bool
email_domain_valid(struct str s)
{
	struct str label;
	size_t i, nlabels = 0;

	if (s.len < 1 || s.len > EMAIL_DOMAIN_MAX || s.p[s.len - 1] == '.')
		return false;
	for (; s.len > 0; nlabels++) {
		label = str_cut(&s, '.');
		if (label.len == 0 || label.len > LABEL_MAX ||
		    label.p[0] == '-' || label.p[label.len - 1] == '-')
			return false;
		for (i = 0; i < label.len; i++)
			if (!is_alnum(label.p[i]) && label.p[i] != '-')
				return false;
	}
	return nlabels >= 2;
}

static bool
email_valid(struct str s)
{
	struct str local;

	if (s.len == 0 || memchr(s.p, '@', s.len) == NULL)
		return false;
	local = str_cut(&s, '@');
	return email_local_valid(local) && email_domain_valid(s);
}

static bool
any_valid(struct str s)
{
	return s.len == 0 || memchr(s.p, '\0', s.len) == NULL;
}

static const struct charset_row {
	bool		(*valid)(struct str s);
	const char	*why;
} charsets[CHARSET__MAX] = {
	[CHARSET_TEXT] = { text_valid, "holds a character that cannot be "
	    "shown" },
	[CHARSET_LABEL] = { label_sound, "must have a character that can be "
	    "seen, and none that is hidden" },
	[CHARSET_SLUG] = { slug_valid, "must be 3 to 31 lower-case letters "
	    "and digits and begin with a letter, such as acme2" },
	[CHARSET_NAME] = { name_valid, "must be lower-case letters, digits "
	    "and hyphens, begin with a letter and not end with a hyphen, such "
	    "as orders-eu" },
	[CHARSET_EMAIL] = { email_valid, "must be an e-mail address, such as "
	    "name@example.com" },
	[CHARSET_TOKEN] = { token_valid, "must be letters, digits, '-', '_' "
	    "and '.'" },
	[CHARSET_ANY] = { any_valid, "must not hold a NUL character" },
};

/* digits_value - of n digits; -1 when one of them is none */
static int
digits_value(const char *p, size_t n)
{
	int value = 0;

	for (; n > 0; n--, p++) {
		if (!is_digit(*p))
			return -1;
		value = value * 10 + (*p - '0');
	}
	return value;
}

/* day_valid - is there such a day?  YYYY-MM-DD */
static bool
day_valid(const char *p)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };
	int year = digits_value(p, 4), month = digits_value(p + 5, 2);
	int day = digits_value(p + 8, 2);
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return year > 0 && month >= 1 && month <= 12 && day >= 1 &&
	    day <= days[month - 1] + (month == 2 && leap);
}

/* YYYY-MM-DDTHH:MM:SS, a fraction of up to nine digits or none, and Z. */
static bool
time_valid(struct str s)
{
	static const char form[] = "0000-00-00T00:00:00";
	size_t i;

	if (s.len < sizeof(form) || s.len > sizeof(form) + 10 ||
	    s.p[s.len - 1] != 'Z')
		return false;
	for (i = 0; i < sizeof(form) - 1; i++)
		if (form[i] == '0' ? !is_digit(s.p[i]) : s.p[i] != form[i])
			return false;
	if (!day_valid(s.p) || digits_value(s.p + 11, 2) > 23 ||
	    digits_value(s.p + 14, 2) > 59 || digits_value(s.p + 17, 2) > 59)
		return false;
	if (s.len == sizeof(form))
		return true;
	return s.p[i] == '.' && s.len > sizeof(form) + 1 &&
	    digits_value(s.p + i + 1, s.len - i - 2) >= 0;
}

static bool
is_choice(const char *const *choices, struct str s)
{
	for (; *choices != NULL; choices++)
		if (str_is(s, *choices))
			return true;
	return false;
}

static const char *
choices_reason(struct ctx *ctx, const char *const *choices)
{
	struct buf buf;

	buf_init(&buf, ctx->mem, 512);
	buf_text(&buf, "must be one of: ");
	for (; *choices != NULL; choices++)
		buf_printf(&buf, "%s%s", *choices,
		    choices[1] == NULL ? "" : ", ");
	return buf.full ? "is not one of the choices" : buf.p;
}

/* text_count - how many characters it has; it is UTF-8 */
static int64_t
text_count(struct str s)
{
	int64_t n = 0;

	for (; s.len > 0; s.p++, s.len--)
		n += ((unsigned char)s.p[0] & 0xc0) != 0x80;
	return n;
}

static const char *
length_reason(struct ctx *ctx, const struct field *field, int64_t count)
{
	const char *why;

	if (field->min == field->max)
		why = text_printf(ctx->mem, "must have %lld characters, not "
		    "%lld", (long long)field->min, (long long)count);
	else
		why = text_printf(ctx->mem, "must have %lld to %lld "
		    "characters, not %lld", (long long)field->min,
		    (long long)field->max, (long long)count);
	return why == NULL ? "has a wrong length" : why;
}

const char *
field_check_text(struct ctx *ctx, const struct field *field, const char *text,
    size_t len)
{
	struct str s = { text, len };
	int64_t count;

	if (field->kind == FIELD_KIND_UUID)
		return uuid_valid(text, len) ? NULL : "must be a UUID such as "
		    "0198c2f0-7c3a-7bbb-8000-1a2b3c4d5e6f";
	if (field->kind == FIELD_KIND_TIME)
		return time_valid(s) ? NULL : "must be a time such as "
		    "2026-11-29T20:00:00Z, with milliseconds or without";
	if (!str_utf8(s))
		return "must be UTF-8";
	count = text_count(s);
	if (count < field->min || count > field->max)
		return length_reason(ctx, field, count);
	if (!any_valid(s))
		return charsets[CHARSET_ANY].why;
	if (!charsets[field->charset].valid(s))
		return charsets[field->charset].why;
	if (field->choices != NULL && !is_choice(field->choices, s))
		return choices_reason(ctx, field->choices);
	return NULL;
}

bool
uuid_valid(const char *text, size_t len)
{
	size_t i;

	if (len != UUID_TEXT_MAX - 1)
		return false;
	for (i = 0; i < len; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text[i] != '-')
				return false;
		} else if (!is_digit(text[i]) &&
		    !(text[i] >= 'a' && text[i] <= 'f') &&
		    !(text[i] >= 'A' && text[i] <= 'F'))
			return false;
	}
	return true;
}

bool
uuid_set(struct uuid *uuid, const char *text)
{
	size_t i;

	if (text == NULL || !uuid_valid(text, strnlen(text, UUID_TEXT_MAX)))
		return false;
	for (i = 0; i < UUID_TEXT_MAX; i++)
		uuid->text[i] = text[i] >= 'A' && text[i] <= 'F' ?
		    (char)(text[i] - 'A' + 'a') : text[i];
	return true;
}

bool
uuid_empty(const struct uuid *uuid)
{
	return uuid->text[0] == '\0';
}

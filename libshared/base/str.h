/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text with a length, a growing buffer in an arena, and strict parsing of
 * numbers.
 */
#ifndef CAMELEER_STR_H
#define CAMELEER_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define nitems(a)	(sizeof(a) / sizeof((a)[0]))

struct arena;

struct str {
	const char	*p;	/* not always NUL-terminated */
	size_t		 len;
};

#define STR(literal)	((struct str){ (literal), sizeof(literal) - 1 })

struct str str_of(const char *text);		/* NULL becomes empty */
bool str_is(struct str s, const char *text);
/*
 * Is the value of a Content-Type this media type, in any case, whatever its
 * parameters (RFC 9110 8.3.1)?  value may be NULL.
 */
bool str_media(const char *value, const char *type);
bool str_starts(struct str s, const char *prefix);
/* Returns the part of *rest before sep and moves *rest behind sep. */
struct str str_cut(struct str *rest, char sep);
/* Without blanks and tabs at both ends. */
struct str str_trim(struct str s);

/*
 * Parses the whole text as a decimal number with one spelling: no blanks, no
 * plus, no leading zeros, a minus only when min < 0.  False on anything else,
 * on overflow and out of range; *value is then untouched.
 */
bool str_int(struct str s, int64_t min, int64_t max, int64_t *value)
    __attribute__((warn_unused_result));
bool str_utf8(struct str s);			/* well-formed, RFC 3629 */
/* Length of the first character in bytes; 0 when s is empty or malformed. */
size_t str_utf8_next(struct str s, uint32_t *point);

/*
 * Grows in the arena up to max bytes.  Beyond that `full` is set and stays set,
 * and nothing more is appended.  p is always NUL-terminated and never NULL.
 */
struct buf {
	struct arena	*mem;
	char		*p;
	size_t		 len, cap, max;
	bool		 full;
};

void buf_init(struct buf *buf, struct arena *mem, size_t max);
void buf_put(struct buf *buf, const void *data, size_t len);
void buf_text(struct buf *buf, const char *text);
void buf_printf(struct buf *buf, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* printf into the arena; NULL when the arena is full. */
char *text_printf(struct arena *mem, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), warn_unused_result));

#endif

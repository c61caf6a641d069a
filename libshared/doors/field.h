/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Field tables: what a body may hold, what an answer shows, which columns a row
 * has.
 *
 * Input tables and view tables are never shared: what we show must not become
 * what we accept (threat T3).
 */
#ifndef CAMELEER_FIELD_H
#define CAMELEER_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"

struct json;

enum field_kind {
	FIELD__END,
	FIELD_KIND_TEXT,	/* const char * */
	FIELD_KIND_UUID,	/* struct uuid */
	FIELD_KIND_INT,		/* int64_t */
	FIELD_KIND_BOOL,	/* bool */
	/* const char *, RFC 3339 UTC, as SQL gives it */
	FIELD_KIND_TIME,
	FIELD_KIND_JSON,	/* const char *, a JSON text built by SQL */
	FIELD_KIND_SECRET,	/* const char * in ctx->secrets */
	/* const char *, words as a PostgreSQL array: "{app.read,log.read}" */
	FIELD_KIND_LIST,
};

enum charset {
	CHARSET_TEXT,		/* printable UTF-8, no control characters */
	CHARSET_LABEL,		/* a name that people read: label_sound() */
	CHARSET_SLUG,		/* ^[a-z][a-z0-9]{2,30}$ */
	CHARSET_NAME,		/* ^[a-z][a-z0-9-]*[a-z0-9]$ */
	CHARSET_EMAIL,		/* the domain becomes ASCII; SQL lower-cases */
	CHARSET_TOKEN,		/* base64url, '.', '_' */
	CHARSET_ANY,		/* any UTF-8 without NUL: passwords */
	CHARSET__MAX
};

#define FIELD_OPTIONAL	1u	/* may be absent or null; then NULL/0/false */
#define FIELD_ABSENT	2u	/* in a shape: may be absent, is never null */
#define FIELD_MORE	4u	/* in an end row: others may add members */

/* What the JSON text of a FIELD_KIND_JSON field holds; see field_shape.h. */
enum json_form {
	FORM_UNKNOWN,		/* for internal routes and rows only */
	FORM_OBJECT,		/* an object of the shape */
	FORM_OBJECTS,		/* an array of such objects */
	FORM_TEXTS,		/* an array of strings, or of the choices */
	FORM_INTS,		/* an array of whole numbers */
	FORM_INT,		/* a whole number that may be null */
	FORM_TEXT_MAP,		/* an object whose values are strings */
	FORM_BOOL_MAP,		/* an object whose values are booleans */
	FORM_OPEN,		/* any object; a comment must say why */
};

struct field {
	const char	*name;		/* JSON key and SQL column */
	enum field_kind	 kind;
	unsigned	 flags;
	enum charset	 charset;
	size_t		 offset;
	/*
	 * Range of the length in characters, of the number, or of the number of
	 * words.
	 */
	int64_t		 min, max;
	const char *const *choices;	/* NULL-terminated, or NULL */
	enum json_form	 form;
	const struct field *shape;
	/* One sentence for people; in an end row the name of the schema. */
	const char	*about;
};

#define FIELD_AT(s, m, k, fl, cs, lo, hi, ch) \
	{ #m, (k), (fl), (cs), offsetof(s, m), (lo), (hi), .choices = (ch) }
#define FIELD_TEXT(s, m, lo, hi, cs) \
	FIELD_AT(s, m, FIELD_KIND_TEXT, 0, cs, lo, hi, NULL)
#define FIELD_TEXT_OPT(s, m, lo, hi, cs) \
	FIELD_AT(s, m, FIELD_KIND_TEXT, FIELD_OPTIONAL, cs, lo, hi, NULL)
#define FIELD_CHOICE(s, m, list) \
	FIELD_AT(s, m, FIELD_KIND_TEXT, 0, CHARSET_TEXT, 1, 64, list)
#define FIELD_CHOICE_OPT(s, m, list) \
	FIELD_AT(s, m, FIELD_KIND_TEXT, FIELD_OPTIONAL, CHARSET_TEXT, 1, 64, \
	    list)
#define FIELD_PASSWORD(s, m, lo, hi) \
	FIELD_AT(s, m, FIELD_KIND_SECRET, 0, CHARSET_ANY, lo, hi, NULL)
#define FIELD_SECRET_OPT(s, m, lo, hi, cs) \
	FIELD_AT(s, m, FIELD_KIND_SECRET, FIELD_OPTIONAL, cs, lo, hi, NULL)
#define FIELD_INT(s, m, lo, hi) \
	FIELD_AT(s, m, FIELD_KIND_INT, 0, CHARSET_TEXT, lo, hi, NULL)
#define FIELD_INT_OPT(s, m, lo, hi) \
	FIELD_AT(s, m, FIELD_KIND_INT, FIELD_OPTIONAL, CHARSET_TEXT, lo, hi, \
	    NULL)
#define FIELD_BOOL_OPT(s, m) \
	FIELD_AT(s, m, FIELD_KIND_BOOL, FIELD_OPTIONAL, CHARSET_TEXT, 0, 1, \
	    NULL)
#define FIELD_UUID(s, m) \
	FIELD_AT(s, m, FIELD_KIND_UUID, 0, CHARSET_TEXT, 36, 36, NULL)

#define FIELD_UUID_OPT(s, m) \
	FIELD_AT(s, m, FIELD_KIND_UUID, FIELD_OPTIONAL, CHARSET_TEXT, 36, 36, \
	    NULL)

#define FIELD_LIST(s, m, lo, hi) \
	FIELD_AT(s, m, FIELD_KIND_LIST, 0, CHARSET_TEXT, lo, hi, NULL)
#define FIELD_LIST_OPT(s, m, lo, hi) \
	FIELD_AT(s, m, FIELD_KIND_LIST, FIELD_OPTIONAL, CHARSET_TEXT, lo, \
	    hi, NULL)

#define VIEW_AT(s, m, k)	FIELD_AT(s, m, k, 0, CHARSET_TEXT, 0, 0, NULL)
#define VIEW_TEXT(s, m)		VIEW_AT(s, m, FIELD_KIND_TEXT)
#define VIEW_UUID(s, m)		VIEW_AT(s, m, FIELD_KIND_UUID)
#define VIEW_INT(s, m)		VIEW_AT(s, m, FIELD_KIND_INT)
#define VIEW_BOOL(s, m)		VIEW_AT(s, m, FIELD_KIND_BOOL)
#define VIEW_TIME(s, m)		VIEW_AT(s, m, FIELD_KIND_TIME)
/* For rows and internal routes only: an API shows a shape (field_shape.h). */
#define VIEW_JSON(s, m)		VIEW_AT(s, m, FIELD_KIND_JSON)
#define VIEW_LIST(s, m)		VIEW_AT(s, m, FIELD_KIND_LIST)
/* The same for a column where NULL, or an empty UUID, is shown as null. */
#define VIEW_OPT_AT(s, m, k) \
	FIELD_AT(s, m, k, FIELD_OPTIONAL, CHARSET_TEXT, 0, 0, NULL)
#define VIEW_TEXT_OPT(s, m)	VIEW_OPT_AT(s, m, FIELD_KIND_TEXT)
#define VIEW_UUID_OPT(s, m)	VIEW_OPT_AT(s, m, FIELD_KIND_UUID)
#define VIEW_TIME_OPT(s, m)	VIEW_OPT_AT(s, m, FIELD_KIND_TIME)
#define VIEW_JSON_OPT(s, m)	VIEW_OPT_AT(s, m, FIELD_KIND_JSON)
#define VIEW_CHOICE(s, m, list) \
	FIELD_AT(s, m, FIELD_KIND_TEXT, 0, CHARSET_TEXT, 0, 0, list)
#define VIEW_CHOICE_OPT(s, m, list) \
	FIELD_AT(s, m, FIELD_KIND_TEXT, FIELD_OPTIONAL, CHARSET_TEXT, 0, 0, \
	    list)
#define FIELD_END		{ .name = NULL }
/* Ends a table that is the schema of this name in the API's document. */
#define FIELD_END_OF(schema)	{ .name = NULL, .about = (schema) }

/*
 * Checks one text against one field.  Returns NULL when it is good, else the
 * reason: a constant, or a text in ctx->mem that names the limit, never the
 * value.
 */
const char *field_check_text(struct ctx *ctx, const struct field *field,
    const char *text, size_t len);

/*
 * Decodes an object by a table.  All unknown, missing and wrong fields are
 * collected, then ERR_BAD_INPUT is returned; *out is then undefined.
 */
enum err field_decode(struct ctx *ctx, const struct field *table,
    const struct json *object, void *out) must_check;
/*
 * Decodes one parameter of a query string or path from the raw texts name and
 * value.  The other members of *out are not touched.
 */
enum err field_decode_text(struct ctx *ctx, const struct field *table,
    const char *name, struct str value, void *out) must_check;

/*
 * Encodes an object with the fields of the view, in table order.  ERR_INTERNAL
 * when a field that is not VIEW_…_OPT has no value.
 */
enum err field_encode(struct ctx *ctx, const struct field *view,
    const void *in, struct json **object) must_check;

#define LIST_WORD_MAX	64	/* bytes of one word */
#define LIST_WORD	"^[a-z*][a-z0-9.@:-]*$"
/* Converts a JSON array of words to a list, and back.  "null" is not a word. */
enum err list_decode(struct ctx *ctx, const struct field *field,
    const struct json *value, const char **out) must_check;
enum err list_encode(struct ctx *ctx, const char *list, struct json **array)
    must_check;
/* The text between the braces, for str_cut(&rest, ','). */
struct str list_words(const char *list);

bool uuid_valid(const char *text, size_t len);	/* 36 characters, any case */
bool uuid_set(struct uuid *uuid, const char *text);	/* lower-cases */
bool uuid_empty(const struct uuid *uuid);

#endif

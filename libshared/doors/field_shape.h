/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shapes: what the JSON text of a field looks like, and the schemas of tables.
 *
 * A shape is also a field table.  A shape that nothing else uses is written
 * with SHAPE_… rows, which have a name and no place in a struct.
 */
#ifndef CAMELEER_FIELD_SHAPE_H
#define CAMELEER_FIELD_SHAPE_H

#include "libshared/doors/field.h"

#define FORM_AT(s, m, fl, fo, sh, ab) \
	{ #m, FIELD_KIND_JSON, (fl), CHARSET_TEXT, offsetof(s, m), 0, 0, \
	    .form = (fo), .shape = (sh), .about = (ab) }
#define VIEW_OBJECT(s, m, sh)	FORM_AT(s, m, 0, FORM_OBJECT, sh, NULL)
#define VIEW_OBJECT_OPT(s, m, sh) \
	FORM_AT(s, m, FIELD_OPTIONAL, FORM_OBJECT, sh, NULL)
#define VIEW_OBJECTS(s, m, sh)	FORM_AT(s, m, 0, FORM_OBJECTS, sh, NULL)
#define VIEW_OBJECTS_OPT(s, m, sh) \
	FORM_AT(s, m, FIELD_OPTIONAL, FORM_OBJECTS, sh, NULL)
#define VIEW_TEXTS(s, m)	FORM_AT(s, m, 0, FORM_TEXTS, NULL, NULL)
#define VIEW_TEXTS_OF(s, m, list) \
	{ #m, FIELD_KIND_JSON, 0, CHARSET_TEXT, offsetof(s, m), 0, 0, \
	    .choices = (list), .form = FORM_TEXTS }
#define VIEW_TEXTS_OF_OPT(s, m, list) \
	{ #m, FIELD_KIND_JSON, FIELD_OPTIONAL, CHARSET_TEXT, offsetof(s, m), \
	    0, 0, .choices = (list), .form = FORM_TEXTS }
#define VIEW_TEXT_MAP(s, m)	FORM_AT(s, m, 0, FORM_TEXT_MAP, NULL, NULL)
#define VIEW_BOOL_MAP(s, m)	FORM_AT(s, m, 0, FORM_BOOL_MAP, NULL, NULL)
#define VIEW_INT_OPT(s, m) \
	FORM_AT(s, m, FIELD_OPTIONAL, FORM_INT, NULL, NULL)
#define VIEW_OPEN_OPT(s, m, ab) \
	FORM_AT(s, m, FIELD_OPTIONAL, FORM_OPEN, NULL, ab)
/* For a body: hi is the greatest length of its JSON text in bytes. */
#define FIELD_OBJECT(s, m, sh, hi) \
	{ #m, FIELD_KIND_JSON, 0, CHARSET_TEXT, offsetof(s, m), 0, (hi), \
	    .form = FORM_OBJECT, .shape = (sh) }
#define FIELD_OBJECT_OPT(s, m, sh, hi) \
	{ #m, FIELD_KIND_JSON, FIELD_OPTIONAL, CHARSET_TEXT, offsetof(s, m), \
	    0, (hi), .form = FORM_OBJECT, .shape = (sh) }
#define FIELD_TEXT_MAP_OPT(s, m, hi) \
	{ #m, FIELD_KIND_JSON, FIELD_OPTIONAL, CHARSET_TEXT, offsetof(s, m), \
	    0, (hi), .form = FORM_TEXT_MAP }

#define SHAPE_AT(n, k, fl)	{ #n, (k), (fl), .form = FORM_UNKNOWN }
#define SHAPE_TEXT(n)		SHAPE_AT(n, FIELD_KIND_TEXT, 0)
#define SHAPE_TEXT_OPT(n)	SHAPE_AT(n, FIELD_KIND_TEXT, FIELD_OPTIONAL)
#define SHAPE_TEXT_ABSENT(n)	SHAPE_AT(n, FIELD_KIND_TEXT, FIELD_ABSENT)
#define SHAPE_UUID(n)		SHAPE_AT(n, FIELD_KIND_UUID, 0)
#define SHAPE_INT(n)		SHAPE_AT(n, FIELD_KIND_INT, 0)
#define SHAPE_INT_ABSENT(n)	SHAPE_AT(n, FIELD_KIND_INT, FIELD_ABSENT)
#define SHAPE_BOOL(n)		SHAPE_AT(n, FIELD_KIND_BOOL, 0)
#define SHAPE_TIME(n)		SHAPE_AT(n, FIELD_KIND_TIME, 0)
#define SHAPE_TIME_OPT(n)	SHAPE_AT(n, FIELD_KIND_TIME, FIELD_OPTIONAL)
#define SHAPE_CHOICE(n, list) \
	{ #n, FIELD_KIND_TEXT, 0, .choices = (list) }
#define SHAPE_FORM(n, fl, fo, sh) \
	{ #n, FIELD_KIND_JSON, (fl), .form = (fo), .shape = (sh) }
#define SHAPE_OBJECT(n, sh)	SHAPE_FORM(n, 0, FORM_OBJECT, sh)
#define SHAPE_OBJECTS(n, sh)	SHAPE_FORM(n, 0, FORM_OBJECTS, sh)
#define SHAPE_TEXTS(n)		SHAPE_FORM(n, 0, FORM_TEXTS, NULL)
#define SHAPE_TEXTS_OPT(n) \
	SHAPE_FORM(n, FIELD_OPTIONAL, FORM_TEXTS, NULL)
#define SHAPE_TEXTS_ABSENT(n)	SHAPE_FORM(n, FIELD_ABSENT, FORM_TEXTS, NULL)
#define SHAPE_OPEN_ABSENT(n, ab) \
	{ #n, FIELD_KIND_JSON, FIELD_ABSENT, .form = FORM_OPEN, \
	    .about = (ab) }
/* A shape to which others may add members that we do not read. */
#define SHAPE_END_MORE(schema) \
	{ .name = NULL, .flags = FIELD_MORE, .about = (schema) }

/*
 * Makes the JSON Schema (draft 2020-12) of a table; shapes become references.
 */
enum err field_schema(struct ctx *ctx, const struct field *table,
    bool input, struct json **schema) must_check;
/* The name that the table's end row gives, or NULL. */
const char *field_schema_name(const struct field *table);
/* {"$ref": "#/components/schemas/<name>"} */
struct json *field_schema_ref(struct ctx *ctx, const char *name);
/*
 * Puts the schema of a named table, and those of its shapes, into *schemas by
 * name.  ERR_INTERNAL when a different schema has the same name.
 */
enum err field_schema_add(struct ctx *ctx, struct json *schemas,
    const struct field *table, bool input) must_check;
/* The same for a schema that already exists. */
enum err field_schema_put(struct ctx *ctx, struct json *schemas,
    const char *name, struct json *schema) must_check;
/* NULL, or the reason why the table cannot be shown in the API's document. */
const char *field_schema_hole(struct ctx *ctx, const struct field *table);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Field tables as JSON Schema (draft 2020-12), the form that OpenAPI 3.1 uses.
 *
 * A schema may be stricter than field_check_text() in one point: it counts
 * characters where we count bytes.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"

#define SHAPES_MAX	64	/* a table and all that it refers to */

static const char *const patterns[CHARSET__MAX] = {
	[CHARSET_SLUG] = "^[a-z][a-z0-9]{2,30}$",
	[CHARSET_NAME] = "^[a-z][a-z0-9-]*[a-z0-9]$",
	[CHARSET_TOKEN] = "^[A-Za-z0-9._-]*$",
};

static const char *
type_of(const struct field *field)
{
	switch (field->kind) {
	case FIELD_KIND_INT:
		return "integer";
	case FIELD_KIND_BOOL:
		return "boolean";
	case FIELD_KIND_LIST:
		return "array";
	default:
		return "string";
	}
}

static const char *
form_type(enum json_form form)
{
	switch (form) {
	case FORM_OBJECTS:
	case FORM_TEXTS:
	case FORM_INTS:
		return "array";
	case FORM_INT:
		return "integer";
	default:
		return "object";
	}
}

static const char *
format_of(const struct field *field)
{
	switch (field->kind) {
	case FIELD_KIND_UUID:
		return "uuid";
	case FIELD_KIND_TIME:
		return "date-time";
	case FIELD_KIND_INT:
		return "int64";
	case FIELD_KIND_SECRET:
		return "password";
	case FIELD_KIND_TEXT:
		return field->charset == CHARSET_EMAIL ? "email" : NULL;
	default:
		return NULL;
	}
}

static void
put_type(struct ctx *ctx, const struct field *field, const char *type,
    struct json *schema)
{
	struct json *types;

	if (!(field->flags & FIELD_OPTIONAL)) {
		json_put_text(schema, "type", type);
		return;
	}
	types = json_array(ctx);
	json_add_text(types, type);
	json_add_text(types, "null");
	json_put(schema, "type", types);
}

static void
put_choices(struct ctx *ctx, const struct field *field, bool nullable,
    struct json *schema)
{
	const char *const *choice;
	struct json *list;

	if (field->choices == NULL)
		return;
	list = json_array(ctx);
	for (choice = field->choices; *choice != NULL; choice++)
		json_add_text(list, *choice);
	if (nullable)
		json_add_text(list, NULL);
	json_put(schema, "enum", list);
}

/* put_limits - writes the limits of an input; views and shapes have none */
static void
put_limits(const struct field *field, struct json *schema)
{
	const char *pattern = patterns[field->charset];

	if (field->min == 0 && field->max == 0)
		return;
	if (field->kind == FIELD_KIND_INT) {
		json_put_int(schema, "minimum", field->min);
		json_put_int(schema, "maximum", field->max);
		return;
	}
	if (field->kind != FIELD_KIND_TEXT && field->kind != FIELD_KIND_SECRET)
		return;
	if (field->choices != NULL)
		return;
	json_put_int(schema, "minLength", field->min);
	json_put_int(schema, "maxLength", field->max);
	if (pattern != NULL)
		json_put_text(schema, "pattern", pattern);
}

/* put_words - describes the items of a list */
static void
put_words(struct ctx *ctx, const struct field *field, bool input,
    struct json *schema)
{
	struct json *items = json_object(ctx);

	json_put_text(items, "type", "string");
	json_put(schema, "items", items);
	if (!input)
		return;
	json_put_text(items, "pattern", LIST_WORD);
	json_put_int(items, "maxLength", LIST_WORD_MAX);
	json_put_int(schema, "minItems", field->min);
	json_put_int(schema, "maxItems", field->max);
}

/* field_schema_typed - returns {"type": type} */
static struct json *
field_schema_typed(struct ctx *ctx, const char *type)
{
	struct json *schema = json_object(ctx);

	json_put_text(schema, "type", type);
	return schema;
}

/* put_items - describes the members of a JSON array or map */
static void
put_items(struct ctx *ctx, const struct field *field, struct json *schema)
{
	struct json *items;

	switch (field->form) {
	case FORM_OBJECTS:
		json_put(schema, "items", field_schema_ref(ctx,
		    field_schema_name(field->shape)));
		break;
	case FORM_TEXTS:
		items = field_schema_typed(ctx, "string");
		put_choices(ctx, field, false, items);
		json_put(schema, "items", items);
		break;
	case FORM_INTS:
		json_put(schema, "items", field_schema_typed(ctx, "integer"));
		break;
	case FORM_INT:
		json_put_text(schema, "format", "int64");
		break;
	case FORM_TEXT_MAP:
		json_put(schema, "additionalProperties", field_schema_typed(ctx,
		    "string"));
		break;
	case FORM_BOOL_MAP:
		json_put(schema, "additionalProperties", field_schema_typed(ctx,
		    "boolean"));
		break;
	default:
		json_put_bool(schema, "additionalProperties", true);
		break;
	}
}

/* field_schema_reference - refers to a shape, or to null if the field may be */
static struct json *
field_schema_reference(struct ctx *ctx, const struct field *field)
{
	struct json *ref = field_schema_ref(ctx,
	    field_schema_name(field->shape));
	struct json *schema, *either;

	if (!(field->flags & FIELD_OPTIONAL))
		return ref;
	schema = json_object(ctx);
	either = json_array(ctx);
	json_add(either, ref);
	json_add(either, field_schema_typed(ctx, "null"));
	json_put(schema, "anyOf", either);
	return schema;
}

/* json_property - describes a field that is a JSON text; {} is any value */
static struct json *
json_property(struct ctx *ctx, const struct field *field)
{
	struct json *schema = json_object(ctx);

	if (field->form == FORM_UNKNOWN)
		return schema;
	if (field->form == FORM_OBJECT)
		return field_schema_reference(ctx, field);
	put_type(ctx, field, form_type(field->form), schema);
	put_items(ctx, field, schema);
	return schema;
}

static struct json *
plain_property(struct ctx *ctx, const struct field *field, bool input)
{
	struct json *schema = json_object(ctx);
	const char *format = format_of(field);

	put_type(ctx, field, type_of(field), schema);
	if (format != NULL)
		json_put_text(schema, "format", format);
	put_choices(ctx, field, (field->flags & FIELD_OPTIONAL) != 0, schema);
	if (field->kind == FIELD_KIND_LIST)
		put_words(ctx, field, input, schema);
	if (input)
		put_limits(field, schema);
	if (input && field->kind == FIELD_KIND_SECRET)
		json_put_bool(schema, "writeOnly", true);
	return schema;
}

/* must_be_there - is the field in every object of this table? */
static bool
must_be_there(const struct field *field, bool input)
{
	/* An answer shows all of its fields; some of them may be null. */
	return !(field->flags & FIELD_ABSENT) &&
	    !(input && (field->flags & FIELD_OPTIONAL));
}

enum err
field_schema(struct ctx *ctx, const struct field *table, bool input,
    struct json **schema)
{
	struct json *made = json_object(ctx), *one;
	struct json *properties = json_object(ctx);
	struct json *required = json_array(ctx);

	for (; table->name != NULL; table++) {
		one = table->kind == FIELD_KIND_JSON ?
		    json_property(ctx, table) :
		    plain_property(ctx, table, input);
		if (table->about != NULL)
			json_put_text(one, "description", table->about);
		json_put(properties, table->name, one);
		if (must_be_there(table, input))
			json_add_text(required, table->name);
	}
	json_put_text(made, "type", "object");
	json_put(made, "properties", properties);
	json_put(made, "required", required);
	json_put_bool(made, "additionalProperties",
	    (table->flags & FIELD_MORE) != 0);
	*schema = made;
	return ERR_OK;
}

const char *
field_schema_name(const struct field *table)
{
	while (table->name != NULL)
		table++;
	return table->about;
}

struct json *
field_schema_ref(struct ctx *ctx, const char *name)
{
	struct json *ref = json_object(ctx);

	json_put_text(ref, "$ref", text_printf(ctx->mem,
	    "#/components/schemas/%s", name));
	return ref;
}

enum err
field_schema_put(struct ctx *ctx, struct json *schemas, const char *name,
    struct json *schema)
{
	const struct json *there = json_get(schemas, name);
	const char *text, *other;
	enum err e;

	if (there == NULL) {
		json_put(schemas, name, schema);
		return ERR_OK;
	}
	if ((e = json_print(ctx, there, &other, NULL)) != ERR_OK ||
	    (e = json_print(ctx, schema, &text, NULL)) != ERR_OK)
		return e;
	if (strcmp(text, other) != 0)
		return fail(ctx, ERR_INTERNAL, "openapi",
		    "two schemas have the name %s: %s and %s", name, other,
		    text);
	return ERR_OK;
}

/*
 * schema_once - makes the schema of one table; *fresh: it did not exist before
 */
static enum err
schema_once(struct ctx *ctx, struct json *schemas, const struct field *table,
    bool input, bool *fresh)
{
	const char *name = field_schema_name(table);
	struct json *schema;
	enum err e;

	*fresh = json_get(schemas, name) == NULL;
	if ((e = field_schema(ctx, table, input, &schema)) != ERR_OK)
		return e;
	return field_schema_put(ctx, schemas, name, schema);
}

enum err
field_schema_add(struct ctx *ctx, struct json *schemas,
    const struct field *table, bool input)
{
	const struct field *todo[SHAPES_MAX], *field;
	size_t n = 0;
	bool fresh;
	enum err e;

	todo[n++] = table;
	while (n > 0) {
		table = todo[--n];
		if ((e = schema_once(ctx, schemas, table, input, &fresh)) !=
		    ERR_OK)
			return e;
		if (!fresh)
			continue;
		for (field = table; field->name != NULL; field++)
			;
		/*
		 * The last one first: the stack returns them in the table's
		 * order.
		 */
		while (field-- != table) {
			if (field->shape == NULL)
				continue;
			if (n == SHAPES_MAX)
				return fail(ctx, ERR_INTERNAL, "openapi",
				    "more than %d shapes wait", SHAPES_MAX);
			todo[n++] = field->shape;
		}
	}
	return ERR_OK;
}

const char *
field_schema_hole(struct ctx *ctx, const struct field *table)
{
	const char *name = field_schema_name(table);

	if (name == NULL)
		return "has a table without a schema's name";
	for (; table->name != NULL; table++) {
		if (table->kind == FIELD_KIND_JSON &&
		    table->form == FORM_UNKNOWN)
			return text_printf(ctx->mem, "has %s.%s without a "
			    "shape", name, table->name);
		if (table->shape != NULL &&
		    field_schema_name(table->shape) == NULL)
			return text_printf(ctx->mem, "has %s.%s, whose "
			    "shape has no name", name, table->name);
	}
	return NULL;
}

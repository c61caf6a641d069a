/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A field table as JSON Schema (draft 2020-12), as OpenAPI 3.1 takes it.
 *
 * A schema may be stricter than field_check_text() in one point: it counts
 * characters where we count bytes.
 */
#include "config.h"

#include "libshared/doors/field.h"
#include "libshared/doors/json.h"

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
	case FIELD_KIND_JSON:
		return NULL;		/* any value */
	default:
		return "string";
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
put_type(struct ctx *ctx, const struct field *field, struct json *schema)
{
	const char *type = type_of(field);
	struct json *types;

	if (type == NULL)
		return;
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
put_choices(struct ctx *ctx, const struct field *field, struct json *schema)
{
	const char *const *choice;
	struct json *list;

	if (field->choices == NULL)
		return;
	list = json_array(ctx);
	for (choice = field->choices; *choice != NULL; choice++)
		json_add_text(list, *choice);
	if (field->flags & FIELD_OPTIONAL)
		json_add_text(list, NULL);
	json_put(schema, "enum", list);
}

/* What an input must keep to; views have no limits to tell. */
static void
put_limits(const struct field *field, struct json *schema)
{
	const char *pattern = patterns[field->charset];

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

/* put_words - what the items of a list look like */
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

static struct json *
property(struct ctx *ctx, const struct field *field, bool input)
{
	struct json *schema = json_object(ctx);
	const char *format = format_of(field);

	put_type(ctx, field, schema);
	if (format != NULL)
		json_put_text(schema, "format", format);
	put_choices(ctx, field, schema);
	if (field->kind == FIELD_KIND_LIST)
		put_words(ctx, field, input, schema);
	if (input)
		put_limits(field, schema);
	if (input && field->kind == FIELD_KIND_SECRET)
		json_put_bool(schema, "writeOnly", true);
	return schema;
}

enum err
field_schema(struct ctx *ctx, const struct field *table, bool input,
    struct json **schema)
{
	struct json *made = json_object(ctx);
	struct json *properties = json_object(ctx);
	struct json *required = json_array(ctx);

	for (; table->name != NULL; table++) {
		json_put(properties, table->name,
		    property(ctx, table, input));
		/* An answer shows all of its fields, some of them as null. */
		if (!input || !(table->flags & FIELD_OPTIONAL))
			json_add_text(required, table->name);
	}
	json_put_text(made, "type", "object");
	json_put(made, "properties", properties);
	json_put(made, "required", required);
	json_put_bool(made, "additionalProperties", false);
	*schema = made;
	return ERR_OK;
}

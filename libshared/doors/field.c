/* SPDX-License-Identifier: Apache-2.0 */
/* Decodes and encodes objects by field tables. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/doors/idn.h"
#include "libshared/doors/json.h"

static void *
member_of(const struct field *field, void *out)
{
	return (char *)out + field->offset;
}

static const void *
member_in(const struct field *field, const void *in)
{
	return (const char *)in + field->offset;
}

static void
set_absent(const struct field *field, void *out)
{
	void *member = member_of(field, out);

	switch (field->kind) {
	case FIELD_KIND_UUID:
		*(struct uuid *)member = (struct uuid){ .text = "" };
		break;
	case FIELD_KIND_INT:
		*(int64_t *)member = 0;
		break;
	case FIELD_KIND_BOOL:
		*(bool *)member = false;
		break;
	default:
		*(const char **)member = NULL;
		break;
	}
}

static enum err
field_refuse(struct ctx *ctx, const struct field *field, const char *why)
{
	fail_field(ctx, field->name, "%s", why);
	return ERR_BAD_INPUT;
}

/* wire_form - an address may have a domain in any script; ASCII is kept */
static struct str
wire_form(struct ctx *ctx, const struct field *field, struct str s)
{
	const char *ascii;

	if (field->charset != CHARSET_EMAIL || !str_utf8(s) ||
	    (s.len > 0 && memchr(s.p, '\0', s.len) != NULL))
		return s;
	ascii = idn_ascii(ctx, s);
	return ascii == NULL ? s : str_of(ascii);
}

/* set_text - checks a text of any textual kind and stores it in the struct */
static enum err
set_text(struct ctx *ctx, const struct field *field, struct str s, void *out)
{
	const char *why, *copy;

	s = wire_form(ctx, field, s);
	why = field_check_text(ctx, field, s.p, s.len);
	if (why != NULL)
		return field_refuse(ctx, field, why);
	copy = arena_text(field->kind == FIELD_KIND_SECRET ?
	    ctx->secrets : ctx->mem, s.p, s.len);
	if (copy == NULL)
		return fail(ctx, ERR_TOO_LARGE, NULL, "%s does not fit",
		    field->name);
	if (field->kind == FIELD_KIND_UUID)
		(void)uuid_set(member_of(field, out), copy);
	else
		*(const char **)member_of(field, out) = copy;
	return ERR_OK;
}

static enum err
set_int(struct ctx *ctx, const struct field *field, int64_t number, void *out)
{
	if (number < field->min || number > field->max) {
		fail_field(ctx, field->name, "must be %lld to %lld",
		    (long long)field->min, (long long)field->max);
		return ERR_BAD_INPUT;
	}
	*(int64_t *)member_of(field, out) = number;
	return ERR_OK;
}

static enum err
decode_text(struct ctx *ctx, const struct field *field,
    const struct json *value, void *out)
{
	enum err e;
	struct str s;

	s.p = json_text(value, &s.len);
	if (s.p == NULL)
		return field_refuse(ctx, field, "must be a string");
	e = set_text(ctx, field, s, out);
	if (field->kind == FIELD_KIND_SECRET)
		json_wipe_text(value);
	return e;
}

static enum err
decode_json(struct ctx *ctx, const struct field *field,
    const struct json *value, void *out)
{
	const char *text;
	size_t len;
	enum err e;

	if ((e = json_print(ctx, value, &text, &len)) != ERR_OK)
		return e;
	if (len > INT64_MAX || (int64_t)len > field->max) {
		fail_field(ctx, field->name,
		    "must take at most %lld bytes as JSON",
		    (long long)field->max);
		return ERR_BAD_INPUT;
	}
	*(const char **)member_of(field, out) = text;
	return ERR_OK;
}

/* decode_value - decodes one value that is present and not null */
static enum err
decode_value(struct ctx *ctx, const struct field *field,
    const struct json *value, void *out)
{
	int64_t number;

	switch (field->kind) {
	case FIELD_KIND_INT:
		if (!json_int(value, &number))
			return field_refuse(ctx, field,
			    "must be a whole number");
		return set_int(ctx, field, number, out);
	case FIELD_KIND_BOOL:
		if (!json_bool(value, member_of(field, out)))
			return field_refuse(ctx, field,
			    "must be true or false");
		return ERR_OK;
	case FIELD_KIND_JSON:
		return decode_json(ctx, field, value, out);
	case FIELD_KIND_LIST:
		return list_decode(ctx, field, value, member_of(field, out));
	default:
		return decode_text(ctx, field, value, out);
	}
}

static const struct field *
field_of(const struct field *table, const char *name)
{
	for (; table->name != NULL; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

/* has_key - is the key present?  Messages tell null from absent. */
static bool
has_key(const struct json *object, const char *key)
{
	const struct json *value;
	size_t i, n = json_count(object);

	for (i = 0; i < n; i++)
		if (strcmp(json_key_at(object, i, &value), key) == 0)
			return true;
	return false;
}

static size_t
refuse_unknown(struct ctx *ctx, const struct field *table,
    const struct json *object)
{
	const struct json *value;
	size_t i, n = json_count(object), nunknown = 0;
	const char *key;

	for (i = 0; i < n && nunknown < FAULT_FIELDS_MAX; i++) {
		key = json_key_at(object, i, &value);
		if (field_of(table, key) != NULL)
			continue;
		fail_field(ctx, key, "is not known here");
		nunknown++;
	}
	return nunknown;
}

static enum err
decode_member(struct ctx *ctx, const struct field *field,
    const struct json *object, void *out)
{
	const struct json *value = json_get(object, field->name);

	if (!json_is_null(value))
		return decode_value(ctx, field, value, out);
	set_absent(field, out);
	if (field->flags & FIELD_OPTIONAL)
		return ERR_OK;
	return field_refuse(ctx, field, has_key(object, field->name) ?
	    "must not be null" : "is missing");
}

static enum err
fields_refused(struct ctx *ctx)
{
	return fail(ctx, ERR_BAD_INPUT, "invalid_fields",
	    "Some fields are not acceptable; see errors.");
}

enum err
field_decode(struct ctx *ctx, const struct field *table,
    const struct json *object, void *out)
{
	const struct field *field;
	size_t nwrong;
	enum err e;

	if (!json_is_object(object))
		return fail(ctx, ERR_BAD_INPUT, "invalid_json",
		    "The body must be a JSON object.");
	nwrong = refuse_unknown(ctx, table, object);
	for (field = table; field->name != NULL; field++) {
		e = decode_member(ctx, field, object, out);
		if (e != ERR_OK && e != ERR_BAD_INPUT)
			return e;
		nwrong += e != ERR_OK;
	}
	return nwrong == 0 ? ERR_OK : fields_refused(ctx);
}

/* set_raw - parses the raw text of a number or a truth value */
static enum err
set_raw(struct ctx *ctx, const struct field *field, struct str s, void *out)
{
	int64_t number;

	switch (field->kind) {
	case FIELD_KIND_INT:
		if (!str_int(s, INT64_MIN, INT64_MAX, &number))
			return field_refuse(ctx, field,
			    "must be a whole number");
		return set_int(ctx, field, number, out);
	case FIELD_KIND_BOOL:
		if (!str_is(s, "true") && !str_is(s, "false"))
			return field_refuse(ctx, field,
			    "must be true or false");
		*(bool *)member_of(field, out) = str_is(s, "true");
		return ERR_OK;
	default:
		return set_text(ctx, field, s, out);
	}
}

enum err
field_decode_text(struct ctx *ctx, const struct field *table,
    const char *name, struct str value, void *out)
{
	const struct field *field = field_of(table, name);
	enum err e;

	if (field == NULL) {
		fail_field(ctx, name, "is not known here");
		return fields_refused(ctx);
	}
	e = set_raw(ctx, field, value, out);
	return e == ERR_BAD_INPUT ? fields_refused(ctx) : e;
}

/*
 * encode_text - a missing text of a required field is our bug: it fails and is
 * not encoded as null
 */
static enum err
encode_text(struct ctx *ctx, const struct field *field, const char *text,
    struct json *object)
{
	struct json *list;
	enum err e;

	if (text == NULL && !(field->flags & FIELD_OPTIONAL))
		return fail(ctx, ERR_INTERNAL, NULL,
		    "field %s is null, but its view is not VIEW_…_OPT",
		    field->name);
	if (text != NULL && field->kind == FIELD_KIND_LIST) {
		if ((e = list_encode(ctx, text, &list)) == ERR_OK)
			json_put(object, field->name, list);
		return e;
	}
	if (text != NULL && field->kind == FIELD_KIND_JSON)
		return json_put_raw(ctx, object, field->name, text);
	json_put_text(object, field->name, text);
	return ERR_OK;
}

static enum err
encode_member(struct ctx *ctx, const struct field *field, const void *in,
    struct json *object)
{
	const void *member = member_in(field, in);
	const struct uuid *uuid;

	switch (field->kind) {
	case FIELD_KIND_UUID:
		uuid = member;
		return encode_text(ctx, field,
		    uuid_empty(uuid) ? NULL : uuid->text, object);
	case FIELD_KIND_INT:
		json_put_int(object, field->name, *(const int64_t *)member);
		return ERR_OK;
	case FIELD_KIND_BOOL:
		json_put_bool(object, field->name, *(const bool *)member);
		return ERR_OK;
	default:
		return encode_text(ctx, field, *(const char *const *)member,
		    object);
	}
}

enum err
field_encode(struct ctx *ctx, const struct field *view, const void *in,
    struct json **object)
{
	struct json *made = json_object(ctx);
	enum err e;

	for (; view->name != NULL; view++)
		if ((e = encode_member(ctx, view, in, made)) != ERR_OK)
			return e;
	*object = made;
	return ERR_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorkeeper of json-c.
 *
 * struct json is json-c's object under another name.  ctx->mem adopts each node
 * that is built here, and the root of a parsed text; a parent holds its own
 * reference to each child.  So the order of release does not matter, and a
 * parsed child may be put into a built parent.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

/* Two typedefs of json-c have names of our functions, so they are renamed. */
#define json_bool	jsonc_bool
#define json_object	jsonc_object
#include <json-c/json.h>
#undef json_bool
#undef json_object

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"

/* json-c counts the value itself as a level. */
#define TOKENER_DEPTH	(JSON_DEPTH_MAX + 1)

/*
 * json_native - readers of json-c fill caches inside the object, so it is not
 * const
 */
static struct jsonc_object *
json_native(const struct json *value)
{
	return (struct jsonc_object *)(uintptr_t)value;
}

static struct json *
json_mutable(struct jsonc_object *value)
{
	return (struct json *)value;
}

static bool
is_type(const struct json *value, enum json_type type)
{
	return json_object_is_type(json_native(value), type) != 0;
}

static void
json_release(void *handle)
{
	(void)json_object_put(handle);
}

/*
 * json_adopt - aborts when a node cannot be made or adopted: a tree is never
 * incomplete
 */
static struct json *
json_adopt(struct ctx *ctx, struct jsonc_object *value)
{
	if (value == NULL || arena_adopt(ctx->mem, value, json_release) == -1)
		abort();
	return json_mutable(value);
}

/*
 * tokener_free - overwrites the tokener's copy of the last text, since it may
 * be a password; buffers that json-c has outgrown are beyond our reach
 */
static void
tokener_free(struct json_tokener *tokener)
{
	explicit_bzero(tokener->pb->buf, (size_t)tokener->pb->size);
	json_tokener_free(tokener);
}

/*
 * bytes_parse - returns NULL, or why the text is not JSON; the caller owns
 * *root
 */
static const char *
bytes_parse(const char *text, size_t len, size_t *at,
    struct jsonc_object **root)
{
	struct json_tokener *tokener;
	enum json_tokener_error error;
	const char *why;

	why = json_check(text, len, at);
	if (why != NULL)
		return why;
	tokener = json_tokener_new_ex(TOKENER_DEPTH);
	if (tokener == NULL)
		abort();
	json_tokener_set_flags(tokener,
	    JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	*root = json_tokener_parse_ex(tokener, text, (int)len);
	error = json_tokener_get_error(tokener);
	if (error == json_tokener_continue) {	/* a number ends at a blank */
		*root = json_tokener_parse_ex(tokener, "", 1);
		error = json_tokener_get_error(tokener);
	}
	tokener_free(tokener);
	return error == json_tokener_success ? NULL : "not understood";
}

enum err
json_parse(struct ctx *ctx, const char *text, size_t len, struct json **value)
{
	struct jsonc_object *root = NULL;
	const char *why;
	size_t at = 0;

	why = bytes_parse(text, len, &at, &root);
	if (why != NULL)
		return fail(ctx, ERR_BAD_INPUT, "invalid_json",
		    "no valid JSON at byte %zu: %s", at, why);
	*value = root == NULL ? NULL : json_adopt(ctx, root);
	return ERR_OK;
}

const struct json *
json_get(const struct json *object, const char *key)
{
	struct jsonc_object *value;

	if (!is_type(object, json_type_object) ||
	    !json_object_object_get_ex(json_native(object), key, &value))
		return NULL;
	return json_mutable(value);
}

const struct json *
json_at(const struct json *array, size_t i)
{
	if (!is_type(array, json_type_array))
		return NULL;
	return json_mutable(json_object_array_get_idx(json_native(array), i));
}

size_t
json_count(const struct json *array_or_object)
{
	struct jsonc_object *value = json_native(array_or_object);

	if (is_type(array_or_object, json_type_array))
		return json_object_array_length(value);
	if (is_type(array_or_object, json_type_object))
		return (size_t)json_object_object_length(value);
	return 0;
}

const char *
json_key_at(const struct json *object, size_t i, const struct json **value)
{
	struct json_object_iterator at, end;

	if (!is_type(object, json_type_object) || i >= json_count(object))
		return NULL;
	at = json_object_iter_begin(json_native(object));
	end = json_object_iter_end(json_native(object));
	while (i-- > 0 && !json_object_iter_equal(&at, &end))
		json_object_iter_next(&at);
	*value = json_mutable(json_object_iter_peek_value(&at));
	return json_object_iter_peek_name(&at);
}

const char *
json_text(const struct json *value, size_t *len)
{
	if (!is_type(value, json_type_string))
		return NULL;
	if (len != NULL)
		*len = (size_t)json_object_get_string_len(json_native(value));
	return json_object_get_string(json_native(value));
}

void
json_wipe_text(const struct json *value)
{
	const char *text;
	size_t len;

	text = json_text(value, &len);
	if (text != NULL)
		explicit_bzero((void *)(uintptr_t)text, len);
}

bool
json_int(const struct json *value, int64_t *number)
{
	if (!is_type(value, json_type_int))
		return false;
	*number = json_object_get_int64(json_native(value));
	return true;
}

bool
json_whole(const struct json *value, int64_t *number)
{
	if (!is_type(value, json_type_int) && !is_type(value,
	    json_type_double))
		return false;
	*number = json_object_get_int64(json_native(value));
	return true;
}

bool
json_bool(const struct json *value, bool *flag)
{
	if (!is_type(value, json_type_boolean))
		return false;
	*flag = json_object_get_boolean(json_native(value)) != 0;
	return true;
}

bool
json_is_object(const struct json *value)
{
	return is_type(value, json_type_object);
}

bool
json_is_array(const struct json *value)
{
	return is_type(value, json_type_array);
}

bool
json_is_null(const struct json *value)
{
	return value == NULL;
}

const char *
json_member(const struct json *object, const char *key)
{
	return json_text(json_get(object, key), NULL);
}

bool
json_member_is(const struct json *object, const char *key, const char *text)
{
	size_t len;
	const char *found = json_text(json_get(object, key), &len);

	return found != NULL && str_is((struct str){ found, len }, text);
}

struct json *
json_object(struct ctx *ctx)
{
	return json_adopt(ctx, json_object_new_object());
}

struct json *
json_array(struct ctx *ctx)
{
	return json_adopt(ctx, json_object_new_array());
}

/* object_put - the parent takes over the reference to child */
static void
object_put(struct json *object, const char *key, struct jsonc_object *child)
{
	if (json_object_object_add(json_native(object), key, child) != 0)
		abort();
}

static void
array_add(struct json *array, struct jsonc_object *child)
{
	if (json_object_array_add(json_native(array), child) != 0)
		abort();
}

static struct jsonc_object *
object_made(struct jsonc_object *child)
{
	if (child == NULL)
		abort();
	return child;
}

/* text_of - NULL becomes null */
static struct jsonc_object *
text_of(const char *text)
{
	return text == NULL ? NULL : object_made(json_object_new_string(text));
}

void
json_put(struct json *object, const char *key, struct json *value)
{
	object_put(object, key, json_object_get(json_native(value)));
}

void
json_put_text(struct json *object, const char *key, const char *text)
{
	object_put(object, key, text_of(text));
}

void
json_put_int(struct json *object, const char *key, int64_t number)
{
	object_put(object, key, object_made(json_object_new_int64(number)));
}

void
json_put_bool(struct json *object, const char *key, bool flag)
{
	object_put(object, key, object_made(json_object_new_boolean(flag)));
}

void
json_put_null(struct json *object, const char *key)
{
	object_put(object, key, NULL);
}

enum err
json_put_raw(struct ctx *ctx, struct json *object, const char *key,
    const char *text)
{
	struct jsonc_object *root = NULL;
	const char *why;
	size_t at = 0;

	why = bytes_parse(text, strlen(text), &at, &root);
	if (why != NULL)
		return fail(ctx, ERR_INTERNAL, NULL,
		    "%s is not valid JSON at byte %zu: %s", key, at, why);
	object_put(object, key, root);
	return ERR_OK;
}

void
json_add(struct json *array, struct json *value)
{
	array_add(array, json_object_get(json_native(value)));
}

void
json_add_text(struct json *array, const char *text)
{
	array_add(array, text_of(text));
}

enum err
json_print(struct ctx *ctx, const struct json *value, const char **text,
    size_t *len)
{
	const char *printed;
	char *copy;
	size_t n;

	printed = json_object_to_json_string_length(json_native(value),
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &n);
	if (printed == NULL)
		abort();
	copy = arena_text(ctx->mem, printed, n);
	if (copy == NULL)
		return fail(ctx, ERR_TOO_LARGE, NULL,
		    "a JSON text of %zu bytes does not fit", n);
	*text = copy;
	if (len != NULL)
		*len = n;
	return ERR_OK;
}

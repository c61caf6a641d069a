/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict JSON (RFC 8259): the doorkeeper of json-c.
 *
 * json-c accepts NaN, single quotes, duplicate keys, trailing commas and \u0000
 * (measured with 0.16), so our own lexical pass runs first. ctx->mem adopts
 * objects: callers free nothing.
 */
#ifndef CAMELEER_JSON_H
#define CAMELEER_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"

#define JSON_DEPTH_MAX	16
#define JSON_SIZE_MAX	(4u << 20)	/* for peers; bodies: less */
#define JSON_KEYS_MAX	1024		/* keys of one object */

struct json;

/*
 * Returns NULL when text is one JSON value by RFC 8259 with unique keys, no
 * NUL, valid UTF-8, paired surrogates, depth <= JSON_DEPTH_MAX, integers within
 * int64; else the reason, a constant.  *at is the offset.
 */
const char *json_check(const char *text, size_t len, size_t *at);

/*
 * ERR_BAD_INPUT, code invalid_json, with the reason; the value lives in
 * ctx->mem.  A JSON null, also at the top, is NULL.
 */
enum err json_parse(struct ctx *ctx, const char *text, size_t len,
    struct json **value) must_check;

/*
 * Readers return NULL or false when the type is not exactly the one asked for.
 */
const struct json *json_get(const struct json *object, const char *key);
const struct json *json_at(const struct json *array, size_t i);
size_t json_count(const struct json *array_or_object);
const char *json_key_at(const struct json *object, size_t i,
    const struct json **value);
const char *json_text(const struct json *value, size_t *len);
/* Overwrites a text that was a secret, once its copy is in ctx->secrets. */
void json_wipe_text(const struct json *value);
bool json_int(const struct json *value, int64_t *number) must_check;
/*
 * The whole part of any number, cut off towards zero; the nearest one when it
 * is beyond 64 bits.
 */
bool json_whole(const struct json *value, int64_t *number) must_check;
bool json_bool(const struct json *value, bool *flag) must_check;
bool json_is_object(const struct json *value);
bool json_is_array(const struct json *value);
bool json_is_null(const struct json *value);	/* also when it is absent */
/* Text of object.key, or NULL: for answers of peers. */
const char *json_member(const struct json *object, const char *key);
/* object.key is exactly this text. */
bool json_member_is(const struct json *object, const char *key,
    const char *text);

/*
 * Builders abort only when memory is exhausted; values become part of the tree.
 * A text or value that is NULL becomes null; an existing key is replaced.
 */
struct json *json_object(struct ctx *ctx) must_check;
struct json *json_array(struct ctx *ctx) must_check;
void json_put(struct json *object, const char *key, struct json *value);
void json_put_text(struct json *object, const char *key, const char *text);
void json_put_int(struct json *object, const char *key, int64_t number);
void json_put_bool(struct json *object, const char *key, bool flag);
void json_put_null(struct json *object, const char *key);
/* Puts a JSON text that SQL built; ERR_INTERNAL when it is not JSON. */
enum err json_put_raw(struct ctx *ctx, struct json *object, const char *key,
    const char *text) must_check;
void json_add(struct json *array, struct json *value);
void json_add_text(struct json *array, const char *text);

/*
 * Compact text without \/ escapes, NUL-terminated, in ctx->mem; len may be
 * NULL.  ERR_TOO_LARGE when ctx->mem is full.
 */
enum err json_print(struct ctx *ctx, const struct json *value,
    const char **text, size_t *len) must_check;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Trees as text, always the same for the same tree. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "modules/worker/runtime/manifest_part.h"

#define FILE_SIZE_MAX	((size_t)1 << 20)
#define DEPTH_MAX	24
#define INDENT		2

struct member { const char *key; const struct json *value; };

static int
member_compare(const void *a, const void *b)
{
	const struct member *left = a, *right = b;

	return strcmp(left->key, right->key);
}

static void
line_begin(struct buf *buf, int depth)
{
	buf_printf(buf, "\n%*s", depth * INDENT, "");
}

/* char_escaped - those that JSON escapes, and those that YAML refuses */
static bool
char_escaped(uint32_t point)
{
	return point < 0x20 || point == '"' || point == '\\' ||
	    (point >= 0x7f && point <= 0x9f) || point == 0x2028 ||
	    point == 0x2029 || point == 0xfeff || point == 0xfffe ||
	    point == 0xffff;
}

static void
text_print(struct buf *buf, struct str text)
{
	uint32_t point;
	size_t n;

	buf_text(buf, "\"");
	for (; text.len > 0; text.p += n, text.len -= n) {
		if ((n = str_utf8_next(text, &point)) == 0) {
			buf->full = true;	/* no tree holds such a text */
			return;
		}
		if (point == '"' || point == '\\')
			buf_printf(buf, "\\%c", (int)point);
		else if (point == '\n')
			buf_text(buf, "\\n");
		else if (char_escaped(point))
			buf_printf(buf, "\\u%04x", (unsigned)point);
		else
			buf_put(buf, text.p, n);
	}
	buf_text(buf, "\"");
}

static void value_print(struct ctx *ctx, struct buf *buf,
    const struct json *value, int depth);

static void
object_print(struct ctx *ctx, struct buf *buf, const struct json *object,
    int depth)
{
	size_t i, n = json_count(object);
	struct member *members = arena_array(ctx->mem, n, sizeof(*members));

	if (n == 0) {
		buf_text(buf, "{}");
		return;
	}
	if (members == NULL) {
		buf->full = true;
		return;
	}
	for (i = 0; i < n; i++)
		members[i].key = json_key_at(object, i, &members[i].value);
	qsort(members, n, sizeof(*members), member_compare);
	buf_text(buf, "{");
	for (i = 0; i < n; i++) {
		line_begin(buf, depth + 1);
		text_print(buf, str_of(members[i].key));
		buf_text(buf, ": ");
		value_print(ctx, buf, members[i].value, depth + 1);
		buf_text(buf, i + 1 < n ? "," : "");
	}
	line_begin(buf, depth);
	buf_text(buf, "}");
}

static void
array_print(struct ctx *ctx, struct buf *buf, const struct json *array,
    int depth)
{
	size_t i, n = json_count(array);

	if (n == 0) {
		buf_text(buf, "[]");
		return;
	}
	buf_text(buf, "[");
	for (i = 0; i < n; i++) {
		line_begin(buf, depth + 1);
		value_print(ctx, buf, json_at(array, i), depth + 1);
		buf_text(buf, i + 1 < n ? "," : "");
	}
	line_begin(buf, depth);
	buf_text(buf, "]");
}

static void
value_print(struct ctx *ctx, struct buf *buf, const struct json *value,
    int depth)
{
	const char *text;
	int64_t number;
	size_t len;
	bool flag;

	if (depth > DEPTH_MAX)
		buf->full = true;
	else if (json_is_object(value))
		object_print(ctx, buf, value, depth);
	else if (json_is_array(value))
		array_print(ctx, buf, value, depth);
	else if ((text = json_text(value, &len)) != NULL)
		text_print(buf, (struct str){ text, len });
	else if (json_int(value, &number))
		buf_printf(buf, "%lld", (long long)number);
	else if (json_bool(value, &flag))
		buf_text(buf, flag ? "true" : "false");
	else
		buf_text(buf, "null");
}

void
manifest_print(struct ctx *ctx, struct buf *buf, const struct json *value)
{
	value_print(ctx, buf, value, 0);
	buf_text(buf, "\n");
}

enum err
manifest_file_add(struct manifest *m, const char *path, struct json *objects)
{
	struct manifest_file *file = &m->files->rows[m->files->n];
	size_t i, n = json_count(objects);
	struct buf text;

	buf_init(&text, m->ctx->mem, FILE_SIZE_MAX);
	for (i = 0; i < n; i++) {
		buf_text(&text, i > 0 ? "---\n" : "");
		manifest_print(m->ctx, &text, json_at(objects, i));
	}
	file->path = path == NULL ? NULL : path[0] == '/' ? path + 1 :
	    text_printf(m->ctx->mem, "tenants/%s/%s/%s", m->place->name,
	    m->slug, path);
	if (text.full || file->path == NULL)
		return fail(m->ctx, ERR_TOO_LARGE, "manifest_too_large",
		    "the manifests of %s are too large", m->slug);
	file->text = text.p;
	m->files->n++;
	return ERR_OK;
}

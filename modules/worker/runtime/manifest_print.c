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

/* An object or array that is being printed; members: an object's, sorted. */
struct frame {
	const struct json	*value;
	struct member		*members;
	size_t			 i, n;
};

static struct member *
members_sort(struct ctx *ctx, const struct json *object, size_t n)
{
	struct member *members = arena_array(ctx->mem, n, sizeof(*members));
	size_t i;

	if (members == NULL)
		return NULL;
	for (i = 0; i < n; i++)
		members[i].key = json_key_at(object, i, &members[i].value);
	qsort(members, n, sizeof(*members), member_compare);
	return members;
}

static void
scalar_print(struct buf *buf, const struct json *value)
{
	const char *text;
	int64_t number;
	size_t len;
	bool flag;

	if ((text = json_text(value, &len)) != NULL)
		text_print(buf, (struct str){ text, len });
	else if (json_int(value, &number))
		buf_printf(buf, "%lld", (long long)number);
	else if (json_bool(value, &flag))
		buf_text(buf, flag ? "true" : "false");
	else
		buf_text(buf, "null");
}

/* frame_open - begins a value; false: it is printed whole, or does not fit */
static bool
frame_open(struct ctx *ctx, struct buf *buf, const struct json *value,
    struct frame *frame)
{
	bool object = json_is_object(value);

	*frame = (struct frame){ .value = value };
	if (!object && !json_is_array(value)) {
		scalar_print(buf, value);
		return false;
	}
	if ((frame->n = json_count(value)) == 0) {
		buf_text(buf, object ? "{}" : "[]");
		return false;
	}
	if (object && (frame->members = members_sort(ctx, value,
	    frame->n)) == NULL) {
		buf->full = true;
		return false;
	}
	buf_text(buf, object ? "{" : "[");
	return true;
}

/* frame_next - begins the line of the next part, and returns the part */
static const struct json *
frame_next(struct buf *buf, struct frame *frame, int depth)
{
	size_t i = frame->i++;

	buf_text(buf, i > 0 ? "," : "");
	line_begin(buf, depth);
	if (frame->members == NULL)
		return json_at(frame->value, i);
	text_print(buf, str_of(frame->members[i].key));
	buf_text(buf, ": ");
	return frame->members[i].value;
}

static void
value_print(struct ctx *ctx, struct buf *buf, const struct json *value)
{
	struct frame frames[DEPTH_MAX];
	int depth = 0;

	if (frame_open(ctx, buf, value, &frames[0]))
		depth = 1;
	while (depth > 0 && !buf->full) {
		struct frame *top = &frames[depth - 1];

		if (top->i == top->n) {
			line_begin(buf, --depth);
			buf_text(buf, top->members != NULL ? "}" : "]");
			continue;
		}
		value = frame_next(buf, top, depth);
		if (depth == DEPTH_MAX)
			buf->full = true;
		else if (frame_open(ctx, buf, value, &frames[depth]))
			depth++;
	}
}

void
manifest_print(struct ctx *ctx, struct buf *buf, const struct json *value)
{
	value_print(ctx, buf, value);
	buf_text(buf, "\n");
}

/* document_cut - cuts off the first document of a file */
static struct str
document_cut(struct str *rest)
{
	static const char between[] = "\n---\n";
	const char *at = memmem(rest->p, rest->len, between,
	    sizeof(between) - 1);
	struct str first = *rest;

	if (at == NULL) {
		*rest = (struct str){ rest->p + rest->len, 0 };
		return first;
	}
	first.len = (size_t)(at - rest->p);
	rest->p += first.len + sizeof(between) - 1;
	rest->len -= first.len + sizeof(between) - 1;
	return first;
}

enum err
manifest_edit(struct ctx *ctx, struct str text, manifest_edit_fn edit,
    void *arg, struct str *edited)
{
	struct str rest = text, document;
	struct json *object;
	struct buf made;

	buf_init(&made, ctx->mem, FILE_SIZE_MAX);
	while (rest.len > 0) {
		document = document_cut(&rest);
		if (json_parse(ctx, document.p, document.len, &object) !=
		    ERR_OK || !json_is_object(object)) {
			fail_clear(ctx);
			return fail(ctx, ERR_INVALID, "git_content",
			    "a file of the tenant in the Git repository is "
			    "not as it was written; revert the change there");
		}
		edit(ctx, object, arg);
		buf_text(&made, made.len > 0 ? "---\n" : "");
		manifest_print(ctx, &made, object);
	}
	if (made.full)
		return fail(ctx, ERR_TOO_LARGE, "manifest_too_large",
		    "a manifest is too large");
	*edited = (struct str){ made.p, made.len };
	return ERR_OK;
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

/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the fields of a route; and two ways to put a value into a tree. */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/ctl/api/openapi.h"

enum err
openapi_copy(struct ctx *ctx, struct json *object, const char *key,
    const struct json *value)
{
	const char *text;
	enum err e;

	if ((e = json_print(ctx, value, &text, NULL)) != ERR_OK)
		return e;
	return json_put_raw(ctx, object, key, text);
}

enum err
openapi_example(struct ctx *ctx, struct json *object,
    const struct json *example, const char *member)
{
	const struct json *value = json_get(example, member);

	return value == NULL ? ERR_OK : openapi_copy(ctx, object, "example",
	    value);
}

struct json *
openapi_ref(struct ctx *ctx, const char *kind, const char *name)
{
	struct json *ref = json_object(ctx);

	json_put_text(ref, "$ref", text_printf(ctx->mem,
	    "#/components/%s/%s", kind, name));
	return ref;
}

static bool
has_flag(const struct json *route, const char *name)
{
	const struct json *flags = json_get(route, "flags");
	const char *flag;
	size_t i;

	for (i = 0; i < json_count(flags); i++) {
		flag = json_text(json_at(flags, i), NULL);
		if (flag != NULL && strcmp(flag, name) == 0)
			return true;
	}
	return false;
}

/* id_of - makes getAppsByAppReleases of GET /api/apps/{app}/releases */
static const char *
id_of(struct ctx *ctx, const char *method, const char *path)
{
	struct buf id;
	bool upper = true;

	buf_init(&id, ctx->mem, 256);
	for (; *method != '\0'; method++)
		buf_printf(&id, "%c", *method | 0x20);
	if (strncmp(path, "/api/", 5) == 0)
		path += 5;
	for (; *path != '\0'; path++) {
		if (*path == '{')
			buf_text(&id, "By");
		if ((*path | 0x20) < 'a' || (*path | 0x20) > 'z') {
			upper = true;
			continue;
		}
		buf_printf(&id, "%c", upper && *path >= 'a' ? *path & ~0x20 :
		    *path);
		upper = false;
	}
	return id.full ? NULL : id.p;
}

bool
route_facts(struct ctx *ctx, const char *service, const struct json *route,
    struct route_facts *facts)
{
	*facts = (struct route_facts){
		.route = route, .service = service,
		.method = json_member(route, "method"),
		.path = json_member(route, "path"),
		.permission = json_member(route, "permission"),
		.about = json_member(route, "about"),
		.write = has_flag(route, "write"),
		.stream = has_flag(route, "stream"),
		.form = has_flag(route, "form"),
		.file = has_flag(route, "file"),
		.secret = has_flag(route, "secret"),
		.internal = has_flag(route, "internal"),
		.match = has_flag(route, "match"),
		.suspended = has_flag(route, "suspended"),
		.input = json_get(route, "input"),
		.query = json_get(route, "query"),
		.output = json_get(route, "output"),
	};
	if (facts->method == NULL || facts->path == NULL ||
	    facts->permission == NULL || facts->about == NULL ||
	    !json_int(json_get(route, "status"), &facts->status) ||
	    !json_bool(json_get(route, "tenant"), &facts->tenant) ||
	    !json_bool(json_get(route, "list"), &facts->list) ||
	    !json_bool(json_get(route, "deprecated"), &facts->deprecated))
		return false;
	/* The same cases as in libshared/skeleton/reply_finish.c. */
	facts->tagged = strcmp(facts->method, "GET") == 0 &&
	    facts->status == 200 && !facts->secret && !facts->file &&
	    !has_flag(route, "browser");
	facts->fresh = has_flag(route, "fresh");
	facts->anybody = strcmp(facts->permission, "public") == 0;
	facts->id = id_of(ctx, facts->method, facts->path);
	return facts->id != NULL;
}

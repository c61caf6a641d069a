/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A route table as JSON, from which cameleerctl makes OpenAPI and the matrix.
 */
#include "config.h"

#include "libshared/base/str.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/route.h"

static const struct { unsigned flag; const char *name; } flags[] = {
	{ ROUTE_WRITE, "write" }, { ROUTE_REMOTE, "remote" },
	{ ROUTE_STREAM, "stream" }, { ROUTE_SECRET, "secret" },
	{ ROUTE_INTERNAL, "internal" }, { ROUTE_BARE, "bare" },
	{ ROUTE_MATCH, "match" }, { ROUTE_SUSPENDED, "suspended" },
	{ ROUTE_FRESH, "fresh" },
	{ ROUTE_TOKEN, "token" }, { ROUTE_BROWSER, "browser" },
	{ ROUTE_FORM, "form" }, { ROUTE_RECORDED, "recorded" },
	{ ROUTE_LAST, "last" }, { ROUTE_FILE, "file" },
	{ ROUTE_OWN, "own" },
};

/* page_schema - describes {items, next, total} as reply_list() writes it */
static struct json *
page_schema(struct ctx *ctx, const char *item, bool counted)
{
	struct json *page = json_object(ctx), *properties = json_object(ctx);
	struct json *items = json_object(ctx), *next = json_object(ctx);
	struct json *types = json_array(ctx), *required = json_array(ctx);
	struct json *total;

	json_put_text(items, "type", "array");
	json_put(items, "items", field_schema_ref(ctx, item));
	json_add_text(types, "string");
	json_add_text(types, "null");
	json_put(next, "type", types);
	json_put_text(next, "description", "`after` of the next page; null "
	    "on the last.");
	json_put(properties, "items", items);
	json_put(properties, "next", next);
	json_add_text(required, "items");
	json_add_text(required, "next");
	if (counted) {
		total = json_object(ctx);
		json_put_text(total, "type", "integer");
		json_put_text(total, "format", "int64");
		json_put_text(total, "description", "How many there are on "
		    "all pages.");
		json_put(properties, "total", total);
		json_add_text(required, "total");
	}
	json_put_text(page, "type", "object");
	json_put(page, "properties", properties);
	json_put(page, "required", required);
	json_put_bool(page, "additionalProperties", false);
	return page;
}

/*
 * put_schema - puts a reference when the table has a name; tables of internal
 * routes have none and stand in the route itself
 */
static enum err
put_schema(struct ctx *ctx, struct json *object, const char *key,
    const struct field *table, struct json *schemas)
{
	bool input = key[0] != 'o';
	struct json *schema;
	const char *name;
	enum err e;

	if (table == NULL)
		return ERR_OK;
	if ((name = field_schema_name(table)) == NULL) {
		if ((e = field_schema(ctx, table, input, &schema)) != ERR_OK)
			return e;
		json_put(object, key, schema);
		return ERR_OK;
	}
	if ((e = field_schema_add(ctx, schemas, table, input)) != ERR_OK)
		return e;
	json_put(object, key, field_schema_ref(ctx, name));
	return ERR_OK;
}

/* put_output - describes the answer of the route, or a page of such answers */
static enum err
put_output(struct ctx *ctx, struct json *object, const struct route *route,
    struct json *schemas)
{
	const char *name;
	enum err e;

	if ((e = put_schema(ctx, object, "output", route->output,
	    schemas)) != ERR_OK || !route->list || route->output == NULL)
		return e;
	if ((name = field_schema_name(route->output)) == NULL)
		return ERR_OK;
	if ((e = field_schema_put(ctx, schemas, text_printf(ctx->mem,
	    "%sPage", name), page_schema(ctx, name,
	    route->counted))) != ERR_OK)
		return e;
	json_put(object, "output", field_schema_ref(ctx,
	    text_printf(ctx->mem, "%sPage", name)));
	return ERR_OK;
}

static enum err
dump_one(struct ctx *ctx, const struct route *route, struct json *schemas,
    struct json **out)
{
	struct json *object = json_object(ctx), *names = json_array(ctx);
	size_t i;
	enum err e;

	json_put_text(object, "method", method_name(route->method));
	json_put_text(object, "path", route->path);
	json_put_text(object, "permission", perm_name(route->perm));
	json_put_bool(object, "tenant", perm_needs_tenant(route->perm));
	if (route->audit != NULL)
		json_put_text(object, "audit", route->audit);
	json_put_text(object, "about", route->about);
	json_put_int(object, "status", route->status == 0 ? 200 :
	    route->status);
	json_put_bool(object, "list", route->list);
	if (route->location != NULL)
		json_put_text(object, "location", route->location);
	json_put_bool(object, "deprecated", route->deprecated != NULL);
	for (i = 0; i < nitems(flags); i++)
		if ((route->flags & flags[i].flag) != 0)
			json_add_text(names, flags[i].name);
	json_put(object, "flags", names);
	if ((e = put_schema(ctx, object, "input", route->input, schemas)) !=
	    ERR_OK || (e = put_schema(ctx, object, "query", route->query,
	    schemas)) != ERR_OK ||
	    (e = put_output(ctx, object, route, schemas)) != ERR_OK)
		return e;
	*out = object;
	return ERR_OK;
}

enum err
route_dump(struct ctx *ctx, const char *service, const struct route *routes,
    size_t n, const char **text)
{
	struct json *top = json_object(ctx), *list = json_array(ctx), *one;
	struct json *schemas = json_object(ctx);
	size_t i, len;
	enum err e;

	json_put_text(top, "service", service);
	for (i = 0; i < n; i++) {
		if ((e = dump_one(ctx, &routes[i], schemas, &one)) != ERR_OK)
			return e;
		json_add(list, one);
	}
	json_put(top, "schemas", schemas);
	json_put(top, "routes", list);
	return json_print(ctx, top, text, &len);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A route table as JSON: what cameleerctl makes OpenAPI and the matrix from. */
#include "config.h"

#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/route.h"

static const struct { unsigned flag; const char *name; } flags[] = {
	{ ROUTE_WRITE, "write" }, { ROUTE_REMOTE, "remote" },
	{ ROUTE_STREAM, "stream" }, { ROUTE_SECRET, "secret" },
	{ ROUTE_INTERNAL, "internal" }, { ROUTE_MATCH, "match" },
	{ ROUTE_SUSPENDED, "suspended" }, { ROUTE_FRESH, "fresh" },
	{ ROUTE_TOKEN, "token" }, { ROUTE_BROWSER, "browser" },
	{ ROUTE_FORM, "form" }, { ROUTE_RECORDED, "recorded" },
	{ ROUTE_LAST, "last" }, { ROUTE_FILE, "file" },
};

static enum err
put_schema(struct ctx *ctx, struct json *object, const char *name,
    const struct field *table)
{
	struct json *schema;
	enum err e;

	if (table == NULL)
		return ERR_OK;
	if ((e = field_schema(ctx, table, name[0] != 'o', &schema)) != ERR_OK)
		return e;
	json_put(object, name, schema);
	return ERR_OK;
}

static enum err
dump_one(struct ctx *ctx, const struct route *route, struct json **out)
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
	for (i = 0; i < nitems(flags); i++)
		if ((route->flags & flags[i].flag) != 0)
			json_add_text(names, flags[i].name);
	json_put(object, "flags", names);
	if ((e = put_schema(ctx, object, "input", route->input)) != ERR_OK ||
	    (e = put_schema(ctx, object, "query", route->query)) != ERR_OK ||
	    (e = put_schema(ctx, object, "output", route->output)) != ERR_OK)
		return e;
	*out = object;
	return ERR_OK;
}

enum err
route_dump(struct ctx *ctx, const char *service, const struct route *routes,
    size_t n, const char **text)
{
	struct json *top = json_object(ctx), *list = json_array(ctx), *one;
	size_t i, len;
	enum err e;

	json_put_text(top, "service", service);
	for (i = 0; i < n; i++) {
		if ((e = dump_one(ctx, &routes[i], &one)) != ERR_OK)
			return e;
		json_add(list, one);
	}
	json_put(top, "routes", list);
	return json_print(ctx, top, text, &len);
}

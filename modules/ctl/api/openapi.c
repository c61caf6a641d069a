/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl openapi: the API as OpenAPI 3.1, from the route tables.
 *
 * Nothing is described twice: paths, permissions, flags and schemas are those
 * that the responders run with, so the document is never out of date.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"
#include "modules/ctl/api/example.h"
#include "modules/ctl/api/openapi.h"
#include "modules/ctl/api/routes.h"
#include "modules/ctl/ctl.h"

#define ACCESS	"__Host-cameleer-access"

static struct json *
openapi_info(struct ctx *ctx)
{
	struct json *info = json_object(ctx), *license = json_object(ctx);

	json_put_text(info, "title", "Cameleer SaaS");
	json_put_text(info, "version", PACKAGE_VERSION);
	json_put_text(info, "description",
	    "Run Apache Camel applications: tenants, releases, deployments. "
	    "Failures are RFC 9457 problem documents with a stable `code`. The "
	    "first number of the version changes when a working client would "
	    "break; what will be removed is marked `deprecated` first.");
	json_put_text(license, "name", "Apache-2.0");
	json_put_text(license, "identifier", "Apache-2.0");
	json_put(info, "license", license);
	return info;
}

/* openapi_servers - names the server that serves the document, by "/" */
static struct json *
openapi_servers(struct ctx *ctx)
{
	struct json *list = json_array(ctx), *one = json_object(ctx);

	json_put_text(one, "url", "/");
	json_put_text(one, "description", "The platform that this document "
	    "came from.");
	json_add(list, one);
	return list;
}

static struct json *
security_schemes(struct ctx *ctx)
{
	struct json *schemes = json_object(ctx), *one = json_object(ctx);

	json_put_text(one, "type", "http");
	json_put_text(one, "scheme", "bearer");
	json_put_text(one, "bearerFormat", "JWT");
	json_put_text(one, "description", "Access token of "
	    "POST /api/auth/login with session `token`.");
	json_put(schemes, "bearer", one);
	one = json_object(ctx);
	json_put_text(one, "type", "apiKey");
	json_put_text(one, "in", "cookie");
	json_put_text(one, "name", ACCESS);
	json_put_text(one, "description", "Set by POST /api/auth/login with "
	    "session `cookie`; a write also needs the header "
	    "`X-Cameleer-Request: 1`, and an Origin that is ours.");
	json_put(schemes, "cookie", one);
	return schemes;
}

static void
add_tag(struct ctx *ctx, struct json *tags, const char *name)
{
	struct json *tag = json_object(ctx);

	json_put_text(tag, "name", name);
	json_add(tags, tag);
}

/* The document while it is built, and what it is built with. */
struct document { struct json *paths, *schemas, *examples; size_t shown; };

/*
 * path_item - returns the operations of a path, a new object for its first
 * route
 */
static struct json *
path_item(struct ctx *ctx, struct json *paths, const char *path)
{
	const struct json *there = json_get(paths, path);
	struct json *item;

	if (there != NULL)	/* built below, so not const */
		return (struct json *)(uintptr_t)there;
	item = json_object(ctx);
	json_put(paths, path, item);
	return item;
}

static enum err
add_route(struct ctx *ctx, struct document *document,
    struct route_facts *facts)
{
	struct json *operation;
	char method[8];
	size_t i;
	enum err e;

	if ((e = example_find(ctx, document->examples, facts,
	    &facts->example)) != ERR_OK || (e = openapi_operation(ctx, facts,
	    &operation)) != ERR_OK)
		return e;
	document->shown++;
	for (i = 0; i + 1 < sizeof(method) && facts->method[i] != '\0'; i++)
		method[i] = (char)(facts->method[i] | 0x20);
	method[i] = '\0';
	json_put(path_item(ctx, document->paths, facts->path), method,
	    operation);
	return ERR_OK;
}

/*
 * add_schemas - adds those of a service; two with the same name must be equal
 */
static enum err
add_schemas(struct ctx *ctx, struct json *schemas, const struct json *more)
{
	const struct json *schema;
	struct json *copy;
	const char *name, *text;
	size_t i;
	enum err e;

	for (i = 0; i < json_count(more); i++) {
		name = json_key_at(more, i, &schema);
		if ((e = json_print(ctx, schema, &text, NULL)) != ERR_OK ||
		    (e = json_parse(ctx, text, strlen(text), &copy)) !=
		    ERR_OK || (e = field_schema_put(ctx, schemas, name,
		    copy)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
add_service(struct ctx *ctx, struct document *document,
    const struct json *service)
{
	const struct json *routes = json_get(service, "routes");
	const char *name = json_member(service, "service");
	struct route_facts facts;
	size_t i;
	enum err e;

	if ((e = add_schemas(ctx, document->schemas, json_get(service,
	    "schemas"))) != ERR_OK)
		return e;
	for (i = 0; i < json_count(routes); i++) {
		if (!route_facts(ctx, name, json_at(routes, i), &facts))
			return fail(ctx, ERR_INTERNAL, "openapi",
			    "route %zu of %s is not described as it should "
			    "be", i, name);
		if (!facts.internal &&
		    (e = add_route(ctx, document, &facts)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* add_services - adds paths and schemas; refuses an example without a route */
static enum err
add_services(struct ctx *ctx, struct document *document,
    struct json *const services[MODULES])
{
	size_t i;
	enum err e;

	for (i = 0; i < MODULES; i++)
		if ((e = add_service(ctx, document, services[i])) != ERR_OK)
			return e;
	if (json_count(document->examples) != document->shown)
		return fail(ctx, ERR_INTERNAL, "openapi",
		    "%zu examples for %zu routes",
		    json_count(document->examples), document->shown);
	return ERR_OK;
}

static int
openapi_show(struct ctl *ctl)
{
	struct ctx *ctx = ctl->ctx;
	struct json *services[MODULES], *top = json_object(ctx);
	struct json *components = json_object(ctx), *tags = json_array(ctx);
	struct json *responses;
	struct document document = { .paths = json_object(ctx),
	    .schemas = json_object(ctx) };
	size_t i;

	if (routes_collect(ctl, services) != ERR_OK ||
	    examples_carried(ctx, &document.examples) != ERR_OK)
		return ctl_bad(ctl);
	json_put_text(top, "openapi", "3.1.0");
	json_put(top, "info", openapi_info(ctx));
	json_put(top, "servers", openapi_servers(ctx));
	json_put(document.schemas, "Problem", openapi_problem_schema(ctx));
	for (i = 0; i < MODULES; i++)
		add_tag(ctx, tags, modules[i]);
	if (add_services(ctx, &document, services) != ERR_OK)
		return ctl_bad(ctl);
	json_put(top, "tags", tags);
	json_put(top, "paths", document.paths);
	json_put(components, "schemas", document.schemas);
	responses = openapi_problems(ctx);
	json_put(responses, "NotModified", openapi_not_modified(ctx));
	json_put(components, "responses", responses);
	json_put(components, "headers", openapi_headers(ctx));
	json_put(components, "parameters", openapi_parameters(ctx));
	json_put(components, "securitySchemes", security_schemes(ctx));
	json_put(top, "components", components);
	return ctl_print(ctl, top);
}

const struct command openapi_commands[] = {
	{ "openapi", NULL, 1u << OPTION_BIN, 0, 0, openapi_show,
	    "Prints the API as OpenAPI 3.1." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};

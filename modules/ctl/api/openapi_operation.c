/* SPDX-License-Identifier: Apache-2.0 */
/* One route as one operation: parameters, security, description. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/ctl/api/openapi.h"

/* parameter_new - makes a parameter; the caller adds its schema */
static struct json *
parameter_new(struct ctx *ctx, const char *name, const char *in, bool required)
{
	struct json *one = json_object(ctx);

	json_put_text(one, "name", name);
	json_put_text(one, "in", in);
	json_put_bool(one, "required", required);
	return one;
}

static void
add_text_parameter(struct ctx *ctx, struct json *list, struct json *one,
    const char *about)
{
	struct json *schema = json_object(ctx);

	json_put_text(schema, "type", "string");
	if (about != NULL)
		json_put_text(one, "description", about);
	json_put(one, "schema", schema);
	json_add(list, one);
}

static void
add_path_parameters(struct ctx *ctx, struct json *list,
    const struct route_facts *facts)
{
	const struct json *given = json_get(facts->example, "path");
	struct str rest = str_of(facts->path), part;
	struct json *one;
	const char *name;

	while (rest.len > 0) {
		part = str_cut(&rest, '/');
		if (part.len <= 2 || part.p[0] != '{')
			continue;
		name = text_printf(ctx->mem, "%.*s", (int)part.len - 2,
		    part.p + 1);
		one = parameter_new(ctx, name, "path", true);
		if (given != NULL)
			json_put_text(one, "example", json_member(given,
			    name));
		add_text_parameter(ctx, list, one, NULL);
	}
}

static bool
is_required(const struct json *schema, const char *name)
{
	const struct json *list = json_get(schema, "required");
	size_t i;

	for (i = 0; i < json_count(list); i++)
		if (strcmp(json_text(json_at(list, i), NULL), name) == 0)
			return true;
	return false;
}

/* choices_of - makes an enumeration without null */
static struct json *
choices_of(struct ctx *ctx, const struct json *list)
{
	struct json *choices = json_array(ctx);
	const struct json *one;
	size_t i;

	for (i = 0; i < json_count(list); i++) {
		one = json_at(list, i);
		if (!json_is_null(one))
			json_add_text(choices, json_text(one, NULL));
	}
	return choices;
}

/*
 * put_text_schema - describes a query parameter.  In a query null would be a
 * text like any other, so an optional parameter is left out instead
 */
static enum err
put_text_schema(struct ctx *ctx, struct json *one, const struct json *field)
{
	struct json *schema = json_object(ctx);
	const struct json *value;
	const char *key;
	size_t i;
	enum err e;

	for (i = 0; i < json_count(field); i++) {
		key = json_key_at(field, i, &value);
		if (strcmp(key, "type") == 0 && json_is_array(value)) {
			json_put_text(schema, key, json_text(json_at(value,
			    0), NULL));
		} else if (strcmp(key, "enum") == 0) {
			json_put(schema, key, choices_of(ctx, value));
		} else if ((e = openapi_copy(ctx, schema, key, value)) !=
		    ERR_OK)
			return e;
	}
	json_put(one, "schema", schema);
	return ERR_OK;
}

static enum err
add_query_parameters(struct ctx *ctx, struct json *list,
    const struct route_facts *facts)
{
	const struct json *query = facts->query, *value;
	const struct json *properties = json_get(query, "properties");
	struct json *one;
	const char *name;
	size_t i;
	enum err e;

	for (i = 0; i < json_count(properties); i++) {
		name = json_key_at(properties, i, &value);
		one = parameter_new(ctx, name, "query", is_required(query,
		    name));
		if ((e = put_text_schema(ctx, one, value)) != ERR_OK ||
		    (e = openapi_example(ctx, one, json_get(facts->example,
		    "query"), name)) != ERR_OK)
			return e;
		json_add(list, one);
	}
	return ERR_OK;
}

static enum err
put_parameters(struct ctx *ctx, const struct route_facts *facts,
    struct json *operation)
{
	struct json *list = json_array(ctx);
	enum err e;

	add_path_parameters(ctx, list, facts);
	if (facts->query != NULL && (e = add_query_parameters(ctx, list,
	    facts)) != ERR_OK)
		return e;
	if (facts->tenant)
		add_text_parameter(ctx, list, parameter_new(ctx,
		    "Cameleer-Tenant", "header", false), "The slug of the "
		    "tenant that the request is for; a token that carries a "
		    "tenant needs none.");
	if (facts->match)
		add_text_parameter(ctx, list, parameter_new(ctx, "If-Match",
		    "header", true), "The ETag of the object to edit.");
	if (facts->tagged)
		json_add(list, openapi_ref(ctx, "parameters",
		    "IfNoneMatch"));
	/* The same cases as in libshared/skeleton/idempotency.c. */
	if (strcmp(facts->method, "POST") == 0 && !facts->anybody &&
	    !facts->secret)
		add_text_parameter(ctx, list, parameter_new(ctx,
		    "Idempotency-Key", "header", false), "A request that is "
		    "sent twice with the same key takes effect once.");
	if (json_count(list) > 0)
		json_put(operation, "parameters", list);
	return ERR_OK;
}

/* put_security - accepts either credential; for everybody, none is needed */
static struct json *
put_security(struct ctx *ctx, bool anybody)
{
	struct json *list = json_array(ctx), *bearer = json_object(ctx);
	struct json *cookie = json_object(ctx);

	if (anybody)
		return list;
	json_put(bearer, "bearer", json_array(ctx));
	json_put(cookie, "cookie", json_array(ctx));
	json_add(list, bearer);
	json_add(list, cookie);
	return list;
}

/* describe_operation - describes the columns of the row in sentences */
static const char *
describe_operation(struct ctx *ctx, const struct route_facts *facts)
{
	struct buf text;

	buf_init(&text, ctx->mem, 1024);
	buf_text(&text, facts->about);
	/* As in openapi_problem.c: it answers 401 without that proof. */
	if (facts->anybody && strchr(facts->path, '{') != NULL)
		buf_text(&text, " Needs no session, but a proof of its own.");
	else if (facts->anybody)
		buf_text(&text, " Anybody may.");
	else if (strcmp(facts->permission, "account") == 0)
		buf_text(&text, " For every signed-in account.");
	else
		buf_printf(&text, " Needs the permission `%s`.",
		    facts->permission);
	if (facts->fresh)
		buf_text(&text, " The sign-in must be 10 minutes old at "
		    "most.");
	if (facts->match)
		buf_text(&text, " `If-Match` names the version that was "
		    "read.");
	if (json_member(facts->route, "audit") != NULL)
		buf_printf(&text, " The audit log calls it `%s`.",
		    json_member(facts->route, "audit"));
	return text.full ? facts->about : text.p;
}

enum err
openapi_operation(struct ctx *ctx, const struct route_facts *facts,
    struct json **operation)
{
	struct json *made = json_object(ctx), *tags = json_array(ctx);
	struct json *responses = json_object(ctx), *good;
	enum err e;

	json_add_text(tags, facts->service);
	json_put_text(made, "operationId", facts->id);
	json_put(made, "tags", tags);
	json_put_text(made, "summary", facts->about);
	json_put_text(made, "description", describe_operation(ctx, facts));
	json_put_text(made, "x-cameleer-permission", facts->permission);
	if (facts->deprecated)
		json_put_bool(made, "deprecated", true);
	json_put(made, "security", put_security(ctx, facts->anybody));
	if ((e = put_parameters(ctx, facts, made)) != ERR_OK ||
	    (e = openapi_request(ctx, facts, made)) != ERR_OK ||
	    (e = openapi_answer(ctx, facts, &good)) != ERR_OK)
		return e;
	json_put(responses, text_printf(ctx->mem, "%d", (int)facts->status),
	    good);
	if (facts->tagged)
		json_put(responses, "304", openapi_ref(ctx, "responses",
		    "NotModified"));
	openapi_refusals(ctx, facts, responses);
	json_put(made, "responses", responses);
	*operation = made;
	return ERR_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies of an operation, and the headers of its answers. */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/ctl/api/openapi.h"

#define JSON_TYPE	"application/json"
#define FORM_TYPE	"application/x-www-form-urlencoded"
#define STREAM_TYPE	"application/java-archive"

/* All headers that our document names, each once. */
static const struct header {
	const char	*key, *name, *about;
} headers[] = {
	{ "RequestId", "X-Request-Id", "Names the request in logs, in the "
	    "audit log and to support." },
	{ "ETag", "ETag", "The version of the object, where it has one, and a "
	    "digest of the body: for If-None-Match and If-Match." },
	{ "Location", "Location", "Address of the new object, or of the "
	    "operation to follow." },
	{ "Deprecation", "Deprecation", "Since when nobody should use this "
	    "(RFC 9745)." },
	{ "Sunset", "Sunset", "When this ends (RFC 8594)." },
	{ "RetryAfter", "Retry-After", "After how many seconds to try "
	    "again." },
	{ "RateLimitPolicy", "RateLimit-Policy", "How many requests one "
	    "address may make on average: q in w seconds." },
};

struct json *
openapi_headers(struct ctx *ctx)
{
	struct json *all = json_object(ctx), *one, *schema;
	size_t i;

	for (i = 0; i < nitems(headers); i++) {
		one = json_object(ctx);
		schema = json_object(ctx);
		json_put_text(schema, "type", "string");
		json_put_text(one, "description", headers[i].about);
		json_put(one, "schema", schema);
		json_put(all, headers[i].key, one);
	}
	return all;
}

void
openapi_put_header(struct ctx *ctx, struct json *list, const char *key)
{
	size_t i;

	for (i = 0; i < nitems(headers); i++)
		if (strcmp(headers[i].key, key) == 0)
			json_put(list, headers[i].name, openapi_ref(ctx,
			    "headers", key));
}

/* openapi_body_binary - describes a body of bytes */
static struct json *
openapi_body_binary(struct ctx *ctx, const char *type)
{
	struct json *schema = json_object(ctx);

	json_put_text(schema, "type", "string");
	json_put_text(schema, "format", "binary");
	if (type != NULL)
		json_put_text(schema, "contentMediaType", type);
	return schema;
}

/* What a body is: of which type and schema, and where its example is. */
struct content {
	const char		*type;
	const struct json	*ref;
	const char		*member;
};

/* put_content - puts the media type with a copy of the reference to a schema */
static enum err
put_content(struct ctx *ctx, struct json *object,
    const struct route_facts *facts, const struct content *content)
{
	struct json *made = json_object(ctx), *media = json_object(ctx);
	enum err e;

	if (content->ref != NULL && (e = openapi_copy(ctx, media, "schema",
	    content->ref)) != ERR_OK)
		return e;
	if ((e = openapi_example(ctx, media, facts->example,
	    content->member)) != ERR_OK)
		return e;
	json_put(made, content->type, media);
	json_put(object, "content", made);
	return ERR_OK;
}

enum err
openapi_request(struct ctx *ctx, const struct route_facts *facts,
    struct json *operation)
{
	struct content content = { facts->form ? FORM_TYPE : JSON_TYPE,
	    facts->input, "body" };
	struct json *body = json_object(ctx);
	enum err e;

	if (!facts->stream && facts->input == NULL)
		return ERR_OK;
	if (facts->stream)
		content = (struct content){ STREAM_TYPE,
		    openapi_body_binary(ctx, STREAM_TYPE), "body" };
	if ((e = put_content(ctx, body, facts, &content)) != ERR_OK)
		return e;
	json_put_bool(body, "required", true);
	json_put(operation, "requestBody", body);
	return ERR_OK;
}

/* has_location - true for a 201, and for a 202 that names an operation */
static bool
has_location(const struct route_facts *facts)
{
	return facts->status == 201 ||
	    (facts->status == 202 && facts->tenant);
}

enum err
openapi_answer(struct ctx *ctx, const struct route_facts *facts,
    struct json **out)
{
	struct json *response = json_object(ctx), *list = json_object(ctx);
	struct content content = { JSON_TYPE, facts->output, "answer" };
	enum err e;

	if (facts->file)
		content = (struct content){ "*/*", openapi_body_binary(ctx,
		    NULL), "answer" };
	openapi_put_header(ctx, list, "RequestId");
	if (facts->tagged)
		openapi_put_header(ctx, list, "ETag");
	if (has_location(facts))
		openapi_put_header(ctx, list, "Location");
	if (facts->deprecated) {
		openapi_put_header(ctx, list, "Deprecation");
		openapi_put_header(ctx, list, "Sunset");
	}
	json_put(response, "headers", list);
	json_put_text(response, "description", facts->status == 202 ?
	    "Accepted: follow its progress." : "Done.");
	if (facts->status != 204 && facts->status < 300 &&
	    (e = put_content(ctx, response, facts, &content)) != ERR_OK)
		return e;
	*out = response;
	return ERR_OK;
}

struct json *
openapi_not_modified(struct ctx *ctx)
{
	struct json *response = json_object(ctx), *list = json_object(ctx);

	openapi_put_header(ctx, list, "RequestId");
	openapi_put_header(ctx, list, "ETag");
	json_put(response, "headers", list);
	json_put_text(response, "description",
	    "The client has the current answer: If-None-Match names its ETag.");
	return response;
}

struct json *
openapi_parameters(struct ctx *ctx)
{
	struct json *all = json_object(ctx), *one = json_object(ctx);
	struct json *schema = json_object(ctx);

	json_put_text(schema, "type", "string");
	json_put_text(one, "name", "If-None-Match");
	json_put_text(one, "in", "header");
	json_put_bool(one, "required", false);
	json_put_text(one, "description", "ETags of the answers that the "
	    "client has.");
	json_put(one, "schema", schema);
	json_put(all, "IfNoneMatch", one);
	return all;
}

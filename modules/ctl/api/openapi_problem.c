/* SPDX-License-Identifier: Apache-2.0 */
/* The failures that a route may answer with, by the row of its table. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/err.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/problem_code.h"
#include "libshared/skeleton/words.h"
#include "modules/ctl/api/openapi.h"

#define PROBLEM_TYPE	"application/problem+json"

/* The failures that the document describes.  408, 502, 504, 507: of streams. */
static const enum err told[] = {
	ERR_BAD_INPUT, ERR_UNAUTHENTICATED, ERR_FORBIDDEN, ERR_NOT_FOUND,
	ERR_SLOW, ERR_CONFLICT, ERR_STALE, ERR_TOO_LARGE, ERR_MEDIA_TYPE,
	ERR_INVALID,
	ERR_LOCKED, ERR_PRECONDITION, ERR_LIMIT, ERR_INTERNAL,
	ERR_UNAVAILABLE, ERR_NO_SPACE,
};

/* problem_applies - can this route fail with this error? */
static bool
problem_applies(const struct route_facts *facts, enum err e)
{
	bool body = facts->input != NULL || facts->stream;

	switch (e) {
	case ERR_BAD_INPUT:
		/*
		 * Every signed-in request may name a tenant, and misspell it.
		 */
		return body || !facts->anybody || facts->query != NULL ||
		    facts->match || strchr(facts->path, '{') != NULL;
	case ERR_UNAUTHENTICATED:
		/* A public route for one object requires a proof of its own. */
		if (strchr(facts->path, '{') != NULL)
			return true;
		return !facts->anybody || facts->secret;
	case ERR_FORBIDDEN:
		return !facts->anybody || facts->secret;
	case ERR_NOT_FOUND:
		return facts->tenant || facts->write ||
		    strchr(facts->path, '{') != NULL;
	case ERR_CONFLICT:
		return facts->write;
	case ERR_STALE:
	case ERR_PRECONDITION:
		return facts->match;
	case ERR_TOO_LARGE:
	case ERR_MEDIA_TYPE:
		return body;
	case ERR_INVALID:
		return facts->write && (body || !facts->anybody);
	case ERR_LOCKED:
		return facts->write && facts->tenant && !facts->suspended;
	case ERR_SLOW:
	case ERR_NO_SPACE:
		return facts->stream;
	default:
		return true;
	}
}

static const char *
name_of(struct ctx *ctx, enum err e)
{
	return text_printf(ctx->mem, "Problem%d", err_status(e));
}

void
openapi_refusals(struct ctx *ctx, const struct route_facts *facts,
    struct json *responses)
{
	size_t i;

	for (i = 0; i < nitems(told); i++)
		if (problem_applies(facts, told[i]))
			json_put(responses, text_printf(ctx->mem, "%d",
			    err_status(told[i])), openapi_ref(ctx,
			    "responses", name_of(ctx, told[i])));
	if (facts->query != NULL || strchr(facts->path, '{') != NULL)
		json_put(responses, "414", openapi_ref(ctx, "responses",
		    "Problem414"));
}

/* problem_response - makes an answer with a problem document */
static struct json *
problem_response(struct ctx *ctx, int status, const char *title)
{
	struct json *one = json_object(ctx), *content = json_object(ctx);
	struct json *media = json_object(ctx), *list = json_object(ctx);

	openapi_put_header(ctx, list, "RequestId");
	if (status == 429 || status == 503)
		openapi_put_header(ctx, list, "RetryAfter");
	if (status == 429)
		openapi_put_header(ctx, list, "RateLimitPolicy");
	json_put(one, "headers", list);
	json_put_text(one, "description", title);
	json_put(media, "schema", openapi_ref(ctx, "schemas", "Problem"));
	json_put(content, PROBLEM_TYPE, media);
	json_put(one, "content", content);
	return one;
}

struct json *
openapi_problems(struct ctx *ctx)
{
	struct json *all = json_object(ctx);
	size_t i;

	for (i = 0; i < nitems(told); i++)
		json_put(all, name_of(ctx, told[i]), problem_response(ctx,
		    err_status(told[i]), err_title(told[i])));
	/* Only nginx answers this. */
	json_put(all, "Problem414", problem_response(ctx, 414,
	    "URI too long"));
	return all;
}

static void
put_type(struct ctx *ctx, struct json *properties, const char *name,
    const char *type)
{
	struct json *one = json_object(ctx);

	json_put_text(one, "type", type);
	json_put(properties, name, one);
}

static struct json *
required_list(struct ctx *ctx, const char *first, const char *second,
    const char *third, const char *fourth)
{
	const char *const all[] = { first, second, third, fourth };
	struct json *list = json_array(ctx);
	size_t i;

	for (i = 0; i < nitems(all) && all[i] != NULL; i++)
		json_add_text(list, all[i]);
	return list;
}

/* wrong_fields - makes the schema of member `errors` */
static struct json *
wrong_fields(struct ctx *ctx)
{
	struct json *list = json_object(ctx), *item = json_object(ctx);
	struct json *properties = json_object(ctx);

	put_type(ctx, properties, "field", "string");
	put_type(ctx, properties, "detail", "string");
	json_put_text(item, "type", "object");
	json_put(item, "properties", properties);
	json_put(item, "required", required_list(ctx, "field", "detail", NULL,
	    NULL));
	json_put_text(list, "type", "array");
	json_put(list, "items", item);
	return list;
}

/* code_schema - lists all codes of this version */
static struct json *
code_schema(struct ctx *ctx)
{
	struct json *schema = json_object(ctx), *list = json_array(ctx);
	const struct problem_code *codes;
	size_t i, n;

	codes = problem_code_list(&n);
	for (i = 0; i < n; i++)
		if (codes[i].http)
			json_add_text(list, codes[i].code);
	json_put_text(schema, "type", "string");
	json_put(schema, "enum", list);
	return schema;
}

static struct json *
words_schema(struct ctx *ctx, const char *const *words)
{
	struct json *schema = json_object(ctx), *list = json_array(ctx);
	size_t i;

	for (i = 0; words[i] != NULL; i++)
		json_add_text(list, words[i]);
	json_put_text(schema, "type", "string");
	json_put(schema, "enum", list);
	return schema;
}

struct json *
openapi_problem_schema(struct ctx *ctx)
{
	struct json *schema = json_object(ctx);
	struct json *properties = json_object(ctx);

	put_type(ctx, properties, "type", "string");
	put_type(ctx, properties, "title", "string");
	put_type(ctx, properties, "status", "integer");
	put_type(ctx, properties, "detail", "string");
	json_put(properties, "code", code_schema(ctx));
	put_type(ctx, properties, "request_id", "string");
	json_put(properties, "errors", wrong_fields(ctx));
	/* of not_entitled */
	put_type(ctx, properties, "feature", "string");
	json_put(properties, "required_tier", words_schema(ctx, tier_words));
	json_put(properties, "current_tier", words_schema(ctx, tier_words));
	put_type(ctx, properties, "upgrade_url", "string");
	json_put_text(schema, "type", "object");
	json_put(schema, "properties", properties);
	json_put(schema, "required", required_list(ctx, "type", "title",
	    "status",
	    "code"));
	return schema;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of cameleerctl: one route becomes one operation of OpenAPI. */
#ifndef CAMELEER_CTL_OPENAPI_H
#define CAMELEER_CTL_OPENAPI_H

#include <stdbool.h>

#include "libshared/base/ctx.h"

struct json;

/* The fields of a route of `cameleerctl routes`. */
struct route_facts {
	const struct json	*route;
	const char		*method, *path, *permission, *about;
	const char		*service;
	bool			 write, stream, form, file, secret, internal,
				 match, suspended, tagged, fresh;
	bool			 tenant, list, anybody, deprecated;
	int64_t			 status;
	const struct json	*input, *query, *output;
	const char		*id;		/* operationId */
	const struct json	*example;	/* or NULL: see example.h */
};

/* openapi_facts.c.  False when a required field of the route is missing. */
bool route_facts(struct ctx *ctx, const char *service,
    const struct json *route, struct route_facts *facts);
/* Copies a value that belongs to another tree. */
enum err openapi_copy(struct ctx *ctx, struct json *object, const char *key,
    const struct json *value) must_check;
/* The member of an example, if it is there, as `example` of the object. */
enum err openapi_example(struct ctx *ctx, struct json *object,
    const struct json *example, const char *member) must_check;
/* {"$ref": "#/components/<kind>/<name>"} */
struct json *openapi_ref(struct ctx *ctx, const char *kind, const char *name);

/* Makes the operation; its schemas are put into components/schemas. */
enum err openapi_operation(struct ctx *ctx, const struct route_facts *facts,
    struct json **operation) must_check;
/* Its request body, and its answer in case of success. */
enum err openapi_request(struct ctx *ctx, const struct route_facts *facts,
    struct json *operation) must_check;
enum err openapi_answer(struct ctx *ctx, const struct route_facts *facts,
    struct json **out) must_check;
/*
 * For components: headers, parameters and the 304 that many operations share.
 */
struct json *openapi_headers(struct ctx *ctx);
struct json *openapi_parameters(struct ctx *ctx);
struct json *openapi_not_modified(struct ctx *ctx);
/* Puts a reference to the header of this key, under its name. */
void openapi_put_header(struct ctx *ctx, struct json *list, const char *key);
/* All answers with a problem document, for components/responses. */
struct json *openapi_problems(struct ctx *ctx);
/* Puts those that this route may give into its `responses`. */
void openapi_refusals(struct ctx *ctx, const struct route_facts *facts,
    struct json *responses);
/* The schema of a problem document (RFC 9457). */
struct json *openapi_problem_schema(struct ctx *ctx);

#endif

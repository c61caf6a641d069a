/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of cameleerctl: the examples of the API's document.
 *
 * They are data/examples/ .json, which the program carries with it: objects of
 * "METHOD /path" and {path, query, body, answer}, or {none} with the reason
 * why there is none.  tests/http/test_examples.py sends each of them.
 */
#ifndef CAMELEER_CTL_EXAMPLE_H
#define CAMELEER_CTL_EXAMPLE_H

#include "libshared/base/ctx.h"

struct json;
struct route_facts;

/* One file: its name without an ending, and its text. */
struct example_file { const char *name; const unsigned char *text;
    size_t len; };

/* All in one object.  ERR_INTERNAL when a route is there twice. */
enum err examples_read(struct ctx *ctx, const struct example_file *files,
    size_t n, struct json **all) must_check;
/* Those that were built into this program. */
enum err examples_carried(struct ctx *ctx, struct json **all) must_check;
/*
 * The example of a route, or NULL when it says why there is none.
 * ERR_INTERNAL when the route has no example, or one without what its request
 * or its answer consists of.
 */
enum err example_find(struct ctx *ctx, const struct json *all,
    const struct route_facts *facts, const struct json **example) must_check;

#endif

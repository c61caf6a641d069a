/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calls that the files of this folder share.
 */
#ifndef CAMELEER_ENGINE_CALL_H
#define CAMELEER_ENGINE_CALL_H

#include "libshared/doors/http.h"
#include "modules/worker/engine/engine.h"

#define ENGINE_HOST	"http://engine"	/* for a socket; see engine_aim() */
#define ENGINE_API	"/v1.41"
#define ENGINE_LIBPOD	"/v4.0.0/libpod"
#define ENGINE_ANSWER_MAX	((size_t)4 << 20)

struct engine_call {
	const char	*method;
	const char	*path;		/* with the prefix of the API */
	struct json	*body;		/* or NULL */
	int		 timeout_ms;	/* 0: the preset */
	int		 good[4];	/* statuses that count as success */
	const char	*what;		/* "start a container" */
};

/* Makes the call and puts the answer into *r; any other status is a failure. */
enum err engine_do(struct ctx *ctx, const struct engine *engine,
    const struct engine_call *call, struct http_response *r) must_check;
/* Formats prefix and path; never NULL: a full arena is ERR_INTERNAL. */
enum err engine_path(struct ctx *ctx, const char **path, const char *fmt, ...)
    __attribute__((format(printf, 3, 4))) must_check;
/* Sends a request whose URL engine_path() made to where the engine is. */
void engine_aim(struct ctx *ctx, const struct engine *engine,
    struct http_request *rq);
/* A number that is not negative; 0 when it is absent. */
int64_t engine_number(const struct json *object, const char *name);
/* True for a name or id that may be part of a URL. */
bool engine_name_valid(const char *name);
enum err engine_failed(struct ctx *ctx, const char *what,
    const struct http_response *r) must_check;

#endif

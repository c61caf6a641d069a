/* SPDX-License-Identifier: Apache-2.0 */
/* One HTTP peer for all tests of a program, and requests to it. */
#ifndef CAMELEER_TESTS_UNIT_HTTP_H
#define CAMELEER_TESTS_UNIT_HTTP_H

#include "tests/support/http_peer.h"
#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "libshared/doors/http.h"

static struct loopback *peer;

static int
http_setup(void **state)
{
	(void)state;
	peer = loopback_start(NULL, http_peer);
	return peer == NULL ? -1 : http_init();
}

static int
http_teardown(void **state)
{
	(void)state;
	loopback_stop(&peer);
	return 0;
}

static struct http_request
request_of(const char *method, const char *path)
{
	char *url = text_printf(ctx->mem, "http://127.0.0.1:%d%s",
	    peer->port, path);

	assert_non_null(url);
	return (struct http_request){ HTTP_DEFAULTS, .method = method,
	    .url = url, .timeout_ms = slow_ms(5000) };
}

static enum err
get(const char *path, struct http_response *response)
{
	struct http_request request = request_of("GET", path);

	fail_clear(ctx);
	return http_call(ctx, &request, response);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* How an engine is reached. */
#include "config.h"

#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "modules/worker/engine/engine_call.h"
#include "tests/support/unit_ctx.h"

static void
test_a_request_goes_to_the_socket_or_over_tls(void **state)
{
	static const struct http_identity identity = { "ca", "cert", "key" };
	struct engine here = { .socket = "/s" };
	struct engine away = { .socket = "/s",
	    .url = "https://east.test:2376", .identity = &identity };
	struct http_request rq = { .url = ENGINE_HOST "/v1.41/info" };

	(void)state;
	engine_aim(ctx, &here, &rq);
	assert_string_equal(rq.unix_socket, "/s");
	assert_string_equal(rq.url, ENGINE_HOST "/v1.41/info");
	rq.unix_socket = NULL;
	engine_aim(ctx, &away, &rq);
	assert_null(rq.unix_socket);
	assert_string_equal(rq.url, "https://east.test:2376/v1.41/info");
	assert_ptr_equal(rq.identity, &identity);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_a_request_goes_to_the_socket_or_over_tls),
	};

	return cmocka_run_group_tests_name("engine_aim", tests, NULL, NULL);
}

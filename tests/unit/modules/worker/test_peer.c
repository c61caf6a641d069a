/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "libshared/doors/json.h"
#include "modules/worker/peer.h"
#include "tests/support/unit_ctx.h"

static void
test_words_are_printable_and_short(void **state)
{
	(void)state;
	assert_string_equal(peer_words(ctx, "no such host", 40),
	    "no such host");
	assert_string_equal(peer_words(ctx,
	    "a\r\nSet-Cookie: x\x1b[0m\xc3", 40),
	    "a??Set-Cookie: x?[0m?");
	assert_string_equal(peer_words(ctx, "0123456789", 4), "0123");
	assert_string_equal(peer_words(ctx, NULL, 4), "no reason given");
}

static void
test_garbage_is_the_peers_fault_not_the_clients(void **state)
{
	struct json *value;

	(void)state;
	assert_int_equal(peer_json(ctx, "engine", "<html>", 6, &value),
	    ERR_PEER);
	assert_int_equal(ctx->fault.err, ERR_PEER);
	assert_string_equal(ctx->fault.code, "peer_garbage");
	fail_clear(ctx);
	assert_int_equal(peer_json(ctx, "engine", NULL, 0, &value), ERR_PEER);
	fail_clear(ctx);
	assert_int_equal(peer_json(ctx, "engine", "{\"a\":1}", 7, &value),
	    ERR_OK);
	assert_true(json_is_object(value));
}

static void
test_words_of_others_become_ours(void **state)
{
	(void)state;
	assert_string_equal(peer_sentence("SSL certificate problem: "
	    "certificate has expired"), "its certificate has expired");
	assert_string_equal(peer_sentence("SSL: no alternative certificate "
	    "subject name matches target host name 'x'"),
	    "its certificate is for another host name");
	assert_null(peer_sentence("no space left on device"));
	assert_null(peer_sentence(NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_words_are_printable_and_short),
		CTX_TEST(test_words_of_others_become_ours),
		CTX_TEST(test_garbage_is_the_peers_fault_not_the_clients),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

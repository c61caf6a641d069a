/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit_ctx.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/proto/agent_setup.h"
#include "libshared/proto/agent_token.h"

static void
test_new_tokens_are_sound_and_differ(void **state)
{
	const char *one, *two;

	(void)state;
	assert_int_equal(agent_token_new(ctx, &one), ERR_OK);
	assert_int_equal(agent_token_new(ctx, &two), ERR_OK);
	assert_string_not_equal(one, two);
	assert_true(agent_token_sound(str_of(one)));
	assert_int_equal(strlen(one), AGENT_TOKEN_LEN);
}

static void
test_other_text_is_no_token(void **state)
{
	static const char *const bad[] = {
		"", "clb_", "clr_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"clb_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"clb_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"clb_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ",
		"clb_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
		"CLB_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(bad); i++)
		assert_false(agent_token_sound(str_of(bad[i])));
}

static void
test_boxes_are_bound_to_their_tenant(void **state)
{
	struct uuid a, b;

	(void)state;
	assert_true(uuid_set(&a, "00000000-0000-7000-8000-0000000000a0"));
	assert_true(uuid_set(&b, "00000000-0000-7000-8000-0000000000b0"));
	assert_string_not_equal(agent_token_bound(ctx, &a),
	    agent_token_bound(ctx, &b));
}

static void
test_each_tool_is_told_the_endpoint_and_no_token(void **state)
{
	const char *endpoint = agent_endpoint(ctx, "https://saas.example",
	    "acme");
	const char *text;
	size_t i;

	(void)state;
	assert_string_equal(endpoint, "https://saas.example/t/acme");
	for (i = 0; agent_tools[i].name != NULL; i++) {
		text = agent_tool_text(ctx, &agent_tools[i], endpoint);
		assert_non_null(text);
		assert_non_null(strstr(text, endpoint));
		assert_null(strstr(text, "{{"));
		assert_null(strstr(text, AGENT_TOKEN_PREFIX));
		assert_non_null(strstr(text, "agent.jar"));
	}
	assert_int_equal(i, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_new_tokens_are_sound_and_differ),
		CTX_TEST(test_other_text_is_no_token),
		CTX_TEST(test_boxes_are_bound_to_their_tenant),
		CTX_TEST(test_each_tool_is_told_the_endpoint_and_no_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What an engine says of its place, and what operators are told is wrong. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "modules/worker/engine/engine_call.h"
#include "tests/support/script.h"
#include "tests/support/unit_ctx.h"

#define INFO	"GET /v1.41/info "
#define LIBPOD	"GET /v4.0.0/libpod/info "
#define BASICS	"{\"NCPU\":2,\"MemTotal\":8589934592,\"Images\":7," \
	"\"ServerVersion\":\"4.3.1\"}"

static struct engine engine;
static char path[64];

static int
setup(void **state)
{
	if (ctx_setup(state) != 0)
		return -1;
	snprintf(path, sizeof(path), "/tmp/test_engine_place.%d", getpid());
	engine = (struct engine){ .socket = path };
	return http_init();
}

static enum err
look(const struct script_step *steps, size_t n, struct runtime_facts *facts)
{
	struct loopback *peer = script_begin(path, steps, n);
	enum err e;

	fail_clear(ctx);
	e = engine_look(ctx, &engine, facts);
	script_end(&peer);
	return e;
}

static void
test_podman_tells_memory_and_disk(void **state)
{
	static const struct script_step steps[] = {
		{ INFO, NULL, 200, NULL, BASICS, 0 },
		{ LIBPOD, NULL, 200, NULL, "{\"host\":{\"memFree\":2147483648},"
		    "\"store\":{\"graphRootAllocated\":10737418240,"
		    "\"graphRootUsed\":4294967296}}", 0 },
	};
	struct runtime_facts facts;

	(void)state;
	assert_int_equal(look(steps, nitems(steps), &facts), ERR_OK);
	assert_string_equal(facts.version, "4.3.1");
	assert_int_equal(facts.cpu_millis, 2000);
	assert_int_equal(facts.memory_mb, 8192);
	assert_int_equal(facts.free_mb, 2048);
	assert_int_equal(facts.disk_mb, 10240);
	assert_int_equal(facts.disk_free_mb, 6144);
	assert_int_equal(facts.images, 7);
}

static void
test_docker_does_not_and_is_a_place_all_the_same(void **state)
{
	static const struct script_step steps[] = {
		{ INFO, NULL, 200, NULL, BASICS, 0 },
		{ LIBPOD, NULL, 404, NULL, "{\"message\":\"page not found\"}",
		    0 },
	};
	struct runtime_facts facts;

	(void)state;
	assert_int_equal(look(steps, nitems(steps), &facts), ERR_OK);
	assert_int_equal(facts.memory_mb, 8192);
	assert_int_equal(facts.free_mb, 0);
	assert_int_equal(facts.disk_mb, 0);
}

static void
test_what_is_no_engine_is_none(void **state)
{
	static const char *const bodies[] = { "{}", ("{\"NCPU\":0,"
	    "\"MemTotal\":8589934592}"), "{\"NCPU\":\"2\",\"MemTotal\":1}",
	    "{\"NCPU\":9223372036854775807,\"MemTotal\":8589934592}",
	    "{\"NCPU\":65537,\"MemTotal\":8589934592}",
	    "{\"NCPU\":2,\"MemTotal\":9223372036854775807}" };
	struct runtime_facts facts = { .version = "untouched" };
	size_t i;

	(void)state;
	for (i = 0; i < nitems(bodies); i++) {
		const struct script_step steps[] = {
			{ INFO, NULL, 200, NULL, bodies[i], 0 },
			{ LIBPOD, NULL, 404, NULL, "{}", 0 },
		};

		assert_int_equal(look(steps, nitems(steps), &facts), ERR_PEER);
		assert_non_null(strstr(ctx->fault.detail, "does not speak"));
		assert_string_equal(facts.version, "untouched");
	}
}

static void
test_a_proxy_that_refuses_our_certificate_is_understood(void **state)
{
	static const struct script_step none = { INFO, NULL, 400, NULL,
	    "<html><title>400 No required SSL certificate was sent</title>",
	    0 };
	static const struct script_step wrong = { INFO, NULL, 400, NULL,
	    "<html><title>400 The SSL certificate error</title>", 0 };
	struct runtime_facts facts;

	(void)state;
	assert_int_equal(look(&none, 1, &facts), ERR_PEER);
	assert_non_null(strstr(ctx->fault.detail, "asks for a client"));
	assert_int_equal(look(&wrong, 1, &facts), ERR_PEER);
	assert_non_null(strstr(ctx->fault.detail, "refuses our client"));
}

static void
test_nobody_there_is_a_sentence(void **state)
{
	struct runtime_facts facts;

	(void)state;
	fail_clear(ctx);
	assert_int_equal(engine_look(ctx, &engine, &facts), ERR_PEER);
	assert_string_equal(ctx->fault.detail, "nothing listens there");
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, ctx_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_podman_tells_memory_and_disk),
		TEST(test_docker_does_not_and_is_a_place_all_the_same),
		TEST(test_what_is_no_engine_is_none),
		TEST(test_a_proxy_that_refuses_our_certificate_is_understood),
		TEST(test_nobody_there_is_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

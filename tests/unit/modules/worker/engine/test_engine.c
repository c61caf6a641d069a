/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "modules/worker/engine/engine_call.h"
#include "tests/support/script.h"
#include "tests/support/unit_ctx.h"

#define IMAGE	"127.0.0.1:5000/a/b@sha256:0"
#define API	"/v1.41"

static struct loopback *peer;
static struct engine engine;
static char path[64];

static const struct runtime_pair labels[] = {
	{ "cameleer.tenant", "acme" }, { NULL, NULL },
};

static int
setup(void **state)
{
	if (ctx_setup(state) != 0)
		return -1;
	snprintf(path, sizeof(path), "/tmp/test_engine.%d", getpid());
	engine.socket = path;
	return http_init();
}

static void
begin(const struct script_step *steps, size_t n)
{
	peer = script_begin(path, steps, n);
	fail_clear(ctx);
}
#define BEGIN(steps)	begin(steps, nitems(steps))

static void
test_names_that_may_stand_in_a_url(void **state)
{
	static const char *const bad[] = { "", ".", "a/b", "a b", "A", "a?b",
	    "-a", "a%2f", NULL };
	size_t i;

	(void)state;
	assert_true(engine_name_valid("cameleer-server-acme"));
	assert_true(engine_name_valid("acme-prod-a.b_c-0123abcd"));
	for (i = 0; i < nitems(bad); i++)
		assert_false(engine_name_valid(bad[i]));
}

static void
test_network_is_made_once_with_its_bridge(void **state)
{
	static const struct script_step steps[] = {
		{ "GET " API "/networks/cml-acme ", NULL, 404, NULL,
		    "{\"message\":\"network not found\"}", 0 },
		{ "POST " API "/networks/create ",
		    "\"com.docker.network.bridge.name\":\"cml0123456789a\"",
		    201, NULL, "{\"Id\":\"x\"}", 0 },
		{ "GET " API "/networks/cml-acme ", NULL, 200, NULL,
		    "{\"Labels\":{\"cameleer.tenant\":\"acme\"}}", 0 },
		{ "GET " API "/networks/cml-acme ", NULL, 200, NULL,
		    "{\"Labels\":{\"cameleer.tenant\":\"beta\"}}", 0 },
		{ "GET " API "/networks/cml-acme ", NULL, 200, NULL,
		    "{\"Labels\":null}", 0 },
	};
	const struct engine_network network = { .name = "cml-acme",
	    .bridge = "cml0123456789a", .labels = labels };

	(void)state;
	BEGIN(steps);
	assert_int_equal(engine_network_ensure(ctx, &engine, &network),
	    ERR_OK);
	assert_int_equal(engine_network_ensure(ctx, &engine, &network),
	    ERR_OK);
	assert_int_equal(engine_network_ensure(ctx, &engine, &network),
	    ERR_CONFLICT);
	fail_clear(ctx);
	assert_int_equal(engine_network_ensure(ctx, &engine, &network),
	    ERR_CONFLICT);
	script_end(&peer);
}

static void
test_pull_that_fails_under_status_200_is_a_failure(void **state)
{
	static const struct script_step steps[] = {
		{ "GET " API "/images/" IMAGE "/json ", NULL, 404, NULL, "{}",
		    0 },
		{ "POST " API "/images/create?fromImage=127.0.0.1%3A5000%2F"
		    "a%2Fb%40sha256%3A0 ", NULL, 200, NULL,
		    "{\"status\":\"Pulling\"}\n{\"error\":\"manifest "
		    "unknown\\u0007\"}\n", 0 },
	};

	(void)state;
	BEGIN(steps);
	assert_int_equal(engine_image_ensure(ctx, &engine, IMAGE,
	    NULL), ERR_PEER);
	assert_string_equal(ctx->fault.code, "image_unavailable");
	assert_non_null(strstr(ctx->fault.detail, "manifest unknown?"));
	script_end(&peer);
}

static void
test_pull_is_believed_when_the_image_is_there(void **state)
{
	static const struct script_step steps[] = {
		{ "GET " API "/images/", NULL, 404, NULL, "{}", 0 },
		{ "POST " API "/images/create", NULL, 200, NULL,
		    "{\"status\":\"done\"}", 0 },
		{ "GET " API "/images/", NULL, 200, NULL, "{}", 0 },
		{ "GET " API "/images/", NULL, 404, NULL, "{}", 0 },
		{ "POST " API "/images/create", NULL, 200, NULL,
		    "garbage, no JSON at all", 0 },
		{ "GET " API "/images/", NULL, 404, NULL, "{}", 0 },
		{ "GET " API "/images/", NULL, 200, NULL, "{}", 0 },
	};

	(void)state;
	BEGIN(steps);
	assert_int_equal(engine_image_ensure(ctx, &engine, IMAGE,
	    NULL), ERR_OK);
	assert_int_equal(engine_image_ensure(ctx, &engine, IMAGE,
	    NULL), ERR_PEER);
	fail_clear(ctx);
	assert_int_equal(engine_image_ensure(ctx, &engine, IMAGE,
	    NULL), ERR_OK);
	script_end(&peer);
}

static void
test_pull_shows_its_login_in_a_header_only(void **state)
{
	static const struct script_step steps[] = {
		{ "GET " API "/images/", NULL, 404, NULL, "{}", 0 },
		{ "POST " API "/images/create?fromImage=127.0.0.1%3A5000%2F"
		    "a%2Fb%40sha256%3A0 ",
		    "X-Registry-Auth: eyJ1c2VybmFtZSI6InB1bGwiLCJwYXNzd29yZCI6"
		    "ImYwIn0=\r\n", 200, NULL, "{\"status\":\"done\"}", 0 },
		{ "GET " API "/images/", NULL, 200, NULL, "{}", 0 },
	};
	const struct runtime_login login = { "pull", "f0" };

	(void)state;
	BEGIN(steps);
	assert_int_equal(engine_image_ensure(ctx, &engine, IMAGE, &login),
	    ERR_OK);
	script_end(&peer);
}

static void
test_engine_says_why_in_few_printable_words(void **state)
{
	static const struct script_step steps[] = {
		{ "POST " API "/containers/x/start ", NULL, 500, NULL,
		    "{\"message\":\"runc:\\r\\nerror\",\"cause\":\"?\"}", 0 },
		{ "POST " API "/containers/x/start ", NULL, 404, NULL,
		    "not JSON", 0 },
		{ "POST " API "/containers/x/start ", NULL, 304, NULL, NULL,
		    0 },
		{ "POST " API "/containers/x/stop?t=10 ", NULL, 404, NULL,
		    "{}", 0 },
		{ "DELETE " API "/containers/x?force=true&v=true ", NULL,
		    409, NULL, "{\"message\":7}", 0 },
	};

	(void)state;
	BEGIN(steps);
	assert_int_equal(engine_start(ctx, &engine, "x"), ERR_PEER);
	assert_string_equal(ctx->fault.detail,
	    "engine, start a container: 500, runc:??error");
	fail_clear(ctx);
	assert_int_equal(engine_start(ctx, &engine, "x"), ERR_NOT_FOUND);
	assert_non_null(strstr(ctx->fault.detail, "no reason given"));
	fail_clear(ctx);
	assert_int_equal(engine_start(ctx, &engine, "x"), ERR_OK);
	assert_int_equal(engine_stop(ctx, &engine, "x"), ERR_OK);
	assert_int_equal(engine_remove(ctx, &engine, "x"), ERR_CONFLICT);
	script_end(&peer);
}

static void
test_limits_are_told_docker_and_then_podman(void **state)
{
	static const struct script_step steps[] = {
		{ "POST " API "/containers/x/update ", "\"Memory\":67108864",
		    404, NULL, "Not Found", 0 },
		{ "POST /v4.0.0/libpod/containers/x/update ",
		    "\"quota\":50000", 201, NULL, "{}", 0 },
		{ "POST " API "/containers/x/update ", NULL, 200, NULL, "{}",
		    0 },
	};
	const struct runtime_limits limits = { .memory_mb = 64,
	    .cpu_millis = 500 };

	(void)state;
	BEGIN(steps);
	assert_int_equal(engine_update(ctx, &engine, "x", &limits), ERR_OK);
	assert_int_equal(engine_update(ctx, &engine, "x", &limits), ERR_OK);
	script_end(&peer);
}

static void
test_container_has_nothing_that_it_does_not_need(void **state)
{
	static const char *const wanted[] = { "\"CapDrop\":[\"ALL\"]",
	    "\"ReadonlyRootfs\":true",
	    "\"SecurityOpt\":[\"no-new-privileges\"]",
	    "\"User\":\"65532:65532\"",
	    "\"Memory\":67108864,\"MemorySwap\":67108864",
	    "\"NanoCpus\":250000000", "\"PidsLimit\":512",
	    "\"Privileged\":false", "\"Healthcheck\":{\"Test\":[\"NONE\"]}",
	    "{\"Name\":\"nofile\",\"Soft\":16384,\"Hard\":16384}",
	    "{\"Name\":\"nproc\",\"Soft\":32768,\"Hard\":32768}",
	    "{\"Name\":\"on-failure\",\"MaximumRetryCount\":5}",
	    "\"Env\":[\"A=b=c\"]",
	    "\"/run/secrets\":\"ro,", "\"Aliases\":[\"acme-prod-x\"]",
	    "\"NetworkMode\":\"cml-acme\"", "\"max-size\":\"10m\"" };
	static const struct runtime_pair env[] = { { "A", "b=c" },
	    { NULL, NULL } };
	const struct engine_spec spec = { .name = "x", .image = IMAGE,
	    .network = "cml-acme", .alias = "acme-prod-x", .env = env,
	    .labels = labels, .restarts_max = 5,
	    .limits = { .memory_mb = 64, .cpu_millis = 250 } };
	struct script_step step = { "POST " API "/containers/create?name=x ",
	    NULL, 201, NULL, "{\"Id\":\"1\"}", 0 };
	size_t i;

	(void)state;
	for (i = 0; i < nitems(wanted); i++) {
		step.wants = wanted[i];
		begin(&step, 1);
		assert_int_equal(engine_create(ctx, &engine, &spec), ERR_OK);
		script_end(&peer);
	}
}

static void
test_container_without_limits_is_not_made(void **state)
{
	static const struct runtime_pair odd[] = { { "A=B", "c" },
	    { NULL, NULL } };
	struct engine_spec spec = { .name = "x", .image = IMAGE,
	    .network = "n", .labels = labels,
	    .limits = { .cpu_millis = 250 } };

	(void)state;
	begin(NULL, 0);
	assert_int_equal(engine_create(ctx, &engine, &spec), ERR_INVALID);
	spec.limits = (struct runtime_limits){ .memory_mb = 64 };
	assert_int_equal(engine_create(ctx, &engine, &spec), ERR_INVALID);
	spec.limits = (struct runtime_limits){ .memory_mb = INT64_MAX,
	    .cpu_millis = 1 };
	assert_int_equal(engine_create(ctx, &engine, &spec), ERR_INVALID);
	spec.limits = (struct runtime_limits){ .memory_mb = 64,
	    .cpu_millis = 100 };
	spec.env = odd;
	assert_int_equal(engine_create(ctx, &engine, &spec), ERR_INVALID);
	spec.name = "../x";
	assert_int_equal(engine_create(ctx, &engine, &spec), ERR_INTERNAL);
	script_end(&peer);
}

static void
test_secrets_go_as_files_and_only_with_plain_names(void **state)
{
	static const struct script_step steps[] = {
		{ "PUT " API "/containers/x/archive?path=%2F ",
		    "run/secrets/token", 200, NULL, NULL, 0 },
		{ "PUT " API "/containers/x/archive?path=%2F ", "s3cret",
		    200, NULL, NULL, 0 },
	};
	static const char *const bad[] = { "../token", "a/b", "", ".hidden",
	    "a b" };
	struct runtime_secret secrets[] = { { "token", "s3cret", 6 },
	    { NULL, NULL, 0 } };
	size_t i;

	(void)state;
	BEGIN(steps);
	assert_int_equal(engine_secrets(ctx, &engine, "x", secrets), ERR_OK);
	assert_int_equal(engine_secrets(ctx, &engine, "x", secrets), ERR_OK);
	for (i = 0; i < nitems(bad); i++) {
		secrets[0].name = bad[i];
		assert_int_equal(engine_secrets(ctx, &engine, "x", secrets),
		    ERR_INVALID);
	}
	assert_null(strstr(ctx->fault.detail, "s3cret"));
	script_end(&peer);
}

int
main(void)
{
#define T(name)	cmocka_unit_test_setup_teardown(name, setup, ctx_teardown)
	const struct CMUnitTest tests[] = {
		T(test_names_that_may_stand_in_a_url),
		T(test_network_is_made_once_with_its_bridge),
		T(test_pull_that_fails_under_status_200_is_a_failure),
		T(test_pull_is_believed_when_the_image_is_there),
		T(test_pull_shows_its_login_in_a_header_only),
		T(test_engine_says_why_in_few_printable_words),
		T(test_limits_are_told_docker_and_then_podman),
		T(test_container_has_nothing_that_it_does_not_need),
		T(test_container_without_limits_is_not_made),
		T(test_secrets_go_as_files_and_only_with_plain_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

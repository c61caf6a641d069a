/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/str.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/tenant/tenant_secret.h"
#include "tests/support/job_stage.h"
#include "tests/support/memory_place.h"
#include "tests/support/script.h"

#define DEPLOYMENT	"00000000-0000-7000-8000-0000000000f1"

extern const struct job_kind job_bootstrap_rotate, job_bootstrap_retire;

/* The answers of a server that is ready, asked by two steps. */
static const struct script_step ready[] = {
	{ .request = "GET /api/v1/health ", .status = 200, .body = "{}" },
	{ .request = "GET /api/v1/admin/license ", .status = 401 },
	{ .request = "POST /api/v1/admin/license ",
	    .wants = "Authorization: Bearer ", .status = 200,
	    .body = "{\"state\":\"ACTIVE\"}" },
	{ .request = "GET /api/v1/health ", .status = 200, .body = "{}" },
	{ .request = "GET /api/v1/admin/license ", .status = 401 },
	{ .request = "POST /api/v1/admin/license ",
	    .wants = "Authorization: Bearer ", .status = 200,
	    .body = "{\"state\":\"ACTIVE\"}" },
};

/* expect_both - the server is given the present token and the one before */
static void
expect_both(void)
{
	expect_place();
	expect_secret(SECRET_BOOTSTRAP);
	expect_read();
	fake_expect("secret_get", SECRET_PREVIOUS);
	fake_row("box", stage_box(SECRET_BOOTSTRAP));
	expect_secret(SECRET_DATABASE);
	expect_license();
}

static void
expect_one(void)
{
	expect_place();
	expect_secret(SECRET_BOOTSTRAP);
	expect_no_previous();
	expect_secret(SECRET_DATABASE);
	expect_license();
}

static struct loopback *
server_play(const struct script_step *steps, size_t n, char upstream[32])
{
	struct loopback *peer = script_begin(NULL, steps, n);

	memory_servers_at("127.0.0.1", peer->port);
	(void)snprintf(upstream, 32, "127.0.0.1:%d", peer->port);
	return peer;
}

static void
expect_rotation(const char *upstream)
{
	expect_tenant("active");
	expect_step("token");
	expect_write();
	fake_expect("secret_rotate", FAKE_ANY, FAKE_ANY);
	fake_expect("step_end", JOB, "token", "done", FAKE_ANY);
	expect_step("server");
	expect_both();
	expect_license_told();
	expect_step_end("server", "done", FAKE_HAS("both tokens"));
	expect_step("applications");
	expect_both();
	expect_license_told();
	expect_write();
	fake_expect("endpoint_set", upstream);
	fake_expect("deployments_renew");
	fake_row("id", DEPLOYMENT);
	fake_expect("job_queue", FAKE_ANY, "deployment.apply", DEPLOYMENT);
	fake_row("id", JOB);
	fake_expect("job_notify", "deployment.apply");
	fake_expect("step_end", JOB, "applications", "done",
	    FAKE_HAS("1 applications"));
}

/* server_make - one that has the present token only */
static void
server_make(void)
{
	struct runtime_status status;
	struct tenant tenant;

	expect_tenant("active");
	assert_int_equal(tenant_read(ctx, &tenant), ERR_OK);
	expect_one();
	assert_int_equal(tenant_server_ensure(ctx, &tenant, &status), ERR_OK);
	assert_int_equal(place.made, 1);
}

/* Three steps look at the server, and one container is made. */
static void
test_a_rotation_replaces_the_server_once(void **state)
{
	struct loopback *peer;
	char upstream[32];

	(void)state;
	peer = server_play(ready, nitems(ready), upstream);
	server_make();
	expect_rotation(upstream);
	assert_int_equal(job_run(&job_bootstrap_rotate), ERR_OK);
	script_end(&peer);
	assert_int_equal(place.made, 2);
	assert_int_equal(memory_containers(SLUG), 1);
}

static void
expect_retirement(const char *upstream)
{
	expect_tenant("active");
	expect_step("token");
	expect_write();
	fake_expect("previous_delete");
	fake_expect("step_end", JOB, "token", "done", FAKE_ANY);
	expect_step("server");
	expect_one();
	expect_license_told();
	expect_step_end("server", "done", FAKE_HAS("one token"));
	expect_step("end");
	expect_one();
	expect_license_told();
	expect_write();
	fake_expect("endpoint_set", upstream);
	fake_expect("rotation_end");
	fake_expect("step_end", JOB, "end", "done", FAKE_NULL);
}

/* The server of before the rotation is what it becomes: nothing is made. */
static void
test_the_old_token_goes_when_the_overlap_ends(void **state)
{
	struct loopback *peer;
	char upstream[32];

	(void)state;
	peer = server_play(ready, nitems(ready), upstream);
	server_make();
	expect_retirement(upstream);
	assert_int_equal(job_run(&job_bootstrap_retire), ERR_OK);
	script_end(&peer);
	assert_int_equal(place.made, 1);
}

/* It had both: it is replaced once. */
static void
test_the_end_of_an_overlap_replaces_the_server_once(void **state)
{
	struct loopback *peer;
	char upstream[32];

	(void)state;
	peer = server_play(ready, nitems(ready), upstream);
	expect_rotation(upstream);
	assert_int_equal(job_run(&job_bootstrap_rotate), ERR_OK);
	script_end(&peer);
	assert_int_equal(place.made, 1);
	peer = server_play(ready, nitems(ready), upstream);
	expect_retirement(upstream);
	assert_int_equal(job_run(&job_bootstrap_retire), ERR_OK);
	script_end(&peer);
	assert_int_equal(place.made, 2);
}

/* Neither job replaces what is stopped, or being removed. */
static void
test_a_tenant_that_does_not_run_is_left_alone(void **state)
{
	static const char *const states[] = { "suspended", "deleting",
	    "provisioning", "failed" };
	size_t i;

	(void)state;
	for (i = 0; i < nitems(states); i++) {
		expect_tenant(states[i]);
		assert_int_equal(job_run(&job_bootstrap_rotate), ERR_OK);
		expect_tenant(states[i]);
		assert_int_equal(job_run(&job_bootstrap_retire), ERR_OK);
	}
	assert_int_equal(memory_containers(SLUG), 0);
}

static void
test_an_engine_that_is_down_is_asked_again(void **state)
{
	(void)state;
	expect_tenant("active");
	expect_step_done("token");
	expect_step("server");
	expect_both();
	memory_fail(1, ERR_UNAVAILABLE, "engine_unavailable");
	expect_step_end("server", "running", FAKE_ANY);
	assert_int_equal(job_run(&job_bootstrap_rotate), ERR_UNAVAILABLE);
	assert_fault(ERR_UNAVAILABLE, "engine_unavailable");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_a_rotation_replaces_the_server_once),
		JOB_TEST(test_the_old_token_goes_when_the_overlap_ends),
		JOB_TEST(test_the_end_of_an_overlap_replaces_the_server_once),
		JOB_TEST(test_a_tenant_that_does_not_run_is_left_alone),
		JOB_TEST(test_an_engine_that_is_down_is_asked_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

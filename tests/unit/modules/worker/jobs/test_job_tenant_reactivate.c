/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>

#include "libshared/base/str.h"
#include "modules/worker/tenant/tenant.h"
#include "tests/support/job_stage.h"
#include "tests/support/script.h"

#define OTHER	"00000000-0000-7000-8000-0000000000c2"
#define QUEUED	"00000000-0000-7000-8000-0000000000d2"

extern const struct job_kind job_tenant_reactivate;

static const struct script_step ready[] = {
	{ .request = "GET /api/v1/health ", .status = 200, .body = "{}" },
	{ .request = "GET /api/v1/admin/license ", .status = 401 },
	{ .request = "POST /api/v1/admin/license ",
	    .wants = "Authorization: Bearer ", .status = 200,
	    .body = "{\"state\":\"ACTIVE\"}" },
};

static void
expect_job(const char *tenant_state, const char *standing)
{
	expect_tenant(tenant_state);
	expect_read();
	fake_expect("standing_get");
	fake_row("standing", standing);
}

static void
expect_server(void)
{
	expect_place();
	expect_secret(SECRET_BOOTSTRAP);
	expect_no_previous();
	expect_secret(SECRET_DATABASE);
	expect_license();
}

static void
expect_queued(const char *subject)
{
	fake_expect("job_queue", FAKE_ANY, "deployment.apply", subject);
	fake_row("id", QUEUED);
	fake_expect("job_notify", "deployment.apply");
}

static void
expect_activation(const char *upstream)
{
	expect_step("activate");
	expect_server();
	expect_write();
	fake_expect("endpoint_set", upstream);
	fake_expect("tenant_state", "active", "suspended");
	fake_expect("deployments_resume");
	fake_row("id", SUBJECT);
	fake_row("id", OTHER);
	expect_queued(SUBJECT);
	expect_queued(OTHER);
	fake_expect("step_end", JOB, "activate", "done",
	    "2 deployments are started again");
}

/* server_play - starts the tenant's server at `upstream`, ADDRESS:PORT */
static struct loopback *
server_play(char upstream[32])
{
	struct loopback *peer = script_begin(NULL, ready, nitems(ready));

	memory_servers_at("127.0.0.1", peer->port);
	(void)snprintf(upstream, 32, "127.0.0.1:%d", peer->port);
	return peer;
}

static void
test_it_runs_again_as_it_was(void **state)
{
	struct loopback *peer;
	char upstream[32];

	(void)state;
	peer = server_play(upstream);
	expect_job("suspended", "active");
	expect_step("server");
	expect_server();
	expect_step_end("server", "done", FAKE_HAS("cameleer-server-acme"));
	expect_step("readiness");
	expect_server();
	expect_license_told();
	expect_step_end("readiness", "done", FAKE_HAS("licence is active"));
	expect_activation(upstream);
	assert_int_equal(job_run(&job_tenant_reactivate), ERR_OK);
	script_end(&peer);
	assert_int_equal(memory_containers(SLUG), 1);
}

/* The server's state is asked for, so that its address is the present one. */
static void
test_after_a_crash_it_goes_on(void **state)
{
	char upstream[32];

	(void)state;
	memory_servers_at("192.0.2.7", 8081);
	(void)snprintf(upstream, sizeof(upstream), "192.0.2.7:8081");
	expect_job("suspended", "active");
	expect_step_done("server");
	expect_step_done("readiness");
	expect_activation(upstream);
	assert_int_equal(job_run(&job_tenant_reactivate), ERR_OK);
}

static void
test_who_is_suspended_again_or_active_is_left_alone(void **state)
{
	(void)state;
	expect_job("suspended", "suspended");
	assert_int_equal(job_run(&job_tenant_reactivate), ERR_OK);
	expect_job("suspended", "revoked");
	assert_int_equal(job_run(&job_tenant_reactivate), ERR_OK);
	expect_job("active", "active");
	assert_int_equal(job_run(&job_tenant_reactivate), ERR_OK);
	expect_job("deleting", "active");
	assert_int_equal(job_run(&job_tenant_reactivate), ERR_OK);
	assert_int_equal(memory_containers(SLUG), 0);
}

static void
test_a_place_that_does_not_answer_is_asked_again(void **state)
{
	(void)state;
	expect_job("suspended", "active");
	expect_step("server");
	expect_server();
	memory_fail(1, ERR_UNAVAILABLE, "engine_unavailable");
	expect_step_end("server", "running", FAKE_ANY);
	assert_int_equal(job_run(&job_tenant_reactivate), ERR_UNAVAILABLE);
	assert_int_equal(memory_containers(SLUG), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_it_runs_again_as_it_was),
		JOB_TEST(test_after_a_crash_it_goes_on),
		JOB_TEST(test_who_is_suspended_again_or_active_is_left_alone),
		JOB_TEST(test_a_place_that_does_not_answer_is_asked_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

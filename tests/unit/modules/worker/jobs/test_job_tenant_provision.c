/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/str.h"
#include "modules/worker/tenant/tenant.h"
#include "tests/support/job_stage.h"
#include "tests/support/script.h"

extern const struct job_kind job_tenant_provision;

static const struct runtime_ref server = { .slug = SLUG };

/*
 * The answers of a server that is ready: it refuses strangers and has accepted
 * the licence.
 */
static const struct script_step ready[] = {
	{ .request = "GET /api/v1/health ", .status = 200, .body = "{}" },
	{ .request = "GET /api/v1/admin/license ", .status = 401 },
	{ .request = "POST /api/v1/admin/license ",
	    .wants = "Authorization: Bearer ", .status = 200,
	    .body = "{\"state\":\"ACTIVE\"}" },
};

/* expect_server - expects the reads of each step that needs the server */
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
expect_early_steps(void)
{
	expect_step("secrets");
	expect_secret(SECRET_BOOTSTRAP);
	expect_secret(SECRET_DATABASE);
	expect_step_end("secrets", "done", FAKE_ANY);
	expect_step("database");
	expect_secret(SECRET_DATABASE);
	fake_expect("script",
	    FAKE_HAS("CREATE SCHEMA IF NOT EXISTS \"t_4fcc8240fb9daed1\""));
	expect_step_end("database", "done", FAKE_HAS("t_4fcc8240fb9daed1"));
	expect_step("license");
	expect_license();
	expect_step_end("license", "done", FAKE_HAS("tier low"));
}

static void
expect_activation(const char *upstream)
{
	expect_step("activate");
	expect_server();
	expect_write();
	fake_expect("endpoint_set", upstream);
	fake_expect("tenant_state", "active", "provisioning,failed");
	fake_expect("standing_get");
	fake_row("standing", "active");
	fake_expect("step_end", JOB, "activate", "done", FAKE_NULL);
}

static void
expect_late_steps(const char *upstream)
{
	expect_step("server");
	expect_server();
	expect_step_end("server", "done", FAKE_HAS("the server runs at "));
	expect_step("readiness");
	expect_server();
	expect_license_told();
	expect_step_end("readiness", "done", FAKE_HAS("licence is active"));
	expect_activation(upstream);
}

/* server_play - starts the tenant's server at `upstream`, ADDRESS:PORT */
static struct loopback *
server_play(const struct script_step *steps, size_t n, char upstream[32])
{
	struct loopback *peer = script_begin(NULL, steps, n);

	memory_servers_at("127.0.0.1", peer->port);
	(void)snprintf(upstream, 32, "127.0.0.1:%d", peer->port);
	return peer;
}

static void
test_a_tenant_gets_everything_that_it_needs(void **state)
{
	struct loopback *peer;
	char upstream[32];

	(void)state;
	peer = server_play(ready, nitems(ready), upstream);
	expect_tenant("provisioning");
	expect_early_steps();
	expect_late_steps(upstream);
	assert_int_equal(job_run(&job_tenant_provision), ERR_OK);
	script_end(&peer);
	assert_int_equal(memory_containers(SLUG), 1);
	assert_string_equal(memory_env(&server, "CAMELEER_SERVER_TENANT_ID"),
	    SLUG);
	assert_string_equal(memory_env(&server, "SPRING_DATASOURCE_URL"),
	    "jdbc:postgresql://10.0.0.1:5432/tenants?currentSchema=t_4fcc8240fb9daed1"
	    "&ApplicationName=t_4fcc8240fb9daed1");
}

/* After the server was lost, done steps stay done and the rest is checked. */
static void
test_a_repeated_job_finds_what_is_there(void **state)
{
	struct runtime_status before, after;
	struct loopback *peer;
	char upstream[32];

	(void)state;
	peer = server_play(ready, nitems(ready), upstream);
	expect_tenant("provisioning");
	expect_early_steps();
	expect_late_steps(upstream);
	assert_int_equal(job_run(&job_tenant_provision), ERR_OK);
	script_end(&peer);
	assert_int_equal(stage.rt->status(ctx, stage.rt, &server, &before),
	    ERR_OK);
	expect_tenant("active");
	expect_step_done("secrets");
	expect_step_done("database");
	expect_step_done("license");
	expect_step_done("server");
	expect_step_done("readiness");
	expect_activation(upstream);
	assert_int_equal(job_run(&job_tenant_provision), ERR_OK);
	assert_int_equal(stage.rt->status(ctx, stage.rt, &server, &after),
	    ERR_OK);
	assert_string_equal(before.container, after.container);
}

static void
test_secrets_are_made_once_when_there_are_none(void **state)
{
	(void)state;
	expect_tenant("provisioning");
	expect_step("secrets");
	expect_secret_made(SECRET_BOOTSTRAP);
	expect_secret_made(SECRET_DATABASE);
	expect_step_end("secrets", "done", FAKE_ANY);
	expect_step("database");
	expect_read();
	fake_expect("secret_get", SECRET_DATABASE);
	fake_error(ERR_UNAVAILABLE, "57P01");
	expect_step_end("database", "running", FAKE_ANY);
	assert_int_equal(job_run(&job_tenant_provision), ERR_UNAVAILABLE);
}

static void
test_an_engine_that_is_down_is_asked_again(void **state)
{
	(void)state;
	expect_tenant("provisioning");
	expect_early_steps();
	expect_step("server");
	expect_server();
	memory_fail(1, ERR_UNAVAILABLE, "engine_unavailable");
	expect_step_end("server", "running", FAKE_ANY);
	assert_int_equal(job_run(&job_tenant_provision), ERR_UNAVAILABLE);
	assert_fault(ERR_UNAVAILABLE, "engine_unavailable");
	assert_int_equal(memory_containers(SLUG), 0);
}

/* ends_at_readiness - with these answers the tenant does not become active */
static void
ends_at_readiness(const struct script_step *steps, size_t n, enum err e,
    const char *code)
{
	struct loopback *peer;
	char upstream[32];

	peer = server_play(steps, n, upstream);
	expect_tenant("provisioning");
	expect_early_steps();
	expect_step("server");
	expect_server();
	expect_step_end("server", "done", FAKE_ANY);
	expect_step("readiness");
	expect_server();
	if (n == 3)		/* as far as the licence */
		expect_license();
	expect_step_end("readiness", "running", FAKE_ANY);
	assert_int_equal(job_run(&job_tenant_provision), e);
	assert_fault(e, code);
	script_end(&peer);
}

static void
test_a_server_that_is_not_healthy_is_asked_again(void **state)
{
	static const struct script_step steps[] = {
		{ .request = "GET /api/v1/health ", .status = 503 },
	};

	(void)state;
	ends_at_readiness(steps, nitems(steps), ERR_UNAVAILABLE,
	    "server_not_ready");
}

static void
test_a_server_that_lets_strangers_in_is_not_ready(void **state)
{
	static const struct script_step steps[] = {
		{ .request = "GET /api/v1/health ", .status = 200 },
		{ .request = "GET /api/v1/admin/license ", .status = 200,
		    .body = "{\"state\":\"ACTIVE\"}" },
	};

	(void)state;
	ends_at_readiness(steps, nitems(steps), ERR_UNAVAILABLE,
	    "server_not_ready");
}

static void
test_a_server_that_did_not_take_the_license_is_a_failure(void **state)
{
	static const struct script_step steps[] = {
		{ .request = "GET /api/v1/health ", .status = 200 },
		{ .request = "GET /api/v1/admin/license ", .status = 401 },
		{ .request = "POST /api/v1/admin/license ",
		    .wants = "{\"token\":\"payload.signature\"}",
		    .status = 400, .body = "{\"state\":\"INVALID\"}" },
	};

	(void)state;
	ends_at_readiness(steps, nitems(steps), ERR_PEER,
	    "license_not_taken");
}

static void
test_a_tenant_that_is_being_removed_is_left_alone(void **state)
{
	(void)state;
	expect_tenant("deleting");
	assert_int_equal(job_run(&job_tenant_provision), ERR_OK);
	expect_tenant("deleted");
	assert_int_equal(job_run(&job_tenant_provision), ERR_OK);
	expect_tenant("leaving");
	assert_int_equal(job_run(&job_tenant_provision), ERR_OK);
	assert_int_equal(memory_containers(SLUG), 0);
}

static void
test_giving_up_is_seen_in_the_state(void **state)
{
	(void)state;
	fake_expect("tenant_state", "failed", "provisioning");
	assert_int_equal(job_give_up(&job_tenant_provision, "peer", "no"),
	    ERR_OK);
}

/* expect_undone - expects the record of a step that was begun */
static void
expect_undone(const char *name, const char *removed)
{
	expect_write();
	fake_expect("step_undone", JOB, name, removed);
}

static void
expect_undo(const char *name, const char *step_state)
{
	expect_write();
	fake_expect("step_state", JOB, name);
	fake_row("state", step_state, "age_s", "1");
}

/* server_start - what the steps have made when readiness fails */
static void
server_start(void)
{
	struct runtime_tenant tenant = { .slug = SLUG,
	    .image = stage.server_image };
	struct runtime_status status;

	assert_true(uuid_set(&tenant.id, TENANT));
	assert_int_equal(stage.rt->ensure_tenant(ctx, stage.rt, &tenant,
	    &status), ERR_OK);
}

static void
test_a_creation_that_failed_leaves_nothing_outside(void **state)
{
	(void)state;
	server_start();
	expect_tenant("provisioning");
	expect_undo("activate", "pending");
	expect_undo("readiness", "failed");
	expect_undone("readiness", "f");
	expect_undo("server", "done");
	expect_place();
	expect_undone("server", "t");
	expect_undo("license", "done");
	expect_undone("license", "f");
	expect_undo("database", "done");
	fake_expect("script",
	    FAKE_HAS("DROP SCHEMA IF EXISTS \"t_4fcc8240fb9daed1\" CASCADE"));
	expect_undone("database", "t");
	expect_undo("secrets", "done");
	expect_undone("secrets", "f");
	assert_int_equal(job_tenant_provision.clean_up(ctx), ERR_OK);
	assert_int_equal(memory_containers(SLUG), 0);
}

/* The schema of an active tenant holds what its agents reported. */
static void
test_a_repair_that_failed_removes_nothing(void **state)
{
	(void)state;
	server_start();
	expect_tenant("active");
	assert_int_equal(job_tenant_provision.clean_up(ctx), ERR_OK);
	expect_tenant("suspended");
	assert_int_equal(job_tenant_provision.clean_up(ctx), ERR_OK);
	assert_int_equal(memory_containers(SLUG), 1);
}

static void
test_a_decision_that_came_early_is_followed(void **state)
{
	static const char *const done[] = { "secrets", "database", "license",
	    "server", "readiness" };
	size_t i;

	(void)state;
	memory_servers_at("192.0.2.7", 8081);
	expect_tenant("provisioning");
	for (i = 0; i < nitems(done); i++)
		expect_step_done(done[i]);
	expect_step("activate");
	expect_server();
	expect_write();
	fake_expect("endpoint_set", "192.0.2.7:8081");
	fake_expect("tenant_state", "active", "provisioning,failed");
	fake_expect("standing_get");
	fake_row("standing", "suspended");
	fake_expect("job_queue", FAKE_ANY, "tenant.suspend", TENANT);
	fake_row("id", SUBJECT);
	fake_expect("job_notify", "tenant.suspend");
	fake_expect("step_end", JOB, "activate", "done", FAKE_NULL);
	assert_int_equal(job_run(&job_tenant_provision), ERR_OK);
}

static void
test_a_suspended_tenant_is_not_started(void **state)
{
	(void)state;
	expect_tenant("suspended");
	assert_int_equal(job_run(&job_tenant_provision), ERR_OK);
	assert_int_equal(memory_containers(SLUG), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_a_tenant_gets_everything_that_it_needs),
		JOB_TEST(test_a_repeated_job_finds_what_is_there),
		JOB_TEST(test_secrets_are_made_once_when_there_are_none),
		JOB_TEST(test_an_engine_that_is_down_is_asked_again),
		JOB_TEST(test_a_server_that_is_not_healthy_is_asked_again),
		JOB_TEST(test_a_server_that_lets_strangers_in_is_not_ready),
		JOB_TEST(
		    test_a_server_that_did_not_take_the_license_is_a_failure),
		JOB_TEST(test_a_tenant_that_is_being_removed_is_left_alone),
		JOB_TEST(test_giving_up_is_seen_in_the_state),
		JOB_TEST(test_a_creation_that_failed_leaves_nothing_outside),
		JOB_TEST(test_a_repair_that_failed_removes_nothing),
		JOB_TEST(test_a_decision_that_came_early_is_followed),
		JOB_TEST(test_a_suspended_tenant_is_not_started),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

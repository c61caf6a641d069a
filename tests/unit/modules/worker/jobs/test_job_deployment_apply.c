/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "modules/worker/tenant/tenant.h"
#include "tests/support/job_stage.h"

extern const struct job_kind job_deployment_apply;

#define UNANSWERED \
	"health check (GET :9876/observe/health): nothing answers there"

static const struct runtime_ref app = { SLUG, "prod", "orders" };

struct wish {
	const char	*wanted, *image, *version;
	const char	*tenant_state, *app_state;
	const char	*release;	/* NULL: 7 */
};

static void
expect_row(const struct wish *wish)
{
	fake_expect("deployment_work", SUBJECT);
	fake_row("id", SUBJECT, "wanted", wish->wanted, "state", "pending",
	    "version", wish->version, "container", FAKE_NULL, "release",
	    wish->release == NULL ? "7" : wish->release,
	    "image", wish->image, "app", "orders", "environment", "prod",
	    "tenant", TENANT, "slug", SLUG, "tenant_state",
	    wish->tenant_state == NULL ? "active" : wish->tenant_state,
	    "app_state", wish->app_state == NULL ? "active" : wish->app_state,
	    "place", PLACE, "cpu_millis", "1000",
	    "memory_mb", "512", "detail", UNANSWERED,
	    "health_check", "http", "health_port", "9876", "health_path",
	    "/observe/health");
}

static void
expect_wish(const struct wish *wish)
{
	expect_read();
	expect_row(wish);
}

static void
expect_told(const char *version, const char *to, const char *detail,
    const char *container)
{
	expect_write();
	fake_expect("deployment_state", SUBJECT, version, to, detail,
	    container);
}

static void
expect_state(const char *version, const char *to, const char *container)
{
	expect_told(version, to, FAKE_NULL, container);
}

/* expect_start - expects the queries before the call of the runtime */
static void
expect_start(const struct wish *wish)
{
	expect_wish(wish);
	expect_step("apply");
	expect_place();
	expect_secret(SECRET_BOOTSTRAP);
	expect_told(wish->version, "starting", "health check: GET"
	    " :9876/observe/health, asked until it is good", FAKE_NULL);
}

static void
expect_running(const struct wish *wish)
{
	expect_start(wish);
	expect_state(wish->version, "running", FAKE_ANY);
	fake_expect("step_end", JOB, "apply", "done",
	    "release 7 runs in prod");
}

static struct runtime_status
app_now(void)
{
	struct runtime_status status = { 0 };

	assert_int_equal(stage.rt->status(ctx, stage.rt, &app, &status),
	    ERR_OK);
	return status;
}

static void
test_what_is_wanted_runs(void **state)
{
	const struct wish wish = { "running", memory_image("acme/orders",
	    "say up\n"), "1", NULL, NULL, NULL };
	struct runtime_status status;

	(void)state;
	expect_running(&wish);
	assert_int_equal(job_run(&job_deployment_apply), ERR_OK);
	status = app_now();
	assert_int_equal(status.state, RUNTIME_RUNNING);
	assert_string_equal(status.image, wish.image);
	assert_int_equal(status.release, 7);
	assert_string_equal(memory_env(&app, "CAMELEER_AGENT_APPLICATION"),
	    "orders");
	assert_string_equal(memory_env(&app,
	    "CAMELEER_AGENT_EXPORT_ENDPOINT"),
	    "http://cameleer-server-acme:8081");
}

static void
test_the_agent_finds_its_token(void **state)
{
	const struct wish wish = { "running", memory_image("acme/orders",
	    "cat /run/secrets/bootstrap-token\n"), "1", NULL, NULL, NULL };
	struct runtime_log log = { .max = 10 };

	(void)state;
	expect_running(&wish);
	assert_int_equal(job_run(&job_deployment_apply), ERR_OK);
	assert_int_equal(stage.rt->logs(ctx, stage.rt, &app, NULL, &log),
	    ERR_OK);
	assert_int_equal(log.nlines, 1);
	assert_string_equal(log.lines[0].text,
	    stage_secret(SECRET_BOOTSTRAP));
}

static void
test_what_is_not_healthy_yet_is_asked_again(void **state)
{
	const struct wish wish = { "running", memory_image("acme/orders",
	    "sleep 1\n"), "1", NULL, NULL, NULL };
	struct runtime_status first;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		expect_start(&wish);
		expect_told("1", "starting", "not healthy yet", FAKE_NULL);
		expect_step_end("apply", "running", "not healthy yet");
		assert_int_equal(job_run(&job_deployment_apply),
		    ERR_UNAVAILABLE);
	}
	first = app_now();
	expect_running(&wish);
	assert_int_equal(job_run(&job_deployment_apply), ERR_OK);
	assert_string_equal(app_now().container, first.container);
	assert_true(app_now().healthy);
}

static void
test_a_newer_wish_is_another_generation(void **state)
{
	const struct wish one = { "running", memory_image("acme/orders",
	    "say one\n"), "1", NULL, NULL, NULL };
	const struct wish two = { "running", one.image, "2", NULL, NULL, NULL };
	struct runtime_status first, second;

	(void)state;
	expect_running(&one);
	assert_int_equal(job_run(&job_deployment_apply), ERR_OK);
	first = app_now();
	expect_running(&one);
	assert_int_equal(job_run(&job_deployment_apply), ERR_OK);
	assert_string_equal(app_now().container, first.container);
	expect_running(&two);
	assert_int_equal(job_run(&job_deployment_apply), ERR_OK);
	second = app_now();
	assert_string_not_equal(second.container, first.container);
	assert_string_not_equal(second.generation, first.generation);
	assert_int_equal(memory_containers(SLUG), 1);
}

static void
expect_failed(const struct wish *wish, const char *text, const char *serving,
    const char *lines)
{
	expect_row(wish);
	expect_place();
	fake_expect("operation_tell", JOB, text);
	fake_expect("deployment_give_up", SUBJECT, text, serving, lines);
}

/* A container that runs but is not healthy is stopped, and its check named. */
static void
test_what_does_not_become_healthy_fails_by_its_check(void **state)
{
	const struct wish good = { "running", memory_image("acme/orders",
	    "say good\n"), "1", NULL, NULL, NULL };
	const struct wish bad = { "running", memory_image("acme/orders",
	    "say stuck\nsleep 900\n"), "2", NULL, NULL, "8" };
	const char *generation;

	(void)state;
	expect_running(&good);
	assert_int_equal(job_run(&job_deployment_apply), ERR_OK);
	generation = app_now().generation;
	expect_start(&bad);
	expect_told("2", "starting", "not healthy yet", FAKE_NULL);
	expect_step_end("apply", "running", FAKE_ANY);
	assert_int_equal(job_run(&job_deployment_apply), ERR_UNAVAILABLE);
	assert_string_not_equal(app_now().generation, generation);
	expect_failed(&bad, "it did not become healthy within 600 s; health"
	    " check (GET :9876/observe/health): nothing answers there."
	    " Release 7 still runs.", "7", "stuck");
	assert_int_equal(job_give_up(&job_deployment_apply, "step_timeout",
	    "apply was not done within 600 s"), ERR_OK);
	assert_string_equal(app_now().generation, generation);
	assert_int_equal(memory_containers(SLUG), 2);
}

static void
test_first_one_that_fails_says_no_other_runs(void **state)
{
	const struct wish bad = { "running", memory_image("acme/orders",
	    "sleep 900\n"), "1", NULL, NULL, NULL };

	(void)state;
	expect_start(&bad);
	expect_told("1", "starting", "not healthy yet", FAKE_NULL);
	expect_step_end("apply", "running", FAKE_ANY);
	assert_int_equal(job_run(&job_deployment_apply), ERR_UNAVAILABLE);
	expect_failed(&bad, "it ended", "0", FAKE_NULL);
	assert_int_equal(job_give_up(&job_deployment_apply,
	    "container_failed", "it ended"), ERR_OK);
	assert_int_equal(app_now().state, RUNTIME_RUNNING);
}

/* Without the runtime fewer facts are told, but the failure is recorded. */
static void
test_failure_is_recorded_when_the_place_does_not_answer(void **state)
{
	const struct wish bad = { "running", "acme/orders", "1", NULL, NULL,
	    NULL };

	(void)state;
	memory_fail(1, ERR_PEER, "engine_gone");
	expect_failed(&bad, "it ended", "0", FAKE_NULL);
	assert_int_equal(job_give_up(&job_deployment_apply,
	    "container_failed", "it ended"), ERR_OK);
}

static void
test_what_keeps_ending_fails_and_the_old_one_runs_on(void **state)
{
	const struct wish good = { "running", memory_image("acme/orders",
	    "say good\n"), "1", NULL, NULL, NULL };
	const struct wish bad = { "running", memory_image("acme/orders",
	    "say trouble\nexit 9\n"), "2", NULL, NULL, "8" };
	struct runtime_status before;
	int i;

	(void)state;
	expect_running(&good);
	assert_int_equal(job_run(&job_deployment_apply), ERR_OK);
	before = app_now();
	for (i = 0; i < 6; i++) {
		expect_start(&bad);
		expect_told("2", "starting", FAKE_ANY, FAKE_NULL);
		expect_step_end("apply", "running", FAKE_ANY);
		assert_int_equal(job_run(&job_deployment_apply),
		    ERR_UNAVAILABLE);
	}
	expect_start(&bad);
	expect_step_end("apply", "running", FAKE_HAS("exit code 9"));
	assert_int_equal(job_run(&job_deployment_apply), ERR_INVALID);
	assert_fault(ERR_INVALID, "container_failed");
	assert_string_equal(app_now().container, before.container);
	expect_failed(&bad, "it ended 6 times. Release 7 still runs.", "7",
	    FAKE_HAS("trouble"));
	assert_int_equal(job_give_up(&job_deployment_apply,
	    "container_failed", "it ended 6 times"), ERR_OK);
}

static void
test_what_is_wanted_stopped_stops(void **state)
{
	struct wish wish = { "running", memory_image("acme/orders",
	    "say up\n"), "1", NULL, NULL, NULL };

	(void)state;
	expect_running(&wish);
	assert_int_equal(job_run(&job_deployment_apply), ERR_OK);
	wish.wanted = "stopped";
	wish.version = "2";
	expect_wish(&wish);
	expect_step("apply");
	expect_place();
	expect_state("2", "stopped", FAKE_NULL);
	fake_expect("step_end", JOB, "apply", "done", "stopped in prod");
	assert_int_equal(job_run(&job_deployment_apply), ERR_OK);
	assert_int_equal(app_now().state, RUNTIME_STOPPED);
}

/* ends_before - the job ends so before it calls the runtime */
static void
ends_before(const char *tenant_state, enum err e, const char *code)
{
	const struct wish wish = { "running", "acme/orders", "1",
	    tenant_state, NULL, NULL };

	expect_wish(&wish);
	expect_step("apply");
	expect_step_end("apply", "running", FAKE_ANY);
	assert_int_equal(job_run(&job_deployment_apply), e);
	assert_fault(e, code);
	assert_int_equal(memory_containers(SLUG), 0);
}

static void
test_a_deployment_waits_for_its_tenant(void **state)
{
	(void)state;
	ends_before("provisioning", ERR_UNAVAILABLE, "tenant_not_ready");
}

static void
test_nothing_starts_in_a_failed_tenant(void **state)
{
	(void)state;
	ends_before("failed", ERR_INVALID, "tenant_not_active");
}

/* It is queued again when the tenant is active again. */
static void
test_what_comes_into_a_suspension_waits_for_its_end(void **state)
{
	const struct wish wish = { "running", "acme/orders", "1",
	    "suspended", NULL, NULL };

	(void)state;
	expect_wish(&wish);
	expect_step("apply");
	expect_told("1", "stopped", "the tenant is suspended", FAKE_NULL);
	fake_expect("step_end", JOB, "apply", "done",
	    FAKE_HAS("the end of the suspension"));
	assert_int_equal(job_run(&job_deployment_apply), ERR_OK);
	assert_int_equal(memory_containers(SLUG), 0);
}

static void
test_what_is_being_removed_is_left_alone(void **state)
{
	const struct wish app_goes = { "running", "acme/orders", "1", NULL,
	    "deleting", NULL }, tenant_goes = { "running", "acme/orders", "1",
	    "deleting", NULL, NULL }, tenant_leaves = { "running",
	    "acme/orders", "1", "leaving", NULL, NULL };

	(void)state;
	expect_wish(&app_goes);
	assert_int_equal(job_run(&job_deployment_apply), ERR_OK);
	expect_wish(&tenant_goes);
	assert_int_equal(job_run(&job_deployment_apply), ERR_OK);
	expect_wish(&tenant_leaves);
	assert_int_equal(job_run(&job_deployment_apply), ERR_OK);
	expect_read();
	fake_expect("deployment_work", SUBJECT);
	assert_int_equal(job_run(&job_deployment_apply), ERR_OK);
	assert_int_equal(memory_containers(SLUG), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_what_is_wanted_runs),
		JOB_TEST(test_the_agent_finds_its_token),
		JOB_TEST(test_what_is_not_healthy_yet_is_asked_again),
		JOB_TEST(test_a_newer_wish_is_another_generation),
		JOB_TEST(test_what_keeps_ending_fails_and_the_old_one_runs_on),
		JOB_TEST(test_what_does_not_become_healthy_fails_by_its_check),
		JOB_TEST(test_first_one_that_fails_says_no_other_runs),
		JOB_TEST(
		    test_failure_is_recorded_when_the_place_does_not_answer),
		JOB_TEST(test_what_is_wanted_stopped_stops),
		JOB_TEST(test_a_deployment_waits_for_its_tenant),
		JOB_TEST(test_nothing_starts_in_a_failed_tenant),
		JOB_TEST(test_what_comes_into_a_suspension_waits_for_its_end),
		JOB_TEST(test_what_is_being_removed_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "libshared/skeleton/job.h"
#include "modules/worker/work.h"
#include "tests/support/fake_sql.h"
#include "tests/support/request.h"

#define JOB	"00000000-0000-7000-8000-0000000000d1"
#define SUBJECT	"00000000-0000-7000-8000-0000000000c1"

static enum err (*act)(struct ctx *ctx);	/* what the step does */
static int undone;
static bool undo_fails;

static enum err
run_step(struct ctx *job_ctx, void *state)
{
	(void)state;
	return act(job_ctx);
}

static enum err
undo_step(struct ctx *job_ctx, void *state)
{
	(void)state;
	undone++;
	return undo_fails ? fail(job_ctx, ERR_UNAVAILABLE,
	    "engine_unavailable", "the engine is away") : ERR_OK;
}

static const struct job_step steps[] = {
	{ .name = "make", .run = run_step, .undo = undo_step,
	    .timeout_s = 40, .attempts = 5, .backoff_s = 2,
	    .skippable = true },
	{ .name = NULL },
};

static enum err
run_job(struct ctx *job_ctx)
{
	return work_steps(job_ctx, steps, NULL);
}

static enum err
clean_up(struct ctx *job_ctx)
{
	return work_undo(job_ctx, steps, NULL);
}

static const struct job_kind job_thing_make = {
	.name = "thing.make", .run = run_job, .clean_up = clean_up,
	.steps = steps, .attempts = 3, .alerts = true,
};
static const struct job_kind *const kinds[] = { &job_thing_make, NULL };
static const struct worker worker = { .kinds = kinds };

static enum err
fail_for_now(struct ctx *job_ctx)
{
	return fail(job_ctx, ERR_INTERNAL, "internal", "of no concern");
}

static enum err
fail_for_good(struct ctx *job_ctx)
{
	return fail(job_ctx, ERR_INVALID, "never", "cannot be");
}

/* writes - expects a transaction that proves the attempt */
static void
writes(void)
{
	fake_expect("request_pin", TENANT, FAKE_NULL);
	fake_expect("lease", JOB, "3", "30");
	fake_affected(1);
}

/* is_claimed - ending: how it is to end, or NULL */
static void
is_claimed(const char *failures, const char *ending)
{
	fake_expect("claim_lock");
	fake_expect("claim", "30");
	fake_row("id", JOB, "tenant", TENANT, "subject", SUBJECT, "kind",
	    "thing.make", "attempt", "3", "failures", failures, "ending_code",
	    ending == NULL ? FAKE_NULL : "never", "ending",
	    ending == NULL ? FAKE_NULL : ending);
	fake_expect("claim_mark", JOB);
	writes();
	fake_expect("step_add", JOB, "0", "make", "t");
}

static void
is_recorded_later(const char *after_s, const char *failures)
{
	fake_expect("request_pin", TENANT, FAKE_NULL);
	fake_expect("operation_later", JOB, "3", after_s, failures, FAKE_ANY,
	    FAKE_ANY);
	fake_expect("claim_unmark");
}

static void
step_is_read(const char *state, const char *age_s)
{
	writes();
	fake_expect("step_state", JOB, "make");
	fake_row("state", state, "age_s", age_s);
}

static void
step_is_started(void)
{
	step_is_read("pending", "0");
	fake_expect("step_start", JOB, "make", "t");
}

static void
is_recorded_failed(const char *why)
{
	fake_expect("request_pin", TENANT, FAKE_NULL);
	fake_expect("operation_failed", JOB, "3", "never", why);
	fake_affected(1);
	fake_expect("steps_failed", JOB);
	fake_expect("audit_insert", FAKE_ANY, "platform", "thing.make",
	    "operation", JOB, FAKE_NULL, FAKE_ANY, "failed", "never",
	    FAKE_NULL, JOB, FAKE_ANY);
	fake_expect("operation_alert", JOB, BASE_URL);
	fake_expect("claim_unmark");
}

/* work - lets the worker run the only job */
static void
work(enum err (*action)(struct ctx *job_ctx))
{
	bool any = false;

	act = action;
	assert_int_equal(work_one(ctx, &worker, &any), ERR_OK);
	assert_true(any);
}

static void
test_a_failure_for_good_first_removes_what_was_made(void **state)
{
	(void)state;
	undone = 0;
	is_claimed("1", NULL);
	step_is_started();
	writes();
	fake_expect("step_end", JOB, "make", "failed", "cannot be");
	fake_expect("request_pin", TENANT, FAKE_NULL);
	fake_expect("operation_ending", JOB, "3", "never", "cannot be");
	fake_expect("claim_unmark");
	work(fail_for_good);
	assert_int_equal(undone, 0);
}

static void
ends_with(const char *failures, const char *step_state)
{
	is_claimed(failures, "cannot be");
	writes();
	fake_expect("steps_failed", JOB);
	step_is_read(step_state, "1");
}

static void
test_what_was_made_is_removed_and_everybody_told(void **state)
{
	(void)state;
	undone = 0;
	undo_fails = false;
	ends_with("0", "failed");
	writes();
	fake_expect("step_undone", JOB, "make", "t");
	is_recorded_failed("cannot be");
	work(NULL);
	assert_int_equal(undone, 1);
}

static void
test_what_was_never_begun_is_not_undone(void **state)
{
	(void)state;
	undone = 0;
	ends_with("0", "pending");
	is_recorded_failed("cannot be");
	work(NULL);
	assert_int_equal(undone, 0);
}

static void
test_a_removal_that_fails_is_tried_again_and_then_told(void **state)
{
	(void)state;
	undo_fails = true;
	ends_with("0", "done");
	is_recorded_later(FAKE_ANY, "1");
	work(NULL);
	ends_with("11", "done");
	is_recorded_failed("cannot be; what it made is not removed: the engine "
	    "is away");
	work(NULL);
}

static void
test_a_skipped_step_is_not_run(void **state)
{
	(void)state;
	is_claimed("1", NULL);
	step_is_read("skipped", "1");
	writes();
	fake_expect("operation_done", JOB, "3");
	fake_expect("steps_done", JOB);
	fake_expect("audit_insert", FAKE_ANY, "platform", "thing.make",
	    "operation", JOB, FAKE_NULL, FAKE_ANY, "done", FAKE_NULL,
	    FAKE_NULL, JOB, FAKE_ANY);
	fake_expect("claim_unmark");
	work(fail_for_good);
}

static void
test_a_step_has_its_own_time(void **state)
{
	(void)state;
	is_claimed("1", NULL);
	step_is_read("running", "41");
	fake_expect("request_pin", TENANT, FAKE_NULL);
	fake_expect("operation_ending", JOB, "3", "step_timeout",
	    "make was not done within 40 s");
	fake_expect("claim_unmark");
	work(fail_for_good);
}

/* Three is too many for the kind, five for the step. */
static void
test_a_step_has_its_own_attempts(void **state)
{
	(void)state;
	is_claimed("3", NULL);
	step_is_started();
	writes();
	fake_expect("step_end", JOB, "make", "failed", FAKE_ANY);
	is_recorded_later("2", "4");
	work(fail_for_now);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REQUEST_TEST(
		    test_a_failure_for_good_first_removes_what_was_made),
		REQUEST_TEST(test_what_was_made_is_removed_and_everybody_told),
		REQUEST_TEST(test_what_was_never_begun_is_not_undone),
		REQUEST_TEST(
		    test_a_removal_that_fails_is_tried_again_and_then_told),
		REQUEST_TEST(test_a_skipped_step_is_not_run),
		REQUEST_TEST(test_a_step_has_its_own_time),
		REQUEST_TEST(test_a_step_has_its_own_attempts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

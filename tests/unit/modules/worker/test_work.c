/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/skeleton/job.h"
#include "modules/worker/work.h"
#include "tests/support/fake_sql.h"
#include "tests/support/request.h"

#define JOB	"00000000-0000-7000-8000-0000000000d1"
#define SUBJECT	"00000000-0000-7000-8000-0000000000c1"

static enum err (*act)(struct ctx *ctx);	/* what the job does */
static enum err (*act_step)(struct ctx *ctx);	/* what its step does */

static enum err
run_job(struct ctx *job_ctx)
{
	return act(job_ctx);
}

static enum err
run_step(struct ctx *job_ctx, void *state)
{
	(void)state;
	return act_step(job_ctx);
}

static const struct job_step steps[] = {
	{ .name = "make", .run = run_step },
	{ .name = NULL },
};

static enum err
one_step(struct ctx *job_ctx)
{
	return work_steps(job_ctx, steps, NULL);
}

static const struct job_kind job_thing_make = {
	.name = "thing.make", .run = run_job, .steps = steps, .attempts = 3,
};
static const struct job_kind *const kinds[] = { &job_thing_make, NULL };
static const struct worker worker = { .kinds = kinds };

/* writes - expects a transaction that proves the attempt; held: it succeeds */
static void
writes(bool held)
{
	fake_expect("request_pin", TENANT, FAKE_NULL);
	fake_expect("lease", JOB, "3", "30");
	fake_affected(held ? 1 : 0);
}

static void
is_claimed(void)
{
	fake_expect("claim_lock");
	fake_expect("claim", "30");
	fake_row("id", JOB, "tenant", TENANT, "subject", SUBJECT, "kind",
	    "thing.make", "attempt", "3", "failures", "1", "ending_code",
	    FAKE_NULL, "ending", FAKE_NULL);
	fake_expect("claim_mark", JOB);
	writes(true);
	fake_expect("step_add", JOB, "0", "make", "f");
}

static void
is_recorded_done(void)
{
	writes(true);
	fake_expect("operation_done", JOB, "3");
	fake_expect("steps_done", JOB);
	fake_expect("audit_insert", FAKE_ANY, "platform", "thing.make",
	    "operation", JOB, FAKE_NULL, FAKE_ANY, "done", FAKE_NULL,
	    FAKE_NULL, JOB, FAKE_ANY);
	fake_expect("claim_unmark");
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
step_is_started(void)
{
	writes(true);
	fake_expect("step_state", JOB, "make");
	fake_row("state", "pending", "age_s", "0");
	fake_expect("step_start", JOB, "make", "t");
}

/* work - lets the worker run the only job */
static void
work(enum err (*action)(struct ctx *job_ctx), enum err expected)
{
	bool any = false;

	act = action;
	assert_int_equal(work_one(ctx, &worker, &any), expected);
	assert_true(any);
	assert_null(ctx->job);
}

static enum err
still_twice(struct ctx *job_ctx)
{
	enum err e;

	if ((e = job_still(job_ctx)) != ERR_OK)
		return e;
	return job_still(job_ctx);
}

static void
test_a_proof_is_good_for_a_while(void **state)
{
	(void)state;
	is_claimed();
	is_recorded_done();
	work(still_twice, ERR_OK);
}

static enum err
still_after_a_third(struct ctx *job_ctx)
{
	job_ctx->job->held_s -= LEASE_S / 3;
	return still_twice(job_ctx);
}

static void
test_an_old_proof_is_renewed_once(void **state)
{
	(void)state;
	is_claimed();
	writes(true);
	is_recorded_done();
	work(still_after_a_third, ERR_OK);
}

static enum err
still_in_another_session(struct ctx *job_ctx)
{
	fake_session++;
	return still_twice(job_ctx);
}

/* The mark ends with the session, so another worker may have the job. */
static void
test_another_session_proves_it_at_once(void **state)
{
	(void)state;
	is_claimed();
	writes(true);
	is_recorded_done();
	work(still_in_another_session, ERR_OK);
}

static enum err
still_without_session(struct ctx *job_ctx)
{
	fake_session = 0;
	return still_twice(job_ctx);
}

static void
test_without_a_session_nothing_is_taken_for_granted(void **state)
{
	(void)state;
	is_claimed();
	writes(true);
	writes(true);
	is_recorded_done();
	work(still_without_session, ERR_OK);
}

static void
test_who_cannot_prove_it_does_not_act(void **state)
{
	(void)state;
	is_claimed();
	fake_expect("request_pin", TENANT, FAKE_NULL);
	fake_error(ERR_UNAVAILABLE, "57P01");
	is_recorded_later("1", "1");
	work(still_without_session, ERR_OK);
}

/* Other workers' results stay: not even a failure is recorded. */
static void
test_a_lost_job_is_left_alone(void **state)
{
	(void)state;
	is_claimed();
	writes(false);
	fake_expect("claim_unmark");
	work(still_in_another_session, ERR_OK);
	assert_int_equal(fake_log->begins - fake_log->commits, 1);
}

static enum err
leave_open(struct ctx *job_ctx)
{
	return work_begin(job_ctx, true);
}

static void
test_a_step_and_its_record_are_one_transaction(void **state)
{
	int commits;

	(void)state;
	is_claimed();
	step_is_started();
	writes(true);
	fake_expect("step_end", JOB, "make", "done", FAKE_NULL);
	is_recorded_done();
	commits = fake_log->commits;
	act_step = leave_open;
	work(one_step, ERR_OK);
	/* claim, step_add, step_start, step and step_end, operation_done */
	assert_int_equal(fake_log->commits - commits, 5);
	assert_int_equal(fake_log->begins, fake_log->commits);
}

static enum err
fail_open(struct ctx *job_ctx)
{
	assert_int_equal(work_begin(job_ctx, true), ERR_OK);
	return fail(job_ctx, ERR_UNAVAILABLE, "not_yet", "wait a little");
}

static void
test_a_failed_step_takes_back_what_it_wrote(void **state)
{
	(void)state;
	is_claimed();
	step_is_started();
	writes(true);
	writes(true);
	fake_expect("step_end", JOB, "make", "waiting", "wait a little");
	is_recorded_later("1", "1");
	act_step = fail_open;
	work(one_step, ERR_OK);
	assert_true(fake_log->rollbacks >= 1);
	assert_int_equal(fake_log->begins, fake_log->commits +
	    fake_log->rollbacks);
}

static enum err
fail_for_now(struct ctx *job_ctx)
{
	return fail(job_ctx, ERR_INTERNAL, "internal", "of no concern");
}

static void
test_a_failure_is_counted_and_tried_again(void **state)
{
	(void)state;
	is_claimed();
	is_recorded_later(FAKE_ANY, "2");
	work(fail_for_now, ERR_OK);
}

static enum err
fail_for_good(struct ctx *job_ctx)
{
	return fail(job_ctx, ERR_INVALID, "never", "cannot be");
}

static void
test_never_is_recorded_with_its_reason(void **state)
{
	(void)state;
	is_claimed();
	fake_expect("request_pin", TENANT, FAKE_NULL);
	fake_expect("operation_failed", JOB, "3", "never", "cannot be");
	fake_affected(1);
	fake_expect("steps_failed", JOB);
	fake_expect("audit_insert", FAKE_ANY, "platform", "thing.make",
	    "operation", JOB, FAKE_NULL, FAKE_ANY, "failed", "never",
	    FAKE_NULL, JOB, FAKE_ANY);
	fake_expect("claim_unmark");
	work(fail_for_good, ERR_OK);
}

static void
test_nothing_to_do_is_no_job(void **state)
{
	bool any = true;

	(void)state;
	fake_expect("claim_lock");
	fake_expect("claim", "30");
	assert_int_equal(work_one(ctx, &worker, &any), ERR_OK);
	assert_false(any);
}

static void
test_a_pause_doubles_up_to_a_minute(void **state)
{
	int64_t failures, s, least;

	(void)state;
	for (failures = 0; failures < 12; failures++) {
		least = failures >= 6 ? BACKOFF_MAX_S : (int64_t)1 << failures;
		s = work_backoff_s(failures, BACKOFF_MAX_S);
		assert_true(s >= least);
		assert_true(s <= least + least / 4);
		s = work_backoff_s(failures, 3);
		assert_true(s >= (failures < 2 ? least : 3));
		assert_true(s <= 3);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REQUEST_TEST(test_a_proof_is_good_for_a_while),
		REQUEST_TEST(test_an_old_proof_is_renewed_once),
		REQUEST_TEST(test_another_session_proves_it_at_once),
		REQUEST_TEST(
		    test_without_a_session_nothing_is_taken_for_granted),
		REQUEST_TEST(test_who_cannot_prove_it_does_not_act),
		REQUEST_TEST(test_a_lost_job_is_left_alone),
		REQUEST_TEST(test_a_step_and_its_record_are_one_transaction),
		REQUEST_TEST(test_a_failed_step_takes_back_what_it_wrote),
		REQUEST_TEST(test_a_failure_is_counted_and_tried_again),
		REQUEST_TEST(test_never_is_recorded_with_its_reason),
		REQUEST_TEST(test_nothing_to_do_is_no_job),
		REQUEST_TEST(test_a_pause_doubles_up_to_a_minute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

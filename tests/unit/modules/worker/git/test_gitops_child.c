/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/clock.h"
#include "libshared/base/log.h"
#include "libshared/skeleton/job.h"
#include "modules/worker/git/gitops_child.h"
#include "tests/support/unit_ctx.h"

static char top[64];
static struct gitops_repo repo = { .url = "file:///nowhere",
    .branch = "main", .user = "", .directory = top, .cache_mib = 16 };

static int
setup(void **state)
{
	log_init("test", LOG_ERROR);
	(void)snprintf(top, sizeof(top), "/tmp/gitops.XXXXXX");
	return ctx_setup(state) == 0 && mkdtemp(top) != NULL ? 0 : -1;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static int
teardown(void **state)
{
	return nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 ?
	    ctx_teardown(state) : -1;
}

static enum err
run(gitops_task_fn task, int64_t timeout_s, struct gitops_answer *answer)
{
	const struct gitops_task asked = { task, "argument", "clone",
	    timeout_s };

	fail_clear(ctx);
	return gitops_child_run(ctx, &repo, &asked, answer);
}

static void
unavailable(gitops_task_fn task, const char *code, const char *word)
{
	struct gitops_answer answer;

	assert_int_equal(run(task, 2, &answer), ERR_UNAVAILABLE);
	assert_string_equal(ctx->fault.code, code);
	assert_non_null(strstr(ctx->fault.detail, word));
}

static enum err
task_files(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	static const struct gitops_file files[] = {
		{ "a", { "one", 3 } }, { "b/c", { "", 0 } },
	};

	(void)work;
	assert_string_equal(arg, "argument");
	memset(answer->id, 'a', GITOPS_ID_MAX - 1);
	answer->yes = true;
	answer->files = files;
	answer->n = 2;
	return ERR_OK;
}

static void
test_answer_and_files_arrive(void **state)
{
	struct gitops_answer answer;

	(void)state;
	assert_int_equal(run(task_files, 10, &answer), ERR_OK);
	assert_true(answer.yes);
	assert_int_equal(strlen(answer.id), 40);
	assert_int_equal(answer.n, 2);
	assert_string_equal(answer.files[0].name, "a");
	assert_true(str_is(answer.files[0].content, "one"));
	assert_string_equal(answer.files[1].name, "b/c");
	assert_int_equal(answer.files[1].content.len, 0);
}

static enum err
task_fails(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	(void)arg;
	(void)answer;
	return fail(work->ctx, ERR_INVALID, "git_rejected", "no %s", "good");
}

static void
test_failure_of_the_child_is_ours(void **state)
{
	struct gitops_answer answer;

	(void)state;
	assert_int_equal(run(task_fails, 10, &answer), ERR_INVALID);
	assert_string_equal(ctx->fault.code, "git_rejected");
	assert_string_equal(ctx->fault.detail, "no good");
}

static enum err
task_crashes(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	(void)work;
	(void)arg;
	(void)answer;
	abort();
}

static enum err
task_sleeps(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	(void)work;
	(void)arg;
	(void)answer;
	(void)pause();
	return ERR_OK;
}

static void
test_child_that_ends_or_hangs_is_given_up(void **state)
{
	int64_t began;

	(void)state;
	unavailable(task_crashes, "git_unavailable", "ended by itself");
	began = clock_ms();
	unavailable(task_sleeps, "git_slow", "git_timeout_s");
	assert_in_range(clock_ms() - began, 1900, 20000);
}

/* task_stalls - begins its answer, and does not go on */
static enum err
task_stalls(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	(void)arg;
	(void)answer;
	if (write(work->parent, "rrr", 3) != 3)
		abort();
	(void)pause();
	return ERR_OK;
}

static enum err
task_asks_for_ever(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	(void)arg;
	(void)answer;
	while (gitops_child_ask(work) == ERR_OK)
		;
	return ERR_OK;
}

/* task_does_not_listen - asks, and reads no answer */
static enum err
task_does_not_listen(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	(void)arg;
	(void)answer;
	while (write(work->parent, "a", 1) == 1)
		;
	(void)pause();
	return ERR_OK;
}

static void
test_no_child_outlasts_the_deadline(void **state)
{
	int64_t began = clock_ms();

	(void)state;
	unavailable(task_stalls, "git_slow", "git_timeout_s");
	unavailable(task_asks_for_ever, "git_slow", "git_timeout_s");
	unavailable(task_does_not_listen, "git_unavailable",
	    "ended by itself");
	assert_in_range(clock_ms() - began, 3800, 40000);
}

static enum err
task_lies_about_files(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	static const struct gitops_file file = { "a", { "x", 1 } };
	static struct gitops_file many[GITOPS_FILES_MAX + 1];
	size_t i;

	(void)work;
	(void)arg;
	for (i = 0; i < GITOPS_FILES_MAX + 1; i++)
		many[i] = file;
	answer->files = many;
	answer->n = GITOPS_FILES_MAX + 1;
	return ERR_OK;
}

static enum err
task_lies_about_id(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	(void)work;
	(void)arg;
	(void)snprintf(answer->id, sizeof(answer->id), "../../etc/passwd");
	return ERR_OK;
}

static enum err
task_lies_about_code(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	(void)arg;
	(void)answer;
	work->ctx->fault.code = "no\ncode";
	return ERR_PEER;
}

static enum err
task_lies_about_err(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	(void)work;
	(void)arg;
	(void)answer;
	return ERR__MAX;
}

static enum err
task_says_nothing(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	(void)arg;
	(void)answer;
	if (write(work->parent, "r", 1) != 1)
		abort();
	_exit(0);
}

static void
test_child_that_was_taken_over_is_not_believed(void **state)
{
	(void)state;
	unavailable(task_lies_about_files, "git_unavailable", "nonsense");
	unavailable(task_lies_about_id, "git_unavailable", "nonsense");
	unavailable(task_lies_about_code, "git_unavailable", "nonsense");
	unavailable(task_lies_about_err, "git_unavailable", "nonsense");
	unavailable(task_says_nothing, "git_unavailable", "nonsense");
}

static enum err
hold_fails(struct ctx *of)
{
	return fail(of, ERR_CONFLICT, "job_lost", "another attempt has it");
}

static enum err
task_asks(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	(void)arg;
	(void)answer;
	return gitops_child_ask(work);
}

static void
test_job_is_asked_for_before_an_effect(void **state)
{
	struct job job = { .kind = "test" };
	struct gitops_answer answer;

	(void)state;
	assert_int_equal(run(task_asks, 10, &answer), ERR_OK);
	ctx->job = &job;
	assert_int_equal(run(task_asks, 10, &answer), ERR_OK);
	job.hold = hold_fails;
	assert_int_equal(run(task_asks, 10, &answer), ERR_CONFLICT);
	assert_string_equal(ctx->fault.code, "job_lost");
	/* and while the child is busy */
	assert_int_equal(run(task_sleeps, 30, &answer), ERR_CONFLICT);
	ctx->job = NULL;
}

static enum err
task_breaks_clone(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	(void)arg;
	answer->yes = work->local;
	work->local = true;
	return fail(work->ctx, ERR_UNAVAILABLE, "git_cache_failed", "broken");
}

/* task_damages_clone - fails when the clone was used before, and uses it */
static enum err
task_damages_clone(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	char path[96];
	FILE *mark;

	(void)snprintf(path, sizeof(path), "%s/clone/used", top);
	if (access(path, F_OK) == 0)
		return task_breaks_clone(work, arg, answer);
	mark = fopen(path, "we");
	assert_non_null(mark);
	(void)fclose(mark);
	return ERR_OK;
}

static void
test_broken_clone_is_made_anew_once(void **state)
{
	struct gitops_answer answer;

	(void)state;
	assert_int_equal(run(task_damages_clone, 10, &answer), ERR_OK);
	assert_int_equal(run(task_damages_clone, 10, &answer), ERR_OK);
	unavailable(task_breaks_clone, "git_cache_failed", "broken");
}

#define CHILD_TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CHILD_TEST(test_answer_and_files_arrive),
		CHILD_TEST(test_failure_of_the_child_is_ours),
		CHILD_TEST(test_child_that_ends_or_hangs_is_given_up),
		CHILD_TEST(test_no_child_outlasts_the_deadline),
		CHILD_TEST(test_child_that_was_taken_over_is_not_believed),
		CHILD_TEST(test_job_is_asked_for_before_an_effect),
		CHILD_TEST(test_broken_clone_is_made_anew_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

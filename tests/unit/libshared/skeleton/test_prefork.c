/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/unit.h"

#include "libshared/base/log.h"
#include "libshared/skeleton/prefork.h"

#define STARTS_MAX	128
#define MANY		40

/* What the children report, in memory that the test shares. */
static struct told {
	atomic_int	starts, drained;
	pid_t		pids[STARTS_MAX];
	int64_t		numbers[STARTS_MAX];	/* as the children got them */
} *told;

static pid_t master;

static void
nap_ms(long ms)
{
	const struct timespec left = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&left, NULL);
}

static void
tell(int64_t number)
{
	int i = atomic_fetch_add(&told->starts, 1);

	if (i >= STARTS_MAX)
		return;
	told->pids[i] = getpid();
	told->numbers[i] = number;
}

/* Works until it is told to stop. */
static int
patient(void *arg, int64_t i)
{
	(void)arg;
	tell(i);
	while (!prefork_stopping())
		nap_ms(5);
	(void)atomic_fetch_add(&told->drained, 1);
	return 0;
}

/* Ends at once with the given status. */
static int
brief(void *arg, int64_t i)
{
	tell(i);
	return *(const int *)arg;
}

static int
setup(void **state)
{
	(void)state;
	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return told == MAP_FAILED;
}

static int
teardown(void **state)
{
	(void)state;
	if (master > 0) {
		(void)kill(master, SIGKILL);
		(void)waitpid(master, NULL, 0);
	}
	master = 0;
	return munmap(told, sizeof(*told));
}

static void
start(int64_t children, int (*child)(void *, int64_t), void *arg)
{
	const struct prefork prefork = { "test", children, child, arg };

	master = fork();
	assert_int_not_equal(master, -1);
	if (master == 0) {
		log_init("test", LOG_ERROR);
		_exit(prefork_run(&prefork));
	}
}

/* soon - waits up to 10 s until a counter has this value */
static bool
soon(atomic_int *counter, int n)
{
	int i;

	for (i = 0; i < 1000 && atomic_load(counter) < n; i++)
		nap_ms(10);
	return atomic_load(counter) >= n;
}

/* stop - sends a signal to the master; returns its exit code */
static int
stop(int sig)
{
	int status;

	assert_int_equal(kill(master, sig), 0);
	assert_int_equal(waitpid(master, &status, 0), master);
	master = 0;
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool
is_there(pid_t pid)
{
	int i;

	for (i = 0; i < 500 && kill(pid, 0) == 0; i++)
		nap_ms(10);
	return kill(pid, 0) == 0;
}

static void
test_as_many_children_as_asked(void **state)
{
	(void)state;
	start(3, patient, NULL);
	assert_true(soon(&told->starts, 3));
	nap_ms(100);
	assert_int_equal(atomic_load(&told->starts), 3);
	assert_int_equal(told->numbers[0] + told->numbers[1] +
	    told->numbers[2], 3);
	assert_int_equal(told->numbers[0] * told->numbers[1] *
	    told->numbers[2], 0);
	assert_int_equal(stop(SIGTERM), 0);
}

static void
test_sigterm_lets_them_end_in_peace(void **state)
{
	(void)state;
	start(2, patient, NULL);
	assert_true(soon(&told->starts, 2));
	assert_int_equal(stop(SIGTERM), 0);
	assert_int_equal(atomic_load(&told->drained), 2);
	assert_int_equal(atomic_load(&told->starts), 2);
}

static void
test_sigint_does_the_same(void **state)
{
	(void)state;
	start(1, patient, NULL);
	assert_true(soon(&told->starts, 1));
	assert_int_equal(stop(SIGINT), 0);
	assert_int_equal(atomic_load(&told->drained), 1);
}

static void
test_a_killed_child_is_replaced(void **state)
{
	(void)state;
	start(2, patient, NULL);
	assert_true(soon(&told->starts, 2));
	assert_int_equal(kill(told->pids[0], SIGKILL), 0);
	assert_true(soon(&told->starts, 3));
	assert_int_not_equal(told->pids[2], told->pids[0]);
	assert_int_equal(stop(SIGTERM), 0);
	assert_int_equal(atomic_load(&told->drained), 2);
}

/* A signal is not lost that comes while the master handles another child. */
static void
test_many_killed_children_are_replaced_at_once(void **state)
{
	int i, ms;

	(void)state;
	start(MANY, patient, NULL);
	assert_true(soon(&told->starts, MANY));
	nap_ms(3000);			/* else the next start is delayed */
	for (i = 0; i < MANY; i++)
		(void)kill(told->pids[i], SIGKILL);
	for (ms = 0; ms < slow_ms(700) && atomic_load(&told->starts) < 2 * MANY;
	    ms += 10)
		nap_ms(10);
	assert_int_equal(atomic_load(&told->starts), 2 * MANY);
}

static void
test_a_child_that_retires_is_replaced(void **state)
{
	int zero = 0;

	(void)state;
	start(1, brief, &zero);
	assert_true(soon(&told->starts, 3));
	assert_int_equal(stop(SIGTERM), 0);
}

/* A child that fails at once is restarted at a limited rate. */
static void
test_one_that_fails_at_once_is_slowed_down(void **state)
{
	int seven = 7;

	(void)state;
	start(1, brief, &seven);
	assert_true(soon(&told->starts, 2));
	nap_ms(1000);
	assert_true(atomic_load(&told->starts) < 12);
	assert_int_equal(stop(SIGTERM), 0);
}

/* The kernel tells the children when their master is gone. */
static void
test_children_end_with_their_master(void **state)
{
	pid_t child;

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	start(1, patient, NULL);
	assert_true(soon(&told->starts, 1));
	child = told->pids[0];
	assert_int_equal(kill(master, SIGKILL), 0);
	assert_int_equal(waitpid(master, NULL, 0), master);
	master = 0;
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(atomic_load(&told->drained), 1);
	assert_false(is_there(child));
}

static void
test_numbers_out_of_range_are_refused(void **state)
{
	const int64_t wrong[] = { 0, -1, 257 };
	unsigned i;
	int status;

	(void)state;
	for (i = 0; i < 3; i++) {
		start(wrong[i], patient, NULL);
		assert_int_equal(waitpid(master, &status, 0), master);
		master = 0;
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 78);
	}
	assert_int_equal(atomic_load(&told->starts), 0);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_as_many_children_as_asked),
		TEST(test_sigterm_lets_them_end_in_peace),
		TEST(test_sigint_does_the_same),
		TEST(test_a_killed_child_is_replaced),
		TEST(test_many_killed_children_are_replaced_at_once),
		TEST(test_a_child_that_retires_is_replaced),
		TEST(test_one_that_fails_at_once_is_slowed_down),
		TEST(test_children_end_with_their_master),
		TEST(test_numbers_out_of_range_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

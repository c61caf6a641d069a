/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/archive.h"
#include "tests/support/unit.h"

#include "modules/apps/inspect/sandbox.h"

static struct sandbox
box_of(sandbox_fn run, void *arg, int fd)
{
	return (struct sandbox){ .run = run, .arg = arg, .fd = fd, .cpu_s = 2,
	    .wall_ms = 1000, .starved_ms = 1500 };
}

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static size_t
copy_file(int fd, void *arg, void *answer, size_t max)
{
	ssize_t n = pread(fd, answer, max, *(const off_t *)arg);

	return n < 0 ? 0 : (size_t)n;
}

static void
test_child_reads_the_file_and_answers(void **state)
{
	off_t from = 6;
	int fd = archive_file("hello world", 11);
	struct sandbox box = box_of(copy_file, &from, fd);
	char answer[32];
	size_t len = 0;

	(void)state;
	assert_int_equal(sandbox_run(&box, answer, sizeof(answer), &len),
	    SANDBOX_DONE);
	assert_int_equal(len, 5);
	assert_memory_equal(answer, "world", 5);
	close(fd);
}

/* Answers more than a pipe holds, so both sides must read and write in turn. */
static size_t
answer_much(int fd, void *arg, void *answer, size_t max)
{
	(void)fd;
	(void)arg;
	memset(answer, 'x', max);
	return max;
}

static void
test_long_answer_comes_whole(void **state)
{
	size_t len = 0, max = (size_t)3 << 20;
	char *answer = calloc(1, max);
	struct sandbox box = box_of(answer_much, NULL, 0);

	(void)state;
	assert_non_null(answer);
	assert_int_equal(sandbox_run(&box, answer, max, &len), SANDBOX_DONE);
	assert_int_equal(len, max);
	assert_true(answer[0] == 'x' && answer[max - 1] == 'x');
	free(answer);
}

static size_t
answer_nothing(int fd, void *arg, void *answer, size_t max)
{
	(void)fd;
	(void)arg;
	(void)answer;
	(void)max;
	return 0;
}

static size_t
answer_too_much(int fd, void *arg, void *answer, size_t max)
{
	(void)fd;
	(void)arg;
	(void)answer;
	return max + 1;
}

static void
test_answer_may_be_empty_but_never_too_long(void **state)
{
	struct sandbox box = box_of(answer_nothing, NULL, 0);
	char answer[4];
	size_t len = 9;

	(void)state;
	assert_int_equal(sandbox_run(&box, answer, 4, &len), SANDBOX_DONE);
	assert_int_equal(len, 0);
	box.run = answer_too_much;
	len = 9;
	assert_int_equal(sandbox_run(&box, answer, 4, &len), SANDBOX_DIED);
	assert_int_equal(len, 9);
}

/* Writes to the result pipe itself, as a child under attack could. */
static size_t
write_on_its_own(int fd, void *arg, void *answer, size_t max)
{
	(void)arg;
	(void)answer;
	if (write(fd + 1, "12345678", 8) != 8)
		return 0;
	return max;
}

static void
test_answer_that_never_ends_is_cut_off(void **state)
{
	struct sandbox box = box_of(write_on_its_own, NULL, 0);
	char answer[4];
	size_t len = 9;

	(void)state;
	assert_int_equal(sandbox_run(&box, answer, 4, &len), SANDBOX_DIED);
	assert_int_equal(len, 9);
}

static size_t
abort_now(int fd, void *arg, void *answer, size_t max)
{
	(void)fd;
	(void)arg;
	(void)answer;
	(void)max;
	abort();
}

static size_t
exit_now(int fd, void *arg, void *answer, size_t max)
{
	(void)fd;
	(void)arg;
	(void)answer;
	(void)max;
	_exit(3);
}

static void
test_child_that_dies_is_told(void **state)
{
	struct sandbox box = box_of(abort_now, NULL, 0);
	char answer[4];
	size_t len;

	(void)state;
	assert_int_equal(sandbox_run(&box, answer, 4, &len), SANDBOX_DIED);
	box.run = exit_now;
	assert_int_equal(sandbox_run(&box, answer, 4, &len), SANDBOX_DIED);
}

static size_t
work_for_ever(int fd, void *arg, void *answer, size_t max)
{
	volatile unsigned n = 0;

	(void)fd;
	(void)arg;
	while (max > 0)
		*(volatile char *)answer = (char)n++;
	return 0;
}

static void
test_child_that_works_too_long_is_killed(void **state)
{
	struct sandbox box = box_of(work_for_ever, NULL, 0);
	int64_t begun = now_ms();
	enum sandbox_end end;
	char answer[4];
	size_t len;

	(void)state;
	box.wall_ms = 300;
	box.starved_ms = 20000;		/* needed on a busy machine */
	end = sandbox_run(&box, answer, 4, &len);
	assert_int_equal(end, SANDBOX_LATE);
	assert_true(now_ms() - begun >= 300);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* The kernel enforces this limit even while the parent sleeps. */
static void
test_processor_time_is_limited_by_the_kernel(void **state)
{
	struct sandbox box = box_of(work_for_ever, NULL, 0);
	char answer[4];
	size_t len;

	(void)state;
	box.cpu_s = 1;
	box.wall_ms = box.starved_ms = 60000;
	assert_int_equal(sandbox_run(&box, answer, 4, &len), SANDBOX_LATE);
}

static size_t
wait_for_ever(int fd, void *arg, void *answer, size_t max)
{
	(void)fd;
	(void)arg;
	while (max > 0)
		(void)syscall(SYS_futex, answer, FUTEX_WAIT, 0, NULL, NULL, 0);
	return 0;
}

static void
test_child_without_processor_time_is_no_fault_of_the_file(void **state)
{
	struct sandbox box = box_of(wait_for_ever, NULL, 0);
	int64_t begun = now_ms();
	char answer[4];
	size_t len;

	(void)state;
	box.wall_ms = 100;
	box.starved_ms = 400;
	assert_int_equal(sandbox_run(&box, answer, 4, &len), SANDBOX_STARVED);
	assert_true(now_ms() - begun >= 400);
}

static size_t
work_a_while(int fd, void *arg, void *answer, size_t max)
{
	struct timespec t;

	(void)fd;
	(void)arg;
	do {
		(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	} while (t.tv_nsec < 150000000 && t.tv_sec == 0);
	return answer_much(fd, arg, answer, max);
}

static void
terminate_all(int signal_number)
{
	(void)signal_number;
	(void)kill(0, SIGTERM);
}

/* systemd signals the whole service; the child must still answer. */
static void
test_child_outlives_the_end_of_the_service(void **state)
{
	struct sigaction terminate = { .sa_handler = terminate_all };
	struct itimerval soon = { .it_value = { .tv_usec = 50000 } };
	struct sandbox box = box_of(work_a_while, NULL, 0);
	char answer[4];
	size_t len;
	int status;
	pid_t pid;

	(void)state;
	box.starved_ms = 20000;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)setpgid(0, 0);
		(void)signal(SIGTERM, SIG_IGN);
		(void)sigaction(SIGALRM, &terminate, NULL);
		(void)setitimer(ITIMER_REAL, &soon, NULL);
		_exit(sandbox_run(&box, answer, 4, &len) == SANDBOX_DONE ?
		    0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static int
open_files(void)
{
	int fd, n = 0;

	for (fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void
test_nothing_is_left_behind(void **state)
{
	struct sandbox box = box_of(answer_much, NULL, 0);
	int before = open_files(), i;
	char answer[4];
	size_t len;

	(void)state;
	for (i = 0; i < 50; i++) {
		box.run = i % 2 ? answer_much : exit_now;
		(void)sandbox_run(&box, answer, 4, &len);
	}
	assert_int_equal(open_files(), before);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void
test_no_descriptors_means_no_child(void **state)
{
	struct sandbox box = box_of(answer_much, NULL, -1);
	char answer[4];
	size_t len;

	(void)state;
	assert_int_equal(sandbox_run(&box, answer, 4, &len), SANDBOX_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_child_reads_the_file_and_answers),
		cmocka_unit_test(test_long_answer_comes_whole),
		cmocka_unit_test(test_answer_may_be_empty_but_never_too_long),
		cmocka_unit_test(test_answer_that_never_ends_is_cut_off),
		cmocka_unit_test(test_child_that_dies_is_told),
		cmocka_unit_test(test_child_that_works_too_long_is_killed),
		cmocka_unit_test(
		    test_child_without_processor_time_is_no_fault_of_the_file),
		cmocka_unit_test(test_child_outlives_the_end_of_the_service),
		cmocka_unit_test(test_nothing_is_left_behind),
		cmocka_unit_test(test_no_descriptors_means_no_child),
	};
	const struct CMUnitTest strict[] = {
		cmocka_unit_test(test_processor_time_is_limited_by_the_kernel),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	if (sandbox_is_strict())
		failed += cmocka_run_group_tests(strict, NULL, NULL);
	return failed;
}

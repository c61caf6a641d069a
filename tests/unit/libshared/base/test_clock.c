/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "tests/support/unit.h"

#include "libshared/base/clock.h"

#define WORK_NS	20000000

static void
clock_nap(long ms)
{
	const struct timespec pause = { 0, ms * 1000000 };

	while (nanosleep(&pause, NULL) != 0)
		assert_int_equal(errno, EINTR);
}

static void
test_one_clock_in_three_units(void **state)
{
	int64_t us, ms, s;

	(void)state;
	us = clock_us();
	ms = clock_ms();
	s = clock_s();
	assert_true(us > 0);
	assert_in_range(ms, (uintmax_t)us / 1000, clock_us() / 1000);
	assert_in_range(s, (uintmax_t)ms / 1000, clock_ms() / 1000);
}

static void
test_time_passes_while_nobody_works(void **state)
{
	int64_t us, cpu;

	(void)state;
	us = clock_us();
	cpu = clock_cpu_ns();
	clock_nap(30);
	assert_true(clock_us() - us >= 30000);
	assert_true(clock_cpu_ns() - cpu < 30000000);
}

static void
test_work_is_counted(void **state)
{
	int64_t start = clock_cpu_ns(), wall = clock_us();

	(void)state;
	while (clock_cpu_ns() - start < WORK_NS)
		assert_true(clock_us() - wall < 60000000);
	assert_true((clock_us() - wall) * 1000 >= WORK_NS / 2);
}

static void
test_work_of_a_child_is_counted_until_it_is_gone(void **state)
{
	int64_t end = clock_s() + 60;
	pid_t pid;

	(void)state;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		for (;;)
			(void)clock_us();
	while (clock_cpu_ms_of(pid) < 20 && clock_s() < end)
		clock_nap(1);
	assert_in_range(clock_cpu_ms_of(pid), 20, 60000);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(clock_cpu_ms_of(pid), 0);
}

static void
test_wall_is_the_time_of_day(void **state)
{
	time_t before = time(NULL);
	struct timespec now = clock_wall();

	(void)state;
	assert_in_range(now.tv_sec, before, time(NULL) + 1);
	assert_in_range(now.tv_nsec, 0, 999999999);
}

static void
test_boot_clock_is_never_behind(void **state)
{
	int64_t s = clock_s();

	(void)state;
	assert_true(clock_boot_s() >= s);
}

static void
test_a_time_has_one_spelling(void **state)
{
	static const char *const bad[] = { "", "2026-03-01",
	    "2026-03-01T09:15:10", "2026-03-01 09:15:10Z",
	    "2026-03-01T09:15:10Z ", " 2026-03-01T09:15:10Z",
	    "2026-06-31T00:00:00Z", "2026-13-01T00:00:00Z",
	    "2026-03-01T24:00:00Z", "2026-3-01T09:15:10Z",
	    "2026-03-01T09:15:60Z", "1969-12-31T23:59:59Z",
	    "2026-03-01T09:15:10+00:00", "99999-03-01T09:15:10Z" };
	char text[CLOCK_TEXT_MAX];
	int64_t seconds = 7;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (clock_of_text(bad[i], &seconds))
			fail_msg("%s was taken", bad[i]);
	assert_int_equal(seconds, 7);
	assert_true(clock_of_text("2026-03-01T09:15:10Z", &seconds));
	assert_int_equal(seconds, 1772356510);
	clock_text(seconds, text);
	assert_string_equal(text, "2026-03-01T09:15:10Z");
	assert_true(clock_of_text("9999-12-31T23:59:59Z", &seconds));
	clock_text(seconds + 1, text);
	assert_string_equal(text, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_clock_in_three_units),
		cmocka_unit_test(test_time_passes_while_nobody_works),
		cmocka_unit_test(test_work_is_counted),
		cmocka_unit_test(
		    test_work_of_a_child_is_counted_until_it_is_gone),
		cmocka_unit_test(test_wall_is_the_time_of_day),
		cmocka_unit_test(test_boot_clock_is_never_behind),
		cmocka_unit_test(test_a_time_has_one_spelling),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}

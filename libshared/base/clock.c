/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks.  The process ends when a clock cannot be read. */
#include "config.h"

#include <stdlib.h>

#include "libshared/base/clock.h"

static struct timespec
clock_read(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now) != 0)
		abort();
	return now;
}

int64_t
clock_s(void)
{
	return clock_read(CLOCK_MONOTONIC).tv_sec;
}

int64_t
clock_ms(void)
{
	struct timespec now = clock_read(CLOCK_MONOTONIC);

	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
clock_us(void)
{
	struct timespec now = clock_read(CLOCK_MONOTONIC);

	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
clock_boot_s(void)
{
	return clock_read(CLOCK_BOOTTIME).tv_sec;
}

struct timespec
clock_wall(void)
{
	return clock_read(CLOCK_REALTIME);
}

int64_t
clock_cpu_ns(void)
{
	struct timespec used = clock_read(CLOCK_PROCESS_CPUTIME_ID);

	return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

int64_t
clock_cpu_ms_of(pid_t pid)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 ||
	    clock_gettime(clock, &used) != 0)
		return 0;
	return (int64_t)used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

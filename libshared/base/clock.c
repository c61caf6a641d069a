/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks.  The process ends when a clock cannot be read. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "libshared/base/clock.h"

#define RFC3339	"%Y-%m-%dT%H:%M:%SZ"

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

void
clock_text(int64_t seconds, char text[CLOCK_TEXT_MAX])
{
	time_t time = (time_t)seconds;
	struct tm tm;

	text[0] = '\0';
	if (gmtime_r(&time, &tm) != NULL && tm.tm_year <= 9999 - 1900 &&
	    strftime(text, CLOCK_TEXT_MAX, RFC3339, &tm) == 0)
		text[0] = '\0';
}

bool
clock_of_text(const char *text, int64_t *seconds)
{
	struct tm tm = { .tm_mday = 0 };
	const char *end = strptime(text, RFC3339, &tm);
	char again[CLOCK_TEXT_MAX];
	int64_t value;

	if (end == NULL || *end != '\0')
		return false;
	value = timegm(&tm);
	/* the 31st of June would be the 1st of July */
	clock_text(value, again);
	if (value < 0 || strcmp(again, text) != 0)
		return false;
	*seconds = value;
	return true;
}

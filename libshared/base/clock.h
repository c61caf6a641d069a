/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clocks.  Only clock.c reads them (guard check_banned.sh); time(2) is left
 * to those who want the seconds of the day.
 */
#ifndef CAMELEER_CLOCK_H
#define CAMELEER_CLOCK_H

#include <stdint.h>
#include <sys/types.h>
#include <time.h>

/* Monotonic, from any start: for deadlines and durations. */
int64_t clock_s(void);
int64_t clock_ms(void);
int64_t clock_us(void);
int64_t clock_boot_s(void);	/* the same, and counts while suspended */
struct timespec clock_wall(void);	/* UTC */

int64_t clock_cpu_ns(void);	/* processor time of this process */
/* The same of a child; 0 when there is no such process any more. */
int64_t clock_cpu_ms_of(pid_t pid);

#endif

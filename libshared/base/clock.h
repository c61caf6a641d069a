/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clocks.  Only clock.c reads them (guard check_banned.sh); code that wants the
 * date may call time(2).
 */
#ifndef CAMELEER_CLOCK_H
#define CAMELEER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

/* Monotonic, with an arbitrary start: for deadlines and durations. */
int64_t clock_s(void);
int64_t clock_ms(void);
int64_t clock_us(void);
int64_t clock_boot_s(void);	/* the same; counts while suspended */
struct timespec clock_wall(void);	/* UTC */

/* "2026-03-01T09:15:10Z", nothing shorter or longer, and back. */
#define CLOCK_TEXT_MAX	21
bool clock_of_text(const char *text, int64_t *seconds)
    __attribute__((warn_unused_result));
void clock_text(int64_t seconds, char text[CLOCK_TEXT_MAX]);

int64_t clock_cpu_ns(void);	/* processor time of this process */
/* Processor time of a child; 0 when the process does not exist any more. */
int64_t clock_cpu_ms_of(pid_t pid);

#endif

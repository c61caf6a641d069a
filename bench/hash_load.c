/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash_load PROCESSES SECONDS - passwords checked per second by PROCESSES
 * processes that do nothing else: no sign-in is faster than its hash.
 */
#include "config.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/doors/crypto.h"
#include "libshared/proto/password.h"

#define PROCESSES_MAX	64

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* work - counts a hash that began in time by the part of it that was in time */
static void
work(double end, _Atomic uint64_t *hundredths)
{
	struct ctx *ctx = ctx_new(1u << 20);
	double began, ended;

	while ((began = now()) < end) {
		if (password_verify(ctx, NULL, "a wrong password", NULL))
			abort();
		ended = now();
		atomic_fetch_add(hundredths, ended <= end ? 100u :
		    (uint64_t)(100 * (end - began) / (ended - began)));
	}
	ctx_free(&ctx);
}

int
main(int argc, char *argv[])
{
	_Atomic uint64_t *hundredths;
	double end, seconds;
	long i, n;

	if (argc != 3 || crypto_init() != 0)
		return 2;
	n = strtol(argv[1], NULL, 10);
	seconds = strtod(argv[2], NULL);
	hundredths = mmap(NULL, sizeof(*hundredths), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (n < 1 || n > PROCESSES_MAX || hundredths == MAP_FAILED ||
	    password_init((unsigned)n) != 0)
		return 2;
	end = now() + seconds;
	for (i = 0; i < n; i++)
		if (fork() == 0) {
			work(end, hundredths);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	(void)printf("%.1f\n", (double)atomic_load(hundredths) / 100 /
	    seconds);
	return 0;
}

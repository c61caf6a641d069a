/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmocka with the headers that it needs, and without its macro fail(), which is
 * the name of our function (libshared/base/ctx.h): a test calls fail_msg().
 */
#ifndef CAMELEER_TESTS_UNIT_H
#define CAMELEER_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#undef fail
#undef fail_msg
#define fail_msg(...) do { \
	print_error("ERROR: " __VA_ARGS__); \
	print_error("\n"); \
	_fail(__FILE__, __LINE__); \
	abort();	/* not reached: _fail() leaves the test */ \
} while (0)

/*
 * slow_ms - a time limit, multiplied by CAMELEER_SLOW, for example under
 * valgrind
 */
static inline int
slow_ms(int ms)
{
	const char *factor = getenv("CAMELEER_SLOW");
	long times = factor != NULL ? strtol(factor, NULL, 10) : 1;

	return times > 1 && times < 1000 ? ms * (int)times : ms;
}

#endif

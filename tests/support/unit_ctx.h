/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A context for each test: CTX_TEST(test).  A fixture that needs more calls
 * ctx_setup() first and ctx_teardown() last.
 */
#ifndef CAMELEER_TESTS_UNIT_CTX_H
#define CAMELEER_TESTS_UNIT_CTX_H

#include "tests/support/unit.h"

#include "libshared/base/ctx.h"
#include "libshared/doors/crypto.h"

#define CTX_MEM_MAX	((size_t)256 << 20)	/* allocated as needed */

static struct ctx *ctx;

__attribute__((unused)) static int
ctx_setup(void **state)
{
	(void)state;
	ctx = ctx_new(CTX_MEM_MAX);
	return crypto_init();
}

__attribute__((unused)) static int
ctx_teardown(void **state)
{
	(void)state;
	ctx_free(&ctx);
	return 0;
}

#define CTX_TEST(f) \
	cmocka_unit_test_setup_teardown(f, ctx_setup, ctx_teardown)

#endif

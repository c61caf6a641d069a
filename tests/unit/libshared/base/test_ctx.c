/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"

#include "libshared/base/arena.h"
#include "libshared/base/ctx.h"
#include "libshared/base/str.h"

static int
setup(void **state)
{
	*state = ctx_new(1 << 16);
	return 0;
}

static int
teardown(void **state)
{
	ctx_free((struct ctx **)state);
	return 0;
}

static void
test_first_failure_wins(void **state)
{
	struct ctx *ctx = *state;

	assert_int_equal(fail(ctx, ERR_CONFLICT, "slug_taken", "slug '%s' %d",
	    "acme", 7), ERR_CONFLICT);
	assert_int_equal(fail(ctx, ERR_INTERNAL, NULL, "echo"), ERR_INTERNAL);
	assert_int_equal(ctx->fault.err, ERR_CONFLICT);
	assert_string_equal(ctx->fault.code, "slug_taken");
	assert_string_equal(ctx->fault.detail, "slug 'acme' 7");
}

static void
test_code_has_a_default(void **state)
{
	struct ctx *ctx = *state;

	(void)fail(ctx, ERR_LIMIT, NULL, "slow down");
	assert_string_equal(ctx->fault.code, "too_many_requests");
}

static void
test_detail_is_a_copy_and_bounded(void **state)
{
	struct ctx *ctx = *state;
	char text[2000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	(void)fail(ctx, ERR_INVALID, NULL, "%s", text);
	text[0] = 'y';
	assert_int_equal(strlen(ctx->fault.detail), 511);
	assert_int_equal(ctx->fault.detail[0], 'x');
}

static void
test_detail_is_not_cut_within_a_character(void **state)
{
	struct ctx *ctx = *state;
	char text[2000] = "";
	size_t i;

	for (i = 0; i < 600; i += 3)
		memcpy(text + i, "\xe2\x82\xac", 4);
	(void)fail(ctx, ERR_INVALID, NULL, "%s", text);
	assert_int_equal(strlen(ctx->fault.detail), 510);
	assert_true(str_utf8(str_of(ctx->fault.detail)));
	fail_clear(ctx);
	(void)fail(ctx, ERR_INVALID, NULL, "x%s", text);
	assert_int_equal(strlen(ctx->fault.detail), 511);
	assert_true(str_utf8(str_of(ctx->fault.detail)));
}

static void
test_full_arena_still_says_something(void **state)
{
	struct ctx *ctx = ctx_new(64);

	(void)state;
	assert_non_null(arena_get(ctx->mem, 64));
	(void)fail(ctx, ERR_TOO_LARGE, NULL, "a detail");
	fail_field(ctx, "name", "is wrong");
	assert_int_equal(ctx->fault.err, ERR_TOO_LARGE);
	assert_true(strlen(ctx->fault.detail) > 0);
	assert_int_equal(ctx->fault.nfields, 1);
	assert_non_null(ctx->fault.fields[0].field);
	assert_true(strlen(ctx->fault.fields[0].detail) > 0);
	ctx_free(&ctx);
	assert_null(ctx);
}

static void
test_fields_are_copied_and_counted(void **state)
{
	struct ctx *ctx = *state;
	char name[300];
	int i;

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	fail_field(ctx, name, "must be %d", 3);
	name[0] = 'x';
	assert_int_equal(ctx->fault.err, ERR_OK);
	assert_int_equal(strlen(ctx->fault.fields[0].field), 256);
	assert_int_equal(ctx->fault.fields[0].field[0], 'n');
	assert_string_equal(ctx->fault.fields[0].detail, "must be 3");
	for (i = 0; i < 100; i++)
		fail_field(ctx, "f", "again");
	assert_int_equal(ctx->fault.nfields, FAULT_FIELDS_MAX);
}

static void
test_clear_forgets_all_of_it(void **state)
{
	struct ctx *ctx = *state;

	fail_field(ctx, "f", "wrong");
	(void)fail(ctx, ERR_CONFLICT, "x", "y");
	fail_clear(ctx);
	assert_int_equal(ctx->fault.err, ERR_OK);
	assert_null(ctx->fault.code);
	assert_int_equal(ctx->fault.nfields, 0);
	assert_int_equal(fail(ctx, ERR_STALE, NULL, "z"), ERR_STALE);
	assert_int_equal(ctx->fault.err, ERR_STALE);
}

static void
test_nothing_of_a_request_outlives_it(void **state)
{
	struct ctx *ctx = *state;
	struct arena *mem = ctx->mem;

	ctx->request_id = "r1";
	ctx->client_ip = "192.0.2.1";
	ctx->who.by_cookie = true;
	ctx->who.role = "owner";
	memcpy(ctx->who.tenant.text, "t", 2);
	assert_non_null(arena_get(ctx->mem, 10));
	assert_non_null(arena_get(ctx->secrets, 10));
	(void)fail(ctx, ERR_CONFLICT, "x", "y");
	ctx_reset(ctx);
	assert_ptr_equal(ctx->mem, mem);
	assert_int_equal(arena_used(ctx->mem), 0);
	assert_int_equal(arena_used(ctx->secrets), 0);
	assert_int_equal(ctx->fault.err, ERR_OK);
	assert_null(ctx->request_id);
	assert_null(ctx->client_ip);
	assert_null(ctx->who.role);
	assert_false(ctx->who.by_cookie);
	assert_string_equal(ctx->who.tenant.text, "");
}

#define with_ctx(test)	cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		with_ctx(test_first_failure_wins),
		with_ctx(test_code_has_a_default),
		with_ctx(test_detail_is_a_copy_and_bounded),
		with_ctx(test_detail_is_not_cut_within_a_character),
		with_ctx(test_full_arena_still_says_something),
		with_ctx(test_fields_are_copied_and_counted),
		with_ctx(test_clear_forgets_all_of_it),
		with_ctx(test_nothing_of_a_request_outlives_it),
	};

	return cmocka_run_group_tests_name("ctx", tests, NULL, NULL);
}

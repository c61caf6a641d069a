/* SPDX-License-Identifier: Apache-2.0 */
/* What the isolation probe said becomes one row for each check. */
#include "config.h"

#include <string.h>

#include "libshared/doors/json.h"
#include "modules/worker/rounds/isolation.h"
#include "tests/support/unit_ctx.h"

static struct isolation_verdict verdict;

/* orders_of - each line is "CHECK ORDER" */
static struct json *
orders_of(const char *const *lines)
{
	struct json *orders = json_array(ctx), *one;
	char check[32];
	size_t len;

	for (; *lines != NULL; lines++) {
		len = strcspn(*lines, " ");
		memcpy(check, *lines, len);
		check[len] = '\0';
		one = json_object(ctx);
		json_put_text(one, "check", check);
		json_put_text(one, "order", *lines + len + 1);
		json_add(orders, one);
	}
	return orders;
}

static const struct json *
row(size_t i)
{
	return json_at(verdict.checks, i);
}

static bool
is_good(size_t i)
{
	bool good = false;

	assert_true(json_bool(json_get(row(i), "good"), &good));
	return good;
}

static void
judge(const char *said)
{
	static const char *const lines[] = { "own_server tcp s 8081",
	    "machine tcp gateway 22", "machine tcp gateway 5432", "raw raw",
	    NULL };

	isolation_judge(ctx, orders_of(lines), said, &verdict);
}

static void
test_what_is_as_it_must_be_is_isolated(void **state)
{
	int64_t n;

	(void)state;
	judge("0 open 4\n1 silent 3000\n2 silent 3001\n3 denied 0\n");
	assert_string_equal(verdict.outcome, "isolated");
	assert_null(verdict.error);
	assert_int_equal(json_count(verdict.checks), 3);
	assert_int_equal(json_count(verdict.paths), 0);
	assert_true(is_good(0) && is_good(1) && is_good(2));
	assert_true(json_int(json_get(row(1), "tries"), &n));
	assert_int_equal(n, 2);
	assert_true(json_int(json_get(row(1), "ms"), &n));
	assert_int_equal(n, 3001);
}

static void
test_one_open_path_of_many_is_named_to_operators_only(void **state)
{
	const char *text;

	(void)state;
	judge("0 open 4\n1 silent 3000\n2 refused 1\n3 denied 0\n");
	assert_string_equal(verdict.outcome, "open");
	assert_int_equal(json_count(verdict.paths), 1);
	assert_string_equal(json_text(json_at(verdict.paths, 0), NULL),
	    "machine: tcp gateway 5432");
	assert_false(is_good(1));
	assert_string_equal(json_member(row(1), "seen"), "refused");
	assert_int_equal(json_print(ctx, verdict.checks, &text, NULL),
	    ERR_OK);
	assert_null(strstr(text, "gateway"));
}

static void
test_what_must_work_and_does_not_is_broken(void **state)
{
	(void)state;
	judge("0 silent 3000\n1 silent 3000\n2 silent 3000\n3 denied 0\n");
	assert_string_equal(verdict.outcome, "broken");
	assert_non_null(strstr(verdict.error, "own server"));
	judge("0 silent 3000\n1 silent 3000\n2 open 1\n3 denied 0\n");
	assert_string_equal(verdict.outcome, "open");
}

static void
test_what_was_not_tried_proves_nothing(void **state)
{
	static const char *const said[] = { "", "garbage",
	    "0 open 4\n1 silent 3000\n2 silent 3000\n",
	    "0 open 4\n1 silent 3000\n2 error 3\n3 denied 0\n",
	    "0 open 4\n1 silent 3000\n2 fine 3\n3 denied 0\n",
	    "0 open 4\n1 silent 3000\n2 silent -1\n3 denied 0\n",
	    "0 open 4\n1 silent 3000\n4 silent 1\n3 denied 0\n" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		judge(said[i]);
		assert_string_equal(verdict.outcome, "failed");
		assert_int_equal(json_count(verdict.paths), 0);
	}
}

static void
test_no_orders_prove_nothing(void **state)
{
	(void)state;
	isolation_judge(ctx, json_array(ctx), "0 open 1\n", &verdict);
	assert_string_equal(verdict.outcome, "failed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_what_is_as_it_must_be_is_isolated),
		CTX_TEST(
		    test_one_open_path_of_many_is_named_to_operators_only),
		CTX_TEST(test_what_must_work_and_does_not_is_broken),
		CTX_TEST(test_what_was_not_tried_proves_nothing),
		CTX_TEST(test_no_orders_prove_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

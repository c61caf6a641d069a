/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/doors/json.h"
#include "libshared/plan/plan_rows.h"
#include "tests/support/unit_ctx.h"

#define VALUES_MAX	64

/* values_of - fills in what the database says of tier low */
static size_t
values_of(struct plan_value values[VALUES_MAX])
{
	const struct tier_row *rows;
	size_t i, n;

	rows = tier_rows(&n);
	assert_true(n <= VALUES_MAX);
	for (i = 0; i < n; i++)
		values[i] = (struct plan_value){ .key = rows[n - 1 - i].key,
		    .plan_value = rows[n - 1 - i].values[0],
		    .value = rows[n - 1 - i].values[0] };
	return n;
}

/* row_of - returns the row of a key */
static const struct json *
row_of(const char *text, const char *key)
{
	struct json *list;
	size_t i;

	assert_int_equal(json_parse(ctx, text, strlen(text), &list), ERR_OK);
	for (i = 0; i < json_count(list); i++)
		if (json_member_is(json_at(list, i), "key", key))
			return json_at(list, i);
	return NULL;
}

static void
test_a_row_says_plan_and_contract(void **state)
{
	struct plan_value values[VALUES_MAX];
	size_t i, n = values_of(values);
	const struct json *row;
	const char *text;
	bool flag;

	(void)state;
	for (i = 0; strcmp(values[i].key, "max_agents") != 0; i++)
		;
	values[i].value = NULL;
	values[i].reason = "Contract 7";
	values[i].since = "2026-03-02T09:15:10Z";
	assert_int_equal(plan_rows(ctx, values, n, &text), ERR_OK);
	assert_non_null(row = row_of(text, "max_agents"));
	assert_string_equal(json_member(row, "title"), "Agents");
	assert_string_equal(json_member(row, "words"), "Unlimited");
	assert_string_equal(json_member(row, "plan_words"), "10");
	assert_string_equal(json_member(row, "reason"), "Contract 7");
	assert_true(json_is_null(json_get(row, "value")));
	assert_true(json_is_null(json_get(row, "ends_at")));
	assert_true(json_bool(json_get(row, "negotiable"), &flag) && flag);
	assert_non_null(row = row_of(text, "vpn"));
	assert_true(json_bool(json_get(row, "negotiable"), &flag) && !flag);
}

static void
test_rows_have_the_order_of_the_matrix(void **state)
{
	struct plan_value values[VALUES_MAX];
	const struct tier_row *rows;
	size_t i, n = values_of(values);
	struct json *list;
	const char *text;

	(void)state;
	rows = tier_rows(&n);
	assert_int_equal(plan_rows(ctx, values, n, &text), ERR_OK);
	assert_int_equal(json_parse(ctx, text, strlen(text), &list), ERR_OK);
	assert_int_equal(json_count(list), n);
	for (i = 0; i < n; i++)
		assert_true(json_member_is(json_at(list, i), "key",
		    rows[i].key));
}

static void
test_a_row_that_the_database_lacks_is_no_plan(void **state)
{
	struct plan_value values[VALUES_MAX];
	size_t n = values_of(values);
	const char *text;

	(void)state;
	assert_int_equal(plan_rows(ctx, values + 1, n - 1, &text),
	    ERR_INTERNAL);
}

static void
test_a_tier_tells_its_own_values(void **state)
{
	const struct json *row;
	const char *text;

	(void)state;
	assert_int_equal(plan_rows_of(ctx, tier_of("mid"), &text), ERR_OK);
	assert_non_null(row = row_of(text, "retention_days"));
	assert_string_equal(json_member(row, "value"), "30");
	assert_string_equal(json_member(row, "words"), "30 days");
	assert_true(json_is_null(json_get(row, "reason")));
}

static void
test_a_value_is_read_for_its_key(void **state)
{
	const char *json = NULL;

	(void)state;
	assert_int_equal(plan_value_read(ctx, "max_agents", "unlimited",
	    &json), ERR_OK);
	assert_string_equal(json, "null");
	assert_int_equal(plan_value_read(ctx, "agents", "7", &json),
	    ERR_NOT_FOUND);
	assert_string_equal(ctx->fault.code, "no_such_limit");
	fail_clear(ctx);
	assert_int_equal(plan_value_read(ctx, "sso", "7", &json),
	    ERR_BAD_INPUT);
	assert_string_equal(ctx->fault.fields[0].field, "value");
	assert_string_equal(ctx->fault.detail, "value must be yes or no");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_a_row_says_plan_and_contract),
		CTX_TEST(test_rows_have_the_order_of_the_matrix),
		CTX_TEST(test_a_row_that_the_database_lacks_is_no_plan),
		CTX_TEST(test_a_tier_tells_its_own_values),
		CTX_TEST(test_a_value_is_read_for_its_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

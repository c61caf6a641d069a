/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "libshared/plan/entitle.h"
#include "tests/support/unit_ctx.h"

static void
test_what_the_plan_has_is_open(void **state)
{
	(void)state;
	assert_int_equal(entitle_check(ctx, &(const struct entitlement){
	    "sso", NULL, "true", "high", "acme" }), ERR_OK);
	assert_int_equal(entitle_check(ctx, &(const struct entitlement){
	    "lineage", "limited", "full", "mid", "acme" }), ERR_OK);
	assert_null(ctx->fault.lacks.feature);
}

static void
test_a_refusal_names_the_least_plan(void **state)
{
	const struct lacking *lacks = &ctx->fault.lacks;

	(void)state;
	assert_int_equal(entitle_check(ctx, &(const struct entitlement){
	    "lineage", "full", "limited", "low", "acme" }), ERR_FORBIDDEN);
	assert_string_equal(ctx->fault.code, "not_entitled");
	assert_string_equal(ctx->fault.detail, "plan Low does not include "
	    "\"Payload lineage: Full\": plan Mid does");
	assert_string_equal(lacks->feature, "lineage");
	assert_string_equal(lacks->required, "mid");
	assert_string_equal(lacks->current, "low");
	assert_string_equal(lacks->tenant, "acme");
}

static void
test_a_contract_that_excludes_is_named(void **state)
{
	(void)state;
	assert_int_equal(entitle_check(ctx, &(const struct entitlement){
	    "replay", NULL, "false", "business", NULL }), ERR_FORBIDDEN);
	assert_string_equal(ctx->fault.detail, "the contract of the tenant "
	    "excludes \"Exchange replay\": the operator of the platform can "
	    "change it");
	assert_string_equal(ctx->fault.lacks.required, "high");
}

static void
test_no_value_is_no_feature(void **state)
{
	(void)state;
	assert_int_equal(entitle_check(ctx, &(const struct entitlement){
	    "topology", NULL, NULL, "low", NULL }), ERR_FORBIDDEN);
}

static void
test_what_is_no_feature_is_our_mistake(void **state)
{
	(void)state;
	assert_int_equal(entitle_check(ctx, &(const struct entitlement){
	    "max_apps", NULL, "1", "low", NULL }), ERR_INTERNAL);
	fail_clear(ctx);
	assert_int_equal(entitle_check(ctx, &(const struct entitlement){
	    "sso", NULL, "false", "huge", NULL }), ERR_INTERNAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_what_the_plan_has_is_open),
		CTX_TEST(test_a_refusal_names_the_least_plan),
		CTX_TEST(test_a_contract_that_excludes_is_named),
		CTX_TEST(test_no_value_is_no_feature),
		CTX_TEST(test_what_is_no_feature_is_our_mistake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

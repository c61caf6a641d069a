/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/base/tier.h"
#include "tests/support/unit.h"

static int
arena_make(void **state)
{
	*state = arena_new(1u << 20, 0);
	return 0;
}

static int
arena_end(void **state)
{
	struct arena *mem = *state;

	arena_free(&mem);
	return 0;
}

/* The rows are those of the product requirements, one by one. */
static void
test_each_tier_includes_what_is_required(void **state)
{
	static const struct { const char *key, *said[TIERS]; } want[] = {
		{ "infrastructure", { "Shared cluster", "Shared cluster",
		    "Dedicated cluster", "Dedicated cluster" } },
		{ "pricing", { "Base fee and usage", "Base fee and usage",
		    "Committed resources", "Committed resources" } },
		{ "environments", { "prod", "dev, prod", "dev, staging, prod",
		    "dev, staging, prod" } },
		{ "custom_environments", { "No", "No", "Yes", "Yes" } },
		{ "max_agents", { "10", "50", "Unlimited", "Unlimited" } },
		{ "retention_days", { "7 days", "30 days", "90 days",
		    "Custom" } },
		{ "topology", { "Yes", "Yes", "Yes", "Yes" } },
		{ "lineage", { "Scope of a route only", "Full", "Full",
		    "Full" } },
		{ "lineage_captures_minute", { "10", "Unlimited", "Unlimited",
		    "Unlimited" } },
		{ "correlation", { "No", "Yes", "Yes", "Yes" } },
		{ "debugger", { "No", "No", "Yes", "Yes" } },
		{ "replay", { "No", "No", "Yes", "Yes" } },
		{ "sso", { "No", "No", "Yes", "Yes" } },
		{ "custom_roles", { "No", "No", "Yes", "Yes" } },
		{ "teams", { "One team", "One team", "Any number",
		    "Any number" } },
		{ "max_vaults", { "0", "1", "Unlimited", "Unlimited" } },
		{ "support", { "Documentation", "E-mail", "Priority",
		    "A named contact person" } },
		{ "sla_milli", { "Best effort", "99.5 %", "99.9 %",
		    "99.95 %" } },
		{ "vpn", { "No", "No", "Yes", "Yes" } },
	};
	const struct tier_row *row;
	size_t i, j;

	for (i = 0; i < nitems(want); i++) {
		row = tier_row_of(want[i].key);
		assert_non_null(row);
		for (j = 0; j < TIERS; j++)
			assert_string_equal(tier_say(*state, row,
			    row->values[j]), want[i].said[j]);
	}
}

static void
test_the_least_tier_is_named(void **state)
{
	const struct tier_row *lineage = tier_row_of("lineage");

	(void)state;
	assert_string_equal(tier_least(lineage, NULL)->name, "low");
	assert_string_equal(tier_least(lineage, "limited")->name, "low");
	assert_string_equal(tier_least(lineage, "full")->name, "mid");
	assert_string_equal(tier_least(tier_row_of("teams"), "full")->name,
	    "high");
	assert_string_equal(tier_least(tier_row_of("topology"), NULL)->name,
	    "low");
	assert_string_equal(tier_least(tier_row_of("correlation"), NULL)->name,
	    "mid");
	assert_string_equal(tier_least(tier_row_of("debugger"), NULL)->name,
	    "high");
}

static void
test_a_later_word_opens_more(void **state)
{
	const struct tier_row *lineage = tier_row_of("lineage");
	const struct tier_row *sso = tier_row_of("sso");

	(void)state;
	assert_true(tier_opens(lineage, "limited", NULL));
	assert_false(tier_opens(lineage, "limited", "full"));
	assert_true(tier_opens(lineage, "full", "limited"));
	assert_false(tier_opens(lineage, "odd", NULL));
	assert_true(tier_opens(sso, "true", NULL));
	assert_false(tier_opens(sso, "false", NULL));
	assert_false(tier_opens(sso, NULL, NULL));
	assert_false(tier_opens(sso, "odd", NULL));
}

static void
test_what_an_operator_writes_is_read(void **state)
{
	static const struct { const char *key, *text, *json, *why; } cases[] = {
		{ "max_apps", "7", "7", NULL },
		{ "max_apps", "0", "0", NULL },
		{ "max_apps", "-1", NULL, "must be a number up to 100000" },
		{ "max_apps", "100001", NULL, "must be a number up to 100000" },
		{ "max_apps", "unlimited", NULL,
		    "must be a number up to 100000" },
		{ "max_agents", "unlimited", "null", NULL },
		{ "max_agents", "many", NULL,
		    "must be a number up to 1000000, or unlimited" },
		{ "sso", "yes", "true", NULL },
		{ "sso", "no", "false", NULL },
		{ "sso", "true", NULL, "must be yes or no" },
		{ "lineage", "full", "\"full\"", NULL },
		{ "lineage", "Full", NULL, "must be one of limited, full" },
		{ "vpn", "yes", NULL, "is decided by the plan alone" },
	};
	const char *json, *why;
	size_t i;

	for (i = 0; i < nitems(cases); i++) {
		json = NULL;
		why = tier_read(*state, tier_row_of(cases[i].key),
		    cases[i].text, &json);
		if (cases[i].why == NULL)
			assert_null(why);
		else
			assert_string_equal(why, cases[i].why);
		if (cases[i].json == NULL)
			assert_null(json);
		else
			assert_string_equal(json, cases[i].json);
	}
}

static void
test_values_are_said_in_words(void **state)
{
	const struct tier_row *jar = tier_row_of("jar_bytes");

	assert_string_equal(tier_say(*state, jar, "268435456"), "256 MiB");
	assert_string_equal(tier_say(*state, jar, "1000"), "1000 bytes");
	assert_string_equal(tier_say(*state, tier_row_of("retention_days"),
	    "1"), "1 day");
	assert_string_equal(tier_say(*state, tier_row_of("sla_milli"),
	    "99005"), "99.005 %");
	assert_string_equal(tier_say(*state, tier_row_of("sla_milli"),
	    "100000"), "100 %");
}

static void
test_what_is_no_row_is_none(void **state)
{
	size_t n;

	(void)state;
	assert_null(tier_row_of("no_such_row"));
	assert_null(tier_row_of(NULL));
	assert_null(tier_of("huge"));
	assert_string_equal(tier_of("mid")->title, "Mid");
	assert_ptr_equal(tier_of("low"), tier_list());
	assert_ptr_equal(tier_rows(&n), tier_row_of("infrastructure"));
	assert_true(n > 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_tier_includes_what_is_required),
		cmocka_unit_test(test_the_least_tier_is_named),
		cmocka_unit_test(test_a_later_word_opens_more),
		cmocka_unit_test(test_what_an_operator_writes_is_read),
		cmocka_unit_test(test_values_are_said_in_words),
		cmocka_unit_test(test_what_is_no_row_is_none),
	};

	return cmocka_run_group_tests(tests, arena_make, arena_end);
}

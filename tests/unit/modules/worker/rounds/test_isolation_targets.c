/* SPDX-License-Identifier: Apache-2.0 */
/* What the isolation probe is told to try. */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/worker/rounds/isolation.h"
#include "tests/support/job_stage.h"

#define OTHER	"00000000-0000-7000-8000-0000000000b9"

static const char head[] = "  sl  local_address rem_address   st\n";

static const char *
listening(const char *table)
{
	struct json *orders = json_array(ctx);
	const char *text = "";

	isolation_listeners(ctx, str_of(table), orders);
	if (json_count(orders) > 0)
		assert_int_equal(isolation_text(ctx, orders, &text), ERR_OK);
	return text;
}

static void
test_what_others_can_reach_is_tried(void **state)
{
	(void)state;
	assert_string_equal(listening(head), "");
	assert_string_equal(listening(text_printf(ctx->mem, "%s"
	    "   0: 00000000:0016 00000000:0000 0A 00000000:00000000\n"
	    "   1: 0101A8C0:1538 00000000:0000 0A 00000000:00000000\n"
	    "   2: 0100007F:1F90 00000000:0000 0A 00000000:00000000\n"
	    "   3: 00000000:2382 0101A8C0:0050 01 00000000:00000000\n"
	    "   4: 00000000000000000000000000000000:01BB 00:00 0A 0:0\n",
	    head)), "tcp gateway 22\ntcp 192.168.1.1 5432\n"
	    "tcp gateway 443\n");
}

static void
test_what_is_open_on_purpose_is_not(void **state)
{
	(void)state;
	/* internal_url 10.0.0.1:8443, and the resolver */
	assert_string_equal(listening(
	    " 0: 0100000A:20FB 00000000:0000 0A 0\n"
	    " 1: 0102590A:0035 00000000:0000 0A 0\n"), "");
	assert_string_equal(listening(
	    " 0: 0200000A:20FB 00000000:0000 0A 0\n"),
	    "tcp 10.0.0.2 8443\n");
}

static void
test_a_malformed_table_adds_nothing(void **state)
{
	static const char *const bad[] = { "", "\n\n", " 0:", "x y z 0A",
	    " 0: 00000000:00G6 0 0A 0\n", " 0: 0000:0016:0 0 0A\n",
	    " 0: :0016 0 0A 0\n", " 0: 010X007F:0016 0 0A 0\n",
	    " 0: 00000000 0 0A 0\n", " 0: 00000000:00160 0 0A 0\n" };
	size_t i;

	(void)state;
	for (i = 0; i < nitems(bad); i++)
		assert_string_equal(listening(bad[i]), "");
}

static struct json *
orders_make(const char *outside)
{
	struct isolation_subject subject = { .slug = SLUG };
	struct json *orders = NULL;

	assert_true(uuid_set(&subject.tenant, TENANT));
	assert_true(uuid_set(&subject.place, PLACE));
	assert_int_equal(isolation_orders(ctx, &subject, outside, &orders),
	    ERR_OK);
	return orders;
}

static void
test_all_kinds_are_tried(void **state)
{
	static const char *const parts[] = {
	    "tcp cameleer-server-acme 8081\n", "tcp 10.0.0.1 8443\n",
	    "tcp 198.51.100.7 443\n", "tcp 10.0.0.1 5432\n", "raw\n",
	    "packet\n", "name cameleer-server-globex\n",
	    "tcp 169.254.169.254 80\n", "tcp fd00:ec2::254 80\n",
	    "tcp 10.0.0.1 443\n", "tcp gateway 5432\n" };
	const char *text;
	struct json *orders;
	size_t i;

	(void)state;
	fake_expect("isolation_others", PLACE, TENANT);
	fake_row("tenant", OTHER, "slug", "globex", "deployment", FAKE_NULL);
	expect_place();
	orders = orders_make("198.51.100.7:443");
	assert_int_equal(isolation_text(ctx, orders, &text), ERR_OK);
	for (i = 0; i < nitems(parts); i++)
		if (strstr(text, parts[i]) == NULL)
			fail_msg("no %s in %s", parts[i], text);
}

static void
test_another_tenants_server_is_tried_where_it_is(void **state)
{
	struct runtime_tenant other = { .slug = "globex",
	    .image = stage.server_image, .limits = { .memory_mb = 64,
	    .cpu_millis = 100 } };
	struct runtime_status status;
	const char *text;

	(void)state;
	assert_true(uuid_set(&other.id, OTHER));
	assert_int_equal(stage.rt->ensure_tenant(ctx, stage.rt, &other,
	    &status), ERR_OK);
	fake_expect("isolation_others", FAKE_ANY, FAKE_ANY);
	fake_row("tenant", OTHER, "slug", "globex", "deployment", FAKE_NULL);
	expect_place();
	assert_int_equal(isolation_text(ctx, orders_make(""), &text), ERR_OK);
	assert_non_null(strstr(text, "tcp 192.0.2.1 8081\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_what_others_can_reach_is_tried),
		JOB_TEST(test_what_is_open_on_purpose_is_not),
		JOB_TEST(test_a_malformed_table_adds_nothing),
		JOB_TEST(test_all_kinds_are_tried),
		JOB_TEST(test_another_tenants_server_is_tried_where_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/doors/json.h"
#include "libshared/skeleton/audit.h"
#include "tests/support/fake_sql.h"
#include "tests/support/request.h"

/* The personal data, which the trigger of the table hides. */
#define ADDRESS	"{\"client_ip\":\"192.0.2.1\"}"

static void
test_what_is_personal_stands_apart(void **state)
{
	static const char person[] = "{\"email\":\"a@example.test\","
	    "\"user_agent\":\"curl\",\"client_ip\":\"192.0.2.1\"}";

	(void)state;
	signed_in("owner", " app.read ");
	audit_fact(ctx, "email", "a@example.test");
	audit_fact(ctx, "name", "orders");
	audit_fact(ctx, "user_agent", "curl");
	fake_expect("audit_insert", FAKE_ANY, FAKE_ANY, FAKE_ANY, FAKE_ANY,
	    FAKE_ANY, FAKE_ANY, person, "done",
	    FAKE_NULL, "{\"name\":\"orders\"}", FAKE_ANY, FAKE_ANY);
	assert_int_equal(audit_request(ctx, AUDIT_DONE), ERR_OK);
}

/* Only refusals without a known account or subject are counted. */
static void
test_only_strangers_are_counted(void **state)
{
	bool counted = true;

	(void)state;
	audit_subject(ctx, "account", "a-1");
	assert_int_equal(audit_stranger(ctx, &counted), ERR_OK);
	assert_false(counted);
	audit_subject(ctx, NULL, NULL);
	(void)fail(ctx, ERR_UNAUTHENTICATED, "sign_in_required", "no");
	fake_expect("audit_flood", "192.0.2.1", "thing.create",
	    "sign_in_required", "3");
	fake_row("n", "3", "durability", FAKE_NULL);
	assert_int_equal(audit_stranger(ctx, &counted), ERR_OK);
	assert_false(counted);
	fake_expect("audit_flood", FAKE_ANY, FAKE_ANY, FAKE_ANY, FAKE_ANY);
	fake_row("n", "4", "durability", "off");
	assert_int_equal(audit_stranger(ctx, &counted), ERR_OK);
	assert_true(counted);
	signed_in("owner", " app.read ");
	assert_int_equal(audit_stranger(ctx, &counted), ERR_OK);
	assert_false(counted);
}

static void
test_a_change_is_recorded_with_who_and_what(void **state)
{
	(void)state;
	signed_in("owner", " app.read ");
	audit_subject(ctx, "app", "a-1");
	audit_environment(ctx, "prod");
	audit_fact(ctx, "name", "ord\"ers");
	audit_fact(ctx, "old", NULL);
	fake_expect("audit_insert", FAKE_ANY, "account", "thing.create",
	    "app", "a-1", "prod", ADDRESS, "done", FAKE_NULL,
	    "{\"name\":\"ord\\\"ers\",\"old\":null}", "r-1", "things");
	assert_int_equal(audit_request(ctx, AUDIT_DONE), ERR_OK);
}

static void
test_a_refusal_is_recorded_with_its_code(void **state)
{
	(void)state;
	(void)fail(ctx, ERR_FORBIDDEN, "not_permitted", "no");
	fake_expect("audit_insert", FAKE_ANY, "anonymous", "thing.create",
	    FAKE_NULL, FAKE_NULL, FAKE_NULL, ADDRESS, "refused",
	    "not_permitted", FAKE_NULL, "r-1", "things");
	assert_int_equal(audit_request(ctx, AUDIT_REFUSED), ERR_OK);
}

static void
test_a_route_without_an_action_is_recorded_by_its_path(void **state)
{
	(void)state;
	route.audit = NULL;
	fake_expect("audit_insert", FAKE_ANY, FAKE_ANY, "/api/things",
	    FAKE_ANY, FAKE_ANY, FAKE_ANY, FAKE_ANY, "refused", FAKE_ANY,
	    FAKE_ANY, FAKE_ANY, FAKE_ANY);
	assert_int_equal(audit_request(ctx, AUDIT_REFUSED), ERR_OK);
}

static void
test_the_platform_records_as_itself(void **state)
{
	const struct audit audit = { .action = "key.retire",
	    .subject_type = "key", .subject_id = "kid",
	    .result = AUDIT_FAILED, .code = "late" };

	(void)state;
	ctx->who.system = true;
	ctx->service = NULL;
	ctx->client_ip = ctx->request_id = NULL;
	fake_expect("audit_insert", FAKE_ANY, "platform", "key.retire", "key",
	    "kid", FAKE_NULL, FAKE_NULL, "failed", "late", FAKE_NULL,
	    FAKE_NULL, "worker");
	assert_int_equal(audit_write(ctx, &audit), ERR_OK);
}

/* A change without its audit row fails, so that the caller rolls back. */
static void
test_a_row_that_cannot_be_written_is_a_failure(void **state)
{
	(void)state;
	fake_expect("audit_insert", FAKE_ANY, FAKE_ANY, FAKE_ANY, FAKE_ANY,
	    FAKE_ANY, FAKE_ANY, FAKE_ANY, FAKE_ANY, FAKE_ANY, FAKE_ANY,
	    FAKE_ANY, FAKE_ANY);
	fake_error(ERR_INTERNAL, "42501");
	assert_int_equal(audit_request(ctx, AUDIT_DONE), ERR_INTERNAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REQUEST_TEST(test_what_is_personal_stands_apart),
		REQUEST_TEST(test_only_strangers_are_counted),
		REQUEST_TEST(test_a_change_is_recorded_with_who_and_what),
		REQUEST_TEST(test_a_refusal_is_recorded_with_its_code),
		REQUEST_TEST(
		    test_a_route_without_an_action_is_recorded_by_its_path),
		REQUEST_TEST(test_the_platform_records_as_itself),
		REQUEST_TEST(test_a_row_that_cannot_be_written_is_a_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

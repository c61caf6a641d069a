/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/skeleton/idempotency.h"
#include "libshared/skeleton/req.h"
#include "tests/support/fake_sql.h"
#include "tests/support/request.h"

#define CLAIM_ARGS	ACCOUNT, TENANT, "/api/things", "k-1", FAKE_ANY
#define GET_ARGS	ACCOUNT, TENANT, "/api/things", "k-1"

static char claimed[SHA256_HEX_MAX];

static int
setup(void **state)
{
	if (request_setup(state) != 0)
		return -1;
	signed_in("owner", " tenant.manage ");
	req.idempotency_key = "k-1";
	req.body = STR("{\"name\":\"a\"}");
	return 0;
}

/* fingerprint - returns what the claim of this request would store */
static const char *
fingerprint(void)
{
	idempotency_fingerprint(&req, claimed);
	return claimed;
}

static void
test_a_first_request_goes_on(void **state)
{
	bool replayed = true;

	(void)state;
	fake_expect("idempotency_claim", ACCOUNT, TENANT, "/api/things",
	    "k-1", fingerprint());
	fake_affected(1);
	assert_int_equal(idempotency_begin(ctx, &replayed), ERR_OK);
	assert_false(replayed);
}

static void
test_its_answer_is_stored_with_it(void **state)
{
	(void)state;
	req.status = 201;
	req.body_out = "{\"id\":1}";
	req.body_out_len = strlen(req.body_out);
	req.keyed = true;
	fake_expect("request_pin", TENANT, ACCOUNT);
	fake_expect("idempotency_store", GET_ARGS, "201", "{\"id\":1}");
	assert_int_equal(idempotency_end(ctx), ERR_OK);
}

static void
test_the_second_gets_the_same_answer(void **state)
{
	bool replayed = false;

	(void)state;
	fake_expect("idempotency_claim", CLAIM_ARGS);
	fake_expect("idempotency_get", GET_ARGS);
	fake_row("fingerprint", fingerprint(), "status", "201", "body",
	    "{\"id\":1}");
	assert_int_equal(idempotency_begin(ctx, &replayed), ERR_OK);
	assert_true(replayed && req.replayed && !req.keyed);
	assert_int_equal(req.status, 201);
	assert_string_equal(req.body_out, "{\"id\":1}");
	assert_int_equal(req.body_out_len, 8);
	assert_string_equal(replied("Idempotency-Replayed", NULL), "true");
}

static void
test_an_answer_without_a_body_is_replayed_without(void **state)
{
	bool replayed = false;

	(void)state;
	fake_expect("idempotency_claim", CLAIM_ARGS);
	fake_expect("idempotency_get", GET_ARGS);
	fake_row("fingerprint", fingerprint(), "status", "204", "body",
	    FAKE_NULL);
	assert_int_equal(idempotency_begin(ctx, &replayed), ERR_OK);
	assert_int_equal(req.status, 204);
	assert_int_equal(req.body_out_len, 0);
}

static void
test_the_same_key_with_another_body_is_refused(void **state)
{
	bool replayed = false;

	(void)state;
	fake_expect("idempotency_claim", CLAIM_ARGS);
	fake_expect("idempotency_get", GET_ARGS);
	fake_row("fingerprint", "other", "status", "201", "body", "{}");
	assert_int_equal(idempotency_begin(ctx, &replayed), ERR_INVALID);
	assert_fault(ERR_INVALID, "idempotency_key_reused");
}

static void
test_one_that_is_under_way_is_a_conflict(void **state)
{
	bool replayed = false;

	(void)state;
	fake_expect("idempotency_claim", CLAIM_ARGS);
	fake_error(ERR_UNAVAILABLE, "55P03");
	assert_int_equal(idempotency_begin(ctx, &replayed), ERR_CONFLICT);
	assert_fault(ERR_CONFLICT, "request_in_flight");
	assert_false(replayed);
}

static void
test_a_database_that_is_away_is_no_conflict(void **state)
{
	bool replayed = false;

	(void)state;
	fake_expect("idempotency_claim", CLAIM_ARGS);
	fake_error(ERR_UNAVAILABLE, "57P01");
	assert_int_equal(idempotency_begin(ctx, &replayed),
	    ERR_UNAVAILABLE);
}

/* Asserts that no query is made where nothing can be stored. */
static void
none(void)
{
	bool replayed = true;

	assert_int_equal(idempotency_begin(ctx, &replayed), ERR_OK);
	assert_false(replayed);
	assert_int_equal(idempotency_end(ctx), ERR_OK);
}

static void
test_it_needs_a_key_a_post_and_an_account(void **state)
{
	(void)state;
	req.idempotency_key = NULL;
	none();
	req.idempotency_key = "k-1";
	req.method = PATCH;
	none();
	req.method = POST;
	ctx->who.account = (struct uuid){ "" };
	none();
}

static void
test_secrets_are_never_stored(void **state)
{
	(void)state;
	route.flags = ROUTE_WRITE | ROUTE_SECRET;
	none();
	route.flags = ROUTE_WRITE | ROUTE_REMOTE | ROUTE_SECRET;
	none();
}

static void
test_a_stream_has_keys_by_what_its_handler_says(void **state)
{
	bool replayed = true;

	(void)state;
	route.flags = ROUTE_WRITE | ROUTE_REMOTE | ROUTE_STREAM;
	fake_expect("idempotency_claim", ACCOUNT, TENANT, "/api/things",
	    "k-1", fingerprint());
	fake_affected(1);
	assert_int_equal(idempotency_begin(ctx, &replayed), ERR_OK);
	assert_true(req.keyed && !req.replayed && !replayed);
}

/* A reply is not stored for a key that the handler did not claim. */
static void
test_a_key_that_was_not_claimed_stores_nothing(void **state)
{
	(void)state;
	assert_false(req.keyed);
	assert_int_equal(idempotency_end(ctx), ERR_OK);
}

static void
test_an_account_without_a_tenant_has_keys_too(void **state)
{
	bool replayed;

	(void)state;
	ctx->who.tenant = (struct uuid){ "" };
	fake_expect("idempotency_claim", ACCOUNT, FAKE_NULL, "/api/things",
	    "k-1", FAKE_ANY);
	fake_affected(1);
	assert_int_equal(idempotency_begin(ctx, &replayed), ERR_OK);
}

static void
test_a_key_has_255_characters_at_most(void **state)
{
	static char key[IDEMPOTENCY_KEY_MAX + 2];
	bool replayed;

	(void)state;
	memset(key, 'k', IDEMPOTENCY_KEY_MAX + 1);
	req.idempotency_key = key;
	assert_int_equal(idempotency_begin(ctx, &replayed), ERR_BAD_INPUT);
	assert_fault(ERR_BAD_INPUT, "bad_idempotency_key");
	fail_clear(ctx);
	key[IDEMPOTENCY_KEY_MAX] = '\0';
	fake_expect("idempotency_claim", ACCOUNT, TENANT, "/api/things", key,
	    FAKE_ANY);
	fake_affected(1);
	assert_int_equal(idempotency_begin(ctx, &replayed), ERR_OK);
}

static void
test_a_key_is_utf_8(void **state)
{
	bool replayed;

	(void)state;
	req.idempotency_key = "k\377";
	assert_int_equal(idempotency_begin(ctx, &replayed), ERR_BAD_INPUT);
	assert_fault(ERR_BAD_INPUT, "bad_idempotency_key");
}

/* The pattern names the route, so the fingerprint includes the parameters. */
static void
test_the_fingerprint_tells_requests_apart(void **state)
{
	char first[SHA256_HEX_MAX];

	(void)state;
	req.params.list[0] = (struct param){ "app}", STR("orders") };
	req.params.n = 1;
	memcpy(first, fingerprint(), sizeof(first));
	assert_string_equal(fingerprint(), first);
	req.params.list[0].value = STR("billing");
	assert_string_not_equal(fingerprint(), first);
	req.params.list[0].value = STR("orders");
	req.query = "deploy=false";
	assert_string_not_equal(fingerprint(), first);
	req.query = NULL;
	req.body = STR("{\"name\":\"b\"}");
	assert_string_not_equal(fingerprint(), first);
	req.body = (struct str){ NULL, 0 };
	assert_string_not_equal(fingerprint(), first);
}

/* A text that moves from one part to the next changes the fingerprint. */
static void
test_the_parts_of_a_fingerprint_do_not_run_together(void **state)
{
	char first[SHA256_HEX_MAX];

	(void)state;
	req.params.list[0] = (struct param){ "a}", STR("xy") };
	req.params.list[1] = (struct param){ "b}", STR("z") };
	req.params.n = 2;
	memcpy(first, fingerprint(), sizeof(first));
	req.params.list[0].value = STR("x");
	req.params.list[1].value = STR("yz");
	assert_string_not_equal(fingerprint(), first);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, request_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_first_request_goes_on),
		TEST(test_its_answer_is_stored_with_it),
		TEST(test_the_second_gets_the_same_answer),
		TEST(test_an_answer_without_a_body_is_replayed_without),
		TEST(test_the_same_key_with_another_body_is_refused),
		TEST(test_one_that_is_under_way_is_a_conflict),
		TEST(test_a_database_that_is_away_is_no_conflict),
		TEST(test_it_needs_a_key_a_post_and_an_account),
		TEST(test_secrets_are_never_stored),
		TEST(test_a_stream_has_keys_by_what_its_handler_says),
		TEST(test_a_key_that_was_not_claimed_stores_nothing),
		TEST(test_an_account_without_a_tenant_has_keys_too),
		TEST(test_a_key_has_255_characters_at_most),
		TEST(test_a_key_is_utf_8),
		TEST(test_the_fingerprint_tells_requests_apart),
		TEST(test_the_parts_of_a_fingerprint_do_not_run_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

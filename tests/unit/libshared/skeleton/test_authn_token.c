/* SPDX-License-Identifier: Apache-2.0 */
/* Requests of programs: authn.c with API tokens. */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/api_token.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/req.h"
#include "tests/support/fake_sql.h"
#include "tests/support/request.h"

#define TOKEN	"00000000-0000-7000-8000-000000000003"

static char digest[SHA256_HEX_MAX];

static const char *
bearer(const char *text)
{
	const char *value = text_printf(ctx->mem, "Bearer %s", text);

	assert_non_null(value);
	return value;
}

/* send_token - puts a new token into the header; returns it */
static const char *
send_token(void)
{
	const char *token;

	assert_int_equal(api_token_new(ctx, &token), ERR_OK);
	token_digest(token, digest);
	req.authorization = bearer(token);
	return token;
}

static void
known(const char *use_due)
{
	fake_expect("request_begin_token", digest);
	fake_row("good", "t", "token", TOKEN, "account", ACCOUNT, "tenant",
	    TENANT, "kind", "service", "role", "developer", "permissions",
	    " app.read app.deploy ", "scopes", " app.read ", "tenant_slug",
	    "acme", "tenant_state", "active",
	    FAKE_NO_LICENSE,
	    "use_due", use_due);
}

static void
test_the_database_says_who_it_is(void **state)
{
	(void)state;
	(void)send_token();
	assert_int_equal(authn_token(ctx), ERR_OK);
	assert_true(uuid_empty(&ctx->who.account));
	known("f");
	assert_int_equal(authn_begin(ctx, true), ERR_OK);
	assert_int_equal(fake_log->writes, 1);
	assert_string_equal(ctx->who.account.text, ACCOUNT);
	assert_string_equal(ctx->who.tenant.text, TENANT);
	assert_string_equal(ctx->who.token.text, TOKEN);
	assert_string_equal(ctx->who.kind, "service");
	assert_string_equal(ctx->who.scopes, " app.read ");
	assert_string_equal(ctx->who.role, "developer");
	assert_false(ctx->who.fresh);
	assert_true(uuid_empty(&ctx->who.session));
	assert_int_equal(authz_check(ctx, PERM_APP_READ), ERR_OK);
	assert_int_equal(authz_check(ctx, PERM_APP_DEPLOY), ERR_FORBIDDEN);
	assert_string_equal(json_member(req.facts, "api_token"), TOKEN);
	sql_rollback(ctx);
}

/* A token is valid for its own tenant, whatever the header names. */
static void
test_a_header_leads_to_no_other_tenant(void **state)
{
	static const struct { const char *named; enum err e; } cases[] = {
		{ NULL, ERR_OK }, { "acme", ERR_OK },
		{ "globex", ERR_FORBIDDEN },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(cases); i++) {
		fail_clear(ctx);
		ctx->who = (struct who){ .by_cookie = false };
		(void)send_token();
		req.tenant_header = cases[i].named;
		assert_int_equal(authn_token(ctx), ERR_OK);
		known("f");
		assert_int_equal(authn_begin(ctx, false), ERR_OK);
		assert_string_equal(ctx->who.tenant.text, TENANT);
		assert_int_equal(authz_check(ctx, PERM_APP_READ),
		    cases[i].e);
		sql_rollback(ctx);
	}
	assert_fault(ERR_FORBIDDEN, "token_of_other_tenant");
}

/* No query is scripted, so any query would fail the test. */
static void
test_a_flipped_bit_costs_no_query(void **state)
{
	const char *token;
	char *text;
	unsigned i, bit;

	(void)state;
	assert_int_equal(api_token_new(ctx, &token), ERR_OK);
	for (i = sizeof(API_TOKEN_PREFIX) - 1; i < API_TOKEN_LEN; i++)
		for (bit = 0; bit < 7; bit++) {
			fail_clear(ctx);
			text = text_printf(ctx->secrets, "Bearer %s", token);
			assert_non_null(text);
			text[7 + i] = (char)(text[7 + i] ^ (1 << bit));
			req.authorization = text;
			if (authn_token(ctx) != ERR_UNAUTHENTICATED)
				fail_msg("bit %u of byte %u", bit, i);
			assert_fault(ERR_UNAUTHENTICATED, "invalid_token");
			assert_null(ctx->who.digest);
		}
}

static void
test_one_that_ended_is_refused(void **state)
{
	(void)state;
	(void)send_token();
	assert_int_equal(authn_token(ctx), ERR_OK);
	fake_expect("request_begin_token", digest);
	fake_row("good", "f", "token", FAKE_NULL, "account", FAKE_NULL,
	    "tenant", FAKE_NULL, "kind", FAKE_NULL, "role", FAKE_NULL,
	    "permissions", FAKE_NULL, "scopes", FAKE_NULL, "tenant_slug",
	    FAKE_NULL, "tenant_state", FAKE_NULL,
	    FAKE_NO_LICENSE,
	    "use_due", "t");
	assert_int_equal(authn_begin(ctx, false), ERR_UNAUTHENTICATED);
	assert_fault(ERR_UNAUTHENTICATED, "token_ended");
	assert_true(uuid_empty(&ctx->who.account));
	/* and its use is not recorded */
	authn_used(ctx);
	sql_rollback(ctx);
}

static void
test_a_cookie_holds_none(void **state)
{
	const char *token;

	(void)state;
	assert_int_equal(api_token_new(ctx, &token), ERR_OK);
	process.keys_read_at = INT64_MAX / 2;
	req.cookie = text_printf(ctx->mem, ACCESS_COOKIE "=%s", token);
	assert_int_equal(authn_token(ctx), ERR_UNAUTHENTICATED);
	assert_null(ctx->who.digest);
}

static void
test_a_use_is_recorded_when_it_is_due(void **state)
{
	(void)state;
	(void)send_token();
	assert_int_equal(authn_token(ctx), ERR_OK);
	known("t");
	assert_int_equal(authn_begin(ctx, false), ERR_OK);
	sql_rollback(ctx);
	fake_expect("api_token_used", TENANT, TOKEN);
	authn_used(ctx);
	assert_int_equal(fake_log->commits, 1);
}

static void
test_a_use_is_not_recorded_twice_a_minute(void **state)
{
	(void)state;
	(void)send_token();
	assert_int_equal(authn_token(ctx), ERR_OK);
	known("f");
	assert_int_equal(authn_begin(ctx, false), ERR_OK);
	sql_rollback(ctx);
	authn_used(ctx);
	assert_int_equal(fake_log->commits, 0);
}

static void
test_a_session_records_no_use(void **state)
{
	(void)state;
	signed_in("owner", " app.read ");
	authn_used(ctx);
	assert_int_equal(fake_log->begins, 0);
}

static void
test_a_use_that_cannot_be_recorded_harms_nobody(void **state)
{
	(void)state;
	ctx->who.use_due = true;
	assert_true(uuid_set(&ctx->who.tenant, TENANT));
	assert_true(uuid_set(&ctx->who.token, TOKEN));
	fake_expect("api_token_used", TENANT, TOKEN);
	fake_error(ERR_UNAVAILABLE, "57P01");
	authn_used(ctx);
	assert_false(fake_log->open);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REQUEST_TEST(test_the_database_says_who_it_is),
		REQUEST_TEST(test_a_header_leads_to_no_other_tenant),
		REQUEST_TEST(test_a_flipped_bit_costs_no_query),
		REQUEST_TEST(test_one_that_ended_is_refused),
		REQUEST_TEST(test_a_cookie_holds_none),
		REQUEST_TEST(test_a_use_is_recorded_when_it_is_due),
		REQUEST_TEST(test_a_use_is_not_recorded_twice_a_minute),
		REQUEST_TEST(test_a_session_records_no_use),
		REQUEST_TEST(test_a_use_that_cannot_be_recorded_harms_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/key.h"
#include "libshared/proto/token.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/req.h"
#include "tests/support/fake_sql.h"
#include "tests/support/request.h"

static struct key mine, other;

static int64_t
monotonic_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Sets up one active key that was just read. */
static int
setup(void **state)
{
	if (request_setup(state) != 0)
		return -1;
	if (key_generate(ctx, KEY_ACCESS, &mine) != ERR_OK ||
	    key_generate(ctx, KEY_ACCESS, &other) != ERR_OK)
		return -1;
	mine.state = KEY_ACTIVE;
	mine.published = true;
	process.keys.keys[0] = mine;
	process.keys.n = 1;
	process.keys_read_at = monotonic_s();
	return 0;
}

/* Returns a valid token of the key; claims may be changed. */
static const char *
token(const struct key *key, const char *claim, const char *value)
{
	struct json *claims = json_object(ctx);
	int64_t now = (int64_t)time(NULL);
	const char *text;

	json_put_text(claims, "iss", BASE_URL);
	json_put_text(claims, "aud", ACCESS_AUDIENCE);
	json_put_text(claims, "sub", ACCOUNT);
	json_put_text(claims, "sid", SESSION);
	json_put_text(claims, "tid", TENANT);
	json_put_int(claims, "nbf", now);
	json_put_int(claims, "exp", now + ACCESS_TTL_S);
	if (claim != NULL && strcmp(claim, "exp") == 0)
		json_put_int(claims, "exp", now - 3600);
	else if (claim != NULL)
		json_put_text(claims, claim, value);
	assert_int_equal(token_sign(ctx, key, ACCESS_TYP, claims, &text),
	    ERR_OK);
	return text;
}

static const char *
bearer(const char *text)
{
	const char *value = text_printf(ctx->mem, "Bearer %s", text);

	assert_non_null(value);
	return value;
}

static void
test_no_credential_is_anonymous(void **state)
{
	(void)state;
	assert_int_equal(authn_token(ctx), ERR_OK);
	assert_true(uuid_empty(&ctx->who.account));
	req.cookie = "theme=dark";
	assert_int_equal(authn_token(ctx), ERR_OK);
	assert_true(uuid_empty(&ctx->who.account));
}

static void
test_a_bearer_token_says_who(void **state)
{
	(void)state;
	req.authorization = bearer(token(&mine, NULL, NULL));
	assert_int_equal(authn_token(ctx), ERR_OK);
	assert_string_equal(ctx->who.account.text, ACCOUNT);
	assert_string_equal(ctx->who.session.text, SESSION);
	assert_string_equal(ctx->who.tenant.text, TENANT);
	assert_true(ctx->who.bound);
	assert_false(ctx->who.by_cookie);
}

static void
test_a_cookie_says_who(void **state)
{
	(void)state;
	req.cookie = text_printf(ctx->mem, "a=b; " ACCESS_COOKIE "=%s",
	    token(&mine, NULL, NULL));
	assert_int_equal(authn_token(ctx), ERR_OK);
	assert_string_equal(ctx->who.account.text, ACCOUNT);
	assert_true(ctx->who.by_cookie);
}

/* Otherwise a stranger's page could choose which account asks. */
static void
test_the_header_wins_over_the_cookie(void **state)
{
	(void)state;
	req.cookie = text_printf(ctx->mem, ACCESS_COOKIE "=%s",
	    token(&mine, NULL, NULL));
	req.authorization = "Bearer nonsense";
	assert_int_equal(authn_token(ctx), ERR_UNAUTHENTICATED);
	assert_fault(ERR_UNAUTHENTICATED, "invalid_token");
}

static void
test_other_schemes_are_refused(void **state)
{
	static const char *const values[] = { "Basic dTpw", "Bearer",
	    "Bearer ", "Token x", "" };
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(values); i++) {
		fail_clear(ctx);
		req.authorization = values[i];
		if (authn_token(ctx) != ERR_UNAUTHENTICATED)
			fail_msg("'%s' is taken", values[i]);
	}
	fail_clear(ctx);
	req.authorization = text_printf(ctx->mem, "bEaReR %s",
	    token(&mine, NULL, NULL));
	assert_int_equal(authn_token(ctx), ERR_OK);
}

static void
test_wrong_claims_are_refused_alike(void **state)
{
	static const struct { const char *claim, *value; } wrong[] = {
		{ "exp", NULL }, { "iss", "https://evil.example" },
		{ "aud", "cameleer-server:acme" }, { "sub", "root" },
		{ "sub", "" }, { "sid", "x" }, { "sid", NULL },
		{ "tid", "acme" },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(wrong); i++) {
		fail_clear(ctx);
		ctx->who = (struct who){ .by_cookie = false };
		req.authorization = bearer(token(&mine, wrong[i].claim,
		    wrong[i].value));
		if (authn_token(ctx) != ERR_UNAUTHENTICATED)
			fail_msg("%s = %s is taken", wrong[i].claim,
			    wrong[i].value);
		assert_fault(ERR_UNAUTHENTICATED, "invalid_token");
	}
}

static void
test_a_token_may_be_for_no_tenant(void **state)
{
	(void)state;
	req.authorization = bearer(token(&mine, "tid", NULL));
	assert_int_equal(authn_token(ctx), ERR_OK);
	assert_true(uuid_empty(&ctx->who.tenant));
	assert_false(ctx->who.bound);
}

static const char *
jwk_of(const struct key *key)
{
	struct json *jwk;
	const char *text;

	assert_int_equal(key_jwk(ctx, key, &jwk), ERR_OK);
	assert_int_equal(json_print(ctx, jwk, &text, NULL), ERR_OK);
	return text;
}

/* A rotation is seen at the next request, at most once a minute (T27). */
static void
test_an_unknown_key_is_looked_for(void **state)
{
	(void)state;
	process.keys_read_at = monotonic_s() - 61;
	req.authorization = bearer(token(&other, NULL, NULL));
	fake_expect("signing_keys");
	fake_row("kid", other.kid, "purpose", "access", "state", "active",
	    "jwk", jwk_of(&other));
	assert_int_equal(authn_token(ctx), ERR_OK);
	assert_string_equal(ctx->who.account.text, ACCOUNT);
}

static void
test_but_not_for_each_stranger(void **state)
{
	(void)state;
	req.authorization = bearer(token(&other, NULL, NULL));
	assert_int_equal(authn_token(ctx), ERR_UNAUTHENTICATED);
	fail_clear(ctx);
	assert_int_equal(authn_token(ctx), ERR_UNAUTHENTICATED);
}

static void
test_a_key_that_was_removed_is_not_believed(void **state)
{
	(void)state;
	process.keys_read_at = monotonic_s() - 31;
	req.authorization = bearer(token(&mine, NULL, NULL));
	fake_expect("signing_keys");
	fake_row("kid", other.kid, "purpose", "access", "state", "active",
	    "jwk", jwk_of(&other));
	assert_int_equal(authn_token(ctx), ERR_UNAUTHENTICATED);
}

static void
test_keys_that_cannot_be_read_are_no_refusal(void **state)
{
	(void)state;
	process.keys_read_at = 0;
	req.authorization = bearer(token(&mine, NULL, NULL));
	fake_expect("signing_keys");
	fake_error(ERR_UNAVAILABLE, "57P01");
	assert_int_equal(authn_token(ctx), ERR_UNAVAILABLE);
}

static void
test_a_key_for_another_purpose_is_refused(void **state)
{
	(void)state;
	process.keys.keys[0].purpose = KEY_LICENSE;
	req.authorization = bearer(token(&mine, NULL, NULL));
	assert_int_equal(authn_token(ctx), ERR_UNAUTHENTICATED);
}

/* The transaction of a request. */
static void
test_anonymous_begins_without_a_question(void **state)
{
	(void)state;
	assert_int_equal(authn_begin(ctx, false), ERR_OK);
	assert_int_equal(fake_log->begins, 1);
	assert_int_equal(fake_log->writes, 0);
	assert_null(ctx->who.role);
	sql_rollback(ctx);
}

static void
test_the_database_says_what_still_holds(void **state)
{
	(void)state;
	signed_in(NULL, NULL);
	fake_expect("request_begin", SESSION, ACCOUNT, TENANT, FAKE_NULL);
	fake_row("good", "t", "kind", "person", "fresh", "f",
	    "tenant", TENANT, "rule", "sso_required", "role", "admin",
	    "permissions", " app.read ",
	    "tenant_slug", "acme", "tenant_state", "suspended",
	    FAKE_NO_LICENSE);
	assert_int_equal(authn_begin(ctx, true), ERR_OK);
	assert_int_equal(fake_log->writes, 1);
	assert_string_equal(ctx->who.role, "admin");
	assert_string_equal(ctx->who.permissions, " app.read ");
	assert_string_equal(ctx->who.kind, "person");
	assert_string_equal(ctx->who.rule, "sso_required");
	assert_false(ctx->who.fresh);
	assert_string_equal(ctx->who.tenant_slug, "acme");
	assert_string_equal(ctx->who.tenant_state, "suspended");
	sql_rollback(ctx);
}

static void
test_a_session_that_ended_is_refused(void **state)
{
	(void)state;
	signed_in("owner", " app.read ");
	fake_expect("request_begin", SESSION, ACCOUNT, TENANT, FAKE_NULL);
	fake_row("good", "f", "kind", FAKE_NULL, "fresh", "f",
	    "tenant", FAKE_NULL,
	    "rule", FAKE_NULL, "role", FAKE_NULL, "permissions", FAKE_NULL,
	    "tenant_slug", FAKE_NULL, "tenant_state", FAKE_NULL,
	    FAKE_NO_LICENSE);
	assert_int_equal(authn_begin(ctx, true), ERR_UNAUTHENTICATED);
	assert_fault(ERR_UNAUTHENTICATED, "session_ended");
	sql_rollback(ctx);
}

/* Role and permissions come from the database, and earlier ones are removed. */
static void
test_a_member_no_more_has_no_role(void **state)
{
	(void)state;
	signed_in("owner", " app.read ");
	fake_expect("request_begin", SESSION, ACCOUNT, TENANT, FAKE_NULL);
	fake_row("good", "t", "kind", "person", "fresh", "t",
	    "tenant", FAKE_NULL, "rule", FAKE_NULL, "role", FAKE_NULL,
	    "permissions", FAKE_NULL,
	    "tenant_slug", FAKE_NULL, "tenant_state", FAKE_NULL,
	    FAKE_NO_LICENSE);
	assert_int_equal(authn_begin(ctx, false), ERR_OK);
	assert_null(ctx->who.role);
	assert_null(ctx->who.permissions);
	assert_true(uuid_empty(&ctx->who.tenant));
	sql_rollback(ctx);
}

static void
test_a_pin_names_tenant_and_account(void **state)
{
	const struct uuid none = { "" }, tenant = { TENANT };

	(void)state;
	fake_expect("request_pin", TENANT, FAKE_NULL);
	assert_int_equal(authn_pin(ctx, &tenant, &none), ERR_OK);
}

/* Requests of other sites are refused. */
static void
test_a_bearer_needs_no_csrf_header(void **state)
{
	(void)state;
	ctx->who.by_cookie = false;
	req.origin = "https://evil.example";
	assert_int_equal(authn_csrf(ctx), ERR_OK);
}

static void
test_a_cookie_needs_the_header(void **state)
{
	static const char *const values[] = { NULL, "", "0", "2", "11",
	    "true" };
	unsigned i;

	(void)state;
	ctx->who.by_cookie = true;
	for (i = 0; i < nitems(values); i++) {
		fail_clear(ctx);
		req.csrf = values[i];
		assert_int_equal(authn_csrf(ctx), ERR_FORBIDDEN);
		assert_fault(ERR_FORBIDDEN, "csrf_header_missing");
	}
	fail_clear(ctx);
	req.csrf = "1";
	assert_int_equal(authn_csrf(ctx), ERR_OK);
}

static void
test_an_origin_is_ours_to_the_byte(void **state)
{
	static const char *const foreign[] = { "null", "",
	    "http://cameleer.example", BASE_URL "/", BASE_URL ":443",
	    BASE_URL ".evil.example", "https://Cameleer.example" };
	unsigned i;

	(void)state;
	ctx->who.by_cookie = true;
	req.csrf = "1";
	for (i = 0; i < nitems(foreign); i++) {
		fail_clear(ctx);
		req.origin = foreign[i];
		if (authn_csrf(ctx) != ERR_FORBIDDEN)
			fail_msg("'%s' is taken", foreign[i]);
		assert_fault(ERR_FORBIDDEN, "foreign_origin");
	}
	fail_clear(ctx);
	req.origin = BASE_URL;
	assert_int_equal(authn_csrf(ctx), ERR_OK);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, request_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_no_credential_is_anonymous),
		TEST(test_a_bearer_token_says_who),
		TEST(test_a_cookie_says_who),
		TEST(test_the_header_wins_over_the_cookie),
		TEST(test_other_schemes_are_refused),
		TEST(test_wrong_claims_are_refused_alike),
		TEST(test_a_token_may_be_for_no_tenant),
		TEST(test_an_unknown_key_is_looked_for),
		TEST(test_but_not_for_each_stranger),
		TEST(test_a_key_that_was_removed_is_not_believed),
		TEST(test_keys_that_cannot_be_read_are_no_refusal),
		TEST(test_a_key_for_another_purpose_is_refused),
		TEST(test_anonymous_begins_without_a_question),
		TEST(test_the_database_says_what_still_holds),
		TEST(test_a_session_that_ended_is_refused),
		TEST(test_a_member_no_more_has_no_role),
		TEST(test_a_pin_names_tenant_and_account),
		TEST(test_a_bearer_needs_no_csrf_header),
		TEST(test_a_cookie_needs_the_header),
		TEST(test_an_origin_is_ours_to_the_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

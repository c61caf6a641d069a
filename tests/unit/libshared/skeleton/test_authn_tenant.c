/* SPDX-License-Identifier: Apache-2.0 */
/* The tenant of a request: authn.c and authz.c together. */
#include "config.h"

#include <string.h>
#include <time.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/key.h"
#include "libshared/proto/token.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/authz.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/req.h"
#include "tests/support/fake_sql.h"
#include "tests/support/request.h"

/* Sets up one active key that was just read. */
static int
setup(void **state)
{
	struct timespec now;

	if (request_setup(state) != 0 ||
	    key_generate(ctx, KEY_ACCESS, &process.keys.keys[0]) != ERR_OK)
		return -1;
	process.keys.keys[0].state = KEY_ACTIVE;
	process.keys.keys[0].published = true;
	process.keys.n = 1;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	process.keys_read_at = now.tv_sec;
	return 0;
}

/* session_token - puts a valid token without a tenant into the header */
static const char *
session_token(void)
{
	struct json *claims = json_object(ctx);
	int64_t now = (int64_t)time(NULL);
	const char *text, *value;

	json_put_text(claims, "iss", BASE_URL);
	json_put_text(claims, "aud", ACCESS_AUDIENCE);
	json_put_text(claims, "sub", ACCOUNT);
	json_put_text(claims, "sid", SESSION);
	json_put_int(claims, "nbf", now);
	json_put_int(claims, "exp", now + ACCESS_TTL_S);
	assert_int_equal(token_sign(ctx, &process.keys.keys[0], ACCESS_TYP,
	    claims, &text), ERR_OK);
	value = text_printf(ctx->mem, "Bearer %s", text);
	assert_non_null(value);
	return value;
}

static void
test_the_header_names_the_tenant(void **state)
{
	(void)state;
	req.authorization = session_token();
	req.tenant_header = "acme";
	assert_int_equal(authn_token(ctx), ERR_OK);
	assert_string_equal(ctx->who.named, "acme");
	/* a name in the header proves no tenant */
	assert_true(uuid_empty(&ctx->who.tenant));
}

/* /t/<tenant>/: only the path names the tenant. */
static void
test_the_path_wins_over_the_header(void **state)
{
	(void)state;
	req.authorization = session_token();
	req.tenant_param = "acme";
	req.tenant_header = "globex";
	req.tenant_twice = true;
	assert_int_equal(authn_token(ctx), ERR_OK);
	assert_string_equal(ctx->who.named, "acme");
}

static void
test_a_malformed_tenant_header_is_refused(void **state)
{
	static const char *const names[] = { "Acme", "ac", "1acme", "a me",
	    "acme,globex", "acme, acme", "acme/", "../acme", "acme-eu",
	    "a\303\251me", TENANT, "abcdefghijabcdefghijabcdefghijxy" };
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(names); i++) {
		fail_clear(ctx);
		ctx->who = (struct who){ .by_cookie = false };
		req.authorization = session_token();
		req.tenant_header = names[i];
		if (authn_token(ctx) != ERR_BAD_INPUT)
			fail_msg("'%s' is taken", names[i]);
		assert_fault(ERR_BAD_INPUT, "bad_tenant_header");
	}
	fail_clear(ctx);
	req.tenant_header = "acme";
	req.tenant_twice = true;
	assert_int_equal(authn_token(ctx), ERR_BAD_INPUT);
	assert_fault(ERR_BAD_INPUT, "bad_tenant_header");
}

/* A request without a token is told to sign in first. */
static void
test_a_header_alone_is_anonymous(void **state)
{
	(void)state;
	req.tenant_header = "No tenant";
	assert_int_equal(authn_token(ctx), ERR_OK);
	assert_null(ctx->who.named);
}

/* named_begin - authn_begin() of a session that names a tenant */
static void
named_begin(const char *tenant, const char *slug)
{
	signed_in(NULL, NULL);
	ctx->who.tenant = (struct uuid){ "" };
	ctx->who.named = "acme";
	fake_expect("request_begin", SESSION, ACCOUNT, FAKE_NULL, "acme");
	fake_row("good", "t", "kind", "person", "fresh", "f",
	    "tenant", tenant, "rule", FAKE_NULL,
	    "role", slug == NULL ? FAKE_NULL : "viewer",
	    "permissions", slug == NULL ? FAKE_NULL : " app.read ",
	    "tenant_slug", slug == NULL ? FAKE_NULL : slug,
	    "tenant_state", slug == NULL ? FAKE_NULL : "active",
	    FAKE_NO_LICENSE);
	assert_int_equal(authn_begin(ctx, false), ERR_OK);
	sql_rollback(ctx);
}

static void
test_a_named_tenant_is_asked_for_by_its_name(void **state)
{
	(void)state;
	named_begin(TENANT, "acme");
	assert_string_equal(ctx->who.tenant.text, TENANT);
	assert_int_equal(authz_check(ctx, PERM_APP_READ), ERR_OK);
	assert_int_equal(authz_check(ctx, PERM_ACCOUNT), ERR_OK);
}

static void
test_a_named_tenant_of_others_is_not_there(void **state)
{
	(void)state;
	named_begin(FAKE_NULL, NULL);
	assert_true(uuid_empty(&ctx->who.tenant));
	assert_int_equal(authz_check(ctx, PERM_ACCOUNT), ERR_NOT_FOUND);
	assert_fault(ERR_NOT_FOUND, "no_such_tenant");
	assert_true(authz_hidden(ctx));
}

/* An unproven name is refused on every route in the same way. */
static void
test_a_tenant_of_others_is_like_none(void **state)
{
	enum perm perm;

	(void)state;
	for (perm = PERM_ACCOUNT; perm < PERM__MAX; perm++) {
		fail_clear(ctx);
		ctx->who = (struct who){ .named = "acme" };
		assert_true(uuid_set(&ctx->who.account, ACCOUNT));
		assert_int_equal(authz_check(ctx, perm), ERR_NOT_FOUND);
		assert_fault(ERR_NOT_FOUND, "no_such_tenant");
		assert_true(authz_hidden(ctx));
	}
	assert_int_equal(authz_check(ctx, PERM_PUBLIC), ERR_OK);
}

static void
test_a_session_of_a_provider_stays_in_its_tenant(void **state)
{
	(void)state;
	assert_true(uuid_set(&ctx->who.account, ACCOUNT));
	ctx->who.named = "globex";
	ctx->who.rule = "sso_session_bound";
	assert_int_equal(authz_check(ctx, PERM_ACCOUNT), ERR_FORBIDDEN);
	assert_fault(ERR_FORBIDDEN, "sso_session_bound");
	assert_false(authz_hidden(ctx));
}

/* A refusal does not tell whether another tenant's name exists. */
static void
test_a_token_of_one_tenant_is_good_for_that_one(void **state)
{
	enum perm perm;

	(void)state;
	for (perm = PERM_ACCOUNT; perm < PERM__MAX; perm++) {
		fail_clear(ctx);
		signed_in("owner", " app.read ");
		ctx->who.bound = true;
		ctx->who.named = "globex";
		assert_int_equal(authz_check(ctx, perm), ERR_FORBIDDEN);
		assert_fault(ERR_FORBIDDEN, "token_of_other_tenant");
		assert_false(authz_hidden(ctx));
	}
	fail_clear(ctx);
	ctx->who.named = "acme";
	assert_int_equal(authz_check(ctx, PERM_APP_READ), ERR_OK);
	ctx->who.named = NULL;
	assert_int_equal(authz_check(ctx, PERM_APP_READ), ERR_OK);
}

static void
test_a_token_of_a_tenant_one_left_says_so(void **state)
{
	(void)state;
	ctx->who = (struct who){ .bound = true, .named = "acme" };
	assert_true(uuid_set(&ctx->who.account, ACCOUNT));
	assert_int_equal(authz_check(ctx, PERM_ACCOUNT), ERR_FORBIDDEN);
	assert_fault(ERR_FORBIDDEN, "not_a_member");
	fail_clear(ctx);
	ctx->who.named = NULL;
	assert_int_equal(authz_check(ctx, PERM_ACCOUNT), ERR_OK);
	assert_int_equal(authz_check(ctx, PERM_APP_READ), ERR_FORBIDDEN);
	assert_fault(ERR_FORBIDDEN, "not_a_member");
}

#define NAMED_TEST(f) \
	cmocka_unit_test_setup_teardown(f, setup, request_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		NAMED_TEST(test_the_header_names_the_tenant),
		NAMED_TEST(test_the_path_wins_over_the_header),
		NAMED_TEST(test_a_malformed_tenant_header_is_refused),
		NAMED_TEST(test_a_header_alone_is_anonymous),
		NAMED_TEST(test_a_named_tenant_is_asked_for_by_its_name),
		NAMED_TEST(test_a_named_tenant_of_others_is_not_there),
		NAMED_TEST(test_a_tenant_of_others_is_like_none),
		NAMED_TEST(test_a_session_of_a_provider_stays_in_its_tenant),
		NAMED_TEST(test_a_token_of_one_tenant_is_good_for_that_one),
		NAMED_TEST(test_a_token_of_a_tenant_one_left_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

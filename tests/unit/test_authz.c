/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/authz.h"
#include "libshared/str.h"
#include "tests/support/request.h"

/* The presets as migration 0003 has them. */
static const struct { const char *role, *permissions; } roles[] = {
	{ "owner", " tenant.read tenant.manage tenant.delete member.read "
	    "audit.read app.read app.manage app.deploy "
	    "log.read billing.read license.read " },
	{ "admin", " tenant.read tenant.manage member.read "
	    "audit.read app.read app.manage app.deploy log.read "
	    "license.read " },
	{ "developer", " tenant.read app.read app.manage app.deploy "
	    "log.read " },
	{ "viewer", " tenant.read app.read log.read " },
};

/* has - by words, in another way than the code under test */
static bool
has(const char *permissions, const char *name)
{
	struct str rest = str_of(permissions);

	while (rest.len > 0)
		if (str_is(str_cut(&rest, ' '), name))
			return true;
	return false;
}

static void
test_each_role_has_its_permissions_and_no_other(void **state)
{
	enum perm perm;
	unsigned i;
	enum err e;

	(void)state;
	for (i = 0; i < nitems(roles); i++)
		for (perm = PERM_TENANT_READ; perm < PERM__MAX; perm++) {
			bool may = has(roles[i].permissions, perm_name(perm));

			fail_clear(ctx);
			signed_in(roles[i].role, roles[i].permissions);
			e = authz_check(ctx, perm);
			if (e != (may ? ERR_OK : ERR_FORBIDDEN))
				fail_msg("%s and %s: %d", roles[i].role,
				    perm_name(perm), e);
			if (may)
				continue;
			assert_fault(ERR_FORBIDDEN, "not_permitted");
			assert_non_null(strstr(ctx->fault.detail,
			    perm_name(perm)));
			assert_non_null(strstr(ctx->fault.detail,
			    roles[i].role));
		}
}

static void
test_each_permission_is_somebodys(void **state)
{
	enum perm perm;

	(void)state;
	for (perm = PERM_TENANT_READ; perm < PERM__MAX; perm++)
		if (!has(roles[0].permissions, perm_name(perm)))
			fail_msg("no owner may %s", perm_name(perm));
}

static void
test_a_route_without_a_permission_lets_nobody_in(void **state)
{
	(void)state;
	signed_in("owner", roles[0].permissions);
	assert_int_equal(authz_check(ctx, PERM_UNSET), ERR_INTERNAL);
	fail_clear(ctx);
	assert_int_equal(authz_check(ctx, PERM__MAX), ERR_INTERNAL);
}

static void
test_public_is_for_everybody(void **state)
{
	(void)state;
	assert_int_equal(authz_check(ctx, PERM_PUBLIC), ERR_OK);
	signed_in("viewer", "  ");
	assert_int_equal(authz_check(ctx, PERM_PUBLIC), ERR_OK);
}

static void
test_anonymous_is_asked_to_sign_in(void **state)
{
	enum perm perm;

	(void)state;
	for (perm = PERM_ACCOUNT; perm < PERM__MAX; perm++) {
		fail_clear(ctx);
		assert_int_equal(authz_check(ctx, perm),
		    ERR_UNAUTHENTICATED);
		assert_fault(ERR_UNAUTHENTICATED, "sign_in_required");
	}
}

static void
test_an_account_is_enough_without_a_tenant(void **state)
{
	(void)state;
	assert_true(uuid_set(&ctx->who.account, ACCOUNT));
	assert_int_equal(authz_check(ctx, PERM_ACCOUNT), ERR_OK);
	assert_int_equal(authz_check(ctx, PERM_TENANT_READ), ERR_FORBIDDEN);
	assert_fault(ERR_FORBIDDEN, "tenant_required");
}

static void
test_a_token_for_a_tenant_makes_no_member(void **state)
{
	(void)state;
	signed_in(NULL, NULL);
	assert_int_equal(authz_check(ctx, PERM_TENANT_READ), ERR_FORBIDDEN);
	assert_fault(ERR_FORBIDDEN, "not_a_member");
}

static void
test_a_tenant_that_is_gone_has_no_members(void **state)
{
	(void)state;
	signed_in("owner", roles[0].permissions);
	ctx->who.tenant_state = NULL;
	assert_int_equal(authz_check(ctx, PERM_TENANT_READ), ERR_FORBIDDEN);
	assert_fault(ERR_FORBIDDEN, "not_a_member");
}

static void
test_permissions_are_whole_words(void **state)
{
	static const char *const near[] = { "", " ", "app.read",
	    " app.read", "app.read ", " app.readx ", " xapp.read ",
	    " app.reads app.rea ", " app.read,log.read " };
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(near); i++) {
		fail_clear(ctx);
		signed_in("developer", near[i]);
		if (authz_check(ctx, PERM_APP_READ) != ERR_FORBIDDEN)
			fail_msg("'%s' gives app.read", near[i]);
	}
	fail_clear(ctx);
	signed_in("developer", " app.readx app.read ");
	assert_int_equal(authz_check(ctx, PERM_APP_READ), ERR_OK);
}

static void
test_names_are_told_apart(void **state)
{
	enum perm a, b;

	(void)state;
	for (a = PERM_PUBLIC; a < PERM__MAX; a++) {
		assert_true(perm_name(a)[0] != '\0');
		for (b = PERM_PUBLIC; b < a; b++)
			assert_string_not_equal(perm_name(a), perm_name(b));
		assert_int_equal(perm_needs_tenant(a), a > PERM_ACCOUNT);
	}
	assert_string_equal(perm_name(PERM__MAX), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REQUEST_TEST(test_each_role_has_its_permissions_and_no_other),
		REQUEST_TEST(test_each_permission_is_somebodys),
		REQUEST_TEST(test_a_route_without_a_permission_lets_nobody_in),
		REQUEST_TEST(test_public_is_for_everybody),
		REQUEST_TEST(test_anonymous_is_asked_to_sign_in),
		REQUEST_TEST(test_an_account_is_enough_without_a_tenant),
		REQUEST_TEST(test_a_token_for_a_tenant_makes_no_member),
		REQUEST_TEST(test_a_tenant_that_is_gone_has_no_members),
		REQUEST_TEST(test_permissions_are_whole_words),
		REQUEST_TEST(test_names_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

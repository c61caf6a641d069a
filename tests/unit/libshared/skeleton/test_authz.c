/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/str.h"
#include "libshared/skeleton/authz.h"
#include "tests/support/request.h"

/* The presets of roles, as migration 0013 defines them. */
static const struct { const char *role, *permissions; } roles[] = {
	{ "owner", " tenant.read tenant.manage tenant.delete member.read "
	    "member.manage team.manage role.manage sso.manage token.manage "
	    "audit.read audit.export app.read app.manage app.deploy "
	    "log.read finding.acknowledge billing.read license.read "
	    "agent.connect server.use " },
	{ "admin", " tenant.read tenant.manage member.read member.manage "
	    "team.manage role.manage token.manage audit.read audit.export "
	    "app.read app.manage app.deploy log.read license.read "
	    "agent.connect server.use " },
	{ "developer", " tenant.read app.read app.manage app.deploy "
	    "log.read server.use " },
	{ "viewer", " tenant.read app.read log.read server.use " },
};

/* has - searches word by word, unlike the code under test */
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
	assert_int_equal(authz_check(ctx, PERM_TENANT_READ), ERR_BAD_INPUT);
	assert_fault(ERR_BAD_INPUT, "tenant_required");
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
	static const char *const near[] = { "", " ", " app.readx ",
	    " xapp.read ", " app.reads app.rea ", " app.read,log.read " };
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
		assert_int_equal(perm_needs_tenant(a) + perm_is_platform(a),
		    a > PERM_ACCOUNT);
		assert_true(perm_of(perm_name(a), &b));
		assert_int_equal(a, b);
	}
	assert_string_equal(perm_name(PERM__MAX), "");
	assert_false(perm_of("", &b));
	assert_false(perm_of("app.rea", &b));
}

/* Limits to environments, to applications, and to both (M2.9). */
static void
test_a_scope_is_kept_to(void **state)
{
	static const struct {
		const char *words, *environment, *application;
		bool may;
	} cases[] = {
		{ " app.deploy ", "prod", "orders", true },
		{ " app.deploy@dev ", "dev", "orders", true },
		{ " app.deploy@dev ", "prod", "orders", false },
		{ " app.deploy@dev ", "de", NULL, false },
		{ " app.deploy@dev ", "devel", NULL, false },
		{ " app.deploy@dev ", NULL, NULL, true },
		{ " app.deploy:orders ", "prod", "orders", true },
		{ " app.deploy:orders ", "prod", "stock", false },
		{ " app.deploy:orders ", "prod", NULL, true },
		{ " app.deploy@dev:orders ", "dev", "orders", true },
		{ " app.deploy@dev:orders ", "dev", "stock", false },
		{ " app.deploy@dev:orders ", "prod", "orders", false },
		{ " app.deploy@dev app.deploy:orders ", "prod", "orders",
		    true },
		{ " app.deploy@dev app.deploy:orders ", "prod", "stock",
		    false },
		{ " app.deploy@ app.deploy: ", "dev", "orders", false },
		{ " app.read ", "dev", "orders", false },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(cases); i++) {
		fail_clear(ctx);
		signed_in("deployer", cases[i].words);
		if ((authz_scope(ctx, PERM_APP_DEPLOY, cases[i].environment,
		    cases[i].application) == ERR_OK) != cases[i].may)
			fail_msg("case %u: %s", i, cases[i].words);
	}
	signed_in("deployer", " app.deploy@dev:orders ");
	fail_clear(ctx);
	assert_int_equal(authz_check(ctx, PERM_APP_DEPLOY), ERR_OK);
	assert_int_equal(authz_scope(ctx, PERM_APP_DEPLOY, "prod", "orders"),
	    ERR_FORBIDDEN);
	assert_non_null(strstr(ctx->fault.detail, "environment prod"));
	assert_non_null(strstr(ctx->fault.detail, "application orders"));
}

static void
test_a_token_has_no_more_than_its_scopes(void **state)
{
	(void)state;
	signed_in("owner", roles[0].permissions);
	assert_true(uuid_set(&ctx->who.token, SESSION));
	ctx->who.scopes = " app.read ";
	assert_int_equal(authz_check(ctx, PERM_APP_READ), ERR_OK);
	assert_int_equal(authz_check(ctx, PERM_APP_MANAGE), ERR_FORBIDDEN);
	assert_non_null(strstr(ctx->fault.detail, "scope app.manage"));
	fail_clear(ctx);
	assert_int_equal(authz_check(ctx, PERM_ACCOUNT), ERR_FORBIDDEN);
	assert_fault(ERR_FORBIDDEN, "token_not_allowed");
	fail_clear(ctx);
	ctx->who.fresh = true;	/* which a token never is */
	assert_int_equal(authz_fresh(ctx), ERR_FORBIDDEN);
	assert_fault(ERR_FORBIDDEN, "token_not_allowed");
	fail_clear(ctx);
	route.flags |= ROUTE_TOKEN;
	assert_int_equal(authz_check(ctx, PERM_ACCOUNT), ERR_OK);
	ctx->who.fresh = false;
	assert_int_equal(authz_fresh(ctx), ERR_OK);
	/* nor has it more than its account */
	fail_clear(ctx);
	signed_in("viewer", " app.read ");
	ctx->who.scopes = " app.read app.manage ";
	assert_int_equal(authz_check(ctx, PERM_APP_MANAGE), ERR_FORBIDDEN);
}

static void
test_the_rule_of_the_tenant_decides(void **state)
{
	static const char *const rules[] = { "second_factor_required",
	    "sso_required" };
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(rules); i++) {
		fail_clear(ctx);
		signed_in("owner", roles[0].permissions);
		ctx->who.rule = rules[i];
		assert_int_equal(authz_check(ctx, PERM_APP_READ),
		    ERR_FORBIDDEN);
		assert_fault(ERR_FORBIDDEN, rules[i]);
		fail_clear(ctx);
		assert_int_equal(authz_check(ctx, PERM_ACCOUNT), ERR_OK);
	}
}

static void
test_operators_and_members_are_no_two_names_for_one(void **state)
{
	enum perm perm;

	(void)state;
	for (perm = PERM_PLATFORM_ACCOUNT_READ; perm < PERM_TENANT_READ;
	    perm++) {
		fail_clear(ctx);
		signed_in("owner", roles[0].permissions);
		ctx->who.kind = "person";
		assert_int_equal(authz_check(ctx, perm), ERR_FORBIDDEN);
		assert_fault(ERR_FORBIDDEN, "operators_only");
		fail_clear(ctx);
		signed_in(NULL, " platform.other ");
		ctx->who.kind = "operator";
		assert_int_equal(authz_check(ctx, perm), ERR_FORBIDDEN);
		assert_fault(ERR_FORBIDDEN, "not_permitted");
		fail_clear(ctx);
		signed_in(NULL, text_printf(ctx->mem, " %s ",
		    perm_name(perm)));
		ctx->who.kind = "operator";
		assert_int_equal(authz_check(ctx, perm), ERR_OK);
		ctx->who.rule = "second_factor_required";
		assert_int_equal(authz_check(ctx, perm), ERR_FORBIDDEN);
		assert_fault(ERR_FORBIDDEN, "second_factor_required");
	}
	fail_clear(ctx);
	signed_in(NULL, " tenant.read ");
	ctx->who.kind = "operator";
	assert_int_equal(authz_check(ctx, PERM_TENANT_READ), ERR_FORBIDDEN);
	assert_fault(ERR_FORBIDDEN, "not_a_member");
}

/* Nobody can grant what they lack: by role, scope or token. */
static void
test_what_is_lacking_is_named(void **state)
{
	static const struct { const char *mine, *scopes, *want, *lacks; }
	cases[] = {
		{ " app.read log.read ", NULL, " app.read ", NULL },
		{ " app.read log.read ", NULL, " app.read app.manage ",
		    "app.manage" },
		{ " app.deploy ", NULL, " app.deploy@dev ", NULL },
		{ " app.deploy@dev ", NULL, " app.deploy@dev ", NULL },
		{ " app.deploy@dev ", NULL, " app.deploy@prod ",
		    "app.deploy@prod" },
		{ " app.deploy@dev ", NULL, " app.deploy ", "app.deploy" },
		{ " app.deploy:orders ", NULL, " app.deploy ",
		    "app.deploy" },
		{ " app.deploy@dev:orders ", NULL, " app.deploy@dev ",
		    "app.deploy@dev" },
		{ " app.read ", " app.read ", " app.read ", NULL },
		{ " app.read log.read ", " app.read ", " log.read ",
		    "log.read" },
		{ " app.read ", " app.read log.read ", " log.read ",
		    "log.read" },
		{ NULL, NULL, " app.read ", "app.read" },
		{ "  ", NULL, "  ", NULL },
		{ NULL, NULL, NULL, NULL },
	};
	const char *lacks;
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(cases); i++) {
		signed_in("deployer", cases[i].mine);
		ctx->who.scopes = cases[i].scopes;
		lacks = authz_lacks(ctx, cases[i].want);
		if (lacks == NULL ? cases[i].lacks != NULL :
		    cases[i].lacks == NULL || strcmp(lacks,
		    cases[i].lacks) != 0)
			fail_msg("case %u: lacks %s", i,
			    lacks == NULL ? "nothing" : lacks);
	}
}

static void
test_a_sign_in_grows_old(void **state)
{
	(void)state;
	signed_in("owner", roles[0].permissions);
	ctx->who.fresh = true;
	assert_int_equal(authz_fresh(ctx), ERR_OK);
	ctx->who.fresh = false;
	assert_int_equal(authz_fresh(ctx), ERR_FORBIDDEN);
	assert_fault(ERR_FORBIDDEN, "fresh_login_required");
}

/* Nobody can grant what they lack. */
static void
test_what_is_given_is_within_what_one_has(void **state)
{
	static const struct {
		const char *have, *give;
		bool may;
	} cases[] = {
		{ " app.read log.read ", " app.read ", true },
		{ " app.read log.read ", " app.read log.read ", true },
		{ " app.read ", " app.read log.read ", false },
		{ " app.read ", "  ", true },
		{ " app.read ", "", true },
		{ "  ", " app.read ", false },
		{ NULL, " app.read ", false },
		{ " app.reads ", " app.read ", false },
		{ " app.deploy ", " app.deploy@dev ", true },
		{ " app.deploy@dev ", " app.deploy@dev ", true },
		{ " app.deploy@dev ", " app.deploy ", false },
		{ " app.deploy@dev ", " app.deploy@prod ", false },
		{ " app.deploy@dev ", " app.deploy@devel ", false },
		{ " app.deploy@dev ", " app.deploy@dev:orders ", true },
		{ " app.deploy:orders ", " app.deploy@dev:orders ", true },
		{ " app.deploy:orders ", " app.deploy:stock ", false },
		{ " app.deploy:orders ", " app.deploy@dev ", false },
		{ " app.deploy@dev:orders ", " app.deploy@dev ", false },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(cases); i++) {
		signed_in("admin", cases[i].have);
		if (authz_covers(ctx, cases[i].give) != cases[i].may)
			fail_msg("'%s' gives '%s'", cases[i].have == NULL ?
			    "nothing" : cases[i].have, cases[i].give);
	}
}

static void
test_a_scope_that_reads_is_none_for_a_route_that_writes(void **state)
{
	static const enum perm reads[] = { PERM_TENANT_READ, PERM_AUDIT_EXPORT,
	    PERM_LOG_READ };
	size_t i;

	(void)state;
	signed_in("owner", roles[0].permissions);
	assert_true(uuid_set(&ctx->who.token, SESSION));
	ctx->who.scopes = roles[0].permissions;
	for (i = 0; i < nitems(reads); i++) {
		route.perm = reads[i];
		route.flags = ROUTE_WRITE;
		assert_int_equal(authz_check(ctx, reads[i]), ERR_FORBIDDEN);
		assert_fault(ERR_FORBIDDEN, "token_not_allowed");
		fail_clear(ctx);
		route.flags |= ROUTE_TOKEN;	/* the handler checks */
		assert_int_equal(authz_check(ctx, reads[i]), ERR_OK);
		route.flags = 0;
		assert_int_equal(authz_check(ctx, reads[i]), ERR_OK);
	}
	route.perm = PERM_APP_DEPLOY;
	route.flags = ROUTE_WRITE;
	assert_int_equal(authz_check(ctx, PERM_APP_DEPLOY), ERR_OK);
}

static void
test_what_one_began_needs_the_role_and_no_scope(void **state)
{
	(void)state;
	signed_in("viewer", roles[3].permissions);
	assert_true(uuid_set(&ctx->who.token, SESSION));
	ctx->who.scopes = " app.deploy ";
	route.perm = PERM_TENANT_READ;
	route.flags = ROUTE_OWN;
	assert_int_equal(authz_check(ctx, PERM_TENANT_READ), ERR_OK);
	ctx->who.permissions = " app.read ";
	assert_int_equal(authz_check(ctx, PERM_TENANT_READ), ERR_FORBIDDEN);
}

static void
test_an_api_token_gives_within_its_scopes(void **state)
{
	(void)state;
	signed_in("admin", " app.read app.deploy@dev ");
	ctx->who.scopes = " app.deploy ";
	assert_true(authz_covers(ctx, " app.deploy@dev "));
	assert_false(authz_covers(ctx, " app.deploy "));
	assert_false(authz_covers(ctx, " app.read "));
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
		REQUEST_TEST(test_a_scope_is_kept_to),
		REQUEST_TEST(test_a_token_has_no_more_than_its_scopes),
		REQUEST_TEST(test_the_rule_of_the_tenant_decides),
		REQUEST_TEST(
		    test_operators_and_members_are_no_two_names_for_one),
		REQUEST_TEST(test_what_is_lacking_is_named),
		REQUEST_TEST(test_a_sign_in_grows_old),
		REQUEST_TEST(test_what_is_given_is_within_what_one_has),
		REQUEST_TEST(
		    test_a_scope_that_reads_is_none_for_a_route_that_writes),
		REQUEST_TEST(test_what_one_began_needs_the_role_and_no_scope),
		REQUEST_TEST(test_an_api_token_gives_within_its_scopes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "modules/worker/runtime/runtime_names.h"
#include "tests/support/unit_ctx.h"

#define IMAGE	"acme/orders@sha256:" \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct runtime_pair env[2];
static struct runtime_secret secrets[2];
static struct runtime_app app;

static int
setup(void **state)
{
	if (ctx_setup(state) != 0)
		return -1;
	env[0] = (struct runtime_pair){ "A", "b" };
	secrets[0] = (struct runtime_secret){ "token", "s3cret", 6 };
	app = (struct runtime_app){
	    .tenant = { "01890000-0000-7000-8000-00000000acee" },
	    .ref = { "acme", "prod", "orders" }, .generation = "0123abcd",
	    .release = 7, .image = IMAGE, .env = env, .secrets = secrets,
	    .limits = { .memory_mb = 64, .cpu_millis = 100 } };
	return 0;
}

static const char *
label(const struct engine_spec *spec, const char *name)
{
	const struct runtime_pair *pair;

	for (pair = spec->labels; pair->name != NULL; pair++)
		if (strcmp(pair->name, name) == 0)
			return pair->value;
	return NULL;
}

static const char *
digest(void)
{
	struct engine_spec spec;

	assert_int_equal(runtime_app_spec(ctx, "r:1", &app, &spec), ERR_OK);
	return label(&spec, LABEL_SPEC);
}

static void
test_bridge_is_an_interface_name_of_its_tenant(void **state)
{
	char name[BRIDGE_NAME_MAX], sum[SHA256_HEX_MAX];

	(void)state;
	runtime_bridge(&app.tenant, name);
	sha256_hex(app.tenant.text, 36, sum);
	assert_int_equal(strlen(name), 14);
	assert_memory_equal(name, "cml", 3);
	assert_memory_equal(name + 3, sum, 11);
}

static void
test_application_is_named_by_what_it_is(void **state)
{
	struct engine_spec spec;

	(void)state;
	assert_int_equal(runtime_app_spec(ctx, "r:1", &app, &spec), ERR_OK);
	assert_string_equal(spec.name, "acme-prod-orders-0123abcd");
	assert_string_equal(spec.alias, "acme-prod-orders");
	assert_string_equal(spec.network, "cml-acme");
	assert_string_equal(spec.image, "r:1/" IMAGE);
	assert_string_equal(label(&spec, "cameleer.tenant"), "acme");
	assert_string_equal(label(&spec, "cameleer.role"), "app");
	assert_string_equal(label(&spec, "cameleer.app"), "orders");
	assert_string_equal(label(&spec, "cameleer.env"), "prod");
	assert_string_equal(label(&spec, "cameleer.release"), "7");
	assert_string_equal(label(&spec, "cameleer.generation"), "0123abcd");
	assert_string_equal(label(&spec, "cameleer.image"), IMAGE);
}

static void
test_server_is_named_by_its_tenant(void **state)
{
	const struct runtime_tenant tenant = { .id = app.tenant,
	    .slug = "acme", .image = IMAGE, .limits = app.limits };
	struct engine_spec spec;

	(void)state;
	assert_int_equal(runtime_server_spec(ctx, "r:1", &tenant, &spec),
	    ERR_OK);
	assert_string_equal(spec.name, "cameleer-server-acme");
	assert_null(spec.alias);
	assert_string_equal(label(&spec, "cameleer.role"), "server");
	assert_null(label(&spec, "cameleer.app"));
}

static void
test_digest_changes_with_whatever_makes_another_container(void **state)
{
	const char *before = digest();

	(void)state;
	assert_string_equal(digest(), before);
	app.release = 8;
	app.generation = "ffffffff";
	assert_string_equal(digest(), before);
	env[0].value = "c";
	assert_string_not_equal(digest(), before);
	env[0] = (struct runtime_pair){ "Ab", "" };	/* no A=b */
	assert_string_not_equal(digest(), before);
	env[0] = (struct runtime_pair){ "A", "b" };
	assert_string_equal(digest(), before);
	secrets[0].data = "s3creT";
	assert_string_not_equal(digest(), before);
	secrets[0] = (struct runtime_secret){ "token", "s3cret", 6 };
	app.limits.memory_mb++;
	assert_string_not_equal(digest(), before);
}

static void
test_alias_that_is_no_dns_label_is_left_out(void **state)
{
	struct engine_spec spec;

	(void)state;
	app.ref.environment = "a123456789a123456789a123456789";
	app.ref.name = "b123456789b123456789b123456789";
	assert_int_equal(runtime_app_spec(ctx, "r:1", &app, &spec), ERR_OK);
	assert_null(spec.alias);
}

static void
test_names_that_could_be_anothers_are_refused(void **state)
{
	static const char *const slugs[] = { "", "a", "ab", "Acme", "1abc",
	    "acme-eu", "acme/x", "abcdefghijklmnopqrstuvwxyz012345", NULL };
	static const char *const apps[] = { "", "a", "A", "-ab", "ab-", "a_b",
	    "a.b", "1a" };
	static const char *const generations[] = { "", "0123abc", "0123ABCD",
	    "0123abcde", "../../..", NULL };
	struct engine_spec spec;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(slugs); i++) {
		app.ref.slug = slugs[i];
		fail_clear(ctx);
		assert_int_equal(runtime_app_spec(ctx, "r:1", &app, &spec),
		    ERR_INVALID);
	}
	app.ref.slug = "acme";
	for (i = 0; i < nitems(apps); i++) {
		app.ref.name = apps[i];
		fail_clear(ctx);
		assert_int_equal(runtime_app_spec(ctx, "r:1", &app, &spec),
		    ERR_INVALID);
		app.ref.name = "orders";
		app.ref.environment = apps[i];
		fail_clear(ctx);
		assert_int_equal(runtime_app_spec(ctx, "r:1", &app, &spec),
		    ERR_INVALID);
		app.ref.environment = "prod";
	}
	for (i = 0; i < nitems(generations); i++) {
		app.generation = generations[i];
		fail_clear(ctx);
		assert_int_equal(runtime_app_spec(ctx, "r:1", &app, &spec),
		    ERR_INTERNAL);
	}
}

int
main(void)
{
#define T(name)	cmocka_unit_test_setup_teardown(name, setup, ctx_teardown)
	const struct CMUnitTest tests[] = {
		T(test_bridge_is_an_interface_name_of_its_tenant),
		T(test_application_is_named_by_what_it_is),
		T(test_server_is_named_by_its_tenant),
		T(test_digest_changes_with_whatever_makes_another_container),
		T(test_alias_that_is_no_dns_label_is_left_out),
		T(test_names_that_could_be_anothers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

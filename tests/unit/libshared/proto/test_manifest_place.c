/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "tests/support/manifest_example.h"
#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"

/* place_with - reads the first example with one text replaced by another */
static enum err
place_with(const char *old, const char *new)
{
	const char *whole = manifest_examples[0].place;
	const char *at = strstr(whole, old);
	struct manifest_place place;

	assert_non_null(at);
	fail_clear(ctx);
	return manifest_place_read(ctx, str_of(text_printf(ctx->mem,
	    "%.*s%s%s", (int)(at - whole), whole, new, at + strlen(old))),
	    &place);
}

static void
test_descriptions_of_the_examples_are_read(void **state)
{
	const struct manifest_example *example;
	struct manifest_place place = { .name = "none was read" };

	(void)state;
	for (example = manifest_examples; example->name != NULL; example++)
		assert_int_equal(manifest_place_read(ctx,
		    str_of(example->place), &place), ERR_OK);
	assert_string_equal(place.name, "globex-eu");
	assert_true(place.chart_insecure);
	assert_int_equal(place.nranges, 3);
	assert_string_equal(place.dns.rows[0].cidr, "10.250.0.1/32");
	assert_string_equal(place.opensearch.rows[0].label,
	    "app.kubernetes.io/name");
}

static void
test_wrong_values_are_refused(void **state)
{
	static const struct { const char *old, *new; } cases[] = {
		{ "shared1", "Shared" }, { "shared1", "a/../b" },
		{ "registry.example:5000\",\"server", "a b\",\"server" },
		{ "cameleer-server@" EXAMPLE_DIGEST, "cameleer-server:v1" },
		{ "oci://registry", "http://registry" },
		{ "oci://registry", "oci://${HOME}" },
		{ "\"0.1.0\"", "\"a b\"" }, { "\"v1.36\"", "\"36\"" },
		{ "pg.data.svc.cluster.local", "pg\\nauth_type=trust" },
		{ "5432", "0" }, { "5432", "65536" }, { "5432", "\"5432\"" },
		{ "\"tenants\"", "\"a b\"" }, { "\"require\"", "\"maybe\"" },
		/* verify-full without a CA would check nothing. */
		{ "\"require\"", "\"verify-full\"" },
		{ "{\"name\"", "{\"more\": 1, \"name\"" },
		{ "{\"name\"", "{\"more\": [], \"name\"" },
		{ "\"name\": \"shared1\",", "" },
		{ "\"k8s-app\"", "\"a b\"" }, { "\"kube-dns\"", "\"-a\"" },
		{ "\"kube-dns\"", "\"a\", \"b\": \"c\"" },
		{ "\"kube-system\"", "\"kube_system\"" },
		{ "{\"namespace\": \"cameleer\"}", "{}" },
		{ "{\"namespace\": \"cameleer\"}",
		    "{\"cidr\": \"10.0.0.1/32\", \"namespace\": \"a\"}" },
		{ "{\"namespace\": \"cameleer\"}",
		    "{\"cidr\": \"0.0.0.0/0\"}" },
		{ "{\"namespace\": \"cameleer\"}",
		    "{\"cidr\": \"10.0.0.1/8\"}" },
		{ "{\"namespace\": \"cameleer\"}", "\"all\"" },
		{ "[\"192.168.10.0/24\", \"100.64.8.0/22\"]", "[]" },
		{ "192.168.10.0/24", "192.168.10.0" },
		{ "192.168.10.0/24", "192.168.10.1/24" },
		{ "192.168.10.0/24", "192.168.010.0/24" },
		{ "192.168.10.0/24", "192.168.10.0/33" },
		{ "192.168.10.0/24", "2001:DB8::/32" },
		{ "192.168.10.0/24", "::/0" },
	};
	size_t i;

	(void)state;
	assert_int_equal(place_with("shared1", "shared2"), ERR_OK);
	for (i = 0; i < nitems(cases); i++)
		if (place_with(cases[i].old, cases[i].new) != ERR_BAD_INPUT)
			fail_msg("taken: %s", cases[i].new);
}

static void
test_what_is_wrong_is_named(void **state)
{
	(void)state;
	assert_int_equal(place_with("5432", "0"), ERR_BAD_INPUT);
	assert_string_equal(ctx->fault.code, "place_invalid");
	assert_non_null(strstr(ctx->fault.detail, "postgres_port "));
	assert_int_equal(place_with("192.168.10.0/24", "x"), ERR_BAD_INPUT);
	assert_non_null(strstr(ctx->fault.detail, "ranges has a range"));
}

/* A rule without peers lets everything through. */
static void
test_lists_that_may_not_be_empty(void **state)
{
	(void)state;
	assert_int_equal(place_with("[{\"namespace\": \"data\","
	    " \"pods\": {\"app\": \"postgres\"}}]", "[]"), ERR_BAD_INPUT);
	assert_int_equal(place_with("[{\"namespace\": \"kube-system\","
	    " \"pods\": {\"k8s-app\": \"kube-dns\"}}]", "[]"), ERR_BAD_INPUT);
	assert_int_equal(place_with("[{\"namespace\": \"cameleer\"}]", "[]"),
	    ERR_OK);
}

static void
test_what_is_no_object_is_refused(void **state)
{
	static const char *const bad[] = { "", "null", "[]", "\"x\"", "{",
	    "{\"dns\": {}}", "{\"ranges\": 1}" };
	struct manifest_place place;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(bad); i++) {
		fail_clear(ctx);
		assert_int_equal(manifest_place_read(ctx, str_of(bad[i]),
		    &place), ERR_BAD_INPUT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_descriptions_of_the_examples_are_read),
		CTX_TEST(test_wrong_values_are_refused),
		CTX_TEST(test_what_is_wrong_is_named),
		CTX_TEST(test_lists_that_may_not_be_empty),
		CTX_TEST(test_what_is_no_object_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

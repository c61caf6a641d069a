/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The examples' manifests are those of tests/manifests/golden/, byte for byte.
 * CAMELEER_GOLDEN=write makes them anew.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "tests/support/manifest_example.h"
#include "tests/support/unit_ctx.h"

#include "libshared/base/arena.h"
#include "libshared/base/network.h"
#include "libshared/base/str.h"

static struct rsa_certificate certificate;

static const char *
source_path(const char *name)
{
	const char *top = getenv("CAMELEER_SOURCE");

	return text_printf(ctx->mem, "%s/tests/manifests/%s",
	    top != NULL ? top : ".", name);
}

static int
setup(void **state)
{
	if (ctx_setup(state) != 0)
		return -1;
	return rsa_certificate_read(example_read(ctx, source_path(
	    "certificate.pem")), (int64_t)time(NULL), &certificate) == NULL ?
	    0 : -1;
}

/* golden_path - without the folders, which are in the golden file's name */
static const char *
golden_path(const char *example, const char *path)
{
	char *flat = arena_text(ctx->mem, path, strlen(path)), *slash;

	while ((slash = strchr(flat, '/')) != NULL)
		*slash = '.';
	return source_path(text_printf(ctx->mem, "golden/%s/%s", example,
	    flat));
}

static void
golden_write(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fputs(text, f) < 0, 0);
	assert_int_equal(fclose(f), 0);
}

static bool
golden_wanted(void)
{
	const char *word = getenv("CAMELEER_GOLDEN");

	return word != NULL && strcmp(word, "write") == 0;
}

/* golden_files - what is there for each path; nothing of a missing one */
static struct manifest_files
golden_files(const char *example, const struct manifest_files *made)
{
	struct manifest_files files = { arena_array(ctx->mem, made->n,
	    sizeof(*files.rows)), 0 };
	struct stat unused;
	const char *path;
	size_t i;

	for (i = 0; i < made->n; i++) {
		path = golden_path(example, made->rows[i].path);
		if (stat(path, &unused) != 0)
			continue;
		files.rows[files.n++] = (struct manifest_file){
		    made->rows[i].path, example_read(ctx, path).p };
	}
	return files;
}

static void
test_examples_are_as_they_were_reviewed(void **state)
{
	const struct manifest_example *example;
	struct manifest_files made, golden;
	size_t i;

	(void)state;
	for (example = manifest_examples; example->name != NULL; example++) {
		assert_int_equal(example_build(ctx, example, &certificate,
		    NULL, &made), ERR_OK);
		golden = golden_files(example->name, &made);
		assert_int_equal(example_build(ctx, example, &certificate,
		    &golden, &made), ERR_OK);
		for (i = 0; golden_wanted() && i < made.n; i++)
			golden_write(golden_path(example->name,
			    made.rows[i].path), made.rows[i].text);
		golden = golden_files(example->name, &made);
		assert_int_equal(golden.n, made.n);
		for (i = 0; i < made.n; i++)
			assert_string_equal(made.rows[i].text,
			    golden.rows[i].text);
	}
}

static const char *
file_named(const struct manifest_files *files, const char *end)
{
	size_t i, len, want = strlen(end);

	for (i = 0; i < files->n; i++) {
		len = strlen(files->rows[i].path);
		if (len >= want && strcmp(files->rows[i].path + len - want,
		    end) == 0)
			return files->rows[i].text;
	}
	fail_msg("no file %s", end);
}

static void
exceptions_check(const char *text, const struct network *special, size_t n)
{
	char network[NETWORK_TEXT_MAX];
	size_t i;

	for (i = 0; i < n; i++)
		if (strstr(text, text_printf(ctx->mem, "\"%s\"",
		    network_text(&special[i], network))) == NULL)
			fail_msg("%s is open", network);
}

static void
test_no_special_network_is_open_to_a_pod(void **state)
{
	struct manifest_files made;
	const char *text;

	(void)state;
	assert_int_equal(example_build(ctx, &manifest_examples[0],
	    &certificate, NULL, &made), ERR_OK);
	text = file_named(&made, "namespace/network.yaml");
	exceptions_check(text, network_special_v4, network_special_v4_n);
	exceptions_check(text, network_special_v6, network_special_v6_n);
	exceptions_check(text, &network_open_v6, 1);
}

#define APPS_MANY	2000	/* that plan business may run */

static void
test_tenant_of_many_applications(void **state)
{
	struct manifest_example example = manifest_examples[0];
	struct manifest_app *apps = arena_array(ctx->mem, APPS_MANY,
	    sizeof(*apps));
	struct manifest_files made;
	size_t i;

	(void)state;
	assert_non_null(apps);
	for (i = 0; i < APPS_MANY; i++) {
		apps[i] = example.tenant.apps[0];
		apps[i].app.ref.name = text_printf(ctx->mem, "app%zu", i);
	}
	example.tenant.apps = apps;
	example.tenant.napps = APPS_MANY;
	assert_int_equal(example_build(ctx, &example, &certificate, NULL,
	    &made), ERR_OK);
	assert_in_range(made.n, 3 * APPS_MANY, 3 * APPS_MANY + 16);
	assert_non_null(strstr(file_named(&made, "app-prod-app1999.yaml"),
	    "app-prod-app1999"));
}

#define SECRET_FILE	"workload/secret-cameleer-server.yaml"

static void
test_secret_is_sealed_anew_only_when_something_changed(void **state)
{
	struct manifest_example example = manifest_examples[0];
	struct runtime_secret secrets[2] = { { "license", "one", 3 },
	    { NULL, NULL, 0 } };
	struct rsa_certificate other = certificate;
	struct manifest_files first, again;

	(void)state;
	example.tenant.server.secrets = secrets;
	assert_int_equal(example_build(ctx, &example, &certificate, NULL,
	    &first), ERR_OK);
	assert_int_equal(example_build(ctx, &example, &certificate, &first,
	    &again), ERR_OK);
	assert_string_equal(file_named(&first, SECRET_FILE),
	    file_named(&again, SECRET_FILE));
	assert_null(strstr(file_named(&first, SECRET_FILE), "one"));

	secrets[0] = (struct runtime_secret){ "license", "two", 3 };
	assert_int_equal(example_build(ctx, &example, &certificate, &first,
	    &again), ERR_OK);
	assert_string_not_equal(file_named(&first, SECRET_FILE),
	    file_named(&again, SECRET_FILE));
	assert_string_equal(file_named(&first,
	    "workload/secret-cameleer-pgbouncer.yaml"),
	    file_named(&again, "workload/secret-cameleer-pgbouncer.yaml"));
	/* The pod is replaced by what its release says. */
	assert_string_not_equal(file_named(&first, "workload/server.yaml"),
	    file_named(&again, "workload/server.yaml"));

	secrets[0] = (struct runtime_secret){ "license", "one", 3 };
	other.fingerprint[0] ^= 1;
	assert_int_equal(example_build(ctx, &example, &other, &first,
	    &again), ERR_OK);
	assert_string_not_equal(file_named(&first, SECRET_FILE),
	    file_named(&again, SECRET_FILE));
	assert_string_equal(file_named(&first, "workload/server.yaml"),
	    file_named(&again, "workload/server.yaml"));
}

static void
test_ciphertext_that_somebody_replaced_is_not_kept(void **state)
{
	const struct manifest_example *example = &manifest_examples[0];
	struct manifest_files first, again;
	char *text, *place;

	(void)state;
	assert_int_equal(example_build(ctx, example, &certificate, NULL,
	    &first), ERR_OK);
	text = (char *)(uintptr_t)file_named(&first, SECRET_FILE);
	place = strstr(text, "\"license\": \"");
	assert_non_null(place);
	place[20] = place[20] == 'A' ? 'B' : 'A';
	assert_int_equal(example_build(ctx, example, &certificate, &first,
	    &again), ERR_OK);
	assert_string_not_equal(file_named(&again, SECRET_FILE), text);
}

static void
test_nothing_runs_of_a_suspended_tenant(void **state)
{
	struct manifest_example example = manifest_examples[1];
	struct manifest_files files;
	size_t i;

	(void)state;
	example.tenant.suspended = true;
	assert_int_equal(example_build(ctx, &example, &certificate, NULL,
	    &files), ERR_OK);
	for (i = 0; i < files.n; i++)
		assert_null(strstr(files.rows[i].text, "\"replicas\": 1"));
	assert_non_null(strstr(file_named(&files, "workload/server.yaml"),
	    "\"replicas\": 0"));
}

/* build_with - the second example with one application of this name */
static enum err
build_with(const char *slug, const char *environment, const char *name)
{
	struct manifest_example example = manifest_examples[1];
	struct manifest_app app = example.tenant.apps[0];
	struct manifest_files files;

	app.app.ref = (struct runtime_ref){ slug, environment, name };
	example.tenant.apps = &app;
	example.tenant.napps = 1;
	fail_clear(ctx);
	return example_build(ctx, &example, &certificate, NULL, &files);
}

static void
test_names_that_are_none_in_kubernetes_are_refused(void **state)
{
	static const char *const bad[] = { "", "a", "A", "a_b", "a.b", "a/../b",
	    "-ab", "ab-", "a b", "a\nb", "../etc",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	size_t i;

	(void)state;
	assert_int_equal(build_with("globex", "prod", "orders"), ERR_OK);
	for (i = 0; i < nitems(bad); i++) {
		assert_int_equal(build_with("globex", "prod", bad[i]),
		    ERR_INVALID);
		assert_int_equal(build_with("globex", bad[i], "orders"),
		    ERR_INVALID);
	}
	/* With a hyphen two applications could have one name. */
	assert_int_equal(build_with("globex", "a-b", "cd"), ERR_INVALID);
	assert_int_equal(build_with("acme", "prod", "orders"), ERR_INTERNAL);
}

/* build_env - the first example with this variable */
static enum err
build_env(const char *name, const char *value)
{
	const struct runtime_pair env[] = { { name, value }, { NULL, NULL } };
	struct manifest_example example = manifest_examples[0];
	struct manifest_app app = example.tenant.apps[0];
	struct manifest_files files;

	app.app.env = env;
	example.tenant.apps = &app;
	fail_clear(ctx);
	return example_build(ctx, &example, &certificate, NULL, &files);
}

/* The API server said "control characters are not allowed" of these. */
static void
test_variables_that_the_api_server_refuses_are_refused(void **state)
{
	static const char *const bad[] = { "\x7f", "a\xc2\x80", "\xc2\x9f",
	    "\xef\xbf\xbe", "\xff" };
	static const char *const names[] = { "", "a-b", "a b", "1A", "A=",
	    "\xc3\xa4" };
	size_t i;

	(void)state;
	assert_int_equal(build_env("A_1", "\t\n\x01 \xc2\x85\xc2\xa0\xe2\x80"
	    "\xa8\xf0\x9f\x90\xab"), ERR_OK);
	for (i = 0; i < nitems(bad); i++)
		assert_int_equal(build_env("A", bad[i]), ERR_INVALID);
	for (i = 0; i < nitems(names); i++)
		assert_int_equal(build_env(names[i], "a"), ERR_INVALID);
}

static void
test_bad_slug_is_refused(void **state)
{
	static const char *const bad[] = { "", "ab", "Acme", "a-b", "acme/x",
	    "..", "1acme" };
	struct manifest_example example = manifest_examples[0];
	struct manifest_files files;
	size_t i;

	(void)state;
	example.tenant.napps = 0;
	for (i = 0; i < nitems(bad); i++) {
		example.tenant.server.slug = bad[i];
		assert_int_equal(example_build(ctx, &example, &certificate,
		    NULL, &files), ERR_INVALID);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_examples_are_as_they_were_reviewed, setup,
		    ctx_teardown),
		cmocka_unit_test_setup_teardown(
		    test_no_special_network_is_open_to_a_pod, setup,
		    ctx_teardown),
		cmocka_unit_test_setup_teardown(
		    test_tenant_of_many_applications, setup, ctx_teardown),
		cmocka_unit_test_setup_teardown(
		    test_secret_is_sealed_anew_only_when_something_changed,
		    setup, ctx_teardown),
		cmocka_unit_test_setup_teardown(
		    test_ciphertext_that_somebody_replaced_is_not_kept, setup,
		    ctx_teardown),
		cmocka_unit_test_setup_teardown(
		    test_nothing_runs_of_a_suspended_tenant, setup,
		    ctx_teardown),
		cmocka_unit_test_setup_teardown(
		    test_names_that_are_none_in_kubernetes_are_refused, setup,
		    ctx_teardown),
		cmocka_unit_test_setup_teardown(
		    test_variables_that_the_api_server_refuses_are_refused,
		    setup, ctx_teardown),
		cmocka_unit_test_setup_teardown(test_bad_slug_is_refused,
		    setup, ctx_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

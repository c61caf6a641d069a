/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tests/http/test_tenant_export.py looks at what the whole command makes; here
 * is what the job asks and stores.
 */
#include "config.h"

#include <string.h>

#include "modules/worker/tenant/tenant.h"
#include "tests/support/job_stage.h"
#include "tests/support/manifest_example.h"

extern const struct job_kind job_tenant_export;

#define CERTIFICATE	"tests/manifests/certificate.pem"
#define FILES		12	/* with one application */

static struct str
certificate_text(void)
{
	const char *top = getenv("CAMELEER_SOURCE");

	return example_read(ctx, text_printf(ctx->mem, "%s/%s",
	    top != NULL ? top : ".", CERTIFICATE));
}

/* expect_reads - what the tenant is, what was asked for, what is there */
static void
expect_reads(const char *tenant_state, const char *place,
    const char *certificate)
{
	expect_tenant(tenant_state);
	fake_expect("export_get");
	if (place != NULL)
		fake_row("place", place, "certificate", certificate);
	fake_expect("export_sealed");
	fake_expect("export_apps");
	fake_row("id", SUBJECT, "wanted", "running", "version", "4",
	    "release", "3", "app", "orders", "environment", "prod",
	    "health_check", "http", "health_port", "9876", "health_path",
	    "/observe/health", "image", (SLUG "/orders@" EXAMPLE_DIGEST),
	    "cpu_millis", "1000", "memory_mb", "512");
}

static void
expect_files(void)
{
	size_t i;

	expect_secret(SECRET_BOOTSTRAP);
	expect_no_previous();
	expect_secret(SECRET_DATABASE);
	expect_license();
	expect_secret(SECRET_BOOTSTRAP);
	expect_write();
	fake_expect("export_clear");
	for (i = 0; i < FILES; i++)
		fake_expect("export_add", FAKE_ANY, FAKE_ANY);
	fake_expect("step_end", JOB, "manifests", "done",
	    FAKE_HAS("12 files for place shared1"));
}

static void
test_manifests_are_stored_with_the_end_of_the_step(void **state)
{
	(void)state;
	expect_step("manifests");
	expect_reads("active", manifest_examples[0].place,
	    certificate_text().p);
	expect_files();
	assert_int_equal(job_run(&job_tenant_export), ERR_OK);
}

/* What an operator wrote does not get better by another attempt. */
static void
test_wrong_description_or_certificate_is_refused_for_good(void **state)
{
	(void)state;
	expect_step("manifests");
	expect_reads("active", "{\"name\": 1, \"dns\": []}", "x");
	expect_step_end("manifests", "running", FAKE_ANY);
	assert_int_equal(job_run(&job_tenant_export), ERR_INVALID);
	assert_string_equal(ctx->fault.code, "place_invalid");

	fail_clear(ctx);
	expect_step("manifests");
	expect_reads("active", manifest_examples[0].place, "x");
	expect_step_end("manifests", "running", FAKE_ANY);
	assert_int_equal(job_run(&job_tenant_export), ERR_INVALID);
	assert_string_equal(ctx->fault.code, "certificate_invalid");
}

static void
test_a_tenant_that_was_removed_has_none(void **state)
{
	(void)state;
	expect_step("manifests");
	expect_reads("deleted", NULL, NULL);
	expect_step_end("manifests", "running", FAKE_ANY);
	assert_int_equal(job_run(&job_tenant_export), ERR_INVALID);
	assert_string_equal(ctx->fault.code, "tenant_not_active");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_manifests_are_stored_with_the_end_of_the_step),
		JOB_TEST(
		    test_wrong_description_or_certificate_is_refused_for_good),
		JOB_TEST(test_a_tenant_that_was_removed_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

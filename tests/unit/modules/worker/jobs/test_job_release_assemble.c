/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "libshared/base/conf.h"
#include "libshared/skeleton/process.h"
#include "tests/support/job_stage.h"

extern const struct job_kind job_release_assemble;

/* assemble_from - runs the job, whose upload is below this directory */
static enum err
assemble_from(const char *spool, const char *detail)
{
	const struct conf *loaded = process.conf;
	struct conf moved = *loaded;
	enum err e;

	moved.spool_dir = spool;
	process.conf = &moved;
	expect_read();
	fake_expect("release_work", SUBJECT);
	fake_row("id", SUBJECT, "number", "1", "state", "uploaded",
	    "jar_sha256", "00", "jar_size", "1", "java_level", "17",
	    "deploy_to", FAKE_NULL, "application", TENANT, "app", "orders",
	    "slug", SLUG);
	expect_step("image");
	expect_write();
	fake_expect("release_state", SUBJECT, "assembling", FAKE_NULL,
	    FAKE_NULL);
	expect_step_end("image", "running", detail);
	e = job_run(&job_release_assemble);
	process.conf = loaded;
	return e;
}

static void
test_upload_that_is_gone_is_never_there_again(void **state)
{
	(void)state;
	assert_int_equal(assemble_from("/proc/self/fdinfo", "the uploaded file "
	    "is not there any more: upload it again"), ERR_INVALID);
	assert_fault(ERR_INVALID, "upload_lost");
}

static void
test_upload_that_cannot_be_read_is_not_lost(void **state)
{
	(void)state;
	assert_int_equal(assemble_from("/dev/null", "an internal error, which "
	    "was logged"), ERR_INTERNAL);
	assert_fault(ERR_INTERNAL, "internal");
	assert_string_equal(ctx->fault.detail, "the uploaded file cannot be "
	    "read: Not a directory");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_upload_that_is_gone_is_never_there_again),
		JOB_TEST(test_upload_that_cannot_be_read_is_not_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

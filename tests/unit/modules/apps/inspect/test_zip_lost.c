/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "tests/support/archive.h"
#include "tests/support/rows.h"
#include "tests/support/unit_ctx.h"

#include "modules/apps/inspect/zip_private.h"

static enum err
open_zip(const char *name, struct zip *zip, int *fd)
{
	struct zip_work *work;
	int64_t size;

	*fd = archive_open(name, &size);
	ctx_reset(ctx);
	work = zip_work_new(ctx, *fd, 60000);
	assert_non_null(work);
	return zip_open(ctx, work, size, zip);
}

/* Quarkus and Gradle 4.4.1 leave such entries; tier interop has real ones. */
static void
test_copy_of_an_entry_may_lie_there(void **state)
{
	static const char *const names[] = { "ok.lost-copy.jar",
	    "ok.directory-twice.jar" };
	struct zip zip;
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < 2; i++) {
		assert_row(open_zip(names[i], &zip, &fd) == ERR_OK, names[i]);
		assert_row(zip.lost != NULL, names[i]);
		close(fd);
	}
}

static void
test_anything_else_may_not(void **state)
{
	static const char *const names[] = { "jar_gap.lost.jar",
	    "jar_gap.lost-last.jar", "jar_gap.lost-other-content.jar",
	    "jar_corrupt.lost-directory-with-content.jar",
	    "jar_gap.between.jar" };
	struct zip zip;
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_row(open_zip(names[i], &zip, &fd) == ERR_INVALID,
		    names[i]);
		assert_row(strncmp(ctx->fault.code, "jar_", 4) == 0,
		    names[i]);
		close(fd);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_copy_of_an_entry_may_lie_there),
		CTX_TEST(test_anything_else_may_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

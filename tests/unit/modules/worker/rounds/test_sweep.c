/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "libshared/base/conf.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/rounds/rounds.h"
#include "tests/support/fake_sql.h"
#include "tests/support/request.h"

#define OLD_ID	"00000000-0000-7000-8000-0000000000d1"
#define OLD	OLD_ID ".jar"
#define NEW	"00000000-0000-7000-8000-0000000000d2.jar"
#define FOREIGN	"keep-me.jar"
#define MIN_AGE_S	((time_t)300)

static char spool[64];
static struct conf conf;

/* lay - puts a file into the spool that was written age_s ago */
static void
lay(const char *name, time_t age_s)
{
	struct timespec times[2] = { { .tv_sec = time(NULL) - age_s } };
	char path[160];
	int fd;

	times[1] = times[0];
	(void)snprintf(path, sizeof(path), "%s/%s", spool, name);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(futimens(fd, times), 0);
	assert_int_equal(close(fd), 0);
}

static bool
there(const char *name)
{
	struct stat st;
	char path[160];

	(void)snprintf(path, sizeof(path), "%s/%s", spool, name);
	return lstat(path, &st) == 0;
}

static int
setup(void **state)
{
	if (request_setup(state) != 0)
		return -1;
	(void)snprintf(spool, sizeof(spool), "/tmp/test_sweep.XXXXXX");
	assert_non_null(mkdtemp(spool));
	conf.spool_dir = spool;
	process.conf = &conf;
	return 0;
}

static int
teardown(void **state)
{
	const struct dirent *entry;
	DIR *dir = opendir(spool);

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		(void)unlinkat(dirfd(dir), entry->d_name, 0);
	(void)closedir(dir);
	(void)rmdir(spool);
	return request_teardown(state);
}

static void
test_only_uploads_that_are_old_go(void **state)
{
	(void)state;
	lay(OLD, MIN_AGE_S + 60);
	lay(NEW, MIN_AGE_S - 60);
	lay(FOREIGN, 3 * MIN_AGE_S);
	fake_expect("upload_waiting", OLD_ID);
	fake_row("n", "0");
	fake_expect("idempotency_sweep");
	fake_expect("guess_sweep");
	fake_expect("mail_limit_sweep");
	fake_expect("known_device_sweep");
	fake_expect("challenge_sweep");
	fake_expect("event_sweep");
	assert_int_equal(sweep_round(ctx), ERR_OK);
	assert_false(there(OLD));
	assert_true(there(NEW));
	assert_true(there(FOREIGN));
}

/* A file stays while a job waits for it, however old it is. */
static void
test_an_upload_that_a_job_waits_for_stays(void **state)
{
	(void)state;
	lay(OLD, 1000 * MIN_AGE_S);
	fake_expect("upload_waiting", OLD_ID);
	fake_row("n", "1");
	fake_expect("idempotency_sweep");
	fake_expect("guess_sweep");
	fake_expect("mail_limit_sweep");
	fake_expect("known_device_sweep");
	fake_expect("challenge_sweep");
	fake_expect("event_sweep");
	assert_int_equal(sweep_round(ctx), ERR_OK);
	assert_true(there(OLD));
}

static void
test_nothing_goes_while_nobody_can_be_asked(void **state)
{
	(void)state;
	lay(OLD, MIN_AGE_S + 60);
	fake_expect("upload_waiting", OLD_ID);
	fake_error(ERR_UNAVAILABLE, "57P01");
	assert_int_equal(sweep_round(ctx), ERR_UNAVAILABLE);
	assert_true(there(OLD));
}

static void
test_a_link_in_the_place_of_an_upload_stays(void **state)
{
	char path[160];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/%s", spool, OLD);
	assert_int_equal(symlink("/etc/hostname", path), 0);
	fake_expect("idempotency_sweep");
	fake_expect("guess_sweep");
	fake_expect("mail_limit_sweep");
	fake_expect("known_device_sweep");
	fake_expect("challenge_sweep");
	fake_expect("event_sweep");
	assert_int_equal(sweep_round(ctx), ERR_OK);
	assert_true(there(OLD));
}

static void
test_answers_are_swept_without_a_spool(void **state)
{
	(void)state;
	conf.spool_dir = "/nonexistent";
	fake_expect("idempotency_sweep");
	fake_expect("guess_sweep");
	fake_expect("mail_limit_sweep");
	fake_expect("known_device_sweep");
	fake_expect("challenge_sweep");
	fake_expect("event_sweep");
	assert_int_equal(sweep_round(ctx), ERR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_only_uploads_that_are_old_go, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_an_upload_that_a_job_waits_for_stays, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    test_nothing_goes_while_nobody_can_be_asked, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_link_in_the_place_of_an_upload_stays, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    test_answers_are_swept_without_a_spool, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

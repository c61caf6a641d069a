/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/doors/field.h"
#include "libshared/skeleton/job.h"
#include "tests/support/fake_sql.h"
#include "tests/support/request.h"

#define SUBJECT	"00000000-0000-7000-8000-0000000000c1"
#define OLDER	"00000000-0000-7000-8000-0000000000d1"

static enum err
queue(struct uuid *operation)
{
	struct uuid subject;

	assert_true(uuid_set(&subject, SUBJECT));
	return job_queue(ctx, "tenant.provision", &subject, operation);
}

static void
test_a_job_is_queued_and_the_worker_told(void **state)
{
	struct uuid operation;

	(void)state;
	fake_expect("job_queue", FAKE_ANY, "tenant.provision", SUBJECT);
	fake_row("id", OLDER);
	fake_expect("job_notify", "tenant.provision");
	assert_int_equal(queue(&operation), ERR_OK);
}

/* The database may return the id of a queued job that it merged this with. */
static void
test_the_id_is_the_one_that_the_database_gives(void **state)
{
	struct uuid operation = { "" };

	(void)state;
	fake_expect("job_queue", FAKE_ANY, FAKE_ANY, FAKE_ANY);
	fake_row("id", OLDER);
	fake_expect("job_notify", FAKE_ANY);
	assert_int_equal(queue(&operation), ERR_OK);
	assert_string_equal(operation.text, OLDER);
}

static void
test_a_job_that_is_not_queued_has_no_id(void **state)
{
	struct uuid operation = { "" };

	(void)state;
	fake_expect("job_queue", FAKE_ANY, FAKE_ANY, FAKE_ANY);
	fake_error(ERR_UNAVAILABLE, "57P01");
	assert_int_equal(queue(&operation), ERR_UNAVAILABLE);
	assert_string_equal(operation.text, "");
}

static void
test_a_failed_hint_fails_the_transaction(void **state)
{
	struct uuid operation = { "" };

	(void)state;
	fake_expect("job_queue", FAKE_ANY, FAKE_ANY, FAKE_ANY);
	fake_row("id", OLDER);
	fake_expect("job_notify", FAKE_ANY);
	fake_error(ERR_INTERNAL, "XX000");
	assert_int_equal(queue(&operation), ERR_INTERNAL);
	assert_string_equal(operation.text, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REQUEST_TEST(test_a_job_is_queued_and_the_worker_told),
		REQUEST_TEST(test_the_id_is_the_one_that_the_database_gives),
		REQUEST_TEST(test_a_job_that_is_not_queued_has_no_id),
		REQUEST_TEST(test_a_failed_hint_fails_the_transaction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

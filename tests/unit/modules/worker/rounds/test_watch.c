/* SPDX-License-Identifier: Apache-2.0 */
/* A round looks at many containers, at places whose keys it opens. */
#include "config.h"

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/proto/sealed.h"
#include "modules/worker/place/place.h"
#include "modules/worker/rounds/rounds.h"
#include "tests/support/job_stage.h"

/* expect_far_place - expects that the row of a place with a key is read */
static void
expect_far_place(const char *box)
{
	fake_expect("place_get", PLACE);
	fake_row("name", "east", "kind", "memory", "endpoint",
	    "https://east.test", "registry", FAKE_NULL, "ca", "c",
	    "certificate", "c", "key_box", box);
}

static void
test_no_key_stays_in_the_memory_of_the_round(void **state)
{
	const char *public, *box;
	size_t before;

	(void)state;
	assert_int_equal(sealed_public(ctx, PLACE_SEAL_KEY, &public), ERR_OK);
	assert_int_equal(sealed_post(ctx, public, "place|" PLACE,
	    STR("the key of the place"), &box), ERR_OK);
	memory_fail(2, ERR_PEER, "engine_failed");
	fake_expect("tenants_watched");
	fake_row("id", TENANT, "slug", SLUG, "place", PLACE);
	fake_row("id", SUBJECT, "slug", "bolt", "place", PLACE);
	expect_far_place(box);
	expect_far_place(box);
	fake_expect("deployments_watched");
	before = arena_used(ctx->secrets);
	assert_int_equal(watch_round(ctx), ERR_OK);
	assert_int_equal(arena_used(ctx->secrets), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_no_key_stays_in_the_memory_of_the_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/proto/oci_name.h"
#include "tests/support/unit_ctx.h"

/* of "hello" */
#define HELLO "sha256:" \
	"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

static void
test_names_follow_the_specification(void **state)
{
	static const char *const good[] = { "a", "acme/orders", "a.b/c_d/e__f",
	    "a--b/c", "platform/jre-base" };
	static const char *const bad[] = { "", "/", "a/", "/a", "A", "a..b",
	    "a___b", "a_-b", "a b", "a/../b", "a?x", "-a", "a-", NULL };
	static const char *const bad_tags[] = { "", ".a", "-a", "a/b", "a:b",
	    "a+b", "a b" };
	char tag[200];
	size_t i;

	(void)state;
	for (i = 0; i < nitems(good); i++)
		assert_true(oci_repository_valid(good[i]));
	for (i = 0; i < nitems(bad); i++)
		assert_false(oci_repository_valid(bad[i]));
	assert_true(oci_tag_valid("v1-0123456789ab"));
	for (i = 0; i < nitems(bad_tags); i++)
		assert_false(oci_tag_valid(bad_tags[i]));
	memset(tag, 'a', sizeof(tag));
	tag[128] = '\0';
	assert_true(oci_tag_valid(tag));
	tag[128] = 'a';
	tag[129] = '\0';
	assert_false(oci_tag_valid(tag));
	assert_true(oci_digest_valid(HELLO));
	assert_false(oci_digest_valid(HELLO "0"));
	assert_false(oci_digest_valid("sha256:2CF2"));
	assert_false(oci_digest_valid(NULL));
}

static void
test_reference_is_a_repository_and_a_digest(void **state)
{
	const char *repository, *digest;

	(void)state;
	assert_int_equal(oci_reference(ctx, "a/b@" HELLO, &repository,
	    &digest), ERR_OK);
	assert_string_equal(repository, "a/b");
	assert_string_equal(digest, HELLO);
	assert_int_equal(oci_reference(ctx, "a/b:latest", &repository,
	    &digest), ERR_INVALID);
	assert_int_equal(oci_reference(ctx, "a/b@sha256:x", &repository,
	    &digest), ERR_INVALID);
	assert_int_equal(oci_reference(ctx, "@" HELLO, &repository, &digest),
	    ERR_INVALID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_names_follow_the_specification),
		CTX_TEST(test_reference_is_a_repository_and_a_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

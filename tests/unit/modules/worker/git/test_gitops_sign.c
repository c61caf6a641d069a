/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "modules/worker/git/gitops_sign.h"
#include "tests/support/unit_ctx.h"

#define BEGIN	"-----BEGIN OPENSSH PRIVATE KEY-----\n"
#define END	"-----END OPENSSH PRIVATE KEY-----\n"

/* Made by ssh-keygen -t ed25519 -N '' -C fixture. */
#define KEY_HEAD \
	"b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2" \
	"gtZW\n"
#define KEY_PUBLIC \
	"QyNTUxOQAAACBpmdDtmYs2E66Pqa2/Bhi6PE0++6omjkY/hX0U17clowAAAJAT37sn" \
	"E9+7\n"
#define KEY_SECRET \
	"JwAAAAtzc2gtZWQyNTUxOQAAACBpmdDtmYs2E66Pqa2/Bhi6PE0++6omjkY/hX0U17" \
	"clow\n" \
	"AAAEBOSOSyXVOBljTNFqAYjGWqfXWZas4+dFntUFqwCn6QvWmZ0O2ZizYTro+prb8G" \
	"GLo8\n" \
	"TT77qiaORj+FfRTXtyWjAAAAB2ZpeHR1cmUBAgMEBQY=\n"
#define KEY	BEGIN KEY_HEAD KEY_PUBLIC KEY_SECRET END

/* By ssh-keygen -Y sign -n git -O hashalg=sha256, over "tree". */
#define SIGNATURE \
	"-----BEGIN SSH SIGNATURE-----\n" \
	"U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgaZnQ7ZmLNhOuj6mtvwYYuj" \
	"xNPv\n" \
	"uqJo5GP4V9FNe3JaMAAAADZ2l0AAAAAAAAAAZzaGEyNTYAAABTAAAAC3NzaC1lZDI1" \
	"NTE5\n" \
	"AAAAQJQz71NZlqM6v4cXjIOx7XApBasa1iQdzZtL4WE41bE6sapMqlCIsa4g8vbSXo" \
	"8dTf\n" \
	"05dv/S1Gke/KjD0PI6two=\n" \
	"-----END SSH SIGNATURE-----\n"

static enum err
key_of(const char *text, struct gitops_key *key)
{
	fail_clear(ctx);
	return gitops_key_read(ctx, str_of(text), key);
}

static void
test_signs_as_ssh_keygen_does(void **state)
{
	struct gitops_key key;
	const char *armored;

	(void)state;
	assert_int_equal(key_of(KEY, &key), ERR_OK);
	assert_int_equal(gitops_sign(ctx, &key, STR("tree"), &armored),
	    ERR_OK);
	assert_string_equal(armored, SIGNATURE);
	assert_int_equal(gitops_sign(ctx, &key, STR("trees"), &armored),
	    ERR_OK);
	assert_string_not_equal(armored, SIGNATURE);
}

static void
test_a_credential_without_its_last_line_end(void **state)
{
	struct gitops_key key, other;
	char text[] = KEY;

	(void)state;
	text[strlen(text) - 1] = '\0';
	assert_int_equal(key_of(KEY, &key), ERR_OK);
	assert_int_equal(key_of(text, &other), ERR_OK);
	assert_memory_equal(&key, &other, sizeof(key));
}

/* refused - with this word in the advice, and the key untouched */
static void
refused(const char *text, const char *word)
{
	struct gitops_key key, before;

	memset(&key, 7, sizeof(key));
	before = key;
	assert_int_equal(key_of(text, &key), ERR_INVALID);
	assert_string_equal(ctx->fault.code, "git_key_invalid");
	assert_non_null(strstr(ctx->fault.detail, word));
	assert_memory_equal(&key, &before, sizeof(key));
}

static void
test_what_is_no_key_is_refused(void **state)
{
	(void)state;
	refused("", "is not a private");
	refused("ssh-ed25519 AAAA fixture\n", "is not a private");
	refused(BEGIN END, "is not a private");
	refused(BEGIN "AAAA\n" END, "is not a private");
	refused(BEGIN KEY_HEAD KEY_PUBLIC KEY_SECRET, "is not a private");
	refused(BEGIN "!\n" KEY_HEAD KEY_PUBLIC KEY_SECRET END,
	    "is not a private");
	refused(BEGIN KEY_HEAD END, "is not a private");
	refused(BEGIN KEY_HEAD KEY_PUBLIC END, "is damaged");
}

static void
test_a_key_whose_parts_disagree_is_refused(void **state)
{
	char text[] = KEY;
	char *seed = strstr(text, "AAAEBOSOSy");

	(void)state;
	assert_non_null(seed);
	seed[9] = 'z';
	refused(text, "is not an Ed25519 key");
}

static void
test_a_key_with_a_passphrase_is_refused(void **state)
{
	(void)state;
	refused(BEGIN
	    "b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABBJ"
	    "MgZEZQlbLUxiUiTcbfnhAAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIKnj"
	    "2i+NKYNyUx4qskavMPiTYpmN6KK/zA8YcspykPn4AAAAkLk+k3hF6n6RDDLaDnZP"
	    "A/nr7n2rqMYOra163y8Ah1WY7rG1WuXQxT5MPNh81EeR5tx4+u3DI5lhh7OirAKI"
	    "Z0L4mcOFoe1rirxqUnZ4XHm9+pJ35bKBaVUuckZpzcwKcIrH+5+UijBjywoGkge3"
	    "P9x0FAPXJelUx4ee7OYMZjp46nMUIvdrg9lPHDqZRs0SMQ==\n" END,
	    "has a passphrase");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_signs_as_ssh_keygen_does),
		CTX_TEST(test_a_credential_without_its_last_line_end),
		CTX_TEST(test_what_is_no_key_is_refused),
		CTX_TEST(test_a_key_whose_parts_disagree_is_refused),
		CTX_TEST(test_a_key_with_a_passphrase_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

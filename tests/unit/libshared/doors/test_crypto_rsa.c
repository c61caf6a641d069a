/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/support/foreign.h"
#include "tests/support/rsa_vector.h"

#include "libshared/base/str.h"
#include "libshared/doors/crypto_rsa.h"

static const char *dot;
static uint8_t signature[RSA_MAX];
static size_t signature_len;

static int
setup(void **state)
{
	if (foreign_setup(state) != 0)
		return -1;
	dot = strrchr(RSA_TOKEN, '.');
	assert_true(base64url_decode(dot + 1, strlen(dot + 1), signature,
	    sizeof(signature), &signature_len));
	return 0;
}

static bool
good(const struct rsa_public *pub)
{
	return rsa_verify(pub, RSA_TOKEN,
	    strlen(RSA_TOKEN) - strlen(dot), signature, signature_len);
}

static void
test_verify_takes_only_what_was_signed(void **state)
{
	struct rsa_public pub = set.keys[0].rsa;
	size_t i;

	(void)state;
	assert_true(good(&pub));
	assert_false(rsa_verify(&pub, RSA_TOKEN, 10, signature,
	    signature_len));
	assert_false(rsa_verify(&pub, RSA_TOKEN,
	    strlen(RSA_TOKEN) - strlen(dot), signature, signature_len - 1));
	for (i = 0; i < signature_len; i++) {
		signature[i] ^= 1;
		assert_false(good(&pub));
		signature[i] ^= 1;
	}
}

static void
test_unsound_keys_verify_nothing(void **state)
{
	struct rsa_public pub = set.keys[0].rsa;

	(void)state;
	pub.e = 3;
	assert_false(rsa_sound(&pub) || good(&pub));
	pub.e = 65536;
	assert_false(rsa_sound(&pub));
	pub.e = 65537;
	pub.n_len = RSA_MIN - 1;
	assert_false(rsa_sound(&pub) || good(&pub));
	pub.n_len = RSA_MIN;
	pub.n[RSA_MIN - 1] ^= 1;		/* even */
	assert_false(rsa_sound(&pub));
	pub.n[RSA_MIN - 1] ^= 1;
	pub.n[0] &= 0x7f;			/* 2047 bits */
	assert_false(rsa_sound(&pub));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_verify_takes_only_what_was_signed, setup,
		    foreign_teardown),
		cmocka_unit_test_setup_teardown(
		    test_unsound_keys_verify_nothing, setup,
		    foreign_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

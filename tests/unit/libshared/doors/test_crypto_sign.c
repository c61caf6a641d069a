/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "tests/support/unit_hex.h"

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/crypto_sign.h"

static int
setup(void **state)
{
	(void)state;
	return crypto_init();
}

static void
flip(uint8_t *bytes, size_t bit)
{
	bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

/* RFC 8032 section 7.1, tests 1 to 3 and SHA(abc). */
static const struct { const char *seed, *pub, *message, *signature; }
    rfc8032[] = {
	{ "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
	  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
	  "",
	  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
	  "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b" },
	{ "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
	  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
	  "72",
	  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
	  "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
	{ "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
	  "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
	  "af82",
	  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
	  "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a" },
	{ "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
	  "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
	  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
	  "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
	  "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704" },
};

static void
test_ed25519_matches_rfc_8032(void **state)
{
	uint8_t seed[SEED_SIZE], pub[ED25519_PUBLIC], want[64], made[64];
	uint8_t message[64];
	size_t i, len;

	(void)state;
	for (i = 0; i < nitems(rfc8032); i++) {
		len = strlen(rfc8032[i].message) / 2;
		bytes_of(rfc8032[i].seed, seed, sizeof(seed));
		bytes_of(rfc8032[i].message, message, len);
		bytes_of(rfc8032[i].pub, want, ED25519_PUBLIC);
		ed25519_public(seed, pub);
		assert_memory_equal(pub, want, ED25519_PUBLIC);
		bytes_of(rfc8032[i].signature, want, sizeof(want));
		ed25519_sign(seed, message, len, made);
		assert_memory_equal(made, want, sizeof(want));
		assert_true(ed25519_verify(pub, message, len, want));
	}
}

static void
test_ed25519_refuses_every_flipped_bit(void **state)
{
	uint8_t seed[SEED_SIZE] = { 7 }, pub[ED25519_PUBLIC], signature[64];
	uint8_t message[] = "header.payload";
	size_t i;

	(void)state;
	ed25519_public(seed, pub);
	ed25519_sign(seed, message, sizeof(message), signature);
	for (i = 0; i < sizeof(signature) * 8; i++) {
		flip(signature, i);
		assert_false(ed25519_verify(pub, message, sizeof(message),
		    signature));
		flip(signature, i);
	}
	for (i = 0; i < sizeof(message) * 8; i++) {
		flip(message, i);
		assert_false(ed25519_verify(pub, message, sizeof(message),
		    signature));
		flip(message, i);
	}
	for (i = 0; i < sizeof(pub) * 8; i++) {
		flip(pub, i);
		assert_false(ed25519_verify(pub, message, sizeof(message),
		    signature));
		flip(pub, i);
	}
	assert_true(ed25519_verify(pub, message, sizeof(message),
	    signature));
}

/* S + L equals S for the curve, but must not be a second valid signature. */
static void
test_ed25519_refuses_malleable_s(void **state)
{
	static const char order[] = "edd3f55c1a631258d69cf7a2def9de14"
	    "00000000000000000000000000000010";
	uint8_t seed[SEED_SIZE], pub[ED25519_PUBLIC], signature[64], l[32];
	unsigned carry = 0, i, round;

	(void)state;
	bytes_of(order, l, sizeof(l));
	bytes_of(rfc8032[1].seed, seed, sizeof(seed));
	ed25519_public(seed, pub);
	ed25519_sign(seed, "\x72", 1, signature);
	for (round = 0; round < 8; round++) {
		for (i = 0, carry = 0; i < 32; i++) {
			carry += (unsigned)signature[32 + i] + l[i];
			signature[32 + i] = (uint8_t)carry;
			carry >>= 8;
		}
		assert_false(ed25519_verify(pub, "\x72", 1, signature));
	}
}

/* Points of order 1, 2, 4 and 8, also in encodings with y >= p or -0. */
static const char *const small_order[] = {
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0000000000000000000000000000000000000000000000000000000000000080",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000080",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
};

/* With such a key and S = 0, a naive verifier accepts any message. */
static void
test_ed25519_refuses_small_order(void **state)
{
	uint8_t pub[ED25519_PUBLIC], signature[64] = { 0 }, message;
	uint8_t seed[SEED_SIZE] = { 9 }, real[ED25519_PUBLIC];
	size_t i, j;

	(void)state;
	ed25519_public(seed, real);
	for (i = 0; i < nitems(small_order); i++)
		for (j = 0; j < nitems(small_order); j++) {
			bytes_of(small_order[i], pub, sizeof(pub));
			bytes_of(small_order[j], signature, 32);
			for (message = 0; message < 16; message++) {
				assert_false(ed25519_verify(pub, &message, 1,
				    signature));
				assert_false(ed25519_verify(real, &message, 1,
				    signature));
			}
		}
}

static void
test_ed25519_refuses_points_that_are_none(void **state)
{
	static const char *const bad[] = {
	    /* y = 2 is on no curve; p - 2 neither; all ones is no number */
	    "0200000000000000000000000000000000000000000000000000000000000000",
	    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	};
	uint8_t pub[ED25519_PUBLIC], seed[SEED_SIZE] = { 3 }, signature[64];
	size_t i;

	(void)state;
	ed25519_sign(seed, "x", 1, signature);
	for (i = 0; i < nitems(bad); i++) {
		bytes_of(bad[i], pub, sizeof(pub));
		assert_false(ed25519_verify(pub, "x", 1, signature));
	}
}

/* RFC 6979 A.2.5, message "sample" with SHA-256. */
static const char rfc6979_seed[] =
    "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
static const char rfc6979_pub[] =
    "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
static const char rfc6979_signature[] =
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
    "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
static const char p256_order[] =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

static void
test_p256_matches_rfc_6979(void **state)
{
	uint8_t seed[SEED_SIZE], pub[P256_PUBLIC], want[P256_PUBLIC];
	uint8_t signature[64];

	(void)state;
	bytes_of(rfc6979_seed, seed, sizeof(seed));
	bytes_of(rfc6979_pub, want, sizeof(want));
	bytes_of(rfc6979_signature, signature, sizeof(signature));
	assert_true(p256_public(seed, pub));
	assert_memory_equal(pub, want, sizeof(want));
	assert_true(p256_verify(pub, "sample", 6, signature));
	assert_false(p256_verify(pub, "Sample", 6, signature));
}

/* RFC 7515 A.3: the example of ES256. */
static void
test_p256_matches_rfc_7515_a3(void **state)
{
	static const char text[] = "eyJhbGciOiJFUzI1NiJ9."
	    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
	    "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
	static const char x[] = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
	static const char y[] = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
	static const char d[] = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";
	static const char s[] = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXF"
	    "CgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
	uint8_t pub[P256_PUBLIC], derived[P256_PUBLIC], signature[64];
	uint8_t seed[SEED_SIZE];
	size_t n;

	(void)state;
	assert_true(base64url_decode(x, strlen(x), pub, 32, &n));
	assert_true(base64url_decode(y, strlen(y), pub + 32, 32, &n));
	assert_true(base64url_decode(d, strlen(d), seed, 32, &n));
	assert_true(base64url_decode(s, strlen(s), signature, 64, &n));
	assert_true(p256_verify(pub, text, strlen(text), signature));
	assert_true(p256_public(seed, derived));
	assert_memory_equal(pub, derived, sizeof(pub));
	assert_true(p256_sign(seed, text, strlen(text), signature));
	assert_true(p256_verify(pub, text, strlen(text), signature));
}

/* DER drops leading zeros and adds one before a high bit; r || s does not. */
static void
test_p256_pads_short_numbers(void **state)
{
	uint8_t seed[SEED_SIZE], pub[P256_PUBLIC], signature[64];
	bool r = false, s = false;
	unsigned i;

	(void)state;
	assert_true(p256_new(seed));
	assert_true(p256_public(seed, pub));
	for (i = 0; i < 20000 && !(r && s); i++) {
		assert_true(p256_sign(seed, &i, sizeof(i), signature));
		if (i > 20 && signature[0] != 0 && signature[32] != 0)
			continue;
		r |= signature[0] == 0;
		s |= signature[32] == 0;
		assert_true(p256_verify(pub, &i, sizeof(i), signature));
	}
	assert_true(r && s);
}

static void
test_p256_refuses_every_flipped_bit(void **state)
{
	uint8_t pub[P256_PUBLIC], signature[64];
	size_t i;

	(void)state;
	bytes_of(rfc6979_pub, pub, sizeof(pub));
	bytes_of(rfc6979_signature, signature, sizeof(signature));
	for (i = 0; i < sizeof(signature) * 8; i++) {
		flip(signature, i);
		assert_false(p256_verify(pub, "sample", 6, signature));
		flip(signature, i);
	}
	for (i = 0; i < sizeof(pub) * 8; i++) {
		flip(pub, i);
		assert_false(p256_verify(pub, "sample", 6, signature));
		flip(pub, i);
	}
	assert_true(p256_verify(pub, "sample", 6, signature));
}

static void
test_p256_refuses_r_and_s_out_of_range(void **state)
{
	static const char zero[] = "00000000000000000000000000000000"
	    "00000000000000000000000000000000";
	static const char one[] = "00000000000000000000000000000000"
	    "00000000000000000000000000000001";
	static const char ones[] = "ffffffffffffffffffffffffffffffff"
	    "ffffffffffffffffffffffffffffffff";
	const char *const odd[] = { zero, one, ones, p256_order };
	uint8_t pub[P256_PUBLIC], signature[64];
	size_t i, j;

	(void)state;
	bytes_of(rfc6979_pub, pub, sizeof(pub));
	for (i = 0; i < nitems(odd); i++)
		for (j = 0; j < nitems(odd); j++) {
			bytes_of(odd[i], signature, 32);
			bytes_of(odd[j], signature + 32, 32);
			assert_false(p256_verify(pub, "sample", 6,
			    signature));
		}
	for (i = 0; i < nitems(odd); i++) {
		bytes_of(rfc6979_signature, signature, 64);
		bytes_of(odd[i], signature, 32);
		assert_false(p256_verify(pub, "sample", 6, signature));
		bytes_of(rfc6979_signature, signature, 64);
		bytes_of(odd[i], signature + 32, 32);
		assert_false(p256_verify(pub, "sample", 6, signature));
	}
}

static void
test_p256_refuses_scalars_out_of_range(void **state)
{
	uint8_t seed[SEED_SIZE] = { 0 }, pub[P256_PUBLIC], signature[64];

	(void)state;
	assert_false(p256_public(seed, pub));
	assert_false(p256_sign(seed, "x", 1, signature));
	bytes_of(p256_order, seed, sizeof(seed));
	assert_false(p256_public(seed, pub));
	assert_false(p256_sign(seed, "x", 1, signature));
	seed[31]--;		/* n - 1 is the last good one */
	assert_true(p256_public(seed, pub));
	assert_true(p256_sign(seed, "x", 1, signature));
	assert_true(p256_verify(pub, "x", 1, signature));
	memset(seed, 0xff, sizeof(seed));
	assert_false(p256_public(seed, pub));
}

static void
test_p256_refuses_points_that_are_none(void **state)
{
	uint8_t pub[P256_PUBLIC] = { 0 }, signature[64];

	(void)state;
	bytes_of(rfc6979_signature, signature, sizeof(signature));
	assert_false(p256_verify(pub, "sample", 6, signature));
	memset(pub, 0xff, sizeof(pub));
	assert_false(p256_verify(pub, "sample", 6, signature));
	bytes_of(rfc6979_pub, pub, sizeof(pub));
	memset(pub + 32, 0, 32);
	assert_false(p256_verify(pub, "sample", 6, signature));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ed25519_matches_rfc_8032),
		cmocka_unit_test(test_ed25519_refuses_every_flipped_bit),
		cmocka_unit_test(test_ed25519_refuses_malleable_s),
		cmocka_unit_test(test_ed25519_refuses_small_order),
		cmocka_unit_test(test_ed25519_refuses_points_that_are_none),
		cmocka_unit_test(test_p256_matches_rfc_6979),
		cmocka_unit_test(test_p256_matches_rfc_7515_a3),
		cmocka_unit_test(test_p256_pads_short_numbers),
		cmocka_unit_test(test_p256_refuses_every_flipped_bit),
		cmocka_unit_test(test_p256_refuses_r_and_s_out_of_range),
		cmocka_unit_test(test_p256_refuses_scalars_out_of_range),
		cmocka_unit_test(test_p256_refuses_points_that_are_none),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Forged bytes: flipped, cut, added, and announced but missing. */
#include "config.h"

#include <string.h>

#include "tests/support/authenticator.h"

static struct webauthn_credential made;

static const char *
try_object(struct str object)
{
	struct said said = authentic("webauthn.create");
	struct webauthn_credential out;

	return webauthn_register(ctx, &rule, client_data_of(&said), object,
	    &out);
}

static const char *
try_proof(const struct webauthn_proof *proof)
{
	struct webauthn_credential copy = made;

	return webauthn_assert(ctx, &rule, proof, &copy);
}

static struct webauthn_proof
good_proof(const struct authenticator *by)
{
	struct said said = authentic("webauthn.get");

	said.count = 2;
	return proof_of(&said, by);
}

/* Flips each bit of part, which belongs to proof; all must be refused. */
static void
turn_every_bit(struct webauthn_proof *proof, struct str *part)
{
	const struct str good = *part;
	size_t bit;

	for (bit = 0; bit < good.len * 8; bit++) {
		*part = flipped(good, bit / 8, (uint8_t)(1 << bit % 8));
		if (try_proof(proof) == NULL)
			fail_msg("bit %zu of %.*s", bit, (int)good.len,
			    good.p);
	}
	*part = good;
}

static void
test_every_bit_of_a_proof_counts(void **state)
{
	struct webauthn_proof proof;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		enrolled(&authenticators[i], &made);
		proof = good_proof(&authenticators[i]);
		assert_null(try_proof(&proof));
		turn_every_bit(&proof, &proof.client_data);
		turn_every_bit(&proof, &proof.auth_data);
		turn_every_bit(&proof, &proof.signature);
		assert_null(try_proof(&proof));
	}
}

static void
test_proof_cut_or_grown_is_refused(void **state)
{
	struct webauthn_proof good, proof;
	struct str *const parts[] = { &proof.client_data, &proof.auth_data,
	    &proof.signature };
	size_t i, k, len;

	(void)state;
	for (i = 0; i < 3; i++) {
		enrolled(&authenticators[i], &made);
		proof = good = good_proof(&authenticators[i]);
		for (k = 0; k < nitems(parts); k++) {
			for (len = 0; len < parts[k]->len; len++) {
				proof = good;
				parts[k]->len = len;
				assert_non_null(try_proof(&proof));
			}
			proof = good;
			*parts[k] = joined(*parts[k], STR("\0"));
			assert_non_null(try_proof(&proof));
			proof = good;
			*parts[k] = joined(STR("\0"), *parts[k]);
			assert_non_null(try_proof(&proof));
			proof = good;
		}
	}
}

/* The signature is valid, but the signed data have a wrong form. */
static void
test_signed_auth_data_of_wrong_form_is_refused(void **state)
{
	struct said said = authentic("webauthn.get");
	struct webauthn_proof proof;
	struct { struct str data; const char *why; } table[5];
	size_t i;

	(void)state;
	enrolled(&authenticators[0], &made);
	said.count = 2;
	table[0].data = joined(auth_data_of(&said, NULL), STR("\0"));
	table[0].why = "auth_data_trailing";
	table[1].data = auth_data_of(&said, &authenticators[0]);
	table[1].why = "attested_data";
	said.extensions = STR("\xa0\x00");
	table[2].data = auth_data_of(&said, NULL);
	table[2].why = "auth_data_trailing";
	said.extensions = STR("\x80");
	table[3].data = auth_data_of(&said, NULL);
	table[3].why = "extensions_form";
	said.extensions = STR("\xbf\xff");
	table[4].data = auth_data_of(&said, NULL);
	table[4].why = "extensions_form";
	for (i = 0; i < nitems(table); i++) {
		proof.client_data = client_data_of(&said);
		proof.auth_data = table[i].data;
		proof.signature = signature_of(&authenticators[0],
		    proof.auth_data, proof.client_data);
		assert_string_equal(try_proof(&proof), table[i].why);
	}
}

static void
test_unasked_extension_that_we_do_not_know_passes(void **state)
{
	struct said said = authentic("webauthn.get");
	struct webauthn_proof proof;

	(void)state;
	enrolled(&authenticators[0], &made);
	said.count = 2;
	said.extensions = STR("\xa1\x61" "x\x01");
	proof = proof_of(&said, &authenticators[0]);
	assert_null(try_proof(&proof));
}

static void
test_attestation_cut_or_grown_is_refused(void **state)
{
	struct said said = authentic("webauthn.create");
	struct str object, part;
	size_t i, len;

	(void)state;
	for (i = 0; i < 3; i++) {
		object = attestation_of(&said, &authenticators[i]);
		assert_null(try_object(object));
		for (len = 0; len < object.len; len++) {
			part = (struct str){ object.p, len };
			assert_non_null(try_object(part));
		}
		assert_string_equal(try_object(joined(object, STR("\0"))),
		    "attestation_trailing");
		assert_string_equal(try_object(joined(object, object)),
		    "attestation_trailing");
	}
}

/* Attested data have no byte after the key, and every announced byte. */
static void
test_attested_data_cut_or_grown_is_refused(void **state)
{
	struct said said = authentic("webauthn.create");
	struct str data, part;
	size_t i, len;

	(void)state;
	for (i = 0; i < 3; i++) {
		data = auth_data_of(&said, &authenticators[i]);
		for (len = 0; len < data.len; len++) {
			part = (struct str){ data.p, len };
			assert_non_null(try_object(object_of("none",
			    STR("\xa0"), part)));
		}
		assert_string_equal(try_object(object_of("none", STR("\xa0"),
		    joined(data, STR("\0")))), "auth_data_trailing");
	}
	assert_string_equal(try_object(object_of("none", STR("\xa0"),
	    auth_data_of(&said, NULL))), "attested_data");
}

static void
test_own_attestation_holds_every_bit_of_the_data(void **state)
{
	struct said said = authentic("webauthn.create");
	struct str data, statement;
	size_t bit;

	(void)state;
	said.format = "packed";
	data = auth_data_of(&said, &authenticators[0]);
	statement = statement_of(&authenticators[0], data,
	    client_data_of(&said));
	for (bit = 0; bit < data.len * 8; bit++)
		if (try_object(object_of("packed", statement, flipped(data,
		    bit / 8, (uint8_t)(1 << bit % 8)))) == NULL)
			fail_msg("bit %zu", bit);
}

/* Nothing is signed here: the key itself must be valid. */
static void
test_point_off_the_curve_is_no_key(void **state)
{
	struct said said = authentic("webauthn.create");
	struct str data = auth_data_of(&said, &authenticators[0]);
	size_t i;

	(void)state;
	for (i = data.len - 32; i < data.len; i++)
		assert_non_null(try_object(object_of("none", STR("\xa0"),
		    flipped(data, i, 1))));
}

static void
test_key_of_unknown_form_is_refused(void **state)
{
	static const struct { const char *key; size_t len; const char *why; }
	    table[] = {
		{ "\xa0", 1, "algorithm" },
		{ "\x80", 1, "key_form" },
		{ "\xa1\x03\x26", 3, "key_form" },
		{ "\xa1\x03\x38\x22", 4, "algorithm" },		/* ES384 */
		{ "\xa1\x03\x00", 3, "algorithm" },
		{ "\xa1\x03\x61" "7", 4, "algorithm" },
		{ "\xa2\x01\x02\x03\x26", 5, "key_form" },
		{ "\xa2\x03\x26\x03\x26", 5, "key_form" },	/* twice */
		{ "\xa4\x01\x01\x03\x27\x20\x06\x21\x41\x00", 10, "key_form" },
		{ "\xbf\x01\x02\x03\x26\xff", 6, "key_form" },
		{ "\xba\xff\xff\xff\xff\x01\x02", 7, "key_form" },
	};
	struct said said = authentic("webauthn.create");
	struct str data = auth_data_of(&said, &authenticators[0]), key;
	const char *why;
	size_t i;

	(void)state;
	data.len = 37 + 16 + 2 + said.id.len;
	for (i = 0; i < nitems(table); i++) {
		key = (struct str){ table[i].key, table[i].len };
		why = try_object(object_of("none", STR("\xa0"),
		    joined(data, key)));
		if (why == NULL || strcmp(why, table[i].why) != 0)
			fail_msg("%zu: %s, due: %s", i, why, table[i].why);
	}
}

static void
test_object_of_other_members_is_refused(void **state)
{
	static const struct { const char *object; size_t len; } table[] = {
		{ "", 0 }, { "\xa0", 1 }, { "\x80", 1 }, { "\xf6", 1 },
		{ "\xa3\x63" "fmt\x64" "none\x67" "attStmt\xa0\x68"
		    "authData\x60", 29 },
		{ "\xa3\x63" "fmt\x44" "none\x67" "attStmt\xa0\x68"
		    "authData\x40", 29 },
		{ "\xa3\x63" "fmt\x64" "none\x67" "attStmt\x80\x68"
		    "authData\x40", 29 },
		{ "\xa2\x63" "fmt\x64" "none\x67" "attStmt\xa0", 19 },
	};
	struct said said = authentic("webauthn.create");
	struct str object = attestation_of(&said, &authenticators[0]);
	size_t i;

	(void)state;
	for (i = 0; i < nitems(table); i++)
		assert_string_equal(try_object((struct str){ table[i].object,
		    table[i].len }), "attestation_form");
	/* a fourth member */
	object = joined(flipped(object, 0, 0x07), STR("\x61" "x\x01"));
	assert_string_equal(try_object(object), "attestation_form");
}

static void
test_attestation_of_bounded_size(void **state)
{
	static char big[WEBAUTHN_OBJECT_MAX + 1];

	(void)state;
	memset(big, 0xa0, sizeof(big));
	assert_string_equal(try_object((struct str){ big, sizeof(big) }),
	    "attestation_size");
	assert_string_equal(try_object((struct str){ big, sizeof(big) - 1 }),
	    "attestation_form");
}

static void
test_signature_of_bounded_size(void **state)
{
	static char big[WEBAUTHN_SIGNATURE_MAX + 1];
	struct webauthn_proof proof;

	(void)state;
	enrolled(&authenticators[0], &made);
	proof = good_proof(&authenticators[0]);
	proof.signature = (struct str){ big, sizeof(big) };
	assert_string_equal(try_proof(&proof), "signature");
	proof.signature = (struct str){ "", 0 };
	assert_string_equal(try_proof(&proof), "signature");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AUTHENTICATOR_TEST(test_every_bit_of_a_proof_counts),
		AUTHENTICATOR_TEST(test_proof_cut_or_grown_is_refused),
		AUTHENTICATOR_TEST(
		    test_signed_auth_data_of_wrong_form_is_refused),
		AUTHENTICATOR_TEST(
		    test_unasked_extension_that_we_do_not_know_passes),
		AUTHENTICATOR_TEST(test_attestation_cut_or_grown_is_refused),
		AUTHENTICATOR_TEST(test_attested_data_cut_or_grown_is_refused),
		AUTHENTICATOR_TEST(
		    test_own_attestation_holds_every_bit_of_the_data),
		AUTHENTICATOR_TEST(test_point_off_the_curve_is_no_key),
		AUTHENTICATOR_TEST(test_key_of_unknown_form_is_refused),
		AUTHENTICATOR_TEST(test_object_of_other_members_is_refused),
		AUTHENTICATOR_TEST(test_attestation_of_bounded_size),
		AUTHENTICATOR_TEST(test_signature_of_bounded_size),
	};

	return cmocka_run_group_tests(tests, authenticator_group_setup,
	    authenticator_group_teardown);
}

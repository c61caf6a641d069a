/* SPDX-License-Identifier: Apache-2.0 */
/* Valid proofs pass; each rule of 7.1 and 7.2 is broken one at a time. */
#include "config.h"

#include <string.h>

#include "tests/support/authenticator.h"

static const char *
try_register(const struct said *said, const struct authenticator *by)
{
	struct webauthn_credential made;

	return webauthn_register(ctx, &rule, client_data_of(said),
	    attestation_of(said, by), &made);
}

static const char *
try_assert(const struct said *said, const struct authenticator *by,
    const struct webauthn_credential *credential)
{
	struct webauthn_credential copy = *credential;
	struct webauthn_proof proof = proof_of(said, by);

	return webauthn_assert(ctx, &rule, &proof, &copy);
}

static void
must_be(const char *why, const char *expected)
{
	assert_int_equal(ctx->fault.err, ERR_OK);
	if (why == NULL)
		fail_msg("passed, due: %s", expected);
	assert_string_equal(why, expected);
}

static void
test_every_algorithm_registers_and_signs_in(void **state)
{
	struct said said = authentic("webauthn.get");
	struct webauthn_credential made;
	struct webauthn_proof proof;
	size_t i;

	(void)state;
	for (i = 0; i < AUTHENTICATORS; i++) {
		enrolled(&authenticators[i], &made);
		assert_int_equal(made.alg, authenticators[i].alg);
		assert_int_equal(made.id_len, 12);
		assert_memory_equal(made.id, "credential-1", 12);
		assert_int_equal(made.aaguid[15], 15);
		assert_int_equal(made.count, 1);
		assert_false(made.backup_eligible || made.backed_up);
		said.count = 2;
		proof = proof_of(&said, &authenticators[i]);
		assert_null(webauthn_assert(ctx, &rule, &proof, &made));
		assert_int_equal(made.count, 2);
	}
}

static void
test_own_attestation_is_verified(void **state)
{
	struct said said = authentic("webauthn.create");
	struct str data, signed_by_other;
	struct webauthn_credential made;
	size_t i;

	(void)state;
	said.format = "packed";
	for (i = 0; i < AUTHENTICATORS; i++) {
		if (authenticators[i].alg == WEBAUTHN_RS256)
			continue;	/* not done with RSA in practice */
		assert_null(try_register(&said, &authenticators[i]));
		data = auth_data_of(&said, &authenticators[i]);
		signed_by_other = statement_of(&authenticators[i == 0 ? 3 : 0],
		    data, client_data_of(&said));
		must_be(webauthn_register(ctx, &rule, client_data_of(&said),
		    object_of("packed", signed_by_other, data), &made),
		    "attestation");
	}
}

static void
test_other_attestation_is_refused(void **state)
{
	static const char *const formats[] = { "tpm", "android-key",
	    "android-safetynet", "fido-u2f", "apple", "", "None", "none2" };
	struct said said = authentic("webauthn.create");
	struct str data = auth_data_of(&said, &authenticators[0]);
	struct str client = client_data_of(&said);
	struct webauthn_credential made;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(formats); i++)
		must_be(webauthn_register(ctx, &rule, client,
		    object_of(formats[i], STR("\xa0"), data), &made),
		    "attestation");
	/* none with a statement, and packed without one */
	must_be(webauthn_register(ctx, &rule, client, object_of("none",
	    statement_of(&authenticators[0], data, client), data), &made),
	    "attestation");
	must_be(webauthn_register(ctx, &rule, client, object_of("packed",
	    STR("\xa0"), data), &made), "attestation");
	must_be(webauthn_register(ctx, &rule, client, object_of("packed",
	    STR("\xa3" "\x63" "alg" "\x26" "\x63" "sig" "\x40" "\x63" "x5c"
	    "\x80"), data), &made), "attestation");
}

static void
test_type_challenge_and_origin_are_exact(void **state)
{
	static const struct { const char *type, *challenge, *origin, *why; }
	    wrong[] = {
		{ "webauthn.get", CHALLENGE, ORIGIN, "type" },
		{ "WEBAUTHN.CREATE", CHALLENGE, ORIGIN, "type" },
		{ "payment.create", CHALLENGE, ORIGIN, "type" },
		{ "webauthn.create", "", ORIGIN, "challenge" },
		{ "webauthn.create", CHALLENGE "=", ORIGIN, "challenge" },
		{ "webauthn.create", CHALLENGE "A", ORIGIN, "challenge" },
		{ "webauthn.create",
		    "GvZ1RyBHgYzdVd5iAFBwOp7Cmb3hLxOqPqBJ6m8HAkZ", ORIGIN,
		    "challenge" },
		{ "webauthn.create", CHALLENGE, "", "origin" },
		{ "webauthn.create", CHALLENGE, "https://localhost", "origin" },
		{ "webauthn.create", CHALLENGE, "http://localhost:18443",
		    "origin" },
		{ "webauthn.create", CHALLENGE, ORIGIN "/", "origin" },
		{ "webauthn.create", CHALLENGE, "https://LOCALHOST:18443",
		    "origin" },
		{ "webauthn.create", CHALLENGE, "https://a.localhost:18443",
		    "origin" },
		{ "webauthn.create", CHALLENGE, "https://localhost:1844",
		    "origin" },
		{ "webauthn.create", CHALLENGE, "android:apk-key-hash:x",
		    "origin" },
		{ "webauthn.create", CHALLENGE, "null", "origin" },
	};
	struct said said = authentic("webauthn.create");
	size_t i;

	(void)state;
	for (i = 0; i < nitems(wrong); i++) {
		said.type = wrong[i].type;
		said.challenge = wrong[i].challenge;
		said.origin = wrong[i].origin;
		must_be(try_register(&said, &authenticators[0]),
		    wrong[i].why);
	}
}

static void
test_frames_of_other_sites_are_refused(void **state)
{
	static const struct { const char *more, *why; } table[] = {
		{ ",\"crossOrigin\":false", NULL },
		{ ",\"other_keys_can_be_added_here\":\"x\"", NULL },
		{ ",\"crossOrigin\":true", "cross_origin" },
		{ ",\"crossOrigin\":0", "cross_origin" },
		{ ",\"crossOrigin\":\"false\"", "cross_origin" },
		{ ",\"topOrigin\":\"https://evil.example\"", "cross_origin" },
		{ ",\"origin\":\"" ORIGIN "\"", "client_data_form" },
		{ ",\"x\":", "client_data_form" },
		{ ",\"x\":\"\\u0000\"", "client_data_form" },
		{ "}{\"x\":1", "client_data_form" },
	};
	struct said said = authentic("webauthn.create");
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(table); i++) {
		said.more = table[i].more;
		why = try_register(&said, &authenticators[0]);
		if (table[i].why == NULL)
			assert_null(why);
		else
			must_be(why, table[i].why);
	}
}

static void
test_client_data_is_an_object_of_bounded_size(void **state)
{
	static const char *const bad[] = { "", "null", "[]", "\"\"", "{}", "{",
	    "{\"type\":1}" };
	static char pad[WEBAUTHN_CLIENT_MAX + 1];
	struct said said = authentic("webauthn.create");
	struct webauthn_credential made;
	struct str object = attestation_of(&said, &authenticators[0]);
	size_t i, room;

	(void)state;
	for (i = 0; i < nitems(bad); i++)
		assert_non_null(webauthn_register(ctx, &rule, str_of(bad[i]),
		    object, &made));
	room = WEBAUTHN_CLIENT_MAX - client_data_of(&said).len;
	memcpy(pad, ",\"pad\":\"", 8);
	memset(pad + 8, 'x', room - 9);
	pad[room - 1] = '"';
	said.more = pad;
	assert_int_equal(client_data_of(&said).len, WEBAUTHN_CLIENT_MAX);
	assert_null(try_register(&said, &authenticators[0]));
	said.origin = ORIGIN "x";
	must_be(try_register(&said, &authenticators[0]), "client_data_size");
}

static void
test_relying_party_is_ours(void **state)
{
	static const char *const ids[] = { "", "localhos", "localhost.",
	    "LOCALHOST", "example.org", ORIGIN };
	struct said said = authentic("webauthn.create");
	struct said other = authentic("webauthn.get");
	struct webauthn_credential made;
	size_t i;

	(void)state;
	enrolled(&authenticators[0], &made);
	other.count = 2;
	for (i = 0; i < nitems(ids); i++) {
		said.rp_id = other.rp_id = ids[i];
		must_be(try_register(&said, &authenticators[0]), "rp_id");
		must_be(try_assert(&other, &authenticators[0], &made),
		    "rp_id");
	}
}

static void
test_flags_of_presence_verification_and_backup(void **state)
{
	static const struct { uint8_t flags; const char *why; } table[] = {
		{ 0x00, "user_not_present" }, { 0x04, "user_not_present" },
		{ 0x01, "user_not_verified" }, { 0x19, "user_not_verified" },
		{ 0x15, "backup_flags" }, { 0x05, NULL }, { 0x0d, NULL },
		{ 0x1d, NULL },
	};
	struct said said = authentic("webauthn.create");
	struct said shown = authentic("webauthn.get");
	struct webauthn_credential made;
	const char *why;
	size_t i;

	(void)state;
	enrolled(&authenticators[0], &made);
	shown.count = 2;
	for (i = 0; i < nitems(table); i++) {
		said.flags = shown.flags = table[i].flags;
		made.backup_eligible = (table[i].flags & 0x08) != 0;
		why = try_register(&said, &authenticators[0]);
		if (table[i].why == NULL) {
			assert_null(why);
			assert_null(try_assert(&shown, &authenticators[0],
			    &made));
			made.backup_eligible = !made.backup_eligible;
			must_be(try_assert(&shown, &authenticators[0], &made),
			    "backup_flags");
		} else {
			must_be(why, table[i].why);
			must_be(try_assert(&shown, &authenticators[0], &made),
			    table[i].why);
		}
	}
}

static void
test_backup_state_is_learnt(void **state)
{
	struct said said = authentic("webauthn.create");
	struct said shown = authentic("webauthn.get");
	struct webauthn_credential made;
	struct webauthn_proof proof;

	(void)state;
	said.flags = 0x0d;
	assert_null(webauthn_register(ctx, &rule, client_data_of(&said),
	    attestation_of(&said, &authenticators[0]), &made));
	assert_true(made.backup_eligible && !made.backed_up);
	shown.flags = 0x1d;
	shown.count = 2;
	proof = proof_of(&shown, &authenticators[0]);
	assert_null(webauthn_assert(ctx, &rule, &proof, &made));
	assert_true(made.backup_eligible && made.backed_up);
}

static void
test_signature_counter_only_goes_on(void **state)
{
	static const struct { uint32_t had, shown; const char *why; }
	    table[] = {
		{ 0, 0, NULL }, { 0, 1, NULL }, { 1, 2, NULL },
		{ 7, UINT32_MAX, NULL }, { 0x00ffffff, 0x01000000, NULL },
		{ 1, 0, "sign_count" }, { 1, 1, "sign_count" },
		{ 2, 1, "sign_count" }, { UINT32_MAX, 0, "sign_count" },
		{ UINT32_MAX, UINT32_MAX, "sign_count" },
	};
	struct said said = authentic("webauthn.get");
	struct webauthn_credential made;
	struct webauthn_proof proof;
	const char *why;
	size_t i;

	(void)state;
	enrolled(&authenticators[0], &made);
	for (i = 0; i < nitems(table); i++) {
		made.count = table[i].had;
		said.count = table[i].shown;
		proof = proof_of(&said, &authenticators[0]);
		why = webauthn_assert(ctx, &rule, &proof, &made);
		if (table[i].why == NULL)
			assert_null(why);
		else
			must_be(why, table[i].why);
		assert_int_equal(made.count, why == NULL ? table[i].shown :
		    table[i].had);
	}
}

static void
test_credential_id_of_every_length(void **state)
{
	static char bytes[WEBAUTHN_ID_MAX + 2];
	static const size_t good[] = { 1, 16, 255, 256, WEBAUTHN_ID_MAX };
	struct said said = authentic("webauthn.create");
	struct webauthn_credential made;
	size_t i;

	(void)state;
	memset(bytes, 0xa5, sizeof(bytes));
	for (i = 0; i < nitems(good); i++) {
		said.id = (struct str){ bytes, good[i] };
		assert_null(webauthn_register(ctx, &rule,
		    client_data_of(&said), attestation_of(&said,
		    &authenticators[1]), &made));
		assert_int_equal(made.id_len, good[i]);
	}
	said.id.len = WEBAUTHN_ID_MAX + 1;
	must_be(try_register(&said, &authenticators[1]), "credential_id");
	said.id.len = 0;
	must_be(try_register(&said, &authenticators[1]), "credential_id");
}

static void
test_key_of_another_or_of_another_kind_signs_nothing(void **state)
{
	struct said said = authentic("webauthn.get");
	struct webauthn_credential made;
	size_t i, k;

	(void)state;
	said.count = 2;
	for (i = 0; i < AUTHENTICATORS; i++) {
		enrolled(&authenticators[i], &made);
		for (k = 0; k < AUTHENTICATORS; k++)
			if (k == i)
				assert_null(try_assert(&said,
				    &authenticators[k], &made));
			else
				must_be(try_assert(&said, &authenticators[k],
				    &made), "signature");
		made.alg = made.alg == WEBAUTHN_ES256 ? WEBAUTHN_EDDSA :
		    WEBAUTHN_ES256;
		must_be(try_assert(&said, &authenticators[i], &made),
		    "signature");
		made.alg = 0;
		must_be(try_assert(&said, &authenticators[i], &made),
		    "signature");
	}
}

static void
test_stored_key_of_wrong_size_verifies_nothing(void **state)
{
	struct said said = authentic("webauthn.get");
	struct webauthn_credential made;
	size_t i;

	(void)state;
	said.count = 2;
	for (i = 0; i < AUTHENTICATORS; i++) {
		enrolled(&authenticators[i], &made);
		made.key_len--;
		must_be(try_assert(&said, &authenticators[i], &made),
		    "signature");
		made.key_len = 0;
		must_be(try_assert(&said, &authenticators[i], &made),
		    "signature");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AUTHENTICATOR_TEST(test_every_algorithm_registers_and_signs_in),
		AUTHENTICATOR_TEST(test_own_attestation_is_verified),
		AUTHENTICATOR_TEST(test_other_attestation_is_refused),
		AUTHENTICATOR_TEST(test_type_challenge_and_origin_are_exact),
		AUTHENTICATOR_TEST(test_frames_of_other_sites_are_refused),
		AUTHENTICATOR_TEST(
		    test_client_data_is_an_object_of_bounded_size),
		AUTHENTICATOR_TEST(test_relying_party_is_ours),
		AUTHENTICATOR_TEST(
		    test_flags_of_presence_verification_and_backup),
		AUTHENTICATOR_TEST(test_backup_state_is_learnt),
		AUTHENTICATOR_TEST(test_signature_counter_only_goes_on),
		AUTHENTICATOR_TEST(test_credential_id_of_every_length),
		AUTHENTICATOR_TEST(
		    test_key_of_another_or_of_another_kind_signs_nothing),
		AUTHENTICATOR_TEST(
		    test_stored_key_of_wrong_size_verifies_nothing),
	};

	return cmocka_run_group_tests(tests, authenticator_group_setup,
	    authenticator_group_teardown);
}

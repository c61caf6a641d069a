/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/support/unit.h"

#include "libshared/base/str.h"
#include "modules/auth/factor/totp.h"

static const uint8_t rfc_secret[TOTP_SECRET_SIZE + 1] =
    "12345678901234567890";

/* RFC 6238 appendix B, SHA-1: 8 digits. */
static const struct { int64_t at_s; const char *code; } vectors[] = {
	{ 59, "94287082" },
	{ 1111111109, "07081804" },
	{ 1111111111, "14050471" },
	{ 1234567890, "89005924" },
	{ 2000000000, "69279037" },
	{ 20000000000, "65353130" },
};

static void
test_code_matches_rfc_6238(void **state)
{
	char code[TOTP_DIGITS_MAX + 1];
	size_t i;

	(void)state;
	for (i = 0; i < nitems(vectors); i++) {
		totp_code(rfc_secret, vectors[i].at_s / TOTP_STEP_S, 8, code);
		assert_string_equal(code, vectors[i].code);
		totp_code(rfc_secret, vectors[i].at_s / TOTP_STEP_S, 6, code);
		assert_string_equal(code, vectors[i].code + 2);
	}
}

/* RFC 4226 appendix D: 6 digits of counters 0 to 9. */
static void
test_code_matches_rfc_4226(void **state)
{
	static const char *const want[] = { "755224", "287082", "359152",
	    "969429", "338314", "254676", "287922", "162583", "399871",
	    "520489" };
	char code[TOTP_DIGITS_MAX + 1];
	size_t i;

	(void)state;
	for (i = 0; i < nitems(want); i++) {
		totp_code(rfc_secret, (int64_t)i, TOTP_DIGITS, code);
		assert_string_equal(code, want[i]);
	}
}

static bool
match_at(int64_t skew, int64_t last_step, int64_t *step)
{
	const int64_t now_s = 1234567890;
	char code[TOTP_DIGITS_MAX + 1];

	totp_code(rfc_secret, now_s / TOTP_STEP_S + skew, TOTP_DIGITS, code);
	return totp_match(rfc_secret, code, now_s, last_step, step);
}

static void
test_match_takes_a_step_before_and_after(void **state)
{
	const int64_t now = 1234567890 / TOTP_STEP_S;
	int64_t step, skew;

	(void)state;
	for (skew = -4; skew <= 4; skew++) {
		step = -7;
		assert_int_equal(match_at(skew, 0, &step),
		    skew >= -TOTP_WINDOW && skew <= TOTP_WINDOW);
		assert_int_equal(step, skew >= -TOTP_WINDOW &&
		    skew <= TOTP_WINDOW ? now + skew : -7);
	}
}

static void
test_match_refuses_used_steps_and_older_ones(void **state)
{
	const int64_t now = 1234567890 / TOTP_STEP_S;
	int64_t step;

	(void)state;
	assert_true(match_at(0, now - 1, &step));
	assert_false(match_at(0, now, &step));
	assert_false(match_at(-1, now, &step));
	assert_true(match_at(1, now, &step));
	assert_false(match_at(1, now + 1, &step));
}

static void
test_match_wants_six_digits(void **state)
{
	static const char *const bad[] = { "", "94287", "9428708", "94287082",
	    "287082 ", "-28708", "28708x" };
	int64_t step;
	size_t i;

	(void)state;
	assert_true(totp_match(rfc_secret, "287082", 59, 0, &step));
	assert_int_equal(step, 1);
	for (i = 0; i < nitems(bad); i++)
		assert_false(totp_match(rfc_secret, bad[i], 59, 0, &step));
}

/* RFC 4648 section 10, without padding */
static void
test_base32_matches_rfc_4648(void **state)
{
	static const struct { const char *raw, *text; } want[] = {
		{ "", "" }, { "f", "MY" }, { "fo", "MZXQ" },
		{ "foo", "MZXW6" }, { "foob", "MZXW6YQ" },
		{ "fooba", "MZXW6YTB" }, { "foobar", "MZXW6YTBOI" },
	};
	char text[BASE32_MAX(8)];
	size_t i;

	(void)state;
	for (i = 0; i < nitems(want); i++) {
		base32_encode((const uint8_t *)want[i].raw,
		    strlen(want[i].raw), text);
		assert_string_equal(text, want[i].text);
		assert_in_range(strlen(text) + 1, 1,
		    BASE32_MAX(strlen(want[i].raw)));
	}
}

static void
test_uri_escapes_what_an_address_may_hold(void **state)
{
	struct ctx *ctx = ctx_new(1 << 16);
	const char *uri;

	(void)state;
	assert_int_equal(totp_uri(ctx, "ABC", "a+b&c=d?e#f/g%h@x.test",
	    &uri), ERR_OK);
	assert_string_equal(uri, "otpauth://totp/Cameleer:"
	    "a%2Bb%26c%3Dd%3Fe%23f%2Fg%25h@x.test?secret=ABC"
	    "&issuer=Cameleer&algorithm=SHA1&digits=6&period=30");
	ctx_free(&ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_code_matches_rfc_6238),
		cmocka_unit_test(test_code_matches_rfc_4226),
		cmocka_unit_test(test_match_takes_a_step_before_and_after),
		cmocka_unit_test(
		    test_match_refuses_used_steps_and_older_ones),
		cmocka_unit_test(test_match_wants_six_digits),
		cmocka_unit_test(test_base32_matches_rfc_4648),
		cmocka_unit_test(test_uri_escapes_what_an_address_may_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Threat T4: claims of a token with a valid signature, and their times. */
#include <string.h>

#include "tests/support/forge.h"

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/proto/key.h"

#define EXP	"1700000600"
#define NBF	"1700000000"
#define X32	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X64	X32 X32

static const struct { const char *claims, *why; } table[] = {
	{ GOOD_CLAIMS, NULL },
	/* RFC 7519 4.1.4: from exp on; leeway 60 s */
	{ CLAIMS(ISS, SUB, AUD, "1699999941", "0"), NULL },
	{ CLAIMS(ISS, SUB, AUD, "1699999940", "0"), "expired" },
	{ CLAIMS(ISS, SUB, AUD, "0", "0"), "expired" },
	{ CLAIMS(ISS, SUB, AUD, "-1", "0"), "bad_exp" },
	{ CLAIMS(ISS, SUB, AUD, "1700000600.0", NBF), "bad_exp" },
	{ CLAIMS(ISS, SUB, AUD, "1.7e9", NBF), "bad_exp" },
	{ CLAIMS(ISS, SUB, AUD, "\"1700000600\"", NBF), "bad_exp" },
	{ CLAIMS(ISS, SUB, AUD, "true", NBF), "bad_exp" },
	{ CLAIMS(ISS, SUB, AUD, "null", NBF), "bad_exp" },
	{ CLAIMS(ISS, SUB, AUD, "[1700000600]", NBF), "bad_exp" },
	{ CLAIMS(ISS, SUB, AUD, "253402300799", NBF), NULL },
	{ CLAIMS(ISS, SUB, AUD, "253402300800", NBF), "bad_exp" },
	{ CLAIMS(ISS, SUB, AUD, "9223372036854775807", NBF), "bad_exp" },
	{ CLAIMS(ISS, SUB, AUD, "9223372036854775808", NBF), "bad_payload" },
	{ CLAIMS(ISS, SUB, AUD, "NaN", NBF), "bad_payload" },
	{ CLAIMS(ISS, SUB, AUD, "Infinity", NBF), "bad_payload" },
	{ "{\"iss\":" ISS ",\"sub\":" SUB ",\"aud\":" AUD ",\"nbf\":" NBF "}",
	  "bad_exp" },
	/* nbf */
	{ CLAIMS(ISS, SUB, AUD, EXP, "1700000060"), NULL },
	{ CLAIMS(ISS, SUB, AUD, EXP, "1700000061"), "not_yet" },
	{ CLAIMS(ISS, SUB, AUD, EXP, "9223372036854775807"), "bad_nbf" },
	{ CLAIMS(ISS, SUB, AUD, EXP, "-9223372036854775808"), "bad_nbf" },
	{ CLAIMS(ISS, SUB, AUD, EXP, "0.5"), "bad_nbf" },
	{ CLAIMS(ISS, SUB, AUD, EXP, "\"0\""), "bad_nbf" },
	{ "{\"iss\":" ISS ",\"sub\":" SUB ",\"aud\":" AUD ",\"exp\":" EXP "}",
	  "bad_nbf" },
	/* iss: byte for byte */
	{ CLAIMS("\"https://cameleer.example/\"", SUB, AUD, EXP, NBF),
	  "wrong_issuer" },
	{ CLAIMS("\"https://CAMELEER.example\"", SUB, AUD, EXP, NBF),
	  "wrong_issuer" },
	{ CLAIMS("\"http://cameleer.example\"", SUB, AUD, EXP, NBF),
	  "wrong_issuer" },
	{ CLAIMS("\"https://cameleer.example.evil\"", SUB, AUD, EXP, NBF),
	  "wrong_issuer" },
	{ CLAIMS("\"https://cameleer.exampl\"", SUB, AUD, EXP, NBF),
	  "wrong_issuer" },
	{ CLAIMS("\"https://cameleer.example\\u0000\"", SUB, AUD, EXP, NBF),
	  "bad_payload" },
	{ CLAIMS("\"https://c\xd0\xb0meleer.example\"", SUB, AUD, EXP, NBF),
	  "wrong_issuer" },
	{ CLAIMS("\"\"", SUB, AUD, EXP, NBF), "wrong_issuer" },
	{ CLAIMS("null", SUB, AUD, EXP, NBF), "wrong_issuer" },
	{ CLAIMS("[" ISS "]", SUB, AUD, EXP, NBF), "wrong_issuer" },
	{ "{\"sub\":" SUB ",\"aud\":" AUD ",\"exp\":" EXP ",\"nbf\":" NBF "}",
	  "wrong_issuer" },
	/* the same letters, spelled otherwise, are the same text */
	{ CLAIMS("\"https:\\/\\/c\\u0061meleer.example\"", SUB, AUD, EXP,
	  NBF), NULL },
	/* aud: a string, or some */
	{ CLAIMS(ISS, SUB, "[" AUD "]", EXP, NBF), NULL },
	{ CLAIMS(ISS, SUB, "[\"a\"," AUD "]", EXP, NBF), NULL },
	{ CLAIMS(ISS, SUB, "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\"," AUD
	  "]", EXP, NBF), NULL },
	{ CLAIMS(ISS, SUB, "[" AUD ",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\","
	  "\"7\",\"8\"]", EXP, NBF), "wrong_audience" },
	{ CLAIMS(ISS, SUB, "[]", EXP, NBF), "wrong_audience" },
	{ CLAIMS(ISS, SUB, "[" AUD ",1]", EXP, NBF), "wrong_audience" },
	{ CLAIMS(ISS, SUB, "[1," AUD "]", EXP, NBF), "wrong_audience" },
	{ CLAIMS(ISS, SUB, "[" AUD ",null]", EXP, NBF), "wrong_audience" },
	{ CLAIMS(ISS, SUB, "[[" AUD "]]", EXP, NBF), "wrong_audience" },
	{ CLAIMS(ISS, SUB, "{\"cameleer\":1}", EXP, NBF), "wrong_audience" },
	{ CLAIMS(ISS, SUB, "\"cameleer-server:demo\"", EXP, NBF),
	  "wrong_audience" },
	{ CLAIMS(ISS, SUB, "\"cameleer \"", EXP, NBF), "wrong_audience" },
	{ CLAIMS(ISS, SUB, "\"Cameleer\"", EXP, NBF), "wrong_audience" },
	{ CLAIMS(ISS, SUB, "\"came\"", EXP, NBF), "wrong_audience" },
	{ CLAIMS(ISS, SUB, "\"\"", EXP, NBF), "wrong_audience" },
	{ CLAIMS(ISS, SUB, "null", EXP, NBF), "wrong_audience" },
	{ "{\"iss\":" ISS ",\"sub\":" SUB ",\"exp\":" EXP ",\"nbf\":" NBF "}",
	  "wrong_audience" },
	/* sub */
	{ CLAIMS(ISS, "\"\"", AUD, EXP, NBF), "bad_sub" },
	{ CLAIMS(ISS, "7", AUD, EXP, NBF), "bad_sub" },
	{ CLAIMS(ISS, "null", AUD, EXP, NBF), "bad_sub" },
	{ CLAIMS(ISS, "[" SUB "]", AUD, EXP, NBF), "bad_sub" },
	{ CLAIMS(ISS, "\"" X64 X64 X64 X64 "\"", AUD, EXP, NBF), "bad_sub" },
	{ "{\"iss\":" ISS ",\"aud\":" AUD ",\"exp\":" EXP ",\"nbf\":" NBF "}",
	  "bad_sub" },
	/* iat may be left out, but not be nonsense */
	{ "{\"iat\":1.5,\"iss\":" ISS ",\"sub\":" SUB ",\"aud\":" AUD
	  ",\"exp\":" EXP ",\"nbf\":" NBF "}", "bad_iat" },
	{ "{\"iat\":\"x\",\"iss\":" ISS ",\"sub\":" SUB ",\"aud\":" AUD
	  ",\"exp\":" EXP ",\"nbf\":" NBF "}", "bad_iat" },
	/* the last of two would win with a lax parser */
	{ "{\"exp\":0,\"iss\":" ISS ",\"sub\":" SUB ",\"aud\":" AUD
	  ",\"exp\":" EXP ",\"nbf\":" NBF "}", "bad_payload" },
	{ "{\"iss\":" ISS ",\"sub\":" SUB ",\"aud\":" AUD ",\"exp\":" EXP
	  ",\"nbf\":" NBF ",\"su\\u0062\":\"admin\"}", "bad_payload" },
	{ "", "bad_payload" },
	{ "null", "bad_payload" },
	{ "[]", "bad_payload" },
	{ "\"sub\"", "bad_payload" },
	{ "{}", "bad_exp" },
	{ GOOD_CLAIMS "{}", "bad_payload" },
	{ " " GOOD_CLAIMS "\n", NULL },
	{ "\xef\xbb\xbf" GOOD_CLAIMS, "bad_payload" },
	{ "{\"a\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}", "bad_payload" },
};

static void
t_jwt_claims_table(void **state)
{
	const char *token;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(table); i++) {
		token = claims_token(table[i].claims);
		if (table[i].why == NULL)
			accepted(&rule, token);
		else
			refused(&rule, token, strlen(token), table[i].why);
	}
}

/* Each part of the rule must be met. */
static void
t_jwt_rule_swapped(void **state)
{
	const char *token = claims_token(GOOD_CLAIMS);
	struct token_rule other;

	(void)state;
	accepted(&rule, token);
	other = rule;
	other.purpose = KEY_LICENSE;
	refused(&other, token, strlen(token), "wrong_purpose");
	other = rule;
	other.typ = "cameleer-license+jwt";
	refused(&other, token, strlen(token), "wrong_typ");
	other = rule;
	other.issuer = "https://other.example";
	refused(&other, token, strlen(token), "wrong_issuer");
	other = rule;
	other.audience = "other";
	refused(&other, token, strlen(token), "wrong_audience");
	other = rule;
	other.now = NOW + 659;
	accepted(&other, token);
	other.now = NOW + 660;
	refused(&other, token, strlen(token), "expired");
	other.now = NOW - 60;
	accepted(&other, token);
	other.now = NOW - 61;
	refused(&other, token, strlen(token), "not_yet");
}

/* A payload is not read before its signature is verified. */
static void
t_jwt_payload_after_signature(void **state)
{
	char *token = (char *)(uintptr_t)claims_token("no JSON at all");
	size_t len = strlen(token);

	(void)state;
	refused(&rule, token, len, "bad_payload");
	token[len - 10] = token[len - 10] == 'A' ? 'B' : 'A';
	refused(&rule, token, len, "bad_signature");
}

static void
test_claims_come_back_as_they_were(void **state)
{
	const struct json *claims;
	struct json *in = json_object(ctx), *roles = json_array(ctx);
	const char *token;
	int64_t exp;

	(void)state;
	json_put_text(in, "iss", rule.issuer);
	json_put_text(in, "sub", "someone");
	json_put_text(in, "aud", "cameleer-server:demo");
	json_put_int(in, "nbf", NOW);
	json_put_int(in, "exp", NOW + 300);
	json_add_text(roles, "server:admin");
	json_put(in, "roles", roles);
	assert_int_equal(token_sign(ctx, &ring.keys[KEY_SERVER], "at+jwt", in,
	    &token), ERR_OK);
	assert_int_equal(token_verify(ctx, &server_rule, str_of(token),
	    &claims, NULL), ERR_OK);
	assert_string_equal(json_member(claims, "sub"), "someone");
	assert_true(json_int(json_get(claims, "exp"), &exp));
	assert_int_equal(exp, NOW + 300);
	assert_int_equal(json_count(json_get(claims, "roles")), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FORGE_TEST(t_jwt_claims_table),
		FORGE_TEST(t_jwt_rule_swapped),
		FORGE_TEST(t_jwt_payload_after_signature),
		FORGE_TEST(test_claims_come_back_as_they_were),
	};

	return cmocka_run_group_tests(tests, forge_group_setup, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens of a hostile provider, by the sections of RFC 8725 and of OpenID
 * Connect. Where possible, an invalid token has a valid signature, so that the
 * check under test is the one that refuses it (T8).
 */
#include <stdio.h>
#include <string.h>

#include "tests/support/foreign.h"
#include "tests/support/rsa_vector.h"

#include "libshared/base/str.h"
#include "libshared/doors/json.h"

#define TOKEN_WITH(header) \
	foreign_token(JOSE_EDDSA, (header), FOREIGN_CLAIMS)
#define CLAIMS_OF(middle) "{\"iss\":\"https://idp.example\"," middle "}"
#define DATES	"\"iat\":1700000000,\"exp\":1700000300"
#define EVENT	"\"http://schemas.openid.net/event/backchannel-logout\":{}"

static void
claims_refused(const struct jose_rule *by, const char *claims,
    const char *why)
{
	const char *token = foreign_token(JOSE_EDDSA, EDDSA_HEADER, claims);

	foreign_refused(by, token, strlen(token), why);
}

static void
claims_accepted(const struct jose_rule *by, const char *claims)
{
	foreign_accepted(by, foreign_token(JOSE_EDDSA, EDDSA_HEADER, claims));
}

static void
t_oidc_good_passes(void **state)
{
	(void)state;
	foreign_accepted(&id_rule, RSA_TOKEN);
	foreign_accepted(&id_rule, foreign_token(JOSE_ES256, ES256_HEADER,
	    FOREIGN_CLAIMS));
	foreign_accepted(&id_rule, TOKEN_WITH(EDDSA_HEADER));
	foreign_accepted(&id_rule, TOKEN_WITH("{\"alg\":\"Ed25519\","
	    "\"kid\":\"o\"}"));
	foreign_accepted(&id_rule, TOKEN_WITH("{\"alg\":\"EdDSA\"}"));
	foreign_accepted(&id_rule, TOKEN_WITH("{\"alg\":\"EdDSA\","
	    "\"typ\":\"jwt\",\"x5t\":\"abc\"}"));
}

static void
every_bit_of(const char *token)
{
	char text[2048];
	size_t bit, len = strlen(token);

	assert_true(len < sizeof(text));
	memcpy(text, token, len);
	for (bit = 0; bit < len * 8; bit++) {
		text[bit / 8] ^= (char)(1u << bit % 8);
		foreign_refused(&id_rule, text, len, NULL);
		text[bit / 8] ^= (char)(1u << bit % 8);
		if (bit % 512 == 0) {	/* room in the arena */
			(void)foreign_teardown(NULL);
			(void)foreign_setup(NULL);
		}
	}
}

static void
t_oidc_every_bit_of_text(void **state)
{
	char text[2048];

	(void)state;
	every_bit_of(RSA_TOKEN);
	(void)snprintf(text, sizeof(text), "%s", foreign_token(JOSE_ES256,
	    ES256_HEADER, FOREIGN_CLAIMS));
	every_bit_of(text);
	(void)snprintf(text, sizeof(text), "%s", TOKEN_WITH(EDDSA_HEADER));
	every_bit_of(text);
}

static void
t_oidc_cut_or_grown(void **state)
{
	size_t len = strlen(RSA_TOKEN), i;
	char text[2048];

	(void)state;
	for (i = 0; i < len; i++)
		foreign_refused(&id_rule, RSA_TOKEN, i, NULL);
	for (i = 0; i <= len; i += 7) {
		memcpy(text, RSA_TOKEN, i);
		text[i] = 'A';
		memcpy(text + i + 1, &RSA_TOKEN[i], len - i);
		foreign_refused(&id_rule, text, len + 1, NULL);
	}
	(void)snprintf(text, sizeof(text), "%s=", RSA_TOKEN);
	foreign_refused(&id_rule, text, len + 1, NULL);
	(void)snprintf(text, sizeof(text), "%s.", RSA_TOKEN);
	foreign_refused(&id_rule, text, len + 1, "not_three_parts");
}

/* RFC 8725 2.1, 3.1, 3.2 */
static void
t_oidc_alg(void **state)
{
	static const char *const algs[] = { "\"none\"", "\"None\"", "\"\"",
	    "\"HS256\"", "\"HS512\"", "\"ES384\"", "\"RS512\"", "\"PS256\"",
	    "\"eddsa\"", "\"EdDSA \"", "\"Ed448\"", "null", "0",
	    "[\"EdDSA\"]", "\"ES256\"", "\"RS256\"" };
	char header[128];
	const char *token;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(algs); i++) {
		(void)snprintf(header, sizeof(header),
		    "{\"alg\":%s,\"kid\":\"o\"}", algs[i]);
		token = TOKEN_WITH(header);
		foreign_refused(&id_rule, token, strlen(token), "wrong_alg");
	}
	token = TOKEN_WITH("{\"kid\":\"o\"}");
	foreign_refused(&id_rule, token, strlen(token), "wrong_alg");
	token = TOKEN_WITH("{\"alg\":\"ES256\"}");	/* and no kid */
	foreign_refused(&id_rule, token, strlen(token), "bad_signature");
}

/* RFC 8725 3.1, 3.11: no header member changes how a token is read. */
static void
t_oidc_header(void **state)
{
	static const struct { const char *more, *why; } cases[] = {
		{ ",\"crit\":[\"exp\"]", "header_member" },
		{ ",\"b64\":false", "header_member" },
		{ ",\"zip\":\"DEF\"", "header_member" },
		{ ",\"enc\":\"A256GCM\"", "header_member" },
		{ ",\"typ\":\"at+jwt\"", "wrong_typ" },
		{ ",\"typ\":\"logout+jwt\"", "wrong_typ" },
		{ ",\"typ\":1", "wrong_typ" },
		{ ",\"kid\":\"nobody\"", "unknown_kid" },
		{ ",\"kid\":\"O\"", "unknown_kid" },
		{ ",\"kid\":\"\"", "unknown_kid" },
		{ ",\"kid\":7", "unknown_kid" },
		{ ",\"kid\":\"o\",\"kid\":\"o\"", "bad_header" },
	};
	char header[128];
	const char *token;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(cases); i++) {
		(void)snprintf(header, sizeof(header), "{\"alg\":\"EdDSA\"%s}",
		    cases[i].more);
		token = TOKEN_WITH(header);
		foreign_refused(&id_rule, token, strlen(token), cases[i].why);
	}
}

/*
 * RFC 8725 3.10: members that say where a key comes from are ignored. A key in
 * the token verifies nothing.
 */
static void
t_oidc_header_names_keys(void **state)
{
	static const char *const more[] = {
		"\"jku\":\"https://a.example/keys\"",
		"\"x5u\":\"https://a.example/chain\"",
		"\"jwk\":{\"kty\":\"OKP\"},\"x5c\":[\"MII\"],\"x5t\":\"YQ\"",
		"\"app_id\":\"7f\",\"pi.atm\":\"1\"",
	};
	char header[256];
	const char *token;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(more); i++) {
		(void)snprintf(header, sizeof(header), "{\"alg\":\"EdDSA\","
		    "\"kid\":\"o\",%s}", more[i]);
		foreign_accepted(&id_rule, TOKEN_WITH(header));
	}
	(void)snprintf(header, sizeof(header), "{\"alg\":\"EdDSA\",\"jwk\":%s}",
	    foreign_jwk(JOSE_EDDSA, ""));
	token = foreign_token(JOSE_ES256, header, FOREIGN_CLAIMS);
	foreign_refused(&id_rule, token, strlen(token), "bad_signature");
}

static void
t_oidc_signature(void **state)
{
	char text[2048];
	const char *good = TOKEN_WITH(EDDSA_HEADER), *token;
	size_t signed_len = (size_t)(strrchr(RSA_TOKEN, '.') - RSA_TOKEN);

	(void)state;
	/* PSS where PKCS #1 is due, and a key that is too weak */
	(void)snprintf(text, sizeof(text), "%.*s.%s", (int)signed_len,
	    RSA_TOKEN, RSA_PSS_SIGNATURE);
	foreign_refused(&id_rule, text, strlen(text), "bad_signature");
	(void)snprintf(text, sizeof(text), "%.*s.%s", (int)signed_len,
	    RSA_TOKEN, RSA_WEAK_SIGNATURE);
	foreign_refused(&id_rule, text, strlen(text), "bad_signature");
	/* none at all */
	(void)snprintf(text, sizeof(text), "%.*s.",
	    (int)(strrchr(good, '.') - good), good);
	foreign_refused(&id_rule, text, strlen(text), "bad_signature");
	/* by another key of theirs */
	token = foreign_token(JOSE_ES256, EDDSA_HEADER, FOREIGN_CLAIMS);
	foreign_refused(&id_rule, token, strlen(token), "bad_signature");
}

/* RFC 8725 3.8, 3.9; OpenID Connect Core 3.1.3.7 */
static void
t_oidc_issuer_audience_azp(void **state)
{
#define REST	",\"sub\":\"s\",\"nonce\":\"n-1\"," DATES
	(void)state;
	claims_accepted(&id_rule, CLAIMS_OF("\"aud\":[\"app\"]" REST));
	claims_accepted(&id_rule, CLAIMS_OF("\"aud\":[\"a\",\"app\"],"
	    "\"azp\":\"app\"" REST));
	claims_refused(&id_rule, CLAIMS_OF("\"aud\":[\"a\",\"app\"]" REST),
	    "wrong_azp");
	claims_refused(&id_rule, CLAIMS_OF("\"aud\":\"app\",\"azp\":\"a\""
	    REST), "wrong_azp");
	claims_refused(&id_rule, CLAIMS_OF("\"aud\":\"app\",\"azp\":7" REST),
	    "wrong_azp");
	claims_refused(&id_rule, CLAIMS_OF("\"aud\":\"ap\"" REST),
	    "wrong_audience");
	claims_refused(&id_rule, CLAIMS_OF("\"aud\":[]" REST),
	    "wrong_audience");
	claims_refused(&id_rule, CLAIMS_OF("\"aud\":[\"app\",1]" REST),
	    "wrong_audience");
	claims_refused(&id_rule, "{\"sub\":\"s\"," DATES "}", "wrong_issuer");
	claims_refused(&id_rule, "{\"iss\":\"https://idp.example/\","
	    "\"aud\":\"app\"" REST "}", "wrong_issuer");
	claims_refused(&id_rule, "{\"iss\":\"https://IDP.example\","
	    "\"aud\":\"app\"" REST "}", "wrong_issuer");
	claims_refused(&id_rule, CLAIMS_OF("\"sub\":\"s\"," DATES),
	    "wrong_audience");
#undef REST
}

static void
t_oidc_nonce_and_subject(void **state)
{
#define WITH(text)	CLAIMS_OF("\"aud\":\"app\"," DATES text)
	char claims[1024], sub[JOSE_SUBJECT_MAX + 2];

	(void)state;
	claims_refused(&id_rule, WITH(",\"sub\":\"s\""), "wrong_nonce");
	claims_refused(&id_rule, WITH(",\"sub\":\"s\",\"nonce\":\"n-2\""),
	    "wrong_nonce");
	claims_refused(&id_rule, WITH(",\"sub\":\"s\",\"nonce\":\"n-11\""),
	    "wrong_nonce");
	claims_refused(&id_rule, WITH(",\"sub\":\"s\",\"nonce\":1"),
	    "wrong_nonce");
	claims_refused(&id_rule, WITH(",\"nonce\":\"n-1\""), "bad_sub");
	claims_refused(&id_rule, WITH(",\"sub\":\"\",\"nonce\":\"n-1\""),
	    "bad_sub");
	claims_refused(&id_rule, WITH(",\"sub\":7,\"nonce\":\"n-1\""),
	    "bad_sub");
	memset(sub, 's', sizeof(sub));
	sub[JOSE_SUBJECT_MAX] = '\0';
	(void)snprintf(claims, sizeof(claims),
	    WITH(",\"nonce\":\"n-1\",\"sub\":\"%s\""), sub);
	claims_accepted(&id_rule, claims);
	(void)snprintf(claims, sizeof(claims),
	    WITH(",\"nonce\":\"n-1\",\"sub\":\"%ss\""), sub);
	claims_refused(&id_rule, claims, "bad_sub");
#undef WITH
}

static void
t_oidc_dates(void **state)
{
	static const struct { const char *dates, *why; } cases[] = {
		{ "\"iat\":1700000000,\"exp\":1699999941", NULL },
		{ "\"iat\":1700000000,\"exp\":1699999940", "expired" },
		{ "\"iat\":1700000060,\"exp\":1700000300", NULL },
		{ "\"iat\":1700000061,\"exp\":1700000300", "not_yet" },
		{ "\"iat\":1,\"exp\":1700000300,\"nbf\":1700000060", NULL },
		{ "\"iat\":1,\"exp\":1700000300,\"nbf\":1700000061",
		    "not_yet" },
		{ "\"iat\":1,\"exp\":1700000300,\"nbf\":\"1\"", "bad_nbf" },
		{ "\"iat\":1700000000", "bad_exp" },
		{ "\"iat\":1,\"exp\":\"1700000300\"", "bad_exp" },
		{ "\"iat\":1,\"exp\":-1", "bad_exp" },
		{ "\"iat\":1,\"exp\":253402300800", "bad_exp" },
		{ "\"exp\":1700000300", "bad_iat" },
		{ "\"iat\":true,\"exp\":1700000300", "bad_iat" },
	};
	char claims[256];
	size_t i;

	(void)state;
	for (i = 0; i < nitems(cases); i++) {
		(void)snprintf(claims, sizeof(claims), CLAIMS_OF(
		    "\"aud\":\"app\",\"sub\":\"s\",\"nonce\":\"n-1\",%s"),
		    cases[i].dates);
		if (cases[i].why == NULL)
			claims_accepted(&id_rule, claims);
		else
			claims_refused(&id_rule, claims, cases[i].why);
	}
}

/* An ID token is no logout token, and vice versa. */
static void
t_oidc_logout_token(void **state)
{
#define LOGOUT(text)	CLAIMS_OF("\"aud\":\"app\"," text)
	(void)state;
	claims_accepted(&logout_rule, LOGOUT("\"jti\":\"1\",\"sub\":\"s\","
	    "\"events\":{" EVENT "}," DATES));
	claims_accepted(&logout_rule, LOGOUT("\"jti\":\"1\",\"sid\":\"x\","
	    "\"events\":{" EVENT "},\"iat\":1699999821"));
	claims_refused(&logout_rule, LOGOUT("\"jti\":\"1\",\"sid\":\"x\","
	    "\"events\":{" EVENT "},\"iat\":1699999820"), "expired");
	claims_refused(&logout_rule, FOREIGN_CLAIMS, "wrong_kind");
	claims_refused(&logout_rule, LOGOUT("\"jti\":\"1\",\"sub\":\"s\","
	    "\"events\":{" EVENT "},\"nonce\":\"n-1\"," DATES), "wrong_kind");
	claims_refused(&logout_rule, LOGOUT("\"jti\":\"1\",\"sub\":\"s\","
	    "\"events\":{}," DATES), "wrong_kind");
	claims_refused(&logout_rule, LOGOUT("\"sub\":\"s\",\"events\":{"
	    EVENT "}," DATES), "bad_jti");
	claims_refused(&logout_rule, LOGOUT("\"jti\":\"1\",\"events\":{"
	    EVENT "}," DATES), "bad_sub");
	claims_refused(&id_rule, LOGOUT("\"jti\":\"1\",\"sub\":\"s\","
	    "\"events\":{" EVENT "},\"nonce\":\"n-1\"," DATES), "wrong_kind");
	foreign_accepted(&logout_rule, foreign_token(JOSE_EDDSA,
	    "{\"alg\":\"EdDSA\",\"typ\":\"logout+jwt\"}",
	    LOGOUT("\"jti\":\"1\",\"sub\":\"s\",\"events\":{" EVENT "},"
	    DATES)));
#undef LOGOUT
}

/* RFC 7519 2: a NumericDate may have a fraction. */
static void
t_oidc_fractions(void **state)
{
	(void)state;
	foreign_accepted(&id_rule, foreign_token(JOSE_EDDSA, EDDSA_HEADER,
	    CLAIMS_OF("\"aud\":\"app\",\"sub\":\"s\",\"nonce\":\"n-1\","
	    "\"iat\":1700000000.25,\"nbf\":1.7E9,"
	    "\"exp\":1700000300.999")));
	claims_refused(&id_rule, CLAIMS_OF("\"aud\":\"app\",\"sub\":\"s\","
	    "\"nonce\":\"n-1\",\"iat\":1.5,\"exp\":1699999939.9"),
	    "expired");
	claims_refused(&id_rule, CLAIMS_OF("\"aud\":\"app\",\"sub\":\"s\","
	    "\"nonce\":\"n-1\",\"iat\":1e300,\"exp\":1700000300"), "bad_iat");
}

/* OpenID Connect Core 5.3.2 */
static void
t_oidc_userinfo(void **state)
{
	struct jose_rule rule = id_rule;
	const struct json *claims = NULL;

	(void)state;
	rule.kind = JOSE_USERINFO;
	rule.nonce = NULL;
	assert_int_equal(jose_verify(ctx, &rule, str_of(foreign_token(
	    JOSE_EDDSA, EDDSA_HEADER, "{\"sub\":\"s\"}")), &claims, NULL),
	    ERR_OK);
	assert_true(json_member_is(claims, "sub", "s"));
	foreign_accepted(&rule, foreign_token(JOSE_EDDSA, EDDSA_HEADER,
	    CLAIMS_OF("\"aud\":\"app\",\"sub\":\"s\"")));
	claims_refused(&rule, "{\"iss\":\"https://other.example\"}",
	    "wrong_issuer");
	claims_refused(&rule, "{\"aud\":\"another\"}", "wrong_audience");
	claims_refused(&rule, FOREIGN_CLAIMS, "wrong_kind");
	claims_refused(&rule, "{\"events\":{" EVENT "}}", "wrong_kind");
}

static void
t_oidc_size(void **state)
{
	static char text[JOSE_TOKEN_MAX + 2];

	(void)state;
	memset(text, 'A', sizeof(text));
	text[1] = text[3] = '.';
	foreign_refused(&id_rule, text, JOSE_TOKEN_MAX, "bad_header");
	foreign_refused(&id_rule, text, JOSE_TOKEN_MAX + 1, "too_long");
	foreign_refused(&id_rule, "", 0, "not_three_parts");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FOREIGN_TEST(t_oidc_good_passes),
		FOREIGN_TEST(t_oidc_every_bit_of_text),
		FOREIGN_TEST(t_oidc_cut_or_grown),
		FOREIGN_TEST(t_oidc_alg),
		FOREIGN_TEST(t_oidc_header),
		FOREIGN_TEST(t_oidc_signature),
		FOREIGN_TEST(t_oidc_issuer_audience_azp),
		FOREIGN_TEST(t_oidc_nonce_and_subject),
		FOREIGN_TEST(t_oidc_dates),
		FOREIGN_TEST(t_oidc_logout_token),
		FOREIGN_TEST(t_oidc_header_names_keys),
		FOREIGN_TEST(t_oidc_fractions),
		FOREIGN_TEST(t_oidc_userinfo),
		FOREIGN_TEST(t_oidc_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

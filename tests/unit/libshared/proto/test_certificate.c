/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit_ctx.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/proto/certificate.h"
#include "libshared/proto/key.h"
#include "libshared/proto/token.h"

#define ID	"00000000-0000-7000-8000-0000000000d1"
#define TENANT	"00000000-0000-7000-8000-0000000000a0"

static struct keyring ring;

static void
ring_make(enum key_purpose purpose)
{
	ring.n = 1;
	assert_int_equal(key_generate(ctx, purpose, &ring.keys[0]), ERR_OK);
	ring.keys[0].published = true;
	ring.keys[0].state = KEY_ACTIVE;
}

static const char *
certificate_made(void)
{
	const struct certificate made = { .tenant = TENANT, .id = ID,
	    .platform = "https://cameleer.example", .serial = 7,
	    .asked = 1000000, .at = 1000060 };
	struct certificate_parts parts = { json_object(ctx),
	    json_array(ctx) };
	const char *token;

	assert_int_equal(json_put_raw(ctx, parts.removed, "rows",
	    "{\"application\": 3}"), ERR_OK);
	json_add_text(parts.remains, "audit trail");
	assert_int_equal(certificate_sign(ctx, &ring.keys[0], &made, &parts,
	    &token), ERR_OK);
	return token;
}

static void
refuses(struct str token)
{
	struct certificate read;

	fail_clear(ctx);
	assert_int_equal(certificate_read(ctx, &ring, token, &read),
	    ERR_UNAUTHENTICATED);
}

static void
test_it_says_what_was_signed(void **state)
{
	struct certificate read;
	int64_t n;

	(void)state;
	ring_make(KEY_AUDIT);
	assert_int_equal(certificate_read(ctx, &ring,
	    str_of(certificate_made()), &read), ERR_OK);
	assert_string_equal(read.tenant, TENANT);
	assert_string_equal(read.id, ID);
	assert_string_equal(read.platform, "https://cameleer.example");
	assert_int_equal(read.serial, 7);
	assert_int_equal(read.asked, 1000000);
	assert_int_equal(read.at, 1000060);
	assert_true(json_int(json_get(json_get(read.removed, "rows"),
	    "application"), &n));
	assert_int_equal(n, 3);
	assert_int_equal(json_count(read.remains), 1);
}

static void
test_a_changed_one_is_refused(void **state)
{
	char *token;
	size_t i, len;

	(void)state;
	ring_make(KEY_AUDIT);
	token = text_printf(ctx->mem, "%s", certificate_made());
	len = strlen(token);
	for (i = 0; i < len; i += 17) {
		char was = token[i];

		token[i] = was == 'A' ? 'B' : 'A';
		refuses(str_of(token));
		token[i] = was;
	}
	for (i = 0; i < len; i += 17)
		refuses((struct str){ token, i });
	refuses(str_of(""));
	refuses(str_of("{}"));
}

static void
test_another_key_or_purpose_signs_none(void **state)
{
	const char *token;

	(void)state;
	ring_make(KEY_LICENSE);
	refuses(str_of(certificate_made()));
	ring_make(KEY_AUDIT);
	token = certificate_made();
	ring_make(KEY_AUDIT);
	refuses(str_of(token));
}

/* Signed by us, but as something else, or without what it must say. */
static void
test_another_token_of_the_same_key_is_none(void **state)
{
	static const char *const lacks[] = { "removed", "remains", "serial",
	    "platform", "jti" };
	struct json *claims;
	const char *token;
	size_t i;

	(void)state;
	ring_make(KEY_AUDIT);
	for (i = 0; i <= nitems(lacks); i++) {
		claims = json_object(ctx);
		json_put_text(claims, "iss", CERTIFICATE_ISSUER);
		json_put_text(claims, "aud", CERTIFICATE_AUDIENCE);
		json_put_text(claims, "sub", TENANT);
		json_put_int(claims, "iat", 1);
		json_put_int(claims, "nbf", 0);
		json_put_int(claims, "exp", 4000000000);
		json_put_int(claims, "asked", 1);
		if (i != 0)
			json_put(claims, "removed", json_object(ctx));
		if (i != 1)
			json_put(claims, "remains", json_array(ctx));
		if (i != 2)
			json_put_int(claims, "serial", 1);
		if (i != 3)
			json_put_text(claims, "platform", "https://x");
		if (i != 4)
			json_put_text(claims, "jti", ID);
		assert_int_equal(token_sign(ctx, &ring.keys[0],
		    i == nitems(lacks) ? "cameleer-audit+jwt" :
		    CERTIFICATE_TYP, claims, &token), ERR_OK);
		refuses(str_of(token));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_it_says_what_was_signed),
		CTX_TEST(test_a_changed_one_is_refused),
		CTX_TEST(test_another_key_or_purpose_signs_none),
		CTX_TEST(test_another_token_of_the_same_key_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

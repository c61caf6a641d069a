/* SPDX-License-Identifier: Apache-2.0 */
/* TXT answers as they are received, and names that may be claimed. */
#include <string.h>

#include "tests/support/unit.h"

#include "libshared/base/str.h"
#include "libshared/doors/dns.h"

/* Writes an answer for a.test with one TXT record of these data. */
static size_t
answer(uint8_t *out, const void *data, size_t len)
{
	static const uint8_t head[] = {
		0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0,
		1, 'a', 4, 't', 'e', 's', 't', 0, 0, 16, 0, 1,
		0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60,
	};

	memcpy(out, head, sizeof(head));
	out[sizeof(head)] = (uint8_t)(len >> 8);
	out[sizeof(head) + 1] = (uint8_t)len;
	memcpy(out + sizeof(head) + 2, data, len);
	return sizeof(head) + 2 + len;
}

static bool
holds(const char *data, size_t len, const char *want)
{
	uint8_t out[2048];

	return dns_answer_holds(out, answer(out, data, len), want);
}

static void
test_a_record_is_its_pieces_joined(void **state)
{
	(void)state;
	assert_true(holds("\5hello", 6, "hello"));
	assert_true(holds("\2he\3llo", 7, "hello"));
	assert_true(holds("\0\5hello", 7, "hello"));
	assert_false(holds("\5hello", 6, "hell"));
	assert_false(holds("\5hello", 6, "hello2"));
	assert_false(holds("\5hello\1!", 8, "hello"));
	assert_false(holds("\6hello", 6, "hello"));	/* truncated */
	assert_false(holds("\5Hello", 6, "hello"));
	assert_true(holds("", 0, ""));
}

static void
test_a_record_has_a_bound(void **state)
{
	char data[1280], want[1025];
	size_t i;

	(void)state;
	memset(want, 'x', sizeof(want));
	want[1024] = '\0';
	memset(data, 'x', sizeof(data));
	for (i = 0; i < 5; i++)
		data[i * 256] = (char)(i < 4 ? 255 : 4);
	assert_true(holds(data, 1024 + 5, want));
	data[1024] = 5;
	assert_false(holds(data, 1024 + 6, want));
}

static void
test_a_broken_answer_holds_nothing(void **state)
{
	uint8_t out[256], bad[256];
	size_t len = answer(out, "\5hello", 6), i, bit;
	size_t good = 0;

	(void)state;
	assert_true(dns_answer_holds(out, len, "hello"));
	for (i = 0; i < len; i++)
		assert_false(dns_answer_holds(out, i, "hello"));
	for (bit = 0; bit < len * 8; bit++) {
		memcpy(bad, out, len);
		bad[bit / 8] ^= (uint8_t)(1u << bit % 8);
		good += dns_answer_holds(bad, len, "hello");
	}
	assert_true(good < len * 8 - 48);	/* the text counts */
	out[27] = 5;				/* CNAME */
	assert_false(dns_answer_holds(out, len, "hello"));
}

static void
test_names_that_may_be_claimed(void **state)
{
	static const char *const good[] = { "example.org", "a.b", "a-b.c-d.e",
	    "xn--bcher-kva.example", "1.example", "example.x2" };
	static const char *const bad[] = { "", "example", ".example",
	    "example.", "a..b", "-a.b", "a-.b", "A.b", "a_b.c", "a b.c",
	    "a.1", "127.0.0.1", "a.b/c", "\303\244.example" };
	char label[66] = "", name[300] = "";
	size_t i;

	(void)state;
	for (i = 0; i < nitems(good); i++)
		assert_true(dns_domain_sound(good[i]));
	for (i = 0; i < nitems(bad); i++)
		assert_false(dns_domain_sound(bad[i]));
	memset(label, 'a', 63);
	memcpy(label + 63, ".b", 3);
	assert_true(dns_domain_sound(label));
	memset(label, 'a', 64);
	assert_false(dns_domain_sound(label));
	for (i = 0; i < 252; i++)
		name[i] = i % 2 == 0 ? 'a' : '.';
	name[252] = 'a';
	assert_true(dns_domain_sound(name));
	memcpy(name + 253, "a", 2);
	assert_false(dns_domain_sound(name));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_record_is_its_pieces_joined),
		cmocka_unit_test(test_a_record_has_a_bound),
		cmocka_unit_test(test_a_broken_answer_holds_nothing),
		cmocka_unit_test(test_names_that_may_be_claimed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/proto/breached.h"

static void
test_list_is_whole(void **state)
{
	(void)state;
	assert_int_equal(breached_count(), 63602);
}

static void
test_known_ones_are_found_in_any_case(void **state)
{
	static const char *const known[] = { "password", "123456",
	    "123qweasdzxc", "1qaz2wsx3edc", "QazWsxEdcRfv", "SOJDLG123ALJG",
	    "leavemealone", "sonyericsson", "polniypizdec0211" };
	size_t i;

	(void)state;
	for (i = 0; i < nitems(known); i++)
		assert_true(password_breached(known[i]));
}

static void
test_what_is_made_of_known_ones_is_found(void **state)
{
	static const char *const made[] = { "Password2024!", "!!!Monkey!!!",
	    "2024-dragon-2024", "qwertyqwerty", "dragondragondragon",
	    "aaaaaaaaaaaa", "abcabcabcabc", "abcdabcdabcdab", "abcdefghijkl",
	    "zyxwvutsrqpo", "0123456789:;", "            " };
	size_t i;

	(void)state;
	for (i = 0; i < nitems(made); i++)
		if (!password_breached(made[i]))
			fail_msg("%s passes", made[i]);
}

static void
test_others_pass(void **state)
{
	static const char *const good[] = { "another good password",
	    "vier Woerter zu Fuss", "Zx9-qhTr-44-plod",
	    "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f nicht im Wald",
	    "dragon over monkey hill",
	    "qzjxwqzjxwqz", "acegikmoqsuw" };
	size_t i;

	(void)state;
	for (i = 0; i < nitems(good); i++)
		if (password_breached(good[i]))
			fail_msg("%s is refused", good[i]);
}

static void
test_lengths_at_the_bounds(void **state)
{
	char text[600];

	(void)state;
	assert_false(password_breached(""));
	assert_false(password_breached("x"));
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_true(password_breached(text));
}

static int
setup(void **state)
{
	(void)state;
	return crypto_init();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list_is_whole),
		cmocka_unit_test(test_known_ones_are_found_in_any_case),
		cmocka_unit_test(test_what_is_made_of_known_ones_is_found),
		cmocka_unit_test(test_others_pass),
		cmocka_unit_test(test_lengths_at_the_bounds),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}

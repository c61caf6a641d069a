/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"

#include <string.h>

#include "libshared/base/label.h"

/* Texts, whether they are valid labels, and their cleaned form. */
static const struct { const char *text; bool sound; const char *clean; }
    rows[] = {
	{ "Rita", true, "Rita" },
	{ "Zo\u00eb N\u00fa\u00f1ez", true, "Zo\u00eb N\u00fa\u00f1ez" },
	{ "\u738b\u5c0f\u660e", true, "\u738b\u5c0f\u660e" },
	{ "\u05d3\u05d5\u05d3", true, "\u05d3\u05d5\u05d3" },
	{ "O\u2019Neil, Jr.", true, "O\u2019Neil, Jr." },
	/* A joiner between letters of Persian, and in an emoji. */
	{ "\u0645\u06cc\u200c\u062e\u0648", true,
	    "\u0645\u06cc\u200c\u062e\u0648" },
	{ "\U0001f468\u200d\U0001f469", true, "\U0001f468\u200d\U0001f469" },
	{ "", false, "" }, { "   ", false, "" }, { "\u00a0", false, "" },
	{ "\u200b\u200b\u200b", false, "" }, { "\u3164", false, "" },
	{ "\u2800", false, "" }, { "\u115f\u1160", false, "" },
	{ "\ufe0f", false, "" },
	{ "Rita\u200d Reporter", false, "Rita Reporter" },
	{ "\u00e9\u200d", false, "\u00e9" },
	{ "Rita\u00ad Reporter", false, "Rita Reporter" },
	{ "Rita\u200e Reporter", false, "Rita Reporter" },
	{ "Rita \u202eretropeR", false, "Rita retropeR" },
	{ "Rita\u2066x\u2069", false, "Ritax" },
	{ "Rita\U000e0041", false, "Rita" },
	{ "\ufff0Rita", false, "Rita" },
	{ "a\nb", false, "ab" }, { "a\x7f" "b", false, "ab" },
	{ "a\xff", false, "a" },
};

static void
test_hidden_and_blank_names_are_refused(void **state)
{
	char text[64];
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		assert_row(label_sound(str_of(rows[i].text)) == rows[i].sound,
		    rows[i].text);
		label_clean(str_of(rows[i].text), text, sizeof(text));
		assert_row(strcmp(text, rows[i].clean) == 0, rows[i].text);
		assert_row(text[0] == '\0' || label_sound(str_of(text)),
		    rows[i].text);
	}
}

static void
test_whole_characters_are_kept_up_to_the_bound(void **state)
{
	char text[4] = "xyz";

	(void)state;
	label_clean(str_of("\u00e9\u00e9"), text, sizeof(text));
	assert_string_equal(text, "\u00e9");
	label_clean(str_of("abcd"), text, sizeof(text));
	assert_string_equal(text, "abc");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hidden_and_blank_names_are_refused),
		cmocka_unit_test(
		    test_whole_characters_are_kept_up_to_the_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

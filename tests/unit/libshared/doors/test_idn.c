/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit_ctx.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/idn.h"

static void
test_domain_becomes_what_dns_knows(void **state)
{
	static const struct { const char *text, *ascii; } rows[] = {
		{ "lea@m\u00fcller.example", "lea@xn--mller-kva.example" },
		{ "m\u00fcller.example", "xn--mller-kva.example" },
		/* upper case, a decomposed letter, a wide dot */
		{ "lea@M\u00dcLLER.example", "lea@xn--mller-kva.example" },
		{ "lea@mu\u0308ller\u3002example",
		    "lea@xn--mller-kva.example" },
		{ "lea@stra\u00dfe.example", "lea@xn--strae-oqa.example" },
		{ "lea@xn--mller-kva.example", "lea@xn--mller-kva.example" },
		{ "Lea@Example.test", "Lea@Example.test" },
		{ "l\u00e9a@example.test", "l\u00e9a@example.test" },
		{ "lea", "lea" }, { "", "" }, { "lea@", "lea@" },
		/* whoever checks the address refuses these */
		{ "lea@\u200b.example", "lea@.example" },
		{ "lea@\u00fc..example", "lea@xn--tda..example" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++)
		assert_string_equal(idn_ascii(ctx, str_of(rows[i].text)),
		    rows[i].ascii);
}

static void
test_endless_domain_is_left_alone(void **state)
{
	char text[2100];
	size_t i;

	(void)state;
	for (i = 0; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "\u00fc", 2);
	text[i] = '\0';
	assert_string_equal(idn_ascii(ctx, str_of(text)), text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_domain_becomes_what_dns_knows),
		CTX_TEST(test_endless_domain_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Examples are split into two strings, so that no scanner reports this file. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/rows.h"

#include "libshared/base/str.h"
#include "modules/apps/inspect/jar_secret.h"

#define ID	"AKIA" "Z7Q2M4XK9P3LT6WB"
#define PEM(l)	"-----BEGIN " l "-----"
#define KEY	"MC4CAQAwBQYDK2VwBCIEIBq7UvNzTvqUoYc4aXr1" \
	"kGm9WfPDeLsJhKb2xZ6yRt5w"
#define BODY36	"a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
#define JWT	"eyJ" "hbGciOiJFZERTQSIsInR5cCI6ImF0In0" \
	".eyJpc3MiOiJodHRwczovL2V4YW1wbGUifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ"

struct hits {
	size_t		 n;
	enum jar_secret	 kind;
	uint32_t	 line;
	size_t		 text;
};

static void
hit(void *arg, enum jar_secret kind, uint32_t line, struct str text)
{
	struct hits *hits = arg;

	hits->text = text.len;
	if (hits->n++ == 0) {
		hits->kind = kind;
		hits->line = line;
	}
}

static struct hits
scan(const char *text, size_t len, unsigned flags)
{
	struct hits hits = { .n = 0 };
	char *exact = malloc(len > 0 ? len : 1); /* lets ASan see overreads */

	assert_non_null(exact);
	memcpy(exact, text, len);
	jar_secret_scan(exact, len, flags, hit, &hits);
	free(exact);
	return hits;
}

static void
test_credentials_are_found_by_their_form(void **state)
{
	static const struct {
		const char *text;
		enum jar_secret kind;
	} rows[] = {
		{ PEM("PRIVATE KEY") "\n" KEY "\n", JAR_SECRET_PRIVATE_KEY },
		{ PEM("RSA PRIVATE KEY") "\r\n" KEY, JAR_SECRET_PRIVATE_KEY },
		{ PEM("EC PRIVATE KEY") "\\n" KEY "\\n",
		    JAR_SECRET_PRIVATE_KEY },
		{ "k: \"" PEM("PRIVATE KEY") "\\n\" +\n \"" KEY "\"",
		    JAR_SECRET_PRIVATE_KEY },
		{ PEM("OPENSSH PRIVATE KEY") "\n" KEY, JAR_SECRET_PRIVATE_KEY },
		{ PEM("PGP PRIVATE KEY BLOCK") "\nVersion: 1\n\n",
		    JAR_SECRET_PRIVATE_KEY },
		{ PEM("ENCRYPTED PRIVATE KEY") "\n" KEY,
		    JAR_SECRET_ENCRYPTED_KEY },
		{ PEM("RSA PRIVATE KEY") "\nProc-Type: 4,ENCRYPTED\n",
		    JAR_SECRET_ENCRYPTED_KEY },
		{ ID, JAR_SECRET_AWS_KEY_ID },
		{ "x=" ID "\n", JAR_SECRET_AWS_KEY_ID },
		{ "a;AccountKey=" BODY36 BODY36 BODY36 "==;",
		    JAR_SECRET_AZURE_KEY },
		{ ";SharedAccessKey=" BODY36 "w8x9Y0z=",
		    JAR_SECRET_AZURE_KEY },
		{ "\"ghp" "_" BODY36 "\"", JAR_SECRET_GITHUB },
		{ "ghs" "_" BODY36, JAR_SECRET_GITHUB },
		{ "github" "_pat_" BODY36 BODY36, JAR_SECRET_GITHUB },
		{ "glpat" "-Zx81kQm4Tv7wYb2nPc5s", JAR_SECRET_GITLAB },
		{ "xoxb" "-123456789012-aBcDeFgHiJkLmNo", JAR_SECRET_SLACK },
		{ "https://hooks.slack.com/services/T" "01AB2CD3E/B04FG5HI6/"
		    "jK7lM8nO9pQ0rS1tU2vW3xY4", JAR_SECRET_SLACK },
		{ "sk_" "live_4eC39HqLyjWDarjtT1zdp7dc", JAR_SECRET_STRIPE },
		{ "clr" "_" BODY36, JAR_SECRET_CAMELEER },
		{ "Bearer " JWT, JAR_SECRET_JWT },
	};
	struct hits hits;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		hits = scan(rows[i].text, strlen(rows[i].text), 0);
		assert_row(hits.n == 1, rows[i].text);
		assert_row(hits.kind == rows[i].kind, rows[i].text);
		assert_row(hits.line == 1, rows[i].text);
	}
}

static void
test_what_only_looks_alike_is_left_alone(void **state)
{
	static const char *const texts[] = { "",
		"-", "-----BEGIN ", PEM("PRIVATE KEY"),
		PEM("PRIVATE KEY") "\n", PEM("PRIVATE KEY") "\n...\n",
		PEM("PRIVATE KEY") "\" + key + \"",
		PEM("PRIVATE KEY") "\nMIIabc\n-----END",
		PEM("PUBLIC KEY") "\n" KEY, PEM("CERTIFICATE") "\n" KEY,
		PEM("PRIVATE KEY")
		    "\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		PEM("PRIVATE KEYS ARE LONG LABELS PRIVATE KEY ABCDEFGH") KEY,
		"-----BEGIN PRIVATE KEY----",
		"AKIA" "IOSFODNN7EXAMPLE",	/* from AWS's documentation */
		"AKIA" "XXXXXXXXXXXXXXXX", ID "X", "XX" ID, "akia" "z7q2m4",
		"AKIA" "Z7Q2M4XK9P3LT6W", "ghp" "_" "xxxxxxxxxxxxxxxxxxxxxxxx"
		    "xxxxxxxxxxxx", "ghp" "_short", "glpat" "-",
		"glpat" "-<your-token-goes-here>", "sk_" "live_xxxxxxxxxxxxxxxx"
		    "xxxx", "sk_" "test_4eC39HqLyjWDarjtT1zdp7dc",
		"${AccountKey}", "AccountKey={{key}}", "SharedAccessKey=",
		"eyJ" "hbGciOiJFZERTQSJ9", "eyJ" "hbGciOiJFZERTQSIsInR5cCI6Im"
		    "F0In0.abcdefghijklmnopqrst.c2lnbmF0dXJlLXNpZ25hdHVyZQ",
		JWT "." KEY, "password=hunter2hunter",
	};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(texts); i++)
		assert_row(scan(texts[i], strlen(texts[i]), 0).n == 0,
		    texts[i]);
}

static void
test_text_may_end_anywhere(void **state)
{
	static const char text[] = PEM("RSA PRIVATE KEY") "\\n" KEY "\n" ID
	    "\nghp" "_" BODY36 " " JWT "\nx.password: pass\n\\";
	size_t len;

	(void)state;
	for (len = 0; len < sizeof(text); len++)
		(void)scan(text, len, JAR_SCAN_CONFIG);
	assert_int_equal(scan(text, sizeof(text) - 1, JAR_SCAN_CONFIG).n, 5);
}

static void
test_lines_are_counted_in_texts(void **state)
{
	struct hits hits = scan("\n\r\n\n" ID, 4 + 20, 0);

	(void)state;
	assert_int_equal(hits.line, 4);
	hits = scan("\n\n\n" ID, 3 + 20, JAR_SCAN_BINARY);
	assert_int_equal(hits.line, 0);
}

/* In a class, the length before a constant may look like a letter. */
static void
test_token_may_begin_anywhere_in_a_class(void **state)
{
	static const char bytes[] = "\1\0k" ID "\7\0";

	(void)state;
	assert_int_equal(scan(bytes, sizeof(bytes) - 1, 0).n, 0);
	assert_int_equal(scan(bytes, sizeof(bytes) - 1,
	    JAR_SCAN_BINARY).n, 1);
}

static void
test_assignments_are_looked_at_in_configuration_only(void **state)
{
	static const char text[] = "a=b\npassword = hunter2hunter\n";
	struct hits hits = scan(text, sizeof(text) - 1, JAR_SCAN_CONFIG);

	(void)state;
	assert_int_equal(hits.n, 1);
	assert_int_equal(hits.kind, JAR_SECRET_PASSWORD);
	assert_int_equal(hits.line, 2);
	assert_int_equal(scan(text, sizeof(text) - 1, 0).n, 0);
}

static void
test_only_what_leaves_no_doubt_refuses(void **state)
{
	(void)state;
	assert_true(jar_secret_refuses(JAR_SECRET_PRIVATE_KEY));
	assert_true(jar_secret_refuses(JAR_SECRET_CAMELEER));
	assert_false(jar_secret_refuses(JAR_SECRET_PASSWORD));
	assert_false(jar_secret_refuses(JAR_SECRET_KEY_STORE));
	assert_string_equal(jar_secret_about(JAR_SECRET_AWS_KEY_ID),
	    "AWS access key id");
}

/* Placeholders for credentials, and base64 that looks like one by chance. */
static void
test_placeholders_are_none(void **state)
{
	static const char *const texts[] = {
		"slack.token = xoxb-your-bot-token-goes-here",
		"TOKEN=glpat-replace-me-with-yours",
		"TOKEN=glpat-REPLACE1234567890123456",
		"{\"clr_button_primary_background_hover_dark\": \"#0af\"}",
		"ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx1a2b",
		"sk_live_your_secret_key_0123456789",
		"\"sha512-GDHV/" ID "/in2EJ9PGJ33VMGlqtPcvUlY+pkTbaWs4jWv8oB\"",
		"\"sha512-GDHV+" ID "\"",
		"\"sha512-GDHV " ID "+pkTbaWs4jWv8oB\"",
		ID "x",
	};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(texts); i++)
		assert_row(scan(texts[i], strlen(texts[i]), 0).n == 0,
		    texts[i]);
	assert_int_equal(scan("id=" ID, sizeof(ID) + 2, 0).n, 1);
	assert_int_equal(scan("id='" ID "'", sizeof(ID) + 4, 0).n, 1);
}

static void
test_each_of_several_is_told_with_its_text(void **state)
{
	static const char two[] = PEM("PRIVATE KEY") "\n" KEY
	    "\n-----END PRIVATE KEY-----\n" PEM("PRIVATE KEY") "\n" KEY
	    "\n-----END PRIVATE KEY-----\nid " ID " and " ID "\n";
	struct hits hits = scan(two, sizeof(two) - 1, 0);

	(void)state;
	assert_int_equal(hits.n, 4);
	assert_int_equal(hits.text, sizeof(ID) - 1);
	assert_int_equal(scan(two, 140, 0).text, sizeof(PEM("PRIVATE KEY")
	    "\n" KEY "\n") - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_credentials_are_found_by_their_form),
		cmocka_unit_test(test_what_only_looks_alike_is_left_alone),
		cmocka_unit_test(test_text_may_end_anywhere),
		cmocka_unit_test(test_lines_are_counted_in_texts),
		cmocka_unit_test(test_token_may_begin_anywhere_in_a_class),
		cmocka_unit_test(
		    test_assignments_are_looked_at_in_configuration_only),
		cmocka_unit_test(test_only_what_leaves_no_doubt_refuses),
		cmocka_unit_test(test_placeholders_are_none),
		cmocka_unit_test(test_each_of_several_is_told_with_its_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "tests/support/rows.h"

#include "modules/apps/inspect/jar_assign.h"

static void
test_literal_secrets_are_told(void **state)
{
	static const struct {
		const char *line;
		enum jar_secret kind;
	} rows[] = {
		{ "password=hunter2", JAR_SECRET_PASSWORD },
		{ "db.password = hunter2\nnext", JAR_SECRET_PASSWORD },
		{ "  password: hunter2\r\n", JAR_SECRET_PASSWORD },
		{ "\"clientSecret\": \"s3cr3tvalue\",", JAR_SECRET_PASSWORD },
		{ "MQ_PASSWORD='hunter2'", JAR_SECRET_PASSWORD },
		{ "api-key=0f9e8d", JAR_SECRET_PASSWORD },
		{ "camel.component.x.access-token=abc123",
		    JAR_SECRET_PASSWORD },
		{ "url=jdbc:x://scott:tiger@db/x", JAR_SECRET_URL_PASSWORD },
		{ "uri: amqps://u:p@ss@host:5671", JAR_SECRET_URL_PASSWORD },
		{ "aws_secret_access_key=q8ZrT1vXw2YbN4mKc6Ld9Jf3Hg5Ps7Ua0Ei/"
		    "Ro+Q", JAR_SECRET_AWS_KEY },
		{ "camel.component.aws2-s3.secret-key=q8ZrT1vXw2YbN4mKc6Ld9Jf3"
		    "Hg5Ps7Ua0Ei/Ro+Q", JAR_SECRET_AWS_KEY },
	};
	enum jar_secret kind;
	struct str value;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		kind = JAR_SECRET__MAX;
		assert_row(jar_assign_match(str_of(rows[i].line), &kind,
		    &value),
		    rows[i].line);
		assert_row(kind == rows[i].kind, rows[i].line);
	}
}

static void
test_placeholders_and_other_lines_are_left_alone(void **state)
{
	static const char *const lines[] = { "", "\n", "=", ":", "a", "#",
		"# password=hunter2", "! password=hunter2", "password",
		"password=", "password:\n  hunter2", "password=${DB_PASSWORD}",
		"password={{db.password}}", "password=ENC(abcdef)",
		"password=#{x}", "password=RAW({{x}})", "password: |",
		"password=pre${X}post", "password=pre{{x}}post",
		"password=changeit", "password=true", "password=****",
		"password=xxxxxxxx", "password: <secret>", "password=%PW%",
		"password.hint=hunter2", "passwords=abc", "secretary=bob",
		"\"password\": { \"index\": 3 },", "timeout=30",
		"url=https://host/x@y:z", "url=https://host:8080/",
		"url=https://u:@host/", "url=https://u@host/",
		"url=https://${U}:${P}@host/", "mail=a:b@c",
		"secret.description=40 characters of plain text, not a key" };
	enum jar_secret kind;
	struct str value;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(lines); i++)
		assert_row(!jar_assign_match(str_of(lines[i]), &kind, &value),
		    lines[i]);
}

static void
test_aws_key_needs_its_form(void **state)
{
	static const char *const lines[] = {
		"aws.secret=q8zrt1vxw2ybn4mkc6ld9jf3hg5ps7ua0eixroxq",
		"aws.secret=q8ZrT1vXw2YbN4mKc6Ld9Jf3Hg5Ps7Ua0Ei/Ro-Q",
		"aws.secret=q8ZrT1vXw2YbN4mKc6Ld9Jf3Hg5Ps7Ua0Ei/Ro+",
		"aws.secret=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
		"other.secret=q8ZrT1vXw2YbN4mKc6Ld9Jf3Hg5Ps7Ua0Ei/Ro+Q",
	};
	enum jar_secret kind;
	struct str value;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(lines); i++) {
		assert_row(jar_assign_match(str_of(lines[i]), &kind, &value),
		    lines[i]);
		assert_row(kind == JAR_SECRET_PASSWORD, lines[i]);
	}
}

static void
test_long_keys_are_cut(void **state)
{
	char line[600];
	enum jar_secret kind;
	struct str value;

	(void)state;
	memset(line, 'k', sizeof(line));
	memcpy(line + 500, "=value", sizeof("=value"));
	assert_false(jar_assign_match(str_of(line), &kind, &value));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_literal_secrets_are_told),
		cmocka_unit_test(
		    test_placeholders_and_other_lines_are_left_alone),
		cmocka_unit_test(test_aws_key_needs_its_form),
		cmocka_unit_test(test_long_keys_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

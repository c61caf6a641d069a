/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"

#include "libshared/base/conf.h"

#define HEX16	"0123456789abcdef"
#define DIGEST	HEX16 HEX16 HEX16 HEX16

static const struct row {
	enum setting_kind	 kind;
	const char		*value;
	bool			 good;
} rows[] = {
	{ SETTING_TEXT, "x", true },
	{ SETTING_TEXT, "", false },
	{ SETTING_TEXT, "\xc3\xa9 x", true },
	{ SETTING_TEXT, "a\tb", false },
	{ SETTING_TEXT, "a\x7f", false },
	{ SETTING_TEXT, "\xff", false },
	{ SETTING_TEXT, "1234567890123456789012345678901234567890"
	    "1234567890123456789012345678901234567890123456789012345678901"
	    DIGEST, false },
	{ SETTING_INT, "1", true }, { SETTING_INT, "100", true },
	{ SETTING_INT, "0", false }, { SETTING_INT, "101", false },
	{ SETTING_INT, "x", false }, { SETTING_INT, "", false },
	{ SETTING_INT, "1.0", false }, { SETTING_INT, "+1", false },
	{ SETTING_URL, "https://cameleer.example", true },
	{ SETTING_URL, "https://10.231.0.1:18443", true },
	{ SETTING_URL, "https://[2001:db8::1]:443", true },
	{ SETTING_URL, "http://localhost:8080", true },
	{ SETTING_URL, "http://127.0.0.1:1", true },
	{ SETTING_URL, "http://127.9.9.9", true },
	{ SETTING_URL, "http://[::1]:80", true },
	{ SETTING_URL, "http://cameleer.example", false },
	{ SETTING_URL, "http://127.0.0.1.evil.example", false },
	{ SETTING_URL, "http://localhost.evil.example", false },
	{ SETTING_URL, "https://", false },
	{ SETTING_URL, "https://:443", false },
	{ SETTING_URL, "https://h:", false },
	{ SETTING_URL, "https://h:0", false },
	{ SETTING_URL, "https://h:65536", false },
	{ SETTING_URL, "https://h:443x", false },
	{ SETTING_URL, "https://h/", false },
	{ SETTING_URL, "https://h/path", false },
	{ SETTING_URL, "https://h?q", false },
	{ SETTING_URL, "https://u@h", false },
	{ SETTING_URL, "https://u:p@h", false },
	{ SETTING_URL, "https://[::1", false },
	{ SETTING_URL, "https://[]", false },
	{ SETTING_URL, "https://[::1]x", false },
	{ SETTING_URL, "https://[gg]", false },
	{ SETTING_URL, "ftp://h", false },
	{ SETTING_URL, "HTTPS://h", false },
	{ SETTING_URL, "h", false },
	{ SETTING_PEER_URL, "http://registry:5000", true },
	{ SETTING_PEER_URL, "https://registry:5000", true },
	{ SETTING_PEER_URL, "registry:5000", false },
	{ SETTING_MAIL_URL, "smtp://mail:25", true },
	{ SETTING_MAIL_URL, "smtps://mail:465", true },
	{ SETTING_MAIL_URL, "http://mail", false },
	{ SETTING_MAIL_URL, "smtp://", false },
	{ SETTING_GIT_URL, "https://git.example/fleet.git", true },
	{ SETTING_GIT_URL, "https://git.example:8443/a/b_c-d.git", true },
	{ SETTING_GIT_URL, "http://localhost:3000/fleet", true },
	{ SETTING_GIT_URL, "ssh://git@git.example/fleet.git", true },
	{ SETTING_GIT_URL, "ssh://git@[::1]:2222/fleet.git", true },
	{ SETTING_GIT_URL, "file:///srv/fleet.git", true },
	{ SETTING_GIT_URL, "https://git.example", false },
	{ SETTING_GIT_URL, "https://git.example/", false },
	{ SETTING_GIT_URL, "http://git.example/fleet.git", false },
	{ SETTING_GIT_URL, "https://u:p@git.example/fleet.git", false },
	{ SETTING_GIT_URL, "https://git.example/fleet?token=x", false },
	{ SETTING_GIT_URL, "ssh://git.example/fleet.git", false },
	{ SETTING_GIT_URL, "ssh://git:p@git.example/fleet.git", false },
	{ SETTING_GIT_URL, "ssh://-oProxyCommand=x@h/fleet.git", false },
	{ SETTING_GIT_URL, "ssh://git@/fleet.git", false },
	{ SETTING_GIT_URL, "ssh://git@h:0/fleet.git", false },
	{ SETTING_GIT_URL, "git@git.example:fleet.git", false },
	{ SETTING_GIT_URL, "git://git.example/fleet.git", false },
	{ SETTING_GIT_URL, "file:///srv/../etc", false },
	{ SETTING_GIT_URL, "/srv/fleet.git", false },
	{ SETTING_PATH, "/run/x", true }, { SETTING_PATH, "/", true },
	{ SETTING_PATH, "/a..b/..c", true },
	{ SETTING_PATH, "run/x", false }, { SETTING_PATH, "./x", false },
	{ SETTING_PATH, "/a/../b", false }, { SETTING_PATH, "/a/..", false },
	{ SETTING_IMAGE, "platform/jre-base@sha256:" DIGEST, true },
	{ SETTING_IMAGE, "platform/jre-base:latest", false },
	{ SETTING_IMAGE, "platform/jre-base@sha256:" HEX16, false },
	{ SETTING_IMAGE, "@sha256:" DIGEST, false },
	{ SETTING_IMAGE, "UPPER@sha256:" DIGEST, false },
	{ SETTING_IMAGE, "a@sha256:" DIGEST "0", false },
	{ SETTING_IMAGE, "a@sha256:" HEX16 HEX16 HEX16
	    "0123456789ABCDEF", false },
	{ SETTING_LEVEL, "debug", true }, { SETTING_LEVEL, "DEBUG", false },
	{ SETTING_LEVEL, "", false },
	{ SETTING_NETWORKS, "10.1.0.0/16", true },
	{ SETTING_NETWORKS, "10.1.0.0/16, fd00:7::/64,192.168.7.4", true },
	{ SETTING_NETWORKS, "10.1.2.0/16", false },
	{ SETTING_NETWORKS, "10.1.0.0/16,", false },
	{ SETTING_NETWORKS, "example.com", false },
	{ SETTING_SSLMODE, "verify-full", true },
	{ SETTING_SSLMODE, "disable", true },
	{ SETTING_SSLMODE, "prefer", false },
	{ SETTING_SSLMODE, "Verify-Full", false },
};

static void
test_values_by_kind(void **state)
{
	struct setting setting = { .name = "x", .min = 1 };
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		setting.kind = rows[i].kind;
		setting.max = setting.kind == SETTING_INT ? 100 : 120;
		why = conf_check(&setting, str_of(rows[i].value));
		assert_row((why == NULL) == rows[i].good, rows[i].value);
		assert_row(why == NULL || strlen(why) > 0, rows[i].value);
	}
}

static void
test_nul_never_passes(void **state)
{
	struct setting setting = { .name = "x", .min = 1, .max = 100 };
	int kind;

	(void)state;
	for (kind = SETTING_TEXT; kind <= SETTING_NETWORKS; kind++) {
		setting.kind = (enum setting_kind)kind;
		assert_non_null(conf_check(&setting, STR("https://h\0")));
		assert_non_null(conf_check(&setting, STR("/run\0x")));
		assert_non_null(conf_check(&setting, STR("info\0")));
		assert_non_null(conf_check(&setting, STR("1\0")));
	}
}

static void
test_empty_is_fine_where_the_minimum_is_zero(void **state)
{
	struct setting setting = { .name = "x", .max = 100 };
	int kind;

	(void)state;
	for (kind = SETTING_URL; kind <= SETTING_IMAGE; kind++) {
		setting.kind = (enum setting_kind)kind;
		assert_null(conf_check(&setting, STR("")));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_by_kind),
		cmocka_unit_test(test_nul_never_passes),
		cmocka_unit_test(test_empty_is_fine_where_the_minimum_is_zero),
	};

	return cmocka_run_group_tests_name("conf_check", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/str.h"
#include "modules/worker/tenant/tenant.h"
#include "tests/support/job_stage.h"
#include "tests/support/script.h"

#define ROLE	"t_4fcc8240fb9daed1"
#define LOGIN_B	ROLE "b"

extern const struct job_kind job_store_renew;

static const struct runtime_ref server = { .slug = SLUG };

static const struct script_step ready[] = {
	{ .request = "GET /api/v1/health ", .status = 200, .body = "{}" },
	{ .request = "GET /api/v1/admin/license ", .status = 401 },
	{ .request = "POST /api/v1/admin/license ",
	    .wants = "Authorization: Bearer ", .status = 200,
	    .body = "{\"state\":\"ACTIVE\"}" },
};

static struct loopback *
server_play(const struct script_step *steps, size_t n, char upstream[32])
{
	struct loopback *peer = script_begin(NULL, steps, n);

	memory_servers_at("127.0.0.1", peer->port);
	(void)snprintf(upstream, 32, "127.0.0.1:%d", peer->port);
	return peer;
}

/* expect_logins - the unused login gets another password, and may sign in */
static void
expect_logins(const char *secret, const char *login)
{
	expect_step("logins");
	expect_write();
	fake_expect("secret_forget", secret);
	expect_secret(secret);
	fake_expect("script", login);
	expect_step_end("logins", "done", FAKE_HAS("next login works"));
}

static void
expect_switch(const char *turn)
{
	expect_step("switch");
	expect_write();
	fake_expect("turn_begin", turn);
	fake_expect("step_end", JOB, "switch", "done", FAKE_NULL);
}

static void
expect_server(const char *secret, const char *upstream)
{
	expect_step("server");
	expect_place();
	expect_secret(SECRET_BOOTSTRAP);
	expect_no_previous();
	expect_secret(secret);
	expect_license();
	if (upstream == NULL)
		return;
	expect_license_told();
	expect_write();
	fake_expect("endpoint_set", upstream);
	fake_expect("step_end", JOB, "server", "done", FAKE_HAS("is ready"));
}

static void
expect_closed(const char *script, const char *login, const char *sessions)
{
	expect_step("retire");
	fake_expect("script", script);
	fake_expect("login_sessions", login);
	fake_row("n", sessions);
}

static void
expect_end(const char *secret)
{
	expect_write();
	fake_expect("secret_forget", secret);
	fake_expect("turn_end");
	fake_expect("step_end", JOB, "retire", "done",
	    FAKE_HAS("old login has ended"));
}

static void
test_the_second_login_follows_the_first(void **state)
{
	struct loopback *peer;
	char upstream[32];

	(void)state;
	peer = server_play(ready, nitems(ready), upstream);
	expect_tenant("active");
	expect_logins(SECRET_DATABASE_B,
	    FAKE_HAS("ALTER ROLE \"" LOGIN_B "\" LOGIN"));
	expect_switch("1");
	expect_server(SECRET_DATABASE_B, upstream);
	expect_closed(FAKE_HAS("ALTER ROLE \"" ROLE "\" NOLOGIN"), ROLE, "0");
	expect_end(SECRET_DATABASE);
	assert_int_equal(job_run(&job_store_renew), ERR_OK);
	script_end(&peer);
	assert_string_equal(memory_env(&server, "SPRING_DATASOURCE_USERNAME"),
	    LOGIN_B);
	assert_string_equal(memory_env(&server, "SPRING_DATASOURCE_URL"),
	    "jdbc:postgresql://10.0.0.1:5432/tenants?currentSchema=" ROLE
	    "&ApplicationName=" ROLE);
}

static void
test_the_first_login_follows_the_second_which_goes(void **state)
{
	struct loopback *peer;
	char upstream[32];

	(void)state;
	stage.turn = "7";
	peer = server_play(ready, nitems(ready), upstream);
	expect_tenant("active");
	expect_logins(SECRET_DATABASE,
	    FAKE_HAS("ALTER ROLE \"" ROLE "\" LOGIN"));
	expect_switch("8");
	expect_server(SECRET_DATABASE, upstream);
	expect_closed(FAKE_HAS("ALTER ROLE \"" LOGIN_B "\" NOLOGIN"), LOGIN_B,
	    "0");
	fake_expect("script", FAKE_HAS("DROP ROLE \"" LOGIN_B "\""));
	expect_end(SECRET_DATABASE_B);
	assert_int_equal(job_run(&job_store_renew), ERR_OK);
	script_end(&peer);
	assert_string_equal(memory_env(&server, "SPRING_DATASOURCE_USERNAME"),
	    ROLE);
}

static void
test_a_statement_of_the_old_login_is_waited_for(void **state)
{
	struct loopback *peer;
	char upstream[32];

	(void)state;
	peer = server_play(ready, nitems(ready), upstream);
	expect_tenant("active");
	expect_logins(SECRET_DATABASE_B, FAKE_ANY);
	expect_switch("1");
	expect_server(SECRET_DATABASE_B, upstream);
	expect_closed(FAKE_ANY, ROLE, "2");
	expect_step_end("retire", "running", FAKE_HAS("2 sessions"));
	assert_int_equal(job_run(&job_store_renew), ERR_UNAVAILABLE);
	assert_fault(ERR_UNAVAILABLE, "login_busy");
	script_end(&peer);
}

static void
test_the_old_login_stays_until_the_server_is_ready(void **state)
{
	static const struct script_step steps[] = {
		{ .request = "GET /api/v1/health ", .status = 503 },
	};
	struct loopback *peer;
	char upstream[32];

	(void)state;
	peer = server_play(steps, nitems(steps), upstream);
	expect_tenant("active");
	expect_logins(SECRET_DATABASE_B, FAKE_ANY);
	expect_switch("1");
	expect_server(SECRET_DATABASE_B, NULL);
	expect_step_end("server", "running", FAKE_ANY);
	assert_int_equal(job_run(&job_store_renew), ERR_UNAVAILABLE);
	script_end(&peer);
}

/* After a crash, or after a renewal that was given up. */
static void
test_a_renewal_that_was_begun_is_finished_without_another(void **state)
{
	struct loopback *peer;
	char upstream[32];

	(void)state;
	stage.turn = "1";
	stage.turning = true;
	peer = server_play(ready, nitems(ready), upstream);
	expect_tenant("active");
	expect_step("logins");
	expect_step_end("logins", "done", FAKE_HAS("earlier renewal"));
	expect_step("switch");
	expect_step_end("switch", "done", FAKE_NULL);
	expect_server(SECRET_DATABASE_B, upstream);
	expect_closed(FAKE_HAS("ALTER ROLE \"" ROLE "\" NOLOGIN"), ROLE, "0");
	expect_end(SECRET_DATABASE);
	assert_int_equal(job_run(&job_store_renew), ERR_OK);
	script_end(&peer);
}

static void
test_a_tenant_without_a_server_keeps_its_passwords(void **state)
{
	(void)state;
	expect_tenant("suspended");
	assert_int_equal(job_run(&job_store_renew), ERR_INVALID);
	assert_fault(ERR_INVALID, "tenant_not_active");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_the_second_login_follows_the_first),
		JOB_TEST(test_the_first_login_follows_the_second_which_goes),
		JOB_TEST(test_a_statement_of_the_old_login_is_waited_for),
		JOB_TEST(test_the_old_login_stays_until_the_server_is_ready),
		JOB_TEST(
		    test_a_renewal_that_was_begun_is_finished_without_another),
		JOB_TEST(test_a_tenant_without_a_server_keeps_its_passwords),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

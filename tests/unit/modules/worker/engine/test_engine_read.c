/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "libshared/doors/json.h"
#include "modules/worker/engine/engine.h"
#include "tests/support/script.h"
#include "tests/support/unit_ctx.h"

#define ID	"0123456789abcdef0123456789abcdef" \
	"0123456789abcdef0123456789abcdef"
#define GET	"GET /v1.41/containers/"

static struct engine engine;
static char path[64];

static int
setup(void **state)
{
	if (ctx_setup(state) != 0)
		return -1;
	snprintf(path, sizeof(path), "/tmp/test_engine_read.%d", getpid());
	engine.socket = path;
	return http_init();
}

static enum err
inspect(const char *body, struct engine_container *c)
{
	const struct script_step step = { GET "x/json ", NULL, 200, NULL,
	    body, 0 };
	struct loopback *peer = script_begin(path, &step, 1);
	enum err e;

	fail_clear(ctx);
	e = engine_inspect(ctx, &engine, "x", "cml-acme", c);
	script_end(&peer);
	return e;
}

#define WITH(state, networks) "{\"Id\":\"" ID "\",\"Name\":\"/x\"," \
	"\"RestartCount\":2,\"State\":{" state "},\"Config\":{" \
	"\"Image\":\"i\",\"Labels\":{\"l\":\"v\"}},\"NetworkSettings\":{" \
	"\"Networks\":{" networks "}}}"
#define RUNNING	"\"Status\":\"running\",\"ExitCode\":0," \
	"\"StartedAt\":\"2026-11-22T16:23:47.3Z\""

static void
test_running_container_has_state_and_address(void **state)
{
	struct engine_container c;

	(void)state;
	assert_int_equal(inspect(WITH(RUNNING,
	    "\"other\":{\"IPAddress\":\"10.9.9.9\"},"
	    "\"cml-acme\":{\"IPAddress\":\"10.89.0.7\"}"), &c), ERR_OK);
	assert_string_equal(c.id, ID);
	assert_string_equal(c.name, "x");
	assert_string_equal(c.image, "i");
	assert_int_equal(c.state, RUNTIME_RUNNING);
	assert_int_equal(c.restarts, 2);
	assert_string_equal(c.address, "10.89.0.7");
	assert_string_equal(c.started_at, "2026-11-22T16:23:47.3Z");
	assert_string_equal(json_member(c.labels, "l"), "v");
}

static void
test_address_is_an_address_or_nothing(void **state)
{
	static const char *const odd[] = { "\"\"", "\"::1\"", "\"localhost\"",
	    "\"10.0.0.1:80\"", "\"10.0.0.1/x\"", "7", "null",
	    "\"10.0.0.1@evil\"" };
	struct engine_container c;
	char body[1024];
	size_t i;

	(void)state;
	for (i = 0; i < nitems(odd); i++) {
		snprintf(body, sizeof(body), WITH(RUNNING,
		    "\"cml-acme\":{\"IPAddress\":%s}"), odd[i]);
		assert_int_equal(inspect(body, &c), ERR_OK);
		assert_null(c.address);
	}
	assert_int_equal(inspect(WITH(RUNNING,
	    "\"elsewhere\":{\"IPAddress\":\"10.0.0.1\"}"), &c), ERR_OK);
	assert_null(c.address);
}

static void
test_states_of_podman_and_docker_are_known(void **state)
{
	static const struct { const char *word; enum runtime_state is; }
	    words[] = {
		{ "created", RUNTIME_CREATED },
		{ "configured", RUNTIME_CREATED },
		{ "restarting", RUNTIME_RUNNING },
		{ "stopping", RUNTIME_RUNNING },
		{ "exited", RUNTIME_STOPPED }, { "dead", RUNTIME_STOPPED },
	};
	struct engine_container c;
	char body[1024];
	size_t i;

	(void)state;
	for (i = 0; i < nitems(words); i++) {
		snprintf(body, sizeof(body), WITH("\"Status\":\"%s\","
		    "\"ExitCode\":7", ""), words[i].word);
		assert_int_equal(inspect(body, &c), ERR_OK);
		assert_int_equal(c.state, words[i].is);
		assert_int_equal(c.exit_code, 7);
		assert_null(c.started_at);
	}
}

static void
test_length_of_the_last_run_is_never_negative(void **state)
{
	struct engine_container c;

	(void)state;
	assert_int_equal(inspect(WITH("\"Status\":\"exited\",\"ExitCode\":1,"
	    "\"StartedAt\":\"2026-11-22T16:00:00.5Z\","
	    "\"FinishedAt\":\"2026-11-22T18:01:05.1+01:00\"", ""), &c),
	    ERR_OK);
	assert_int_equal(c.last_run_s, 3665);
	assert_int_equal(inspect(WITH("\"Status\":\"exited\",\"ExitCode\":1,"
	    "\"StartedAt\":\"2026-11-22T16:00:01Z\","
	    "\"FinishedAt\":\"2026-11-22T16:00:00Z\"", ""), &c), ERR_OK);
	assert_int_equal(c.last_run_s, 0);
	assert_int_equal(inspect(WITH("\"Status\":\"exited\",\"ExitCode\":1,"
	    "\"StartedAt\":\"0001-01-01T00:00:00Z\","
	    "\"FinishedAt\":\"2026-11-22T16:00:00Z\"", ""), &c), ERR_OK);
	assert_int_equal(c.last_run_s, 0);
	assert_null(c.started_at);
}

static void
test_description_that_makes_no_sense_is_refused(void **state)
{
	static const char *const bad[] = { "", "[]", "{}", "null", "{\"Id\":",
	    WITH("\"Status\":\"flying\",\"ExitCode\":0", ""),
	    WITH("\"Status\":7,\"ExitCode\":0", ""),
	    WITH("\"Status\":\"exited\"", ""),
	    WITH("\"Status\":\"exited\",\"ExitCode\":\"0\"", ""),
	    WITH("\"Status\":\"exited\",\"ExitCode\":4711", ""),
	    WITH("\"Status\":\"exited\",\"ExitCode\":-7", ""),
	    WITH("\"Status\":\"exited\",\"Status\":\"running\","
	    "\"ExitCode\":0", ""),
	    "{\"Id\":\"../../etc\",\"Name\":\"x\",\"State\":{" RUNNING "}}",
	    "{\"Id\":\"" ID "\",\"Name\":\"a/b?c\",\"State\":{" RUNNING "}}",
	    "{\"Id\":\"" ID "\",\"State\":{" RUNNING "}}" };
	struct engine_container c;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(bad); i++)
		if (inspect(bad[i], &c) != ERR_PEER)
			fail_msg("taken: %s", bad[i]);
}

static enum err
list(const char *body, struct engine_row **rows, size_t *n)
{
	static const struct runtime_pair labels[] = {
		{ "cameleer.tenant", "acme" }, { NULL, NULL },
	};
	const struct script_step step = { GET "json?all=true&filters=%7B%22"
	    "label%22%3A%5B%22cameleer.tenant%3Dacme%22%5D%7D ", NULL, 200,
	    NULL, body, 0 };
	struct loopback *peer = script_begin(path, &step, 1);
	enum err e;

	fail_clear(ctx);
	e = engine_list(ctx, &engine, labels, rows, n);
	script_end(&peer);
	return e;
}

#define ROW(name, created, tenant) "{\"Id\":\"" ID "\",\"Names\":[\"/" name \
	"\"],\"Created\":" created ",\"State\":\"running\"," \
	"\"Labels\":{\"cameleer.tenant\":\"" tenant "\"}}"

static void
test_list_is_newest_first_and_only_what_was_asked(void **state)
{
	struct engine_row *rows;
	size_t n;

	(void)state;
	assert_int_equal(list("[" ROW("b", "10", "acme") ","
	    ROW("x", "99", "acme2") "," ROW("a", "10", "acme") ","
	    ROW("c", "20", "acme") "]", &rows, &n), ERR_OK);
	assert_int_equal(n, 3);
	assert_string_equal(rows[0].name, "c");
	assert_string_equal(rows[1].name, "b");
	assert_string_equal(rows[2].name, "a");
	assert_int_equal(list("[]", &rows, &n), ERR_OK);
	assert_int_equal(n, 0);
}

static void
test_list_that_makes_no_sense_is_refused(void **state)
{
	static const char *const bad[] = { "{}", "null", "[7]", "[{}]",
	    "[" ROW("a/../b", "1", "acme") "]",
	    "[" ROW("a", "\"1\"", "acme") "]" };
	struct engine_row *rows;
	size_t i, n;

	(void)state;
	for (i = 0; i < nitems(bad); i++)
		if (list(bad[i], &rows, &n) != ERR_PEER)
			fail_msg("taken: %s", bad[i]);
}

static void
test_stats_take_numbers_and_nothing_else(void **state)
{
	static const struct script_step steps[] = {
		{ GET "x/stats?stream=false&one-shot=true ", NULL, 200, NULL,
		    "{\"cpu_stats\":{\"cpu_usage\":{\"total_usage\":5}},"
		    "\"memory_stats\":{\"usage\":6,\"limit\":7},"
		    "\"pids_stats\":{\"current\":8},\"networks\":{"
		    "\"a\":{\"rx_bytes\":1,\"tx_bytes\":2},"
		    "\"b\":{\"rx_bytes\":10,\"tx_bytes\":20}}}", 0 },
		{ GET "x/stats", NULL, 200, NULL,
		    "{\"cpu_stats\":{\"cpu_usage\":{\"total_usage\":-5}},"
		    "\"memory_stats\":{\"usage\":\"6\",\"limit\":null},"
		    "\"networks\":[]}", 0 },
	};
	struct loopback *peer = script_begin(path, steps, nitems(steps));
	struct engine_stats stats;

	(void)state;
	assert_int_equal(engine_stats(ctx, &engine, "x", &stats), ERR_OK);
	assert_int_equal(stats.cpu_ns, 5);
	assert_int_equal(stats.memory_bytes, 6);
	assert_int_equal(stats.memory_limit, 7);
	assert_int_equal(stats.pids, 8);
	assert_int_equal(stats.rx_bytes, 11);
	assert_int_equal(stats.tx_bytes, 22);
	assert_int_equal(engine_stats(ctx, &engine, "x", &stats), ERR_OK);
	assert_int_equal(stats.cpu_ns, 0);
	assert_int_equal(stats.memory_bytes, 0);
	assert_int_equal(stats.rx_bytes, 0);
	script_end(&peer);
}

int
main(void)
{
#define T(name)	cmocka_unit_test_setup_teardown(name, setup, ctx_teardown)
	const struct CMUnitTest tests[] = {
		T(test_running_container_has_state_and_address),
		T(test_address_is_an_address_or_nothing),
		T(test_states_of_podman_and_docker_are_known),
		T(test_length_of_the_last_run_is_never_negative),
		T(test_description_that_makes_no_sense_is_refused),
		T(test_list_is_newest_first_and_only_what_was_asked),
		T(test_list_that_makes_no_sense_is_refused),
		T(test_stats_take_numbers_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

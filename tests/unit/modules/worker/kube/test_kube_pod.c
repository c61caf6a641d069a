/* SPDX-License-Identifier: Apache-2.0 */
/* Pods as a cluster tells of them, in each of their states. */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/worker/kube/kube_pod.h"
#include "tests/support/unit_ctx.h"

#define DIGITS	"0123456789abcdef0123456789abcdef"
#define UID	"11111111-2222-3333-4444-555555555555"
#define ABOUT(name, made) \
	"\"metadata\":{\"name\":\"" name "\",\"uid\":\"" UID "\"," \
	"\"creationTimestamp\":\"" made "\"}"
#define POD(status) \
	"{" ABOUT("web", "2026-01-01T00:00:00Z") ",\"spec\":{\"containers\":[" \
	"{\"image\":\"r.test/a@sha256:1\"}]},\"status\":{" status "}}"
#define CONTAINER(more) \
	"\"containerStatuses\":[{\"restartCount\":4,\"ready\":false," \
	"\"containerID\":\"containerd://" DIGITS DIGITS "\"," more "}]"

static struct kube_pods
pods_of(const char *items)
{
	const char *text = text_printf(ctx->mem, "{\"items\":[%s]}", items);
	struct kube_pods pods = { NULL, 0 };
	struct json *list;

	assert_int_equal(json_parse(ctx, text, strlen(text), &list), ERR_OK);
	assert_int_equal(kube_pods(ctx, list, &pods), ERR_OK);
	return pods;
}

static void
test_one_that_runs(void **state)
{
	struct kube_pods pods = pods_of(POD("\"podIP\":\"10.1.2.3\","
	    "\"containerStatuses\":[{\"ready\":true,\"restartCount\":0,"
	    "\"containerID\":\"containerd://" DIGITS DIGITS "\",\"state\":{"
	    "\"running\":{\"startedAt\":\"2026-01-01T00:00:01Z\"}}}]"));

	(void)state;
	assert_int_equal(pods.n, 1);
	assert_true(pods.rows[0].running && pods.rows[0].ready);
	assert_null(pods.rows[0].why);
	assert_string_equal(pods.rows[0].address, "10.1.2.3");
	assert_string_equal(pods.rows[0].container, DIGITS DIGITS);
	assert_string_equal(pods.rows[0].image, "r.test/a@sha256:1");
	assert_string_equal(pods.rows[0].started_at, "2026-01-01T00:00:01Z");
}

static void
test_one_that_ends_again_and_again(void **state)
{
	struct kube_pods pods = pods_of(POD(CONTAINER("\"state\":{\"waiting\":"
	    "{\"reason\":\"CrashLoopBackOff\"}},\"lastState\":{\"terminated\":"
	    "{\"exitCode\":1,\"reason\":\"OOMKilled\"}}")));

	(void)state;
	assert_true(pods.rows[0].looping && pods.rows[0].memory);
	assert_int_equal(pods.rows[0].restarts, 4);
	assert_string_equal(pods.rows[0].why, "it ended 5 times, the last "
	    "time with exit code 1, probably for lack of memory");
}

static void
test_one_that_waits_says_for_what(void **state)
{
	static const struct { const char *status, *why; } cases[] = {
		{ CONTAINER("\"state\":{\"waiting\":{\"reason\":"
		    "\"ImagePullBackOff\",\"message\":\"not found\"}}"),
		    "its image cannot be pulled: not found" },
		{ CONTAINER("\"state\":{\"waiting\":{\"reason\":"
		    "\"CreateContainerConfigError\"}}"),
		    "a secret or a setting is missing: no reason given" },
		{ "\"conditions\":[{\"type\":\"PodScheduled\",\"status\":"
		    "\"False\",\"message\":\"0/1 nodes\"}]",
		    "no node of the cluster takes it: 0/1 nodes" },
		{ CONTAINER("\"state\":{\"terminated\":{\"exitCode\":143}}"),
		    "it ended with exit code 143" },
		{ "\"phase\":\"Failed\",\"message\":\"evicted\"",
		    "it was ended: evicted" },
		{ CONTAINER("\"state\":{\"waiting\":{\"reason\":"
		    "\"ContainerCreating\"}}"), NULL },
	};
	struct kube_pods pods;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(cases); i++) {
		pods = pods_of(text_printf(ctx->mem, POD("%s"),
		    cases[i].status));
		assert_int_equal(pods.n, 1);
		assert_int_equal(pods.rows[0].unpullable, i == 0);
		if (cases[i].why == NULL)
			assert_null(pods.rows[0].why);
		else
			assert_string_equal(pods.rows[0].why, cases[i].why);
	}
}

static void
test_the_newest_is_the_first(void **state)
{
	struct kube_pods pods = pods_of("{" ABOUT("a", "2026-01-01T00:00:01Z")
	    "},{" ABOUT("c", "2026-01-01T00:00:02Z") "},{" ABOUT("b",
	    "2026-01-01T00:00:02Z") "}");

	(void)state;
	assert_int_equal(pods.n, 3);
	assert_string_equal(pods.rows[0].name, "c");
	assert_string_equal(pods.rows[1].name, "b");
	assert_string_equal(pods.rows[2].name, "a");
}

/* A name ends in a URL. */
static void
test_what_is_no_pod_is_left_out(void **state)
{
	struct kube_pods pods = pods_of("{},1,null,{" ABOUT("../x", "t") "},{"
	    ABOUT("a b", "t") "},{\"metadata\":{\"name\":\"a\",\"uid\":"
	    "\"x/\",\"creationTimestamp\":\"t\"}}");
	struct json *list;

	(void)state;
	assert_int_equal(pods.n, 0);
	assert_int_equal(json_parse(ctx, "{}", 2, &list), ERR_OK);
	assert_int_equal(kube_pods(ctx, list, &pods), ERR_PEER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_one_that_runs),
		CTX_TEST(test_one_that_ends_again_and_again),
		CTX_TEST(test_one_that_waits_says_for_what),
		CTX_TEST(test_the_newest_is_the_first),
		CTX_TEST(test_what_is_no_pod_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

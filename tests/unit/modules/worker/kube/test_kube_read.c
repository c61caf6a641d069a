/* SPDX-License-Identifier: Apache-2.0 */
/* What objects of a cluster say, and what they do not say. */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/worker/kube/kube_read.h"
#include "tests/support/unit_ctx.h"

#define COMMIT	"0123456789abcdef0123456789abcdef01234567"

static struct json *
object_of(const char *text)
{
	struct json *object = NULL;

	assert_int_equal(json_parse(ctx, text, strlen(text), &object), ERR_OK);
	return object;
}

#define READY(generation, observed, status, more) \
	"{\"metadata\":{\"generation\":" generation "},\"status\":{" \
	"\"observedGeneration\":" observed ",\"conditions\":[" \
	"{\"type\":\"Ready\",\"status\":\"" status "\",\"reason\":\"R\"," \
	"\"message\":\"the words\"}" more "]}}"

static void
test_flux_is_ready_in_its_last_generation_only(void **state)
{
	static const struct { const char *text; enum kube_standing is; }
	    cases[] = {
		{ READY("2", "2", "True", ""), KUBE_READY },
		{ READY("2", "1", "True", ""), KUBE_WAITING },
		{ READY("2", "2", "False", ""), KUBE_WAITING },
		{ READY("2", "2", "Unknown", ""), KUBE_WAITING },
		{ READY("2", "2", "True", ",{\"type\":\"Reconciling\","
		    "\"status\":\"True\"}"), KUBE_WAITING },
		{ READY("2", "2", "False", ",{\"type\":\"Stalled\","
		    "\"status\":\"True\"}"), KUBE_FAILED },
		{ "{}", KUBE_WAITING }, { "{\"status\":[]}", KUBE_WAITING },
	};
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(cases); i++) {
		assert_int_equal(kube_flux(ctx, object_of(cases[i].text),
		    &why), cases[i].is);
		assert_non_null(why);
	}
	(void)kube_flux(ctx, object_of(cases[2].text), &why);
	assert_string_equal(why, "the words");
	assert_int_equal(kube_flux(ctx, NULL, &why), KUBE_WAITING);
}

static void
test_a_kustomization_names_its_commits(void **state)
{
	struct kube_revisions at;
	const char *why;

	(void)state;
	assert_int_equal(kube_applied(ctx, object_of("{\"status\":{"
	    "\"lastAppliedRevision\":\"main@sha1:" COMMIT "\","
	    "\"lastAttemptedRevision\":\"main@sha1:12\",\"conditions\":["
	    "{\"type\":\"Ready\",\"status\":\"False\","
	    "\"reason\":\"BuildFailed\",\"message\":\"no such file\"}]}}"),
	    &at, &why), KUBE_FAILED);
	assert_string_equal(at.applied, COMMIT);
	assert_null(at.attempted);
	assert_string_equal(why, "no such file");
	assert_int_equal(kube_applied(ctx, object_of("{}"), &at, &why),
	    KUBE_WAITING);
	assert_null(at.applied);
}

#define ROLLOUT(spec, status) \
	"{\"metadata\":{\"generation\":3},\"spec\":{" spec "},\"status\":{" \
	"\"observedGeneration\":3" status "}}"

static void
test_a_rollout_is_judged_as_kubectl_does(void **state)
{
	static const struct { const char *text; enum kube_standing is; }
	    cases[] = {
		{ "{\"metadata\":{\"generation\":3},\"status\":{"
		    "\"observedGeneration\":2,\"updatedReplicas\":1,"
		    "\"replicas\":1,\"availableReplicas\":1}}", KUBE_WAITING },
		{ ROLLOUT("", ""), KUBE_WAITING },
		{ ROLLOUT("", ",\"updatedReplicas\":1,\"replicas\":2,"
		    "\"availableReplicas\":2"), KUBE_WAITING },
		{ ROLLOUT("", ",\"updatedReplicas\":1,\"replicas\":1"),
		    KUBE_WAITING },
		{ ROLLOUT("", ",\"updatedReplicas\":1,\"replicas\":1,"
		    "\"availableReplicas\":1"), KUBE_READY },
		{ ROLLOUT("\"replicas\":0", ""), KUBE_READY },
		{ ROLLOUT("", ",\"conditions\":[{\"type\":\"Progressing\","
		    "\"reason\":\"ProgressDeadlineExceeded\"}]"),
		    KUBE_FAILED },
		{ ROLLOUT("", ",\"updatedReplicas\":1,\"replicas\":1,"
		    "\"availableReplicas\":1,\"conditions\":[{\"type\":"
		    "\"ReplicaFailure\",\"status\":\"True\",\"message\":"
		    "\"exceeded quota\"}]"), KUBE_WAITING },
	};
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(cases); i++)
		assert_int_equal(kube_rollout(ctx, object_of(cases[i].text),
		    &why), cases[i].is);
	assert_string_equal(why, "exceeded quota");
}

static void
test_the_newest_warning_is_told(void **state)
{
	(void)state;
	assert_null(kube_warning(ctx, object_of("{\"items\":[{\"type\":"
	    "\"Normal\",\"reason\":\"Pulled\"}]}")));
	assert_string_equal(kube_warning(ctx, object_of("{\"items\":["
	    "{\"type\":\"Warning\",\"reason\":\"FailedMount\",\"message\":"
	    "\"no secret\\nx\",\"lastTimestamp\":\"2026-01-01T00:00:02Z\"},"
	    "{\"type\":\"Warning\",\"reason\":\"Old\",\"lastTimestamp\":"
	    "\"2026-01-01T00:00:01Z\"}]}")), "FailedMount: no secret?x");
}

static void
test_amounts(void **state)
{
	static const struct { const char *text; int64_t milli; } good[] = {
		{ "2", 2000 }, { "250m", 250 }, { "1.5", 1500 }, { "0", 0 },
		{ "43481234n", 43 }, { "1e3", 1000000 }, { "1k", 1000000 },
		{ "2Ki", 2048000 }, { "1.5Gi", INT64_C(1610612736000) },
	};
	static const char *const bad[] = { "", "m", "-1", "1.", "1.x", "1Xi",
	    "9223372036854775807Ti", "99999999999999999999", "1 ", NULL };
	int64_t milli = -1;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(good); i++) {
		assert_true(kube_quantity(good[i].text, &milli));
		assert_int_equal(milli, good[i].milli);
	}
	for (i = 0; i < nitems(bad); i++)
		assert_false(kube_quantity(bad[i], &milli));
}

static void
test_nodes_are_added(void **state)
{
	struct kube_room room = { 0, 0, 0 };

	(void)state;
	kube_nodes(object_of("{\"items\":[{\"status\":{\"allocatable\":{"
	    "\"cpu\":\"3920m\",\"memory\":\"16393228Ki\"}}},"
	    "{\"status\":{\"allocatable\":{\"cpu\":\"2\",\"memory\":"
	    "\"1Gi\"}}},{\"status\":{}}]}"), &room);
	assert_int_equal(room.nodes, 2);
	assert_int_equal(room.cpu_millis, 5920);
	assert_int_equal(room.memory_mb, 16009 + 1024);
}

#define RULES(rules)	"{\"status\":{\"resourceRules\":[" rules "]}}"
#define RULE(group, resource, verbs) \
	"{\"apiGroups\":[\"" group "\"],\"resources\":[\"" resource "\"]," \
	"\"verbs\":[" verbs "]}"

static void
test_rights_that_lack_and_rights_that_are_too_many(void **state)
{
	static const struct kube_need needs[] = { { "", "pods", "list" },
	    { "apps", "deployments", "get" }, { NULL, NULL, NULL } };
	const struct json *all = object_of(RULES(
	    RULE("", "pods", "\"get\",\"list\"") ","
	    RULE("apps", "deployments", "\"get\"") ","
	    RULE("authorization.k8s.io", "selfsubjectrulesreviews",
	    "\"create\"")));

	(void)state;
	assert_null(kube_missing(all, needs));
	assert_null(kube_excess(ctx, all));
	assert_string_equal(kube_missing(object_of(RULES(
	    RULE("", "pods", "\"list\""))), needs)->resource, "deployments");
	assert_string_equal(kube_missing(object_of("{}"), needs)->resource,
	    "pods");
	assert_null(kube_missing(object_of(RULES(RULE("*", "*", "\"*\""))),
	    needs));
	assert_string_equal(kube_excess(ctx, object_of(RULES(
	    RULE("*", "*", "\"*\"")))), "* *");
	assert_string_equal(kube_excess(ctx, object_of(RULES(
	    RULE("", "secrets", "\"get\"")))), "read secrets");
	assert_string_equal(kube_excess(ctx, object_of(RULES(
	    RULE("", "pods/exec", "\"get\",\"create\"")))),
	    "create pods/exec");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_flux_is_ready_in_its_last_generation_only),
		CTX_TEST(test_a_kustomization_names_its_commits),
		CTX_TEST(test_a_rollout_is_judged_as_kubectl_does),
		CTX_TEST(test_the_newest_warning_is_told),
		CTX_TEST(test_amounts),
		CTX_TEST(test_nodes_are_added),
		CTX_TEST(test_rights_that_lack_and_rights_that_are_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

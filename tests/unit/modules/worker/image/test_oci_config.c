/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "modules/worker/image/oci_config.h"
#include "tests/support/unit_ctx.h"

#define D(c)	"sha256:" c c c c c c c c c c c c c c c c c c c c c c c c c c \
	c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c \
	c c c

static struct build build;

static int
setup(void **state)
{
	if (ctx_setup(state) != 0)
		return -1;
	build = (struct build){ .ctx = ctx, .base_digest = D("b"),
	    .nlayers = 2, .layers = {
		{ .media_type = OCI_LAYER_GZIP, .diff_id = D("1"),
		    .digest = D("2"), .size = 20 },
		{ .media_type = OCI_LAYER, .diff_id = D("3"),
		    .digest = D("3"), .size = 30, .made_by = "COPY app.jar" },
	    } };
	return 0;
}

static void
with_base(const char *text)
{
	struct json *base;

	assert_int_equal(json_parse(ctx, text, strlen(text), &base), ERR_OK);
	build.base = base;
}

static const char *
text_of(const struct build_config *config)
{
	const char *text;
	size_t len;

	assert_int_equal(config_text(&build, config, &text, &len), ERR_OK);
	assert_int_equal(strlen(text), len);
	return text;
}

static void
test_config_is_these_bytes(void **state)
{
	static const char *const entrypoint[] = { "/usr/bin/java", "-jar" };
	static const struct template_pair env[] = { { "A", "mine" },
	    { "N", "new" }, { NULL, NULL } };
	static const struct template_pair labels[] = { { "l", "1" },
	    { NULL, NULL } };
	const struct build_config config = { .user = "65532:65532",
	    .workdir = "/tmp", .entrypoint = entrypoint, .nentrypoint = 2,
	    .env = { env }, .labels = { labels }, .port = 8081 };

	(void)state;
	with_base("{\"created\":\"2026-01-01T00:00:00Z\",\"config\":{"
	    "\"Env\":[\"PATH=/usr/bin\",\"A=base\"],\"Cmd\":[\"sh\"],"
	    "\"Labels\":{\"of\":\"base\",\"l\":\"0\"}}}");
	assert_string_equal(text_of(&config),
	    "{\"created\":\"1970-01-01T00:00:00Z\",\"architecture\":\"amd64\","
	    "\"os\":\"linux\",\"config\":{\"User\":\"65532:65532\","
	    "\"ExposedPorts\":{\"8081/tcp\":{}},"
	    "\"Env\":[\"PATH=/usr/bin\",\"A=mine\",\"N=new\"],"
	    "\"Entrypoint\":[\"/usr/bin/java\",\"-jar\"],"
	    "\"WorkingDir\":\"/tmp\",\"Labels\":{\"of\":\"base\",\"l\":\"1\"}},"
	    "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" D("1") "\",\""
	    D("3") "\"]},\"history\":["
	    "{\"created\":\"1970-01-01T00:00:00Z\",\"created_by\":\"base\"},"
	    "{\"created\":\"1970-01-01T00:00:00Z\","
	    "\"created_by\":\"COPY app.jar\"}]}");
}

static void
test_manifest_is_these_bytes(void **state)
{
	struct registry_manifest manifest = { .media_type = OCI_MANIFEST };
	char sum[SHA256_HEX_MAX];

	(void)state;
	assert_int_equal(manifest_text(&build, D("c"), 401, &manifest),
	    ERR_OK);
	assert_string_equal(manifest.body,
	    "{\"schemaVersion\":2,"
	    "\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
	    "\"config\":{\"mediaType\":"
	    "\"application/vnd.oci.image.config.v1+json\",\"digest\":\""
	    D("c") "\",\"size\":401},\"layers\":[{\"mediaType\":"
	    "\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\""
	    D("2") "\",\"size\":20},{\"mediaType\":"
	    "\"application/vnd.oci.image.layer.v1.tar\",\"digest\":\""
	    D("3") "\",\"size\":30}],\"annotations\":{"
	    "\"org.opencontainers.image.base.digest\":\"" D("b") "\"}}");
	sha256_hex(manifest.body, manifest.len, sum);
	assert_string_equal(manifest.digest + 7, sum);
}

static void
test_odd_base_adds_nothing(void **state)
{
	const struct build_config config = { .port = 0 };
	static const char *const bases[] = { "{}", "{\"config\":null}",
	    "{\"config\":{\"Env\":{},\"Labels\":[]}}",
	    ("{\"config\":{\"Env\":[1,\"no-equals\",null],"
	    "\"Labels\":{\"n\":7}}}") };
	const char *plain;
	size_t i;

	(void)state;
	build.base = NULL;
	plain = text_of(&config);
	assert_null(strstr(plain, "Env"));
	for (i = 0; i < nitems(bases); i++) {
		with_base(bases[i]);
		assert_string_equal(text_of(&config), plain);
	}
}

int
main(void)
{
#define T(name)	cmocka_unit_test_setup_teardown(name, setup, ctx_teardown)
	const struct CMUnitTest tests[] = {
		T(test_config_is_these_bytes),
		T(test_manifest_is_these_bytes),
		T(test_odd_base_adds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

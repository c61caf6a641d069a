/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/http.h"
#include "modules/worker/registry/registry.h"
#include "tests/support/script.h"
#include "tests/support/unit_ctx.h"

/* of "hello" */
#define HELLO "sha256:" \
	"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
#define OTHER "sha256:" \
	"0000000000000000000000000000000000000000000000000000000000000000"

static struct loopback *peer;
static struct registry registry;
static char url[64];

static int
setup(void **state)
{
	if (ctx_setup(state) != 0)
		return -1;
	return crypto_init() != 0 ? -1 : http_init();
}

static void
begin(const struct script_step *steps, size_t n)
{
	peer = script_begin(NULL, steps, n);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", peer->port);
	registry = (struct registry){ .url = url,
	    .repository = "acme/orders" };
	fail_clear(ctx);
}
#define BEGIN(steps)	begin(steps, nitems(steps))

static void
test_blob_is_there_or_not_or_nobody_knows(void **state)
{
	static const struct script_step steps[] = {
		{ "HEAD /v2/acme/orders/blobs/" HELLO " ", NULL, 200, NULL,
		    NULL, 0 },
		{ "HEAD /v2/acme/orders/blobs/" HELLO " ", NULL, 404, NULL,
		    NULL, 0 },
		{ "HEAD /v2/acme/orders/blobs/" HELLO " ", NULL, 500, NULL,
		    NULL, 0 },
		{ "HEAD /v2/acme/orders/blobs/" HELLO " ", NULL, 503, NULL,
		    NULL, 0 },
	};
	bool there = false;

	(void)state;
	BEGIN(steps);
	assert_int_equal(registry_blob_exists(ctx, &registry, HELLO, &there),
	    ERR_OK);
	assert_true(there);
	assert_int_equal(registry_blob_exists(ctx, &registry, HELLO, &there),
	    ERR_OK);
	assert_false(there);
	assert_int_equal(registry_blob_exists(ctx, &registry, HELLO, &there),
	    ERR_PEER);
	fail_clear(ctx);
	assert_int_equal(registry_blob_exists(ctx, &registry, HELLO, &there),
	    ERR_UNAVAILABLE);
	script_end(&peer);
}

static void
test_mount_that_begins_an_upload_is_taken_back(void **state)
{
	static const struct script_step steps[] = {
		{ "POST /v2/acme/orders/blobs/uploads/?mount=" HELLO
		    "&from=platform/jre-base ", NULL, 201, NULL, NULL, 0 },
		{ "POST /v2/acme/orders/blobs/uploads/?mount=", NULL, 202,
		    "Location: /v2/acme/orders/blobs/uploads/1\r\n", NULL,
		    0 },
		{ "DELETE /v2/acme/orders/blobs/uploads/1 ", NULL, 204, NULL,
		    NULL, 0 },
	};
	bool mounted = false;

	(void)state;
	BEGIN(steps);
	assert_int_equal(registry_blob_mount(ctx, &registry, HELLO,
	    "platform/jre-base", &mounted), ERR_OK);
	assert_true(mounted);
	assert_int_equal(registry_blob_mount(ctx, &registry, HELLO,
	    "platform/jre-base", &mounted), ERR_OK);
	assert_false(mounted);
	script_end(&peer);
}

static void
test_upload_goes_where_the_registry_says(void **state)
{
	static const struct script_step steps[] = {
		{ "POST /v2/acme/orders/blobs/uploads/ ", NULL, 202,
		    "Location: /v2/acme/orders/blobs/uploads/1?_state=x%3D\r\n",
		    NULL, 0 },
		{ "PUT /v2/acme/orders/blobs/uploads/1?_state=x%3D&digest="
		    HELLO " ", "\r\n\r\nhello", 201, NULL, NULL, 0 },
		{ "POST /v2/acme/orders/blobs/uploads/ ", NULL, 202,
		    "Location: /up/2\r\n", NULL, 0 },
		{ "PUT /up/2?digest=" HELLO " ", "hello", 400, NULL,
		    "{\"errors\":[{\"code\":\"DIGEST_INVALID\",\"message\":"
		    "\"no\\u001b[1m\"}]}", 0 },
	};
	const struct registry_blob blob = { .digest = HELLO, .size = 5,
	    .data = "hello" };

	(void)state;
	BEGIN(steps);
	assert_int_equal(registry_blob_put(ctx, &registry, &blob), ERR_OK);
	assert_int_equal(registry_blob_put(ctx, &registry, &blob), ERR_PEER);
	assert_string_equal(ctx->fault.detail,
	    "registry, upload a blob: 400, DIGEST_INVALID: no?[1m");
	script_end(&peer);
}

static void
test_upload_may_learn_its_digest_at_the_end(void **state)
{
	static const struct script_step steps[] = {
		{ "POST /v2/acme/orders/blobs/uploads/ ", NULL, 202,
		    "Location: /up/1?_state=a\r\n", NULL, 0 },
		{ "PATCH /up/1?_state=a ", "hello", 202,
		    "Location: /up/1?_state=b\r\n", NULL, 0 },
		{ "PUT /up/1?_state=b&digest=" HELLO " ", NULL, 201, NULL,
		    NULL, 0 },
		{ "PUT /up/1?_state=b&digest=" OTHER " ", NULL, 400, NULL,
		    NULL, 0 },
	};
	const struct registry_blob blob = { .size = 5, .data = "hello" };
	struct registry_upload upload;

	(void)state;
	BEGIN(steps);
	assert_int_equal(registry_blob_begin(ctx, &registry, &blob, &upload),
	    ERR_OK);
	assert_int_equal(registry_blob_end(ctx, &registry, &upload, HELLO),
	    ERR_OK);
	assert_int_equal(registry_blob_end(ctx, &registry, &upload, OTHER),
	    ERR_PEER);
	script_end(&peer);
}

/* The host of the URL does not exist: each call must go to the socket. */
static void
test_all_calls_go_to_the_socket(void **state)
{
	static const struct script_step steps[] = {
		{ "GET /v2/ ", "Host: registry.invalid\r\n", 200, NULL, NULL,
		    0 },
		{ "POST /v2/acme/orders/blobs/uploads/ ", NULL, 202,
		    "Location: /up/1\r\n", NULL, 0 },
		{ "PATCH /up/1 ", "hello", 202, "Location: /up/2\r\n", NULL,
		    0 },
		{ "PUT /up/2?digest=" HELLO " ", NULL, 201, NULL, NULL, 0 },
		{ "POST /v2/acme/orders/blobs/uploads/?mount=", NULL, 202,
		    "Location: /up/3\r\n", NULL, 0 },
		{ "DELETE /up/3 ", NULL, 204, NULL, NULL, 0 },
	};
	const struct registry_blob blob = { .size = 5, .data = "hello" };
	struct registry_upload upload;
	char path[64];
	bool mounted;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/registry-%ld.sock", (long)getpid());
	peer = script_begin(path, steps, nitems(steps));
	registry = (struct registry){ .url = "http://registry.invalid",
	    .socket = path, .repository = "acme/orders" };
	assert_int_equal(registry_ping(ctx, &registry), ERR_OK);
	assert_int_equal(registry_blob_begin(ctx, &registry, &blob, &upload),
	    ERR_OK);
	assert_int_equal(registry_blob_end(ctx, &registry, &upload, HELLO),
	    ERR_OK);
	assert_int_equal(registry_blob_mount(ctx, &registry, HELLO,
	    "platform/jre-base", &mounted), ERR_OK);
	script_end(&peer);
	(void)unlink(path);
}

static void
test_upload_is_not_led_to_another_host(void **state)
{
	static const char *const places[] = { "Location: http://evil/up\r\n",
	    "Location: //evil/up\r\n", "Location: http://127.0.0.1:1@evil/\r\n",
	    "Location: up\r\n", "X-No: location\r\n" };
	const struct registry_blob blob = { .digest = HELLO, .size = 5,
	    .data = "hello" };
	struct script_step step = { "POST /v2/", NULL, 202, NULL, NULL, 0 };
	size_t i;

	(void)state;
	for (i = 0; i < nitems(places); i++) {
		step.headers = places[i];
		begin(&step, 1);
		assert_int_equal(registry_blob_put(ctx, &registry, &blob),
		    ERR_PEER);
		assert_non_null(strstr(ctx->fault.detail, "elsewhere"));
		script_end(&peer);
	}
}

static void
test_what_does_not_hash_to_its_digest_is_a_lie(void **state)
{
	static const struct script_step steps[] = {
		{ "GET /v2/acme/orders/blobs/" HELLO " ", NULL, 200, NULL,
		    "hello", 0 },
		{ "GET /v2/acme/orders/blobs/" OTHER " ", NULL, 200, NULL,
		    "hello", 0 },
		{ "GET /v2/acme/orders/blobs/" HELLO " ", NULL, 200, NULL,
		    "hello", 0 },
		{ "GET /v2/acme/orders/manifests/" OTHER " ", NULL, 200,
		    NULL, "{}", 0 },
		{ "PUT /v2/acme/orders/manifests/v1 ", "Content-Type: "
		    OCI_MANIFEST "\r\n", 201, "Docker-Content-Digest: "
		    OTHER "\r\n", NULL, 0 },
	};
	struct registry_manifest manifest = { .media_type = OCI_MANIFEST,
	    .body = "hello", .len = 5, .digest = HELLO };
	struct str body;

	(void)state;
	BEGIN(steps);
	assert_int_equal(registry_blob_get(ctx, &registry, HELLO, 5, &body),
	    ERR_OK);
	assert_true(str_is(body, "hello"));
	assert_int_equal(registry_blob_get(ctx, &registry, OTHER, 5, &body),
	    ERR_PEER);
	assert_string_equal(ctx->fault.code, "registry_lied");
	fail_clear(ctx);
	assert_int_equal(registry_blob_get(ctx, &registry, HELLO, 4, &body),
	    ERR_PEER);
	fail_clear(ctx);
	assert_int_equal(registry_manifest_get(ctx, &registry, OTHER,
	    &manifest), ERR_PEER);
	fail_clear(ctx);
	manifest = (struct registry_manifest){ .media_type = OCI_MANIFEST,
	    .body = "hello", .len = 5, .digest = HELLO };
	assert_int_equal(registry_manifest_put(ctx, &registry, "v1",
	    &manifest), ERR_PEER);
	assert_string_equal(ctx->fault.code, "registry_lied");
	script_end(&peer);
}

static void
test_manifest_is_asked_for_in_every_form(void **state)
{
	static const struct script_step steps[] = {
		{ "GET /v2/acme/orders/manifests/v1 ", OCI_INDEX, 200,
		    "Content-Type: " OCI_MANIFEST "\r\n", "hello", 0 },
		{ "GET /v2/acme/orders/manifests/v2 ", DOCKER_MANIFEST, 404,
		    NULL, "404 page not found\n", 0 },
		{ "DELETE /v2/acme/orders/manifests/" HELLO " ", NULL, 202,
		    NULL, NULL, 0 },
		{ "DELETE /v2/acme/orders/manifests/" HELLO " ", NULL, 405,
		    NULL, NULL, 0 },
	};
	struct registry_manifest manifest;

	(void)state;
	BEGIN(steps);
	assert_int_equal(registry_manifest_get(ctx, &registry, "v1",
	    &manifest), ERR_OK);
	assert_string_equal(manifest.digest, HELLO);
	assert_string_equal(manifest.media_type, OCI_MANIFEST);
	assert_int_equal(registry_manifest_get(ctx, &registry, "v2",
	    &manifest), ERR_NOT_FOUND);
	assert_non_null(strstr(ctx->fault.detail, "no reason given"));
	fail_clear(ctx);
	assert_int_equal(registry_manifest_delete(ctx, &registry, HELLO),
	    ERR_OK);
	assert_int_equal(registry_manifest_delete(ctx, &registry, HELLO),
	    ERR_PEER);
	fail_clear(ctx);
	assert_int_equal(registry_manifest_delete(ctx, &registry, "v1"),
	    ERR_INVALID);
	script_end(&peer);
}

static void
test_tags_that_are_none_are_left_out(void **state)
{
	static const struct script_step steps[] = {
		{ "GET /v2/acme/orders/tags/list ", NULL, 200, NULL,
		    "{\"name\":\"x\",\"tags\":[\"v1-ab\",7,\"a/b\",null,"
		    "\"v2\"]}", 0 },
		{ "GET /v2/acme/orders/tags/list ", NULL, 404, NULL, "{}",
		    0 },
		{ "GET /v2/acme/orders/tags/list ", NULL, 200, NULL,
		    "{\"tags\":null}", 0 },
		{ "GET /v2/acme/orders/tags/list ", NULL, 200, NULL, "<html>",
		    0 },
	};
	const char *const *tags;
	size_t n;

	(void)state;
	BEGIN(steps);
	assert_int_equal(registry_tags(ctx, &registry, &tags, &n), ERR_OK);
	assert_int_equal(n, 2);
	assert_string_equal(tags[0], "v1-ab");
	assert_string_equal(tags[1], "v2");
	assert_int_equal(registry_tags(ctx, &registry, &tags, &n), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(registry_tags(ctx, &registry, &tags, &n), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(registry_tags(ctx, &registry, &tags, &n), ERR_PEER);
	script_end(&peer);
}

static void
test_unsound_names_never_reach_the_registry(void **state)
{
	struct registry_manifest manifest;
	bool there;

	(void)state;
	begin(NULL, 0);
	registry.repository = "../v2";
	assert_int_equal(registry_blob_exists(ctx, &registry, HELLO, &there),
	    ERR_INVALID);
	registry.repository = NULL;
	assert_int_equal(registry_blob_exists(ctx, &registry, HELLO, &there),
	    ERR_INVALID);
	registry.repository = "a";
	assert_int_equal(registry_blob_exists(ctx, &registry, "v1", &there),
	    ERR_INVALID);
	assert_int_equal(registry_blob_mount(ctx, &registry, HELLO, "b&x=y",
	    &there), ERR_INVALID);
	assert_int_equal(registry_manifest_get(ctx, &registry, "a/b",
	    &manifest), ERR_INVALID);
	script_end(&peer);
}

int
main(void)
{
#define T(name)	cmocka_unit_test_setup_teardown(name, setup, ctx_teardown)
	const struct CMUnitTest tests[] = {
		T(test_blob_is_there_or_not_or_nobody_knows),
		T(test_mount_that_begins_an_upload_is_taken_back),
		T(test_upload_goes_where_the_registry_says),
		T(test_upload_may_learn_its_digest_at_the_end),
		T(test_all_calls_go_to_the_socket),
		T(test_upload_is_not_led_to_another_host),
		T(test_what_does_not_hash_to_its_digest_is_a_lie),
		T(test_manifest_is_asked_for_in_every_form),
		T(test_tags_that_are_none_are_left_out),
		T(test_unsound_names_never_reach_the_registry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/http.h"
#include "modules/worker/registry/registry_remove.h"
#include "tests/support/script.h"
#include "tests/support/unit_ctx.h"

#define BLOB(c)	"sha256:" c c c c c c c c
#define ONE	BLOB("00000001")
#define TWO	BLOB("00000002")

/* Names its config and one layer. */
static const char body[] = "{\"config\":{\"digest\":\"" ONE "\",\"size\":10},"
    "\"layers\":[{\"digest\":\"" TWO "\",\"size\":32},{\"size\":7}]}";

static struct loopback *peer;
static struct registry registry;
static char url[64], drop[160];

static int
setup(void **state)
{
	char digest[OCI_DIGEST_MAX];

	if (ctx_setup(state) != 0)
		return -1;
	oci_digest_of(body, strlen(body), digest);
	(void)snprintf(drop, sizeof(drop),
	    "DELETE /v2/acme/orders/manifests/%s ", digest);
	return crypto_init() != 0 ? -1 : http_init();
}

static void
begin(const struct script_step *steps, size_t n)
{
	peer = script_begin(NULL, steps, n);
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%d", peer->port);
	registry = (struct registry){ .url = url };
	fail_clear(ctx);
}
#define BEGIN(steps)	begin(steps, nitems(steps))

static void
test_blobs_and_manifests_of_the_tenant_go(void **state)
{
	const struct script_step steps[] = {
		{ "GET /v2/_catalog?n=100&last=acme ", NULL, 200, NULL,
		    "{\"repositories\":[\"acme/empty\",\"acme/orders\","
		    "\"acme2/orders\"]}", 0 },
		{ "GET /v2/acme/empty/tags/list ", NULL, 200, NULL,
		    "{\"tags\":null}", 0 },
		{ "GET /v2/acme/orders/tags/list ", NULL, 200, NULL,
		    "{\"tags\":[\"v1\",\"v2\"]}", 0 },
		{ "GET /v2/acme/orders/manifests/v1 ", NULL, 200, NULL, body,
		    0 },
		{ "DELETE /v2/acme/orders/blobs/" ONE " ", NULL, 202, NULL,
		    NULL, 0 },
		{ "DELETE /v2/acme/orders/blobs/" TWO " ", NULL, 404, NULL,
		    NULL, 0 },
		{ drop, NULL, 202, NULL, NULL, 0 },
		{ "GET /v2/acme/orders/manifests/v2 ", NULL, 404, NULL, NULL,
		    0 },
	};
	struct registry_removed removed;

	(void)state;
	BEGIN(steps);
	assert_int_equal(registry_tenant_remove(ctx, &registry, "acme",
	    &removed), ERR_OK);
	assert_int_equal(removed.images, 1);
	assert_int_equal(removed.bytes, 42);
	script_end(&peer);
}

/* A full page is followed by the next, from the last name of this one. */
static void
test_all_pages_are_read(void **state)
{
	struct script_step steps[102] = {
		{ "GET /v2/_catalog?n=100&last=acme ", NULL, 200, NULL, NULL,
		    0 },
	};
	struct registry_removed removed;
	char page[4096], names[100][48];
	size_t i, len;

	(void)state;
	len = (size_t)snprintf(page, sizeof(page), "{\"repositories\":[");
	for (i = 0; i < 100; i++) {
		len += (size_t)snprintf(page + len, sizeof(page) - len,
		    "%s\"acme/a%03zu\"", i > 0 ? "," : "", i);
		(void)snprintf(names[i], sizeof(names[i]),
		    "GET /v2/acme/a%03zu/tags/list ", i);
		steps[i + 1] = (struct script_step){ names[i], NULL, 404,
		    NULL, "{}", 0 };
	}
	(void)snprintf(page + len, sizeof(page) - len, "]}");
	steps[0].body = page;
	steps[101] = (struct script_step){
	    "GET /v2/_catalog?n=100&last=acme/a099 ", NULL, 200, NULL,
	    "{\"repositories\":[]}", 0 };
	BEGIN(steps);
	assert_int_equal(registry_tenant_remove(ctx, &registry, "acme",
	    &removed), ERR_OK);
	assert_int_equal(removed.images, 0);
	script_end(&peer);
}

static void
test_another_tenant_is_never_touched(void **state)
{
	static const struct script_step steps[] = {
		{ "GET /v2/_catalog?n=100&last=acme ", NULL, 200, NULL,
		    "{\"repositories\":[\"acmebolt/orders\"]}", 0 },
		{ "GET /v2/_catalog?n=100&last=acme ", NULL, 200, NULL,
		    "{\"repositories\":[7,\"acme/orders\"]}", 0 },
		{ "GET /v2/_catalog?n=100&last=acme ", NULL, 200, NULL,
		    "{\"repositories\":[\"acme/../bolt\"]}", 0 },
		{ "GET /v2/_catalog?n=100&last=acme ", NULL, 200, NULL, "{}",
		    0 },
	};
	struct registry_removed removed;
	size_t i;

	(void)state;
	BEGIN(steps);
	for (i = 0; i < nitems(steps); i++) {
		assert_int_equal(registry_tenant_remove(ctx, &registry,
		    "acme", &removed), ERR_OK);
		assert_int_equal(removed.images, 0);
	}
	script_end(&peer);
}

static void
test_a_registry_that_fails_is_asked_again_later(void **state)
{
	static const struct script_step steps[] = {
		{ "GET /v2/_catalog?n=100&last=acme ", NULL, 503, NULL, NULL,
		    0 },
		{ "GET /v2/_catalog?n=100&last=acme ", NULL, 200, NULL,
		    "{\"repositories\":[\"acme/orders\"]}", 0 },
		{ "GET /v2/acme/orders/tags/list ", NULL, 200, NULL,
		    "{\"tags\":[\"v1\"]}", 0 },
		{ "GET /v2/acme/orders/manifests/v1 ", NULL, 200, NULL, body,
		    0 },
		{ "DELETE /v2/acme/orders/blobs/" ONE " ", NULL, 405, NULL,
		    NULL, 0 },
	};
	struct registry_removed removed;

	(void)state;
	BEGIN(steps);
	assert_int_equal(registry_tenant_remove(ctx, &registry, "acme",
	    &removed), ERR_UNAVAILABLE);
	fail_clear(ctx);
	assert_int_equal(registry_tenant_remove(ctx, &registry, "acme",
	    &removed), ERR_PEER);
	script_end(&peer);
}

#define REMOVE_TEST(f) \
	cmocka_unit_test_setup_teardown(f, setup, ctx_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REMOVE_TEST(test_blobs_and_manifests_of_the_tenant_go),
		REMOVE_TEST(test_all_pages_are_read),
		REMOVE_TEST(test_another_tenant_is_never_touched),
		REMOVE_TEST(test_a_registry_that_fails_is_asked_again_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What operators may register, and what they are told. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/rows/place_row.h"
#include "tests/support/unit_ctx.h"

#define ID	"00000000-0000-7000-8000-0000000000e1"
#define PUBLIC	"5oOQ0sPvbJCMYGNvM0wxIEEkxrx2zXfRHIw0pBC2OXg"
#define PEM	"-----BEGIN CERTIFICATE-----\nx\n"
#define KEY	"-----BEGIN EC PRIVATE KEY-----\nhidden\n"
#define FAR	.name = "east", .kind = "engine", .ca = PEM, \
	.certificate = PEM, .key = KEY

static struct uuid id;

static int
setup(void **state)
{
	if (ctx_setup(state) != 0 || crypto_init() != 0)
		return -1;
	return uuid_set(&id, ID) ? 0 : -1;
}

static struct json *
made(const struct place_in *in)
{
	struct json *object = NULL;
	const char *text;

	fail_clear(ctx);
	assert_int_equal(place_row_make(ctx, &id, in, PUBLIC, &text), ERR_OK);
	assert_null(strstr(text, "hidden"));
	assert_int_equal(json_parse(ctx, text, strlen(text), &object), ERR_OK);
	return object;
}

static void
test_what_is_given_is_what_is_stored(void **state)
{
	const struct place_in in = { .name = "east", .kind = "engine",
	    .endpoint = "unix:/run/x.sock", .registry = "r.test:5000",
	    .memory_mb = 4096, .max_tenants = 3 };
	const struct json *object = made(&in);
	int64_t number;

	(void)state;
	assert_string_equal(json_member(object, "endpoint"), in.endpoint);
	assert_string_equal(json_member(object, "registry"), in.registry);
	assert_true(json_int(json_get(object, "memory_mb"), &number));
	assert_int_equal(number, 4096);
	assert_null(json_get(object, "cpu_millis"));
	assert_null(json_member(object, "key_box"));
}

static void
test_the_key_is_sealed_and_not_there(void **state)
{
	const struct place_in in = { FAR,
	    .endpoint = "https://east.test:2376" };
	const struct json *object = made(&in);

	(void)state;
	assert_null(json_get(object, "key"));
	assert_true(strlen(json_member(object, "key_box")) > strlen(KEY));
	assert_string_equal(place_bound(ctx, &id), "place|" ID);
}

static void
test_without_the_workers_key_none_is_taken(void **state)
{
	const struct place_in in = { FAR, .endpoint = "https://east.test" };
	const char *text = NULL;

	(void)state;
	fail_clear(ctx);
	assert_int_equal(place_row_make(ctx, &id, &in, NULL, &text),
	    ERR_UNAVAILABLE);
	assert_string_equal(ctx->fault.code, "worker_silent");
	assert_null(text);
}

static void
refused(const struct place_in *in, const char *field)
{
	const char *text = NULL;

	fail_clear(ctx);
	assert_int_equal(place_row_make(ctx, &id, in, PUBLIC, &text),
	    ERR_BAD_INPUT);
	assert_int_equal(ctx->fault.nfields, 1);
	assert_string_equal(ctx->fault.fields[0].field, field);
	assert_null(text);
}

static void
test_endpoints_that_are_none(void **state)
{
	static const char *const bad[] = { "https://", "https://a b",
	    "https://a:", "https://a:x", "https://a:65536", "https://a/",
	    "https://a?b", "https://u@a", "https://[::1]:1" };
	size_t i;

	(void)state;
	for (i = 0; i < nitems(bad); i++)
		refused(&(struct place_in){ FAR, .endpoint = bad[i] },
		    "endpoint");
	refused(&(struct place_in){ .name = "e", .kind = "engine",
	    .endpoint = "tcp://a:1" }, "endpoint");
	refused(&(struct place_in){ .name = "e", .kind = "engine",
	    .registry = "r.test/path" }, "registry");
	refused(&(struct place_in){ FAR }, "endpoint");
}

static void
test_who_is_there_is_named(void **state)
{
	struct place_row row = { .name = "east", .state = "ready",
	    .tenants = 11 };

	(void)state;
	fail_clear(ctx);
	assert_int_equal(place_moved(ctx, &row, ""), ERR_OK);
	assert_int_equal(place_moved(ctx, &row, "!"), ERR_CONFLICT);
	assert_string_equal(ctx->fault.code, "place_state");
	assert_string_equal(ctx->fault.detail, "place 'east' is ready");
	fail_clear(ctx);
	assert_int_equal(place_moved(ctx, &row, "acme, bolt"), ERR_CONFLICT);
	assert_string_equal(ctx->fault.code, "place_occupied");
	assert_string_equal(ctx->fault.detail,
	    "11 tenants are at place 'east': acme, bolt, ...");
	fail_clear(ctx);
	assert_int_equal(place_moved(ctx, &row, "state"), ERR_CONFLICT);
	assert_string_equal(ctx->fault.code, "place_occupied");
	fail_clear(ctx);
	row.tenants = 1;
	assert_int_equal(place_moved(ctx, &row, "acme"), ERR_CONFLICT);
	assert_string_equal(ctx->fault.detail,
	    "1 tenant is at place 'east': acme");
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, ctx_teardown)

#define CLUSTER \
	"{\"registry\":\"r.test:5000\",\"server_image\":\"s@" DIGEST "\"," \
	"\"pooler_image\":\"p@" DIGEST "\",\"chart\":\"oci://r.test/c\"," \
	"\"chart_version\":\"0.1.0\",\"flux_namespace\":\"flux-system\"," \
	"\"flux_repository\":\"fleet\",\"flux_account\":\"kc\"," \
	"\"pod_security\":\"latest\",\"postgres_host\":\"pg.test\"," \
	"\"postgres_port\":5432,\"postgres_name\":\"tenants\"," \
	"\"postgres_sslmode\":\"require\",\"dns\":[{\"cidr\":" \
	"\"10.0.0.1/32\"}],\"postgres\":[{\"cidr\":\"10.0.0.2/32\"}]," \
	"\"ranges\":[\"10.244.0.0/16\"]}"
#define DIGEST	"sha256:0000000000000000000000000000000000000000000000000000" \
	"000000000000"

/* certificate_text - that of the examples, which holds for many years */
static const char *
certificate_text(void)
{
	static char text[8192];
	const char *top = getenv("CAMELEER_SOURCE");
	FILE *f = fopen(text_printf(ctx->mem, "%s/tests/manifests/"
	    "certificate.pem", top != NULL ? top : "."), "re");

	assert_non_null(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	assert_int_equal(fclose(f), 0);
	return text;
}

static struct place_in
cluster_in(void)
{
	return (struct place_in){ .name = "east", .kind = "kubernetes",
	    .endpoint = "https://k8s.test:6443", .ca = PEM,
	    .token = "hidden", .cluster = CLUSTER,
	    .seal_certificate = certificate_text() };
}

static void
test_a_cluster_is_stored_under_its_own_name(void **state)
{
	const struct place_in in = cluster_in();
	const struct json *object = made(&in);

	(void)state;
	assert_string_equal(json_member(json_get(object, "cluster"), "name"),
	    "east");
	assert_true(strlen(json_member(object, "key_box")) > strlen("hidden"));
	assert_null(json_get(object, "token"));
	assert_string_equal(json_member(object, "seal_certificate"),
	    in.seal_certificate);
}

static void
test_a_cluster_lacks_nothing_and_has_nothing_of_an_engine(void **state)
{
	struct place_in in = cluster_in();

	(void)state;
	in.token = NULL;
	refused(&in, "token");
	in = cluster_in();
	in.cluster = NULL;
	refused(&in, "cluster");
	in.cluster = "{\"registry\": 1}";
	refused(&in, "cluster");
	in.cluster = "[]";
	refused(&in, "cluster");
	in = cluster_in();
	in.seal_certificate = PEM;
	refused(&in, "seal_certificate");
	in.seal_certificate = NULL;
	refused(&in, "seal_certificate");
	in = cluster_in();
	in.ca = NULL;
	refused(&in, "ca");
	in = cluster_in();
	in.endpoint = "unix:/run/x.sock";
	refused(&in, "endpoint");
	in = cluster_in();
	in.registry = "r.test:5000";
	refused(&in, "registry");
	in = (struct place_in){ .name = "e", .kind = "engine", .token = "x" };
	refused(&in, "kind");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_is_given_is_what_is_stored),
		TEST(test_the_key_is_sealed_and_not_there),
		TEST(test_without_the_workers_key_none_is_taken),
		TEST(test_endpoints_that_are_none),
		TEST(test_who_is_there_is_named),
		TEST(test_a_cluster_is_stored_under_its_own_name),
		TEST(test_a_cluster_lacks_nothing_and_has_nothing_of_an_engine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

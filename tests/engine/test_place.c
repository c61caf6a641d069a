/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A place on another machine: the real engine behind a real nginx that checks
 * certificates.  The whole contract holds over mutual TLS, and what is wrong
 * is said in a sentence.  Runs under tests/engine/place.sh.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "modules/worker/engine/engine.h"
#include "tests/engine/runtime_stage.h"

#define HERE	"https://localhost:7443"
#define PEM_MAX	16384

static struct stage *staged;
static char pem[3][PEM_MAX];
static const struct http_identity shown = { pem[0], pem[1], pem[2] };
static struct runtime_engine place;
static struct runtime away;

/* pem_copy - reads a file of place.sh; NULL: none */
static void
pem_copy(const char *name, char text[PEM_MAX])
{
	char path[256];
	FILE *file;
	size_t len;

	if (name == NULL)
		return;
	(void)snprintf(path, sizeof(path), "%s/%s", getenv("TEST_PLACE"),
	    name);
	file = fopen(path, "r");
	assert_non_null(file);
	len = fread(text, 1, PEM_MAX - 1, file);
	assert_int_equal(fclose(file), 0);
	text[len] = '\0';
}

static const char *
image_push(const char *repository, const char *orders)
{
	struct image image;

	stage_app(staged, repository, 1, orders, &image);
	return image.reference;
}

static int
place_begin(void **state)
{
	if (stage_begin(state) != 0)
		return -1;
	staged = *state;
	pem_copy("ca.pem", pem[0]);
	pem_copy("client.pem", pem[1]);
	pem_copy("client.key", pem[2]);
	place = (struct runtime_engine){ .registry = staged->engine.registry,
	    .url = HERE, .identity = &shown };
	runtime_engine_init(&away, &place);
	contract = (struct contract){ .ctx = staged->ctx, .rt = &away,
	    .image = image_push, .pause = stage_sleep };
	return 0;
}

static int
place_reset(void **state)
{
	int rc = stage_reset(state);

	contract.ctx = staged->ctx;
	return rc;
}

static const struct {
	const char	*url, *ca, *certificate, *key, *says;
} cases[] = {
	{ HERE, "ca.pem", "client.pem", "client.key", NULL },
	{ HERE, "ca.pem", NULL, NULL,
	    "it asks for a client certificate, and the place has "
	    "none" },
	{ HERE, "ca.pem", "client-alien.pem", "client-alien.key",
	    "it refuses our client certificate" },
	{ HERE, "ca.pem", "client-expired.pem", "client-expired.key",
	    "it refuses our client certificate" },
	{ HERE, "ca.pem", "client-alien.pem", "server.key",
	    "the key of the place does not belong to its "
	    "certificate" },
	{ HERE, "ca.pem", "ca.key", "client.key",
	    "the client certificate of the place cannot be read" },
	{ HERE, "alien.pem", "client.pem", "client.key",
	    "its certificate was not signed by the CA of the place" },
	{ "https://127.0.0.1:7443", "ca.pem", "client.pem",
	    "client.key",
	    "its certificate is for another host name" },
	{ "https://localhost:7444", "ca.pem", "client.pem",
	    "client.key", "its certificate has expired" },
	{ "https://localhost:5000", "ca.pem", "client.pem",
	    "client.key", "it does not speak TLS" },
	{ "https://localhost:7445", "ca.pem", "client.pem",
	    "client.key", "nothing listens there" },
	{ "https://nobody.example:7443", "ca.pem", "client.pem",
	    "client.key", "its name is not known here" },
	{ HERE, "ca.pem", "client.pem", "client.key", NULL },
};

static void
test_what_is_wrong_is_said(void **state)
{
	struct runtime_facts facts;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(cases); i++) {
		char ours[3][PEM_MAX] = { "", "", "" };
		const struct http_identity identity = { ours[0],
		    cases[i].certificate == NULL ? NULL : ours[1],
		    cases[i].key == NULL ? NULL : ours[2] };
		const struct engine engine = { .url = cases[i].url,
		    .identity = &identity };
		enum err e;

		pem_copy(cases[i].ca, ours[0]);
		pem_copy(cases[i].certificate, ours[1]);
		pem_copy(cases[i].key, ours[2]);
		ctx_reset(staged->ctx);
		e = engine_look(staged->ctx, &engine, &facts);
		if (cases[i].says == NULL) {
			assert_ok(staged, e);
			continue;
		}
		if (e == ERR_OK)
			fail_msg("case %zu was good", i);
		if (strncmp(staged->ctx->fault.detail, cases[i].says,
		    strlen(cases[i].says)) != 0)
			fail_msg("case %zu: '%s', not '%s'", i,
			    staged->ctx->fault.detail, cases[i].says);
	}
}

#define PLACE_TEST(f)	cmocka_unit_test_setup(f, place_reset)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(test_what_is_wrong_is_said),
		CONTRACT_TESTS(PLACE_TEST),
	};

	return cmocka_run_group_tests(tests, place_begin, stage_end);
}

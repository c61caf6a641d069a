/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The description of a cluster: what is taken leads to no rule without peers,
 * to no path that leaves its directory, and to no line of its own in the
 * settings of the pool.
 */
#include "config.h"

#include <string.h>

#include "libshared/proto/manifest_place.h"
#include "tests/fuzz/fuzz.h"

static void
peers_look(const struct manifest_peers *peers)
{
	size_t i;

	must(peers->n <= MANIFEST_PEERS_MAX);
	for (i = 0; i < peers->n; i++) {
		must((peers->rows[i].cidr == NULL) !=
		    (peers->rows[i].space == NULL));
		must(peers->rows[i].cidr == NULL ||
		    strspn(peers->rows[i].cidr, "0123456789abcdef.:/") ==
		    strlen(peers->rows[i].cidr));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ctx *ctx = ctx_new((size_t)4 << 20);
	struct manifest_place place;
	enum err e;

	e = manifest_place_read(ctx, (struct str){ (const char *)data, size },
	    &place);
	must(e == ERR_OK || e == ERR_BAD_INPUT || e == ERR_TOO_LARGE);
	if (e == ERR_OK) {
		must(place.dns.n > 0 && place.postgres.n > 0);
		must(place.nranges > 0);
		peers_look(&place.dns);
		peers_look(&place.platform);
		peers_look(&place.postgres);
		peers_look(&place.opensearch);
		must(strpbrk(place.name, "/. \n") == NULL);
		must(strpbrk(place.postgres_host, " \t\r\n'\"") == NULL);
		must(strpbrk(place.postgres_name, " \t\r\n'\"") == NULL);
	}
	ctx_free(&ctx);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A private key of OpenSSH: what is taken can sign, and its public half is that
 * of its seed.
 *
 * Links: modules/worker/git/gitops_sign.c
 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "modules/worker/git/gitops_sign.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ctx *ctx = ctx_new((size_t)4 << 20);
	uint8_t pub[ED25519_PUBLIC];
	struct gitops_key key;
	const char *armored;
	enum err e;

	must(crypto_init() == 0);
	e = gitops_key_read(ctx, (struct str){ (const char *)data, size },
	    &key);
	must(e == ERR_OK || e == ERR_INVALID);
	if (e == ERR_OK) {
		ed25519_public(key.seed, pub);
		must(memcmp(pub, key.pub, sizeof(pub)) == 0);
		must(gitops_sign(ctx, &key, STR("data"), &armored) == ERR_OK);
	}
	ctx_free(&ctx);
	return 0;
}

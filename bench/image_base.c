/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_base REGISTRY REPOSITORY LAYER.tar.gz - imports a base image and prints
 * its reference.
 */
#include "config.h"

#include <stdio.h>

#include "libshared/doors/crypto.h"
#include "libshared/doors/http.h"
#include "modules/worker/image/oci_image.h"

#define MEMORY	((size_t)16 << 20)

int
main(int argc, char *argv[])
{
	struct image_base_spec spec = { .tag = "base" };
	struct registry registry = { .url = argv[1] };
	struct ctx *ctx = ctx_new(MEMORY);
	struct image image;
	enum err e;

	if (argc != 4 || crypto_init() != 0 || http_init() != 0)
		return 2;
	spec.repository = argv[2];
	spec.layer = argv[3];
	e = image_import_base(ctx, &registry, &spec, &image);
	if (e == ERR_OK)
		printf("%s\n", image.reference);
	else
		fprintf(stderr, "%s: %s\n", err_code(e), ctx->fault.detail !=
		    NULL ? ctx->fault.detail : "");
	ctx_free(&ctx);
	return e == ERR_OK ? 0 : 1;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_push REGISTRY BASE TEMPLATE AGENT JAR REPOSITORY SHA256 - assembles and
 * pushes one image, as the worker does, and prints its reference.
 */
#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/http.h"
#include "modules/worker/image/oci_build.h"

#define MEMORY	((size_t)16 << 20)

static enum err
push(struct ctx *ctx, char *argv[], struct image *image)
{
	const struct registry registry = { .url = argv[1] };
	struct image_spec spec = { .base = argv[2], .agent_jar = argv[4],
	    .repository = argv[6], .jar_sha256 = argv[7], .number = 1 };
	struct image_template *template;
	enum err e;

	if ((e = image_template_load(ctx, argv[3], stderr, &template)) !=
	    ERR_OK || (e = build_open(ctx, argv[5], &spec.jar_fd,
	    &spec.jar_size)) != ERR_OK)
		return e;
	return image_assemble(ctx, &registry, template, &spec, image);
}

int
main(int argc, char *argv[])
{
	struct ctx *ctx = ctx_new(MEMORY);
	struct image image;
	enum err e;

	if (argc != 8 || crypto_init() != 0 || http_init() != 0)
		return 2;
	e = push(ctx, argv, &image);
	if (e == ERR_OK)
		printf("%s\n", image.reference);
	else
		fprintf(stderr, "%s: %s\n", err_code(e), ctx->fault.detail !=
		    NULL ? ctx->fault.detail : "");
	ctx_free(&ctx);
	return e == ERR_OK ? 0 : 1;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write_example NAME CERTIFICATE - prints the manifests of an example tenant
 * (tests/support/manifest_example.h), sealed for a certificate, as one JSON
 * object of paths and texts.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "tests/support/manifest_example.h"

#define MEM_MAX	((size_t)64 << 20)

static int
example_print(struct ctx *ctx, const struct manifest_example *example,
    const struct rsa_certificate *certificate)
{
	struct json *all = json_object(ctx);
	struct manifest_files files;
	const char *text;
	size_t i;

	if (example_build(ctx, example, certificate, NULL, &files) != ERR_OK) {
		(void)fprintf(stderr, "%s\n", ctx->fault.detail);
		return 1;
	}
	for (i = 0; i < files.n; i++)
		json_put_text(all, files.rows[i].path, files.rows[i].text);
	if (json_print(ctx, all, &text, NULL) != ERR_OK)
		return 1;
	return puts(text) == EOF;
}

int
main(int argc, char *argv[])
{
	const struct manifest_example *example;
	struct rsa_certificate certificate;
	struct ctx *ctx;
	const char *why;
	int rc = 2;

	if (argc != 3 || crypto_init() != 0)
		return 2;
	ctx = ctx_new(MEM_MAX);
	why = rsa_certificate_read(example_read(ctx, argv[2]),
	    (int64_t)time(NULL), &certificate);
	if (why != NULL)
		(void)fprintf(stderr, "%s: %s\n", argv[2], why);
	for (example = manifest_examples; why == NULL && example->name != NULL;
	    example++)
		if (strcmp(example->name, argv[1]) == 0)
			rc = example_print(ctx, example, &certificate);
	ctx_free(&ctx);
	return rc;
}

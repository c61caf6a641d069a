/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image template: what is taken has everything an image needs, and names
 * no path that leaves the image.
 *
 * Links: modules/worker/image/oci_template.c
 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "modules/worker/image/oci_template.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ctx *ctx = ctx_new((size_t)4 << 20);
	FILE *said = fopen("/dev/null", "w");
	struct image_template *t;
	size_t i;
	enum err e;

	if (said == NULL)
		abort();
	e = image_template_parse(ctx, "t", (struct str){ (const char *)data,
	    size }, said, &t);
	must(e == ERR_OK || e == ERR_INVALID);
	for (i = 0; e == ERR_OK && i < TEMPLATE_SOURCES; i++) {
		must(t->copy[i] != NULL && t->copy[i][0] != '/');
		must(strstr(t->copy[i], "..") != t->copy[i]);
		must(strstr(t->copy[i], "/../") == NULL);
	}
	if (e == ERR_OK) {
		must(t->nentrypoint > 0 && t->entrypoint[0][0] == '/');
		must(t->user != NULL && strcmp(t->user, "0:0") != 0);
		must(t->nenv <= TEMPLATE_ITEMS_MAX);
		must(t->nlabels <= TEMPLATE_ITEMS_MAX);
	}
	(void)fclose(said);
	ctx_free(&ctx);
	return 0;
}

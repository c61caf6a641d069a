/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes from a probe's container: whatever it is, nothing is called
 * isolated that was not said to be, line by line.
 *
 * Links: modules/worker/rounds/isolation_judge.c
 */
#include "config.h"

#include <string.h>

#include "libshared/doors/json.h"
#include "modules/worker/rounds/isolation.h"
#include "tests/fuzz/fuzz.h"

static struct json *
orders_make(struct ctx *ctx)
{
	static const char *const checks[] = { "own_server", "machine", "raw" };
	struct json *orders = json_array(ctx), *one;
	size_t i;

	for (i = 0; i < 3; i++) {
		one = json_object(ctx);
		json_put_text(one, "check", checks[i]);
		json_put_text(one, "order", "raw");
		json_add(orders, one);
	}
	return orders;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ctx *ctx = ctx_new((size_t)4 << 20);
	struct isolation_verdict verdict;
	char *said = malloc(size + 1);

	must(said != NULL);
	memcpy(said, data, size);
	said[size] = '\0';
	isolation_judge(ctx, orders_make(ctx), said, &verdict);
	must(json_count(verdict.checks) == 3);
	must((strcmp(verdict.outcome, "open") == 0) ==
	    (json_count(verdict.paths) > 0));
	if (strcmp(verdict.outcome, "isolated") == 0)
		must(strstr(said, "0 open ") != NULL &&
		    strstr(said, "1 ") != NULL && strstr(said, "2 ") != NULL &&
		    verdict.error == NULL);
	free(said);
	ctx_free(&ctx);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspect FILE... - what the inspector says of each JAR, one line of JSON:
 * its facts, or {"code", "detail", "fields"}.
 * inspect -e ENTRY FILE - the bytes that it reads under a name.
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "modules/apps/inspect/inspect.h"
#include "modules/apps/inspect/zip.h"

#define MEMORY_MAX	((size_t)16 << 20)

static struct json *
refusal_json(struct ctx *ctx, const struct fault *fault)
{
	struct json *object = json_object(ctx), *list = json_array(ctx);
	unsigned i;

	for (i = 0; i < fault->nfields; i++)
		json_add_text(list, fault->fields[i].detail);
	json_put_text(object, "code", fault->code);
	json_put_text(object, "detail", fault->detail);
	json_put(object, "fields", list);
	return object;
}

static void
jar_show(const char *name)
{
	struct ctx *ctx = ctx_new(MEMORY_MAX);
	struct jar_facts *facts = calloc(1, sizeof(*facts));
	struct json *object;
	struct stat st;
	const char *text;
	size_t len;
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	if (facts == NULL || fd == -1 || fstat(fd, &st) != 0) {
		perror(name);
		exit(1);
	}
	if (inspect_jar(ctx, fd, st.st_size, "", facts) == ERR_OK)
		object = inspect_facts_json(ctx, facts);
	else
		object = refusal_json(ctx, &ctx->fault);
	if (json_print(ctx, object, &text, &len) != ERR_OK)
		abort();
	(void)printf("%s\n", text);
	(void)close(fd);
	free(facts);
	ctx_free(&ctx);
}

static int
entry_show(const char *entry_name, const char *name)
{
	struct ctx *ctx = ctx_new(MEMORY_MAX);
	struct zip_out out = { .max = MEMORY_MAX / 4 };
	const struct zip_entry *entry;
	struct zip_work *work;
	struct stat st;
	struct zip zip;
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	if (fd == -1 || fstat(fd, &st) != 0 ||
	    (work = zip_work_new(ctx, fd, 60000)) == NULL ||
	    zip_open(ctx, work, st.st_size, &zip) != ERR_OK ||
	    (entry = zip_find(&zip, entry_name)) == NULL ||
	    (out.to = malloc(out.max)) == NULL ||
	    zip_unpack(ctx, &zip, entry, &out) != ERR_OK)
		return 1;
	(void)fwrite(out.to, 1, out.len, stdout);
	free(out.to);
	(void)close(fd);
	ctx_free(&ctx);
	return 0;
}

int
main(int argc, char **argv)
{
	int i;

	if (crypto_init() != 0)
		return 1;
	if (argc == 4 && strcmp(argv[1], "-e") == 0)
		return entry_show(argv[2], argv[3]);
	for (i = 1; i < argc; i++)
		jar_show(argv[i]);
	return 0;
}

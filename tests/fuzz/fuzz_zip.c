/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever the bytes: jar_read() ends with facts that hold together or with a
 * public code; what zip_open() takes has names in order, data within the file
 * and content that comes out as declared or not at all.
 *
 * Links: modules/apps/inspect/zip.c
 * Links: modules/apps/inspect/zip_io.c
 * Links: modules/apps/inspect/zip_rule.c
 * Links: modules/apps/inspect/zip_layout.c
 * Links: modules/apps/inspect/zip_sort.c
 * Links: modules/apps/inspect/zip_unpack.c
 * Links: modules/apps/inspect/jar.c
 * Links: modules/apps/inspect/jar_manifest.c
 * Links: modules/apps/inspect/jar_kind.c
 * Links: modules/apps/inspect/jar_libs.c
 * Links: modules/apps/inspect/jar_scan.c
 * Links: modules/apps/inspect/jar_secret.c
 * Links: modules/apps/inspect/jar_assign.c
 * Links: modules/apps/inspect/inspect.c
 * Links: modules/apps/inspect/sandbox.c
 * Links: modules/apps/inspect/sandbox_child.c
 */
#include "config.h"

#include "tests/fuzz/fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "modules/apps/inspect/inspect_private.h"
#include "modules/apps/inspect/zip.h"

#define MEM_MAX	((size_t)256 << 20)
#define CPU_MS	10000

static uint8_t content[1 << 16];

static int
file_of(const uint8_t *data, size_t size)
{
	static int fd = -1;

	if (fd == -1)
		fd = memfd_create("fuzz", MFD_CLOEXEC);
	must(fd >= 0);
	must(ftruncate(fd, (off_t)size) == 0);
	must(pwrite(fd, data, size, 0) == (ssize_t)size);
	return fd;
}

static void
check_reason(const struct ctx *ctx)
{
	size_t i;

	must(ctx->fault.err == ERR_INVALID);
	must(ctx->fault.detail != NULL && strlen(ctx->fault.detail) > 10);
	for (i = 0; inspect_codes[i].code != NULL; i++)
		if (strcmp(inspect_codes[i].code, ctx->fault.code) == 0)
			break;
	must(inspect_codes[i].code != NULL);
}

static void
check_jar(struct ctx *ctx, int fd, size_t size)
{
	static struct inspect_answer answer;
	struct jar_facts facts;

	if (jar_read(ctx, fd, (int64_t)size, CPU_MS, &answer.facts) != ERR_OK)
		check_reason(ctx);
	fail_clear(ctx);
	must(inspect_answer_take(ctx, &answer, "", &facts) == ERR_OK);
	must(facts.entries <= ZIP_ENTRIES_MAX);
	must(facts.ncomponents <= facts.components_seen);
	must(facts.nfindings <= facts.findings_seen);
	must(facts.refusals <= facts.findings_seen);
}

static void
check_entry(struct ctx *ctx, const struct zip *zip, size_t i)
{
	const struct zip_entry *entry = &zip->entries[i];
	struct zip_out out = { .to = content, .max = sizeof(content) };

	must(entry->name.len > 0 && entry->name.len <= ZIP_NAME_MAX);
	must(entry->name.p[0] != '/');
	must(memmem(entry->name.p, entry->name.len, "../", 3) == NULL ||
	    memmem(entry->name.p, entry->name.len, "/../", 4) == NULL);
	must(entry->header >= 0 && entry->data > entry->header);
	must(entry->data + entry->packed <= zip->size);
	if (zip_unpack(ctx, zip, entry, &out) == ERR_OK)
		must(out.len == (entry->size < out.max ? entry->size :
		    out.max));
	else
		check_reason(ctx);
	fail_clear(ctx);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ctx *ctx;
	struct zip_work *work;
	struct zip zip;
	size_t i;
	int fd;

	if (ctx == NULL)
		ctx = ctx_new(MEM_MAX);
	fd = file_of(data, size);
	check_jar(ctx, fd, size);
	ctx_reset(ctx);
	work = zip_work_new(ctx, fd, CPU_MS);
	must(work != NULL);
	if (zip_open(ctx, work, (int64_t)size, &zip) == ERR_OK) {
		for (i = 0; i < zip.count && i < 64; i++)
			check_entry(ctx, &zip, i);
	} else
		check_reason(ctx);
	ctx_reset(ctx);
	return 0;
}

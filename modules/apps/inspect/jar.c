/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a JAR: structure first, then what it is, then what it should not have.
 *
 * Start reading at jar_read(), at the bottom.
 */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "modules/apps/inspect/jar_private.h"

static const char *const kind_names[] = {
	[JAR_CAMEL_MAIN] = "camel-main",
	[JAR_SPRING_BOOT] = "spring-boot",
	[JAR_QUARKUS] = "quarkus",
};

static_assert(nitems(kind_names) == JAR_KIND__MAX, "a kind has no name");

const char *
jar_kind_name(enum jar_kind kind)
{
	assert((unsigned)kind < JAR_KIND__MAX);
	return kind_names[kind];
}

/* Names the first place; the others are in the facts. */
static enum err
secrets_refuse(struct ctx *ctx, const struct jar_facts *facts)
{
	const struct jar_finding *finding = facts->findings;

	if (facts->refusals == 0)
		return ERR_OK;
	while (!jar_secret_refuses(finding->kind))
		finding++;
	return fail(ctx, ERR_INVALID, "jar_secrets",
	    "credentials in the JAR: %u, the first in '%s' line %u (%s);"
	    " build it without them", facts->refusals,
	    finding->entry, finding->line, jar_secret_about(finding->kind));
}

enum err
jar_read(struct ctx *ctx, int fd, int64_t size, int cpu_ms,
    struct jar_facts *facts)
{
	struct jar jar = { .classes = "", .facts = facts };
	struct zip_work *work = zip_work_new(ctx, fd, cpu_ms);
	enum err e;

	memset(facts, 0, sizeof(*facts));	/* padding, too, leaves */
	if (work == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "arena too small");
	if ((e = zip_open(ctx, work, size, &jar.zip)) != ERR_OK)
		return e;
	facts->entries = (uint32_t)jar.zip.count;
	facts->script = jar.zip.script > 0;
	if ((e = jar_manifest_read(ctx, &jar)) != ERR_OK ||
	    (e = jar_kind_find(ctx, &jar)) != ERR_OK ||
	    (e = jar_signature_check(ctx, &jar)) != ERR_OK ||
	    (e = jar_twice_check(ctx, &jar, &jar.zip, NULL)) != ERR_OK ||
	    (e = jar_scan(ctx, &jar)) != ERR_OK ||
	    (e = zip_check_data(ctx, &jar.zip)) != ERR_OK)
		return e;
	return secrets_refuse(ctx, facts);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The libraries in a JAR: Camel, its version, its components.
 *
 * META-INF/services/org/apache/camel/component.properties does not tell the
 * version: releases carry a -SNAPSHOT there.
 */
#include "config.h"

#include <string.h>

#include "modules/apps/inspect/jar_private.h"

#define COMPONENT_DIR	"META-INF/services/org/apache/camel/component/"
#define POM_MAX		(16u << 10)
#define NESTED_MAX	4096u

enum err
jar_libs_version(struct ctx *ctx, const struct zip *zip,
    const char *artifact, char version[JAR_VERSION_MAX])
{
	const struct zip_entry *entry;
	struct str rest, line, key;
	char text[POM_MAX], name[128] = "META-INF/maven/";
	struct zip_out out = { .to = text, .max = sizeof(text) };
	enum err e;

	strncat(name, artifact, sizeof(name) - 1 - strlen(name));
	strncat(name, "/pom.properties", sizeof(name) - 1 - strlen(name));
	if ((entry = zip_find(zip, name)) == NULL)
		return ERR_OK;
	if ((e = zip_unpack(ctx, zip, entry, &out)) != ERR_OK)
		return e;
	rest = (struct str){ text, out.len };
	while (rest.len > 0) {
		line = str_cut(&rest, '\n');
		key = str_cut(&line, '=');
		if (line.len > 0 && line.p[line.len - 1] == '\r')
			line.len--;
		if (str_is(key, "version"))
			jar_text(version, JAR_VERSION_MAX, line);
	}
	return ERR_OK;
}

static bool
is_component(struct str name)
{
	size_t i;

	if (name.len == 0 || name.len >= JAR_COMPONENT_MAX)
		return false;
	for (i = 0; i < name.len; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-+.",
		    name.p[i]) == NULL || name.p[i] == '\0')
			return false;
	return true;
}

/* Keeps the list sorted and each name once. */
static void
component_add(struct jar_facts *facts, struct str name)
{
	char (*list)[JAR_COMPONENT_MAX] = facts->components;
	char text[JAR_COMPONENT_MAX] = "";	/* it leaves as a whole */
	uint32_t i;

	if (!is_component(name) || !jar_text(text, sizeof(text), name))
		return;
	for (i = 0; i < facts->ncomponents; i++)
		if (strcmp(list[i], text) >= 0)
			break;
	if (i < facts->ncomponents && strcmp(list[i], text) == 0)
		return;
	facts->components_seen++;
	if (facts->ncomponents == JAR_COMPONENTS_MAX)
		return;
	memmove(list + i + 1, list + i,
	    (facts->ncomponents - i) * sizeof(list[0]));
	memcpy(list[i], text, sizeof(text));
	facts->ncomponents++;
}

static void
components_read(const struct zip *zip, const char *prefix,
    struct jar_facts *facts)
{
	size_t i, skip = strlen(prefix);
	struct str name;

	for (i = zip_lower(zip, prefix); i < zip->count; i++) {
		name = zip->entries[i].name;
		if (!str_starts(name, prefix))
			break;
		component_add(facts,
		    (struct str){ name.p + skip, name.len - skip });
	}
}

/* camel-api-4.17.0.jar: a name of that artifact, whatever the version? */
static bool
is_artifact(struct str file, const char *artifact, struct str *version)
{
	size_t skip = strlen(artifact);

	if (!str_starts(file, artifact) || file.len < skip + 6 ||
	    file.p[skip] != '-' || file.p[skip + 1] < '0' ||
	    file.p[skip + 1] > '9')
		return false;
	*version = (struct str){ file.p + skip + 1, file.len - skip - 5 };
	return true;
}

static enum err
nested_read(struct ctx *ctx, struct jar *jar, const struct zip_entry *entry,
    struct str file, struct jar_libs *libs)
{
	struct jar_facts *facts = jar->facts;
	struct str version;
	struct zip zip;
	enum err e;

	if ((e = zip_open_nested(ctx, &jar->zip, entry, &zip)) != ERR_OK ||
	    (e = zip_check_data(ctx, &zip)) != ERR_OK ||
	    (e = jar_twice_check(ctx, jar, &zip,
	    zip_shown(ctx, file))) != ERR_OK)
		return e;
	components_read(&zip, COMPONENT_DIR, facts);
	if (is_artifact(file, "spring-boot", &version))
		libs->spring_boot = true;
	if (is_artifact(file, "camel-main", &version))
		libs->camel_main = true;
	if (is_artifact(file, "camel-observability-services", &version))
		facts->observability = true;
	if (!is_artifact(file, "camel-api", &version))
		return ERR_OK;
	libs->camel = true;
	jar_text(facts->camel_version, JAR_VERSION_MAX, version);
	return jar_libs_version(ctx, &zip, "org.apache.camel/camel-api",
	    facts->camel_version);
}

/* Says which nested archive it was. */
static enum err
nested_fault(struct ctx *ctx, const struct zip_entry *entry, enum err e)
{
	struct fault fault = ctx->fault;

	if (e != ERR_INVALID)
		return e;
	fail_clear(ctx);
	return fail(ctx, e, fault.code, "in nested JAR '%s': %s",
	    zip_shown(ctx, entry->name), fault.detail);
}

static enum err
libs_nested(struct ctx *ctx, struct jar *jar, struct jar_libs *libs)
{
	size_t i, skip = strlen(jar->lib);
	const struct zip_entry *entry;
	struct str file;
	enum err e;

	for (i = zip_lower(&jar->zip, jar->lib); i < jar->zip.count; i++) {
		entry = &jar->zip.entries[i];
		if (!str_starts(entry->name, jar->lib))
			break;
		file = (struct str){ entry->name.p + skip,
		    entry->name.len - skip };
		if (file.len < 4 ||
		    memcmp(file.p + file.len - 4, ".jar", 4) != 0)
			continue;
		if (++jar->facts->nested > NESTED_MAX)
			return fail(ctx, ERR_INVALID, "jar_too_complex",
			    "more than %u nested JARs", NESTED_MAX);
		e = nested_read(ctx, jar, entry, file, libs);
		if (e != ERR_OK)
			return nested_fault(ctx, entry, e);
	}
	return ERR_OK;
}

enum err
jar_libs_read(struct ctx *ctx, struct jar *jar, struct jar_libs *libs)
{
	static const char api[] = "org.apache.camel/camel-api";
	const struct zip *zip = &jar->zip;
	struct jar_facts *facts = jar->facts;
	enum err e;

	*libs = (struct jar_libs){
		.camel = zip_find(zip, "org/apache/camel/CamelContext.class"),
		.camel_main = zip_find(zip, "org/apache/camel/main/Main.class"),
		.spring_boot = zip_find(zip,
		    "org/springframework/boot/SpringApplication.class"),
	};
	facts->observability =
	    zip_find(zip, "META-INF/maven/org.apache.camel/"
	    "camel-observability-services/pom.properties") != NULL ||
	    zip_find(zip, "META-INF/maven/org.apache.camel.quarkus/"
	    "camel-quarkus-observability-services/pom.properties") != NULL ||
	    zip_find(zip, "observability-services.properties") != NULL;
	components_read(zip, COMPONENT_DIR, facts);
	e = jar_libs_version(ctx, zip, api, facts->camel_version);
	if (e != ERR_OK || jar->lib == NULL)
		return e;
	components_read(zip, "BOOT-INF/classes/" COMPONENT_DIR, facts);
	return libs_nested(ctx, jar, libs);
}

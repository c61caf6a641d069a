/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which kind of Camel application a JAR is, and why it is none.
 *
 * camel-main is in all three kinds, so the order is Spring Boot, Quarkus, Main.
 */
#include "config.h"

#include <string.h>

#include "modules/apps/inspect/jar_private.h"

#define RUNNABLE \
	"upload the runnable JAR (Maven Shade, Spring Boot's repackage," \
	" Quarkus' uber-jar)"
#define POM_MAX		(64u << 10)

static enum err
fast_jar(struct ctx *ctx)
{
	return fail(ctx, ERR_INVALID, "jar_fast_jar",
	    "fast-jar: upload the uber-jar"
	    " (quarkus.package.jar.type=uber-jar)");
}

/* The small JAR beside a fast-jar has only its pom.xml to be known by. */
static enum err
built_by_quarkus(struct ctx *ctx, const struct zip *zip, bool *quarkus)
{
	static const char dir[] = "META-INF/maven/", word[] = "io.quarkus";
	char text[POM_MAX];
	struct zip_out out = { .to = text, .max = sizeof(text) };
	struct str name;
	size_t i;
	enum err e;

	*quarkus = zip_find(zip, "quarkus-app/quarkus-run.jar") != NULL ||
	    zip_find(zip, "quarkus-run.jar") != NULL;
	for (i = zip_lower(zip, dir); i < zip->count && !*quarkus; i++) {
		name = zip->entries[i].name;
		if (!str_starts(name, dir))
			break;
		if (name.len < 8 ||
		    memcmp(name.p + name.len - 8, "/pom.xml", 8) != 0)
			continue;
		e = zip_unpack(ctx, zip, &zip->entries[i], &out);
		if (e != ERR_OK)
			return e;
		*quarkus = memmem(text, out.len, word,
		    sizeof(word) - 1) != NULL;
	}
	return ERR_OK;
}

static enum err
no_main_class(struct ctx *ctx, const struct zip *zip)
{
	bool quarkus;
	enum err e;

	if ((e = built_by_quarkus(ctx, zip, &quarkus)) != ERR_OK)
		return e;
	if (quarkus)
		return fast_jar(ctx);
	return fail(ctx, ERR_INVALID, "jar_no_main_class",
	    "the manifest names no Main-Class: " RUNNABLE);
}

/* demo.App is there as demo/App.class? */
static bool
has_class(const struct jar *jar, const char *dir, const char *class)
{
	char name[JAR_TEXT_MAX + sizeof("BOOT-INF/classes/.class")] = "";
	size_t i, skip = strlen(dir);

	memcpy(name, dir, skip);
	for (i = 0; class[i] != '\0'; i++)
		name[skip + i] = class[i] == '.' ? '/' : class[i];
	memcpy(name + skip + i, ".class", sizeof(".class"));
	return zip_find(&jar->zip, name) != NULL;
}

static enum err
main_class_find(struct ctx *ctx, struct jar *jar)
{
	struct jar_facts *facts = jar->facts;
	struct str name = jar_manifest_get(jar, "Main-Class");

	if (name.len == 0)
		return no_main_class(ctx, &jar->zip);
	if (!jar_text(facts->main_class, JAR_TEXT_MAX, name))
		return fail(ctx, ERR_INVALID, "jar_bad_manifest",
		    "Main-Class '%s' is not the name of a class",
		    zip_shown(ctx, name));
	if (str_is(name, "io.quarkus.bootstrap.runner.QuarkusEntryPoint"))
		return fast_jar(ctx);
	if (!has_class(jar, "", facts->main_class))
		return fail(ctx, ERR_INVALID, "jar_no_main_class",
		    "Main-Class '%s' is not in the JAR", facts->main_class);
	return ERR_OK;
}

/* The loader of Spring Boot starts Start-Class; others use it, too. */
static enum err
layout_find(struct ctx *ctx, struct jar *jar)
{
	struct str name = jar_manifest_get(jar, "Start-Class");

	if (!str_starts(str_of(jar->facts->main_class),
	    "org.springframework.boot.loader."))
		return ERR_OK;
	if (strstr(jar->facts->main_class, ".WarLauncher") != NULL)
		return fail(ctx, ERR_INVALID, "jar_unsupported",
		    "this is a WAR: package the application as a JAR");
	jar->classes = "BOOT-INF/classes/";
	jar->lib = "BOOT-INF/lib/";
	if (name.len == 0)
		return fail(ctx, ERR_INVALID, "jar_no_main_class",
		    "the manifest names no Start-Class for Spring Boot's"
		    " loader");
	if (!jar_text(jar->facts->main_class, JAR_TEXT_MAX, name))
		return fail(ctx, ERR_INVALID, "jar_bad_manifest",
		    "Start-Class '%s' is not the name of a class",
		    zip_shown(ctx, name));
	return ERR_OK;
}

enum err
jar_kind_find(struct ctx *ctx, struct jar *jar)
{
	struct jar_facts *facts = jar->facts;
	struct jar_libs libs;
	enum err e;

	if ((e = main_class_find(ctx, jar)) != ERR_OK ||
	    (e = layout_find(ctx, jar)) != ERR_OK ||
	    (e = jar_libs_read(ctx, jar, &libs)) != ERR_OK)
		return e;
	if (!libs.camel && facts->camel_version[0] == '\0')
		return fail(ctx, ERR_INVALID, "jar_not_camel",
		    "there is no Apache Camel in this JAR: " RUNNABLE);
	if (libs.spring_boot) {
		facts->kind = JAR_SPRING_BOOT;
		jar_text(facts->runtime_version, JAR_VERSION_MAX,
		    jar_manifest_get(jar, "Spring-Boot-Version"));
		return ERR_OK;
	}
	if (zip_find(&jar->zip, "io/quarkus/runner/ApplicationImpl.class")) {
		facts->kind = JAR_QUARKUS;
		return jar_libs_version(ctx, &jar->zip,
		    "io.quarkus/quarkus-core", facts->runtime_version);
	}
	if (libs.camel_main)
		return ERR_OK;
	return fail(ctx, ERR_INVALID, "jar_not_camel",
	    "there is Apache Camel in this JAR, but neither Camel Main, nor"
	    " Spring Boot, nor Quarkus to run it");
}

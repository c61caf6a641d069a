/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files that read a JAR know of each other.
 */
#ifndef CAMELEER_JAR_PRIVATE_H
#define CAMELEER_JAR_PRIVATE_H

#include "modules/apps/inspect/jar.h"
#include "modules/apps/inspect/zip.h"

struct jar {
	struct zip	 zip;
	/* main section, unfolded, lines end \n */
	struct str	 manifest;
	const struct zip_entry *manifest_entry;
	const char	*classes;	/* where the application's are, or "" */
	const char	*lib;		/* where nested JARs are, or NULL */
	struct jar_facts *facts;
};

/* jar_manifest.c */
enum err jar_manifest_read(struct ctx *ctx, struct jar *jar) must_check;
/* The value of a main attribute, trimmed; empty when there is none. */
struct str jar_manifest_get(const struct jar *jar, const char *name);
/*
 * Joins continued lines of a section, makes every line end \n, stops at an
 * empty one.  *seen is how much was looked at: less than len when it stopped.
 */
size_t jar_manifest_unfold(char *text, size_t len, size_t *seen);
/* How often an unfolded section has it; *value is the last, trimmed. */
size_t jar_manifest_value(struct str section, const char *name,
    struct str *value);
/* Copies when it fits, is not empty and printable ASCII. */
bool jar_text(char *to, size_t max, struct str from);

/* jar_kind.c: fills kind, versions, components, or refuses. */
enum err jar_kind_find(struct ctx *ctx, struct jar *jar) must_check;

/* jar_libs.c: Camel of a flat archive, or of those nested in it. */
struct jar_libs {
	bool	 camel, camel_main, spring_boot;
};

enum err jar_libs_read(struct ctx *ctx, struct jar *jar,
    struct jar_libs *libs) must_check;
/* version= of META-INF/maven/<artifact>/pom.properties, when there. */
enum err jar_libs_version(struct ctx *ctx, const struct zip *zip,
    const char *artifact, char version[JAR_VERSION_MAX]) must_check;

/* jar_scan.c: the application's own entries: Java level and secrets. */
enum err jar_scan(struct ctx *ctx, struct jar *jar) must_check;
/* Is this a class or a setting of the application's own? */
bool jar_scan_reads(const struct jar *jar, struct str name);

/* jar_signature.c: would a JVM start it, with the signatures in it? */
enum err jar_signature_check(struct ctx *ctx, const struct jar *jar)
    must_check;

/* jar_twice.c: names that stand twice; within: the nested JAR's, or NULL. */
enum err jar_twice_check(struct ctx *ctx, struct jar *jar,
    const struct zip *zip, const char *within) must_check;

#endif

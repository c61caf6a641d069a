/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names that stand more than once in an archive.
 *
 * Fat JARs of Gradle's own Jar task are full of them, and so are libraries.
 * What nobody reads may differ.  What this inspector reports on must be one
 * thing for every reader (zip_name.c says who takes which).
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "modules/apps/inspect/jar_private.h"

static bool
ends_with(struct str name, const char *end)
{
	size_t len = strlen(end);

	return name.len >= len &&
	    memcmp(name.p + name.len - len, end, len) == 0;
}

/* Does a fact or a finding depend on what this entry holds? */
static bool
is_read(const struct jar *jar, const struct zip *zip, struct str name)
{
	if (str_starts(name, "META-INF/maven/") &&
	    ends_with(name, "/pom.properties"))
		return true;
	if (zip != &jar->zip)
		return false;
	return jar_scan_reads(jar, name) || str_is(name,
	    "META-INF/MANIFEST.MF") ||
	    (jar->lib != NULL && str_starts(name, jar->lib)) ||
	    (str_starts(name, "BOOT-INF/") && ends_with(name, ".idx"));
}

/* Keeps the first name; one that says something goes before a directory. */
static void
name_note(struct ctx *ctx, struct jar_facts *facts, const char *within,
    struct str name)
{
	char *first = facts->twice_first;
	bool dir = name.p[name.len - 1] == '/';
	size_t len = strlen(first);

	facts->twice++;
	if (len > 0 && (dir || first[len - 1] != '/'))
		return;
	memset(first, 0, JAR_TEXT_MAX);
	(void)snprintf(first, JAR_TEXT_MAX, "%.100s%s%s",
	    within == NULL ? "" : within, within == NULL ? "" : ": ",
	    zip_shown(ctx, name));
}

enum err
jar_twice_check(struct ctx *ctx, struct jar *jar, const struct zip *zip,
    const char *within)
{
	const struct zip_entry *entry;
	bool same = true;
	size_t i;
	enum err e;

	for (i = 1; i < zip->count; i++) {
		if (!zip_is_again(zip, i))
			continue;
		entry = &zip->entries[i];
		if (is_read(jar, zip, entry->name)) {
			e = zip_compare(ctx, zip, entry - 1, entry, &same);
			if (e != ERR_OK)
				return e;
			if (!same)
				return fail(ctx, ERR_INVALID,
				    "jar_duplicate_name", "entry '%s' is there"
				    " twice, and the two differ",
				    zip_shown(ctx, entry->name));
		}
		if (!zip_is_again(zip, i - 1))
			name_note(ctx, jar->facts, within, entry->name);
	}
	return ERR_OK;
}

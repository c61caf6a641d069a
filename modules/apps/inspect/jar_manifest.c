/* SPDX-License-Identifier: Apache-2.0 */
/*
 * META-INF/MANIFEST.MF, its main section (JAR File Specification).
 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "libshared/base/arena.h"
#include "modules/apps/inspect/jar_private.h"

#define MANIFEST_NAME	"META-INF/MANIFEST.MF"
#define MAIN_MAX	(256u << 10)	/* a Class-Path may be long */

bool
jar_text(char *to, size_t max, struct str from)
{
	size_t i;

	if (from.len == 0 || from.len >= max)
		return false;
	for (i = 0; i < from.len; i++)
		if (from.p[i] <= 0x20 || from.p[i] > 0x7e)
			return false;
	memcpy(to, from.p, from.len);
	to[from.len] = '\0';
	return true;
}

/* Java finds it in any case: then there must be one only. */
static enum err
entry_find(struct ctx *ctx, const struct jar *jar,
    const struct zip_entry **found)
{
	const struct zip_entry *entry;
	size_t i, n = 0;

	for (i = 0; i < jar->zip.count; i++) {
		entry = &jar->zip.entries[i];
		if (entry->name.len == sizeof(MANIFEST_NAME) - 1 &&
		    strncasecmp(entry->name.p, MANIFEST_NAME,
		    entry->name.len) == 0) {
			*found = entry;
			n++;
		}
	}
	if (n == 0)
		return fail(ctx, ERR_INVALID, "jar_no_manifest",
		    "the archive has no " MANIFEST_NAME ": it is not a JAR");
	if (n > 1)
		return fail(ctx, ERR_INVALID, "jar_duplicate_name",
		    "the archive has several manifests that differ in case");
	return ERR_OK;
}

size_t
jar_manifest_unfold(char *text, size_t len, size_t *seen)
{
	size_t from, to = 0;

	for (from = 0; from < len; from++) {
		if (text[from] != '\r' && text[from] != '\n') {
			text[to++] = text[from];
			continue;
		}
		if (text[from] == '\r' && from + 1 < len &&
		    text[from + 1] == '\n')
			from++;
		if (from + 1 < len && text[from + 1] == ' ') {
			from++;
			continue;
		}
		if (to == 0 || text[to - 1] == '\n')
			break;
		text[to++] = '\n';
	}
	*seen = from;
	return to;
}

size_t
jar_manifest_value(struct str rest, const char *name, struct str *value)
{
	struct str line, key;
	size_t n = 0;

	while (rest.len > 0) {
		line = str_cut(&rest, '\n');
		key = str_cut(&line, ':');
		if (key.len == strlen(name) &&
		    strncasecmp(key.p, name, key.len) == 0) {
			*value = str_trim(line);
			n++;
		}
	}
	return n;
}

struct str
jar_manifest_get(const struct jar *jar, const char *name)
{
	struct str value = { "", 0 };

	jar_manifest_value(jar->manifest, name, &value);
	return value;
}

/*
 * A signed JAR has a section, too, for each of its entries: thousands of them.
 * They say nothing that matters here, so only the main section is bounded.
 */
static enum err
main_read(struct ctx *ctx, struct jar *jar, const struct zip_entry *entry)
{
	size_t max = entry->size < MAIN_MAX ? entry->size : MAIN_MAX, seen;
	char *text = arena_get(ctx->mem, max + 1);
	struct zip_out out = { .to = text, .max = max };
	enum err e;

	if (text == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "arena too small");
	if ((e = zip_unpack(ctx, &jar->zip, entry, &out)) != ERR_OK)
		return e;
	if (max >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		return fail(ctx, ERR_INVALID, "jar_bad_manifest",
		    "the manifest begins with a byte order mark: Java cannot"
		    " read it");
	jar->manifest.p = text;
	jar->manifest.len = jar_manifest_unfold(text, out.len, &seen);
	if (seen == out.len && out.len < entry->size)
		return fail(ctx, ERR_INVALID, "jar_bad_manifest",
		    "the main section of the manifest is larger than %u KiB",
		    MAIN_MAX >> 10);
	if (memchr(text, '\0', jar->manifest.len) != NULL)
		return fail(ctx, ERR_INVALID, "jar_bad_manifest",
		    "the manifest has a NUL character");
	return ERR_OK;
}

enum err
jar_manifest_read(struct ctx *ctx, struct jar *jar)
{
	static const char *const once[] = { "Main-Class", "Start-Class",
	    "Spring-Boot-Version" };
	const struct zip_entry *entry = NULL;
	struct str ignored;
	size_t i;
	enum err e;

	if ((e = entry_find(ctx, jar, &entry)) != ERR_OK ||
	    (e = main_read(ctx, jar, entry)) != ERR_OK)
		return e;
	jar->manifest_entry = entry;
	for (i = 0; i < nitems(once); i++)
		if (jar_manifest_value(jar->manifest, once[i], &ignored) > 1)
			return fail(ctx, ERR_INVALID, "jar_bad_manifest",
			    "the manifest has %s twice", once[i]);
	return ERR_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of entries: their order, where one is, and which go together.
 *
 * A name may stand more than once.  A JVM (java.util.zip.ZipFile, 17 to 25)
 * then takes the last one of the central directory, and so does zip_find().
 * For nested archives Spring Boot's loader has a table of its own, sorted by
 * hashes, and takes any of them.  tests/interop/test_jvm.py asks both.
 */
#include "config.h"

#include <string.h>

#include "modules/apps/inspect/zip_private.h"

static int
names_compare(struct str x, struct str y)
{
	int order = memcmp(x.p, y.p, x.len < y.len ? x.len : y.len);

	if (order != 0)
		return order;
	return (x.len > y.len) - (x.len < y.len);
}

int
zip_name_order(const struct zip_entry *a, const struct zip_entry *b)
{
	int order = names_compare(a->name, b->name);

	if (order != 0)
		return order;
	return (a->place > b->place) - (a->place < b->place);
}

size_t
zip_lower(const struct zip *zip, const char *prefix)
{
	const struct str key = str_of(prefix);
	size_t low = 0, high = zip->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (names_compare(zip->entries[middle].name, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
zip_is_again(const struct zip *zip, size_t i)
{
	return i > 0 && i < zip->count && names_compare(
	    zip->entries[i - 1].name, zip->entries[i].name) == 0;
}

const struct zip_entry *
zip_find(const struct zip *zip, const char *name)
{
	size_t i = zip_lower(zip, name);

	if (i == zip->count || !str_is(zip->entries[i].name, name))
		return NULL;
	while (zip_is_again(zip, i + 1))
		i++;
	return &zip->entries[i];
}

/* An entry that lies in the directory of this name, if it were one. */
static bool
has_inside(const struct zip *zip, struct str name)
{
	char dir[ZIP_NAME_MAX + 2];
	size_t i;

	memcpy(dir, name.p, name.len);
	memcpy(dir + name.len, "/", 2);
	i = zip_lower(zip, dir);
	return i < zip->count && str_starts(zip->entries[i].name, dir);
}

enum err
zip_name_check(struct ctx *ctx, const struct zip *zip)
{
	struct str name, next;
	size_t i;

	for (i = 0; i + 1 < zip->count; i++) {
		name = zip->entries[i].name;
		next = zip->entries[i + 1].name;
		/* all between x and x/ begin with x, too */
		if (name.p[name.len - 1] == '/' || next.len <= name.len ||
		    memcmp(next.p, name.p, name.len) != 0)
			continue;
		if (has_inside(zip, name))
			return fail(ctx, ERR_INVALID, "jar_duplicate_name",
			    "'%s' is a file and a directory",
			    zip_shown(ctx, name));
	}
	return ERR_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries that lie in an archive and are in no record of its directory.
 *
 * Commons Compress and Ant, and by way of them Quarkus and Gradle, know their
 * entries by name and content: of those they wrote twice, all records mean the
 * last.  Whoever reads the file from its beginning sees the others, too.  They
 * are taken when they hold the same as an entry of their name does.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "modules/apps/inspect/zip_private.h"

#define LOCAL_LEN	30

struct zip_lost {
	struct zip_lost		*next;
	struct zip_entry	 entry;
};

/* The header at a place; NULL in *lost when there is none to be believed. */
static enum err
lost_read(struct ctx *ctx, const struct zip *zip, int64_t at, int64_t end,
    struct zip_lost **lost)
{
	uint8_t p[LOCAL_LEN];
	struct zip_record record;
	size_t len, extra;
	char *rest;
	enum err e;

	*lost = NULL;
	if (end - at < LOCAL_LEN)
		return ERR_OK;
	if ((e = zip_read(ctx, zip, at, p, LOCAL_LEN)) != ERR_OK)
		return e;
	len = zip_u16(p + 26);
	extra = zip_u16(p + 28);
	if (zip_u32(p) != ZIP_SIG_LOCAL || zip_u16(p + 6) &
	    ZIP_FLAG_DESCRIPTOR || end - at - LOCAL_LEN <
	    (int64_t)(len + extra) + zip_u32(p + 18))
		return ERR_OK;
	if ((rest = arena_get(ctx->mem, len + extra + 1)) == NULL ||
	    (*lost = arena_get(ctx->mem, sizeof(**lost))) == NULL)
		return fail(ctx, ERR_INVALID, "jar_too_complex",
		    "the directories of the JAR take too much memory");
	e = zip_read(ctx, zip, at + LOCAL_LEN, rest, len + extra);
	if (e != ERR_OK)
		return e;
	record = (struct zip_record){ .name = { rest, len },
	    .extra = (uint8_t *)rest + len, .extra_len = extra,
	    .flags = zip_u16(p + 6), .method = zip_u16(p + 8),
	    .crc = zip_u32(p + 14), .packed = zip_u32(p + 18),
	    .size = zip_u32(p + 22), .local = true };
	(*lost)->entry = (struct zip_entry){ .name = record.name,
	    .header = at,
	    .data = at + LOCAL_LEN + (int64_t)(len + extra),
	    .packed = record.packed, .size = record.size, .crc = record.crc,
	    .method = record.method, .flags = record.flags };
	return zip_rule_record(ctx, &record);
}

enum err
zip_lost_skip(struct ctx *ctx, struct zip *zip, int64_t next, int64_t *end)
{
	struct zip_lost *lost;
	enum err e;

	while (*end < next) {
		if ((e = zip_time(ctx, zip->work)) != ERR_OK ||
		    (e = lost_read(ctx, zip, *end, next, &lost)) != ERR_OK)
			return e;
		if (lost == NULL)
			break;
		lost->next = zip->lost;
		zip->lost = lost;
		*end = lost->entry.data + lost->entry.packed;
	}
	return ERR_OK;
}

static enum err
lost_find(struct ctx *ctx, const struct zip *zip,
    const struct zip_entry *entry)
{
	char name[ZIP_NAME_MAX + 1];
	bool same = false;
	size_t i, n;
	enum err e;

	memcpy(name, entry->name.p, entry->name.len);
	name[entry->name.len] = '\0';
	n = zip_lower(zip, name);
	for (i = n; i < zip->count && !same; i++) {
		if (i == n ? !str_is(zip->entries[i].name, name) :
		    !zip_is_again(zip, i))
			break;
		if ((e = zip_time(ctx, zip->work)) != ERR_OK ||
		    (e = zip_compare(ctx, zip, entry, &zip->entries[i],
		    &same)) != ERR_OK)
			return e;
	}
	if (same)
		return ERR_OK;
	return fail(ctx, ERR_INVALID, "jar_gap",
	    "an entry '%s' lies in the archive that its directory does not"
	    " name", zip_shown(ctx, entry->name));
}

enum err
zip_lost_check(struct ctx *ctx, const struct zip *zip)
{
	const struct zip_lost *lost;
	enum err e = ERR_OK;

	for (lost = zip->lost; lost != NULL && e == ERR_OK; lost = lost->next)
		e = lost_find(ctx, zip, &lost->entry);
	return e;
}

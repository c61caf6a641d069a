/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Local headers: they must say what the central directory says, and together
 * with their data cover every byte before it exactly once.
 */
#include "config.h"

#include <string.h>

#include "modules/apps/inspect/zip_private.h"

#define LOCAL_LEN	30

static int
by_header(const struct zip_entry *a, const struct zip_entry *b)
{
	return (a->header > b->header) - (a->header < b->header);
}

static enum err
refuse_difference(struct ctx *ctx, const struct zip_entry *entry,
    const char *what)
{
	return fail(ctx, ERR_INVALID, "jar_mismatch",
	    "local header and central directory differ in the %s of entry"
	    " '%s'", what, zip_shown(ctx, entry->name));
}

static bool
same_sizes(const uint8_t *p, const struct zip_entry *entry)
{
	return zip_u32(p) == entry->crc && zip_u32(p + 4) == entry->packed &&
	    zip_u32(p + 8) == entry->size;
}

/* The local header; *at moves behind it. */
static enum err
local_check(struct ctx *ctx, const struct zip *zip, struct zip_entry *entry,
    int64_t *at)
{
	static const uint8_t later[12];
	uint8_t p[LOCAL_LEN + ZIP_NAME_MAX];
	enum err e;

	e = zip_read(ctx, zip, *at, p, LOCAL_LEN + entry->name.len);
	if (e != ERR_OK)
		return e;
	if (zip_u32(p) != ZIP_SIG_LOCAL)
		return fail(ctx, ERR_INVALID, "jar_corrupt",
		    "entry '%s' has no local header",
		    zip_shown(ctx, entry->name));
	if (zip_u16(p + 26) != entry->name.len ||
	    memcmp(p + LOCAL_LEN, entry->name.p, entry->name.len) != 0)
		return refuse_difference(ctx, entry, "name");
	if (zip_u16(p + 8) != entry->method)
		return refuse_difference(ctx, entry, "method");
	if (zip_u16(p + 6) != entry->flags)
		return refuse_difference(ctx, entry, "flags");
	if (!same_sizes(p + 14, entry) &&
	    (!(entry->flags & ZIP_FLAG_DESCRIPTOR) ||
	    memcmp(p + 14, later, sizeof(later)) != 0))
		return refuse_difference(ctx, entry, "sizes");
	*at += LOCAL_LEN + (int64_t)entry->name.len + zip_u16(p + 28);
	return ERR_OK;
}

/* The record behind data of a length that was not known before. */
static enum err
descriptor_check(struct ctx *ctx, const struct zip *zip,
    const struct zip_entry *entry, int64_t directory, int64_t *at)
{
	uint8_t p[16];
	int64_t left = directory - *at;
	enum err e;

	if (left < 12)
		return refuse_difference(ctx, entry, "sizes");
	e = zip_read(ctx, zip, *at, p, left < 16 ? 12 : 16);
	if (e != ERR_OK)
		return e;
	if (left >= 16 && zip_u32(p) == ZIP_SIG_DESCRIPTOR &&
	    same_sizes(p + 4, entry))
		*at += 16;
	else if (same_sizes(p, entry))
		*at += 12;
	else
		return refuse_difference(ctx, entry, "sizes");
	return ERR_OK;
}

/* Nothing may stand between what ended before and the next header. */
static enum err
place_check(struct ctx *ctx, const struct zip_entry *entry, int64_t end)
{
	if (entry->header == end)
		return ERR_OK;
	if (entry->header < end)
		return fail(ctx, ERR_INVALID, "jar_overlap",
		    "entry '%s' begins within another",
		    zip_shown(ctx, entry->name));
	if (end == 0)
		return fail(ctx, ERR_INVALID, "jar_prefix",
		    "%lld bytes stand before the first entry",
		    (long long)entry->header);
	return fail(ctx, ERR_INVALID, "jar_gap",
	    "%lld bytes before entry '%s' belong to none",
	    (long long)(entry->header - end), zip_shown(ctx, entry->name));
}

static enum err
entry_check(struct ctx *ctx, const struct zip *zip, struct zip_entry *entry,
    int64_t directory, int64_t *end)
{
	int64_t at = entry->header;
	enum err e;

	if ((e = zip_time(ctx, zip->work)) != ERR_OK ||
	    (e = place_check(ctx, entry, *end)) != ERR_OK ||
	    (e = local_check(ctx, zip, entry, &at)) != ERR_OK)
		return e;
	entry->data = at;
	at += entry->packed;
	if (at > directory)
		return fail(ctx, ERR_INVALID, "jar_overlap",
		    "entry '%s' reaches into the central directory",
		    zip_shown(ctx, entry->name));
	if (entry->flags & ZIP_FLAG_DESCRIPTOR) {
		e = descriptor_check(ctx, zip, entry, directory, &at);
		if (e != ERR_OK)
			return e;
	}
	*end = at;
	return ERR_OK;
}

enum err
zip_layout(struct ctx *ctx, struct zip *zip, int64_t directory)
{
	int64_t end = 0;
	size_t i;
	enum err e;

	if ((e = zip_sort(ctx, zip, by_header)) != ERR_OK)
		return e;
	for (i = 0; i < zip->count; i++) {
		e = entry_check(ctx, zip, &zip->entries[i], directory, &end);
		if (e != ERR_OK)
			return e;
	}
	if (end == directory)
		return ERR_OK;
	return fail(ctx, ERR_INVALID, zip->count ? "jar_gap" : "jar_prefix",
	    "%lld bytes before the central directory belong to no entry",
	    (long long)(directory - end));
}

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

/* What it says may be in the extra field of this header only. */
static enum err
local_extra_check(struct ctx *ctx, const struct zip *zip,
    const struct zip_entry *entry, size_t len, int64_t *at)
{
	struct zip_record record = { .name = entry->name,
	    .extra = zip->work->chunk, .extra_len = len,
	    .packed = entry->packed, .size = entry->size, .local = true };
	enum err e;

	if (len == 0)
		return ERR_OK;
	if ((e = zip_read(ctx, zip, *at, zip->work->chunk, len)) != ERR_OK)
		return e;
	*at += (int64_t)len;
	return zip_rule_extra(ctx, &record);
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
	*at += LOCAL_LEN + (int64_t)entry->name.len;
	return local_extra_check(ctx, zip, entry, zip_u16(p + 28), at);
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

static enum err
script_refuse(struct ctx *ctx, int64_t len, const char *why)
{
	return fail(ctx, ERR_INVALID, "jar_prefix",
	    "%lld bytes stand before the first entry%s", (long long)len, why);
}

/*
 * The script before an executable archive, such as Spring Boot writes it; a
 * JVM jumps over it.  It must not be an archive itself: another reader would
 * take that one.
 */
static enum err
script_check(struct ctx *ctx, struct zip *zip, int64_t len)
{
	uint8_t *text = zip->work->scrap, *p = text, *limit = text + len;
	enum err e;

	if (zip->base != 0)
		return script_refuse(ctx, len, "");
	if (len > ZIP_SCRIPT_MAX)
		return script_refuse(ctx, len,
		    ", which is more than a launch script has");
	if ((e = zip_read(ctx, zip, 0, text, (size_t)len)) != ERR_OK)
		return e;
	if (len < 2 || text[0] != '#' || text[1] != '!')
		return script_refuse(ctx, len, ", and they are not a script");
	while ((p = memmem(p, (size_t)(limit - p), "PK", 2)) != NULL) {
		if (limit - p >= 4 && p[2] < 9 && p[3] < 9)
			return script_refuse(ctx, len,
			    ", with a part of another archive in them");
		p += 2;
	}
	zip->script = len;
	return ERR_OK;
}

/* Nothing may stand between what ended before and the next header. */
static enum err
place_check(struct ctx *ctx, struct zip *zip, const struct zip_entry *entry,
    int64_t end)
{
	if (entry->header == end)
		return ERR_OK;
	if (entry->header < end)
		return fail(ctx, ERR_INVALID, "jar_overlap",
		    "entry '%s' begins within another",
		    zip_shown(ctx, entry->name));
	if (end == 0)
		return script_check(ctx, zip, entry->header);
	return fail(ctx, ERR_INVALID, "jar_gap",
	    "%lld bytes before entry '%s' belong to none",
	    (long long)(entry->header - end), zip_shown(ctx, entry->name));
}

static enum err
entry_check(struct ctx *ctx, struct zip *zip, struct zip_entry *entry,
    int64_t directory, int64_t *end)
{
	int64_t at = entry->header;
	enum err e;

	if ((e = zip_time(ctx, zip->work)) != ERR_OK ||
	    (e = zip_lost_skip(ctx, zip, entry->header, end)) != ERR_OK ||
	    (e = place_check(ctx, zip, entry, *end)) != ERR_OK ||
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

/* Commons Compress and Ant write one record twice for what they wrote twice. */
static bool
is_same_record(const struct zip_entry *a, const struct zip_entry *b)
{
	return a->header == b->header && a->name.len == b->name.len &&
	    a->packed == b->packed && a->size == b->size &&
	    a->crc == b->crc && a->method == b->method &&
	    a->flags == b->flags &&
	    memcmp(a->name.p, b->name.p, a->name.len) == 0;
}

enum err
zip_layout(struct ctx *ctx, struct zip *zip, int64_t directory)
{
	struct zip_entry *entry;
	int64_t end = 0;
	size_t i;
	enum err e;

	if ((e = zip_sort(ctx, zip, by_header)) != ERR_OK)
		return e;
	for (i = 0; i < zip->count; i++) {
		entry = &zip->entries[i];
		if (i > 0 && is_same_record(entry - 1, entry)) {
			entry->data = entry[-1].data;
			continue;
		}
		e = entry_check(ctx, zip, entry, directory, &end);
		if (e != ERR_OK)
			return e;
	}
	if ((e = zip_lost_skip(ctx, zip, directory, &end)) != ERR_OK ||
	    end == directory)
		return e;
	return fail(ctx, ERR_INVALID, zip->count ? "jar_gap" : "jar_prefix",
	    "%lld bytes before the central directory belong to no entry",
	    (long long)(directory - end));
}

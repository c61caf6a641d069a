/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end record and the central directory of an archive.
 *
 * Start reading at zip_open_at(); APPNOTE.TXT 4.3.12 and 4.3.16 have the
 * layouts.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "modules/apps/inspect/zip_private.h"

#define END_LEN		22
#define LOCATOR64_LEN	20
#define RECORD_LEN	46

struct zip_end {
	int64_t		 at;		/* of the end record */
	uint32_t	 directory, len;
	uint16_t	 count;
};

/* Which of the bytes at the end are end records that end the archive? */
static const uint8_t *
end_search(const uint8_t *tail, size_t len, size_t *found, size_t *fitting)
{
	static const uint8_t sig[4] = { 'P', 'K', 5, 6 };
	const uint8_t *p = tail, *limit = tail + len, *last = NULL;

	*found = *fitting = 0;
	while ((p = memmem(p, (size_t)(limit - p), sig, 4)) != NULL) {
		if (limit - p < END_LEN)
			break;
		if (p + END_LEN + zip_u16(p + 20) == limit) {
			(*fitting)++;
			*found = 0;	/* only those behind it matter */
			last = p;
		}
		(*found)++;
		p += 4;
	}
	return last;
}

static enum err
end_absent(struct ctx *ctx, const struct zip *zip, size_t found)
{
	uint8_t head[4];

	if (zip->size == 0)
		return fail(ctx, ERR_INVALID, "jar_not_zip",
		    "the file is empty");
	if (found == 0 && (zip->size < 4 ||
	    zip_read(ctx, zip, 0, head, 4) != ERR_OK ||
	    zip_u32(head) != ZIP_SIG_LOCAL))
		return fail(ctx, ERR_INVALID, "jar_not_zip",
		    "this is not a JAR: a ZIP archive begins with PK");
	if (found == 0)
		return fail(ctx, ERR_INVALID, "jar_truncated",
		    "the archive has no end record: it was cut off");
	return fail(ctx, ERR_INVALID, "jar_truncated",
	    "the end record does not end the file: the file was cut off,"
	    " or has bytes appended");
}

static enum err
end_check(struct ctx *ctx, const struct zip *zip, const uint8_t *p,
    struct zip_end *end)
{
	const uint8_t *tail = zip->work->tail;

	if ((p - tail >= LOCATOR64_LEN &&
	    zip_u32(p - LOCATOR64_LEN) == ZIP_SIG_LOCATOR64) ||
	    zip_u16(p + 10) == UINT16_MAX || zip_u32(p + 12) == UINT32_MAX ||
	    zip_u32(p + 16) == UINT32_MAX)
		return fail(ctx, ERR_INVALID, "jar_zip64",
		    "the archive uses ZIP64, as with more than %u entries:"
		    " that is not accepted", ZIP_ENTRIES_MAX);
	if (zip_u16(p + 4) != 0 || zip_u16(p + 6) != 0 ||
	    zip_u16(p + 8) != zip_u16(p + 10))
		return fail(ctx, ERR_INVALID, "jar_multi_disk",
		    "the archive is one part of several");
	end->count = zip_u16(p + 10);
	end->len = zip_u32(p + 12);
	end->directory = zip_u32(p + 16);
	if (end->len > ZIP_DIRECTORY_MAX)
		return fail(ctx, ERR_INVALID, "jar_too_large",
		    "the central directory is larger than %u MiB",
		    ZIP_DIRECTORY_MAX >> 20);
	if (end->len / RECORD_LEN < end->count)
		return fail(ctx, ERR_INVALID, "jar_corrupt",
		    "the central directory is too short for %u entries",
		    end->count);
	return ERR_OK;
}

/* Bytes were put in front of a finished archive, or into it. */
static enum err
end_shifted(struct ctx *ctx, const struct zip *zip, int64_t gap)
{
	char head[2];

	if (zip_read(ctx, zip, 0, head, 2) == ERR_OK && head[0] == '#' &&
	    head[1] == '!')
		return fail(ctx, ERR_INVALID, "jar_prefix",
		    "a script of %lld bytes stands before the archive, and the"
		    " archive's offsets do not count it: turn it off"
		    " (<executable> of spring-boot-maven-plugin, launchScript()"
		    " of Gradle's bootJar)", (long long)gap);
	return fail(ctx, ERR_INVALID, "jar_prefix",
	    "%lld bytes stand before the archive or before its end record"
	    " that belong to neither", (long long)gap);
}

static enum err
end_find(struct ctx *ctx, const struct zip *zip, struct zip_end *end)
{
	uint8_t *tail = zip->work->tail;
	size_t found, fitting, len = ZIP_TAIL_MAX;
	const uint8_t *p;
	int64_t gap;
	enum err e;

	if (zip->size < ZIP_TAIL_MAX)
		len = (size_t)zip->size;
	e = zip_read(ctx, zip, zip->size - (int64_t)len, tail, len);
	if (e != ERR_OK)
		return e;
	if ((p = end_search(tail, len, &found, &fitting)) == NULL)
		return end_absent(ctx, zip, found);
	if (fitting > 1 || found > 1)
		return fail(ctx, ERR_INVALID, "jar_two_ends",
		    "the archive has two end records");
	if ((e = end_check(ctx, zip, p, end)) != ERR_OK)
		return e;
	end->at = zip->size - (int64_t)len + (p - tail);
	gap = end->at - end->len - (int64_t)end->directory;
	if (gap == 0)
		return ERR_OK;
	if (gap < 0)
		return fail(ctx, ERR_INVALID, "jar_truncated",
		    "the central directory should begin behind its end");
	return end_shifted(ctx, zip, gap);
}

static enum err
record_read(struct ctx *ctx, struct str *rest, struct zip_record *record)
{
	const uint8_t *p = (const uint8_t *)rest->p;
	size_t name, extra, comment;

	if (rest->len < RECORD_LEN || zip_u32(p) != ZIP_SIG_CENTRAL)
		return fail(ctx, ERR_INVALID, "jar_corrupt",
		    "the central directory has something that is not an entry");
	name = zip_u16(p + 28);
	extra = zip_u16(p + 30);
	comment = zip_u16(p + 32);
	if (rest->len - RECORD_LEN < name + extra + comment)
		return fail(ctx, ERR_INVALID, "jar_corrupt",
		    "an entry reaches over the end of the central directory");
	*record = (struct zip_record){
		.name = { rest->p + RECORD_LEN, name },
		.extra = p + RECORD_LEN + name, .extra_len = extra,
		.flags = zip_u16(p + 8), .method = zip_u16(p + 10),
		.crc = zip_u32(p + 16), .packed = zip_u32(p + 20),
		.size = zip_u32(p + 24), .disk = zip_u16(p + 34),
		.mode = zip_u32(p + 38) >> 16, .header = zip_u32(p + 42),
	};
	rest->p += RECORD_LEN + name + extra + comment;
	rest->len -= RECORD_LEN + name + extra + comment;
	return ERR_OK;
}

static enum err
directory_walk(struct ctx *ctx, struct zip *zip, struct str rest)
{
	struct zip_record r;
	size_t i;
	enum err e;

	for (i = 0; i < zip->count; i++) {
		if ((e = zip_time(ctx, zip->work)) != ERR_OK ||
		    (e = record_read(ctx, &rest, &r)) != ERR_OK ||
		    (e = zip_rule_record(ctx, &r)) != ERR_OK)
			return e;
		zip->work->unpacked += r.size;
		if (zip->work->unpacked > ZIP_UNPACKED_MAX)
			return fail(ctx, ERR_INVALID, "jar_bomb",
			    "the JAR would unpack to more than 1 GiB");
		zip->entries[i] = (struct zip_entry){
			.name = r.name, .header = r.header,
			.packed = r.packed, .size = r.size, .crc = r.crc,
			.place = (uint32_t)i, .method = r.method,
			.flags = r.flags,
		};
	}
	if (rest.len > 0)
		return fail(ctx, ERR_INVALID, "jar_corrupt",
		    "the central directory has bytes behind its last entry");
	return ERR_OK;
}

static enum err
zip_open_at(struct ctx *ctx, struct zip *zip)
{
	struct zip_end end = { .count = 0 };
	char *directory;
	enum err e;

	if ((e = end_find(ctx, zip, &end)) != ERR_OK)
		return e;
	zip->count = end.count;
	zip->work->entries += end.count;
	if (zip->work->entries > ZIP_ENTRIES_ALL_MAX)
		return fail(ctx, ERR_INVALID, "jar_too_complex",
		    "the JAR and those in it have more than %u entries",
		    ZIP_ENTRIES_ALL_MAX);
	directory = arena_get(ctx->mem, (size_t)end.len + 1);
	zip->entries = arena_array(ctx->mem, zip->count + 1,
	    sizeof(*zip->entries));
	if (directory == NULL || zip->entries == NULL)
		return fail(ctx, ERR_INVALID, "jar_too_complex",
		    "the directories of the JAR take too much memory");
	e = zip_read(ctx, zip, end.directory, directory, end.len);
	if (e != ERR_OK)
		return e;
	e = directory_walk(ctx, zip, (struct str){ directory, end.len });
	if (e != ERR_OK)
		return e;
	if ((e = zip_layout(ctx, zip, end.directory)) != ERR_OK)
		return e;
	if ((e = zip_sort(ctx, zip, zip_name_order)) != ERR_OK)
		return e;
	if ((e = zip_lost_check(ctx, zip)) != ERR_OK)
		return e;
	return zip_name_check(ctx, zip);
}

enum err
zip_open(struct ctx *ctx, struct zip_work *work, int64_t size,
    struct zip *zip)
{
	*zip = (struct zip){ .work = work, .size = size };
	return zip_open_at(ctx, zip);
}

enum err
zip_open_nested(struct ctx *ctx, const struct zip *outer,
    const struct zip_entry *entry, struct zip *zip)
{
	if (entry->method != ZIP_STORED)
		return fail(ctx, ERR_INVALID, "jar_nested_packed",
		    "it is deflated, but the loader needs it stored");
	*zip = (struct zip){
		.work = outer->work, .base = outer->base + entry->data,
		.size = entry->size,
	};
	return zip_open_at(ctx, zip);
}

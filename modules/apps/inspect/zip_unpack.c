/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorkeeper of zlib and libdeflate: inflates entries and sums them up.
 * The checksum is libdeflate's, which is ten times as fast as zlib's.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <libdeflate.h>
#include <zlib.h>

#include "libshared/base/arena.h"
#include "modules/apps/inspect/zip_private.h"

#define GLANCE_OUT	64	/* bytes: somebody looks at a header only */
#define GLANCE_IN	512

struct zip_inflater { z_stream z; };

static void
inflater_free(void *handle)
{
	struct zip_inflater *inflater = handle;

	inflateEnd(&inflater->z);
}

/* One for the whole reading, reset before every entry. */
static z_stream *
inflater_get(struct ctx *ctx, struct zip_work *work)
{
	struct zip_inflater *inflater = work->inflater;

	if (inflater == NULL) {
		inflater = arena_get(ctx->mem, sizeof(*inflater));
		if (inflater == NULL ||
		    inflateInit2(&inflater->z, -MAX_WBITS) != Z_OK ||
		    arena_adopt(ctx->mem, inflater, inflater_free) != 0)
			abort();	/* out of memory */
		work->inflater = inflater;
	}
	inflateReset(&inflater->z);
	inflater->z.avail_in = 0;
	return &inflater->z;
}

static enum err
refuse_corrupt(struct ctx *ctx, const struct zip_entry *entry, const char *what)
{
	return fail(ctx, ERR_INVALID, "jar_corrupt", "entry '%s' %s",
	    zip_shown(ctx, entry->name), what);
}

/* The next packed bytes; few when few are wanted. */
static enum err
zip_unpack_refill(struct ctx *ctx, const struct zip *zip,
    const struct zip_entry *entry,
    z_stream *z)
{
	size_t left = entry->packed - z->total_in;
	size_t n = z->avail_out < GLANCE_OUT ? GLANCE_IN : ZIP_CHUNK;
	enum err e;

	if (n > left)
		n = left;
	e = zip_read(ctx, zip, entry->data + (int64_t)z->total_in,
	    zip->work->chunk, n);
	if (e != ERR_OK)
		return e;
	z->next_in = zip->work->chunk;
	z->avail_in = (uInt)n;
	return ERR_OK;
}

/* Until the data ends, is wrong, or max bytes are out (+ 1 that tells). */
static enum err
inflate_run(struct ctx *ctx, const struct zip *zip,
    const struct zip_entry *entry, z_stream *z, int *status)
{
	static uint8_t beyond;	/* written, never read */
	bool full = false;
	enum err e;

	for (;;) {
		if (z->avail_in == 0 && z->total_in < entry->packed) {
			e = zip_unpack_refill(ctx, zip, entry, z);
			if (e != ERR_OK)
				return e;
		}
		if (z->avail_out == 0) {
			if (full || z->total_out < entry->size)
				return ERR_OK;
			full = true;
			z->next_out = &beyond;
			z->avail_out = 1;
		}
		*status = inflate(z, Z_NO_FLUSH);
		if (*status != Z_OK)
			return ERR_OK;
	}
}

/* Did the data end where the entry says? */
static enum err
inflated_check(struct ctx *ctx, const struct zip_entry *entry,
    const z_stream *z, int status)
{
	if (z->total_out > entry->size)
		return refuse_corrupt(ctx, entry, "is longer than it says");
	if (status != Z_STREAM_END)
		return refuse_corrupt(ctx, entry, "cannot be inflated");
	if (z->total_out < entry->size)
		return refuse_corrupt(ctx, entry, "is shorter than it says");
	if (z->total_in < entry->packed)
		return refuse_corrupt(ctx, entry, "has bytes behind its data");
	return ERR_OK;
}

static enum err
unpack_deflated(struct ctx *ctx, const struct zip *zip,
    const struct zip_entry *entry, void *out, size_t len)
{
	z_stream *z = inflater_get(ctx, zip->work);
	int status = Z_OK;
	enum err e;

	z->next_out = out;
	z->avail_out = (uInt)len;
	e = inflate_run(ctx, zip, entry, z, &status);
	if (e != ERR_OK)
		return e;
	if (len < entry->size && z->total_out == len)
		return ERR_OK;
	return inflated_check(ctx, entry, z, status);
}

enum err
zip_unpack(struct ctx *ctx, const struct zip *zip,
    const struct zip_entry *entry, struct zip_out *out)
{
	size_t n = entry->size < out->max ? entry->size : out->max;
	enum err e;

	if (entry->method == ZIP_STORED)
		e = zip_read(ctx, zip, entry->data, out->to, n);
	else
		e = unpack_deflated(ctx, zip, entry, out->to, n);
	if (e != ERR_OK)
		return e;
	if (n == entry->size &&
	    libdeflate_crc32(0, out->to, n) != entry->crc)
		return refuse_corrupt(ctx, entry, "has another checksum");
	out->len = n;
	return ERR_OK;
}

static enum err
sum_check(struct ctx *ctx, const struct zip_entry *entry, uint32_t sum)
{
	if (sum == entry->crc)
		return ERR_OK;
	return refuse_corrupt(ctx, entry, "has another checksum");
}

static enum err
check_stored(struct ctx *ctx, const struct zip *zip,
    const struct zip_entry *entry)
{
	uint32_t done, n, sum = 0;
	enum err e;

	for (done = 0; done < entry->size; done += n) {
		n = entry->size - done;
		if (n > ZIP_CHUNK)
			n = ZIP_CHUNK;
		if ((e = zip_time(ctx, zip->work)) != ERR_OK ||
		    (e = zip_read(ctx, zip, entry->data + done,
		    zip->work->chunk, n)) != ERR_OK)
			return e;
		sum = libdeflate_crc32(sum, zip->work->chunk, n);
	}
	return sum_check(ctx, entry, sum);
}

static enum err
check_deflated(struct ctx *ctx, const struct zip *zip,
    const struct zip_entry *entry)
{
	z_stream *z = inflater_get(ctx, zip->work);
	uint32_t sum = 0;
	int status = Z_OK;
	enum err e;

	while (status == Z_OK && z->total_out <= entry->size) {
		z->next_out = zip->work->scrap;
		z->avail_out = ZIP_CHUNK;
		if ((e = zip_time(ctx, zip->work)) != ERR_OK ||
		    (z->avail_in == 0 && z->total_in < entry->packed &&
		    (e = zip_unpack_refill(ctx, zip, entry, z)) != ERR_OK))
			return e;
		status = inflate(z, Z_NO_FLUSH);
		sum = libdeflate_crc32(sum, zip->work->scrap,
		    ZIP_CHUNK - z->avail_out);
	}
	if ((e = inflated_check(ctx, entry, z, status)) != ERR_OK)
		return e;
	return sum_check(ctx, entry, sum);
}

enum err
zip_check_data(struct ctx *ctx, const struct zip *zip)
{
	const struct zip_entry *entry;
	size_t i;
	enum err e = ERR_OK;

	for (i = 0; i < zip->count && e == ERR_OK; i++) {
		entry = &zip->entries[i];
		if (entry->method == ZIP_STORED)
			e = check_stored(ctx, zip, entry);
		else
			e = check_deflated(ctx, zip, entry);
	}
	return e;
}

/* Packed alike is alike; packed otherwise counts as different. */
enum err
zip_compare(struct ctx *ctx, const struct zip *zip, const struct zip_entry *a,
    const struct zip_entry *b, bool *same)
{
	struct zip_work *work = zip->work;
	uint32_t done, n;
	enum err e;

	*same = a->method == b->method && a->packed == b->packed &&
	    a->size == b->size && a->crc == b->crc;
	for (done = 0; *same && done < a->packed; done += n) {
		n = a->packed - done;
		if (n > ZIP_CHUNK)
			n = ZIP_CHUNK;
		if ((e = zip_time(ctx, work)) != ERR_OK ||
		    (e = zip_read(ctx, zip, a->data + done, work->chunk,
		    n)) != ERR_OK ||
		    (e = zip_read(ctx, zip, b->data + done, work->scrap,
		    n)) != ERR_OK)
			return e;
		*same = memcmp(work->chunk, work->scrap, n) == 0;
	}
	return ERR_OK;
}
